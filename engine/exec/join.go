package exec

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

func (r *run) join(n *plan.Join) (stream, error) {
	return &once{make: func() (*batch, error) {
		left, err := r.table(n.Left)
		if err != nil {
			return nil, err
		}
		right, err := r.table(n.Right)
		if err != nil {
			return nil, err
		}
		j := &joining{run: r, node: n, left: left, right: right}
		keys, others, err := j.keys()
		if err != nil {
			return nil, err
		}
		// Few rows on both sides can make many pairs.
		var out *batch
		if stopped := Beside(r.env.Context, func() { out, err = j.joined(keys, others) }); stopped != nil {
			return nil, stopped // what runs on may still write to the others
		}
		return out, err
	}}, nil
}

// joining is a Join node at work. Its answer is pairs of rows, -1 standing for no partner.
type joining struct {
	*run
	node        *plan.Join
	left, right *batch

	leftGroup, rightGroup []int32 // the key of each row, -1 for null
	groups                int
	l, r                  []int32
}

// keys are the values of the keys on both sides.
func (j *joining) keys() (left, right []*column.Vector, err error) {
	if left, err = j.evalAll(j.node.LeftKeys, j.left); err != nil {
		return nil, nil, err
	}
	right, err = j.evalAll(j.node.RightKeys, j.right)
	return left, right, err
}

func (j *joining) joined(left, right []*column.Vector) (*batch, error) {
	if j.node.Kind == plan.LeftGather {
		return j.gathered(left[0], right[0])
	}
	if err := j.match(left, right); err != nil {
		return nil, err
	}
	if err := j.pair(); err != nil {
		return nil, err
	}
	return j.result()
}

// match numbers the keys of both sides alike.
func (j *joining) match(left, right []*column.Vector) (err error) {
	g := newGrouper(types(j.node.LeftKeys), j.env.Limits.Groups)
	if j.node.Place.Line > 0 {
		left, right = j.singles(left, right)
	}
	if j.leftGroup, err = j.side(g, left, j.left); err != nil {
		return err
	}
	if j.rightGroup, err = j.side(g, right, j.right); err != nil {
		return err
	}
	j.groups = g.n
	return nil
}

// severalInJoin is what LOOKUP JOIN warns of.
const severalInJoin = "java.lang.IllegalArgumentException: LOOKUP JOIN encountered multi-value"

// singles makes keys of several values null, and warns of each that meets a row: on the left any, on the right one of whose
// values the other side has.
func (j *joining) singles(left, right []*column.Vector) (l, r []*column.Vector) {
	env := j.env.At(j.node.Place)
	several := function.MultiValueWarning
	if j.node.Kind == plan.LeftOuter {
		several = severalInJoin
	}
	l, r = slices.Clone(left), slices.Clone(right)
	for k := range left {
		if left[k].Offsets != nil {
			l[k] = single(left[k], func(int) { env.Warn(several) })
		}
		if right[k].Offsets == nil {
			continue
		}
		var wanted map[any]bool
		r[k] = single(right[k], func(i int) {
			if wanted == nil {
				wanted = map[any]bool{}
				for at := range l[k].Len {
					wanted[l[k].Value(at)] = true
				}
			}
			if many, ok := right[k].Value(i).([]any); ok && slices.ContainsFunc(many, func(x any) bool { return wanted[x] }) {
				env.Warn(several)
			}
		})
	}
	return l, r
}

// side gives each row its key. A null equals nothing, not even null, unless the join says so.
func (j *joining) side(g *grouper, vectors []*column.Vector, b *batch) ([]int32, error) {
	ids, err := g.assign(vectors, b.Len)
	if err != nil {
		return nil, err
	}
	ids = slices.Clone(ids)
	if j.node.Nulls {
		return ids, nil
	}
	nulls := function.Nulls(b.Len, vectors...)
	for i := range ids {
		if nulls.Has(i) {
			ids[i] = -1
		}
	}
	return ids, nil
}

// rowsByGroup lists the rows of each group: those of group g are rows[start[g]:start[g+1]].
func rowsByGroup(ids []int32, groups int) (rows, start []int32) {
	start = make([]int32, groups+2)
	for _, g := range ids {
		if g >= 0 {
			start[g+2]++
		}
	}
	for g := 2; g < len(start); g++ {
		start[g] += start[g-1]
	}
	rows = make([]int32, start[len(start)-1])
	for i, g := range ids {
		if g >= 0 {
			rows[start[g+1]] = int32(i)
			start[g+1]++
		}
	}
	return rows, start
}

func (j *joining) pair() error {
	switch j.node.Kind {
	case plan.LeftMark:
		return nil
	case plan.LeftSemi, plan.LeftAnti:
		j.l = having(j.leftGroup, j.rightGroup, j.groups, j.node.Kind == plan.LeftSemi)
		return nil
	case plan.RightSemi, plan.RightAnti:
		j.r = having(j.rightGroup, j.leftGroup, j.groups, j.node.Kind == plan.RightSemi)
		return nil
	}
	rows, start := rowsByGroup(j.rightGroup, j.groups)
	if j.node.Cond != nil {
		return j.paired(rows, start)
	}
	used := make([]bool, j.groups)
	outer := j.node.Kind == plan.LeftOuter || j.node.Kind == plan.FullOuter
	for i, g := range j.leftGroup {
		if g < 0 || start[g] == start[g+1] {
			if outer {
				j.l, j.r = append(j.l, int32(i)), append(j.r, -1)
			}
			continue
		}
		if used[g] && j.node.Kind == plan.InnerUnique {
			continue
		}
		used[g] = true
		for _, r := range rows[start[g]:start[g+1]] {
			j.l, j.r = append(j.l, int32(i)), append(j.r, r)
		}
		if _, err := j.counted(j.l); err != nil {
			return err
		}
	}
	if j.node.Kind == plan.RightOuter || j.node.Kind == plan.FullOuter {
		for i, g := range j.rightGroup {
			if g < 0 || !used[g] {
				j.l, j.r = append(j.l, -1), append(j.r, int32(i))
			}
		}
	}
	return nil
}

// having is the rows whose key the other side has, or has not.
func having(ids, others []int32, groups int, want bool) []int32 {
	there := make([]bool, groups)
	for _, g := range others {
		if g >= 0 {
			there[g] = true
		}
	}
	var rows []int32
	for i, g := range ids {
		if (g >= 0 && there[g]) == want {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

func (j *joining) result() (*batch, error) {
	switch j.node.Kind {
	case plan.LeftMark:
		return j.marked(), nil
	case plan.LeftSemi, plan.LeftAnti:
		return j.left.gatherUntil(j.env.Context, j.l)
	case plan.RightSemi, plan.RightAnti:
		return j.right.gatherUntil(j.env.Context, j.r)
	}
	left, err := j.columns(j.left, j.l)
	if err != nil {
		return nil, err
	}
	right, err := j.columns(j.right, j.r)
	if err != nil {
		return nil, err
	}
	out := &batch{Batch: column.Batch{Len: len(j.l), Columns: append(left, right...)}}
	if j.opt.Lineage {
		out.sets = make([][]int64, out.Len)
		for i := range out.sets {
			if i%sortedRun == 0 && j.env.Context.Err() != nil {
				return nil, j.env.Context.Err()
			}
			var of [2][]int64
			if l := j.l[i]; l >= 0 {
				of[0] = j.left.origin(int(l))
			}
			if r := j.r[i]; r >= 0 {
				of[1] = j.right.origin(int(r))
			}
			out.sets[i] = merge(of[0], of[1])
		}
	}
	return out, nil
}

// marked is the left rows with their marks.
func (j *joining) marked() *batch {
	there := make([]bool, j.groups)
	unknown := false
	for _, g := range j.rightGroup {
		if g < 0 {
			unknown = true
		} else {
			there[g] = true
		}
	}
	mark := &column.Vector{Type: column.Bool, Len: j.left.Len, Ints: make([]int64, j.left.Len), Nulls: column.NewBitmap(j.left.Len)}
	for i, g := range j.leftGroup {
		switch {
		case g >= 0 && there[g]:
			mark.Ints[i] = 1
		case g < 0 || unknown:
			mark.Nulls.Set(i)
		}
	}
	out := *j.left
	out.Columns = append(slices.Clone(j.left.Columns), mark)
	return &out
}

func (j *joining) columns(b *batch, rows []int32) ([]*column.Vector, error) {
	columns := make([]*column.Vector, len(b.Columns))
	for i, v := range b.Columns {
		if err := j.env.Context.Err(); err != nil {
			return nil, err
		}
		if err := j.mayRepeat(v, rows); err != nil {
			return nil, err
		}
		columns[i] = v.Gather(rows)
		if j.node.Blank && v.Type == column.String && slices.Contains(rows, -1) {
			read, err := columns[i].Read(j.env.Context)
			if err != nil {
				return nil, err
			}
			columns[i] = blanked(read, rows)
		}
	}
	return columns, nil
}

// blanked gives rows without a partner the empty string.
func blanked(v *column.Vector, rows []int32) *column.Vector {
	if v.Offsets != nil {
		b := column.NewBuilder(v.Type, v.Len)
		for i, r := range rows {
			if r < 0 {
				b.Str("")
			} else {
				b.Value(v.Value(i))
			}
		}
		return b.Vector()
	}
	blank := -1
	w := *v
	for i, r := range rows {
		if r >= 0 {
			continue
		}
		if blank < 0 {
			blank = len(w.Dict.Values)
			w.Dict = &column.Dict{Values: append(w.Dict.Values[:blank:blank], "")}
			w.Codes = append([]uint32(nil), w.Codes...)
			w.Nulls = append(column.Bitmap(nil), w.Nulls...)
		}
		w.Codes[i] = uint32(blank)
		w.Nulls.Clear(i)
	}
	return &w
}
