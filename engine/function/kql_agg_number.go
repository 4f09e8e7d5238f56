package function

import (
	"math"

	"casebook/engine/column"
)

type moment struct {
	n    int64
	i    int64
	base int64
	f    float64
	mean float64
	m2   float64
	seen bool
}

func zero() *moment { return &moment{} }

// sumOf is 0 over nothing.
func summing(_ *Env, args []column.Type) Aggregator {
	t := args[0]
	if t == column.Int {
		t = column.Long
	}
	real := t.Kind() == column.FloatKind
	return &groupsOf[moment]{t: t, fresh: zero,
		add: func(s *moment, args []*column.Vector, i int) error {
			if args[0].IsNull(i) {
				return nil
			}
			s.seen = true
			if real {
				s.f += args[0].Floats[i]
			} else {
				s.i += args[0].Ints[i]
				if args[0].Type == column.Time {
					s.i += column.TicksAtEpoch
				}
			}
			return nil
		},
		result: func(s *moment) any {
			switch {
			case real:
				return s.f
			case t == column.Time:
				return s.i - column.TicksAtEpoch
			}
			return s.i
		}}
}

// meanOf is NaN over nothing, or null where there is no NaN.
func meanOf(_ *Env, args []column.Type) Aggregator {
	t := args[0]
	if t != column.Time && t != column.Duration && t != column.Decimal {
		t = column.Double
	}
	times := t.Kind() == column.IntKind
	return &groupsOf[moment]{t: t, fresh: zero,
		add: func(s *moment, args []*column.Vector, i int) error {
			if !args[0].IsNull(i) {
				s.n++
				if times && !s.seen {
					// Times are far from zero: what is summed is how far they are from the first.
					s.base, s.seen = args[0].Ints[i], true
				}
				if args[0].Type.Kind() == column.IntKind {
					s.i += args[0].Ints[i] - s.base
				} else {
					s.f += args[0].Floats[i]
				}
			}
			return nil
		},
		result: func(s *moment) any {
			if !times {
				return (s.f + float64(s.i)) / float64(s.n)
			}
			if s.n == 0 {
				return nil
			}
			return s.base + s.i/s.n
		}}
}

func floatAt(v *column.Vector, i int) float64 {
	if v.Type.Kind() == column.FloatKind {
		return v.Floats[i]
	}
	return float64(v.Ints[i])
}

// moments is variance and standard deviation by Welford's method; 0 over too little.
func moments(root, sample bool) func(*Env, []column.Type) Aggregator {
	return func(*Env, []column.Type) Aggregator {
		return &groupsOf[moment]{t: column.Double, fresh: zero,
			add: func(s *moment, args []*column.Vector, i int) error {
				if args[0].IsNull(i) {
					return nil
				}
				x := floatAt(args[0], i)
				s.n++
				d := x - s.mean
				s.mean += d / float64(s.n)
				s.m2 += d * (x - s.mean)
				return nil
			},
			result: func(s *moment) any {
				n := float64(s.n)
				if sample {
					n--
				}
				if s.n == 0 || n <= 0 {
					return float64(0)
				}
				if root {
					return math.Sqrt(s.m2 / n)
				}
				return s.m2 / n
			}}
	}
}

func covariances(sample bool) func(*Env, []column.Type) Aggregator {
	return func(*Env, []column.Type) Aggregator {
		return &groupsOf[moment]{t: column.Double, fresh: zero,
			add: func(s *moment, args []*column.Vector, i int) error {
				if args[0].IsNull(i) || args[1].IsNull(i) {
					return nil
				}
				x, y := floatAt(args[0], i), floatAt(args[1], i)
				s.n++
				d := x - s.mean
				s.mean += d / float64(s.n)
				s.f += (y - s.f) / float64(s.n)
				s.m2 += d * (y - s.f)
				return nil
			},
			result: func(s *moment) any {
				n := float64(s.n)
				if sample {
					n--
				}
				if n <= 0 {
					return float64(0)
				}
				return s.m2 / n
			}}
	}
}

func bitsOf(start int64, f func(a, b int64) int64) func(*Env, []column.Type) Aggregator {
	return func(_ *Env, args []column.Type) Aggregator {
		return &groupsOf[moment]{t: column.Long, fresh: func() *moment { return &moment{i: start} },
			add: func(s *moment, args []*column.Vector, i int) error {
				if !args[0].IsNull(i) {
					s.i, s.seen = f(s.i, args[0].Ints[i]), true
				}
				return nil
			},
			result: func(s *moment) any {
				if !s.seen {
					return nil
				}
				return s.i
			}}
	}
}
