package kql

import (
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// Columns that are found in data. bag_unpack and pivot make columns of what their rows hold, as Kusto does, so the rows are looked at
// while the query is read. Where these are of tables, the query has another plan over other events: whoever runs it reads it anew for each
// window, and a name that no event of a window has is told of as missing there, not as a mistake.

// keysIn are the keys of the bags that an expression makes of a table's rows, in order, with the types of their values. open tells that
// other events may have others, and prefix is what the columns' names begin with.
func (b *binder) keysIn(n plan.Node, bag plan.Expr, prefix string, o *opEvaluate) (keys []column.Field, open, ok bool) {
	open = !plan.Alone(n)
	p, can := b.catalog.(plan.Prober)
	given := false
	plan.Walk(n, func(n plan.Node) {
		_, is := n.(*plan.Given)
		given = given || is
	})
	if !can || given {
		b.errorf(o.call.nameAt, "the columns of the plugin '%s' depend on the data", o.call.name).
			WithHint("give them: evaluate %s(…) : (name:string, …)", o.call.name)
		return nil, false, false
	}
	b.found = b.found || open
	shape := column.Field{Name: "shape", Type: column.String}
	asks := &plan.Aggregate{Input: project(n, []plan.Expr{b.make("bag shape", o.span, column.String, bag)}, []column.Field{shape}, o.span, true)}
	asks.Aggs = []plan.Agg{{Call: &plan.Call{Func: function.Lookup(function.KQL, "bag keys")[0], T: column.Dynamic, Args: columnRefs([]column.Field{shape}, o.span), At: o.span}}}
	asks.Out, asks.At, asks.Hidden = []column.Field{{Name: "keys", Type: column.Dynamic}}, o.span, true
	found, err := p.Probe(b.ctx, asks)
	if err != nil {
		b.fault = err
		return nil, false, false
	}
	if found.Len > 0 && !found.Columns[0].IsNull(0) {
		bag := found.Columns[0].At(0).(*column.Object)
		for i, k := range bag.Keys {
			keys = append(keys, column.Field{Name: k, Type: column.Type(bag.Values[i].(int64))})
		}
	}
	if open {
		keys = assumed(keys, p.Assumed(), prefix, n.Schema())
	}
	return keys, open, true
}

// assumed adds to keys what is taken as found: columns that the table has not, under their names with the prefix.
func assumed(keys, columns []column.Field, prefix string, own []column.Field) []column.Field {
	for _, c := range columns {
		key, is := strings.CutPrefix(c.Name, prefix)
		if is && indexOf(keys, key) < 0 && indexOf(own, c.Name) < 0 {
			keys = append(keys, column.Field{Name: key, Type: c.Type})
		}
	}
	return keys
}

// stranger notes that a mistake is a column which is not there.
func (b *binder) stranger(e *syntax.Error, name string) *syntax.Error {
	if b.strangers == nil {
		b.strangers = map[*syntax.Error]string{}
	}
	b.strangers[e] = name
	return e
}

// otherwise tells, of the mistakes made since, those which would be none over other events.
func (b *binder) otherwise(known int) {
	for _, e := range b.errs[known:] {
		name, is := b.strangers[e]
		if !is || e.Column != "" {
			continue
		}
		e.Column = name
		if !strings.HasPrefix(e.Hint, "did you mean") && !strings.HasPrefix(e.Hint, "a text stands") {
			e.Absent = name
			e.WithHint("no event here has it: the columns are the keys that are found")
		}
	}
}
