package esql

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// Plan reads a query and binds it to the catalog's tables. The notices say what a person should know of the plan, such as a
// field that is taken as null because no table has it. The error holds every mistake found, as syntax errors.
func Plan(ctx context.Context, file *syntax.File, catalog plan.Catalog, params map[string]*column.Vector) (plan.Node, plan.Remarks, error) {
	var errors syntax.List
	q := parse(file, params, &errors)
	if err := errors.Err(); err != nil && len(q.commands) == 0 {
		return nil, plan.Remarks{}, err
	}
	l := &lowerer{ctx: ctx, file: file, catalog: catalog, params: params, errors: &errors}
	l.settings(q)
	node, _ := l.query(q)
	if err := ctx.Err(); err != nil {
		return nil, plan.Remarks{}, err
	}
	if err := errors.Err(); err != nil {
		return nil, plan.Remarks{}, err
	}
	return node, plan.Remarks{Notices: l.notices, Absent: l.left}, nil
}

// lowerer turns a tree into a plan. A mistake gives a nil expression or a broken column, and whatever is made of those is
// nil or broken in silence, so that each mistake is told once.
type lowerer struct {
	ctx       context.Context
	file      *syntax.File
	catalog   plan.Catalog
	params    map[string]*column.Vector
	errors    *syntax.List
	notices   []string
	left      []string // tables of patterns that a FROM can do without
	found     string   // a table whose columns' types are those of what was loaded; "" for none
	scope     *scope
	behind    []command      // what follows the command that is lowered
	aggs      *aggregates    // while lowering what STATS computes
	grouping  bool           // while lowering what STATS groups by
	filtering bool           // while lowering what a WHERE or a join asks
	instead   string         // what to do in place of the column that is lowered, should there be none of its name
	zone      string         // of time, unless that is UTC: SET time_zone
	nullify   bool           // unknown columns are null whatever the table: SET unmapped_fields
	mapped    bool           // unknown columns are mistakes whatever the table
	marks     map[*in]scoped // what the subqueries of IN in the command that is lowered have become
	copied    int            // how many columns were given another name
	wide      int            // how many columns the stages have together
}

// scope is the columns that an expression can name.
type scope struct {
	columns []scoped
	// open scopes come from an open table: a name that they do not have is null, unless it was dropped on the way.
	open bool
	gone map[string]bool
	// guess is for an open scope of which a table is unknown: that is told already, so a name that it lacks is broken in silence.
	guess bool
	// globs are, after a KEEP of an open table, the patterns whose fields are still open; nil for any name.
	globs []namePattern
	// time is the table's time column, for the functions that mean it without naming it.
	time  string
	reach reach
}

type scoped struct {
	name   string
	typ    column.Type
	broken bool
	types  string   // of an unsupported one: which it has in which table
	absent []string // fields that no table has and for want of which it is null
	same   int      // columns that share it hold equal values in every row; 0 is none's
}

func (l *lowerer) fail(at syntax.Span, format string, args ...any) *syntax.Error {
	e := syntax.Errorf(l.file, at, format, args...)
	l.errors.Add(e)
	return e
}

func (l *lowerer) notice(format string, args ...any) {
	text := syntax.Clip(fmt.Sprintf(format, args...))
	if !slices.Contains(l.notices, text) {
		l.notices = append(l.notices, text)
	}
}

// find is the place of a name; the last of equal names is meant.
func (s *scope) find(name string) int {
	for i := len(s.columns) - 1; i >= 0; i-- {
		if s.columns[i].name == name {
			return i
		}
	}
	return -1
}

func (s *scope) names() []string {
	names := make([]string, len(s.columns))
	for i, c := range s.columns {
		names[i] = c.name
	}
	return names
}

func (s *scope) schema() []column.Field {
	out := make([]column.Field, len(s.columns))
	for i, c := range s.columns {
		out[i] = column.Field{Name: c.name, Type: c.typ}
	}
	return out
}

// with is the scope with other columns; what is no longer among them is gone.
func (s *scope) with(columns []scoped) *scope {
	next := s.grown(columns)
	next.gone = maps.Clone(s.gone)
	if next.gone == nil {
		next.gone = map[string]bool{}
	}
	stays := make(map[string]bool, len(columns))
	for _, c := range columns {
		stays[c.name] = true
	}
	for _, c := range s.columns {
		if !stays[c.name] {
			next.gone[c.name] = true
		}
	}
	return next
}

// grown is the scope with columns of which none has gone.
func (s *scope) grown(columns []scoped) *scope {
	next := *s
	next.columns = columns
	return &next
}

// lacks tells whether a name that is not among the columns may be a field that no event carries.
func (s *scope) lacks(name string) bool {
	if !s.open || s.gone[name] {
		return false
	}
	return s.globs == nil || slices.ContainsFunc(s.globs, func(p namePattern) bool { return p.matches(name) })
}

// closed is a scope of just these columns.
func (s *scope) closed(columns []scoped) *scope {
	next := s.with(columns)
	next.open, next.guess, next.globs = false, false, nil
	return next
}

// guessed is the scope together with a table that there is not, which could have any field.
func (s *scope) guessed() *scope {
	next := s.with(s.columns)
	next.open, next.guess, next.globs, next.gone = true, true, nil, maps.Clone(s.gone)
	return next
}

// query lowers a pipeline and says what columns it leaves.
func (l *lowerer) query(q *query) (plan.Node, *scope) {
	var node plan.Node
	l.scope = &scope{}
	defer func(outside []command) { l.behind = outside }(l.behind)
	for i, c := range q.commands {
		l.behind = q.commands[i+1:]
		node = l.command(node, c)
		l.passed(c)
	}
	return node, l.scope
}

func (l *lowerer) command(in plan.Node, c command) plan.Node {
	if l.over() {
		return in
	}
	switch c := c.(type) {
	case *dedup:
		return l.dedup(in, c)
	case *dissect:
		return l.dissect(in, c)
	case *drop:
		return l.drop(in, c)
	case *enrich:
		return l.enrich(in, c)
	case *eval:
		return l.eval(in, c)
	case *fork:
		return l.fork(in, c)
	case *from:
		return l.from(c)
	case *grok:
		return l.grok(in, c)
	case *keep:
		return l.keep(in, c)
	case *limit:
		return l.limit(in, c)
	case *lookup:
		return l.lookup(in, c)
	case *mvExpand:
		return l.mvExpand(in, c)
	case *rename:
		return l.rename(in, c)
	case *row:
		return l.row(c)
	case *sortBy:
		return l.sort(in, c)
	case *stats:
		return l.stats(in, c)
	case *parts:
		return l.parts(in, c)
	case *where:
		return l.where(in, c)
	}
	return in
}

// over tells whether there is no use in going on: nobody waits any more, or the plan is too large.
func (l *lowerer) over() bool { return l.wide > plan.MostColumns || l.ctx.Err() != nil }

// project makes the scope's columns out of expressions over the input; hidden when it is not a stage of the text.
func (l *lowerer) project(in plan.Node, at syntax.Span, exprs []plan.Expr, next *scope, hidden bool) plan.Node {
	l.scope = next
	if l.wide += len(exprs); l.over() && l.wide-len(exprs) <= plan.MostColumns {
		_ = l.fail(at, "the commands up to here have more than %d columns together", plan.MostColumns).WithHint("KEEP the columns that are used, or write fewer commands")
	}
	return &plan.Project{Base: plan.Base{Out: next.schema(), At: at, Hidden: hidden}, Input: in, Exprs: exprs}
}

// col is a column of the scope as an expression.
func (s *scope) col(i int, at syntax.Span) plan.Expr {
	return &plan.Col{Index: i, Name: s.columns[i].name, T: s.columns[i].typ, At: at}
}

func (l *lowerer) row(c *row) plan.Node {
	one := &plan.Rows{Base: plan.Base{At: c.at, Hidden: true}, Batch: &column.Batch{Len: 1}}
	var exprs []plan.Expr
	var columns []scoped
	earlier := map[string]bool{}
	for i, f := range c.fields {
		if mentions(f.value, earlier) { // from here on they are computed from what stands before
			return l.eval(l.row(&row{place: c.place, fields: c.fields[:i]}), &eval{c.place, c.fields[i:]})
		}
		e := l.columnValue(f)
		name := l.fieldName(f)
		earlier[name] = true
		if f.name != nil { // the last of equal names wins; unnamed ones may repeat
			for i, other := range columns {
				if other.name == name {
					columns, exprs = slices.Delete(columns, i, i+1), slices.Delete(exprs, i, i+1)
					break
				}
			}
		}
		columns, exprs = append(columns, scopedExpr(name, e)), append(exprs, e)
	}
	return l.project(one, c.at, exprs, &scope{columns: columns, open: l.nullify}, false)
}

// columnValue is a field that becomes a column, which a span of time cannot be.
func (l *lowerer) columnValue(f field) plan.Expr {
	if r := comparedColumn(f); r != nil && l.scope.find(r.name) < 0 && !l.scope.lacks(r.name) {
		_ = l.fail(r.at, "unknown column %s", r.name).WithHint("a value is given a name with one =, as in %s = …", printName(r.name))
		return nil
	}
	e := l.expr(f.value)
	if e != nil && isSpan(e.Type()) {
		_ = l.fail(f.value.span(), "a column cannot hold a value of type %s", e.Type()).WithHint("write it where it is added to a date, or keep it as a text: \"5 minutes\"")
		return nil
	}
	return e
}

func scopedExpr(name string, e plan.Expr) scoped {
	if e == nil {
		return scoped{name: name, broken: true}
	}
	col := scoped{name: name, typ: e.Type()}
	if lit, ok := e.(*plan.Lit); ok {
		col.absent = lit.Absent
	}
	return col
}

// scopedCopy is the column that an expression over the scope makes; it is the same as the one that the expression only names.
func (l *lowerer) scopedCopy(name string, e plan.Expr) scoped {
	made := scopedExpr(name, e)
	if col, ok := e.(*plan.Col); ok {
		of := &l.scope.columns[col.Index]
		if of.same == 0 {
			l.copied++
			of.same = l.copied
		}
		made.same = of.same
	}
	return made
}

// fieldName is the name a field is given, or its source text.
func (l *lowerer) fieldName(f field) string {
	if f.name != nil {
		return f.name.text
	}
	return l.file.Slice(f.at)
}

// eval adds columns. Each field sees those before it; an overwritten column moves to the end.
func (l *lowerer) eval(in plan.Node, c *eval) plan.Node {
	for start := 0; start < len(c.fields) && !l.over(); {
		fresh := map[string]bool{}
		n := start
		for ; n < len(c.fields); n++ {
			name := l.fieldName(c.fields[n])
			if fresh[name] || mentions(c.fields[n].value, fresh) {
				break
			}
			fresh[name] = true
		}
		for _, f := range c.fields[start:n] {
			l.doubled(f)
		}
		fields, more := c.fields[start:n], n < len(c.fields)
		values := make([]expr, len(fields))
		for i, f := range fields {
			values[i] = f.value
		}
		in = l.marking(in, c.at, values, func(in plan.Node) plan.Node { return l.evalFields(in, c.at, fields, more) })
		start = n
	}
	return in
}

func (l *lowerer) evalFields(in plan.Node, at syntax.Span, fields []field, hidden bool) plan.Node {
	var made []plan.Expr
	var columns []scoped
	for _, f := range fields {
		e := l.columnValue(f)
		made, columns = append(made, e), append(columns, l.scopedCopy(l.fieldName(f), e))
	}
	exprs, kept := l.without(columns, at)
	return l.project(in, at, append(exprs, made...), l.scope.grown(append(kept, columns...)), hidden)
}

// without is the scope's columns that have none of the names of others.
func (l *lowerer) without(others []scoped, at syntax.Span) (exprs []plan.Expr, kept []scoped) {
	names := map[string]bool{}
	for _, c := range others {
		names[c.name] = true
	}
	n := len(l.scope.columns)
	exprs, kept = make([]plan.Expr, 0, n+len(others)), make([]scoped, 0, n+len(others))
	refs := make([]plan.Col, 0, n)
	for i, c := range l.scope.columns {
		if len(names) > 0 && names[c.name] {
			continue
		}
		refs = append(refs, plan.Col{Index: i, Name: c.name, T: c.typ, At: at})
		exprs, kept = append(exprs, &refs[len(refs)-1]), append(kept, c)
	}
	return exprs, kept
}

// mentions tells whether an expression names one of some columns.
func mentions(e expr, names map[string]bool) bool {
	found := false
	walk(e, func(e expr) {
		if r, ok := e.(*ref); ok && names[r.name] {
			found = true
		}
	})
	return found
}
