package function

import (
	"math"
	"slices"

	"casebook/engine/column"
)

// TSTEP names a stretch of time by its end, which belongs to it; what begins there belongs to the next. The stretches are counted from the
// beginning of a range, not from the hour or the day, and go on beyond its end.

// stepWidth is the shortest stretch of which at most so many cover a range: a whole number of seconds, or of milliseconds where that many
// seconds are more than the range has.
func stepWidth(count, from, to int64) int64 {
	unit := int64(column.Second)
	if length := to - from; length/unit < count {
		unit = column.Millisecond
	}
	units := (max(to-from, 0) + unit - 1) / unit
	return max((units+count-1)/count, 1) * unit
}

// stepEnd is the first of the ends of stretches, counted from an instant, that is no earlier than at.
func stepEnd(at, from, width int64) int64 {
	if past := floorMod(floorMod(at, width)-floorMod(from, width), width); past > 0 {
		return at - past + width
	}
	return at
}

// longestStep keeps what is computed with a stretch, also in nanoseconds, within 64 bits.
const longestStep = math.MaxInt64 / 400

func steps(t, step, from, to column.Type) *Row {
	return scalar("$step", "the end of the step of a range that a date falls into", func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		length, low, high, at := Reader[int64](args[0]), instant(args[1]), instant(args[2]), Reader[int64](args[3])
		whole := func(at int64) int64 { return at - floorMod(at, column.Millisecond) }
		return mapRows(env, t, args, n, func(i int) (int64, bool) {
			l, okL := low(i)
			h, okH := high(i)
			width := length(i)
			if !okL || !okH || width <= 0 {
				return overflow[int64](env, "java.lang.IllegalArgumentException: cannot count steps in this range")
			}
			if step != column.Duration {
				width = stepWidth(width, whole(l), whole(h))
			}
			if width > longestStep {
				return overflow[int64](env, "java.lang.ArithmeticException: long overflow")
			}
			return stepEnd(at(i), floorMod(whole(l), width)*unitOf(t), width*unitOf(t)), true
		})
	}, t, step, from, to, t)
}

var esqlSteps = func() []*Row {
	ends := []column.Type{column.Time, column.Nanos, str}
	var rows []*Row
	for _, t := range instants {
		for _, step := range []column.Type{column.Duration, integer, column.Long} {
			rows = slices.Concat(rows, pairs(ends, ends, func(from, to column.Type) *Row { return steps(t, step, from, to) }))
		}
	}
	return rows
}()
