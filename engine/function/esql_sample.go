package function

import "casebook/engine/column"

// sampled is some of the values, each of those so far having had the same chance.
type sampled struct {
	values []any
	seen   uint64
	state  uint64
}

// sample keeps so many values that chance picks. The chance is the same in each run: a detection must be repeatable.
func sample(t column.Type) *Row {
	return aggregate("sample", "some of the values, picked by a chance that is the same in each run", t, func(env *Env, s *sampled, args []*column.Vector, i int) error {
		at, end := args[1].Range(i)
		if at == end || args[1].Ints[at] <= 0 {
			return nil
		}
		limit := args[1].Ints[at]
		from, to := args[0].Range(i)
		for at := from; at < to; at++ {
			s.take(args[0].At(at), limit)
		}
		return env.kept(len(s.values))
	}, func(_ *Env, s *sampled) any {
		if len(s.values) == 0 {
			return nil
		}
		return s.values
	}, t, integer)
}

// take keeps a value: all of the first ones, then the nth in the place of another with the chance limit/n.
func (s *sampled) take(x any, limit int64) {
	s.seen++
	if int64(len(s.values)) < limit {
		s.values = append(s.values, x)
		return
	}
	s.state += 0x9e3779b97f4a7c15
	y := (s.state ^ s.state>>30) * 0xbf58476d1ce4e5b9
	if place := (y ^ y>>31) % s.seen; place < uint64(limit) {
		s.values[place] = x
	}
}
