package esql

import (
	"slices"
	"sort"
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// FROM and LOOKUP JOIN: which tables there are, and what columns they bring.

// metadata are the fields that a query must ask for, and their types.
var metadata = map[string]column.Type{
	"_id": column.String, "_ignored": column.String, "_index": column.String, "_index_mode": column.String, "_score": column.Double, "_size": column.Int,
	"_source": column.String, "_version": column.Long, "_tsid": column.String, "_tier": column.String,
}

func (l *lowerer) from(c *from) plan.Node {
	var inputs []plan.Node
	var scopes []*scope
	add := func(n plan.Node, s *scope) {
		if n != nil {
			inputs, scopes = append(inputs, n), append(scopes, s)
		}
	}
	for i, m := range c.metadata {
		if slices.ContainsFunc(c.metadata[:i], func(other name) bool { return other.text == m.text }) {
			l.fail(m.at, "the metadata field %s is asked for twice", m.text)
		}
		if _, ok := metadata[m.text]; !ok {
			e := l.fail(m.at, "unknown metadata field %s", m.text)
			known := make([]string, 0, len(metadata))
			for k := range metadata {
				known = append(known, k)
			}
			if near := nearest(m.text, known); near != "" {
				_ = e.WithHint("did you mean %s?", near)
			}
		}
	}
	if len(c.subqueries) == 0 && !slices.ContainsFunc(c.sources, func(s source) bool { return !strings.HasPrefix(s.name, "-") }) {
		_ = l.fail(c.at, "expected a table to take others from, found exclusions alone").WithHint("write FROM name*, %s", c.sources[0].name)
	}
	tables, complete := l.tables(c)
	for _, t := range tables {
		add(l.scan(t, c))
	}
	for _, q := range c.subqueries {
		add(l.query(q))
	}
	var n plan.Node
	switch len(inputs) {
	case 0:
		l.scope = &scope{}
		n = &plan.Rows{Base: plan.Base{At: c.at}, Batch: &column.Batch{}}
	case 1:
		l.scope = scopes[0]
		n = inputs[0]
	default:
		n = l.union(c.at, inputs, scopes)
	}
	if !complete {
		l.scope = l.scope.guessed()
	}
	return n
}

// tables are the catalog's tables that a FROM names, each once. A name without a wildcard has to exist, and so has at least
// one of those with; complete is false when one does not.
func (l *lowerer) tables(c *from) (found []*plan.Table, complete bool) {
	complete = true
	var missing []source
	for _, s := range c.sources {
		if strings.HasPrefix(s.name, "-") {
			out := namePattern{pieces: strings.Split(s.name[1:], "*")}
			found = slices.DeleteFunc(found, func(t *plan.Table) bool { return out.matches(t.Name) })
			continue
		}
		named := l.named(s.name)
		if len(named) == 0 {
			missing = append(missing, s)
		}
		for _, t := range named {
			if !slices.ContainsFunc(found, func(other *plan.Table) bool { return other.Name == t.Name }) {
				found = append(found, t)
			}
		}
	}
	for _, s := range missing {
		if strings.Contains(s.name, "*") && (len(found) > 0 || len(c.subqueries) > 0) {
			l.notice("no table is named %s: it is left out", s.name)
			l.left = append(l.left, s.name)
			continue
		}
		complete = false
		e := l.fail(s.at, "unknown table %s", s.name)
		if !syntax.Slip(s.name, l.catalog.Names()) {
			e.Absent = s.name
		}
		if near := nearest(s.name, l.catalog.Names()); near != "" {
			_ = e.WithHint("did you mean %s?", near)
		} else if before, _, dated := strings.Cut(strings.TrimPrefix(s.name, "<"), "{"); dated {
			_ = e.WithHint("dates in names are not computed: write %s*", before)
		} else if names := l.catalog.Names(); len(names) > 0 && len(names) <= 12 {
			_ = e.WithHint("there is %s", strings.Join(names, ", "))
		}
	}
	return found, complete
}

// named are the tables of a name: those of events that it fits where it has wildcards and is none that the catalog knows.
func (l *lowerer) named(name string) []*plan.Table {
	if t, ok := l.catalog.Table(name); ok {
		return []*plan.Table{t}
	}
	if !strings.Contains(name, "*") {
		return nil
	}
	pattern := namePattern{pieces: strings.Split(name, "*")}
	var list []*plan.Table
	for _, one := range l.catalog.Names() {
		if t, ok := l.catalog.Table(one); ok && t.Time == "@timestamp" && pattern.matches(one) {
			list = append(list, t)
		}
	}
	return list
}

// scan reads a table: its fields in alphabetical order, then the metadata that was asked for.
func (l *lowerer) scan(t *plan.Table, c *from) (plan.Node, *scope) {
	s := &scope{open: (t.Open || l.nullify) && !l.mapped, gone: map[string]bool{}, time: t.Time}
	n := &plan.Scan{Base: plan.Base{At: c.at}, Table: t.Name, Time: t.Time}
	if t.Found {
		l.found = t.Name
	}
	for _, f := range t.Fields {
		if _, meta := metadata[f.Name]; !meta {
			s.columns = append(s.columns, scoped{name: f.Name, typ: f.Type})
		}
	}
	sort.SliceStable(s.columns, func(i, j int) bool { return s.columns[i].name < s.columns[j].name })
	var absent []scoped
	for _, m := range c.metadata {
		typ, ok := metadata[m.text]
		if f, has := t.Field(m.text); has {
			s.columns = append(s.columns, scoped{name: m.text, typ: f.Type})
		} else if ok {
			absent = append(absent, scoped{name: m.text, typ: typ})
		}
	}
	for _, c := range s.columns {
		n.Columns = append(n.Columns, c.name)
	}
	n.Out = s.schema()
	made, subfields := l.subfields(t, s, c.at)
	if len(absent) == 0 && len(subfields) == 0 {
		return n, s
	}
	n.Hidden = true
	l.scope = s
	exprs, kept := l.without(nil, c.at)
	exprs, kept = append(exprs, made...), append(kept, subfields...)
	for _, m := range absent {
		value := plan.Expr(l.null(m.typ, c.at))
		if m.name == "_source" || m.name == "_score" {
			l.notice("no table has %s: it is taken as null", m.name)
		}
		if m.name == "_index" {
			value = &plan.Lit{Value: oneString(t.Name), At: c.at}
		}
		if m.name == "_index_mode" { // as of every index of events
			value = &plan.Lit{Value: oneString("standard"), At: c.at}
		}
		exprs, kept = append(exprs, value), append(kept, m)
	}
	next := &scope{columns: kept, open: s.open, gone: s.gone, time: s.time}
	return l.project(n, c.at, exprs, next, false), next
}

// lookupTable is a table that rows are looked up in.
func (l *lowerer) lookupTable(name string, at syntax.Span) (*plan.Table, bool) {
	t, ok := l.catalog.Table(name)
	if ok {
		return t, true
	}
	e := l.fail(at, "there is no lookup %s here", name)
	if near := nearest(name, l.catalog.Names()); near != "" {
		_ = e.WithHint("did you mean %s?", near)
	} else {
		_ = e.WithHint("give it a file: casebook rules lookup add %s FILE.csv", name)
		e.Absent, e.Lookup = name, true
	}
	return nil, false
}

// lookup adds the columns of a table to the rows that agree with it in some fields.
func (l *lowerer) lookup(in plan.Node, c *lookup) plan.Node {
	t, ok := l.lookupTable(c.table.name, c.table.at)
	if !ok {
		for _, on := range c.on {
			l.column(on.text, on.at)
		}
		l.scope = l.scope.guessed()
		return in
	}
	left := l.scope
	right, rs := l.scan(t, &from{place: c.place})
	n := &plan.Join{Kind: plan.LeftOuter, Left: in, Place: l.place(c.at)}
	keys := map[string]bool{}
	for _, on := range c.on {
		keys[on.text] = true
		l.scope = left
		le := l.column(on.text, on.at)
		l.scope = rs
		if rs.find(on.text) < 0 && !rs.lacks(on.text) {
			l.noField(t, on, "")
			continue
		}
		l.joinKey(n, le, l.column(on.text, on.at), on.at, t.Name)
	}
	if c.cond != nil {
		before := len(*l.errors)
		right = l.joinCondition(n, right, c.cond, left, rs, t.Name)
		switch {
		case len(n.LeftKeys) > 0 || len(*l.errors) > before:
		case n.Cond == nil:
			_ = l.fail(c.cond.span(), "this condition of LOOKUP JOIN says nothing of the rows").WithHint("compare a column with one of %s", t.Name)
		default: // every row may meet every other
			every := plan.Expr(&plan.Lit{Value: oneString(""), At: c.at})
			n.LeftKeys, n.RightKeys = []plan.Expr{every}, []plan.Expr{every}
		}
	}
	n.Right = right
	n.Base = plan.Base{Out: append(left.schema(), rs.schema()...), At: c.at, Hidden: true}
	var exprs []plan.Expr
	var columns []scoped
	for i, col := range left.columns {
		if keys[col.name] || rs.find(col.name) < 0 {
			exprs, columns = append(exprs, left.col(i, c.at)), append(columns, col)
		}
	}
	for i, col := range rs.columns {
		if !keys[col.name] {
			e := rs.col(i, c.at).(*plan.Col)
			e.Index += len(left.columns)
			exprs, columns = append(exprs, e), append(columns, col)
		}
	}
	l.scope = left
	return l.project(n, c.at, exprs, left.with(columns), false)
}

// joinKey makes two columns one that rows agree in.
func (l *lowerer) joinKey(n *plan.Join, left, right plan.Expr, at syntax.Span, table string) {
	if left == nil || right == nil {
		return
	}
	a, b, ok := l.unify(left, right)
	if !ok {
		l.fail(at, "cannot join on %s: it is %s on the left and %s in %s", l.file.Slice(at), left.Type(), right.Type(), table)
		return
	}
	n.LeftKeys, n.RightKeys = append(n.LeftKeys, a), append(n.RightKeys, b)
}
