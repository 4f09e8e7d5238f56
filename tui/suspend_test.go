package tui

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// console is a program on a terminal of its own, and what it wrote there since it was last looked at.
type console struct {
	t    *testing.T
	tty  *os.File
	cmd  *exec.Cmd
	mu   sync.Mutex
	seen strings.Builder
}

// patience is how long a test waits for what is sure to come, on a machine that is busy with other things.
const patience = 3 * time.Minute

func onTerminal(t *testing.T, store string, words ...string) *console {
	c := &console{t: t, cmd: exec.Command(words[0], words[1:]...)}
	c.cmd.Env = append(os.Environ(), "CASEBOOK_TEST_STORE="+store, "TERM=xterm-256color", "CI=", "NO_COLOR=", "PS1=$ ", "ENV=")
	tty, err := pty.StartWithSize(c.cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Skipf("no pty here: %v", err)
	}
	c.tty = tty
	t.Cleanup(func() { tty.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := tty.Read(buf)
			c.mu.Lock()
			c.seen.Write(buf[:n])
			c.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return c
}

// types sends keys and waits until the terminal has shown a text since.
func (c *console) types(keys, until string) {
	c.t.Helper()
	c.forget()
	if _, err := c.tty.WriteString(keys); err != nil {
		c.t.Fatal(err)
	}
	c.shows(until)
}

// forget leaves what was written behind: before what is to be seen is asked for, since it may come at once.
func (c *console) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen.Reset()
}

// shows waits until the terminal has shown a text since it was last looked at.
func (c *console) shows(until string) {
	c.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		c.mu.Lock()
		got := c.seen.String()
		c.mu.Unlock()
		if strings.Contains(got, until) {
			return
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t.Fatalf("there is no %q in %q", until, c.seen.String())
}

// TestSuspend: a shell has its terminal back after Ctrl-Z, and fg brings the workbench back as it was.
func TestSuspend(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a shell")
	}
	a := desk(t, scene(attacker))
	c := onTerminal(t, a.Store.Path(), "sh", "-i")
	c.types(os.Args[0]+"\n", "casebook > overview")
	c.types("2", "status:open")
	c.types("\x1a", "Stopped")
	c.types("echo at the sh\"ell\"\n", "at the shell")
	c.types("fg\n", "casebook > alerts")
	c.types("q", "$ ")
	c.types("exit\n", "")
}

// TestSuspendWithoutAShell: what no shell could bring back is not stopped.
func TestSuspendWithoutAShell(t *testing.T) {
	a := desk(t, scene(attacker))
	c := onTerminal(t, a.Store.Path(), os.Args[0])
	c.shows("casebook > overview")
	c.types("\x1a", "no shell to go back to")
	c.types("2", "status:open")
	c.types("q", "")
	if err := c.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestStoppedFromOutside: after a stop that the workbench was not asked about it has the terminal again, key by key and without echo.
func TestStoppedFromOutside(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a shell")
	}
	shell, err := exec.LookPath("bash") // which makes the terminal its own again
	if err != nil {
		t.Skip(err)
	}
	a := desk(t, scene(attacker))
	c := onTerminal(t, a.Store.Path(), shell, "--norc", "--noprofile", "-i")
	c.types(os.Args[0]+"\n", "casebook > overview")
	for range 2 {
		c.types("2", "status:open")
		child, err := os.ReadFile(fmt.Sprintf("/proc/%[1]d/task/%[1]d/children", c.cmd.Process.Pid))
		if err != nil {
			t.Skip(err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(child)))
		if err != nil {
			t.Fatal(err)
		}
		c.forget()
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		c.shows("Stopped")
		c.types("echo at the sh\"ell\"\n", "at the shell")
		c.types("fg\n", "casebook > alerts")
		c.types("1", "closed today")
	}
	c.types("q", "$ ")
	c.types("exit\n", "")
}
