package widget

import (
	"casebook/tui/safe"
)

// Charset is what charts are drawn with.
type Charset uint8

// The charsets.
const (
	ASCII Charset = iota
	Blocks
)

// steps are the heights of one cell, from nothing to full.
var steps = [...][]safe.Text{
	ASCII:  {safe.Own(" "), safe.Own("."), safe.Own(":"), safe.Own("|"), safe.Own("#")},
	Blocks: {safe.Own(" "), safe.Own("▁"), safe.Own("▂"), safe.Own("▃"), safe.Own("▄"), safe.Own("▅"), safe.Own("▆"), safe.Own("▇"), safe.Own("█")},
}

// step is the character for a part of a whole; anything above nothing is seen.
func (c Charset) step(value, whole int64) safe.Text {
	set := steps[c]
	top := int64(len(set) - 1)
	switch {
	case value <= 0 || whole <= 0:
		return set[0]
	case value >= whole:
		return set[top]
	}
	return set[max(1, value*top/whole)]
}

// Strip is values as one line of cells, the highest being full.
func Strip(c Charset, values []int64, width int) Line {
	var l Line
	bins := Rebin(values, width)
	whole := Peak(bins)
	for _, v := range bins {
		l.Put(Chart, c.step(v, whole))
	}
	return l
}

// Bar is a horizontal bar of a value in a width that a whole fills.
func Bar(c Charset, value, whole int64, width int) Line {
	var l Line
	if value <= 0 || whole <= 0 {
		return l
	}
	full := steps[c][len(steps[c])-1]
	for range max(1, int(min(value, whole)*int64(width)/whole)) {
		l.Put(Chart, full)
	}
	return l
}

// Bars is values as columns of a height, a cell each, without axis.
func Bars(c Charset, values []int64, width, height int) []Line {
	bins := Rebin(values, width)
	whole := Peak(bins)
	levels := int64(len(steps[c]) - 1)
	lines := make([]Line, height)
	for y := range lines {
		floor := int64(height-1-y) * levels
		for _, v := range bins {
			total := int64(0)
			if whole > 0 && v > 0 {
				total = max(1, v*int64(height)*levels/whole)
			}
			lines[y].Put(Chart, steps[c][max(0, min(levels, total-floor))])
		}
	}
	return lines
}

// Rebin is values added up into at most width bins.
func Rebin(values []int64, width int) []int64 {
	if len(values) <= width || width <= 0 {
		return values
	}
	bins := make([]int64, width)
	for i, v := range values {
		bins[i*width/len(values)] += v
	}
	return bins
}

// Stretch is values repeated to fill a width.
func Stretch(values []int64, width int) []int64 {
	if len(values) == 0 || len(values) >= width {
		return values
	}
	wide := make([]int64, width)
	for i := range wide {
		wide[i] = values[i*len(values)/width]
	}
	return wide
}

// Peak is the highest value, 0 for none.
func Peak(values []int64) int64 {
	var peak int64
	for _, v := range values {
		peak = max(peak, v)
	}
	return peak
}
