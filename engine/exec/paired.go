package exec

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// A join may ask more of two rows than equal keys: a condition over the columns of both.

// pairsAtOnce is how many pairs are put to a join's condition together.
const pairsAtOnce = 1 << 14

// pairing puts pairs of rows to a condition, many at once.
type pairing struct {
	*joining
	columns []*column.Vector // that the condition reads, by their place; the others are nil
	l, r    []int32          // pairs that wait
	kept    [2][]int32       // those for which it is true
}

// paired pairs the rows of a left outer join with a condition; those of group g on the right are rows[start[g]:start[g+1]].
func (j *joining) paired(rows, start []int32) error {
	a := j.pairing()
	for i, g := range j.leftGroup {
		if g < 0 {
			continue
		}
		for _, r := range rows[start[g]:start[g+1]] {
			a.l, a.r = append(a.l, int32(i)), append(a.r, r)
			if len(a.l) < pairsAtOnce {
				continue
			}
			if err := a.ask(); err != nil {
				return err
			}
		}
	}
	if err := a.ask(); err != nil {
		return err
	}
	at := 0
	for i := range j.left.Len {
		from := at
		for ; at < len(a.kept[0]) && a.kept[0][at] == int32(i); at++ {
			j.l, j.r = append(j.l, int32(i)), append(j.r, a.kept[1][at])
		}
		if at == from {
			j.l, j.r = append(j.l, int32(i)), append(j.r, -1)
		}
	}
	return nil
}

// pairing takes the columns that the condition reads. Several values in one are null to it, of which the join warns.
func (j *joining) pairing() *pairing {
	env := j.env.At(j.node.Place)
	all := slices.Concat(j.left.Columns, j.right.Columns)
	a := &pairing{joining: j, columns: make([]*column.Vector, len(all))}
	plan.EachCol(j.node.Cond, func(c *plan.Col) {
		if a.columns[c.Index] != nil {
			return
		}
		v := all[c.Index]
		if v.Offsets != nil {
			v = single(v, func(int) { env.Warn(severalInJoin) })
		}
		a.columns[c.Index] = v
	})
	return a
}

// ask keeps the waiting pairs for which the condition is true.
func (a *pairing) ask() error {
	b := &batch{Batch: column.Batch{Len: len(a.l), Columns: make([]*column.Vector, len(a.columns))}}
	for i, v := range a.columns {
		switch {
		case v == nil:
			b.Columns[i] = unneeded(b.Len)
		case i < len(a.left.Columns):
			b.Columns[i] = v.Gather(a.l)
		default:
			b.Columns[i] = v.Gather(a.r)
		}
	}
	v, err := a.eval(a.node.Cond, b)
	if err != nil {
		return err
	}
	for _, i := range truths(v) {
		a.kept[0], a.kept[1] = append(a.kept[0], a.l[i]), append(a.kept[1], a.r[i])
	}
	if most := a.env.Limits.Rows; most > 0 && len(a.kept[0]) > most {
		return &function.LimitError{What: "joined rows", Limit: most}
	}
	a.l, a.r = a.l[:0], a.r[:0]
	return nil
}
