package esql

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

func (l *lowerer) dissect(in plan.Node, c *dissect) plan.Node {
	text, _ := c.pattern.str()
	separator := ""
	if c.separator != nil {
		separator, _ = c.separator.str()
	}
	p, err := newDissect(text, separator)
	if err != nil {
		l.fail(c.pattern.at, "%v", err)
		return in
	}
	fields := make([]column.Field, len(p.names))
	for i, n := range p.names {
		fields[i] = column.Field{Name: n, Type: column.String}
	}
	return l.extract(in, c.at, l.taken(c.input), p, fields)
}

func (l *lowerer) grok(in plan.Node, c *grok) plan.Node {
	var all grokAny
	var fields []column.Field
	for _, lit := range c.patterns {
		text, _ := lit.str()
		p, err := newGrok(text)
		if err != nil {
			l.fail(lit.at, "%v", err)
			return in
		}
		for _, f := range p.fields {
			at := slices.IndexFunc(fields, func(other column.Field) bool { return other.Name == f.Name })
			if at < 0 {
				fields = append(fields, f)
			} else if fields[at].Type != f.Type {
				l.fail(lit.at, "the patterns give %s different types: %s and %s", f.Name, fields[at].Type, f.Type)
				return in
			}
		}
		all.patterns = append(all.patterns, p)
	}
	for _, p := range all.patterns {
		places := make([]int, len(fields))
		for i, f := range fields {
			places[i] = slices.IndexFunc(p.fields, func(other column.Field) bool { return other.Name == f.Name })
		}
		all.places = append(all.places, places)
	}
	return l.extract(in, c.at, l.taken(c.input), &all, fields)
}

// taken is the text that a command takes apart; nil after a complaint.
func (l *lowerer) taken(input expr) plan.Expr {
	text := l.expr(input)
	if text == nil {
		return nil
	}
	switch text.Type() {
	case column.String, column.Text:
		return text
	case column.Null:
		return l.null(column.String, input.span(), text)
	}
	l.fail(input.span(), "expected a text to take apart, found %s", text.Type())
	return nil
}

// extract adds the columns of a pattern at the end; they take the place of those with their names.
func (l *lowerer) extract(in plan.Node, at syntax.Span, text plan.Expr, p plan.Pattern, fields []column.Field) plan.Node {
	if text == nil {
		return in
	}
	n := &plan.Extract{Base: plan.Base{Out: l.scope.schema(), At: at, Hidden: true}, Input: in, Text: text, Pattern: p, Place: l.place(at)}
	columns := make([]scoped, len(fields))
	for i, f := range fields {
		n.Outs = append(n.Outs, len(n.Out))
		n.Out = append(n.Out, f)
		columns[i] = scoped{name: f.Name, typ: f.Type}
	}
	exprs, kept := l.without(columns, at)
	for i, f := range fields {
		exprs = append(exprs, &plan.Col{Index: n.Outs[i], Name: f.Name, T: f.Type, At: at})
	}
	return l.project(n, at, exprs, l.scope.grown(append(kept, columns...)), false)
}
