package function

import (
	"math"

	"casebook/engine/column"
)

// Aggregators that both languages' rows use. All of them take every value of a multi-value and leave nulls out.

// CountRows is COUNT(*) and count(): rows, whatever is in them.
func CountRows(*Env, []column.Type) Aggregator { return &counter{rows: true} }

// CountValues is the number of values.
func CountValues(*Env, []column.Type) Aggregator { return &counter{} }

type counter struct {
	rows bool
	n    []int64
}

func (c *counter) Add(groups []int32, args []*column.Vector, n int) error {
	if c.rows || len(args) == 0 {
		for _, g := range groups[:n] {
			c.n = grow(c.n, g)
			c.n[g]++
		}
		return nil
	}
	v := args[0]
	for i, g := range groups[:n] {
		from, to := v.Range(i)
		if from < to {
			c.n = grow(c.n, g)
			c.n[g] += int64(to - from)
		}
	}
	return nil
}

func (c *counter) Result(groups int) (*column.Vector, error) {
	return &column.Vector{Type: column.Long, Len: groups, Ints: extend(c.n, groups)}, nil
}

// grow makes room for group g.
func grow[T any](s []T, g int32) []T {
	if int(g) < len(s) {
		return s
	}
	return append(s, make([]T, int(g)+1-len(s))...)
}

// extend pads with zero values up to the number of groups.
func extend[T any](s []T, groups int) []T {
	if len(s) < groups {
		s = append(s, make([]T, groups-len(s))...)
	}
	return s[:groups]
}

// OverflowWarning is what a whole-number sum says when it does not fit.
const OverflowWarning = longOverflow

// Sum adds integers (as longs) or doubles; a group without values is null, or 0 where empty says so. Where checked, a sum of
// longs that does not fit is null with a warning; else it wraps.
func Sum(checked, empty bool) func(*Env, []column.Type) Aggregator {
	return func(env *Env, args []column.Type) Aggregator {
		if args[0].Kind() == column.FloatKind {
			return &floatSum{t: args[0], empty: empty}
		}
		t := column.Long
		if args[0] == column.Duration || args[0] == column.ULong {
			t = args[0]
		}
		return &intSum{env: env, t: t, checked: checked, empty: empty}
	}
}

type intSum struct {
	env            *Env
	t              column.Type
	checked, empty bool
	sum            []int64
	seen           []bool
	over           []bool
}

func (s *intSum) Add(groups []int32, args []*column.Vector, n int) error {
	v := args[0]
	if v.Type == column.Null {
		return nil
	}
	for i, g := range groups[:n] {
		from, to := v.Range(i)
		if from == to {
			continue
		}
		if int(g) >= len(s.sum) {
			s.sum, s.seen = grow(s.sum, g), grow(s.seen, g)
		}
		s.seen[g] = true
		for _, x := range v.Ints[from:to] {
			t := s.sum[g] + x
			if s.checked && s.overflows(s.sum[g], x, t) {
				s.over = grow(s.over, g)
				s.over[g] = true
			}
			s.sum[g] = t
		}
	}
	return nil
}

func (s *intSum) overflows(a, b, sum int64) bool {
	if s.t == column.ULong {
		return uint64(sum) < uint64(a)
	}
	return (a^sum)&(b^sum) < 0
}

func (s *intSum) Result(groups int) (*column.Vector, error) {
	v := &column.Vector{Type: s.t, Len: groups, Ints: extend(s.sum, groups)}
	for g := range groups {
		if g < len(s.over) && s.over[g] {
			s.env.Warn(OverflowWarning)
			v.Nulls = setIn(v.Nulls, groups, g)
		} else if !s.empty && (g >= len(s.seen) || !s.seen[g]) {
			v.Nulls = setIn(v.Nulls, groups, g)
		}
	}
	return v, nil
}

// floatSum adds with Kahan's correction, so that the order in which events come does not show.
type floatSum struct {
	t         column.Type
	empty     bool
	sum, lost []float64
	n         []int64
	average   bool
	nan       bool // the average over nothing is NaN and not null
}

func (s *floatSum) Add(groups []int32, args []*column.Vector, n int) error {
	v := args[0]
	if v.Type == column.Null {
		return nil
	}
	ints := v.Type.Kind() == column.IntKind
	for i, g := range groups[:n] {
		from, to := v.Range(i)
		for at := from; at < to; at++ {
			var x float64
			switch {
			case !ints:
				x = v.Floats[at]
			case v.Type == column.ULong:
				x = float64(uint64(v.Ints[at]))
			default:
				x = float64(v.Ints[at])
			}
			s.add(g, x)
		}
	}
	return nil
}

func (s *floatSum) add(g int32, x float64) {
	if int(g) >= len(s.sum) {
		s.sum, s.lost, s.n = grow(s.sum, g), grow(s.lost, g), grow(s.n, g)
	}
	s.n[g]++
	sum := s.sum[g] + x
	if math.IsInf(sum, 0) || math.IsNaN(sum) {
		s.sum[g], s.lost[g] = sum, 0
		return
	}
	if math.Abs(s.sum[g]) >= math.Abs(x) {
		s.lost[g] += (s.sum[g] - sum) + x
	} else {
		s.lost[g] += (x - sum) + s.sum[g]
	}
	s.sum[g] = sum
}

func (s *floatSum) Result(groups int) (*column.Vector, error) {
	s.sum, s.lost, s.n = extend(s.sum, groups), extend(s.lost, groups), extend(s.n, groups)
	v := &column.Vector{Type: s.t, Len: groups, Floats: make([]float64, groups)}
	for g := range groups {
		x := s.sum[g] + s.lost[g]
		switch {
		case s.n[g] == 0 && s.average && s.nan:
			v.Floats[g] = math.NaN()
		case s.n[g] == 0 && !s.empty:
			v.Nulls = setIn(v.Nulls, groups, g)
		case s.average:
			v.Floats[g] = x / float64(s.n[g])
		default:
			v.Floats[g] = x
		}
	}
	return v, nil
}

// Average is the mean as a double; over nothing it is null, or NaN where nan says so.
func Average(nan bool) func(*Env, []column.Type) Aggregator {
	return func(*Env, []column.Type) Aggregator { return &floatSum{t: column.Double, average: true, nan: nan} }
}

// Min is the least value.
func Min(_ *Env, args []column.Type) Aggregator { return newExtreme(args[0], -1) }

// Max is the greatest value.
func Max(_ *Env, args []column.Type) Aggregator { return newExtreme(args[0], 1) }

func newExtreme(t column.Type, sign int) Aggregator {
	switch {
	case t == column.ULong:
		return &extremeAny{t: t, sign: sign}
	case t.Kind() == column.IntKind:
		return &extreme[int64]{t: t, sign: sign, values: func(v *column.Vector) []int64 { return v.Ints }}
	case t.Kind() == column.FloatKind:
		return &extreme[float64]{t: t, sign: sign, values: func(v *column.Vector) []float64 { return v.Floats }}
	}
	return &extremeAny{t: t, sign: sign}
}

type extreme[T int64 | float64] struct {
	t      column.Type
	sign   int
	values func(*column.Vector) []T
	best   []T
	seen   []bool
}

func (e *extreme[T]) Add(groups []int32, args []*column.Vector, n int) error {
	v := args[0]
	if v.Type == column.Null {
		return nil
	}
	values := e.values(v)
	for i, g := range groups[:n] {
		from, to := v.Range(i)
		if from == to {
			continue
		}
		if int(g) >= len(e.best) {
			e.best, e.seen = grow(e.best, g), grow(e.seen, g)
		}
		for _, x := range values[from:to] {
			if !e.seen[g] || e.sign < 0 && x < e.best[g] || e.sign > 0 && x > e.best[g] {
				e.best[g], e.seen[g] = x, true
			}
		}
	}
	return nil
}

func (e *extreme[T]) Result(groups int) (*column.Vector, error) {
	e.best, e.seen = extend(e.best, groups), extend(e.seen, groups)
	v := &column.Vector{Type: e.t, Len: groups}
	switch best := any(e.best).(type) {
	case []int64:
		v.Ints = best
	case []float64:
		v.Floats = best
	}
	for g, seen := range e.seen {
		if !seen {
			v.Nulls = setIn(v.Nulls, groups, g)
		}
	}
	return v, nil
}

// extremeAny compares whole values: texts, dynamic values, unsigned numbers.
type extremeAny struct {
	t    column.Type
	sign int
	best []any
}

func (e *extremeAny) Add(groups []int32, args []*column.Vector, n int) error {
	v := args[0]
	for i, g := range groups[:n] {
		from, to := v.Range(i)
		for at := from; at < to; at++ {
			x := v.At(at)
			e.best = grow(e.best, g)
			if e.best[g] == nil || x != nil && column.Compare(e.t, x, e.best[g])*e.sign > 0 {
				e.best[g] = x
			}
		}
	}
	return nil
}

func (e *extremeAny) Result(groups int) (*column.Vector, error) {
	return build(e.t, extend(e.best, groups))
}

func build(t column.Type, values []any) (*column.Vector, error) {
	b := column.NewBuilder(t, len(values))
	for _, x := range values {
		b.Value(x)
	}
	return b.Vector(), nil
}
