// Package dark keeps the program from asking the terminal what its background is.
//
// The package init of bubbletea v1 asks through lipgloss, by OSC 11, and waits five seconds where nobody answers; a late answer
// then arrives as typed keys. Telling lipgloss before bubbletea's init runs avoids both. Go initialises packages that are ready
// in the order of their import paths, so this package must import nothing but lipgloss, and its path must sort before
// "github.com/charmbracelet/bubbletea". Only the 16 ANSI colours are used, so that the real background does not matter.
package dark

import "github.com/charmbracelet/lipgloss"

func init() { lipgloss.SetHasDarkBackground(true) }
