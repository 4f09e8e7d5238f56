package esql

import (
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// ENRICH adds to each row what a table says of one of its columns. The vendor keeps such tables with a policy, which names the column that
// rows are found by; here they are lookups, and that column is their key. A row stays one row: the values of all that is found stand in it.

func (p *parser) enrich(start syntax.Span) command {
	c := &enrich{table: p.tableName()}
	if p.accept("on") {
		on := p.name()
		c.on = &on
	}
	if p.accept("with") {
		c.with = list(p, func() enriched {
			start := p.here()
			e := enriched{field: p.name()}
			e.as = e.field
			if p.accept("=") {
				e.field = p.name()
			}
			e.place = p.since(start)
			return e
		})
	}
	c.place = p.since(start)
	return c
}

// policy is the table that ENRICH names, in front of which may stand on which cluster it is.
func (l *lowerer) policy(c *enrich) (*plan.Table, bool) {
	name := c.table.name
	if mode, rest, ok := strings.Cut(name, ":"); ok && slices.Contains([]string{"_any", "_coordinator", "_remote"}, strings.ToLower(mode)) {
		name = rest
	}
	t, ok := l.lookupTable(name, c.table.at)
	if ok && len(t.Fields) == 0 {
		l.fail(c.table.at, "%s is no lookup: it has no columns of its own", name)
		return nil, false
	}
	return t, ok
}

func (l *lowerer) enrich(in plan.Node, c *enrich) plan.Node {
	t, ok := l.policy(c)
	if !ok {
		if c.on != nil {
			l.column(c.on.text, c.on.at)
		}
		l.scope = l.scope.guessed()
		return in
	}
	left := l.scope
	right, rs := l.scan(t, &from{place: c.place})
	key := t.Key
	if key == "" {
		key = t.Fields[0].Name
	}
	on := name{place{c.table.at}, key}
	switch {
	case c.on != nil:
		on = *c.on
	case left.find(key) < 0 && !left.lacks(key):
		_ = l.fail(c.table.at, "%s is looked up by %s, and no column is called so", t.Name, key).WithHint("name the column: ENRICH %s ON …", t.Name)
		return in
	}
	n := &plan.Join{Kind: plan.LeftGather, Left: in, Right: right}
	value, block := l.column(on.text, on.at), rs.col(rs.find(key), c.at)
	if !t.Blocks {
		l.joinKey(n, value, block, on.at, t.Name)
	} else if value != nil {
		l.joinBlock(n, value, block, on.at, t.Name)
	}
	n.Base = plan.Base{Out: append(left.schema(), rs.schema()...), At: c.at, Hidden: true}
	fields := c.with
	if fields == nil {
		for _, f := range t.Fields {
			if at := (place{c.table.at}); f.Name != key {
				fields = append(fields, enriched{at, name{at, f.Name}, name{at, f.Name}})
			}
		}
	}
	var exprs []plan.Expr
	var columns []scoped
	replaced := map[string]bool{}
	for _, f := range fields {
		replaced[f.as.text] = true
	}
	for i, col := range left.columns {
		if !replaced[col.name] {
			exprs, columns = append(exprs, left.col(i, c.at)), append(columns, col)
		}
	}
	for i, f := range fields {
		at := rs.find(f.field.text)
		switch {
		case at < 0 || f.field.text == key:
			l.noField(t, f.field, key)
			continue
		case slices.ContainsFunc(fields[i+1:], func(later enriched) bool { return later.as.text == f.as.text }):
			continue
		}
		e := rs.col(at, f.at).(*plan.Col)
		e.Index += len(left.columns)
		col := rs.columns[at]
		col.name = f.as.text
		exprs, columns = append(exprs, e), append(columns, col)
	}
	l.scope = left
	if len(n.LeftKeys) == 0 { // its mistake was told
		return in
	}
	return l.project(n, c.at, exprs, left.with(columns), false)
}

// joinBlock makes a column the address by which blocks are found.
func (l *lowerer) joinBlock(n *plan.Join, value, block plan.Expr, at syntax.Span, table string) {
	switch t := value.Type(); t {
	case column.String, column.Text:
		value = l.row1("to_ip", at, value)
	case column.Null:
		value = l.convert(value, column.IP)
	case column.IP:
	default:
		l.fail(at, "%s is looked up by an address, found %s", table, t)
		return
	}
	n.LeftKeys, n.RightKeys, n.Within = []plan.Expr{value}, []plan.Expr{block}, true
}

// noField complains of a column that a table of ENRICH does not add.
func (l *lowerer) noField(t *plan.Table, field name, key string) {
	if field.text == key {
		l.fail(field.at, "%s is what %s is looked up by, and is not added", key, t.Name)
		return
	}
	var known []string
	for _, f := range t.Fields {
		if f.Name != key {
			known = append(known, f.Name)
		}
	}
	e := l.fail(field.at, "%s has no column %s", t.Name, field.text)
	if near := nearest(field.text, known); near != "" {
		_ = e.WithHint("did you mean %s?", near)
	} else {
		_ = e.WithHint("it has %s", strings.Join(known, ", "))
	}
}
