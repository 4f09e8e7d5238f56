package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"casebook/store"
)

// redrawn is how often progress is shown where it can be redrawn, said is how often it is said where it cannot.
const (
	redrawn = 500 * time.Millisecond
	said    = 5 * time.Second
)

// progress says on standard error how far long work has come. Short work never says a word.
type progress struct {
	mu        sync.Mutex
	out       io.Writer
	what      string
	unit      string
	amount    func(int64) string
	redraw    bool
	done, all int64
	began     time.Time
	next      time.Time
	shown     bool
}

func newProgress(s streams, what string, all int64, unit string) *progress {
	p := &progress{out: s.err, what: what, unit: unit, amount: count[int64], all: all, began: time.Now()}
	if f, ok := s.err.(*os.File); ok {
		p.redraw = isTerminal(f)
	}
	p.next = p.began.Add(p.every())
	return p
}

func (p *progress) every() time.Duration {
	if p.redraw {
		return redrawn
	}
	return said
}

// add counts work that is done; it may be called from several goroutines.
func (p *progress) add(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.set(p.done + n)
}

// loading shows how far a load has come.
func (p *progress) loading(s store.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = s.BytesTotal
	p.amount = size
	p.unit = fmt.Sprintf("(%s records, file %s of %s)", count(s.Records), count(s.Files), count(s.FilesTotal))
	p.set(s.Bytes)
}

func (p *progress) set(done int64) {
	p.done = done
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(p.every())
	spent := now.Sub(p.began)
	line := fmt.Sprintf("%s: %s of %s %s, %s a second", p.what, p.amount(p.done), p.amount(p.all), p.unit, p.amount(int64(float64(p.done)/spent.Seconds())))
	if p.all == 0 {
		line = fmt.Sprintf("%s: %s %s", p.what, p.amount(p.done), p.unit)
	}
	if p.done > 0 && p.done < p.all {
		left := time.Duration(float64(spent) * float64(p.all-p.done) / float64(p.done))
		line += fmt.Sprintf(", %s left", left.Round(time.Second))
	}
	p.show(line)
}

func (p *progress) show(line string) {
	if p.redraw {
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
		p.shown = true
		return
	}
	fmt.Fprintln(p.out, line)
}

// end takes the line away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	p.next = time.Now().Add(24 * time.Hour)
}

// count is a number with its thousands apart.
func count[N int | int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size is a number of bytes in the unit that suits it.
func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000*1000:
		return fmt.Sprintf("%.1f KB", float64(n)/1e3)
	case n < 1000*1000*1000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.2f GB", float64(n)/1e9)
}
