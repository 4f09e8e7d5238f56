package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"casebook/store"
	"casebook/tui/safe"
)

// redrawn is how often progress is shown where it can be redrawn, said is how often it is said where it cannot.
const (
	redrawn = 500 * time.Millisecond
	said    = 5 * time.Second
)

// progress says on standard error how far long work has come. Short work never says a word.
type progress struct {
	mu     sync.Mutex
	out    io.Writer
	what   string
	unit   string
	redraw *os.File // the terminal; nil for none
	all    int64
	done   int64
	began  time.Time
	next   time.Time
	shown  bool
	pace   pace
}

func newProgress(s streams, what string, all int64, unit string) *progress {
	p := &progress{out: s.err, what: what, unit: unit, all: all, began: time.Now()}
	if f, ok := s.err.(*os.File); ok && isTerminal(f) {
		p.redraw = f
	}
	p.next = p.began.Add(p.every())
	return p
}

func (p *progress) every() time.Duration {
	if p.redraw != nil {
		return redrawn
	}
	return said
}

// due tells whether it is time to say something.
func (p *progress) due() (time.Time, bool) {
	now := time.Now()
	if now.Before(p.next) {
		return now, false
	}
	p.next = now.Add(p.every())
	return now, true
}

// add counts work that is done; it may be called from several goroutines.
func (p *progress) add(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	now, due := p.due()
	if !due {
		return
	}
	spent := now.Sub(p.began)
	line := fmt.Sprintf("%s: %s of %s %s, %s a second", p.what, count(p.done), count(p.all), p.unit, count(int64(float64(p.done)/spent.Seconds())))
	if p.done > 0 && p.done < p.all {
		left := time.Duration(float64(spent) * float64(p.all-p.done) / float64(p.done))
		line += fmt.Sprintf(", %s left", left.Round(time.Second))
	}
	p.show(line)
}

// loading shows how far a load has come.
func (p *progress) loading(s store.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now, due := p.due(); due {
		if s.Ahead.Doing != "" {
			p.show(aheadLine(&s, p.width()))
			return
		}
		p.pace.tell(now.Sub(p.began), s.Bytes, s.Records)
		p.show(p.pace.line(s, p.width()))
	}
}

// aheadLine says what a load does while no records come, and how long it will take if all files that are left go as this one does. The
// file's name gives way.
func aheadLine(s *store.Progress, width int) string {
	a := &s.Ahead
	before, after := "reading ", ""
	switch a.Doing {
	case store.Finding:
		return "looking for files: " + count(a.Done) + " so far"
	case store.Comparing:
		before, after = "comparing ", " with what is loaded"
	case store.Copying:
		before, after = "copying ", " into the store"
	}
	if a.All > 0 {
		after += fmt.Sprintf(": %d%% of %s", 100*min(a.Done, a.All)/a.All, size(a.All))
	} else {
		after += ": " + size(a.Done)
	}
	if speed := float64(a.Done) / a.Spent.Seconds(); a.Spent > 0 && speed >= 1 {
		after += "  " + size(int64(speed)) + "/s"
		if left := leftBehind(s); left > 0 {
			after += "  " + time.Duration(float64(left)/speed*float64(time.Second)).Round(time.Second).String() + " left"
		}
	}
	room := max(width-len(before)-len(after), leastName/2)
	return before + safe.Escape(filepath.Base(a.Path)).ClipMiddle(room).String() + after
}

// leftBehind is how many bytes are left of all files, or of the one that is read where it is not known how many they are in all.
func leftBehind(s *store.Progress) int64 {
	if s.BytesTotal == 0 || s.Ahead.All == 0 {
		return s.Ahead.All - s.Ahead.Done
	}
	before := s.Bytes
	if s.File == s.Ahead.Path {
		before -= s.FileBytes
	}
	return s.BytesTotal - before - s.Ahead.Done
}

// pace is how fast a load goes: what counts is how it went lately, since files that are known already go by in no time.
type pace struct {
	at      time.Duration
	bytes   int64
	records int64

	bytesASecond   float64
	recordsASecond float64
}

// tell takes in how far the load is.
func (p *pace) tell(at time.Duration, bytes, records int64) {
	spent := (at - p.at).Seconds()
	if spent <= 0 {
		return
	}
	b, r := float64(bytes-p.bytes)/spent, float64(records-p.records)/spent
	if p.at > 0 {
		b, r = (p.bytesASecond+b)/2, (p.recordsASecond+r)/2
	}
	*p = pace{at, bytes, records, b, r}
}

// line says how far the load is in so many columns: in all, how fast, how long it will take, and how far the file is that is being
// read. The name of that file is what gives way.
func (p *pace) line(s store.Progress, width int) string {
	parts := []string{"loading " + size(s.Bytes)}
	if s.BytesTotal > 0 {
		parts = []string{fmt.Sprintf("loading %d%% of %s", 100*s.Bytes/s.BytesTotal, size(s.BytesTotal))}
	}
	parts = append(parts, size(int64(p.bytesASecond))+"/s", thousands(int64(p.recordsASecond))+" records/s")
	if left := s.BytesTotal - s.Bytes; left > 0 && p.bytesASecond > 1 {
		parts = append(parts, (time.Duration(float64(left)/p.bytesASecond*float64(time.Second))).Round(time.Second).String()+" left")
	}
	before, after := "", ""
	if s.FilesTotal > 1 {
		before = count(min(s.Files+1, s.FilesTotal)) + "/" + count(s.FilesTotal) + " "
		if s.FileTotal > 0 {
			after = fmt.Sprintf(" %d%%", 100*s.FileBytes/s.FileTotal)
		}
	}
	line := strings.Join(parts, "  ") + "  " + before
	room := max(width-len(line)-len(after), leastName/2)
	return line + safe.Escape(filepath.Base(s.File)).ClipMiddle(room).String() + after
}

// show draws or says a line.
func (p *progress) show(line string) {
	if p.redraw == nil {
		fmt.Fprintln(p.out, harmless(line))
		return
	}
	// A line that runs over the edge could not be taken back.
	fmt.Fprintf(p.out, "\r\x1b[K%s", safe.Escape(line).Clip(p.width()))
	p.shown = true
}

// width is how long a line may be; where nothing is drawn again, as long as it likes.
func (p *progress) width() int {
	if p.redraw == nil {
		return 1 << 10
	}
	width, _ := widthOf(p.redraw)
	return width - 1
}

// clear takes the line away until there is more to say.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}

// end takes the line away for good.
func (p *progress) end() {
	p.clear()
	p.mu.Lock()
	defer p.mu.Unlock()
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

// thousands is a number to be taken in at a glance.
func thousands(n int64) string {
	if n < 10_000 {
		return count(n)
	}
	return count(n/1000) + "k"
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
