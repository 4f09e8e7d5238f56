package kql

import (
	"math"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// What operators mean for the types beside them.

func (b *binder) binary(r *row, x *binary) plan.Expr {
	if _, all := x.l.(*star); all && !r.constant {
		return b.anyColumn(r, x)
	}
	if versions := b.versions(r, x); versions != nil {
		return b.compare(x, versions, lit(column.Long, int64(0), x.span))
	}
	l, v := b.scalar(r, x.l), b.scalar(r, x.r)
	if l == nil || v == nil {
		b.unquoted(x, l)
		return nil
	}
	return b.operate(x, l, v)
}

// versions compares parse_version(a) with parse_version(b) by all their figures, of which a number keeps fifteen; nil for
// any other comparison.
func (b *binder) versions(r *row, x *binary) plan.Expr {
	switch x.op {
	case "==", "!=", "<>", "<", "<=", ">", ">=":
	default:
		return nil
	}
	var texts [2]plan.Expr
	for i, side := range []expr{x.l, x.r} {
		c, ok := side.(*call)
		if !ok || c.name != "parse_version" || len(c.args) != 1 || r.scope.find(c.name) != nil {
			return nil
		}
		known := len(b.errs)
		if texts[i] = b.scalar(r, c.args[0].x); texts[i] == nil || texts[i].Type() != column.String {
			b.errs = b.errs[:known]
			return nil // the usual way tells what is wrong
		}
	}
	return b.make("compare versions", x.span, column.Long, texts[0], texts[1])
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
	// The rest compares texts. Dynamic values are read as texts.
	row, ok := textual[x.op]
	if !ok {
		b.errorf(x.opAt, "the operator '%s' is not supported", x.op).WithHint("use has, contains, startswith or matches regex")
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
		e := b.errorf(x.opAt, "the operator '%s' wants booleans on both sides", x.op)
		if isText(x.l) && isText(x.r) {
			e.WithHint("one of several texts is asked for with has_any (…, …) or in (…, …)")
		}
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
	e := b.errorf(x.opAt, "the operator '%s' is not defined for %s and %s", x.op, typeWord(l.Type()), typeWord(r.Type()))
	unlike(e, x.op, l, r)
	return nil
}

// alike brings two values to one type in which they can be compared.
func (b *binder) alike(l, r plan.Expr, equal bool) (plan.Expr, plan.Expr, bool) {
	s, t := l.Type(), r.Type()
	switch {
	case s == column.Dynamic && t == column.Dynamic: // Kusto wants to be told as what they are compared
	case s == t:
		ordered := isNumber(s) || s == column.Time || s == column.Duration || s == column.Bool
		return l, r, equal || ordered
	case isNumber(s) && isNumber(t):
		w := wider(s, t)
		return b.cast(l, w, false), b.cast(r, w, false), true
	case !equal && (s == column.Dynamic && !isNumber(t) || t == column.Dynamic && !isNumber(s)):
		// What is less is only known of a dynamic value beside a number.
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
	case equal && s == column.String && isNumber(t) && isLit(r) && !isLit(l):
		return l, b.cast(r, s, false), true
	case equal && t == column.String && isNumber(s) && isLit(l) && !isLit(r):
		return b.cast(l, t, false), r, true
	case equal && (s == column.GUID && t == column.String || s == column.String && t == column.GUID):
		return b.cast(l, column.String, false), b.cast(r, column.String, false), true
	}
	return nil, nil, false
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

func atLeastLong(t column.Type) column.Type {
	if t == column.Int {
		return column.Long
	}
	return t
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
	case (s == duration || t == duration) && (s == column.Dynamic || t == column.Dynamic) && (x.op == "/" || x.op == "%"):
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
	case s == span && t == duration && (x.op == "/" || x.op == "%"): // of the time since the first day of the first year
		return b.arithmetic(x, b.make("datetime difference", x.span, duration, l, lit(span, int64(-column.TicksAtEpoch), x.span)), r)
	case s == duration && t == duration:
		switch x.op {
		case "+", "-":
			return make2("timespan "+x.op, duration)
		case "%":
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
	unlike(e, x.op, l, r)
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

func (b *binder) between(r *row, x *between) plan.Expr {
	v, lo, hi := b.scalar(r, x.x), b.scalar(r, x.lo), b.scalar(r, x.hi)
	if v == nil || lo == nil || hi == nil {
		return nil
	}
	// A timespan as the upper end of a datetime range is counted from the lower end.
	if v.Type() == column.Time && hi.Type() == column.Duration && lo.Type() == column.Time {
		hi = b.make("datetime +", x.span, column.Time, lo, hi)
	}
	from := b.compare(&binary{at: x.at, op: ">=", opAt: x.lo.place()}, v, lo)
	to := b.compare(&binary{at: x.at, op: "<=", opAt: x.hi.place()}, v, hi)
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
		a := b.member(r, e, len(x.list) == 1)
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
			b.errorf(x.opAt, "the operator '%s' compares strings, found %s", op, typeWord(v.Type()))
			return nil
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
		if texts && a.Type() != column.GUID {
			members = append(members, b.cast(a, column.String, false))
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

// member is one element of a list: a value or an array or, where it is alone, a table whose first column is the list.
func (b *binder) member(r *row, e expr, alone bool) plan.Expr {
	if !b.isTabular(r.scope, e) || !r.constant && b.isColumn(r, e) {
		return b.scalar(r, e)
	}
	if !alone {
		b.errorf(e.place(), "a list of several values holds no table").WithHint("a table is a list alone: in (Table); with others toscalar(Table | summarize make_set(x)) is one of them")
		return nil
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
