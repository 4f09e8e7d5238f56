package function

import (
	"math"
	"slices"

	"casebook/engine/column"
)

// BUCKET rounds down: to a span of time or a width that is given, or to one chosen so that a range makes at most so many
// buckets.

// humanSpans are the spans that people read easily, longest first: months and days, or a duration.
var humanSpans = []struct {
	months, days, ticks int64
}{
	{12, 0, 0}, {1, 0, 0}, {0, 7, 0}, {0, 1, 0}, {0, 0, 12 * column.Hour}, {0, 0, 3 * column.Hour}, {0, 0, column.Hour},
	{0, 0, 30 * column.Minute}, {0, 0, 10 * column.Minute}, {0, 0, 5 * column.Minute}, {0, 0, column.Minute},
	{0, 0, 30 * column.Second}, {0, 0, 10 * column.Second}, {0, 0, 5 * column.Second}, {0, 0, column.Second},
	{0, 0, 100 * column.Millisecond}, {0, 0, 50 * column.Millisecond}, {0, 0, 10 * column.Millisecond}, {0, 0, column.Millisecond},
}

// start is where the bucket of an instant starts, in ticks, and next where the one after it does.
func humanStart(span int, at int64) (start, next int64) {
	s := humanSpans[span]
	if s.ticks > 0 {
		start = at - floorMod(at, s.ticks)
		return start, start + s.ticks
	}
	from, _ := truncate(column.ToTime(at), s.months, s.days)
	return column.FromTime(from), column.FromTime(addPeriod(from, s.months, s.days))
}

// chooseSpan is the shortest span that makes at most so many buckets of a range, among those no longer one fails of.
func chooseSpan(count, from, to int64) int {
	best := 0
	for span := 1; span < len(humanSpans); span++ {
		if !enough(span, count, from, to) {
			return best
		}
		best = span
	}
	return best
}

// enough tells whether so many buckets of a span cover a range.
func enough(span int, count, from, to int64) bool {
	at, next := humanStart(span, from)
	if length := humanSpans[span].ticks; length > 0 {
		return (to-at+length-1)/length <= count
	}
	for used := int64(0); used < count; used++ {
		if next >= to {
			return true
		}
		_, next = humanStart(span, next)
	}
	return false
}

func chooseWidth(count int64, from, to float64) float64 {
	exact := (to - from) / float64(count)
	next := math.Pow(10, math.Ceil(math.Log10(exact)))
	if exact < next/2 {
		return next / 2
	}
	return next
}

// instant reads dates and dates written as texts, in ticks.
func instant(v *column.Vector) func(i int) (int64, bool) {
	switch v.Type.Kind() {
	case column.StringKind:
		read := Reader[string](v)
		return func(i int) (int64, bool) {
			at, err := ReadTime(read(i))
			return column.FromTime(at), err == nil
		}
	}
	read, t := Reader[int64](v), v.Type
	return func(i int) (int64, bool) { return column.FromTime(toTime(t, read(i))), true }
}

const bucketDoc = "the start of the bucket that a value falls into"

func dateBuckets(t, count, from, to column.Type) *Row {
	return scalar("bucket", bucketDoc, func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		at, k, low, high := Reader[int64](args[0]), whole(args[1]), instant(args[2]), instant(args[3])
		span, done := 0, [3]int64{}
		return mapRows(env, t, args, n, func(i int) (int64, bool) {
			l, okL := low(i)
			h, okH := high(i)
			if !okL || !okH || k(i) <= 0 {
				return overflow[int64](env, "java.lang.IllegalArgumentException: cannot choose buckets for this range")
			}
			if want := [3]int64{k(i), l, h}; want != done {
				span, done = chooseSpan(k(i), l, h), want
			}
			start, _ := humanStart(span, column.FromTime(toTime(t, at(i))))
			return start * unitOf(t), true
		})
	}, t, t, count, from, to)
}

var bounds = []column.Type{column.Time, str}

var buckets = slices.Concat(
	each(instants, func(t column.Type) *Row {
		return scalar("bucket", bucketDoc, Map2(t, swap(truncDuration(t))), t, t, column.Duration)
	}),
	each(instants, func(t column.Type) *Row {
		return scalar("bucket", bucketDoc, Map2(t, swap(truncPeriod(t))), t, t, column.Period)
	}),
	pairs(bounds, bounds, func(a, b column.Type) *Row { return dateBuckets(column.Time, integer, a, b) }),
	pairs(bounds, bounds, func(a, b column.Type) *Row { return dateBuckets(column.Nanos, integer, a, b) }),
	pairs(bounds, bounds, func(a, b column.Type) *Row { return dateBuckets(column.Time, column.Long, a, b) }),
	pairs(bounds, bounds, func(a, b column.Type) *Row { return dateBuckets(column.Nanos, column.Long, a, b) }),
	pairs(signed, signed, func(a, b column.Type) *Row {
		return scalar("bucket", bucketDoc, func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
			x, width := number(args[0]), number(args[1])
			return mapRows(env, column.Double, args, n, func(i int) (float64, bool) {
				if width(i) == 0 {
					return overflow[float64](env, byZero)
				}
				return finite(env, math.Floor(x(i)/width(i))*width(i))
			})
		}, column.Double, a, b)
	}),
	numberBuckets(),
)

func numberBuckets() []*Row {
	var rows []*Row
	for _, t := range signed {
		for _, count := range []column.Type{column.Int, column.Long} {
			rows = append(rows, pairs(signed, signed, func(a, b column.Type) *Row {
				return scalar("bucket", bucketDoc, func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
					x, k, low, high := number(args[0]), whole(args[1]), number(args[2]), number(args[3])
					return mapRows(env, column.Double, args, n, func(i int) (float64, bool) {
						width := chooseWidth(k(i), low(i), high(i))
						if width == 0 || math.IsNaN(width) || math.IsInf(width, 0) {
							return overflow[float64](env, byZero)
						}
						return finite(env, math.Floor(x(i)/width)*width)
					})
				}, column.Double, t, count, a, b)
			})...)
		}
	}
	return rows
}
