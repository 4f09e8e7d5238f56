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
	os.Exit(m.Run())
}

// firstFrame is how long a terminal that answers nothing may wait for the first frame. Asking it, and waiting, took five seconds.
const firstFrame = 300 * time.Millisecond

// TestSilentTerminal starts the workbench on a pty that never answers: no query is sent, and the first frame is there at once.
func TestSilentTerminal(t *testing.T) {
	a := desk(t, scene(attacker))
	best := time.Hour
	// The best of many: how long a program takes to start says more about what else the machine does. A program that asks
	// and waits never comes near.
	for range 20 {
		best = min(best, startSilent(t, a))
		if best <= firstFrame {
			return
		}
	}
	t.Errorf("first frame after %s, want at most %s", best, firstFrame)
}

func startSilent(t *testing.T, a *App) time.Duration {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "CASEBOOK_TEST_STORE="+a.Store.Path(), "TERM=xterm-256color", "CI=", "NO_COLOR=")
	start := time.Now()
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
	deadline := time.After(time.Minute)
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
	took := time.Since(start)
	t.Logf("first frame after %s", took.Round(time.Millisecond))
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
	return took
}
