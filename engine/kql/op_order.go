package kql

import (
	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

func (b *binder) limit(rel *relation, n int64, s syntax.Span) *relation {
	l := &plan.Limit{Input: rel.node, N: n}
	l.Out, l.At = rel.cols(), s
	return &relation{node: l, ordered: rel.ordered, name: rel.name}
}

func (b *binder) sample(s *scope, rel *relation, o *opSample) *relation {
	n, ok := b.howMany(s, o.n, "sample", 0)
	if !ok {
		return nil
	}
	if o.of != nil {
		if rel = b.distinct(s, rel, &opDistinct{at: o.at, items: []named{{x: o.of}}}); rel == nil {
			return nil
		}
	}
	return b.limit(rel, n, o.span)
}

func (b *binder) sort(s *scope, rel *relation, keys []order, at syntax.Span, hidden bool) *relation {
	r := &row{scope: s, cols: rel.cols(), ordered: rel.ordered}
	n := &plan.Sort{Input: rel.node}
	for _, k := range keys {
		x := b.scalar(r, k.x)
		if x == nil {
			return nil
		}
		if x.Type() == column.Dynamic {
			b.errorf(k.x.place(), "a dynamic value has no order").WithHint("cast it: tolong(…), tostring(…)")
			return nil
		}
		n.Keys = append(n.Keys, sortKeys(b, x, k)...)
	}
	n.Out, n.At, n.Hidden = rel.cols(), at, hidden
	return &relation{node: n, ordered: true, name: rel.name}
}

// sortKeys orders nulls as said or, unsaid, first when ascending and last when descending. NaN goes with null.
func sortKeys(b *binder, x plan.Expr, k order) []plan.SortKey {
	first := !k.desc
	if k.nulls != "" {
		first = k.nulls == "first"
	}
	key := plan.SortKey{Expr: x, Desc: k.desc, NullsFirst: first}
	if x.Type() != column.Double && x.Type() != column.Decimal {
		return []plan.SortKey{key}
	}
	number := b.make("number or null", x.Span(), x.Type(), x)
	key.Expr = number
	return []plan.SortKey{key, {Expr: b.make("isnull", x.Span(), column.Bool, x), Desc: !first}}
}

func (b *binder) top(s *scope, rel *relation, o *opTop) *relation {
	n, ok := b.howMany(s, o.n, "top", 0)
	if !ok {
		return nil
	}
	sorted := b.sort(s, rel, []order{o.key}, o.span, true)
	if sorted == nil {
		return nil
	}
	return b.limit(sorted, n, o.span)
}
