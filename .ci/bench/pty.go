package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// seat is the program on a terminal of 140 by 40 that answers nothing.
type seat struct {
	tty    *os.File
	cmd    *exec.Cmd
	chunks chan []byte
}

func (b *bench) seat(store string) (*seat, error) {
	cmd := exec.Command(b.binary, "--store", store)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR=", "CI=", "XDG_STATE_HOME="+b.dir)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 140})
	if err != nil {
		return nil, err
	}
	s := &seat{tty: tty, cmd: cmd, chunks: make(chan []byte, 10000)}
	go func() {
		defer close(s.chunks)
		for {
			buf := make([]byte, 1<<16)
			n, err := tty.Read(buf)
			if n > 0 {
				s.chunks <- buf[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return s, nil
}

// until reads up to a text, and gives the time that took.
func (s *seat) until(text string) (time.Duration, error) {
	begin := time.Now()
	var all bytes.Buffer
	for !bytes.Contains(all.Bytes(), []byte(text)) {
		select {
		case c, open := <-s.chunks:
			if !open {
				return 0, fmt.Errorf("it ended without %q: %q", text, all.String())
			}
			all.Write(c)
		case <-time.After(time.Minute):
			return 0, fmt.Errorf("no %q in a minute: %q", text, all.String())
		}
	}
	return time.Since(begin), nil
}

// quiet counts the bytes until none has come for a while.
func (s *seat) quiet() int { return s.lull(400 * time.Millisecond) }

func (s *seat) lull(while time.Duration) int {
	n := 0
	for {
		select {
		case c, open := <-s.chunks:
			if !open {
				return n
			}
			n += len(c)
		case <-time.After(while):
			return n
		}
	}
}

func (s *seat) press(keys string) int {
	if _, err := s.tty.WriteString(keys); err != nil {
		return 0
	}
	return s.quiet()
}

// leave quits, and gives the peak memory in megabytes.
func (s *seat) leave() (float64, error) {
	s.press("q")
	err := errors.Join(s.cmd.Wait(), s.tty.Close())
	if use, ok := s.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		return float64(use.Maxrss) / 1024, err
	}
	return 0, err
}

// onTerminal prints what only a terminal shows: the first frame, the bytes of a step, and the memory of a walk through all screens.
func (b *bench) onTerminal(store string) error {
	firsts := make([]time.Duration, 9)
	for i := range firsts {
		begin := time.Now()
		s, err := b.seat(store)
		if err != nil {
			return err
		}
		if _, err := s.until("casebook > "); err != nil {
			return err
		}
		firsts[i] = time.Since(begin)
		s.quiet()
		if _, err := s.leave(); err != nil {
			return err
		}
	}
	slices.Sort(firsts)
	fmt.Printf("%-28s %10s   to reach: 60ms, on a terminal that answers nothing\n", "start to first frame", short(firsts[len(firsts)/2]))

	s, err := b.seat(store)
	if err != nil {
		return err
	}
	s.quiet()
	for _, list := range []struct{ name, keys string }{{"alerts", "2g"}, {"users", "3g"}, {"events", "4g"}} {
		s.press(list.keys)
		moves, rests := make([]int, 60), make([]int, 60)
		for i := range moves {
			if _, err := s.tty.WriteString("j"); err != nil {
				return err
			}
			// The step itself, and what is read and drawn once the cursor rests.
			moves[i], rests[i] = s.lull(70*time.Millisecond), s.quiet()
		}
		slices.Sort(moves)
		slices.Sort(rests)
		fmt.Printf("%-28s %4d, scrolling %d, at rest %d more   to reach: 600, 1500\n", "bytes of a step: "+list.name, moves[len(moves)/2], moves[len(moves)-1], rests[len(rests)/2])
	}
	for _, keys := range []string{"1", "2", "G", "g", "\r", "\t", "\r", "\t", "t", "G", "i", "3", "\r", "4", "G", "\r", "5", "6", "\r", "7", "2"} {
		s.press(keys)
	}
	peak, err := s.leave()
	if err != nil {
		return err
	}
	fmt.Printf("%-28s %7.0f MB   to reach: 150 MB\n", "memory of a walk", peak)
	return nil
}
