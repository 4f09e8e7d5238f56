package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// terminal is a pty with the program on it. It answers nothing.
type terminal struct {
	t      *testing.T
	tty    *os.File
	cmd    *exec.Cmd
	chunks chan []byte
	all    bytes.Buffer
	mark   int // of all: what came before the last key
	vt     vt10x.Terminal
}

// onTerminal starts the program as someone at a terminal of 80 by 24 would.
func onTerminal(t *testing.T, args ...string) *terminal {
	t.Helper()
	cmd := exec.Command("casebook", args...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C", "TMPDIR="+t.TempDir(), "CI=", "NO_COLOR=")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Skipf("no pty here: %v", err)
	}
	term := &terminal{t: t, tty: tty, cmd: cmd, chunks: make(chan []byte, 1000), vt: vt10x.New(vt10x.WithSize(80, 24))}
	t.Cleanup(func() {
		tty.Close()
		if cmd.ProcessState == nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	go func() {
		defer close(term.chunks)
		for {
			buf := make([]byte, 4096)
			n, err := tty.Read(buf)
			if n > 0 {
				term.chunks <- buf[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return term
}

// patience is for a machine that is busy with other things; the program needs a small part of it.
const patience = 3 * time.Minute

func (term *terminal) shown() string { return ansi.Strip(string(term.all.Bytes()[term.mark:])) }

// took notes what was sent.
func (term *terminal) took(c []byte) {
	term.t.Helper()
	term.all.Write(c)
	if _, err := term.vt.Write(c); err != nil {
		term.t.Fatal(err)
	}
}

// sees waits until something was drawn since the last key and all the texts stand on the screen, as a person reads it. Of a line only
// what changed is drawn, so that the bytes alone tell nothing.
func (term *terminal) sees(texts ...string) {
	term.t.Helper()
	deadline := time.After(patience)
	for {
		missing := ""
		screen := term.vt.String()
		for _, text := range texts {
			if term.all.Len() == term.mark || !strings.Contains(screen, text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
		select {
		case c, open := <-term.chunks:
			if !open {
				term.t.Fatalf("it ended without %q:\n%s", missing, term.shown())
			}
			term.took(c)
		case <-deadline:
			term.t.Fatalf("no %q after %s:\n%s", missing, patience, screen)
		}
	}
}

func (term *terminal) press(keys string) {
	term.t.Helper()
	term.mark = term.all.Len()
	if _, err := term.tty.WriteString(keys); err != nil {
		term.t.Fatal(err)
	}
}

// queries are what a terminal would have to answer: colours by OSC, status, attributes and modes.
var queries = regexp.MustCompile(`\x1b\][0-9]+;\?|\x1b\[[?>=]?[0-9;]*(n|c|\$p)`)

// quits leaves by q, and looks at all that was written.
func (term *terminal) quits() {
	term.t.Helper()
	term.press("q")
	deadline := time.After(patience)
	for open := true; open; {
		var c []byte
		select {
		case c, open = <-term.chunks:
			term.took(c)
		case <-deadline:
			term.t.Fatalf("q did not end it:\n%s", term.shown())
		}
	}
	if err := term.cmd.Wait(); err != nil {
		term.t.Errorf("q: %v", err)
	}
	if q := queries.Find(term.all.Bytes()); q != nil {
		term.t.Errorf("the terminal is asked %q", q)
	}
}

// TestAnswerIsThereTheNextDay investigates an alert of the demo, leaves, and comes back to the same store.
func TestAnswerIsThereTheNextDay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "case.db")
	const alert = "One user keeps asking for models it is denied" // the demo's highest score

	first := onTerminal(t, "demo", "--store", file)
	first.sees("casebook > overview", "open 5", "DATA")
	first.press("2")
	first.sees("casebook > alerts", "5 alerts", alert, "guide 0/16 answered")
	first.press("\r")
	first.sees("casebook > alerts > #", "[Why]", "i: guide 0/16")
	first.press("t")
	first.sees("-- peak", "TIME (UTC)")
	first.press("h")
	first.sees("[Why]", "i: guide 0/16")
	first.press("i")
	first.sees(" guide ", "0/16")
	if screen := first.vt.String(); strings.Contains(screen, "YES") {
		t.Fatalf("a step is answered before anyone did:\n%s", screen)
	}
	first.press("y\r")
	first.sees("YES", "1/16")
	first.quits()
	if back := "to come back: casebook --store " + file; !strings.Contains(first.shown(), back) {
		t.Errorf("no %q at the end:\n%s", back, first.shown())
	}

	second := onTerminal(t, "--store", file)
	second.sees(" guide ", "YES", "1/16")
	second.press("h")
	second.sees("[Why]", "i: guide 1/16")
	second.press("h")
	second.sees("casebook > alerts", "5 alerts", alert, "guide 1/16 answered")
	second.quits()
}

// TestResizeStorm changes the terminal's size faster than frames are drawn. Whatever was cut off or moved on the way, at the end the
// screen is what it was.
func TestResizeStorm(t *testing.T) {
	term := onTerminal(t, "demo", "--store", filepath.Join(t.TempDir(), "case.db"))
	term.sees("casebook > overview", "open 5", "DATA")
	term.press("2")
	term.sees("5 alerts", "first seen", "guide 0/16 answered", "within 48h") // what is looked up behind the frame too
	before := term.vt.String()
	for i := range 60 {
		term.resize(20+i*31%150, 5+i*7%40)
		if i%8 == 0 {
			term.takes(5 * time.Millisecond)
		}
	}
	term.resize(80, 24)
	term.takes(200 * time.Millisecond)
	// There and back before anyone looks: the size is what it was, and what was on the screen is not.
	term.resize(50, 24)
	term.resize(80, 24)
	for deadline := time.Now().Add(patience); term.vt.String() != before; {
		if time.Now().After(deadline) {
			t.Fatalf("the screen is\n%s\nwant\n%s", term.vt.String(), before)
		}
		term.takes(10 * time.Millisecond)
	}
	term.quits()
}

func (term *terminal) resize(columns, rows int) {
	term.t.Helper()
	if err := pty.Setsize(term.tty, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)}); err != nil {
		term.t.Fatal(err)
	}
	term.vt.Resize(columns, rows)
}

// takes notes what is sent within a time.
func (term *terminal) takes(while time.Duration) {
	term.t.Helper()
	for deadline := time.After(while); ; {
		select {
		case c, open := <-term.chunks:
			if !open {
				term.t.Fatalf("it ended:\n%s", term.shown())
			}
			term.took(c)
		case <-deadline:
			return
		}
	}
}
