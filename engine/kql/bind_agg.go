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
	"covarianceif": "covariance", "covariancepif": "covariancep", "hll_if": "hll",
}

func (b *binder) aggregate(r *row, x *call, rows []*function.Row) plan.Expr {
	if r.aggs == nil {
		b.errorf(x.nameAt, "the aggregate '%s' can only stand in summarize or make-series", x.name).WithHint("summarize first, then where")
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
	rows := rowsOf(x)
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

// multi binds an item of summarize at its top, where aggregates may make several columns.
func (b *binder) multi(r *row, x expr) ([]made, bool) {
	c, ok := x.(*call)
	if !ok || r.scope.find(c.name) != nil {
		return nil, false
	}
	rows := rowsOf(c)
	if len(rows) == 0 || rows[0].Kind != function.Aggregate || rows[0].Signature == nil {
		return nil, false
	}
	return b.aggCalls(r, c, rows), true
}

// grouped is a summarize that has been bound: the node and the names it gives.
func (b *binder) summarize(s *scope, rel *relation, o *opSummarize) *relation {
	in := &row{scope: s, cols: rel.cols(), keys: map[string]bool{}, from: rel.node}
	keys, names, ok := b.keys(in, o.by)
	if !ok {
		return nil
	}
	aggs := &aggregates{input: in, keys: len(keys)}
	over := &row{scope: s, aggs: aggs, making: o.names()}
	taken := newNamer(nil)
	var out []column.Field
	for i, k := range keys {
		out = append(out, column.Field{Name: names[i], Type: k.Type()})
		taken.taken[names[i]] = true
	}
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
		rows := rowsOf(c)
		if len(rows) > 0 && rows[0].Signature != nil && rows[0].Kind != function.Aggregate && rows[0].Signature.Naming == "first" && len(c.args) > 0 {
			return aggregateName(c.args[0].x)
		}
	}
	return autoName(x)
}

// keyName is the name that a key suggests. The name of a let is none: only columns have one here.
func keyName(x expr, bound plan.Expr) string {
	if _, plain := x.(*name); plain {
		if _, ok := bound.(*plan.Col); !ok {
			return ""
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
		if len(k.names) > 1 {
			b.errorf(k.nameAt, "%d names for 1 column", len(k.names))
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
			if in.keys[n.text] && len(k.names) == 0 {
				b.errorf(k.x.place(), "the key '%s' is there twice", n.text)
				ok = false
				continue
			}
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
			if n = keyName(k.x, x); n == "" {
				n = taken.numbered("Column")
			} else {
				n = taken.free(n)
			}
		}
		keys, names = append(keys, x), append(names, n)
	}
	return keys, names, ok
}
