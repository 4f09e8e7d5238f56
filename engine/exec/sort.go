package exec

import (
	"cmp"
	"context"
	"math"

	"casebook/engine/column"
	"casebook/engine/plan"
)

func (r *run) sort(n *plan.Sort) (stream, error) {
	return r.whole(n.Input, func(b *batch) (*batch, error) {
		keyed, err := r.keyed(n, b)
		if err != nil {
			return nil, err
		}
		keys := keyed.Columns[len(b.Columns):]
		out := b
		if stopped := r.overMany(b.Len, func() { out, err = sorted(r.env.Context, b, keys, n.Keys) }); stopped != nil {
			return nil, stopped
		}
		return out, err
	})
}

// sorted is the rows of a batch in the order of keys, whose values are given.
func sorted(ctx context.Context, b *batch, values []*column.Vector, keys []plan.SortKey) (*batch, error) {
	rows, inOrder, err := orderBy(ctx, values, keys, b.Len)
	if inOrder || err != nil {
		return b, err
	}
	return b.gatherUntil(ctx, rows)
}

// orderBy is n rows in the order of keys, whose values are given, and whether they were in that order already.
func orderBy(ctx context.Context, values []*column.Vector, keys []plan.SortKey, n int) (rows []int32, sorted bool, err error) {
	var words [][]uint64
	for i, k := range keys {
		ranked, err := ranks(ctx, values[i], k)
		if err != nil {
			return nil, false, err
		}
		words = append(words, ranked...)
	}
	return order(ctx, words, n)
}

// order is the rows in the order of their words, stably, and whether they were in that order already.
func order(ctx context.Context, words [][]uint64, n int) (rows []int32, sorted bool, err error) {
	compare := func(i, j int32) int {
		for _, w := range words {
			if w[i] != w[j] {
				if w[i] < w[j] {
					return -1
				}
				return 1
			}
		}
		return cmp.Compare(i, j)
	}
	sorted = true
	rows = make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
		sorted = sorted && (i == 0 || compare(int32(i-1), int32(i)) < 0)
	}
	if !sorted {
		err = sortItems(ctx, rows, compare)
	}
	return rows, sorted, err
}

// ranks turns a sort key into words that sort as the key does: the values', and before them, where there are nulls, one
// that puts those first or last.
func ranks(ctx context.Context, v *column.Vector, key plan.SortKey) ([][]uint64, error) {
	if v.Type.Kind() == column.NoKind {
		return nil, nil
	}
	if v.Offsets != nil {
		var err error
		if v, err = extremes(ctx, v, key.Desc); err != nil {
			return nil, err
		}
	}
	words := make([]uint64, v.Len)
	if err := rankValues(ctx, words, v); err != nil {
		return nil, err
	}
	if key.Desc {
		for i := range words {
			words[i] = ^words[i]
		}
	}
	if v.Nulls == nil {
		return [][]uint64{words}, nil
	}
	nulls := make([]uint64, v.Len)
	for i := range nulls {
		isNull := v.Nulls.Has(i)
		if isNull {
			words[i] = 0
		}
		if isNull != key.NullsFirst {
			nulls[i] = 1
		}
	}
	return [][]uint64{nulls, words}, nil
}

const sign = 1 << 63

// rankValues gives values words in ascending order.
func rankValues(ctx context.Context, words []uint64, v *column.Vector) error {
	switch v.Type.Kind() {
	case column.IntKind:
		flip := uint64(sign)
		if v.Type == column.ULong {
			flip = 0
		}
		for i, x := range v.Ints[:len(words)] {
			words[i] = uint64(x) ^ flip
		}
	case column.FloatKind:
		for i, x := range v.Floats[:len(words)] {
			words[i] = rankFloat(x)
		}
	case column.StringKind:
		return rankTexts(ctx, words, v)
	case column.AnyKind:
		return rankAnys(ctx, words, v)
	}
	return nil
}

// rankFloat puts NaN first.
func rankFloat(x float64) uint64 {
	if x != x {
		return 0
	}
	if x == 0 {
		x = 0 // -0 is 0
	}
	b := math.Float64bits(x)
	if b&sign != 0 {
		return ^b
	}
	return b | sign
}

// rankTexts sorts the texts that are in use once.
func rankTexts(ctx context.Context, words []uint64, v *column.Vector) error {
	var used []uint32
	places := newPlaces(v.Dict, len(words))
	for i, c := range v.Codes[:len(words)] {
		if v.Nulls.Has(i) {
			continue
		}
		at, fresh := places.of(c)
		if fresh {
			used = append(used, c)
		}
		words[i] = uint64(at)
	}
	compare := column.CompareStrings(v.Type)
	byText := func(a, b uint32) int { return compare(v.Dict.Values[used[a]], v.Dict.Values[used[b]]) }
	ranks, err := rankPlaces(ctx, len(used), byText)
	if err != nil {
		return err
	}
	for i := range words {
		if !v.Nulls.Has(i) {
			words[i] = ranks[words[i]]
		}
	}
	return nil
}

// rankPlaces gives each of n things its rank, from 1; equal ones have the same.
func rankPlaces(ctx context.Context, n int, compare func(a, b uint32) int) ([]uint64, error) {
	order := make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	err := sortItems(ctx, order, func(a, b uint32) int {
		if c := compare(a, b); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	ranks := make([]uint64, n)
	rank := uint64(0)
	for i, x := range order {
		if i == 0 || compare(order[i-1], x) != 0 {
			rank++
		}
		ranks[x] = rank
	}
	return ranks, err
}

// places numbers the codes of a dictionary in the order in which they come up.
type places struct {
	dense  []int32 // one more than the number; for a dictionary of few entries
	sparse map[uint32]int32
	n      int32
}

func newPlaces(d *column.Dict, rows int) *places {
	if len(d.Values) <= 4*rows {
		return &places{dense: make([]int32, len(d.Values))}
	}
	return &places{sparse: map[uint32]int32{}}
}

func (p *places) of(code uint32) (at int32, fresh bool) {
	if p.dense != nil {
		at = p.dense[code]
	} else {
		at = p.sparse[code]
	}
	if at > 0 {
		return at - 1, false
	}
	p.n++
	if p.dense != nil {
		p.dense[code] = p.n
	} else {
		p.sparse[code] = p.n
	}
	return p.n - 1, true
}

func rankAnys(ctx context.Context, words []uint64, v *column.Vector) error {
	rows := make([]int32, 0, len(words))
	for i := range words {
		if !v.IsNull(i) && v.Anys[i] != nil {
			rows = append(rows, int32(i))
		}
	}
	ranks, err := rankPlaces(ctx, len(rows), func(a, b uint32) int { return column.Compare(v.Type, v.Anys[rows[a]], v.Anys[rows[b]]) })
	for i, r := range rows {
		words[r] = ranks[i]
	}
	return err
}

// extremes is the least value of each row, or the greatest when descending: what several values sort by.
func extremes(ctx context.Context, v *column.Vector, desc bool) (*column.Vector, error) {
	values := v.Elements()
	words := make([]uint64, values.Len)
	if err := rankValues(ctx, words, values); err != nil {
		return nil, err
	}
	rows := make([]int32, v.Len)
	for i := range rows {
		rows[i] = -1
		from, to := v.Range(i)
		for at := from; at < to; at++ {
			if best := rows[i]; best < 0 || desc && words[at] > words[best] || !desc && words[at] < words[best] {
				rows[i] = int32(at)
			}
		}
	}
	return values.Gather(rows), nil
}
