package tui

import "os"

// keyboard is standard input, and says when its terminal is gone. A workbench that is not the first of its session, as under runuser or in a
// pipe of programs, gets no SIGHUP then, and bubbletea would go on for ever without keys.
type keyboard struct {
	*os.File
	gone func()
}

// Read reads what was typed. A terminal has no end but its own: raw mode makes a key of ctrl+d.
func (k keyboard) Read(p []byte) (int, error) {
	n, err := k.File.Read(p)
	if err != nil {
		k.gone()
	}
	return n, err
}
