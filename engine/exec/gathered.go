package exec

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
)

// A join of the kind LeftGather keeps each left row as it is, and puts the values of all its partners together. A key of several values has
// the partners of each.

// gathered is the left rows with what their partners say.
func (j *joining) gathered(left, right *column.Vector) (*batch, error) {
	partners, start, err := j.partners(left, right)
	if err != nil {
		return nil, err
	}
	out := *j.left
	out.Columns = slices.Clone(j.left.Columns)
	for _, v := range j.right.Columns {
		b, made := column.NewBuilder(v.Type, j.left.Len), 0
		var values []any
		for i := range j.left.Len {
			values = values[:0]
			for _, r := range partners[start[i]:start[i+1]] {
				from, to := v.Range(int(r))
				for at := from; at < to; at++ {
					values = append(values, v.At(at))
				}
			}
			if most := j.env.Limits.Values; most > 0 && len(values) > most {
				return nil, &function.LimitError{What: "values in one row", Limit: most}
			}
			if made += len(values); j.env.Limits.Rows > 0 && made > j.env.Limits.Rows {
				return nil, j.tooManyValues()
			}
			b.Multi(values)
		}
		out.Columns = append(out.Columns, b.Vector())
	}
	if j.opt.Lineage {
		out.Events, out.sets = nil, make([][]int64, out.Len)
		for i := range out.sets {
			all := [][]int64{j.left.origin(i)}
			for _, r := range partners[start[i]:start[i+1]] {
				all = append(all, j.right.origin(int(r)))
			}
			out.sets[i] = merge(all...)
		}
	}
	return &out, nil
}

// partners are the right rows of each left row, in their order: those of row i are partners[start[i]:start[i+1]].
func (j *joining) partners(lefts, rights *column.Vector) (partners, start []int32, err error) {
	if j.node.Within {
		return j.within(lefts, rights)
	}
	g := newGrouper(types(j.node.LeftKeys), j.env.Limits.Groups)
	left, err := valueKeys(g, lefts)
	if err != nil {
		return nil, nil, err
	}
	right, err := valueKeys(g, rights)
	if err != nil {
		return nil, nil, err
	}
	rows, first := rowsByGroup(right.ids, g.n)
	start = make([]int32, j.left.Len+1)
	for i := range j.left.Len {
		from := len(partners)
		for at := left.start[i]; at < left.start[i+1]; at++ {
			id := left.ids[at]
			for _, r := range rows[first[id]:first[id+1]] {
				partners = append(partners, right.row[r])
			}
		}
		if left.start[i+1]-left.start[i] > 1 || right.several {
			partners = ordered(partners, from)
		}
		if start[i+1], err = j.counted(partners); err != nil {
			return nil, nil, err
		}
	}
	return partners, start, nil
}

// ordered are rows with those from a place on in their order, each once.
func ordered(rows []int32, from int) []int32 {
	slices.Sort(rows[from:])
	return append(rows[:from], slices.Compact(rows[from:])...)
}

// counted is how many partners there are, which has a limit; none are counted once the query was cancelled.
func (j *joining) counted(partners []int32) (int32, error) {
	if most := j.env.Limits.Rows; most > 0 && len(partners) > most {
		return 0, &function.LimitError{What: "joined rows", Limit: most}
	}
	return int32(len(partners)), j.env.Context.Err()
}

// valued is the one key of each row, value by value.
type valued struct {
	ids     []int32 // each value's number
	row     []int32 // and its row
	start   []int32 // a row's values are those from start[row] to start[row+1]
	several bool
}

func valueKeys(g *grouper, key *column.Vector) (*valued, error) {
	v := &valued{start: make([]int32, key.Len+1)}
	var at []int32
	for i := range key.Len {
		from, to := key.Range(i)
		for k := from; k < to; k++ {
			at, v.row = append(at, int32(k)), append(v.row, int32(i))
		}
		v.several = v.several || to > from+1
		v.start[i+1] = int32(len(at))
	}
	ids, err := g.assign([]*column.Vector{key.Elements().Gather(at)}, len(at))
	v.ids = slices.Clone(ids)
	return v, err
}
