package exec

import (
	"context"
	"fmt"
	"strings"
	"time"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/literal"
	"casebook/engine/plan"
)

// Rules ask large texts, which a source has to decode from its records, for patterns that hardly any of them hold. What a pattern cannot
// do without stands in the record as it was written, too. So a source that can is asked to leave out events whose records hold nothing of
// what a plan needs, before anything is decoded. As with conditions that a source takes, the plan still applies every one of its own, and
// an event that another condition leaves out is not warned of. The same goes for a field that only records hold and few of them have: where its
// key does not stand in a record, a condition that needs it to have a value cannot be true. The texts that a pattern warns of, or ends the query for, because they
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
	// Keys are texts that stand in every record in which a column has a value; none where none are known.
	Keys(table, column string) []string
	// Seek gives those of some events, by their places, whose records may hold what is asked for.
	Seek(ctx context.Context, events []int64, ask *Ask) (places []int32, err error)
	// Foresee says what will be asked, so that records are read once for all of it.
	Foresee(asks []*Ask)
}

// foresight is how long one plan may take to be looked at before it runs. One that takes longer is not: it reads what it asks for itself,
// in the time that is its own.
const foresight = time.Second

// Foresee tells a source what replays of plans will ask of the texts of its records.
func Foresee(ctx context.Context, src Source, plans ...plan.Node) error {
	seeker, ok := src.(Seeker)
	if !ok {
		return nil
	}
	limits := function.DefaultLimits
	var asks []*Ask
	for _, root := range plans {
		some, _ := foreseen(ctx, src, seeker, root, limits) // what is wrong with one comes up when it runs
		if err := ctx.Err(); err != nil {
			return err
		}
		asks = append(asks, some...)
	}
	seeker.Foresee(asks)
	return nil
}

// foreseen is what the replay of a plan will ask.
func foreseen(ctx context.Context, src Source, seeker Seeker, root plan.Node, limits function.Limits) ([]*Ask, error) {
	ctx, cancel := context.WithTimeout(ctx, foresight)
	defer cancel()
	s, err := NewSlices(ctx, root, src, limits)
	if err != nil {
		return nil, err
	}
	var asks []*Ask
	for _, f := range s.feeds {
		r := newRun(&function.Env{Context: ctx, Limits: limits}, src, Options{Limits: limits})
		p := &pusher{run: r, seen: map[plan.Node]bool{}}
		if err := p.descend(f.static(), nil); err != nil {
			return nil, err
		}
		if d := r.pushed[f.scan]; d != nil && d.ask != nil {
			asks = append(asks, d.ask)
		}
		for _, name := range f.scan.Columns { // where a rule gives nothing, whether any event has them is asked
			if a := present(seeker, f.scan.Table, name); a != nil {
				asks = append(asks, a)
			}
		}
	}
	return asks, nil
}

// ask is what conditions over a scan need; nil for nothing that its source could look for.
func (p *pusher) ask(n *plan.Scan, conds []plan.Expr) *Ask {
	seeker, ok := p.src.(Seeker)
	if !ok {
		return nil
	}
	a := &asker{
		pusher: p,
		sought: func(c *plan.Col) bool { return seeker.Sought(n.Table, n.Columns[c.Index]) },
		keys:   func(c *plan.Col) []string { return seeker.Keys(n.Table, n.Columns[c.Index]) },
	}
	var need literal.Need
	for _, c := range conds {
		need = append(need, a.need(c)...)
	}
	if len(need) == 0 {
		return nil
	}
	if a.parts == 0 {
		return &Ask{n.Table, need, 0}
	}
	return &Ask{n.Table, need, p.env.Limits.RegexText / a.parts}
}

// present asks for the events of which a column may have a value; nil where nothing is known to look for.
func present(seeker Seeker, table, name string) *Ask {
	keys := seeker.Keys(table, name)
	if len(keys) == 0 {
		return nil
	}
	return &Ask{Table: table, Need: all(keys)}
}

// all is the need of all of some texts.
func all(texts []string) literal.Need {
	var n literal.Need
	for _, t := range texts {
		n = append(n, literal.Of(t, false)...)
	}
	return n
}

// asker finds out what conditions need.
type asker struct {
	*pusher
	sought func(*plan.Col) bool
	keys   func(*plan.Col) []string
	parts  int // how many texts of a record make the longest of those that are matched; 0 where none are
}

// need is what must stand in the record for a condition to be true.
func (a *asker) need(cond plan.Expr) literal.Need {
	call, ok := cond.(*plan.Call)
	if !ok || len(call.Args) == 0 {
		return nil
	}
	f := call.Func
	switch {
	case f.Means == function.MeansAnd:
		return literal.All(a.needs(call.Args)...)
	case f.Name == "or":
		return literal.Any(a.needs(call.Args)...)
	case f.Means == function.MeansNotNull:
		return literal.All(a.chosen(call.Args[0]), a.valued(call.Args[0]))
	}
	return literal.All(a.matched(call), a.valued(call))
}

// valued is what must stand in the record for an expression to have a value: the keys of the columns without which it has none.
func (a *asker) valued(x plan.Expr) literal.Need {
	switch x := x.(type) {
	case *plan.Col:
		return all(a.keys(x))
	case *plan.Call:
		if x.Func.Nulls || x.Func.Lazy != nil || x.Func.Kind != function.Scalar {
			return nil
		}
		var n literal.Need
		for _, arg := range x.Args {
			n = append(n, a.valued(arg)...)
		}
		return n
	}
	return nil
}

// matched is what must stand in a text for a function of it to be true.
func (a *asker) matched(call *plan.Call) literal.Need {
	f := call.Func
	over, rest := call.Args[0], call.Args[1:]
	if f.Means == function.MeansEqual && plan.Constant(over) && len(rest) == 1 {
		over, rest = rest[0], call.Args[:1]
	}
	t, ok := a.text(over)
	if !ok {
		return nil
	}
	var args []*column.Vector
	for _, x := range rest {
		v, ok := a.constantOf(x)
		if !ok {
			return nil
		}
		args = append(args, v)
	}
	n := t.cut(needOf(f, args))
	if len(n) > 0 {
		a.parts = max(a.parts, t.parts)
	}
	return n
}

func (a *asker) needs(conds []plan.Expr) []literal.Need {
	list := make([]literal.Need, len(conds))
	for i, c := range conds {
		list[i] = a.need(c)
	}
	return list
}

// chosen is what a choice needs to have a value: that one of the conditions holds which one stands behind.
func (a *asker) chosen(x plan.Expr) literal.Need {
	call, ok := x.(*plan.Call)
	if !ok || call.Func.Means != function.MeansChoice {
		return nil
	}
	isNull := func(x plan.Expr) bool {
		v, ok := a.constantOf(x)
		return ok && v.IsNull(0)
	}
	args := call.Args
	if len(args)%2 == 1 {
		if !isNull(args[len(args)-1]) {
			return nil
		}
		args = args[:len(args)-1]
	}
	var needs []literal.Need
	for k := 0; k < len(args); k += 2 {
		if !isNull(args[k+1]) {
			needs = append(needs, a.need(args[k]))
		}
	}
	return literal.Any(needs...)
}

func (a *asker) constantOf(x plan.Expr) (*column.Vector, bool) {
	if !plan.Constant(x) || plan.UsesNow(x) {
		return nil, false
	}
	v, err := a.fold(x) // whoever evaluates it will say what is wrong with it
	return v, err == nil
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

// made is a text that is made of columns that are sought.
type made struct {
	recased bool   // its letters may be of another case than theirs
	between string // constants that stand between, before, behind or in place of columns
	parts   int    // columns
}

// mostBetween is the most that constants may add to a text.
const mostBetween = 1 << 10

// text reads an expression as a text that is made of columns: as they are, with letters of another case, or one after the other
// with constants between them.
func (a *asker) text(x plan.Expr) (t made, ok bool) {
	call, isCall := x.(*plan.Call)
	if c, isCol := x.(*plan.Col); isCol {
		return made{parts: 1}, a.sought(c)
	}
	if !isCall {
		return made{}, false
	}
	joined := call.Func.Means == function.MeansJoined
	switch call.Func.Means {
	case function.MeansCase, function.MeansFilled, function.MeansJoined, function.MeansEither:
	default:
		return made{}, false
	}
	t.recased = call.Func.Means == function.MeansCase
	touching := false // the last argument is of columns
	for _, arg := range call.Args {
		if v, ok := a.constantOf(arg); ok {
			if from, to := v.Range(0); to == from+1 && v.Type.Kind() == column.StringKind {
				t.between += v.Str(from)
				touching = touching && v.Str(from) == ""
			} else if joined || to > from {
				return made{}, false
			}
			continue
		}
		of, ok := a.text(arg)
		if !ok || joined && touching {
			return made{}, false
		}
		touching = true
		t.between += of.between
		t.recased = t.recased || of.recased
		t.parts += of.parts
	}
	return t, t.parts > 0 && len(t.between) <= mostBetween
}

// cut is what a need of the text asks of the columns that it is made of. Whatever holds no character of the constants between them lies in
// one of them.
func (t made) cut(n literal.Need) literal.Need {
	var out literal.Need
	between := strings.ToLower(t.between) + strings.ToUpper(t.between) + function.Smalls(t.between) + function.Capitals(t.between) + t.between
	for _, clause := range n {
		var kept literal.Clause
		for _, x := range clause {
			best := ""
			for part := range strings.FieldsFuncSeq(x.Bytes, func(r rune) bool { return strings.ContainsRune(between, r) }) {
				if len(part) > len(best) {
					best = part
				}
			}
			if best == "" {
				kept = nil
				break
			}
			kept = append(kept, literal.Text{Bytes: best, Fold: x.Fold || t.recased})
		}
		if kept != nil {
			out = append(out, kept)
		}
	}
	return out
}

// mostSubstituted bounds conditions that are rewritten to what their columns are made of.
const mostSubstituted = 4096

// substitute puts what columns are made of in their place; not ok where that gets too large.
func substitute(x plan.Expr, exprs []plan.Expr) (plan.Expr, bool) {
	size := 0
	var put func(x plan.Expr) (plan.Expr, bool)
	put = func(x plan.Expr) (plan.Expr, bool) {
		switch x := x.(type) {
		case *plan.Col:
			size += nodes(exprs[x.Index])
			return exprs[x.Index], size <= mostSubstituted
		case *plan.Call:
			moved := *x
			moved.Args = make([]plan.Expr, len(x.Args))
			for i, arg := range x.Args {
				var ok bool
				if moved.Args[i], ok = put(arg); !ok {
					return nil, false
				}
			}
			return &moved, true
		case *plan.Lit:
			return x, true
		}
		return nil, false
	}
	return put(x)
}

// nodes is how large an expression is.
func nodes(x plan.Expr) int {
	n := 1
	if call, ok := x.(*plan.Call); ok {
		for _, arg := range call.Args {
			n += nodes(arg)
		}
	}
	return n
}
