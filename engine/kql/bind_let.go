package kql

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// What statements give names to: lets, parameters and settings; and the tables that are not there.

// onlyMissing tells whether mistakes came up since, and all of them are things that are not there.
func (b *binder) onlyMissing(known int) bool {
	for _, e := range b.errs[known:] {
		if _, missing := b.missing[e]; !missing {
			return false
		}
	}
	return len(b.errs) > known
}

// spare takes back the mistakes made since, with those of the lets that were met on the way: a function's own lets are left out with it.
func (b *binder) spare(known, within int) syntax.List {
	spared := slices.Clone(b.errs[known:])
	for _, g := range b.absent[within:] {
		if !g.asked {
			spared = append(spared, g.gone...)
		}
	}
	b.errs, b.absent = b.errs[:known], b.absent[:within]
	return spared
}

// notThere marks a mistake as nothing but a thing that is not there; name is a table's, or "".
func (b *binder) notThere(e *syntax.Error, name string) *syntax.Error {
	if b.missing == nil {
		b.missing = map[*syntax.Error]string{}
	}
	b.missing[e] = name
	return e
}

// let gives a name its meaning; frame is the row that the function around it is called in, if there is one.
func (b *binder) let(s *scope, st statement, frame *row) *scope {
	g := &given{in: s}
	if l, ok := st.x.(*lambda); ok {
		g.lambda = l
	} else {
		g.x = st.x
		// A mistake in a let is a mistake also when nothing uses it.
		if !b.isTabular(s, st.x) {
			known := len(b.errs)
			b.scalar(&row{scope: s, constant: true, frame: frame}, st.x)
			if len(b.errs) > known {
				g.bound = &plan.Lit{Value: column.NullVector(column.Dynamic, 1), At: st.span}
				g.x = nil
				g.busy = true
			}
		} else {
			known, within := len(b.errs), len(b.absent)
			g.rel = b.tabular(s, st.x)
			if g.rel == nil || isFailed(g.rel) {
				g.rel = failed(st.span)
				if b.onlyMissing(known) {
					g.gone = b.spare(known, within)
					b.absent = append(b.absent, g)
				}
			} else {
				g.rel = b.share(g.rel, st)
			}
			g.x = nil
		}
	}
	return s.with(st.let, g)
}

// share wraps a table so that it is computed once however often it is used.
func (b *binder) share(r *relation, st statement) *relation {
	if _, ok := r.node.(*plan.Shared); ok {
		return r
	}
	n := &plan.Shared{Name: st.let, Input: r.node}
	n.Out, n.At, n.Hidden = r.cols(), st.span, true
	return &relation{node: n, ordered: r.ordered, name: r.name, open: r.open}
}

// failed is a table that stands for one that could not be bound, so that its users report nothing more.
func failed(s syntax.Span) *relation {
	n := &plan.Rows{Batch: &column.Batch{}}
	n.At = s
	return &relation{node: n}
}

func isFailed(r *relation) bool {
	rows, ok := r.node.(*plan.Rows)
	return ok && rows.Out == nil && rows.Batch.Len == 0
}

// setting notes what a set statement says. Options that only matter to a cluster (its caches, its limits) mean nothing here.
func (b *binder) setting(st statement) {
	switch st.set {
	case "query_now", "query_bin_auto_size", "query_bin_auto_at":
	default:
		return
	}
	if st.x == nil {
		b.errorf(st.span, "the option '%s' wants a value", st.set)
		return
	}
	v := b.scalar(&row{constant: true}, st.x)
	if v == nil {
		return
	}
	l, ok := v.(*plan.Lit)
	if !ok || st.set == "query_now" && l.Type() != column.Time {
		b.errorf(st.x.place(), "the option '%s' wants a constant of its type", st.set)
		return
	}
	if b.settings == nil {
		b.settings = map[string]*plan.Lit{}
	}
	b.settings[st.set] = l
}

// declared binds declare query_parameters.
func (b *binder) declared(s *scope, params []param) *scope {
	for _, p := range params {
		v, ok := b.params[p.name]
		var x plan.Expr
		switch {
		case ok:
			lit := &plan.Lit{Value: v, At: p.at}
			x = b.cast(lit, p.typ, false)
			if x == nil {
				b.errorf(p.at, "the parameter '%s' is a %s, and was given as %s", p.name, typeWord(p.typ), typeWord(v.Type))
			}
		case p.value != nil:
			if x = b.scalar(&row{scope: s, constant: true}, p.value); x != nil {
				if found := x.Type(); found != p.typ {
					if x = b.cast(x, p.typ, true); x == nil {
						b.errorf(p.value.place(), "the parameter '%s' is a %s, and its default a %s", p.name, typeWord(p.typ), typeWord(found))
					}
				}
			}
		default:
			b.errorf(p.at, "the parameter '%s' has no value", p.name).WithHint("give it one, or a default: %s:%s = …", p.name, typeWord(p.typ))
		}
		if x == nil {
			x = &plan.Lit{Value: column.NullVector(p.typ, 1), At: p.at}
		}
		s = s.with(p.name, &given{bound: x})
	}
	return s
}

// lazily gives a let's name its meaning without looking into it.
func lazily(s *scope, st statement) *given {
	if l, ok := st.x.(*lambda); ok {
		return &given{in: s, lambda: l}
	}
	return &given{in: s, x: st.x}
}
