package tui

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// Ctrl-Z puts the workbench into the background, as it does every program of a shell, and fg brings it back as it was.

// suspend hands the terminal back to the shell until the shell lets the workbench go on.
func (a *App) suspend() tea.Cmd {
	if a.Plain {
		return nil // its terminal takes the key itself
	}
	return tea.Exec(new(background), func(err error) tea.Msg {
		return landing{func() tea.Cmd {
			if err != nil {
				a.warn(err.Error())
			}
			return a.refresh()
		}}
	})
}

// background is the time for which a program is stopped.
type background struct{}

func (*background) SetStdin(io.Reader)  {}
func (*background) SetStdout(io.Writer) {}
func (*background) SetStderr(io.Writer) {}

// stopped is how long a signal to stop takes at most to do so.
const stopped = 300 * time.Millisecond

var errNoShell = errors.New("no shell to go back to: casebook was not started from one")

// Run stops all programs of this one's job and returns when they go on. The kernel stops nothing that no shell could bring back, such as
// what ssh or tmux runs on its own; then it says so.
func (*background) Run() error {
	back := make(chan os.Signal, 1)
	signal.Notify(back, syscall.SIGCONT)
	defer signal.Stop(back)
	if err := syscall.Kill(0, syscall.SIGTSTP); err != nil {
		return err
	}
	late := time.NewTimer(stopped)
	defer late.Stop()
	select {
	case <-back:
		return nil
	case <-late.C:
	}
	select { // both are there at once where it was stopped for longer
	case <-back:
		return nil
	default:
		return errNoShell
	}
}
