package tui

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"casebook/guides"
	"casebook/store"
)

// TestMain lets the test's own program be the workbench on a terminal.
func TestMain(m *testing.M) {
	if path := os.Getenv("CASEBOOK_TEST_STORE"); path != "" {
		db, err := store.Open(path, store.Options{})
		if err == nil {
			library, _ := guides.Library()
			newest, _, _ := db.NewestEvent(context.Background())
			err = Run(context.Background(), Options{Store: db, Detections: library, AsOf: newest, Color: Color16, Analyst: db.Actor().Name})
		}
		if err != nil {
			os.Stderr.WriteString(err.Error())
			os.Exit(1)
		}
		os.Exit(0)
	}
	dir, err := os.MkdirTemp("", "desks")
	if err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
	stock.dir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// TestSilentTerminal starts the workbench on a pty that never answers: no query is sent, so that the first frame waits for no answer.
func TestSilentTerminal(t *testing.T) {
	a := desk(t, scene(attacker))
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "CASEBOOK_TEST_STORE="+a.Store.Path(), "TERM=xterm-256color", "CI=", "NO_COLOR=")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Skipf("no pty here: %v", err)
	}
	defer tty.Close()
	chunks := make(chan []byte, 1000)
	go func() {
		defer close(chunks)
		for {
			buf := make([]byte, 4096)
			n, err := tty.Read(buf)
			if n > 0 {
				chunks <- buf[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	var seen bytes.Buffer
	deadline := time.After(patience)
	for !strings.Contains(seen.String(), "casebook > overview") {
		select {
		case c, open := <-chunks:
			if !open {
				t.Fatalf("it ended: %q", seen.String())
			}
			seen.Write(c)
		case <-deadline:
			t.Fatalf("no frame: %q", seen.String())
		}
	}
	for _, query := range []string{"\x1b]11;?", "\x1b]10;?", "\x1b[6n", "\x1b[c", "\x1b[>c"} {
		if strings.Contains(seen.String(), query) {
			t.Errorf("the terminal is asked %q", query)
		}
	}
	if _, err := tty.Write([]byte("q")); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("q: %v", err)
	}
}
