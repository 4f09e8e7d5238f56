package esql

import (
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// The commands that choose and name columns.

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
		if l.over() {
			return in
		}
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
				extra = append(extra, scoped{name: p.pieces[0], typ: typ, broken: broken, absent: []string{p.pieces[0]}})
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
			exprs, columns = append(exprs, l.lacking(col.name, c.at)), append(columns, col)
			continue
		}
		exprs, columns = append(exprs, l.scope.col(x.index, c.at)), append(columns, l.scope.columns[x.index])
	}
	next := l.scope.closed(columns)
	for _, p := range c.names {
		if !p.exact() && l.scope.open {
			next.open, next.guess, next.globs = true, l.scope.guess, append(next.globs, p)
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
	if _, meta := metadata[name]; meta && !l.scope.gone[name] && !l.scope.guess {
		if l.scope.lacks(name) {
			l.notice("%s was not asked for and is taken as null: write FROM … METADATA %s", name, name)
			return true
		}
		_ = l.fail(at, "unknown column %s", name).WithHint("ask for it behind the tables: FROM … METADATA %s", name)
		return false
	}
	near := nearest(name, l.scope.names())
	switch lacks := l.scope.lacks(name); {
	case lacks && l.scope.guess:
		return false
	case lacks && near != "":
		l.notice("the field %s is in no loaded table and taken as null; did you mean %s?", name, near)
		return true
	case lacks:
		text := "the field " + name + " is in no loaded table and taken as null"
		if hint, ok := called(name); ok {
			text += "; " + hint
		} else if l.instead != "" {
			text += "; " + l.instead
		}
		l.notice("%s", text)
		return true
	}
	e := l.fail(at, "unknown column %s", name)
	if near != "" {
		_ = e.WithHint("did you mean %s?", near)
	} else if l.scope.gone[name] {
		_ = e.WithHint("an earlier command dropped or renamed it")
	} else if hint, ok := called(name); ok {
		_ = e.WithHint("%s", hint)
	} else if field, ok := strings.CutSuffix(name, ".keyword"); ok && l.scope.find(field) >= 0 {
		_ = e.WithHint("the field itself is compared: %s", field)
	} else if l.instead != "" {
		_ = e.WithHint("%s", l.instead)
	} else if names := l.scope.names(); !l.scope.open && len(names) > 0 && len(names) <= fewNames && !slices.ContainsFunc(names, hidden) {
		_ = e.WithHint("there is %s", strings.Join(printNames(names), ", "))
	}
	return false
}

// fewNames is how many columns a hint can name.
const fewNames = 8

// hidden tells a column that no query can name.
func hidden(name string) bool { return strings.HasPrefix(name, "\x00") }

func printNames(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = printName(n)
	}
	return out
}

func (l *lowerer) drop(in plan.Node, c *drop) plan.Node {
	drops := make([]bool, len(l.scope.columns))
	for _, p := range c.names {
		if l.over() {
			return in
		}
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
	next := l.scope.with(columns)
	for _, p := range c.names {
		if p.exact() { // a field of an open table is dropped though no event carries it
			next.gone[p.pieces[0]] = true
		}
	}
	return l.project(in, c.at, exprs, next, false)
}

// rename names columns anew, one after the other; a column that had the new name goes.
func (l *lowerer) rename(in plan.Node, c *rename) plan.Node {
	exprs, columns := l.without(nil, c.at)
	next := l.scope
	for _, r := range c.pairs {
		if l.over() {
			return in
		}
		l.scope = next
		i := slices.IndexFunc(columns, func(col scoped) bool { return col.name == r.old.text })
		var col scoped
		var e plan.Expr
		if i < 0 {
			if r.new.at.Start < r.old.at.Start && next.find(r.new.text) >= 0 {
				_ = l.fail(r.old.at, "unknown column %s", r.old.text).WithHint("the name that a column has stands behind =, as in %s = %s", printName(r.old.text), printName(r.new.text))
				continue
			}
			known := l.unknownColumn(r.old.text, r.old.at)
			col, e = scoped{name: r.new.text, typ: column.Null, broken: !known, absent: []string{r.old.text}}, l.lacking(r.old.text, r.old.at)
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
