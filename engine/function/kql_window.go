package function

import (
	"errors"
	"math"

	"casebook/engine/column"
)

// windowRow is a row that sees the whole ordered input. The binder lays its arguments out: all are always given.
func windowRow(sig, doc string, eval Eval) *Row {
	r := scalarRow(sig, doc, eval)
	r.Kind = Window
	return r
}

var kqlWindows = []*Row{
	windowRow("prev(scalar, integer?, scalar?) same", "a value of an earlier row", neighbour(-1)),
	windowRow("next(scalar, integer?, scalar?) same", "a value of a later row", neighbour(1)),
	windowRow("row_number(integer?, bool?) long", "the number of a row", func(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
		out := &column.Vector{Type: column.Long, Len: n, Ints: make([]int64, n)}
		at := int64(0)
		for i := range n {
			if i == 0 || truth(args[1], i) {
				at = args[0].Ints[i]
			} else {
				at++
			}
			out.Ints[i] = at
		}
		return out, nil
	}),
	windowRow("row_cumsum(number, bool?) same", "the sum so far", rowSum),
	windowRow("row_rank_dense(notdynamic, bool?) long", "the rank of a row, without gaps", rowRank(true)),
	windowRow("row_rank_min(notdynamic, bool?) long", "the rank of a row, with gaps after ties", rowRank(false)),
	windowRow("row_window_session(datetime, timespan, timespan, bool?) datetime", "when the session of a row began", rowSession),
	operatorRow("windows", "the bins that look back at a place of a timeline", windowsOf),
	{Name: "rows near", Kind: Window, Nulls: true, Doc: "whether a row is so many before or behind one where a condition is true", Eval: rowsNear},
}

func truth(v *column.Vector, i int) bool { return !v.IsNull(i) && v.Ints[i] != 0 }

func neighbour(direction int64) Eval {
	return func(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
		t := args[0].Type
		if v := shifted(args, direction, n); v != nil {
			return v, nil
		}
		b := column.NewBuilder(t, n)
		for i := range n {
			at := int64(i) + direction*args[1].Ints[i]
			if at >= 0 && at < int64(n) {
				put(b, t, cell(args[0], int(at)))
			} else {
				put(b, t, cell(args[2], i))
			}
		}
		return b.Vector(), nil
	}
}

// shifted is the commonest case, a vector moved by a constant with nothing at its end; else nil.
func shifted(args []*column.Vector, direction int64, n int) *column.Vector {
	v, offset, blank := args[0], args[1], args[2]
	if n == 0 || v.Offsets != nil || v.Type.Kind() == column.NoKind || !offset.Const {
		return nil
	}
	text := v.Type.Kind() == column.StringKind
	for i := range n {
		if text && (blank.IsNull(i) || blank.Str(i) != "") || !text && !blank.IsNull(i) {
			return nil
		}
		if text && blank.Const {
			break
		}
	}
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = -1
		if at := int64(i) + direction*offset.Ints[0]; at >= 0 && at < int64(n) {
			rows[i] = int32(at)
		}
	}
	moved := v.Gather(rows)
	if text {
		moved = fillBlanks(moved)
	}
	return moved
}

func rowSum(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	v := args[0]
	b := column.NewBuilder(v.Type, n)
	var wholeNumber int64
	var real float64
	for i := range n {
		if truth(args[1], i) {
			wholeNumber, real = 0, 0
		}
		if v.Type.Kind() == column.FloatKind {
			if !v.IsNull(i) {
				real += v.Floats[i]
			}
			b.Float(real)
			continue
		}
		if !v.IsNull(i) {
			wholeNumber += v.Ints[i]
		}
		b.Int(wholeNumber)
	}
	return b.Vector(), nil
}

func rowRank(dense bool) Eval {
	return func(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
		out := &column.Vector{Type: column.Long, Len: n, Ints: make([]int64, n)}
		var rank, place int64
		for i := range n {
			place++
			switch {
			case i == 0 || truth(args[1], i):
				rank, place = 1, 1
			case !sameCell(args[0], i, i-1):
				if dense {
					rank++
				} else {
					rank = place
				}
			}
			out.Ints[i] = rank
		}
		return out, nil
	}
}

func sameCell(v *column.Vector, i, j int) bool {
	x, y := cell(v, i), cell(v, j)
	if x == nil || y == nil {
		return x == nil && y == nil
	}
	return sameDynamic(x, y)
}

func rowSession(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	b := column.NewBuilder(column.Time, n)
	var first, last int64
	open := false
	for i := range n {
		if truth(args[3], i) {
			open = false
		}
		if args[0].IsNull(i) {
			open = false
			b.Null()
			continue
		}
		t := args[0].Ints[i]
		if !open || t-first >= args[1].Ints[i] || t-last >= args[2].Ints[i] {
			first = t
		}
		last, open = t, true
		b.Int(first)
	}
	return b.Vector(), nil
}

// rowsNear marks a row where the condition holds, and those before and behind it.
func rowsNear(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	out := &column.Vector{Type: column.Bool, Len: n, Ints: make([]int64, n)}
	marked := 0
	for i := range n {
		if !truth(args[0], i) {
			continue
		}
		before, after := args[1].Ints[i], args[2].Ints[i]
		from, to := max(int64(marked), int64(i)-before), int64(n)
		if after < to-int64(i) {
			to = int64(i) + after + 1
		}
		for at := from; at < to; at++ {
			out.Ints[at] = 1
		}
		marked = max(marked, int(to))
	}
	return out, nil
}

// windowsOf is the bin that a place of a timeline is in, counted from a start, and those behind it that look back at it:
// none before the start and none after the end.
func windowsOf(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	t := args[0].Type
	each := func(_ *Env, a []any) any { return windowsIn(t, a, floorOf) }
	if t.Kind() == column.FloatKind {
		each = func(_ *Env, a []any) any {
			return windowsIn(t, a, func(far, bin float64) float64 { return math.Floor(far / bin) })
		}
	}
	return rowwise(column.Dynamic, each)(env, args, n)
}

func windowsIn[N int64 | float64](t column.Type, a []any, bins func(far, bin N) N) any {
	var at [5]N
	for k, x := range a {
		n, ok := x.(N)
		if !ok {
			return nil
		}
		at[k] = n
	}
	place, start, end, back, bin := at[0], at[1], at[2], at[3], at[4]
	if !(bin > 0 && back >= bin) {
		return errors.New("sliding_window_counts wants a bin that is more than nothing, and to look back at least as far")
	}
	out, own := []any{}, bins(place-start, bin)
	for k := max(own, 0); k < own+bins(back, bin) && start+k*bin <= end && len(out) <= longestList; k++ {
		out = append(out, Boxed(t, start+k*bin))
	}
	return out
}
