package esql

import (
	"cmp"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// This file says which row of the function table a call means, and how values get the types that it takes. Only constants
// written as text become other types by themselves; numbers widen in operators, CASE and COALESCE.

// rowsFor are the rows of a function that take exactly these types (keyword and text being one).
func rowsFor(name string, types ...column.Type) []*function.Row {
	var fit []*function.Row
	for _, r := range function.Lookup(function.ESQL, name) {
		if cost, _ := fitting(r, types, nil); cost == 0 {
			fit = append(fit, r)
		}
	}
	return fit
}

// The costs of an argument: the row with the least sum is meant.
const (
	exactly  = 0
	literals = 10
	numbers  = 1000 // as in ABS("10.0"); the widest number is preferred
	never    = 1 << 20
)

// written is a text of the query as an argument. It may be a number where no row of the function takes a text.
type written struct {
	text   string
	number bool
}

func takesText(rows []*function.Row, i int) bool {
	return slices.ContainsFunc(rows, func(r *function.Row) bool {
		if r.Kind != function.Scalar {
			return true
		}
		at := i
		if r.Variadic {
			at = min(i, len(r.Params)-1)
		}
		return at < len(r.Params) && sameText(r.Params[at], column.String)
	})
}

// fitting is the cost of calling a row with arguments of some types; when it is never, the place of an argument that does
// not fit, or -1 when their number is wrong. literal has the arguments that are texts written in the
// query.
func fitting(r *function.Row, types []column.Type, literal []*written) (cost, bad int) {
	if len(types) < len(r.Params)-r.Optional || len(types) > len(r.Params) && !r.Variadic {
		return never, -1
	}
	for i, t := range types {
		want := r.Params[min(i, len(r.Params)-1)]
		if r.Variadic && i >= len(r.Params) && r.Name == "case" {
			want = caseParam(r, i, len(types))
		}
		switch {
		case t == want, t == column.Null, sameText(t, want):
		case literal != nil && literal[i] != nil && literalTarget(want) && spanFits(literal[i].text, want):
			cost += literals
		case literal != nil && literal[i] != nil && literal[i].number && readsAs(literal[i].text, want):
			cost += numbers + int(column.Double-want)
		default:
			return never, i
		}
	}
	return cost, 0
}

// spanFits: of the two types of spans of time, the text says which one it is.
func spanFits(s string, t column.Type) bool {
	if !isSpan(t) {
		return true
	}
	found, _, ok := function.ParseInterval(s)
	return !ok || found == t
}

// readsAs tells whether a text of the query is a number of a type.
func readsAs(s string, t column.Type) bool {
	if !isNumber(t) || t == column.ULong {
		return false
	}
	_, err := function.ReadLiteral(s, t, "")
	return err == nil
}

// caseParam is what CASE takes beyond its first condition and value: conditions, values, and a value at the end.
func caseParam(r *function.Row, i, n int) column.Type {
	if i%2 == 0 && i < n-1 {
		return r.Params[0]
	}
	return r.Params[1]
}

// literalTarget tells whether a text written in a query can become a value of a type.
func literalTarget(t column.Type) bool {
	switch t {
	case column.Bool, column.Time, column.Nanos, column.IP, column.Version, column.Duration, column.Period:
		return true
	}
	return false
}

func isLiteralText(e plan.Expr) bool {
	lit, ok := e.(*plan.Lit)
	return ok && lit.Value.Type == column.String && !lit.Value.IsNull(0) && lit.Value.Offsets == nil
}

// common is the type that values of two types have in common.
func common(a, b column.Type) (column.Type, bool) {
	switch {
	case a == b:
		return a, true
	case a == column.Null:
		return b, true
	case b == column.Null:
		return a, true
	case sameText(a, b):
		return column.String, true
	case isTime(a) && isTime(b):
		return column.Nanos, true
	case isNumber(a) && isNumber(b) && a != column.ULong && b != column.ULong:
		return max(a, b), true // Int < Long < Double
	}
	return a, false
}

// unify gives two values one type; not ok when there is none, nil where a text could not be read as one.
func (l *lowerer) unify(a, b plan.Expr) (x, y plan.Expr, ok bool) {
	if t, ok := common(a.Type(), b.Type()); ok {
		return l.convert(a, t), l.convert(b, t), true
	}
	if isLiteralText(a) && literalTarget(b.Type()) {
		return l.literalAs(a, b.Type()), b, true
	}
	if isLiteralText(b) && literalTarget(a.Type()) {
		return a, l.literalAs(b, a.Type()), true
	}
	return a, b, false
}

// as gives a value a type where that is implied.
func (l *lowerer) as(e plan.Expr, t column.Type) (plan.Expr, bool) {
	if e.Type() == t || sameText(e.Type(), t) {
		return e, true
	}
	if isLiteralText(e) && literalTarget(t) {
		return l.literalAs(e, t), true
	}
	if wide, ok := common(e.Type(), t); ok && wide == t {
		return l.convert(e, t), true
	}
	return nil, false
}

// convert widens a value: to a wider number, from a date to nanoseconds, from null to anything.
func (l *lowerer) convert(e plan.Expr, t column.Type) plan.Expr {
	if e.Type() == t || sameText(e.Type(), t) {
		return e
	}
	if e.Type() == column.Null {
		return l.null(t, e.Span(), e)
	}
	if lit, ok := e.(*plan.Lit); ok && isNumber(t) {
		b := column.NewBuilder(t, 1)
		switch x := lit.Value.Value(0).(type) {
		case []any:
			for i := range x {
				x[i] = widen(x[i], t)
			}
			b.Multi(x)
		default:
			b.Value(widen(x, t))
		}
		return &plan.Lit{Value: b.Vector(), At: lit.At}
	}
	rows := rowsFor("$widen_"+t.String(), e.Type())
	if len(rows) == 0 {
		return e
	}
	return &plan.Call{Func: rows[0], Args: []plan.Expr{e}, T: t, At: e.Span()}
}

// widen is a number as a wider type stores it.
func widen(x any, t column.Type) any {
	if t != column.Double {
		return x
	}
	switch x := x.(type) {
	case int64:
		return float64(x)
	case uint64:
		return float64(x)
	}
	return x
}

// literalAs reads a text of the query as another type.
func (l *lowerer) literalAs(e plan.Expr, t column.Type) plan.Expr {
	lit := e.(*plan.Lit)
	value, err := function.ReadLiteral(lit.Value.Value(0).(string), t, l.zone)
	if err != nil {
		e := l.fail(lit.At, "%v", err)
		if s := lit.Value.Value(0).(string); isTime(t) && strings.HasPrefix(s, "now") {
			_ = e.WithHint("the time of now stands without quotes: NOW() - 1 hour")
		} else if t == column.IP && strings.Contains(s, "/") {
			_ = e.WithHint("a block of addresses is asked with CIDR_MATCH(address, %q)", s)
		}
		return nil
	}
	b := column.NewBuilder(t, 1)
	b.Value(value)
	return &plan.Lit{Value: b.Vector(), At: lit.At}
}

// apply calls a function with arguments that are lowered; shown is what errors call it.
func (l *lowerer) apply(name, shown string, at, nameAt syntax.Span, args []plan.Expr) plan.Expr {
	rows := function.Lookup(function.ESQL, name)
	types, literal := make([]column.Type, len(args)), make([]*written, len(args))
	for i, a := range args {
		types[i] = a.Type()
		if isLiteralText(a) {
			literal[i] = &written{a.(*plan.Lit).Value.Value(0).(string), !takesText(rows, i)}
		}
	}
	var best *function.Row
	least := never
	returns := map[column.Type]bool{}
	for _, r := range rows {
		cost, _ := fitting(r, types, literal)
		if cost < least {
			best, least = r, cost
			clear(returns)
		}
		if cost == least && cost < never {
			returns[r.Returns] = true
		}
	}
	if best == nil {
		l.noFit(rows, shown, at, args, types, literal)
		return nil
	}
	for i, written := range literal {
		if written == nil {
			continue
		}
		if !l.checkConstant(name, shown, i, written.text, args[i].Span()) {
			return nil
		}
		if name == "date_format" && i == 0 && len(args) == 2 {
			l.dateLetters(written.text, args[i].Span())
		}
		if err := function.CheckText(name, i, len(args), written.text); err != nil {
			l.fail(args[i].Span(), "%v", err)
			return nil
		}
	}
	result := best.Returns
	if len(returns) > 1 && slices.Contains(types, column.Null) { // a null leaves it open what is meant
		result = column.Null
	}
	for i, t := range types {
		switch {
		case t == column.Null && best.Kind == function.Scalar && best.Lazy == nil && !best.Nulls:
			return l.null(result, at, args...)
		case t == column.Null:
			args[i] = l.null(wanted(best, i, len(args)), args[i].Span(), args[i])
		case literal[i] != nil && !sameText(wanted(best, i, len(args)), column.String):
			if args[i] = l.literalAs(args[i], wanted(best, i, len(args))); args[i] == nil {
				return nil
			}
		}
	}
	if result == column.Null && best.Kind == function.Scalar {
		return l.null(column.Null, at, args...)
	}
	if i, rounds := rounded[name]; rounds && isSpan(args[i].Type()) && spanSign(args[i]) <= 0 {
		l.fail(args[i].Span(), "%s rounds to a span of time that is longer than 0", strings.ToUpper(shown))
		return nil
	}
	return l.byClocks(&plan.Call{Func: best, Args: args, T: result, At: at, Place: l.place(at)}, shown)
}

// rounded are the functions that round dates to a span of time, with its place among their arguments.
var rounded = map[string]int{"date_trunc": 0, "bucket": 1, "bin": 1, "$step": 0}

// spanSign is below 0 for a span of time that is known to go back, and 0 for one of no length.
func spanSign(e plan.Expr) int {
	switch e := e.(type) {
	case *plan.Lit:
		if e.Value.Type == column.Period {
			return function.PeriodSign(e.Value.Ints[0])
		}
		return cmp.Compare(e.Value.Ints[0], 0)
	case *plan.Call:
		if e.Func.Name == "neg" {
			return -spanSign(e.Args[0])
		}
	}
	return 1
}

func wanted(r *function.Row, i, n int) column.Type {
	if r.Variadic && i >= len(r.Params) && r.Name == "case" {
		return caseParam(r, i, n)
	}
	return r.Params[min(i, len(r.Params)-1)]
}

func typeList(types []column.Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return strings.Join(names, ", ")
}
