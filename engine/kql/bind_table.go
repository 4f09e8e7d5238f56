package kql

import (
	glob "path"
	"regexp"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// tabular binds an expression that is a table; nil when it cannot.
func (b *binder) tabular(s *scope, x expr) *relation {
	if !b.enter(x.place()) {
		b.leave()
		return nil
	}
	defer b.leave()
	switch x := x.(type) {
	case *pipe:
		rel := b.tabular(s, x.source)
		if rel == nil || isFailed(rel) {
			b.unbound(s, x.ops)
			return rel
		}
		return b.ops(s, rel, x.ops)
	case *table:
		return x.op.bind(b, s, nil)
	case *name:
		return b.tableName(s, x)
	case *call:
		return b.tableCall(s, x)
	}
	b.errorf(x.place(), "expected a table")
	return nil
}

// ops applies operators one after the other. A mistake in one that changes no column leaves the next ones to be read, so
// that their mistakes are told as well.
func (b *binder) ops(s *scope, rel *relation, ops []op) *relation {
	var wrong op
	for i, o := range ops {
		if b.over() {
			return failed(o.place())
		}
		if as, ok := o.(*opAs); ok {
			s = s.with(as.name, &given{rel: b.share(rel, statement{at: as.at, let: as.name})})
			rel = s.given.rel
			rel.name = as.name
			continue
		}
		known, open := len(b.errs), rel.open
		next := o.bind(b, s, rel)
		if open {
			b.otherwise(known)
		}
		if next == nil {
			wrong = o
			if !keepsColumns(o) {
				b.unbound(s, ops[i+1:])
				return failed(o.place())
			}
			continue
		}
		rel = next
		b.widen(o.place(), len(rel.cols()))
		if open = open && !settlesColumns(o) && !rel.open; open || rel.name != "" {
			unnamed := *rel
			unnamed.name, unnamed.open = "", rel.open || open
			rel = &unnamed
		}
		if isFailed(rel) {
			b.unbound(s, ops[i+1:])
			return rel
		}
	}
	if wrong != nil {
		return failed(wrong.place())
	}
	return rel
}

// settlesColumns tells whether an operator names all columns that come out of it.
func settlesColumns(o op) bool {
	switch o.(type) {
	case *opProject, *opSummarize, *opDistinct, *opCount, *opMakeSeries, *opGetschema, *opTopNested, *opTopHitters:
		return true
	}
	return false
}

func keepsColumns(o op) bool {
	switch o.(type) {
	case *opWhere, *opSort, *opTake, *opTop:
		return true
	}
	return false
}

func (b *binder) tableName(s *scope, x *name) *relation {
	if g := s.find(x.text); g != nil {
		switch {
		case g.rel != nil:
			g.asked = true
			if len(g.gone) > 0 && !slices.Contains(b.errs, g.gone[0]) {
				b.errs = append(b.errs, g.gone...)
			}
			return g.rel
		case g.x != nil && b.isTabular(g.in, g.x):
			return b.tabular(g.in, g.x)
		case g.lambda != nil && g.lambda.bare():
			return b.tableApply(s, g, x.text, x.span, nil)
		}
		b.errorf(x.span, "'%s' is no table", x.text)
		return nil
	}
	if t, ok := b.catalog.Table(x.text); ok {
		return b.scan(t, x)
	}
	known := b.catalog.Names()
	known = append([]string(nil), known...)
	for up := s; up != nil; up = up.up {
		known = append(known, up.name)
	}
	e := b.notThere(b.errorf(x.span, "unknown table '%s'", x.text), x.text)
	if !syntax.Slip(x.text, known) {
		e.Absent = x.text
	}
	nearest(e, x.text, known)
	return nil
}

// scan reads a table of the catalog. Its strings may be null, as other languages have them; here they are "".
func (b *binder) scan(t *plan.Table, x *name) *relation {
	n := &plan.Scan{Table: t.Name, Time: t.Time}
	n.At = x.span
	exprs := make([]plan.Expr, len(t.Fields))
	out := make([]column.Field, len(t.Fields))
	filled := false
	for i, f := range t.Fields {
		raw := f.Type
		n.Out = append(n.Out, f)
		n.Columns = append(n.Columns, f.Name)
		col := &plan.Col{Index: i, Name: f.Name, T: raw, At: x.span}
		exprs[i], out[i] = col, f
		switch raw {
		case column.String, column.Text, column.IP, column.Version:
			out[i].Type = column.String
			exprs[i] = b.make("filled", x.span, column.String, col)
			filled = true
		case column.Nanos, column.ULong, column.Period, column.Unsupported, column.Null:
			// No KQL table has these; a table made for another language may.
			out[i].Type = raw
		}
	}
	if t.Open {
		for _, f := range b.endingNames() {
			if _, has := t.Field(f.Name); !has {
				exprs, out = append(exprs, b.lacking(f, x.span)), append(out, f)
				b.notice("no loaded event of %s has %s: it is taken as empty", t.Name, f.Name)
				filled = true
			}
		}
	}
	if !filled {
		return &relation{node: n, name: x.text}
	}
	return &relation{node: project(n, exprs, out, x.span, true), name: x.text}
}

// asim are the names of Sentinel's own functions that bring the logs of many products into one form.
var asim = regexp.MustCompile(`^(?:_Im_|_ASim_|im[A-Z]|ASim[A-Z]|vim[A-Z])`)

func (b *binder) tableCall(s *scope, x *call) *relation {
	if g := s.find(x.name); g != nil && g.lambda != nil {
		return b.tableApply(s, g, x.name, x.span, x.args)
	}
	switch x.name {
	case "materialize":
		if len(x.args) == 1 {
			return b.tabular(s, x.args[0].x)
		}
	case "table":
		if len(x.args) >= 1 {
			if n, ok := b.text(&row{scope: s, constant: true}, x.args[0].x); ok {
				return b.tableName(nil, &name{at: at{x.args[0].x.place()}, text: n})
			}
			return nil
		}
	case "_GetWatchlist":
		if len(x.args) == 1 || len(x.args) == 2 { // the second asks for another key, which changes no row
			return b.watchlist(s, x)
		}
	}
	at := len(b.errs)
	b.unknownCall(x)
	if _, known := outside[x.name]; !known {
		e := b.notThere(b.errs[at], x.name)
		known := append([]string{"materialize", "table", "_GetWatchlist"}, b.catalog.Names()...)
		for up := s; up != nil; up = up.up {
			known = append(known, up.name)
		}
		if syntax.Slip(x.name, known) {
			nearest(e, x.name, known)
			return nil
		}
		e.Absent, e.Hint = x.name, "" // no function that makes a value is meant here, but one that somebody's workspace keeps
		if asim.MatchString(x.name) {
			e.WithHint("it is one of ASIM's parsers: give their files to casebook rules add")
		} else {
			e.WithHint("if a workspace keeps it, give its file to casebook rules add, or write let %s = (…) { … }; before the query", x.name)
		}
	}
	return nil
}

// watchlist is a table that the user gave a file for; the catalog knows it by the call itself.
func (b *binder) watchlist(s *scope, x *call) *relation {
	n, ok := b.text(&row{scope: s, constant: true}, x.args[0].x)
	if !ok {
		return nil
	}
	t, ok := b.catalog.Table("_GetWatchlist('" + n + "')")
	if !ok && n == disabledParsers {
		b.assume("there is no watchlist %s: all of ASIM's parsers are on", n)
		return b.noParsers(x)
	}
	if !ok {
		e := b.errorf(x.args[0].x.place(), "there is no watchlist '%s' here", n)
		if near := syntax.Nearest(n, b.catalog.Names()); near != "" {
			e.WithHint("did you mean '%s'?", near)
		} else {
			e.WithHint("give it a file: casebook rules lookup add %s FILE.csv", n)
			e.Absent, e.Lookup = n, true
		}
		return nil
	}
	return b.scan(t, &name{at: at{x.span}, text: n})
}

// disabledParsers is the watchlist in which a workspace may turn parsers of ASIM off. Where nobody made it none is.
const disabledParsers = "ASimDisabledParsers"

func (b *binder) noParsers(x *call) *relation {
	n := &plan.Rows{Batch: &column.Batch{}}
	n.Out = []column.Field{{Name: "_DTItemId", Type: column.String}, {Name: "LastUpdatedTimeUTC", Type: column.Time}, {Name: "SearchKey", Type: column.String}}
	for _, f := range n.Out {
		n.Batch.Columns = append(n.Batch.Columns, column.NullVector(f.Type, 0))
	}
	n.At, n.Hidden = x.span, true
	return &relation{node: n}
}

func (b *binder) tableApply(s *scope, g *given, fname string, at syntax.Span, args []named) *relation {
	inner, ok := b.bindParams(&row{scope: s, constant: true}, g, fname, at, args)
	if !ok {
		return nil
	}
	if !b.isTabular(inner, g.lambda.body) {
		b.errorf(at, "the function '%s' gives a value, and a table is wanted here", fname)
		return nil
	}
	rel := b.tabular(inner, g.lambda.body)
	if rel != nil {
		c := *rel
		c.name = ""
		if g.lambda.view {
			c.name = fname
		}
		return &c
	}
	return nil
}

// matching is the columns that a name, perhaps with stars, stands for, in their order.
func matching(cols []column.Field, pattern string, star bool) []int {
	var found []int
	for i, c := range cols {
		if c.Name == pattern || star && starMatch(pattern, c.Name) {
			found = append(found, i)
		}
	}
	return found
}

// starMatch compares a name with a pattern in which * stands for any text.
func starMatch(pattern, name string) bool {
	escaped := strings.NewReplacer(`\`, `\\`, "?", `\?`, "[", `\[`, "/", "\x00").Replace(pattern)
	ok, err := glob.Match(escaped, strings.ReplaceAll(name, "/", "\x00"))
	return ok && err == nil
}
