package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"casebook/engine"
	"casebook/store"
	"casebook/tui/safe"
)

// longestCopy is what terminals take in one OSC 52.
const longestCopy = 74_000

// copy sends the escaped text to the terminal's clipboard and keeps it in a file beside: a terminal does not say whether it
// took it. Escaped, so that a line end in it cannot start a command where it is pasted.
func (a *App) copy(text string) tea.Cmd {
	return a.send(safe.Escape(text).String())
}

// send sends a text to the clipboard, as it is.
func (a *App) send(out string) tea.Cmd {
	if out == "" {
		a.warn("nothing to copy here")
		return nil
	}
	if len(out) > longestCopy {
		out = strings.ToValidUTF8(out[:longestCopy], "")
	}
	plain := a.Plain
	return func() tea.Msg {
		path, err := keepCopy(out)
		if plain {
			return landing{func() tea.Cmd {
				if err != nil {
					a.warn("cannot keep the copy: " + err.Error())
				} else {
					a.say("copied to " + fromHome(path))
				}
				return nil
			}}
		}
		where := ""
		if err == nil {
			where = " and in " + fromHome(path)
		}
		_, err = os.Stdout.WriteString(ansi.SetSystemClipboard(out))
		return landing{func() tea.Cmd {
			if err != nil {
				a.warn("cannot write to the terminal: " + err.Error())
				return nil
			}
			a.say(fmt.Sprintf("copied %s by OSC 52 (unconfirmed)%s", plural(len(out), "byte"), where))
			return nil
		}}
	}
}

// fromHome is a path as shells write it, where it is below the analyst's home.
func fromHome(path string) string {
	home, err := os.UserHomeDir()
	if rest, below := strings.CutPrefix(path, home+string(filepath.Separator)); err == nil && below {
		return filepath.Join("~", rest)
	}
	return path
}

// keepCopy writes what was copied to the state folder.
func keepCopy(text string) (string, error) {
	dir, err := stateDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "yank.txt")
	return path, os.WriteFile(path, []byte(text), 0o600)
}

// windowOf is the instant of an event, as the window that a timeline is opened about.
func windowOf(e *store.EventRow) engine.Window {
	return engine.Window{From: e.Tick(), To: e.Tick() + 1}
}
