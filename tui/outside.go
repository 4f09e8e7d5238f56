package tui

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/tui/safe"
)

// Programs and files outside: an editor, a pager, files that are written. CASEBOOK_SECURE=1 turns the programs off and keeps
// files in the state folder.

// stateDir is the folder for what the workbench keeps for an analyst, made where it is not there.
func stateDir() (string, error) {
	dir, err := stateHome()
	if err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o700)
}

// stateHome is where that folder is, or will be.
func stateHome() (string, error) {
	dir := os.Getenv("XDG_STATE_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, "casebook"), nil
}

// StateDir is where the workbench keeps what it shows for the next time; "" where there is no place for it.
func StateDir() string {
	dir, err := stateDir()
	if err != nil {
		return ""
	}
	return dir
}

// errSecure says why there is no editor.
var errSecure = errors.New("editors and pagers are turned off here (CASEBOOK_SECURE=1)")

// program is what the environment names, in the order of the names, or what is used without.
func program(otherwise string, names ...string) []string {
	for _, name := range names {
		if words := strings.Fields(os.Getenv(name)); len(words) > 0 {
			return words
		}
	}
	return []string{otherwise}
}

// editText opens a text in the analyst's editor; what was written there goes to accept. An editor that fails, and a text that is as it
// was or empty, change nothing.
func (a *App) editText(name, text string, accept func(string) tea.Cmd) tea.Cmd {
	return a.outside(program("vi", "VISUAL", "EDITOR"), name, text, func(written string) tea.Cmd {
		written = strings.TrimRight(written, "\n")
		switch {
		case strings.TrimSpace(written) == "":
			a.say("nothing changed: the text came back empty")
		case written == strings.TrimRight(text, "\n"):
			a.say("nothing changed: the text came back as it was")
		default:
			return accept(written)
		}
		return nil
	})
}

// pageText shows a text in the analyst's pager, escaped line by line: pagers pass on what acts on a terminal.
func (a *App) pageText(name, text string) tea.Cmd {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = safe.Escape(lines[i]).String()
	}
	return a.outside(program("less", "PAGER"), name, strings.Join(lines, "\n")+"\n", func(string) tea.Cmd { return nil })
}

// outside hands the terminal to a program, with a text in a file; what the file holds in the end goes to after.
func (a *App) outside(words []string, name, text string, after func(string) tea.Cmd) tea.Cmd {
	switch {
	case a.Plain:
		a.warn("editors and pagers are not opened in plain lines")
		return nil
	case a.Secure:
		a.warn(errSecure.Error())
		return nil
	}
	o := &outing{words: words, name: name, text: text}
	return tea.Exec(o, func(err error) tea.Msg {
		return landing{func() tea.Cmd {
			if err != nil {
				a.warn("nothing changed: " + err.Error())
				return nil
			}
			return after(o.written)
		}}
	})
}

// askWrite asks for a file and writes a text to it; it never takes the place of another.
func (a *App) askWrite(name, text string) tea.Cmd {
	dir, err := stateHome()
	if err != nil {
		a.warn("no folder for it: " + err.Error())
		return nil
	}
	a.askLine(safe.Own("write to:"), filepath.Join(dir, name), func(path string) tea.Cmd {
		inside, err := filepath.Rel(dir, path)
		outside := err != nil || strings.HasPrefix(inside, "..")
		if a.Secure && outside {
			a.warn("files are written to " + dir + " only (CASEBOOK_SECURE=1)")
			return nil
		}
		return func() tea.Msg {
			var err error
			if !outside {
				_, err = stateDir()
			}
			if err == nil {
				err = writeNew(path, text)
			}
			return landing{func() tea.Cmd {
				if err != nil {
					a.warn(err.Error())
				} else {
					a.say(fmt.Sprintf("wrote %s to %s", sizeText(len(text)), path))
				}
				return nil
			}}
		}
	})
	return nil
}

func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// resultCSV is a result as CSV, escaped, and so that no cell is a formula where it is opened.
func resultCSV(r *engine.Result) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	row := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		row[i] = cellCSV(c.Name)
	}
	_ = w.Write(row) // into memory
	for i := range r.Batch.Len {
		for k, c := range r.Columns {
			v := r.Batch.Columns[k].Value(i)
			text := ""
			if v != nil {
				text = Clock{}.text(c.Type, v).String()
			}
			if !numeric(c.Type) {
				text = cellCSV(text)
			}
			row[k] = text
		}
		_ = w.Write(row)
	}
	w.Flush()
	return b.String()
}

// cellCSV is a text that no spreadsheet takes for a formula.
func cellCSV(s string) string {
	s = safe.Escape(s).String()
	if t := strings.TrimLeft(s, " "); t != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(t)[0]) {
		return "'" + s
	}
	return s
}
