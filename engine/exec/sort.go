package exec

import (
	"cmp"
	"math"
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
)

func (r *run) sort(n *plan.Sort) (stream, error) {
	return r.whole(n.Input, func(b *batch) (*batch, error) {
		var words [][]uint64
		for _, k := range n.Keys {
			v, err := r.eval(k.Expr, b)
			if err != nil {
				return nil, err
			}
			words = append(words, ranks(v, k)...)
		}
		if err := r.env.Context.Err(); err != nil {
			return nil, err
		}
		rows, sorted := order(words, b.Len)
		if sorted {
			return b, nil
		}
		return b.gather(rows), nil
	})
}

// order is the rows in the order of their words, stably, and whether they were in that order already.
func order(words [][]uint64, n int) (rows []int32, sorted bool) {
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
		slices.SortFunc(rows, compare)
	}
	return rows, sorted
}

// ranks turns a sort key into words that sort as the key does: the values', and before them, where there are nulls, one
// that puts those first or last.
func ranks(v *column.Vector, key plan.SortKey) [][]uint64 {
	if v.Type.Kind() == column.NoKind {
		return nil
	}
	if v.Offsets != nil {
		v = extremes(v, key.Desc)
	}
	words := make([]uint64, v.Len)
	rankValues(words, v)
	if key.Desc {
		for i := range words {
			words[i] = ^words[i]
		}
	}
	if v.Nulls == nil {
		return [][]uint64{words}
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
	return [][]uint64{nulls, words}
}

const sign = 1 << 63

// rankValues gives values words in ascending order.
func rankValues(words []uint64, v *column.Vector) {
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
		rankTexts(words, v)
	case column.AnyKind:
		rankAnys(words, v)
	}
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
func rankTexts(words []uint64, v *column.Vector) {
	var used []uint32
	compare := column.CompareStrings(v.Type)
	byText := func(a, b uint32) int { return compare(v.Dict.Values[a], v.Dict.Values[b]) }
	if len(v.Dict.Values) <= 4*len(words) {
		ranks := make([]uint64, len(v.Dict.Values))
		for i, c := range v.Codes[:len(words)] {
			if ranks[c] == 0 && !v.Nulls.Has(i) {
				ranks[c] = 1
				used = append(used, c)
			}
		}
		slices.SortFunc(used, byText)
		rank := uint64(0)
		for i, c := range used {
			if i == 0 || byText(used[i-1], c) != 0 {
				rank++
			}
			ranks[c] = rank
		}
		for i, c := range v.Codes[:len(words)] {
			words[i] = ranks[c]
		}
		return
	}
	ranks := map[uint32]uint64{}
	for i, c := range v.Codes[:len(words)] {
		if _, ok := ranks[c]; !ok && !v.Nulls.Has(i) {
			ranks[c] = 0
			used = append(used, c)
		}
	}
	slices.SortFunc(used, byText)
	rank := uint64(0)
	for i, c := range used {
		if i == 0 || byText(used[i-1], c) != 0 {
			rank++
		}
		ranks[c] = rank
	}
	for i, c := range v.Codes[:len(words)] {
		words[i] = ranks[c]
	}
}

func rankAnys(words []uint64, v *column.Vector) {
	rows := make([]int32, 0, len(words))
	for i := range words {
		if !v.IsNull(i) && v.Anys[i] != nil {
			rows = append(rows, int32(i))
		}
	}
	compare := func(i, j int32) int { return column.Compare(v.Type, v.Anys[i], v.Anys[j]) }
	slices.SortStableFunc(rows, compare)
	rank := uint64(0)
	for i, r := range rows {
		if i == 0 || compare(rows[i-1], r) != 0 {
			rank++
		}
		words[r] = rank
	}
}

// extremes is the least value of each row, or the greatest when descending: what several values sort by.
func extremes(v *column.Vector, desc bool) *column.Vector {
	values := *v
	values.Offsets, values.Nulls = nil, nil
	values.Len = max(len(v.Ints), len(v.Floats), len(v.Codes), len(v.Anys))
	words := make([]uint64, values.Len)
	rankValues(words, &values)
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
	return values.Gather(rows)
}
