package tui

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// rhythm is how evenly events follow each other: a program's gaps hardly vary, a person's do.
type rhythm struct {
	gaps                        int
	median, mean, sd, low, high time.Duration
	bins                        [len(gapEdges) + 1]int64
}

// gapEdges are where one bar of gaps ends and the next begins.
var gapEdges = [...]time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 6 * time.Hour}

// rhythmOf is the rhythm of times in ticks, rising. Gaps of a silence and more part two bouts of work and are not counted in
// its figures, only in its bars.
func rhythmOf(times []int64) rhythm {
	var r rhythm
	var kept []time.Duration
	for i := 1; i < len(times); i++ {
		gap := time.Duration(times[i]-times[i-1]) * 100
		bin, _ := slices.BinarySearchFunc(gapEdges[:], gap, func(edge, g time.Duration) int {
			if edge <= g {
				return -1
			}
			return 1
		})
		r.bins[bin]++
		if gap < silent {
			kept = append(kept, gap)
		}
	}
	if r.gaps = len(kept); r.gaps == 0 {
		return r
	}
	slices.Sort(kept)
	r.low, r.median, r.high = kept[0], kept[len(kept)/2], kept[len(kept)-1]
	sum := 0.0
	for _, g := range kept {
		sum += float64(g)
	}
	mean := sum / float64(len(kept))
	squares := 0.0
	for _, g := range kept {
		squares += (float64(g) - mean) * (float64(g) - mean)
	}
	r.mean = time.Duration(mean)
	if len(kept) > 1 {
		r.sd = time.Duration(math.Sqrt(squares / float64(len(kept)-1)))
	}
	return r
}

// leastGaps is how many gaps it takes to say anything of a rhythm.
const leastGaps = 8

// word is what the rhythm looks like. It is a hint: a steady person and a jittering program exist.
func (r *rhythm) word() string {
	switch {
	case r.gaps < leastGaps:
		return "too few gaps to tell"
	case float64(r.sd) <= 0.3*float64(r.mean) || r.sd < 500*time.Millisecond:
		return "even: looks scripted (a hint only)"
	case float64(r.sd) >= float64(r.mean):
		return "uneven: looks like a person (a hint only)"
	}
	return "neither even nor uneven"
}

func (r *rhythm) text() string {
	if r.gaps == 0 {
		return "no gaps shorter than " + spanText(silent)
	}
	return fmt.Sprintf("gap median %s  sd %s  %s to %s  n %s  %s", spanText(r.median), spanText(r.sd), spanText(r.low), spanText(r.high), countText(r.gaps), r.word())
}

// lines are the figures and a bar for each length of gap.
func (r *rhythm) lines(c widget.Charset, width int) []widget.Line {
	lines := widget.Wrap(widget.Plain, r.text(), width)
	whole := widget.Peak(r.bins[:])
	from := "0s"
	for i, n := range r.bins {
		to := "..."
		if i < len(gapEdges) {
			to = edgeText(gapEdges[i])
		}
		if first, last := r.filled(); i < first-1 || i > last+1 {
			from = to
			continue
		}
		var l widget.Line
		l.PutIn(widget.Faint, safe.Sprintf("%s - %s", from, to), 13, true).PutIn(widget.Plain, safe.Escape(shortCount(n)), 7, true).Space(1)
		l.Append(widget.Bar(c, n, whole, max(1, width-22)))
		lines = append(lines, l)
		from = to
	}
	return lines
}

// filled are the first and the last length of gap that there is; bars beyond their neighbours say nothing.
func (r *rhythm) filled() (first, last int) {
	first = len(r.bins)
	for i, n := range r.bins {
		if n > 0 {
			first, last = min(first, i), i
		}
	}
	return first, last
}

// edgeText is a round length of time.
func edgeText(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	}
	return fmt.Sprintf("%dh", int(d.Hours()))
}

// hourLines are the hours of the day, now beside before, and the hours that are new.
func hourLines(c Clock, now, before [24]int64, days, width int) []widget.Line {
	lines := []widget.Line{strip24(safe.Own("shown"), now), strip24(safe.Own("before"), before), hourAxis()}
	var fresh []string
	total := int64(0)
	for h := range 24 {
		total += before[h]
		if now[h] > 0 && before[h] == 0 {
			fresh = append(fresh, fmt.Sprintf("%02d", h))
		}
	}
	switch {
	case total == 0:
		return append(lines, widget.Say(widget.Faint, safe.Sprintf("no event in the %d days before to compare with", days)))
	case len(fresh) > 0:
		return append(lines, widget.Say(widget.Warn, safe.Sprintf("new hours: %s %s, in %s events before. The user's own zone is not in the log", strings.Join(fresh, " "), c.city(), countText(total)).Clip(width)))
	}
	return append(lines, widget.Say(widget.Plain, safe.Sprintf("all of these hours were seen before, in %s events", countText(total)).Clip(width)))
}

// strip24 is how busy each hour of the day is, in words that any terminal has: a digit is ninths of the busiest hour.
func strip24(name safe.Text, hours [24]int64) widget.Line {
	var l widget.Line
	l.PutIn(widget.Faint, name, hourLabel, false)
	peak := widget.Peak(hours[:])
	for _, n := range hours {
		if n == 0 {
			l.Put(widget.Faint, safe.Own(" . "))
			continue
		}
		l.Put(widget.Chart, safe.Sprintf(" %d ", max(1, n*9/peak)))
	}
	return l
}

// hourLabel is how wide the name before the hours is: 24 hours of three cells follow it, which must have room in 80.
const hourLabel = 6

func hourAxis() widget.Line {
	var l widget.Line
	l.Space(hourLabel)
	for h := range 24 {
		l.Put(widget.Faint, safe.Sprintf("%02d ", h))
	}
	return l
}
