package tui

import (
	"fmt"
	"slices"
	"strings"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// A step's rows stand in half a screen. Where they do not fit it whole, what is the same in every row is said once above them, and
// fields lose the front of their names, as far as they stay apart.

// mostCompared bounds the rows that are looked at for what they have in common.
const mostCompared = 20_000

// sameColumns are the columns that have one value in all rows.
func sameColumns(clock Clock, r *engine.Result) []int {
	if r.Batch.Len < 2 || r.Batch.Len > mostCompared {
		return nil
	}
	var same []int
	for c, f := range r.Columns {
		first := clock.text(f.Type, r.Batch.Columns[c].Value(0)).String()
		differs := false
		for i := 1; i < r.Batch.Len && !differs; i++ {
			differs = clock.text(f.Type, r.Batch.Columns[c].Value(i)).String() != first
		}
		if !differs {
			same = append(same, c)
		}
	}
	if len(same) == len(r.Columns) {
		return nil
	}
	return same
}

// slimmed is a result on its way to fit a width.
type slimmed struct {
	*engine.Result
	form resultForm
	said []string // what was taken out of every row
}

// slim takes out of a result's rows what keeps them from fitting a width, as far as it can be said once.
func slim(clock Clock, r *engine.Result, same []int, rows *widget.List, width int) slimmed {
	s := slimmed{Result: r, form: resultForm{clock: clock}}
	if s.form.fits(r, rows, width) {
		return s
	}
	names := shortNames(r.Columns)
	s.Result = &engine.Result{Batch: &column.Batch{Len: r.Batch.Len}, Events: r.Events}
	for c, f := range r.Columns {
		if slices.Contains(same, c) {
			value := clock.text(f.Type, r.Batch.Columns[c].Value(0))
			s.said = append(s.said, fmt.Sprintf("%s %s", names[c], value.ClipMiddle(width/2)))
			continue
		}
		f.Name = names[c]
		s.Columns = append(s.Columns, f)
		s.Batch.Columns = append(s.Batch.Columns, r.Batch.Columns[c])
	}
	if s.form.fits(s.Result, rows, width) {
		return s
	}
	s.form.cut = withoutYear
	if day := clock.commonDay(s.Result, rows); day != "" && !s.form.fits(s.Result, rows, width) {
		s.form.cut = onlyClock
		if !clock.utc() {
			day += " (" + clock.city() + ")"
		}
		s.said = append([]string{"on " + day}, s.said...)
	}
	return s
}

// lines say what every row has.
func (s *slimmed) lines(width int) []widget.Line {
	if len(s.said) == 0 {
		return nil
	}
	lines := widget.Wrap(widget.Faint, "every row: "+strings.Join(s.said, "   "), width)
	return lines[:min(len(lines), 2)]
}

// commonDay is the day that all times in sight are of, or "".
func (c Clock) commonDay(r *engine.Result, rows *widget.List) string {
	day := ""
	from, to := rows.Window()
	for k, f := range r.Columns {
		if f.Type != column.Time {
			continue
		}
		for i := from; i < min(to, r.Batch.Len); i++ {
			ticks, ok := r.Batch.Columns[k].Value(i).(int64)
			if !ok {
				continue
			}
			one := c.bareTick(ticks, "2006-01-02")
			if day != "" && one != day {
				return ""
			}
			day = one
		}
	}
	return day
}

// shortNames are the ends of columns' names, each as long as it takes to say something and to be the only one.
func shortNames(columns []column.Field) []string {
	names := make([]string, len(columns))
	for i, f := range columns {
		parts := strings.Split(f.Name, ".")
		for from := len(parts) - 1; from >= 0; from-- {
			names[i] = strings.Join(parts[from:], ".")
			if len(parts[from]) > len("name") && !slices.ContainsFunc(columns, func(other column.Field) bool {
				return other.Name != f.Name && (other.Name == names[i] || strings.HasSuffix(other.Name, "."+names[i]))
			}) {
				break
			}
		}
	}
	return names
}

// manualLine says that a step is for people, and what to do about it.
func (a *App) manualLine() widget.Line {
	return widget.Say(widget.Faint, safe.Sprintf("no log that is loaded answers this: %s writes what you found, %s why it cannot be", a.Keys.hint(writeConclusion, onGuide), a.Keys.hint(answerCannot, onGuide)))
}

// rowAt is one row of a result as a result of its own.
func rowAt(r *engine.Result, i int) *engine.Result {
	one := &engine.Result{Columns: r.Columns, Batch: &column.Batch{Len: 1}}
	for c, f := range r.Columns {
		b := column.NewBuilder(f.Type, 1)
		b.Value(r.Batch.Columns[c].Value(i))
		one.Batch.Columns = append(one.Batch.Columns, b.Vector())
	}
	return one
}
