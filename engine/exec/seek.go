package exec

import (
	"context"
	"fmt"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/literal"
	"casebook/engine/plan"
)

// Rules ask large texts, which a source has to decode from its records, for patterns that hardly any of them hold. What a pattern cannot
// do without stands in the record as it was written, too. So a source that can is asked to leave out events whose records hold nothing of
// what a plan needs, before anything is decoded. As with conditions that a source takes, the plan still applies every one of its own, and
// an event that another condition leaves out is not warned of. The texts that a pattern warns of, or ends the query for, because they
// are too long for it, are never left out.

// Ask is what a plan needs of the texts of a table's records.
type Ask struct {
	Table string
	Need  literal.Need
	// Longest is the longest text that patterns are matched against: whatever may hold a longer one is to be kept.
	Longest int
}

// Key is the same for asks that are answered alike.
func (a *Ask) Key() string { return fmt.Sprintf("%q %d %q", a.Table, a.Longest, fmt.Sprint(a.Need)) }

// Seeker is a Source that can look for texts in records.
type Seeker interface {
	// Sought tells whether all that stands in a column's texts, which are single ones, stands in the records.
	Sought(table, column string) bool
	// Seek gives those of some events, by their places, whose records may hold what is asked for.
	Seek(ctx context.Context, events []int64, ask *Ask) (places []int32, err error)
	// Foresee says what will be asked, so that records are read once for all of it.
	Foresee(asks []*Ask)
}

// Foresee tells a source what replays of plans will ask of the texts of its records.
func Foresee(src Source, plans ...plan.Node) error {
	seeker, ok := src.(Seeker)
	if !ok {
		return nil
	}
	limits := function.DefaultLimits
	var asks []*Ask
	for _, root := range plans {
		for _, f := range NewSlices(root, src, limits).feeds {
			r := newRun(&function.Env{Context: context.Background(), Limits: limits}, src, Options{Limits: limits})
			p := &pusher{run: r, seen: map[plan.Node]bool{}}
			if err := p.descend(f.static(), nil); err != nil {
				return err
			}
			if d := r.pushed[f.scan]; d != nil && d.ask != nil {
				asks = append(asks, d.ask)
			}
		}
	}
	seeker.Foresee(asks)
	return nil
}

// ask is what conditions over a scan need; nil for nothing that its source could look for.
func (p *pusher) ask(n *plan.Scan, conds []plan.Expr) *Ask {
	seeker, ok := p.src.(Seeker)
	if !ok {
		return nil
	}
	sought := func(c *plan.Col) bool { return seeker.Sought(n.Table, n.Columns[c.Index]) }
	var need literal.Need
	for _, c := range conds {
		need = append(need, p.need(c, sought)...)
	}
	if len(need) == 0 {
		return nil
	}
	return &Ask{n.Table, need, p.env.Limits.RegexText}
}

// need is what must stand in the record for a condition to be true.
func (p *pusher) need(cond plan.Expr, sought func(*plan.Col) bool) literal.Need {
	call, ok := cond.(*plan.Call)
	if !ok || len(call.Args) == 0 {
		return nil
	}
	f := call.Func
	either := f.Name == "or" || f.Name == "OR"
	if f.Means == function.MeansAnd || either {
		needs := make([]literal.Need, len(call.Args))
		for i, a := range call.Args {
			needs[i] = p.need(a, sought)
		}
		if either {
			return literal.Any(needs...)
		}
		return literal.All(needs...)
	}
	text, rest := call.Args[0], call.Args[1:]
	if f.Means == function.MeansEqual && plan.Constant(text) && len(rest) == 1 {
		text, rest = rest[0], call.Args[:1]
	}
	recased, ok := overText(text, sought)
	if !ok {
		return nil
	}
	var args []*column.Vector
	for _, a := range rest {
		if !plan.Constant(a) || plan.UsesNow(a) {
			return nil
		}
		v, err := p.fold(a)
		if err != nil {
			return nil // whoever evaluates it will say so
		}
		args = append(args, v)
	}
	n := needOf(f, args)
	if recased {
		n = folded(n)
	}
	return n
}

// needOf is what a function needs of its first argument.
func needOf(f *function.Row, args []*column.Vector) literal.Need {
	switch {
	case f.Needs != nil:
		return f.Needs(args)
	case f.Means == function.MeansEqual, f.Means == function.MeansIn:
		var needs []literal.Need
		for _, v := range args {
			from, to := v.Range(0)
			if v.Type.Kind() != column.StringKind || to != from+1 {
				return nil
			}
			needs = append(needs, literal.Of(v.Str(from), false))
		}
		return literal.Any(needs...)
	}
	return nil
}

// overText tells whether an expression is a column that is sought, as it is or with letters of another case.
func overText(x plan.Expr, sought func(*plan.Col) bool) (recased, ok bool) {
	for {
		switch at := x.(type) {
		case *plan.Col:
			return recased, sought(at)
		case *plan.Call:
			if len(at.Args) != 1 || at.Func.Means != function.MeansCase && at.Func.Means != function.MeansFilled {
				return false, false
			}
			recased = recased || at.Func.Means == function.MeansCase
			x = at.Args[0]
		default:
			return false, false
		}
	}
}

// folded is a need whose letters may be of either case.
func folded(n literal.Need) literal.Need {
	out := make(literal.Need, len(n))
	for i, c := range n {
		out[i] = slices.Clone(c)
		for j := range out[i] {
			out[i][j].Fold = true
		}
	}
	return out
}

// substitute puts what columns are made of in their place; not ok where that is more than a text of another case.
func substitute(x plan.Expr, exprs []plan.Expr) (plan.Expr, bool) {
	switch x := x.(type) {
	case *plan.Col:
		below := exprs[x.Index]
		if _, ok := overText(below, func(*plan.Col) bool { return true }); ok {
			return below, true
		}
		return nil, false
	case *plan.Call:
		moved := *x
		moved.Args = make([]plan.Expr, len(x.Args))
		for i, a := range x.Args {
			var ok bool
			if moved.Args[i], ok = substitute(a, exprs); !ok {
				return nil, false
			}
		}
		return &moved, true
	case *plan.Lit:
		return x, true
	}
	return nil, false
}
