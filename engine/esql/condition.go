package esql

import (
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// WHERE, and what can be asked of a value beside comparing it: IN, IS NULL, LIKE and RLIKE.

func (l *lowerer) where(in plan.Node, c *where) plan.Node {
	tests, members := partMembers(c.cond)
	for i, test := range tests {
		in = l.marking(in, c.at, []expr{test}, func(in plan.Node) plan.Node {
			if cond := l.filter(test); cond != nil {
				in = &plan.Filter{Base: plan.Base{Out: in.Schema(), At: c.at, Hidden: i < len(tests)-1 || len(members) > 0}, Input: in, Cond: cond}
			}
			return in
		})
	}
	for i, m := range members {
		in = l.member(in, m, c.at, i < len(members)-1)
	}
	return in
}

// filter lowers the condition of a WHERE or a join.
func (l *lowerer) filter(e expr) plan.Expr {
	l.filtering = true
	defer func() { l.filtering = false }()
	return l.condition(e)
}

// condition lowers an expression that has to be a boolean.
func (l *lowerer) condition(e expr) plan.Expr {
	cond := l.expr(e)
	if cond == nil {
		return nil
	}
	switch cond.Type() {
	case column.Bool:
		return cond
	case column.Null:
		return l.null(column.Bool, e.span(), cond)
	}
	err := l.fail(e.span(), "expected a condition, found a value of type %s", cond.Type())
	if _, constant := cond.(*plan.Lit); constant {
		_ = err.WithHint("say again what it is compared with, as in x == %s, or list the values: x IN (…)", l.file.Slice(e.span()))
	} else {
		_ = err.WithHint("compare it with something, or write IS NOT NULL")
	}
	return nil
}

func (l *lowerer) in(e *in) plan.Expr {
	if e.query != nil {
		return l.marked(e)
	}
	value := l.expr(e.value)
	args := []plan.Expr{value}
	for _, x := range e.list {
		args = append(args, l.items(l.held(x))...)
	}
	for _, a := range args {
		if a == nil {
			return nil
		}
	}
	if value.Type() == column.Null {
		return l.null(column.Bool, e.at, value)
	}
	// The value's type widens to that of the list where both are numbers; texts in the list become what the value is.
	t := value.Type()
	for _, a := range args[1:] {
		if isNumber(a.Type()) && isNumber(t) {
			wider, ok := common(t, a.Type())
			if !ok {
				l.mismatch(a.Span(), "compare", value, a)
				return nil
			}
			t = wider
		} else if isLiteralText(value) && !isLiteralText(a) && a.Type() != column.Null && literalTarget(a.Type()) {
			t = a.Type()
		}
	}
	for i, a := range args {
		x, ok := l.as(a, t)
		if !ok {
			l.mismatch(a.Span(), "compare", value, a)
			return nil
		}
		if x == nil {
			return nil
		}
		args[i] = x
	}
	if t == column.Text {
		t = column.String
	}
	call := l.row1("in", e.at, args...)
	if call != nil && e.not {
		return l.row1("not", e.at, call)
	}
	return call
}

// oneOf is what a chain of ORs asks of one column: which constants it equals, and which blocks its address is in.
type oneOf struct {
	col          *plan.Col // where it is named first
	values, nets []plan.Expr
	times        int
}

// anyOf puts together the conditions of a chain of ORs that hold one column against constants. As in the vendor's engine, a
// warning about the values of the column then names the column alone.
func (l *lowerer) anyOf(conditions []plan.Expr) []plan.Expr {
	asked := map[int]*oneOf{} // by column
	of := make([]*oneOf, len(conditions))
	for i, c := range conditions {
		col, list := against(c)
		if col == nil {
			continue
		}
		if asked[col.Index] == nil {
			asked[col.Index] = &oneOf{col: col}
		}
		of[i] = asked[col.Index]
		of[i].times++
		if c.(*plan.Call).Func.Means == function.MeansWithin {
			of[i].nets = append(of[i].nets, list...)
		} else {
			of[i].values = append(of[i].values, list...)
		}
	}
	var rest []plan.Expr
	for i, c := range conditions {
		o := of[i]
		if o == nil || o.times == 1 {
			rest = append(rest, c)
			continue
		}
		if o.values != nil {
			rest = append(rest, l.row1("in", o.col.At, append([]plan.Expr{o.col}, o.values...)...))
		}
		if o.nets != nil {
			rest = append(rest, l.row1("cidr_match", o.col.At, append([]plan.Expr{o.col}, o.nets...)...))
		}
		o.values, o.nets = nil, nil
	}
	return rest
}

// against is the column and the constants of a condition that the column is one of them, or in one of them.
func against(e plan.Expr) (*plan.Col, []plan.Expr) {
	c, ok := e.(*plan.Call)
	if !ok || c.Func.Means != function.MeansEqual && c.Func.Means != function.MeansIn && c.Func.Means != function.MeansWithin {
		return nil, nil
	}
	col, ok := c.Args[0].(*plan.Col)
	list := c.Args[1:]
	if !ok && c.Func.Means != function.MeansWithin && len(c.Args) == 2 {
		col, ok = c.Args[1].(*plan.Col)
		list = c.Args[:1]
	}
	for _, x := range list {
		if _, constant := x.(*plan.Lit); !constant {
			return nil, nil
		}
	}
	if !ok {
		return nil, nil
	}
	return col, list
}

// items are the values of a constant with several, which is how a parameter brings a list.
func (l *lowerer) items(e plan.Expr) []plan.Expr {
	lit, ok := e.(*plan.Lit)
	if !ok {
		return []plan.Expr{e}
	}
	values, ok := lit.Value.Value(0).([]any)
	if !ok || lit.Value.Type == column.Dynamic {
		return []plan.Expr{e}
	}
	items := make([]plan.Expr, len(values))
	for i, x := range values {
		b := column.NewBuilder(lit.Value.Type, 1)
		b.Value(x)
		items[i] = &plan.Lit{Value: b.Vector(), At: lit.At}
	}
	return items
}

func (l *lowerer) isNull(e *isNull) plan.Expr {
	x := l.expr(e.value)
	if x == nil {
		return nil
	}
	name := "is_null"
	if e.not {
		name = "is_not_null"
	}
	switch {
	case x.Type() == column.Null && e.not:
		return l.untrue(e.at, x)
	case x.Type() == column.Null:
		return l.truth(true, e.at)
	}
	return l.row1(name, e.at, x)
}

func (l *lowerer) like(e *like) plan.Expr {
	value := l.expr(e.value)
	if value == nil {
		return nil
	}
	name := "like"
	if e.regex {
		name = "rlike"
	}
	args := []plan.Expr{value}
	if e.computed != nil {
		p := l.expr(e.computed)
		if p == nil {
			return nil
		}
		if t := p.Type(); t == column.Null {
			return l.null(column.Bool, e.at, p)
		} else if t != column.String && t != column.Text {
			l.fail(e.computed.span(), "expected a text as the pattern, found %s", t)
			return nil
		}
		name, args = "$"+name, append(args, p)
	}
	all := false
	for _, p := range e.patterns {
		s, _ := p.str()
		if !e.regex {
			if err := function.CheckLike(s); err != nil {
				_ = l.fail(p.at, "%v", err).WithHint(`a backslash itself is two, and four within "…": """C:\\*""" and "C:\\\\*" are C:\ and anything`)
				return nil
			}
			l.percent(s, p.at)
		} else if err := function.CheckRLike(s); err != nil {
			l.fail(p.at, "%v", err)
			return nil
		} else {
			l.anchored(s, p.at)
		}
		all = all || takesAll(s, e.regex)
		args = append(args, &plan.Lit{Value: p.value, At: p.at})
	}
	switch value.Type() {
	case column.Null:
		return l.null(column.Bool, e.at, value)
	case column.String, column.Text:
	default:
		_ = l.fail(e.value.span(), "expected a text to match with %s, found %s", strings.ToUpper(strings.TrimPrefix(name, "$")), value.Type()).WithHint("convert it with ::string")
		return nil
	}
	if all {
		return l.isNull(&isNull{e.place, e.value, !e.not})
	}
	call := l.row1(name, e.at, args...)
	if call != nil && e.not {
		return l.row1("not", e.at, call)
	}
	return call
}

// takesAll tells whether a pattern takes every text. The vendor reads such a match as IS NOT NULL, so that NOT LIKE "*" keeps
// the rows without a value.
func takesAll(pattern string, regex bool) bool {
	any := "*"
	if regex {
		any = ".*"
	}
	return pattern != "" && strings.ReplaceAll(pattern, any, "") == ""
}
