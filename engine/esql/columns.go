package esql

import (
	"slices"
	"sort"
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// The commands that choose and name columns, and FROM, which says what columns there are.

// metadata are the fields that a query must ask for, and their types.
var metadata = map[string]column.Type{
	"_id": column.String, "_ignored": column.String, "_index": column.String, "_index_mode": column.String, "_score": column.Double,
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
	for _, m := range c.metadata {
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
		t, ok := l.catalog.Table(s.name)
		switch {
		case !ok:
			missing = append(missing, s)
		case !slices.ContainsFunc(found, func(other *plan.Table) bool { return other.Name == t.Name }):
			found = append(found, t)
		}
	}
	for _, s := range missing {
		if strings.Contains(s.name, "*") && (len(found) > 0 || len(c.subqueries) > 0) {
			l.notice("no table is named %s: it is left out", s.name)
			continue
		}
		complete = false
		e := l.fail(s.at, "unknown table %s", s.name)
		if near := nearest(s.name, l.catalog.Names()); near != "" {
			_ = e.WithHint("did you mean %s?", near)
		} else if names := l.catalog.Names(); len(names) > 0 && len(names) <= 12 {
			_ = e.WithHint("there is %s", strings.Join(names, ", "))
		}
	}
	return found, complete
}

// scan reads a table: its fields in alphabetical order, then the metadata that was asked for.
func (l *lowerer) scan(t *plan.Table, c *from) (plan.Node, *scope) {
	s := &scope{open: t.Open, gone: map[string]bool{}, time: t.Time}
	n := &plan.Scan{Base: plan.Base{At: c.at}, Table: t.Name, Time: t.Time}
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
	if len(absent) == 0 {
		return n, s
	}
	n.Hidden = true
	l.scope = s
	exprs, kept := l.without(nil, c.at)
	for _, m := range absent {
		value := plan.Expr(l.null(m.typ, c.at))
		if m.name == "_index" {
			value = &plan.Lit{Value: oneString(t.Name), At: c.at}
		}
		exprs, kept = append(exprs, value), append(kept, m)
	}
	next := &scope{columns: kept, open: s.open, gone: s.gone, time: s.time}
	return l.project(n, c.at, exprs, next, false), next
}

// union puts tables under each other. A field of different types in different tables can only be used after a cast, and as
// nothing is loaded of it, not at all.
func (l *lowerer) union(at syntax.Span, inputs []plan.Node, scopes []*scope) plan.Node {
	types := map[string]column.Type{}
	var names []string
	u := &scope{gone: map[string]bool{}, time: scopes[0].time}
	for _, s := range scopes {
		u.open, u.guess = u.open || s.open, u.guess || s.guess
		for _, c := range s.columns {
			t, seen := types[c.name]
			switch {
			case !seen:
				names = append(names, c.name)
				types[c.name] = c.typ
			case t == column.Null || sameText(t, c.typ):
				types[c.name] = c.typ
			case c.typ != column.Null && t != c.typ:
				types[c.name] = column.Unsupported
			}
		}
	}
	sort.SliceStable(names, func(i, j int) bool {
		_, a := metadata[names[i]]
		_, b := metadata[names[j]]
		return !a && b || a == b && !a && names[i] < names[j]
	})
	n := &plan.Union{Inputs: inputs}
	for _, name := range names {
		c := scoped{name: name, typ: types[name]}
		if c.typ == column.Unsupported {
			c.types = typesByTable(name, inputs, scopes)
		}
		u.columns = append(u.columns, c)
	}
	for _, s := range scopes {
		places := make([]int, len(names))
		for i, name := range names {
			places[i] = s.find(name)
			if types[name] == column.Unsupported {
				places[i] = -1
			}
		}
		n.Sources = append(n.Sources, places)
	}
	n.Base = plan.Base{Out: u.schema(), At: at}
	l.scope = u
	return n
}

// typesByTable says which type a field has in which table.
func typesByTable(name string, inputs []plan.Node, scopes []*scope) string {
	var parts []string
	for i, s := range scopes {
		at := s.find(name)
		if at < 0 {
			continue
		}
		where := "a subquery"
		plan.Walk(inputs[i], func(n plan.Node) {
			if scan, ok := n.(*plan.Scan); ok {
				where = scan.Table
			}
		})
		parts = append(parts, s.columns[at].typ.String()+" in "+where)
	}
	return strings.Join(parts, ", ")
}

func sameText(a, b column.Type) bool {
	return (a == column.Text || a == column.String) && (b == column.Text || b == column.String)
}

// keep chooses columns. An exact name is stronger than a pattern and that than a lone asterisk; a column stands where the
// last of its strongest mentions stands.
func (l *lowerer) keep(in plan.Node, c *keep) plan.Node {
	const exact, partial, all = 1, 2, 3
	type chosen struct{ index, priority int }
	var picks []chosen
	var extra []scoped // fields that only an open table has, null, behind the scope's own
	for _, p := range c.names {
		priority := partial
		switch {
		case p.exact():
			priority = exact
		case p.all():
			priority = all
		}
		matched := false
		for i, col := range l.scope.columns {
			if p.exact() && l.scope.find(col.name) != i || !p.matches(col.name) {
				continue
			}
			matched = true
			at := slices.IndexFunc(picks, func(x chosen) bool { return x.index == i })
			if at >= 0 && picks[at].priority < priority {
				continue
			}
			if at >= 0 {
				picks = slices.Delete(picks, at, at+1)
			}
			picks = append(picks, chosen{i, priority})
		}
		if !matched {
			if typ, broken := l.unmatched(p); p.exact() {
				extra = append(extra, scoped{name: p.pieces[0], typ: typ, broken: broken})
				picks = append(picks, chosen{-len(extra), exact})
			}
		}
	}
	var exprs []plan.Expr
	var columns []scoped
	for _, x := range picks {
		if x.index < 0 {
			col := extra[-x.index-1]
			if slices.ContainsFunc(columns, func(other scoped) bool { return other.name == col.name }) {
				continue
			}
			exprs, columns = append(exprs, l.null(col.typ, c.at)), append(columns, col)
			continue
		}
		exprs, columns = append(exprs, l.scope.col(x.index, c.at)), append(columns, l.scope.columns[x.index])
	}
	next := l.scope.closed(columns)
	for _, p := range c.names {
		if !p.exact() && l.scope.open {
			next.open, next.guess, next.gone, next.globs = true, l.scope.guess, l.scope.gone, append(next.globs, p)
		}
	}
	return l.project(in, c.at, exprs, next, false)
}

// unmatched complains of a name or pattern that no column has, or notes it where the table is open.
func (l *lowerer) unmatched(p namePattern) (typ column.Type, broken bool) {
	if p.exact() {
		return column.Null, !l.unknownColumn(p.pieces[0], p.at)
	}
	if text := l.file.Slice(p.at); l.scope.guess {
		return column.Null, true
	} else if l.scope.open && l.scope.globs == nil {
		l.notice("no field matches %s", text)
	} else if !p.all() {
		l.fail(p.at, "no column matches %s", text)
	}
	return column.Null, false
}

// unknownColumn tells whether a name that the scope lacks may be taken as null.
func (l *lowerer) unknownColumn(name string, at syntax.Span) bool {
	near := nearest(name, l.scope.names())
	switch lacks := l.scope.lacks(name); {
	case lacks && l.scope.guess:
		return false
	case lacks && near != "":
		l.notice("the field %s is in no loaded table and taken as null; did you mean %s?", name, near)
		return true
	case lacks:
		l.notice("the field %s is in no loaded table and taken as null", name)
		return true
	}
	e := l.fail(at, "unknown column %s", name)
	if near != "" {
		_ = e.WithHint("did you mean %s?", near)
	} else if l.scope.gone[name] {
		_ = e.WithHint("an earlier command dropped or renamed it")
	}
	return false
}

func (l *lowerer) drop(in plan.Node, c *drop) plan.Node {
	drops := make([]bool, len(l.scope.columns))
	for _, p := range c.names {
		matched := false
		for i, col := range l.scope.columns {
			if p.matches(col.name) {
				drops[i], matched = true, true
			}
		}
		if !matched {
			l.unmatched(p)
		}
	}
	var exprs []plan.Expr
	var columns []scoped
	for i, col := range l.scope.columns {
		if !drops[i] {
			exprs, columns = append(exprs, l.scope.col(i, c.at)), append(columns, col)
		}
	}
	empty := len(columns) == 0 && len(drops) > 0
	n := l.project(in, c.at, exprs, l.scope.with(columns), empty)
	if empty { // a table without columns has no rows
		return &plan.Limit{Base: plan.Base{Out: n.Schema(), At: c.at}, Input: n}
	}
	return n
}

// rename names columns anew, one after the other; a column that had the new name goes.
func (l *lowerer) rename(in plan.Node, c *rename) plan.Node {
	exprs, columns := l.without(nil, c.at)
	next := l.scope
	for _, r := range c.pairs {
		l.scope = next
		i := slices.IndexFunc(columns, func(col scoped) bool { return col.name == r.old.text })
		var col scoped
		var e plan.Expr
		if i < 0 {
			known := l.unknownColumn(r.old.text, r.old.at)
			col, e = scoped{name: r.new.text, typ: column.Null, broken: !known}, l.null(column.Null, r.old.at)
		} else {
			col, e = columns[i], exprs[i]
			col.name = r.new.text
		}
		if r.old.text != r.new.text {
			if old := slices.IndexFunc(columns, func(col scoped) bool { return col.name == r.new.text }); old >= 0 {
				columns, exprs = slices.Delete(columns, old, old+1), slices.Delete(exprs, old, old+1)
				if old < i {
					i--
				}
			}
		}
		if i < 0 {
			columns, exprs = append(columns, col), append(exprs, e)
		} else {
			columns[i], exprs[i] = col, e
		}
		next = next.with(slices.Clone(columns))
	}
	return l.project(in, c.at, exprs, next, false)
}

// lookup adds the columns of a table to the rows that agree with it in some fields.
func (l *lowerer) lookup(in plan.Node, c *lookup) plan.Node {
	t, ok := l.catalog.Table(c.table.name)
	if !ok {
		e := l.fail(c.table.at, "there is no lookup %s here", c.table.name)
		if near := nearest(c.table.name, l.catalog.Names()); near != "" {
			_ = e.WithHint("did you mean %s?", near)
		} else {
			_ = e.WithHint("give it a file: casebook rules lookup add %s FILE.csv", c.table.name)
		}
		for _, on := range c.on {
			l.column(on.text, on.at)
		}
		l.scope = l.scope.guessed()
		return in
	}
	left := l.scope
	right, rs := l.scan(t, &from{place: c.place})
	n := &plan.Join{Kind: plan.LeftOuter, Left: in, Right: right}
	keys := map[string]bool{}
	for _, on := range c.on {
		keys[on.text] = true
		l.scope = left
		le := l.column(on.text, on.at)
		l.scope = rs
		re := l.column(on.text, on.at)
		if le == nil || re == nil {
			continue
		}
		le, re, ok := l.unify(le, re)
		if !ok {
			l.fail(on.at, "cannot join on %s: it is %s on the left and %s in %s", on.text, le.Type(), re.Type(), t.Name)
			continue
		}
		n.LeftKeys, n.RightKeys = append(n.LeftKeys, le), append(n.RightKeys, re)
	}
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
	return l.project(n, c.at, exprs, left.with(columns), false)
}
