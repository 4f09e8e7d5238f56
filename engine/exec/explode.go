package exec

import (
	"cmp"
	"context"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
)

// A row with several values in a key belongs to several groups: one for each distinct value, and one for each combination where several
// keys have them. Two keys of a thousand values make a million of one row, so there are as many at the most as there may be rows.

// exploded is the keys of rows once for each of their groups, and which row each is of.
func (e *evaluator) exploded(keys []*column.Vector, n int) (single []*column.Vector, source []int32, err error) {
	picks := make([][]int32, len(keys)) // value indexes, -1 for null
	choices := make([][]int32, len(keys))
	for i := range n {
		for k, v := range keys {
			if choices[k], err = distinctValues(e.env.Context, choices[k][:0], v, i); err != nil {
				return nil, nil, err
			}
		}
		if err := e.mayExplode(len(source), choices); err != nil {
			return nil, nil, err
		}
		combine(choices, func(k int, pick int32) { picks[k] = append(picks[k], pick) })
		for len(source) < len(picks[0]) {
			source = append(source, int32(i))
		}
	}
	single = make([]*column.Vector, len(keys))
	for k, v := range keys {
		if v.Offsets != nil {
			v = v.Elements()
		}
		single[k] = v.Gather(picks[k])
	}
	return single, source, nil
}

// hasSeveral tells whether rows may have several values.
func hasSeveral(v *column.Vector) bool { return v.Offsets != nil }

// mayExplode fails when the combinations of one more row's choices are too many, or the query was cancelled.
func (e *evaluator) mayExplode(made int, choices [][]int32) error {
	if err := e.env.Context.Err(); err != nil {
		return err
	}
	most, more := e.env.Limits.Rows, 1
	for _, list := range choices {
		if more *= len(list); most > 0 && made+more > most {
			return &function.LimitError{What: "groups of rows with several values", Limit: most}
		}
	}
	return nil
}

// combine picks one of the choices of each key, in every way; the last key's change fastest.
func combine(choices [][]int32, pick func(k int, choice int32)) {
	at := make([]int, len(choices))
	for {
		for k := range choices {
			pick(k, choices[k][at[k]])
		}
		k := len(choices) - 1
		for ; k >= 0; k-- {
			if at[k]++; at[k] < len(choices[k]) {
				break
			}
			at[k] = 0
		}
		if k < 0 {
			return
		}
	}
}

// fewDistinct is how many values are told apart by holding each against all others.
const fewDistinct = 16

// distinctValues is the indexes of a row's distinct values; of a vector without offsets it is the row itself.
func distinctValues(ctx context.Context, list []int32, v *column.Vector, i int) ([]int32, error) {
	if v.Offsets == nil {
		return append(list, int32(i)), nil
	}
	from, to := v.Range(i)
	if from == to {
		return append(list, -1), nil
	}
	compare := func(x, y int32) int { return column.Compare(v.Type, v.At(int(x)), v.At(int(y))) }
	if to-from <= fewDistinct {
		for at := int32(from); at < int32(to); at++ {
			if !slices.ContainsFunc(list, func(other int32) bool { return compare(at, other) == 0 }) {
				list = append(list, at)
			}
		}
		return list, nil
	}
	for at := from; at < to; at++ {
		list = append(list, int32(at))
	}
	if err := sortItems(ctx, list, func(x, y int32) int { return cmp.Or(compare(x, y), cmp.Compare(x, y)) }); err != nil {
		return nil, err
	}
	list = slices.CompactFunc(list, func(x, y int32) bool { return compare(x, y) == 0 }) // the first of those that are equal
	slices.Sort(list)
	return list, nil
}
