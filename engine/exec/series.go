package exec

import (
	"fmt"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// longestAxis is how many bins make-series makes at the most, in Kusto as here.
const longestAxis = 1 << 20

func (r *run) makeSeries(n *plan.MakeSeries) (stream, error) {
	return r.whole(n.Input, func(b *batch) (*batch, error) {
		s := &seriesMaking{run: r, node: n}
		return s.make(b)
	})
}

// seriesMaking is a MakeSeries node at work: it aggregates by the keys and the number of the bin, and then lays each
// group's bins out in arrays.
type seriesMaking struct {
	*run
	node *plan.MakeSeries
	axis axis
}

// axis is the regular points From, From+Step … of one type, either whole or real numbers.
type axis struct {
	t          column.Type
	from, step float64
	ifrom      int64
	istep      int64
	bins       int
}

func (s *seriesMaking) make(b *batch) (*batch, error) {
	n := s.node
	at, err := s.eval(n.Axis, b)
	if err != nil {
		return nil, err
	}
	some, err := s.lay(at)
	if err != nil {
		return nil, err
	}
	rows, bins := s.axis.place(at, some)
	if b, err = s.gather(b, rows); err != nil {
		return nil, err
	}
	// The bin becomes one more column, and one more key.
	wide := b.with(append(b.Columns[:len(b.Columns):len(b.Columns)], &column.Vector{Type: column.Long, Len: len(bins), Ints: bins}))
	binCol := &plan.Col{Index: len(b.Columns), Name: "bin", T: column.Long}
	agg := &plan.Aggregate{Aggs: n.Aggs}
	for _, k := range n.Keys {
		agg.Keys = append(agg.Keys, plan.Key{Expr: k.Expr, Out: -1})
	}
	agg.Keys = append(agg.Keys, plan.Key{Expr: binCol, Out: -1})
	a := s.newAggregation(agg)
	if wide.Len > 0 {
		if err := a.add(wide); err != nil {
			return nil, err
		}
	}
	return s.lines(a)
}

// lay decides the axis. It answers false when there is nothing to lay it over.
func (s *seriesMaking) lay(at *column.Vector) (bool, error) {
	n := s.node
	a := axis{t: n.Axis.Type()}
	step, err := s.fold(n.Step)
	if err != nil {
		return false, err
	}
	real := a.t.Kind() == column.FloatKind
	if step.IsNull(0) || number(step, 0) <= 0 {
		return false, fmt.Errorf("make-series wants a step above zero")
	}
	a.step = number(step, 0)
	if !real {
		a.istep = step.Ints[0]
	}
	low, high, any := span(at)
	from, hasFrom, err := s.end(n.From)
	if err != nil {
		return false, err
	}
	to, hasTo, err := s.end(n.To)
	if err != nil {
		return false, err
	}
	if !any && !(hasFrom && hasTo) {
		s.axis = a
		return false, nil
	}
	if !hasFrom {
		from = low.floor(a, real)
	}
	a.from, a.ifrom = from.f, from.i
	var bins float64
	switch {
	case hasTo && real:
		bins = ceilDiv(to.f-a.from, a.step)
	case hasTo:
		bins = float64((to.i - a.ifrom + a.istep - 1) / a.istep)
	case real && high.f < a.from, !real && high.i < a.ifrom: // all of it lies before the axis
	case real:
		bins = ceilDiv(high.f-a.from, a.step) + 1
	default:
		bins = float64((high.i-a.ifrom)/a.istep + 1)
	}
	if bins > longestAxis {
		return false, &function.LimitError{What: "bins of make-series", Limit: longestAxis}
	}
	a.bins = max(int(bins), 0)
	s.axis = a
	return any, nil
}

func ceilDiv(x, step float64) float64 {
	q := x / step
	if t := float64(int64(q)); t < q {
		return t + 1
	}
	return float64(int64(q))
}

// point is a place on an axis.
type point struct {
	f float64
	i int64
}

func (p point) floor(a axis, real bool) point {
	if real {
		q := float64(int64(p.f / a.step))
		if q*a.step > p.f {
			q--
		}
		return point{f: q * a.step}
	}
	origin := int64(0)
	if a.t == column.Time {
		origin = -column.TicksAtEpoch // bins of times count from the year 1
	}
	r := (p.i - origin) % a.istep
	if r < 0 {
		r += a.istep
	}
	return point{i: p.i - r}
}

func (s *seriesMaking) end(x plan.Expr) (point, bool, error) {
	if x == nil {
		return point{}, false, nil
	}
	v, err := s.fold(x)
	if err != nil || v.IsNull(0) {
		return point{}, false, err
	}
	return pointAt(v, 0), true, nil
}

func pointAt(v *column.Vector, i int) point {
	if v.Type.Kind() == column.FloatKind {
		return point{f: v.Floats[i], i: int64(v.Floats[i])}
	}
	return point{f: float64(v.Ints[i]), i: v.Ints[i]}
}

func number(v *column.Vector, i int) float64 { return pointAt(v, i).f }

func span(v *column.Vector) (low, high point, any bool) {
	for i := range v.Len {
		if v.IsNull(i) {
			continue
		}
		p := pointAt(v, i)
		if !any || p.f < low.f || p.i < low.i {
			low = p
		}
		if !any || p.f > high.f || p.i > high.i {
			high = p
		}
		any = true
	}
	return low, high, any
}

// place is the rows that lie on the axis, and their bins.
func (a *axis) place(v *column.Vector, some bool) (rows []int32, bins []int64) {
	if !some {
		return nil, nil
	}
	for i := range v.Len {
		if v.IsNull(i) {
			continue
		}
		var bin int64
		p := pointAt(v, i)
		if v.Type.Kind() == column.FloatKind {
			if p.f < a.from {
				continue
			}
			bin = int64((p.f - a.from) / a.step)
		} else {
			if p.i < a.ifrom {
				continue
			}
			bin = (p.i - a.ifrom) / a.istep
		}
		if bin < int64(a.bins) {
			rows, bins = append(rows, int32(i)), append(bins, bin)
		}
	}
	return rows, bins
}

// lines makes one row of each group of keys.
func (s *seriesMaking) lines(a *aggregation) (*batch, error) {
	n := s.node
	results, err := a.results()
	if err != nil {
		return nil, err
	}
	keys := make([]*column.Vector, len(n.Keys))
	ts := make([]column.Type, len(n.Keys))
	for k := range n.Keys {
		keys[k], ts[k] = a.keyColumn(k), n.Keys[k].Expr.Type()
	}
	bins := a.keyColumn(len(n.Keys))
	var ids []int32
	lines, firsts := 1, []int32{}
	if len(keys) > 0 {
		g := newGrouper(ts, 0)
		if ids, err = g.assign(keys, a.count()); err != nil {
			return nil, err
		}
		lines = g.n
		for i, id := range ids {
			if int(id) == len(firsts) {
				firsts = append(firsts, int32(i))
			}
		}
	} else {
		ids = make([]int32, a.count())
		if a.count() == 0 && !n.NonEmpty {
			lines = 0
		}
	}
	out := &batch{Batch: column.Batch{Len: lines, Columns: make([]*column.Vector, len(n.Out))}}
	for k, key := range n.Keys {
		out.Columns[key.Out] = keys[k].Gather(firsts)
	}
	for i, g := range n.Aggs {
		if out.Columns[g.Out], err = s.arrays(i, results[i], ids, bins, lines); err != nil {
			return nil, err
		}
	}
	points := make([]any, s.axis.bins)
	for i := range points {
		points[i] = s.axis.point(i)
	}
	all := &column.Vector{Type: column.Dynamic, Len: lines, Anys: make([]any, lines)}
	for i := range all.Anys {
		all.Anys[i] = points
	}
	out.Columns[n.AxisOut] = all
	if s.opt.Lineage {
		out.sets = make([][]int64, lines)
		for g, set := range a.sets {
			out.sets[ids[g]] = append(out.sets[ids[g]], set...)
		}
		for i := range out.sets {
			out.sets[i] = settle(out.sets[i])
		}
	}
	return out, nil
}

// arrays lays the results of one aggregate out, a group a line.
func (s *seriesMaking) arrays(i int, v *column.Vector, ids []int32, bins *column.Vector, lines int) (*column.Vector, error) {
	var missing any = int64(0)
	if v.Type.Kind() == column.FloatKind {
		missing = float64(0)
	}
	if i < len(s.node.Defaults) && s.node.Defaults[i] != nil {
		d, err := s.fold(s.node.Defaults[i])
		if err != nil {
			return nil, err
		}
		missing = dynamic(d, 0)
	}
	out := &column.Vector{Type: column.Dynamic, Len: lines, Anys: make([]any, lines)}
	if most := s.env.Limits.Rows; most > 0 && lines > most/max(s.axis.bins, 1) {
		return nil, &function.LimitError{What: "bins of all series of make-series", Limit: most}
	}
	arrays := make([][]any, lines)
	for l := range arrays {
		if l&15 == 0 {
			if err := s.env.Context.Err(); err != nil {
				return nil, err
			}
		}
		arrays[l] = make([]any, s.axis.bins)
		for b := range arrays[l] {
			arrays[l][b] = missing
		}
		out.Anys[l] = arrays[l]
	}
	for g, line := range ids {
		arrays[line][bins.Ints[g]] = dynamic(v, g)
	}
	return out, nil
}

// dynamic is row i as a dynamic value, which knows times and spans from numbers.
func dynamic(v *column.Vector, i int) any {
	return dynamicOf(v.Type, v.Value(i))
}

// dynamicOf is a value as an array holds it, in which times and spans are no numbers.
func dynamicOf(t column.Type, x any) any {
	n, ok := x.(int64)
	switch {
	case ok && t == column.Time:
		return column.Ticks(n)
	case ok && t == column.Duration:
		return column.Span(n)
	}
	return x
}

func (a *axis) point(i int) any {
	if a.t.Kind() == column.FloatKind {
		return a.from + float64(i)*a.step
	}
	return dynamicOf(a.t, a.ifrom+int64(i)*a.istep)
}
