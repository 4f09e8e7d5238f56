package esql

import (
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// STATS becomes up to three nodes: a projection that computes the keys which are not columns, the aggregation, and a
// projection that computes what is made of several aggregates and gives the columns their names and order.

// aggregates gathers the aggregate calls of one STATS.
type aggregates struct {
	calls  []plan.Agg
	keys   []scoped
	input  *scope
	from   plan.Node // whose columns input has
	where  plan.Expr // of the field that is being lowered
	inside bool      // in the arguments of an aggregate
	texts  []string  // of calls, to find equal ones
	by     []field   // as it is written, to find the groups that are named by their expression
	of     *stats
	filter string // the text of where
}

// slot is a column that the aggregation will make, while it has no place yet: keys count from 0, calls from callSlots.
const callSlots = 1 << 20

func (l *lowerer) stats(in plan.Node, c *stats) plan.Node {
	var conditions []expr
	for _, f := range c.aggs {
		if f.where != nil {
			conditions = append(conditions, f.where)
		}
	}
	return l.marking(in, c.at, conditions, func(in plan.Node) plan.Node { return l.groups(in, c) })
}

func (l *lowerer) groups(in plan.Node, c *stats) plan.Node {
	before := l.scope
	if p := l.file.Position(c.at.Start); c.inline && before.reach.sorted {
		l.notice("line %d:%d: the vendor's engine takes no INLINE STATS behind a SORT without a LIMIT: put the SORT behind it", p.Line, p.Column)
	}
	in, keys := l.keys(in, c)
	a := &aggregates{keys: keys, input: l.scope, from: in, by: c.by, of: c}
	l.aggs = a
	var exprs []plan.Expr
	var columns []scoped
	var fields []field
	for _, f := range c.aggs {
		e := l.statsField(f)
		name := l.fieldName(f)
		if i := slices.IndexFunc(columns, func(col scoped) bool { return col.name == name }); i >= 0 {
			l.shadowed(name, fields[i].at, f.at)
			columns, exprs, fields = slices.Delete(columns, i, i+1), slices.Delete(exprs, i, i+1), slices.Delete(fields, i, i+1)
		}
		if slices.ContainsFunc(keys, func(k scoped) bool { return k.name == name }) {
			l.shadowed(name, f.at, l.lastKey(c.by, name))
			continue
		}
		columns, exprs, fields = append(columns, scopedExpr(name, e)), append(exprs, e), append(fields, f)
	}
	l.aggs = nil
	agg := &plan.Aggregate{Base: plan.Base{At: c.at, Hidden: true}, Input: in, Aggs: a.calls, Explode: true, Inline: c.inline}
	if c.inline {
		return l.inlineStats(agg, before, keys, exprs, columns, c.at)
	}
	for i := range a.calls {
		agg.Aggs[i].Out = i
		agg.Out = append(agg.Out, column.Field{Name: l.file.Slice(a.calls[i].Call.At), Type: a.calls[i].Call.T})
	}
	twin, places := twins(keys), make([]int, len(keys))
	for i, k := range keys {
		if twin[i] >= 0 {
			places[i] = places[twin[i]]
		} else {
			places[i] = len(agg.Out)
			agg.Keys = append(agg.Keys, plan.Key{Expr: l.scope.col(l.scope.find(k.name), c.at), Out: places[i]})
			agg.Out = append(agg.Out, column.Field{Name: k.name, Type: k.typ})
		}
		exprs, columns = append(exprs, &plan.Col{Index: i, Name: k.name, T: k.typ, At: c.at}), append(columns, k)
	}
	place := func(slot int) int {
		if slot >= callSlots {
			return slot - callSlots
		}
		return places[slot]
	}
	for i, e := range exprs {
		exprs[i] = placed(e, place)
	}
	return l.project(agg, c.at, exprs, l.scope.closed(columns), false)
}

// inlineStats keeps the input's rows: its columns but for the keys, then the aggregates, then the keys.
func (l *lowerer) inlineStats(agg *plan.Aggregate, before *scope, keys []scoped, exprs []plan.Expr, columns []scoped, at syntax.Span) plan.Node {
	width := len(l.scope.columns)
	agg.Out = l.scope.schema()
	for i := range agg.Aggs {
		agg.Aggs[i].Out = width + i
		agg.Out = append(agg.Out, column.Field{Name: l.file.Slice(agg.Aggs[i].Call.At), Type: agg.Aggs[i].Call.T})
	}
	places := make([]int, len(keys))
	for i, k := range keys {
		places[i] = l.scope.find(k.name)
		agg.Keys = append(agg.Keys, plan.Key{Expr: l.scope.col(places[i], at), Out: places[i]})
	}
	for i, e := range exprs {
		exprs[i] = placed(e, func(slot int) int {
			if slot >= callSlots {
				return width + slot - callSlots
			}
			return places[slot]
		})
	}
	names := map[string]bool{}
	for _, c := range append(slices.Clone(keys), columns...) {
		names[c.name] = true
	}
	var all []plan.Expr
	var kept []scoped
	for i, c := range l.scope.columns {
		if !names[c.name] {
			all, kept = append(all, l.scope.col(i, at)), append(kept, c)
		}
	}
	all, kept = append(all, exprs...), append(kept, columns...)
	for i, k := range keys {
		all, kept = append(all, l.scope.col(places[i], at)), append(kept, k)
	}
	return l.project(agg, at, all, before.with(kept), false)
}

func (l *lowerer) shadowed(name string, old, by syntax.Span) {
	p, q := l.file.Position(old.Start), l.file.Position(by.Start)
	l.notice("Line %d:%d: Field '%s' shadowed by field at line %d:%d", p.Line, p.Column, name, q.Line, q.Column)
}

// statsField lowers one field of STATS; its columns are slots.
func (l *lowerer) statsField(f field) plan.Expr {
	a := l.aggs
	a.where, a.filter = nil, ""
	if f.where != nil {
		if !aggregating(f.value) {
			l.fail(f.where.span(), "WHERE belongs to an aggregate, and there is none in %s", l.file.Slice(f.value.span()))
			return nil
		}
		l.scope, a.inside = a.input, true
		a.where = l.filter(f.where)
		a.inside = false
		if a.where == nil {
			return nil
		}
		a.filter = l.file.Slice(f.where.span())
	}
	if r, ok := f.value.(*ref); ok && slices.ContainsFunc(a.keys, func(k scoped) bool { return k.name == r.name }) {
		l.fail(f.at, "%s is a grouping key already", r.name)
		return nil
	}
	if constantText(f.value) {
		_ = l.fail(f.value.span(), "expected an aggregate, found the constant %s", l.file.Slice(f.value.span())).WithHint("EVAL gives every row a value")
		return nil
	}
	return l.overGroups(f.value)
}

// constantText tells whether nothing in an expression depends on rows.
func constantText(e expr) bool {
	constant := true
	walk(e, func(x expr) {
		switch x := x.(type) {
		case *ref:
			constant = false
		case *call:
			constant = constant && isFunction(x.name) && !isAggregate(x) && !grouping[strings.ToLower(x.name)]
		}
	})
	return constant
}

// overGroups lowers an expression over a group: aggregates, keys and constants.
func (l *lowerer) overGroups(e expr) plan.Expr {
	a := l.aggs
	known := true
	l.walkOutside(e, func(r *ref) {
		if slices.ContainsFunc(a.keys, func(k scoped) bool { return k.name == r.name }) {
			return
		}
		known = false
		if hint, ok := called(r.name); ok && a.input.find(r.name) < 0 {
			_ = l.fail(r.at, "unknown column %s", r.name).WithHint("%s", hint)
			return
		}
		if a.input.find(r.name) >= 0 || a.input.lacks(r.name) {
			_ = l.fail(r.at, "%s is neither in an aggregate nor in BY", r.name).WithHint("write an aggregate around it, or group by it")
			return
		}
		l.scope, l.instead = a.input, madeHere(a.of, r.name)
		l.unknownColumn(r.name, r.at)
		l.instead = ""
	})
	if !known {
		return nil
	}
	l.scope = &scope{columns: a.keys, time: a.input.time} // outside of aggregates only the keys have a meaning
	defer func() { l.scope = a.input }()
	return l.expr(e)
}

// aggregate lowers the call of an aggregate: the slot of its result.
func (l *lowerer) aggregate(c *call, name string) plan.Expr {
	a := l.aggs
	shown := strings.ToUpper(name)
	switch {
	case a == nil:
		l.outsideStats(c)
		return nil
	case a.inside:
		l.fail(c.nameAt, "an aggregate cannot stand inside another or in its WHERE, found %s", shown)
		return nil
	case c.star && name != "count":
		l.fail(c.at, "%s(*) has no meaning: only COUNT takes *", shown)
		return nil
	case len(c.options) > 0:
		l.fail(c.options[0].at, "%s takes no options", shown)
		return nil
	}
	outside := l.scope
	l.scope, a.inside = a.input, true
	args, ok := l.args(c)
	l.scope, a.inside = outside, false
	if !ok {
		return nil
	}
	if !l.settled(a.from, name, shown, args) {
		return nil
	}
	if name == "weighted_avg" && len(args) == 2 {
		if name, args = l.weighted(args); args == nil {
			return nil
		}
	}
	if name == "count" && len(c.args) == 1 {
		l.counted(c)
	}
	e := l.apply(name, shown, c.at, c.nameAt, args)
	if e == nil {
		return nil
	}
	call := e.(*plan.Call)
	if call.T == column.Null { // an aggregate of a field that nothing has
		return l.null(column.Null, c.at, call.Args...)
	}
	text := l.file.Slice(c.at)
	i := slices.Index(a.texts, text+"\x00"+a.filter)
	if i < 0 {
		i = len(a.calls)
		a.calls = append(a.calls, plan.Agg{Call: call, Where: a.where})
		a.texts = append(a.texts, text+"\x00"+a.filter)
	}
	return &plan.Col{Index: callSlots + i, Name: text, T: call.T, At: c.at}
}

// weighted is what WEIGHTED_AVG means: under a constant weight, the mean of every value.
func (l *lowerer) weighted(args []plan.Expr) (string, []plan.Expr) {
	lit, ok := args[1].(*plan.Lit)
	if !ok {
		return "weighted_avg", args
	}
	switch x := lit.Value.Value(0).(type) {
	case nil:
		l.fail(lit.At, "the weight of WEIGHTED_AVG cannot be null")
		return "", nil
	case int64:
		ok = x != 0
	case float64:
		ok = x != 0
	}
	if !ok {
		l.fail(lit.At, "the weight of WEIGHTED_AVG cannot be 0")
		return "", nil
	}
	if isNumber(lit.Type()) && lit.Type() != column.ULong {
		if t := args[0].Type(); t == column.Int || t == column.Long {
			return "$whole_mean", args[:1]
		}
		return "avg", args[:1]
	}
	return "weighted_avg", args
}

// placed is an expression with its slots replaced by places.
func placed(e plan.Expr, place func(slot int) int) plan.Expr {
	switch e := e.(type) {
	case *plan.Call:
		c := *e
		c.Args = make([]plan.Expr, len(e.Args))
		for i, a := range e.Args {
			c.Args[i] = placed(a, place)
		}
		return &c
	case *plan.Col:
		c := *e
		c.Index = place(e.Index)
		return &c
	}
	return e
}

func isAggregate(c *call) bool {
	name := strings.ToLower(c.name)
	if _, ok := byTime[name]; ok {
		return true
	}
	rows := function.Lookup(function.ESQL, name)
	return len(rows) > 0 && rows[0].Kind == function.Aggregate
}

func isRefused(c *call) bool {
	_, refused := whyRefused(c.name)
	return refused
}

// byTime are the aggregates that are another one by the table's time.
var byTime = map[string]string{"earliest": "first", "latest": "last"}

// ofTime lowers EARLIEST(x) as FIRST(x, @timestamp), and LATEST alike.
func (l *lowerer) ofTime(c *call) plan.Expr {
	name := strings.ToLower(c.name)
	if len(c.args) != 1 || c.star || c.by != nil {
		l.fail(c.at, "%s takes 1 argument, found %d", strings.ToUpper(name), len(c.args))
		return nil
	}
	if l.aggs == nil {
		l.outsideStats(c)
		return nil
	}
	outside := l.scope
	l.scope = l.aggs.input
	t := l.timeColumn(c)
	l.scope = outside
	if t == nil {
		return nil
	}
	timed := *c
	timed.args = []expr{c.args[0], &ref{place{c.at}, l.aggs.input.timeName()}}
	return l.aggregate(&timed, byTime[name])
}

// aggregating tells whether an expression calls an aggregate.
func aggregating(e expr) bool {
	found := false
	walk(e, func(x expr) {
		if c, ok := x.(*call); ok && isAggregate(c) {
			found = true
		}
	})
	return found
}
