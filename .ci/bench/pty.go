package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
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
func (s *seat) quiet(while time.Duration) int {
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

// The pauses between what is drawn at once, what is drawn when the cursor rests, and all that a screen reads.
const (
	atOnce  = 70 * time.Millisecond
	atRest  = 250 * time.Millisecond
	readAll = 400 * time.Millisecond
)

func (s *seat) press(keys string, while time.Duration) int {
	if _, err := s.tty.WriteString(keys); err != nil {
		return 0
	}
	return s.quiet(while)
}

// peak is the most memory that the program has held, in MB. What the system tells of it once it has ended is not less than what the
// benchmark itself held when it started it.
func (s *seat) peak() (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	kilobytes := 0
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(after, &kilobytes); err != nil {
		return 0, fmt.Errorf("the peak of a process's memory, as Linux tells it: %w", err)
	}
	return kilobytes / 1024, nil
}

// leave ends the program, from a screen that takes text too.
func (s *seat) leave() error {
	if _, err := s.tty.WriteString("\x03\x03"); err != nil {
		return err
	}
	for range s.chunks {
	}
	return errors.Join(s.cmd.Wait(), s.tty.Close())
}

// firstFrame is from the start of the process to the first frame on a terminal that answers nothing.
func (b *bench) firstFrame(store string) error {
	firsts := make([]time.Duration, 15)
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
		s.quiet(atRest)
		if err := s.leave(); err != nil {
			return err
		}
	}
	median, _ := central(firsts)
	tell("start to first frame", median, 60*time.Millisecond, "on a terminal that answers nothing")
	return nil
}

// bytes are what steps cost on the link: within the window, and at its end, where it moves by a row.
func (b *bench) bytes(store string) error {
	s, err := b.seat(store)
	if err != nil {
		return err
	}
	s.quiet(readAll)
	for _, list := range []struct{ name, key string }{{"alerts", "2"}, {"users", "3"}, {"events", "4"}} {
		s.press(list.key+"g", readAll)
		steps := func() (step, rest int) {
			all, rests := make([]int, 15), make([]int, 15)
			for i := range all {
				all[i], rests[i] = s.press("j", atOnce), s.quiet(atRest)
			}
			step, _ = central(all)
			rest, _ = central(rests)
			return step, rest
		}
		move, rest := steps()
		tell("bytes of a step of the cursor: "+list.name, move, 600, fmt.Sprintf("and %d when it rests", rest))
		s.press(strings.Repeat("j", 30), readAll)
		scroll, rest := steps()
		tell("bytes of a step of the window: "+list.name, scroll, 1500, fmt.Sprintf("and %d when it rests", rest))
	}
	return s.leave()
}

// walkMemory is the peak of a walk through all screens.
func (b *bench) walkMemory(store string) error {
	s, err := b.seat(store)
	if err != nil {
		return err
	}
	s.quiet(readAll)
	for _, keys := range []string{"1", "2", "G", "g", "\r", "\t", "\r", "\t", "t", "G", "i", "3", "\r", "4", "G", "\r", "5", "\x1b", "6", "\r", "7", "2"} {
		s.press(keys, readAll)
	}
	peak, err := s.peak()
	if err := errors.Join(err, s.leave()); err != nil {
		return err
	}
	tell("peak memory of a walk, in MB", peak, 150, "")
	return nil
}
