package esql

import (
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// call lowers a function call. A few functions mean more than a computation over their arguments and are lowered here.
func (l *lowerer) call(c *call) plan.Expr {
	name := strings.ToLower(c.name)
	if key, ok := l.group(c); ok {
		return l.column(key, c.at)
	}
	if grouping[name] && !l.grouper(c) {
		return nil
	}
	if special, ok := specials[name]; ok {
		return special(l, c)
	}
	rows := function.Lookup(function.ESQL, name)
	if len(rows) == 0 || !isName(name) {
		return l.unknownFunction(c)
	}
	if rows[0].Kind == function.Aggregate {
		return l.aggregate(c, name)
	}
	if c.star {
		l.fail(c.at, "%s(*) has no meaning: only COUNT takes *", strings.ToUpper(name))
		return nil
	}
	if name == "to_ip" && len(c.options) > 0 {
		if name = l.leadingZeros(c); name == "" {
			return nil
		}
	} else if bounds := boundOptions[name]; bounds != nil && len(c.options) > 0 {
		if name = l.bounded(c, bounds); name == "" {
			return nil
		}
	} else if name == "date_parse" && len(c.options) > 0 {
		if c, name = l.zoned(c), "$date_parse_in"; c == nil {
			return nil
		}
	} else if len(c.options) > 0 {
		l.fail(c.options[0].at, "%s takes no options", strings.ToUpper(name))
		return nil
	}
	args, ok := l.args(c)
	if !ok {
		return nil
	}
	if mixes[name] {
		args = l.mix(name, args)
	}
	return l.apply(name, strings.ToLower(c.name), c.at, c.nameAt, args)
}

// args lowers the arguments of a call.
func (l *lowerer) args(c *call) ([]plan.Expr, bool) {
	args := make([]plan.Expr, 0, len(c.args)+1)
	ok := true
	for _, a := range c.args {
		x := l.expr(a)
		args, ok = append(args, x), ok && x != nil
	}
	if c.by != nil {
		x := l.expr(c.by)
		args, ok = append(args, x), ok && x != nil
	}
	return args, ok
}

// isName tells whether a person can have written a row's name as a function; operators are rows too.
func isName(name string) bool {
	switch name {
	case "and", "or", "not", "in", "like", "rlike", "neg", "is_null", "is_not_null":
		return false
	}
	return isLetter(name[0])
}

func (l *lowerer) unknownFunction(c *call) plan.Expr {
	name := strings.ToUpper(c.name)
	if why, ok := whyRefused(c.name); ok {
		l.fail(c.nameAt, "the function %s is not supported: %s", name, why)
		return nil
	}
	if l.aggs == nil || l.aggs.inside {
		for _, a := range c.args { // their mistakes are worth telling too
			l.expr(a)
		}
	}
	e := l.fail(c.nameAt, "unknown function %s", name)
	if other, ok := otherFunctions[strings.ToLower(c.name)]; ok {
		_ = e.WithHint("ES|QL has %s for that", other)
		return nil
	}
	var known []string
	for _, n := range function.Names(function.ESQL) {
		if isName(strings.ToLower(n)) {
			known = append(known, strings.ToUpper(n))
		}
	}
	for n := range specials {
		known = append(known, strings.ToUpper(n))
	}
	if near := nearest(name, known); near != "" {
		_ = e.WithHint("did you mean %s?", near)
	}
	return nil
}

// mixes are the functions whose arguments widen to a common number.
var mixes = map[string]bool{"case": true, "coalesce": true, "greatest": true, "least": true, "round_to": true}

// mix gives the values among the arguments one type, where there is one.
func (l *lowerer) mix(name string, args []plan.Expr) []plan.Expr {
	isValue := func(i int) bool {
		return name != "case" || i%2 == 1 || i == len(args)-1 && i >= 2
	}
	t, typed := column.Null, false
	for i, a := range args {
		if !isValue(i) || isLiteralText(a) {
			continue
		}
		if a.Type() == column.ULong { // which whole numbers of the query become, too
			t, typed = column.ULong, true
			break
		}
		if wide, ok := common(t, a.Type()); ok {
			t, typed = wide, typed || a.Type() != column.Null
		}
	}
	if !typed {
		return args
	}
	for i, a := range args {
		if !isValue(i) {
			continue
		}
		if lit, ok := a.(*plan.Lit); ok && t == column.ULong && lit.Value.Type <= column.Long && !negative(lit) {
			args[i] = l.convert(a, t)
			continue
		}
		if wide, ok := common(t, a.Type()); ok && wide == t && isNumber(t) || isTime(t) && isTime(a.Type()) {
			args[i] = l.convert(a, t)
		}
	}
	return args
}

// negative tells whether a whole number is below 0; null is not.
func negative(lit *plan.Lit) bool {
	return slices.ContainsFunc(lit.Value.Ints, func(n int64) bool { return n < 0 })
}

// specials are the functions that are not rows of the table.
var specials map[string]func(*lowerer, *call) plan.Expr

func init() {
	specials = map[string]func(*lowerer, *call) plan.Expr{
		"earliest": (*lowerer).ofTime, "json_string": (*lowerer).jsonString, "kql": (*lowerer).kqlCall, "latest": (*lowerer).ofTime, "match": (*lowerer).matchCall,
		"match_phrase": (*lowerer).matchPhrase, "multi_match": (*lowerer).multiMatch, "now": (*lowerer).now, "qstr": (*lowerer).queryString,
		"tbucket": (*lowerer).tbucket, "trange": (*lowerer).trange, "tstep": (*lowerer).tstep,
	}
}

// Special are the names of the functions that are no rows of the table, in order.
func Special() []string {
	names := make([]string, 0, len(specials))
	for name := range specials {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (l *lowerer) now(c *call) plan.Expr {
	if len(c.args) > 0 || c.star {
		l.fail(c.at, "NOW takes no arguments")
		return nil
	}
	return &plan.Now{At: c.at}
}

// timeName is the name of the table's time.
func (s *scope) timeName() string {
	if s.time != "" {
		return s.time
	}
	return "@timestamp"
}

// timeColumn is the table's time, for functions that mean it without naming it.
func (l *lowerer) timeColumn(c *call) plan.Expr {
	name := l.scope.timeName()
	i := l.scope.find(name)
	switch {
	case i >= 0 && isTime(l.scope.columns[i].typ):
		return l.scope.col(i, c.at)
	case i >= 0 && l.scope.columns[i].broken, i < 0 && l.scope.guess && l.scope.lacks(name):
		return nil
	case i < 0 && l.scope.lacks(name): // a table that nothing was loaded of
		l.unknownColumn(name, c.at)
		return l.null(column.Time, c.at)
	}
	l.fail(c.at, "%s needs the column %s, which is not here", strings.ToUpper(c.name), name)
	return nil
}

// tbucket is DATE_TRUNC of the table's time, or with a number of buckets and two ends BUCKET of it.
func (l *lowerer) tbucket(c *call) plan.Expr {
	args, ok := l.args(c)
	t := l.timeColumn(c)
	if !ok || t == nil {
		return nil
	}
	switch {
	case len(args) == 3:
		return l.apply("bucket", "tbucket", c.at, c.nameAt, append([]plan.Expr{t}, args...))
	case len(args) != 1 || isNumber(args[0].Type()):
		l.fail(c.at, "TBUCKET takes 1 argument, a span of time, or 3, a number of buckets and the two ends, found %d", len(args))
		return nil
	}
	return l.apply("date_trunc", "tbucket", c.at, c.nameAt, []plan.Expr{args[0], t})
}

// trange keeps a range of the table's time: the last so much, or from one instant to another.
func (l *lowerer) trange(c *call) plan.Expr {
	args, ok := l.args(c)
	t := l.timeColumn(c)
	if !ok || t == nil {
		return nil
	}
	from, to := plan.Expr(nil), plan.Expr(&plan.Now{At: c.at})
	switch {
	case len(args) == 1 && isSpan(args[0].Type()):
		from = l.row1("-", c.at, to, args[0])
		if earlier, ok := from.(*plan.Call); ok {
			from = l.byClocks(earlier, "trange")
		}
	case len(args) == 1 || len(args) == 2:
		from = l.instant(args[0])
		if len(args) == 2 {
			to = l.instant(args[1])
		}
	default:
		l.fail(c.at, "TRANGE takes 1 to 2 arguments, found %d", len(args))
	}
	if from == nil || to == nil {
		return nil
	}
	return l.row1("and", c.at, l.bound(">", c.at, t, from), l.bound("<=", c.at, t, to))
}

func (l *lowerer) bound(op string, at syntax.Span, t, limit plan.Expr) plan.Expr {
	a, b, _ := l.unify(t, limit)
	return l.row1(op, at, a, b)
}

// instant is a point in time given as a date, a text or milliseconds.
func (l *lowerer) instant(e plan.Expr) plan.Expr {
	switch {
	case isTime(e.Type()):
		return e
	case isLiteralText(e):
		return l.literalAs(e, column.Time)
	}
	return l.apply("to_datetime", "trange", e.Span(), e.Span(), []plan.Expr{e})
}

// jsonString makes an object of pairs of a name and a value.
func (l *lowerer) jsonString(c *call) plan.Expr {
	args, ok := l.args(c)
	switch {
	case !ok:
		return nil
	case c.star || len(c.options) > 0 || len(args) == 0 || len(args)%2 == 1:
		_ = l.fail(c.at, "JSON_STRING takes pairs of a name and a value, found %d arguments", len(args)).WithHint(`it is called JSON_STRING("name", value, …)`)
		return nil
	}
	var pairs []plan.Expr
	for i := 0; i < len(args); i += 2 {
		value := args[i+1]
		if value.Type() == column.Null {
			value = l.convert(value, column.String)
		}
		p := l.apply("$json_pair", "json_string", c.at, c.nameAt, []plan.Expr{args[i], value})
		if p == nil {
			return nil
		}
		pairs = append(pairs, p)
	}
	return l.apply("$json_object", "json_string", c.at, c.nameAt, pairs)
}
