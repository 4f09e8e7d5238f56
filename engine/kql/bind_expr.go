package kql

import (
	"math"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// row is what an expression can see.
type row struct {
	scope *scope
	cols  []column.Field
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
}

func (b *binder) scalar(r *row, x expr) plan.Expr {
	if !b.enter(x.place()) {
		b.leave()
		return nil
	}
	defer b.leave()
	switch x := x.(type) {
	case *literal:
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
			return respan(g.bound, x.span)
		case g.rel != nil:
			b.errorf(x.span, "'%s' is a table, and a value is wanted here", x.text)
			return nil
		case g.lambda != nil:
			if len(g.lambda.params) == 0 {
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
		return b.scalar(&row{scope: g.in, constant: true}, g.x)
	}
	e := b.errorf(x.span, "unknown column or name '%s'", x.text)
	known := fieldNames(r.cols)
	for s := r.scope; s != nil; s = s.up {
		known = append(known, s.name)
	}
	nearest(e, x.text, known)
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
	case column.Int, column.Long, column.Double, column.Decimal, column.Duration:
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

func isNumber(t column.Type) bool {
	return t == column.Int || t == column.Long || t == column.Double || t == column.Decimal
}

// wider is the type that two numbers are computed in.
func wider(a, b column.Type) column.Type {
	switch {
	case a == column.Decimal || b == column.Decimal:
		return column.Decimal
	case a == column.Double || b == column.Double:
		return column.Double
	case a == column.Long || b == column.Long:
		return column.Long
	}
	return column.Int
}

func (b *binder) binary(r *row, x *binary) plan.Expr {
	if _, all := x.l.(*star); all && !r.constant {
		return b.anyColumn(r, x)
	}
	l, v := b.scalar(r, x.l), b.scalar(r, x.r)
	if l == nil || v == nil {
		return nil
	}
	return b.operate(x, l, v)
}

func (b *binder) operate(x *binary, l, r plan.Expr) plan.Expr {
	switch x.op {
	case "and", "or":
		l, r = b.asBool(l), b.asBool(r)
		if l == nil || r == nil {
			b.undefined(x, l, r)
			return nil
		}
		return b.make(x.op, x.span, column.Bool, l, r)
	case "==", "!=", "<>", "<", "<=", ">", ">=":
		return b.compare(x, l, r)
	case "+", "-", "*", "/", "%":
		return b.arithmetic(x, l, r)
	}
	if x.op == "=~" || x.op == "!~" {
		if l.Type() == column.GUID {
			l = b.cast(l, column.String, false)
		}
	}
	// The rest compares texts. Dynamic values are read as texts.
	row, ok := textual[x.op]
	if !ok {
		b.errorf(x.opAt, "the operator '%s' is not supported", x.op)
		return nil
	}
	l, r = b.asText(l), b.asText(r)
	if l == nil || r == nil {
		b.errorf(x.opAt, "the operator '%s' compares strings", x.op).WithHint("use tostring()")
		return nil
	}
	if x.op == "matches regex" {
		if s, ok := constant(r); ok {
			if err := function.CheckRegex(s.(string)); err != nil {
				b.errorf(x.r.place(), "the regular expression cannot be read: %v", err)
				return nil
			}
		}
	}
	return b.make(row, x.span, column.Bool, l, r)
}

func (b *binder) undefined(x *binary, l, r plan.Expr) {
	if l == nil || r == nil {
		b.errorf(x.opAt, "the operator '%s' wants booleans on both sides", x.op)
	}
}

func (b *binder) asBool(x plan.Expr) plan.Expr {
	switch x.Type() {
	case column.Bool:
		return x
	case column.Dynamic:
		return b.make("tobool", x.Span(), column.Bool, x)
	}
	return nil
}

func (b *binder) asText(x plan.Expr) plan.Expr {
	switch x.Type() {
	case column.String:
		return x
	case column.Dynamic:
		return b.make("tostring", x.Span(), column.String, x)
	}
	return nil
}

// textual maps operators to the rows that compute them.
var textual = map[string]string{
	"=~": "=~", "!~": "!~", "matches regex": "matches regex",
	"has": "has", "!has": "!has", "has_cs": "has_cs", "!has_cs": "!has_cs",
	"contains": "contains", "!contains": "!contains", "contains_cs": "contains_cs", "!contains_cs": "!contains_cs",
	"notcontains": "!contains", "notcontainscs": "!contains_cs", "containscs": "contains_cs",
	"startswith": "startswith", "!startswith": "!startswith", "startswith_cs": "startswith_cs", "!startswith_cs": "!startswith_cs",
	"endswith": "endswith", "!endswith": "!endswith", "endswith_cs": "endswith_cs", "!endswith_cs": "!endswith_cs",
	"hasprefix": "hasprefix", "!hasprefix": "!hasprefix", "hasprefix_cs": "hasprefix_cs", "!hasprefix_cs": "!hasprefix_cs",
	"hassuffix": "hassuffix", "!hassuffix": "!hassuffix", "hassuffix_cs": "hassuffix_cs", "!hassuffix_cs": "!hassuffix_cs",
}

func (b *binder) compare(x *binary, l, r plan.Expr) plan.Expr {
	op := x.op
	if op == "<>" {
		op = "!="
	}
	equal := op == "==" || op == "!="
	if l2, r2, ok := b.alike(l, r, equal); ok {
		if !equal && l2.Type() == column.Dynamic {
			return b.make("dynamic "+op, x.span, column.Bool, l2, r2)
		}
		return b.make(op, x.span, column.Bool, l2, r2)
	}
	b.errorf(x.opAt, "the operator '%s' is not defined for %s and %s", x.op, typeWord(l.Type()), typeWord(r.Type()))
	return nil
}

// alike brings two values to one type in which they can be compared.
func (b *binder) alike(l, r plan.Expr, equal bool) (plan.Expr, plan.Expr, bool) {
	s, t := l.Type(), r.Type()
	switch {
	case s == t:
		ordered := isNumber(s) || s == column.Time || s == column.Duration || s == column.Dynamic
		return l, r, equal || ordered
	case isNumber(s) && isNumber(t):
		w := wider(s, t)
		return b.cast(l, w, false), b.cast(r, w, false), true
	case s == column.Dynamic:
		return l, b.make("todynamic value", r.Span(), column.Dynamic, r), true
	case t == column.Dynamic:
		return b.make("todynamic value", l.Span(), column.Dynamic, l), r, true
	case equal && s == column.Bool && isNumber(t):
		return b.cast(l, t, false), r, true
	case equal && t == column.Bool && isNumber(s):
		return l, b.cast(r, s, false), true
	case equal && s == column.String && isLit(l):
		if c := b.cast(l, t, false); c != nil && !litNull(c) {
			return c, r, true
		}
	case equal && t == column.String && isLit(r):
		if c := b.cast(r, s, false); c != nil && !litNull(c) {
			return l, c, true
		}
	case equal && (s == column.GUID && t == column.String || s == column.String && t == column.GUID):
		return b.cast(l, column.String, false), b.cast(r, column.String, false), true
	}
	return nil, nil, false
}

func isLit(x plan.Expr) bool { _, ok := x.(*plan.Lit); return ok }

func litNull(x plan.Expr) bool {
	l, ok := x.(*plan.Lit)
	return ok && l.Value.IsNull(0)
}

func (b *binder) arithmetic(x *binary, l, r plan.Expr) plan.Expr {
	s, t := l.Type(), r.Type()
	span, duration, number := column.Time, column.Duration, isNumber
	make2 := func(row string, result column.Type) plan.Expr { return b.make(row, x.span, result, l, r) }
	switch {
	case number(s) && number(t):
		w := wider(s, t)
		if w == column.Int {
			w = column.Long
		}
		l, r = b.cast(l, w, false), b.cast(r, w, false)
		if overflows(x.op, l, r) {
			b.errorf(x.span, "the result does not fit a long")
			return nil
		}
		return make2(x.op, w)
	case s == column.Dynamic && t == column.Dynamic:
		return make2("dynamic "+x.op, column.Dynamic)
	case s == column.Dynamic && number(t):
		l = b.cast(l, atLeastLong(t), false)
		return b.arithmetic(x, l, r)
	case t == column.Dynamic && number(s):
		r = b.cast(r, atLeastLong(s), false)
		return b.arithmetic(x, l, r)
	case s == column.Dynamic && (t == span || t == duration):
		return b.arithmetic(x, b.cast(l, t, false), r)
	case t == column.Dynamic && (s == span || s == duration):
		return b.arithmetic(x, l, b.cast(r, map[bool]column.Type{true: duration, false: s}[s == duration], false))
	case s == span && t == duration && (x.op == "+" || x.op == "-"):
		return make2("datetime "+x.op, span)
	case s == duration && t == span && x.op == "+":
		l, r = r, l
		return make2("datetime +", span)
	case s == span && t == span && x.op == "-":
		return make2("datetime difference", duration)
	case s == duration && t == duration:
		switch x.op {
		case "+", "-", "%":
			return make2(x.op, duration)
		case "/":
			return make2("timespan /", column.Double)
		}
	case s == duration && number(t) && (x.op == "*" || x.op == "/"):
		if t == column.Int || t == column.Long {
			r = b.cast(r, column.Long, false)
			return make2("timespan "+x.op+" long", duration)
		}
		r = b.cast(r, column.Double, false)
		return make2("timespan "+x.op+" real", duration)
	case number(s) && t == duration && x.op == "*":
		l, r = r, l
		if s == column.Int || s == column.Long {
			r = b.cast(r, column.Long, false)
			return make2("timespan * long", duration)
		}
		r = b.cast(r, column.Double, false)
		return make2("timespan * real", duration)
	}
	e := b.errorf(x.opAt, "the operator '%s' is not defined for %s and %s", x.op, typeWord(s), typeWord(t))
	if s == column.String && t == column.String && x.op == "+" {
		e.WithHint("use strcat()")
	}
	return nil
}

// overflows tells whether a computation with constants leaves the longs, which columns do silently.
func overflows(op string, l, r plan.Expr) bool {
	lv, ok1 := constant(l)
	rv, ok2 := constant(r)
	x, ok3 := lv.(int64)
	y, ok4 := rv.(int64)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return false
	}
	switch op {
	case "+":
		return (x+y > x) != (y > 0) && y != 0
	case "-":
		return (x-y < x) != (y > 0) && y != 0
	case "*":
		return x != 0 && (x*y/x != y || x == -1 && y == math.MinInt64)
	}
	return false
}

func atLeastLong(t column.Type) column.Type {
	if t == column.Int {
		return column.Long
	}
	return t
}

func (b *binder) between(r *row, x *between) plan.Expr {
	v, lo, hi := b.scalar(r, x.x), b.scalar(r, x.lo), b.scalar(r, x.hi)
	if v == nil || lo == nil || hi == nil {
		return nil
	}
	// A timespan as the upper end of a datetime range is counted from the lower end.
	if v.Type() == column.Time && hi.Type() == column.Duration && lo.Type() == column.Time {
		hi = b.make("datetime +", x.span, column.Time, lo, hi)
	}
	from := b.compare(&binary{at: x.at, op: ">=", opAt: x.span}, v, lo)
	to := b.compare(&binary{at: x.at, op: "<=", opAt: x.span}, v, hi)
	if from == nil || to == nil {
		return nil
	}
	both := b.make("and", x.span, column.Bool, from, to)
	if x.not {
		return b.make("not", x.span, column.Bool, both)
	}
	return both
}

// inList binds "x in (…)". Lists of values become one dynamic array, and a table in the list is read once, its first column.
func (b *binder) inList(r *row, x *inList) plan.Expr {
	v := b.scalar(r, x.x)
	op := x.op
	texts := op == "in~" || op == "!in~" || op == "has_any" || op == "!has_any" || op == "has_all" || op == "!has_all"
	var args []plan.Expr
	for _, e := range x.list {
		a := b.member(r, e)
		if a == nil {
			v = nil
			continue
		}
		args = append(args, a)
	}
	if v == nil {
		return nil
	}
	if texts {
		t := b.asText(v)
		if t == nil {
			if op != "in~" && op != "!in~" {
				b.errorf(x.opAt, "the operator '%s' compares strings, found %s", op, typeWord(v.Type()))
				return nil
			}
			t = v
		}
		v = t
	}
	members := make([]plan.Expr, 1, len(args)+1)
	members[0] = v
	for _, a := range args {
		if a.Type() == column.Dynamic || a.Type() == v.Type() {
			members = append(members, a)
			continue
		}
		if v.Type() == column.Dynamic {
			members = append(members, b.make("todynamic value", a.Span(), column.Dynamic, a))
			continue
		}
		l, m, ok := b.alike(v, a, true)
		if !ok || l.Type() != v.Type() {
			if isNumber(v.Type()) && isNumber(a.Type()) {
				members = append(members, a)
				continue
			}
			b.errorf(a.Span(), "a %s is never %s a list with a %s", typeWord(v.Type()), op, typeWord(a.Type()))
			return nil
		}
		members = append(members, m)
	}
	return b.make(op, x.span, column.Bool, members...)
}

// member is one element of a list: a value, an array, or a table whose first column is the list.
func (b *binder) member(r *row, e expr) plan.Expr {
	if !b.isTabular(r.scope, e) || !r.constant && b.isColumn(r, e) {
		return b.scalar(r, e)
	}
	t := b.tabular(r.scope, e)
	if t == nil || isFailed(t) {
		return nil
	}
	cols := t.cols()
	if len(cols) == 0 {
		b.errorf(e.place(), "the table has no column")
		return nil
	}
	agg := &plan.Aggregate{Input: t.node}
	agg.Out, agg.At, agg.Hidden = []column.Field{{Name: "set", Type: column.Dynamic}}, e.place(), true
	rows := function.Lookup(function.KQL, "make_set")
	col := &plan.Col{Index: 0, Name: cols[0].Name, T: cols[0].Type, At: e.place()}
	agg.Aggs = []plan.Agg{{Call: &plan.Call{Func: rows[0], Args: []plan.Expr{col}, T: column.Dynamic, At: e.place()}, Out: 0}}
	return &plan.Scalar{Input: agg, T: column.Dynamic, At: e.place()}
}

func (b *binder) isColumn(r *row, e expr) bool {
	n, ok := e.(*name)
	return ok && indexOf(r.cols, n.text) >= 0
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
				nearest(b.errorf(x.fieldAt, "unknown column '%s' on the %s side", x.field, n.text[1:]), x.field, fieldNames(cols))
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
	one := *v
	one.Type = c.T
	return &plan.Lit{Value: &one, At: c.At}
}
