package kql

import (
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// aggregates gathers the aggregates of one summarize. Their arguments are over the input; what is made of their results is
// over the keys and then the aggregates, in the order in which they came up.
type aggregates struct {
	input *row
	keys  int
	list  []plan.Agg
	out   []column.Field
	// inside is set while an aggregate's arguments are read.
	inside bool
}

func (a *aggregates) add(c *plan.Call, where plan.Expr) *plan.Col {
	i := a.keys + len(a.list)
	a.list = append(a.list, plan.Agg{Call: c, Where: where, Out: i})
	a.out = append(a.out, column.Field{Name: "agg" + strconv.Itoa(len(a.list)), Type: c.T})
	return &plan.Col{Index: i, Name: a.out[len(a.out)-1].Name, T: c.T, At: c.At}
}

// conditional aggregates are others with a condition as their second argument, or the first of countif.
var conditional = map[string]string{
	"countif": "count", "sumif": "sum", "avgif": "avg", "minif": "min", "maxif": "max", "stdevif": "stdev", "stdevpif": "stdevp",
	"varianceif": "variance", "variancepif": "variancep", "dcountif": "dcount", "count_distinctif": "count_distinct",
	"make_list_if": "make_list", "make_set_if": "make_set", "make_bag_if": "make_bag", "take_anyif": "take_any", "anyif": "take_any",
	"covarianceif": "covariance", "covariancepif": "covariancep",
}

func (b *binder) aggregate(r *row, x *call, rows []*function.Row) plan.Expr {
	if r.aggs == nil {
		b.errorf(x.nameAt, "the aggregate '%s' can only stand in summarize or make-series", x.name)
		return nil
	}
	if r.aggs.inside {
		b.errorf(x.nameAt, "the aggregate '%s' cannot stand inside another one", x.name)
		return nil
	}
	list := b.aggCalls(r, x, rows)
	switch {
	case len(list) == 0:
		return nil
	case len(list) > 1:
		b.errorf(x.span, "'%s' gives several columns here, and one is wanted", x.name)
		return nil
	}
	return list[0].col
}

// made is a column that an aggregate makes, and the name it suggests.
type made struct {
	col  plan.Expr
	name string
}

// aggArgs binds an aggregate's arguments over the input.
func (b *binder) aggArgs(r *row, x *call) ([]plan.Expr, bool) {
	r.aggs.inside = true
	defer func() { r.aggs.inside = false }()
	in := *r.aggs.input
	in.aggs, in.frame = r.aggs, r.aggs.input.origin()
	return b.args(&in, x)
}

// aggCalls binds a call of an aggregate: the columns that it makes.
func (b *binder) aggCalls(r *row, x *call, rows []*function.Row) []made {
	switch x.name {
	case "arg_max", "arg_min", "argmax", "argmin":
		return b.argMax(r, x)
	case "take_any", "any":
		return b.takeAny(r, x)
	case "percentile", "percentiles", "percentilew", "percentilesw":
		return b.percentiles(r, x)
	}
	args, ok := b.aggArgs(r, x)
	if !ok {
		return nil
	}
	c, err := b.overload(x, rows, args)
	if err != nil {
		b.errs.Add(err)
		return nil
	}
	where := plan.Expr(nil)
	if base, ok := conditional[x.name]; ok {
		i := 1
		switch {
		case x.name == "countif":
			i = 0
		case strings.HasPrefix(x.name, "covariance"):
			i = 2
		}
		where = c.Args[i]
		c.Args = append(append([]plan.Expr{}, c.Args[:i]...), c.Args[i+1:]...)
		c.Func = function.Lookup(function.KQL, base)[0]
	}
	if x.name == "count" && len(c.Args) == 1 {
		// Only a condition keeps rows out; any other argument counts rows all the same.
		if c.Args[0].Type() == column.Bool {
			where = c.Args[0]
		}
		c.Args = nil
	}
	return []made{{r.aggs.add(c, where), b.aggName(x)}}
}

// aggName is what an unnamed aggregate is called.
func (b *binder) aggName(x *call) string {
	rows := function.Lookup(function.KQL, x.name)
	naming := rows[0].Signature.Naming
	first := ""
	if len(x.args) > 0 {
		first = autoName(x.args[0].x)
	}
	if naming == "first" {
		return first
	}
	if prefix, ok := strings.CutPrefix(naming, "prefix:"); ok {
		return prefix + "_" + first
	}
	return x.name + "_" + first
}

// argMax is arg_max(x, a, b): the greatest x, and the row's other columns.
func (b *binder) argMax(r *row, x *call) []made {
	base, word := "arg_max", "max"
	if strings.HasSuffix(x.name, "min") {
		base, word = "arg_min", "min"
	}
	old := x.name == "argmax" || x.name == "argmin"
	if len(x.args) == 0 {
		b.errorf(x.span, "the aggregate '%s' wants 1 argument or more, found 0", x.name)
		return nil
	}
	in := r.aggs.input
	key := b.aggArg(r, x.args[0].x)
	if key == nil {
		return nil
	}
	if t := key.Type(); t == column.Dynamic || t == column.GUID {
		b.errorf(x.args[0].x.place(), "the aggregate '%s' wants a value that has an order, found %s", x.name, typeWord(t))
		return nil
	}
	row := function.Lookup(function.KQL, base)[0]
	firstName := autoName(x.args[0].x)
	add := func(v plan.Expr) plan.Expr {
		return r.aggs.add(&plan.Call{Func: row, Args: []plan.Expr{key, v}, T: v.Type(), At: x.span}, nil)
	}
	name := firstName
	if name == "" {
		name = word + "_"
	} else if old {
		name = word + "_" + name
	}
	list := []made{{add(key), name}}
	given := map[string]bool{firstName: true}
	for _, a := range x.args[1:] {
		given[autoName(a.x)] = true
	}
	for _, a := range x.args[1:] {
		if _, ok := a.x.(*star); ok {
			for i, c := range in.cols {
				if !given[c.Name] && !in.isKey(c.Name) {
					list = append(list, made{add(&plan.Col{Index: i, Name: c.Name, T: c.Type, At: a.x.place()}), c.Name})
				}
			}
			continue
		}
		v := b.aggArg(r, a.x)
		if v == nil {
			return nil
		}
		n := autoName(a.x)
		if len(a.names) > 0 {
			n = a.names[0]
		}
		if old {
			n = word + "_" + firstName + "_" + n
		}
		list = append(list, made{add(v), n})
	}
	return list
}

func (b *binder) aggArg(r *row, e expr) plan.Expr {
	r.aggs.inside = true
	defer func() { r.aggs.inside = false }()
	in := *r.aggs.input
	in.aggs, in.frame = r.aggs, r.aggs.input.origin()
	return b.scalar(&in, e)
}

// takeAny is take_any(a, b) and take_any(*).
func (b *binder) takeAny(r *row, x *call) []made {
	in := r.aggs.input
	row := function.Lookup(function.KQL, "take_any")[0]
	var list []made
	for _, a := range x.args {
		if _, ok := a.x.(*star); ok {
			for i, c := range in.cols {
				if in.isKey(c.Name) {
					continue
				}
				v := &plan.Col{Index: i, Name: c.Name, T: c.Type, At: a.x.place()}
				list = append(list, made{r.aggs.add(&plan.Call{Func: row, Args: []plan.Expr{v}, T: c.Type, At: x.span}, nil), c.Name})
			}
			continue
		}
		v := b.aggArg(r, a.x)
		if v == nil {
			return nil
		}
		n := autoName(a.x)
		if x.name == "any" {
			n = "any_" + n
		}
		list = append(list, made{r.aggs.add(&plan.Call{Func: row, Args: []plan.Expr{v}, T: v.Type(), At: x.span}, nil), n})
	}
	if len(list) == 0 {
		b.errorf(x.span, "the aggregate '%s' wants 1 argument or more", x.name)
	}
	return list
}

// percentiles is percentile(x, 50), percentiles(x, 5, 95) and their weighted kind: a column for each rank.
func (b *binder) percentiles(r *row, x *call) []made {
	fixed := 1
	if strings.Contains(x.name, "w") {
		fixed = 2
	}
	if len(x.args) <= fixed || (len(x.args) > fixed+1 && (x.name == "percentile" || x.name == "percentilew")) {
		b.errorf(x.span, "the aggregate '%s' wants a value and a rank", x.name)
		return nil
	}
	args := make([]plan.Expr, fixed)
	for i := range args {
		if args[i] = b.aggArg(r, x.args[i].x); args[i] == nil {
			return nil
		}
	}
	if t := args[0].Type(); !isNumber(t) && t != column.Time && t != column.Duration {
		b.errorf(x.args[0].x.place(), "the aggregate '%s' wants a number, datetime or timespan, found %s", x.name, typeWord(t))
		return nil
	}
	if fixed == 2 {
		if args[1] = b.cast(args[1], column.Long, true); args[1] == nil {
			b.errorf(x.args[1].x.place(), "the weight must be a whole number")
			return nil
		}
	}
	row := function.Lookup(function.KQL, map[int]string{1: "percentile", 2: "percentilew"}[fixed])[0]
	base := "percentile_" + autoName(x.args[0].x) + "_"
	var list []made
	for _, a := range x.args[fixed:] {
		p := b.aggArg(r, a.x)
		if p == nil {
			return nil
		}
		if !isNumber(p.Type()) {
			b.errorf(a.x.place(), "the rank must be a number")
			return nil
		}
		value, ok := constant(p)
		if !ok {
			b.errorf(a.x.place(), "the rank must be a constant")
			return nil
		}
		rank, _ := constant(b.cast(p, column.Double, false))
		if r, ok := rank.(float64); !ok || r < 0 || r > 100 {
			b.errorf(a.x.place(), "the rank must be from 0 to 100")
			return nil
		}
		c := &plan.Call{Func: row, Args: append(append([]plan.Expr{}, args...), b.cast(p, column.Double, false)), T: atLeastLong(args[0].Type()), At: x.span}
		list = append(list, made{r.aggs.add(c, nil), base + rankName(value)})
	}
	return list
}

func rankName(value any) string {
	switch v := value.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strings.ReplaceAll(strconv.FormatFloat(v, 'f', -1, 64), ".", "_")
	}
	return ""
}

// isKey tells whether a column is a grouping key as it stands, which the star of arg_max leaves out.
func (r *row) isKey(name string) bool { return r.keys[name] }

// multi binds an item of summarize at its top, where aggregates may make several columns.
func (b *binder) multi(r *row, x expr) ([]made, bool) {
	c, ok := x.(*call)
	if !ok || r.scope.find(c.name) != nil {
		return nil, false
	}
	rows := function.Lookup(function.KQL, c.name)
	if len(rows) == 0 || rows[0].Kind != function.Aggregate || rows[0].Signature == nil {
		return nil, false
	}
	return b.aggCalls(r, c, rows), true
}

// grouped is a summarize that has been bound: the node and the names it gives.
func (b *binder) summarize(s *scope, rel *relation, o *opSummarize) *relation {
	in := &row{scope: s, cols: rel.cols(), keys: map[string]bool{}}
	keys, names, ok := b.keys(in, o.by)
	if !ok {
		return nil
	}
	aggs := &aggregates{input: in, keys: len(keys)}
	// The key columns are known under their names beside the aggregates.
	over := &row{scope: s, aggs: aggs}
	taken := newNamer(nil)
	var out []column.Field
	for i, k := range keys {
		out = append(out, column.Field{Name: names[i], Type: k.Type()})
		taken.taken[names[i]] = true
	}
	over.cols = out
	exprs := columnRefs(out, o.span)
	final := append([]column.Field{}, out...)
	add := func(x plan.Expr, name string) {
		exprs = append(exprs, x)
		final = append(final, column.Field{Name: name, Type: x.Type()})
	}
	column1 := 0
	for _, n := range o.names() {
		taken.taken[n] = true
	}
	for _, a := range o.aggs {
		list, several := b.multi(over, a.x)
		if !several {
			x := b.scalar(over, a.x)
			if x == nil {
				ok = false
				continue
			}
			n := aggregateName(a.x)
			if n == "" && len(a.names) == 0 {
				column1++
			}
			list = []made{{x, n}}
		}
		if list == nil {
			ok = false
			continue
		}
		if len(a.names) > len(list) {
			b.errorf(a.nameAt, "%d names for %d columns", len(a.names), len(list))
			ok = false
			continue
		}
		for i, m := range list {
			if i < len(a.names) {
				if indexOf(final, a.names[i]) >= 0 {
					b.errorf(a.nameAt, "a column '%s' is already there", a.names[i])
					ok = false
				}
				add(m.col, a.names[i])
				continue
			}
			if m.name == "" {
				add(m.col, taken.numbered("Column"))
				continue
			}
			add(m.col, taken.free(m.name))
		}
	}
	if !ok {
		return nil
	}
	agg := &plan.Aggregate{Input: rel.node, Aggs: aggs.list}
	for i, k := range keys {
		agg.Keys = append(agg.Keys, plan.Key{Expr: k, Out: i})
	}
	agg.Out, agg.At = append(out, aggs.out...), o.span
	return &relation{node: b.finish(agg, exprs, final)}
}

// names are the names that a summarize gives itself.
func (o *opSummarize) names() []string {
	var list []string
	for _, a := range o.aggs {
		list = append(list, a.names...)
	}
	return list
}

// finish puts a projection over an aggregation, or just renames where that is all there is to do.
func (b *binder) finish(agg *plan.Aggregate, exprs []plan.Expr, out []column.Field) plan.Node {
	same := len(exprs) == len(agg.Out)
	for i, x := range exprs {
		c, ok := x.(*plan.Col)
		same = same && ok && c.Index == i
	}
	if same {
		agg.Out = out
		return agg
	}
	return project(agg, exprs, out, agg.At, true)
}

// aggregateName is the name that an expression over aggregates suggests: round(avg(x), 2) is called avg_x.
func aggregateName(x expr) string {
	if c, ok := x.(*call); ok {
		rows := function.Lookup(function.KQL, c.name)
		if len(rows) > 0 && rows[0].Signature != nil && rows[0].Kind != function.Aggregate && rows[0].Signature.Naming == "first" && len(c.args) > 0 {
			return aggregateName(c.args[0].x)
		}
	}
	return autoName(x)
}

// keys binds grouping expressions: the expressions and the names of their columns.
func (b *binder) keys(in *row, by []named) ([]plan.Expr, []string, bool) {
	taken := newNamer(nil)
	for _, k := range by {
		for _, n := range k.names {
			taken.taken[n] = true
		}
	}
	var keys []plan.Expr
	var names []string
	ok := true
	for _, k := range by {
		if _, all := k.x.(*star); all {
			b.errorf(k.x.place(), "'*' cannot be a key")
			ok = false
			continue
		}
		x := b.scalar(in, k.x)
		if x == nil {
			ok = false
			continue
		}
		if x.Type() == column.Dynamic {
			b.errorf(k.x.place(), "a dynamic value cannot be a key").WithHint("cast it: tostring(…)")
			ok = false
			continue
		}
		if n, plain := k.x.(*name); plain {
			in.keys[n.text] = true
		}
		n := ""
		switch {
		case len(k.names) > 0:
			n = k.names[0]
			if has(names, n) {
				b.errorf(k.nameAt, "a column '%s' is already there", n)
				ok = false
			}
		default:
			if n = autoName(k.x); n == "" {
				n = taken.numbered("Column")
			} else {
				n = taken.free(n)
			}
		}
		keys, names = append(keys, x), append(names, n)
	}
	return keys, names, ok
}
