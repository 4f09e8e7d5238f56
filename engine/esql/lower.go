package esql

import (
	"fmt"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// expr lowers an expression over the scope; nil when it, or something in it, was complained of.
func (l *lowerer) expr(e expr) plan.Expr {
	if l.over() {
		return nil
	}
	switch e := e.(type) {
	case *array:
		return l.array(e)
	case *binary:
		return l.binary(e)
	case *call:
		return l.call(e)
	case *cast:
		return l.cast(e)
	case *in:
		return l.in(e)
	case *isNull:
		return l.isNull(e)
	case *like:
		return l.like(e)
	case *literal:
		return &plan.Lit{Value: e.value, At: e.at}
	case *parameter:
		v := l.params[e.name]
		if v.Len != 1 {
			l.fail(e.at, "expected one value for the parameter ?%s, found %d rows", e.name, v.Len)
			return nil
		}
		return &plan.Lit{Value: v, At: e.at}
	case *ref:
		return l.column(e.name, e.at)
	case *unary:
		return l.unary(e)
	}
	return nil
}

// column is the column of a name.
func (l *lowerer) column(name string, at syntax.Span) plan.Expr {
	if i := l.scope.find(name); i >= 0 {
		switch c := l.scope.columns[i]; {
		case c.broken:
			return nil
		case c.typ == column.Unsupported:
			_ = l.fail(at, "%s is of different types in different tables: %s", name, c.types).WithHint("convert it to one type wherever it is used, as in %s::string", printName(name))
			return nil
		}
		return l.scope.col(i, at)
	}
	if l.unknownColumn(name, at) {
		return l.lacking(name, at)
	}
	return nil
}

// null is a constant null of a type, made of other expressions, some of which are null.
func (l *lowerer) null(t column.Type, at syntax.Span, of ...plan.Expr) *plan.Lit {
	lit := &plan.Lit{Value: column.NullVector(t, 1), At: at}
	for _, e := range of {
		switch e := e.(type) {
		case *plan.Lit:
			lit.Absent = append(lit.Absent, e.Absent...)
		case *plan.Col:
			if e.Index < len(l.scope.columns) {
				lit.Absent = append(lit.Absent, l.scope.columns[e.Index].absent...)
			}
		}
	}
	return lit
}

// lacking is the null that stands for a field which no table has.
func (l *lowerer) lacking(field string, at syntax.Span) *plan.Lit {
	lit := l.null(column.Null, at)
	lit.Absent = []string{field}
	return lit
}

func (l *lowerer) array(a *array) plan.Expr {
	t := a.items[0].value.Type
	for _, item := range a.items[1:] {
		wider, ok := commonInArray(t, item.value.Type)
		if !ok {
			l.fail(item.at, "expected a value of type %s as those before it, found %s", t, item.value.Type)
			return nil
		}
		t = wider
	}
	b := column.NewBuilder(t, 1)
	var values []any
	for _, item := range a.items {
		x := widen(item.value.Value(0), t)
		if n, ok := x.(int64); ok && t == column.ULong {
			if n < 0 {
				l.fail(item.at, "%d cannot stand in an array of type %s", n, t)
				return nil
			}
			x = uint64(n)
		}
		values = append(values, x)
	}
	b.Multi(values)
	return &plan.Lit{Value: b.Vector(), At: a.at}
}

// commonInArray is common, but that integers written next to an unsigned long are unsigned longs too, and any number next to a
// double is a double.
func commonInArray(a, b column.Type) (column.Type, bool) {
	if isNumber(a) && isNumber(b) && (a == column.ULong || b == column.ULong) {
		if a == column.Double || b == column.Double {
			return column.Double, true
		}
		return column.ULong, true
	}
	return common(a, b)
}

func (l *lowerer) unary(e *unary) plan.Expr {
	if e.op == "NOT" {
		x := l.condition(e.value)
		if x == nil {
			return nil
		}
		return l.row1("not", e.at, x)
	}
	x := l.expr(e.value)
	if x == nil || e.op == "+" || x.Type() == column.Null {
		return x
	}
	if sameText(x.Type(), column.String) {
		_ = l.fail(e.at, "a text has no sign").WithHint("numbers are written without quotes")
		return nil
	}
	return l.apply("neg", "-", e.at, e.at, []plan.Expr{x})
}

func (l *lowerer) binary(e *binary) plan.Expr {
	if e.op == ":" {
		if !l.searches(e.place, "the operator :", false) {
			return nil
		}
		return l.match(e.left, e.right, nil, e.at)
	}
	if e.op == "AND" || e.op == "OR" {
		return l.connect(e)
	}
	left, right := l.expr(e.left), l.rightSide(e)
	if left == nil || right == nil {
		return nil
	}
	if levels[e.op] == compared {
		return l.compare(e, left, right)
	}
	return l.arithmetic(e, left, right)
}

// rightSide lowers what is held against the left side, or joined with it.
func (l *lowerer) rightSide(e *binary) plan.Expr {
	if levels[e.op] == compared {
		return l.held(e.right)
	}
	left, named := e.left.(*ref)
	r, ok := e.right.(*ref)
	if named && ok && e.op == "-" && r.at.Start-left.at.End == 1 {
		l.instead = fmt.Sprintf("a name with a - in it is written `%s-%s`", left.name, r.name)
		defer func() { l.instead = "" }()
	}
	return l.expr(e.right)
}

// held lowers what a value is held against, which may be a text without its quotes.
func (l *lowerer) held(e expr) plan.Expr {
	if r, ok := e.(*ref); ok && !strings.HasPrefix(r.name, "@") {
		l.instead = fmt.Sprintf("texts are written in quotes: %q", r.name)
		defer func() { l.instead = "" }()
	}
	return l.expr(e)
}

// connect lowers a chain of ANDs or ORs as one call, however long it is.
func (l *lowerer) connect(e *binary) plan.Expr {
	var parts []expr
	var gather func(x expr)
	gather = func(x expr) {
		if b, ok := x.(*binary); ok && b.op == e.op {
			gather(b.left)
			gather(b.right)
			return
		}
		parts = append(parts, x)
	}
	gather(e)
	var args []plan.Expr
	for _, p := range parts {
		if x := l.condition(p); x != nil {
			args = append(args, x)
		}
	}
	if len(args) < len(parts) {
		return nil
	}
	if e.op == "OR" {
		if args = l.anyOf(args); len(args) == 1 {
			return args[0]
		}
	}
	return l.row1(strings.ToLower(e.op), e.at, args...)
}

// place is how warnings name a part of the text.
func (l *lowerer) place(at syntax.Span) function.Place {
	p := l.file.Position(at.Start)
	return function.Place{Line: p.Line, Column: p.Column, Text: l.file.Slice(at)}
}

// row1 is a call of a function that has just one row.
func (l *lowerer) row1(name string, at syntax.Span, args ...plan.Expr) plan.Expr {
	types := make([]column.Type, len(args))
	for i, a := range args {
		types[i] = a.Type()
	}
	rows := rowsFor(name, types...)
	if len(rows) == 0 {
		l.fail(at, "the operator %s takes no %s", name, typeList(types))
		return nil
	}
	return &plan.Call{Func: rows[0], Args: args, T: rows[0].Returns, At: at, Place: l.place(at)}
}

func (l *lowerer) compare(e *binary, left, right plan.Expr) plan.Expr {
	l.withNull(e)
	if left.Type() == column.Null || right.Type() == column.Null {
		return l.null(column.Bool, e.at, left, right)
	}
	a, b, ok := l.unify(left, right)
	if !ok {
		l.mismatch(e.at, "compare", left, right)
		return nil
	}
	if a == nil || b == nil {
		return nil
	}
	if e.op != "==" && e.op != "!=" && a.Type() == column.Bool {
		l.fail(e.at, "the operator %s does not order booleans", e.op)
		return nil
	}
	return l.row1(e.op, e.at, a, b)
}

func (l *lowerer) mismatch(at syntax.Span, verb string, left, right plan.Expr) {
	err := l.fail(at, "cannot %s %s with %s", verb, left.Type(), right.Type())
	for _, side := range []plan.Expr{left, right} {
		if c, ok := side.(*plan.Col); ok && l.found != "" {
			_ = err.WithHint("%s is %s in the records loaded into %s; where its index has another type, a mapping says so (casebook load --help)", c.Name, c.T, l.found)
			return
		}
	}
	for _, side := range []plan.Expr{left, right} {
		if lit, constant := side.(*plan.Lit); constant && isNumber(lit.Value.Type) && isTime(other(side, left, right).Type()) && !bareDate.MatchString(l.file.Slice(side.Span())) {
			_ = err.WithHint("dates are written in quotes; milliseconds become one with TO_DATETIME(%s)", l.file.Slice(side.Span()))
			return
		}
	}
	for _, side := range []plan.Expr{left, right} {
		if text := l.file.Slice(side.Span()); isTime(other(side, left, right).Type()) && bareDate.MatchString(text) {
			_ = err.WithHint("dates are written in quotes: %q", strings.ReplaceAll(text, " ", ""))
			return
		}
		if hint := fits(side, other(side, left, right), l.file.Slice(side.Span())); hint != "" {
			_ = err.WithHint("%s", hint)
			return
		}
	}
	for _, side := range []plan.Expr{left, right} {
		if c, ok := side.(*plan.Col); ok {
			_ = err.WithHint("convert one side, as in %s::%s", printName(c.Name), castName(other(side, left, right).Type()))
			return
		}
	}
}

func other(side, left, right plan.Expr) plan.Expr {
	if side == left {
		return right
	}
	return left
}

func castName(t column.Type) string {
	if t == column.Text {
		return "keyword"
	}
	if t == column.Time {
		return "datetime"
	}
	return t.String()
}

func (l *lowerer) arithmetic(e *binary, left, right plan.Expr) plan.Expr {
	lt, rt := left.Type(), right.Type()
	if isSpan(rt) && isLiteralText(left) {
		if left = l.literalAs(left, column.Time); left == nil {
			return nil
		}
	} else if isSpan(lt) && isLiteralText(right) {
		if right = l.literalAs(right, column.Time); right == nil {
			return nil
		}
	}
	lt, rt = left.Type(), right.Type()
	switch {
	case lt == column.Null && rt == column.Null:
		return l.null(column.Null, e.at, left, right)
	case lt == column.Null || rt == column.Null:
		return l.null(lt+rt, e.at, left, right) // Null is zero
	case isNumber(lt) && isNumber(rt):
		t, ok := common(lt, rt)
		if !ok {
			l.mismatch(e.at, "combine", left, right)
			return nil
		}
		left, right = l.convert(left, t), l.convert(right, t)
	case isSpan(lt) && isTime(rt) && e.op == "+":
		left, right = right, left
	}
	types := []column.Type{left.Type(), right.Type()}
	rows := rowsFor(e.op, types...)
	if len(rows) == 0 {
		err := l.fail(e.at, "the operator %s takes no %s and %s", e.op, types[0], types[1])
		switch {
		case isTime(types[0]) && (isNumber(types[1]) || isLiteralText(right)):
			_ = err.WithHint("a span of time is written with its unit and without quotes: 5 minutes")
		case e.op == "-" && isTime(types[0]) && isTime(types[1]):
			_ = err.WithHint(`the time between two dates is DATE_DIFF("seconds", from, to)`)
		case e.op == "+" && (slices.Contains(types, column.String) || slices.Contains(types, column.Text)):
			_ = err.WithHint("CONCAT joins texts; numbers are written without quotes")
		}
		return nil
	}
	return l.byClocks(&plan.Call{Func: rows[0], Args: []plan.Expr{left, right}, T: rows[0].Returns, At: e.at, Place: l.place(e.at)}, e.op)
}

func isSpan(t column.Type) bool { return t == column.Duration || t == column.Period }
func isTime(t column.Type) bool { return t == column.Time || t == column.Nanos }
func isNumber(t column.Type) bool {
	return t == column.Int || t == column.Long || t == column.ULong || t == column.Double
}

// castTypes are the names of types after ::, and the functions that convert to them.
var castTypes = map[string]string{
	"bool": "to_boolean", "boolean": "to_boolean", "date": "to_datetime", "datetime": "to_datetime", "date_nanos": "to_date_nanos",
	"date_period": "to_dateperiod", "double": "to_double", "int": "to_integer", "integer": "to_integer", "ip": "to_ip",
	"cartesian_point": "to_cartesianpoint", "cartesian_shape": "to_cartesianshape", "geo_point": "to_geopoint", "geo_shape": "to_geoshape",
	"keyword": "to_string", "long": "to_long", "string": "to_string", "text": "to_text", "time_duration": "to_timeduration",
	"ul": "to_unsigned_long", "ulong": "to_unsigned_long", "unsigned_long": "to_unsigned_long", "version": "to_version",
}

func (l *lowerer) cast(e *cast) plan.Expr {
	to, ok := castTypes[strings.ToLower(e.to)]
	if !ok {
		err := l.fail(e.typeAt, "unknown type %s", e.to)
		known := make([]string, 0, len(castTypes))
		for k := range castTypes {
			known = append(known, k)
		}
		if near := nearest(e.to, known); near != "" {
			_ = err.WithHint("did you mean %s?", near)
		}
		return nil
	}
	x := l.expr(e.value)
	if x == nil {
		return nil
	}
	return l.apply(to, "::"+e.to, e.at, e.typeAt, []plan.Expr{x})
}
