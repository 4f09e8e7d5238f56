package tui

import (
	"bytes"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// TestHangup: a workbench whose terminal is gone ends, also where nobody sends it a SIGHUP since the terminal is not its session's.
func TestHangup(t *testing.T) {
	a := desk(t, scene(attacker))
	for _, own := range []bool{true, false} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CASEBOOK_TEST_STORE="+a.Store.Path(), "TERM=xterm-256color", "CI=")
		tty, err := pty.StartWithAttrs(cmd, &pty.Winsize{Rows: 24, Cols: 80}, &syscall.SysProcAttr{Setsid: true, Setctty: own})
		if err != nil {
			t.Skipf("no pty here: %v", err)
		}
		var seen []byte
		for buf := make([]byte, 4096); !bytes.Contains(seen, []byte("overview")); {
			n, err := tty.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, buf[:n]...)
		}
		time.Sleep(time.Second) // it has drawn all that it had to, and waits for keys: writing would tell it too
		tty.Close()
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-ended:
		case <-time.After(patience):
			cmd.Process.Kill()
			t.Errorf("own terminal %t: it goes on without one", own)
		}
	}
}
