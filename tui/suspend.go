package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// Ctrl-Z puts the workbench into the background, as it does every program of a shell, and fg brings it back as it was. So it does after a
// stop that nobody here was asked about (kill -STOP, a debugger): the shell has then made the terminal its own, with lines and echo.

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

// continued is that the program goes on after it was stopped.
type continued struct{ at time.Time }

// watchStops tells the program whenever it goes on after a stop, until the context ends.
func (a *App) watchStops(ctx context.Context, tell func(tea.Msg)) {
	back := make(chan os.Signal, 1)
	signal.Notify(back, syscall.SIGCONT)
	go func() {
		defer signal.Stop(back)
		for {
			select {
			case <-back:
				tell(continued{time.Now()})
			case <-ctx.Done():
				return
			}
		}
	}()
}

// lent is when the terminal was last taken back from a program that had it, in Unix nanoseconds. Where that stopped and went on, as ctrl+z
// makes it, the terminal is in order.
var lent atomic.Int64

// retake puts the terminal into the workbench's modes again, and draws it.
func (a *App) retake(at time.Time) tea.Cmd {
	if at.Before(time.Unix(0, lent.Load()).Add(stopped)) {
		return nil
	}
	return tea.Exec(nobody{}, func(err error) tea.Msg {
		return landing{func() tea.Cmd {
			if err != nil {
				a.warn(err.Error())
			}
			return a.refresh()
		}}
	})
}

// nobody is a program that has the terminal for no time.
type nobody struct{}

func (nobody) Run() error          { return nil }
func (nobody) SetStdin(io.Reader)  {}
func (nobody) SetStdout(io.Writer) {}
func (nobody) SetStderr(io.Writer) {}

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
	defer func() { lent.Store(time.Now().UnixNano()) }()
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
	select { // where it was stopped for longer, both come as it goes on, and the signal need not be the first
	case <-back:
		return nil
	case <-time.After(stopped):
		return errNoShell
	}
}
