package tui

import (
	"strings"
	"testing"
	"time"

	"casebook/engine/column"
	"casebook/tui/widget"
)

func TestRhythm(t *testing.T) {
	times := func(gaps ...time.Duration) []int64 {
		at := column.FromTime(day)
		list := []int64{at}
		for _, g := range gaps {
			at += int64(g / 100)
			list = append(list, at)
		}
		return list
	}
	repeat := func(n int, gaps ...time.Duration) []time.Duration {
		var all []time.Duration
		for range n {
			all = append(all, gaps...)
		}
		return all
	}
	for _, tt := range []struct {
		name  string
		times []int64
		want  string
	}{
		{"none", nil, "no gaps shorter"},
		{"few", times(time.Second, time.Second), "too few"},
		{"even", times(repeat(20, 26*time.Second)...), "median 26.0s  sd 0ms  26.0s to 26.0s  n 20  even"},
		{"uneven", times(repeat(20, time.Second, 9*time.Minute)...), "uneven"},
		// A night between two bouts of work says nothing of the pace.
		{"bouts", times(append(repeat(10, 2*time.Second), append([]time.Duration{9 * time.Hour}, repeat(10, 2*time.Second)...)...)...), "median 2.0s  sd 0ms  2.0s to 2.0s  n 20  even"},
	} {
		r := rhythmOf(tt.times)
		if got := r.text(); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	r := rhythmOf(times(time.Second, 1999*time.Millisecond, 2*time.Second, 7*time.Hour))
	if r.bins != [...]int64{0, 2, 1, 0, 0, 0, 0, 0, 0, 1} {
		t.Errorf("bars %v", r.bins)
	}
	// Only lengths that there are, and one to either side, take a line.
	even := rhythmOf(times(repeat(20, 26*time.Second)...))
	if got := even.lines(widget.ASCII, 100); len(got) != 1+3 {
		t.Errorf("%d lines for one length of gap", len(got))
	}
	for _, l := range r.lines(widget.ASCII, 60) {
		if l.Width() > 60 {
			t.Errorf("%q is wider than 60", l.String())
		}
	}
}
