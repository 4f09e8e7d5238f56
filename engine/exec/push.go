package exec

import (
	"math"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Conditions move towards the source as a prefilter: the plan still applies every one of them, so a source may take what it
// can do exactly and leave the rest. A condition moves through a stage only when that stage handles each row by itself.

// pushdown is what a scan asks of its source beyond the bounds of the run.
type pushdown struct {
	where    []Predicate
	from, to int64
	ask      *Ask // nil for nothing that could be looked for
}

func (d *pushdown) narrows() bool {
	return len(d.where) > 0 || d.ask != nil || d.from != math.MinInt64 || d.to != math.MaxInt64
}

// push finds out what each scan can ask. Where stage counts are wanted, only the conditions of the first stage of filters
// move: the counts of the stages before a later one would show its effect.
func (r *run) push(root plan.Node) error {
	p := &pusher{run: r, seen: map[plan.Node]bool{}}
	return p.descend(root, nil)
}

type pusher struct {
	*run
	seen map[plan.Node]bool
}

func (p *pusher) descend(n plan.Node, conds []plan.Expr) error {
	if err := p.env.Context.Err(); err != nil {
		return err
	}
	switch n := n.(type) {
	case *plan.Filter:
		if p.opt.Counts && !plan.Hidden(n) {
			conds = nil
		}
		return p.descend(n.Input, append(conds[:len(conds):len(conds)], plan.Conjuncts(n.Cond)...))
	case *plan.Project:
		moved, err := p.throughProject(n, conds)
		if err != nil {
			return err
		}
		return p.descend(n.Input, moved)
	case *plan.Sort:
		return p.descend(n.Input, conds)
	case *plan.Expand:
		made := map[int]bool{n.Index: true}
		for _, c := range n.Columns {
			made[c.Out] = true
		}
		return p.descend(n.Input, through(conds, unless(made)))
	case *plan.Extract:
		made := map[int]bool{}
		for _, out := range n.Outs {
			made[out] = true
		}
		return p.descend(n.Input, through(conds, unless(made)))
	case *plan.Union:
		for i, in := range n.Inputs {
			err := p.descend(in, through(conds, func(c *plan.Col) *plan.Col {
				from := n.Sources[i][c.Index]
				if from < 0 || in.Schema()[from].Type != c.T {
					return nil
				}
				return &plan.Col{Index: from, Name: c.Name, T: c.T, At: c.At}
			}))
			if err != nil {
				return err
			}
		}
		return nil
	case *plan.Scan:
		return p.scan(n, conds)
	}
	if p.seen[n] {
		return nil
	}
	p.seen[n] = true
	inputs := slices.Clone(plan.Inputs(n))
	if a, ok := n.(*plan.Apply); ok {
		inputs = append(inputs, a.Body)
	}
	for _, in := range inputs {
		if err := p.descend(in, nil); err != nil {
			return err
		}
	}
	return nil
}

func unless(made map[int]bool) func(*plan.Col) *plan.Col {
	return func(c *plan.Col) *plan.Col {
		if made[c.Index] {
			return nil
		}
		return c
	}
}

// through rewrites conditions to the columns below a stage, leaving out those that read a column that is not there.
func through(conds []plan.Expr, below func(*plan.Col) *plan.Col) []plan.Expr {
	var out []plan.Expr
	for _, c := range conds {
		if moved, ok := plan.Replace(c, below); ok {
			out = append(out, moved)
		}
	}
	return out
}

// throughProject moves conditions below a projection. A text with "" in place of null (KQL) is like the column it is made of
// to conditions that no empty text meets.
func (p *pusher) throughProject(n *plan.Project, conds []plan.Expr) ([]plan.Expr, error) {
	var moved []plan.Expr
	for _, cond := range conds {
		before := len(moved)
		full, err := p.wantsText(cond)
		if err != nil {
			return nil, err
		}
		moved = append(moved, through([]plan.Expr{cond}, func(c *plan.Col) *plan.Col {
			x := n.Exprs[c.Index]
			if call, ok := x.(*plan.Call); ok && full && call.Func.Means == function.MeansFilled {
				x = call.Args[0]
			}
			below, _ := x.(*plan.Col)
			return below
		})...)
		if len(moved) == before {
			if over, ok := substitute(cond, n.Exprs); ok {
				moved = append(moved, over)
			}
		}
	}
	return moved, nil
}

// wantsText tells whether a condition compares a column with texts that are not empty.
func (p *pusher) wantsText(cond plan.Expr) (bool, error) {
	t, err := p.comparison(cond)
	if t == nil || err != nil {
		return false, err
	}
	switch value := t.Value.(type) {
	case string:
		return t.Op == Equal && value != "", nil
	case []any:
		return t.Op == In && !slices.ContainsFunc(value, func(x any) bool { s, ok := x.(string); return !ok || s == "" }), nil
	}
	return false, nil
}

func (p *pusher) scan(n *plan.Scan, conds []plan.Expr) error {
	down := &pushdown{from: math.MinInt64, to: math.MaxInt64}
	if p.seen[n] { // read from two places, which may want different rows
		p.pushed[n] = down
		return nil
	}
	p.seen[n] = true
	for _, c := range conds {
		t, err := p.comparison(c)
		if err != nil {
			return err
		}
		if t != nil && n.Columns[t.col.Index] == n.Time && t.col.T == column.Time && t.Op <= GreaterEqual {
			down.bound(t.Op, t.Value.(int64))
			continue
		}
		one, err := p.predicate(n, c)
		if err != nil {
			return err
		}
		if one != nil {
			down.where = append(down.where, *one)
		}
	}
	down.ask = p.ask(n, conds)
	p.pushed[n] = down
	return nil
}

// predicate reads a condition on the columns of a scan as a predicate that means the same to every source; nil when it is none.
func (p *pusher) predicate(n *plan.Scan, cond plan.Expr) (*Predicate, error) {
	any, err := p.alternatives(cond)
	if len(any) == 0 || err != nil || slices.ContainsFunc(any, func(t *comparison) bool { return !exact(t) }) {
		return nil, err
	}
	for _, t := range any {
		t.Column = n.Columns[t.col.Index]
	}
	one := any[0].Predicate
	for _, t := range any[1:] {
		one.Or = append(one.Or, t.Predicate)
	}
	return &one, nil
}

// bound narrows the time range by a comparison.
func (d *pushdown) bound(op Op, t int64) {
	after := t
	if t < math.MaxInt64 {
		after = t + 1
	}
	switch op {
	case Equal:
		d.from, d.to = max(d.from, t), min(d.to, after)
	case Less:
		d.to = min(d.to, t)
	case LessEqual:
		d.to = min(d.to, after)
	case Greater:
		d.from = max(d.from, after)
	case GreaterEqual:
		d.from = max(d.from, t)
	}
}

// exact tells whether every source means the same by a comparison. Languages differ in what they make of NaN: one that is compared with is
// left out, and one that is compared a source has to keep. Addresses and versions are left out because they are not equal by their bytes.
func exact(t *comparison) bool {
	if t.Op == IsNull || t.Op == NotNull {
		return t.col.T != column.Dynamic && t.col.T.Kind() != column.NoKind
	}
	switch t.col.T {
	case column.Bool:
		return t.Op == Equal
	case column.Int, column.Long, column.Time, column.String:
		return true
	case column.Double:
		x, ok := t.Value.(float64)
		return ok && x == x
	}
	return false
}

// comparison is a predicate that still knows its column.
type comparison struct {
	Predicate
	col *plan.Col
}

var operators = map[function.Meaning]struct{ op, flipped Op }{
	function.MeansEqual:        {Equal, Equal},
	function.MeansLess:         {Less, Greater},
	function.MeansLessEqual:    {LessEqual, GreaterEqual},
	function.MeansGreater:      {Greater, Less},
	function.MeansGreaterEqual: {GreaterEqual, LessEqual},
}

// alternatives reads a condition as comparisons of which one is enough; none when it is not that.
func (p *pusher) alternatives(cond plan.Expr) ([]*comparison, error) {
	call, ok := cond.(*plan.Call)
	if !ok || call.Func.Means != function.MeansOr {
		t, err := p.comparison(cond)
		if t == nil || err != nil {
			return nil, err
		}
		return []*comparison{t}, nil
	}
	var all []*comparison
	for _, a := range call.Args {
		some, err := p.alternatives(a)
		if len(some) == 0 || err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// comparison reads a condition as one of a column with a constant; nil when it is none.
func (p *pusher) comparison(cond plan.Expr) (*comparison, error) {
	call, ok := cond.(*plan.Call)
	if !ok || len(call.Args) == 0 {
		return nil, nil
	}
	col, isCol := call.Args[0].(*plan.Col)
	switch call.Func.Means {
	case function.MeansIsNull, function.MeansNotNull:
		if !isCol {
			return nil, nil
		}
		op := IsNull
		if call.Func.Means == function.MeansNotNull {
			op = NotNull
		}
		return &comparison{Predicate{Op: op}, col}, nil
	case function.MeansIn:
		if !isCol {
			return nil, nil
		}
		var list []any
		for _, a := range call.Args[1:] {
			x, ok, err := p.value(a, col.T)
			if !ok || err != nil {
				return nil, err
			}
			list = append(list, x)
		}
		return &comparison{Predicate{Op: In, Value: list}, col}, nil
	}
	x, constant, kind, ok := compared(cond, isColumn)
	if !ok {
		return nil, nil
	}
	col = x.(*plan.Col)
	value, ok, err := p.value(constant, col.T)
	if !ok || err != nil {
		return nil, err
	}
	return &comparison{Predicate{Op: kind, Value: value}, col}, nil
}

// compared reads a condition as a comparison of something wanted, whichever side it stands on, with something else.
func compared(cond plan.Expr, wanted func(plan.Expr) bool) (x, other plan.Expr, op Op, ok bool) {
	call, isCall := cond.(*plan.Call)
	if !isCall || len(call.Args) != 2 {
		return nil, nil, 0, false
	}
	ops, known := operators[call.Func.Means]
	switch {
	case !known:
		return nil, nil, 0, false
	case wanted(call.Args[0]):
		return call.Args[0], call.Args[1], ops.op, true
	case wanted(call.Args[1]):
		return call.Args[1], call.Args[0], ops.flipped, true
	}
	return nil, nil, 0, false
}

func isColumn(x plan.Expr) bool {
	_, ok := x.(*plan.Col)
	return ok
}

// value is a constant as one value to compare columns of type t with.
func (p *pusher) value(x plan.Expr, t column.Type) (any, bool, error) {
	if !plan.Constant(x) {
		return nil, false, nil
	}
	v, err := p.fold(x)
	if err != nil {
		return nil, false, err
	}
	from, to := v.Range(0)
	if to != from+1 || v.Type.Kind() != t.Kind() || (v.Type == column.Time) != (t == column.Time) {
		return nil, false, nil
	}
	return v.At(from), true, nil
}

// count is how many rows a scan would have given without what was pushed into it.
func (r *run) count(n *plan.Scan) (int, error) {
	c, err := Count(r.env.Context, r.src, n.Table, n.Time, nil, r.opt.From, r.opt.To)
	return c.Events, err
}

// recount corrects the counts of the stages whose rows a pushed condition took away before them: the scan, and what
// follows it without changing the number of rows.
func (r *run) recount(root plan.Node) error {
	exact := map[plan.Node]bool{}
	var err error
	plan.Walk(root, func(n plan.Node) {
		switch n := n.(type) {
		case *plan.Scan:
			if d := r.pushed[n]; err == nil && d != nil && d.narrows() {
				exact[n] = true
				r.counts[n], err = r.count(n)
			}
		case *plan.Project, *plan.Sort:
			if in := plan.Inputs(n)[0]; exact[in] {
				exact[n] = true
				r.counts[n] = r.counts[in]
			}
		}
	})
	return err
}
