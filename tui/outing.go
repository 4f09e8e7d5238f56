package tui

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// outing is a program that has the terminal for a while, with a text in a file: an editor, a pager. The file is the analyst's alone, in
// a folder of its own in the state folder, and both go when the program ends.
type outing struct {
	words      []string
	name, text string
	written    string // what the file holds in the end

	in io.Reader
}

func (o *outing) SetStdin(r io.Reader) { o.in = r }

// SetStdout and SetStderr are not heeded: what bubbletea writes to is a glass, and a program wants the terminal itself.
func (o *outing) SetStdout(io.Writer) {}
func (o *outing) SetStderr(io.Writer) {}

// longestWritten bounds what is read back: a note, a story, a query.
const longestWritten = 1 << 20

// Run writes the text, runs the program and reads the text back.
func (o *outing) Run() error {
	dir, err := stateDir()
	if err != nil {
		return fmt.Errorf("no folder for the text: %w", err)
	}
	if dir, err = os.MkdirTemp(dir, "text-"); err != nil {
		return fmt.Errorf("no folder for the text: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, filepath.Base(o.name))
	if err := os.WriteFile(path, []byte(o.text), 0o600); err != nil {
		return fmt.Errorf("cannot write the text for %s: %w", o.words[0], err)
	}
	defer func() { lent.Store(time.Now().UnixNano()) }()
	c := exec.Command(o.words[0], append(o.words[1:len(o.words):len(o.words)], path)...)
	c.Env = append(os.Environ(), "LESSSECURE=1")
	c.Stdin, c.Stdout, c.Stderr = o.in, os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", o.words[0], err)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("%s left no text: %w", o.words[0], err)
	case info.Size() > longestWritten:
		return fmt.Errorf("want a text of at most %s, found %s", sizeText(longestWritten), sizeText(int(info.Size())))
	}
	data, err := os.ReadFile(path)
	o.written = string(data)
	return err
}
