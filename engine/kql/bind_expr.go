package kql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// row is what an expression can see.
type row struct {
	scope *scope
	cols  []column.Field
	from  plan.Node // what gives the row, where it is known
	// constant expressions see no row at all.
	constant bool
	// ordered rows may ask for their neighbours; window is set when one did.
	ordered bool
	window  bool
	// aggs gathers the aggregates that are called, where they may be.
	aggs *aggregates
	// right is where the right side of a join begins, where there is one: $left and $right are then known.
	right int
	both  bool
	// steps resolves the step names of a scan.
	steps map[string]map[string]int
	// keys are the columns that are grouping keys as they stand.
	keys map[string]bool
	// making are the columns that the operator itself makes: none of them is there yet.
	making []string
	// frame is the row that a function was called in, inside its body; nil for the row itself.
	frame *row
}

// origin is the row whose columns the arguments of the functions around it may read.
func (r *row) origin() *row {
	if r.frame != nil {
		return r.frame
	}
	return r
}

func (b *binder) scalar(r *row, x expr) plan.Expr {
	if !b.enter(x.place()) {
		b.leave()
		return nil
	}
	defer b.leave()
	switch x := x.(type) {
	case *literal:
		if b.isTypeLiteral(x) {
			b.errorf(x.span, "a type is no value")
			return nil
		}
		if text, ok := x.value.(string); ok && x.typ == column.String {
			return b.written(r, x, text)
		}
		return lit(x.typ, x.value, x.span)
	case *name:
		return b.name(r, x)
	case *unary:
		return b.unary(r, x)
	case *binary:
		return b.binary(r, x)
	case *between:
		return b.between(r, x)
	case *inList:
		return b.inList(r, x)
	case *path:
		return b.path(r, x)
	case *index:
		return b.index(r, x)
	case *call:
		return b.call(r, x)
	case *pipe, *table:
		b.errorf(x.place(), "expected a value, found a table").WithHint("toscalar(…) makes a value of a table")
		return nil
	case *star:
		b.errorf(x.span, "'*' cannot stand here")
		return nil
	}
	b.errorf(x.place(), "expected a value")
	return nil
}

func (b *binder) name(r *row, x *name) plan.Expr {
	if !r.constant {
		if i := indexOf(r.cols, x.text); i >= 0 {
			return &plan.Col{Index: i, Name: x.text, T: r.cols[i].Type, At: x.span}
		}
	}
	if g := r.scope.find(x.text); g != nil {
		switch {
		case g.bound != nil:
			if g.from != nil && g.from != r.origin() {
				b.errorf(x.span, "'%s' depends on the row that the function is called for, which a table in it cannot see", x.text).WithHint("call the function with a constant, or join")
				return nil
			}
			return respan(g.bound, x.span)
		case g.rel != nil:
			b.errorf(x.span, "'%s' is a table, and a value is wanted here", x.text)
			return nil
		case g.lambda != nil:
			if g.lambda.bare() {
				return b.apply(r, g, x.text, x.span, nil)
			}
			b.errorf(x.span, "'%s' is a function: call it with arguments", x.text)
			return nil
		}
		if g.busy {
			return nil
		}
		g.busy = true
		defer func() { g.busy = false }()
		return b.scalar(&row{scope: g.in, constant: true, frame: r.origin()}, g.x)
	}
	if r.aggs != nil && indexOf(r.aggs.input.cols, x.text) >= 0 {
		b.errorf(x.span, "the column '%s' stands outside of aggregates here", x.text).WithHint("take one of its values: take_any(%s)", x.text)
		return nil
	}
	e := b.stranger(b.errorf(x.span, "unknown column or name '%s'", x.text), x.text)
	var others []string
	for s := r.scope; s != nil; s = s.up {
		others = append(others, s.name)
	}
	unknownName(e, x.text, r, others)
	if has(r.making, x.text) {
		e.WithHint("a column that the same operator makes is not there yet: use a second one")
	}
	return nil
}

// respan gives a bound expression the place where it is used.
func respan(x plan.Expr, s syntax.Span) plan.Expr {
	switch x := x.(type) {
	case *plan.Lit:
		return &plan.Lit{Value: x.Value, At: s}
	case *plan.Col:
		c := *x
		c.At = s
		return &c
	}
	return x
}

func (b *binder) unary(r *row, x *unary) plan.Expr {
	v := b.scalar(r, x.x)
	if v == nil {
		return nil
	}
	if x.op == "not" {
		return b.make("not", x.span, column.Bool, v)
	}
	switch v.Type() {
	case column.Int:
		if !isLit(v) {
			v = b.cast(v, column.Long, false)
		}
	case column.Long, column.Double, column.Decimal, column.Duration:
	case column.Dynamic:
		v = b.make("todouble", x.span, column.Double, v)
	default:
		b.errorf(x.span, "the operator '%s' is not defined for %s", x.op, typeWord(v.Type()))
		return nil
	}
	if x.op == "+" {
		return v
	}
	return b.make("negate", x.span, v.Type(), v)
}

func (b *binder) path(r *row, x *path) plan.Expr {
	if n, ok := x.x.(*name); ok {
		if r.both && (n.text == "$left" || n.text == "$right") {
			cols, from := r.cols[:r.right], 0
			if n.text == "$right" {
				cols, from = r.cols[r.right:], r.right
			}
			i := indexOf(cols, x.field)
			if i < 0 {
				nearest(b.stranger(b.errorf(x.fieldAt, "unknown column '%s' on the %s side", x.field, n.text[1:]), x.field), x.field, fieldNames(cols))
				return nil
			}
			return &plan.Col{Index: from + i, Name: x.field, T: cols[i].Type, At: x.span}
		}
		if cols, ok := r.steps[n.text]; ok {
			i, ok := cols[x.field]
			if !ok {
				b.errorf(x.fieldAt, "the step '%s' has no column '%s'", n.text, x.field)
				return nil
			}
			return &plan.Col{Index: i, Name: x.field, T: r.cols[i].Type, At: x.span}
		}
	}
	v := b.scalar(r, x.x)
	if v == nil {
		return nil
	}
	if v.Type() != column.Dynamic {
		b.errorf(x.fieldAt, "a %s has no properties: only dynamic values have", typeWord(v.Type()))
		return nil
	}
	return b.make("property", x.span, column.Dynamic, v, lit(column.String, x.field, x.fieldAt))
}

func (b *binder) index(r *row, x *index) plan.Expr {
	v, _, several := b.valuesOf(r, x.x)
	if !several {
		v = b.scalar(r, x.x)
	}
	i := b.scalar(r, x.i)
	if v == nil || i == nil {
		return nil
	}
	if v.Type() != column.Dynamic {
		b.errorf(x.i.place(), "a %s cannot be indexed: only dynamic values can", typeWord(v.Type()))
		return nil
	}
	switch i.Type() {
	case column.String:
		return b.make("property", x.span, column.Dynamic, v, i)
	case column.Int, column.Long:
		return b.make("element", x.span, column.Dynamic, v, b.cast(i, column.Long, false))
	case column.Dynamic:
		return b.make("item", x.span, column.Dynamic, v, i)
	}
	b.errorf(x.i.place(), "expected a name or a number as index, found %s", typeWord(i.Type()))
	return nil
}

func isLit(x plan.Expr) bool { _, ok := x.(*plan.Lit); return ok }

func litNull(x plan.Expr) bool {
	l, ok := x.(*plan.Lit)
	return ok && l.Value.IsNull(0)
}

// casts are the rows that convert to a type.
var casts = map[column.Type]string{
	column.Bool: "tobool", column.Int: "toint", column.Long: "tolong", column.Double: "todouble", column.Decimal: "todecimal",
	column.String: "tostring", column.Time: "todatetime", column.Duration: "totimespan", column.GUID: "toguid",
	column.Dynamic: "todynamic value",
}

// cast converts a value; with strict it only widens numbers. nil when that cannot be.
func (b *binder) cast(x plan.Expr, t column.Type, strict bool) plan.Expr {
	s := x.Type()
	if s == t {
		return x
	}
	if strict && !(isNumber(s) && isNumber(t)) && s != column.Dynamic {
		if l, ok := x.(*plan.Lit); !ok || !l.Value.IsNull(0) {
			return nil
		}
	}
	row, ok := casts[t]
	if !ok {
		return nil
	}
	return b.make(row, x.Span(), t, x)
}

// make calls a row of the function table that has no overloads; constants are computed at once.
func (b *binder) make(rowName string, s syntax.Span, t column.Type, args ...plan.Expr) plan.Expr {
	rows := function.Lookup(function.KQL, rowName)
	if len(rows) == 0 {
		b.errorf(s, "'%s' is not supported", rowName)
		return nil
	}
	return b.fold(&plan.Call{Func: rows[0], Args: args, T: t, At: s})
}

// largestConstant is how many bytes or elements a constant has at most that is computed while the query is read. What is larger
// is computed when the query runs, where it can be stopped.
const largestConstant = 64 << 10

func sizeOf(v *column.Vector) int {
	switch x := v.At(0).(type) {
	case string:
		return len(x)
	case []any:
		return len(x)
	}
	return 0
}

// fold computes a call of constants.
func (b *binder) fold(c *plan.Call) plan.Expr {
	if c.Func.Kind != function.Scalar || c.Func.Eval == nil {
		return c
	}
	args := make([]*column.Vector, len(c.Args))
	for i, a := range c.Args {
		if a == nil {
			return nil
		}
		l, ok := a.(*plan.Lit)
		if !ok {
			return c
		}
		args[i] = l.Value
	}
	v, err := c.Func.Eval(&function.Env{Limits: function.DefaultLimits}, args, 1)
	if err != nil {
		b.errorf(c.At, "%v", err)
		return nil
	}
	if sizeOf(v) > largestConstant {
		return c
	}
	one := *v
	one.Type = c.T
	return &plan.Lit{Value: &one, At: c.At}
}
