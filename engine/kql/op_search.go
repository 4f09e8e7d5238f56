package kql

import (
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// search keeps the rows in which any column, or a named one, has a term. Without a star, a term is a whole one (has).
func (b *binder) search(s *scope, rel *relation, o *opSearch) *relation {
	fold := true
	for _, opt := range o.options {
		if w := b.word(opt); opt.name == "kind" {
			fold = w != "case_sensitive"
		}
	}
	first := rel == nil
	if !first {
		if len(o.tables) > 0 {
			b.errorf(o.span, "search in (…) begins a query, and rows stand before it")
			return nil
		}
		// The rows say where they were found: here, in the one table that was searched.
		exprs := append([]plan.Expr{lit(column.String, "search_arg0", o.span)}, columnRefs(rel.cols(), o.span)...)
		out := append([]column.Field{{Name: "$table", Type: column.String}}, rel.cols()...)
		rel = &relation{node: project(rel.node, exprs, out, o.span, true), ordered: rel.ordered}
	}
	if first {
		var tables []*relation
		if len(o.tables) == 0 {
			var ok bool
			if tables, ok = b.everything(s, o.span, "write search in (Table) …, or Table | search …"); !ok {
				return nil
			}
		}
		for _, t := range o.tables {
			list, ok := b.unionTables(s, t)
			if !ok {
				return nil
			}
			tables = append(tables, list...)
		}
		if rel = b.united(tables, false, "$table", o.span); rel == nil {
			return nil
		}
	}
	r := &row{scope: s, cols: rel.cols(), ordered: rel.ordered}
	x := b.searched(r, o.x, fold)
	if x == nil {
		return nil
	}
	return b.filter(rel, r, x, o.span)
}

func (b *binder) searched(r *row, x expr, fold bool) plan.Expr {
	switch x := x.(type) {
	case *literal:
		if text, ok := x.value.(string); ok {
			return b.anywhere(r, x, text, fold)
		}
	case *unary:
		if x.op == "not" {
			v := b.searched(r, x.x, fold)
			if v == nil {
				return nil
			}
			return b.make("not", x.span, column.Bool, v)
		}
	case *star:
		return lit(column.Bool, true, x.span)
	case *binary:
		switch x.op {
		case "and", "or":
			l, v := b.searched(r, x.l, fold), b.searched(r, x.r, fold)
			if l == nil || v == nil {
				return nil
			}
			return b.make(x.op, x.span, column.Bool, l, v)
		case ":":
			col := b.scalar(r, x.l)
			term := b.scalar(&row{scope: r.scope, constant: true}, x.r)
			if col == nil || term == nil {
				return nil
			}
			value, _ := constant(term)
			if text, ok := value.(string); ok {
				return b.term(col, text, fold, x)
			}
			return b.compare(&binary{at: x.at, op: "==", opAt: x.opAt}, col, term)
		}
		if _, all := x.l.(*star); all {
			return b.anyColumn(r, x)
		}
	}
	v := b.scalar(r, x)
	if v == nil {
		return nil
	}
	if v.Type() == column.Bool {
		return v
	}
	b.errorf(x.place(), "search wants a term in quotes or a condition")
	return nil
}

// anyColumn is "* op value": some column for which the operator is defined.
func (b *binder) anyColumn(r *row, x *binary) plan.Expr {
	if x.op != "==" && x.op != "matches regex" && !has(levels[len(levels)-1], x.op) {
		b.errorf(x.opAt, "'*' cannot stand before '%s'", x.op).WithHint("it looks for what is like a text in any column: * has \"text\"")
		return nil
	}
	var any plan.Expr
	compared := 0
	for i, c := range r.cols {
		col := &plan.Col{Index: i, Name: c.Name, T: c.Type, At: x.span}
		v := b.scalar(r, x.r)
		if v == nil {
			return nil
		}
		known := len(b.errs)
		one := b.operate(x, col, v)
		if one == nil {
			b.errs = b.errs[:known]
			continue
		}
		any = b.either(any, one, x.span)
		compared++
	}
	switch {
	case compared > 1 && strings.ContainsAny(x.op[:1], "!n"):
		b.errorf(x.opAt, "'*' before '%s' is only clear where one column holds text, and here are %d", x.op, compared).
			WithHint("write not(* has \"text\") for rows without it, or name the column")
		return nil
	case any == nil:
		return lit(column.Bool, false, x.span)
	}
	return any
}

// anywhere is a term in any column; every value is read as text.
func (b *binder) anywhere(r *row, x *literal, text string, fold bool) plan.Expr {
	var any plan.Expr
	for i, c := range r.cols {
		if c.Name == "$table" {
			continue
		}
		one := b.term(&plan.Col{Index: i, Name: c.Name, T: c.Type, At: x.span}, text, fold, x)
		if one == nil {
			continue
		}
		any = b.either(any, one, x.span)
	}
	if any == nil {
		return lit(column.Bool, false, x.span)
	}
	return any
}

// term tests one column: "a" whole, "a*" at the start of a term, "*a" at its end, "*a*" anywhere.
func (b *binder) term(col plan.Expr, text string, fold bool, x expr) plan.Expr {
	s := col
	if s.Type() != column.String {
		if s = b.cast(s, column.String, false); s == nil {
			return nil
		}
	}
	head, tail := strings.HasPrefix(text, "*"), len(text) > 1 && strings.HasSuffix(text, "*")
	if text == "*" {
		return lit(column.Bool, true, x.place())
	}
	word := strings.TrimSuffix(strings.TrimPrefix(text, "*"), "*")
	op := "has"
	switch {
	case head && tail:
		op = "contains"
	case head:
		op = "hassuffix"
	case tail:
		op = "hasprefix"
	}
	if strings.Contains(word, "*") {
		parts := strings.Split(text, "*")
		return b.make("wildcard", x.place(), column.Bool, s, lit(column.String, strings.Join(parts, "*"), x.place()), lit(column.Bool, fold, x.place()))
	}
	if !fold {
		op += "_cs"
	}
	return b.make(op, x.place(), column.Bool, s, lit(column.String, word, x.place()))
}

// either is a condition or another; there may be no first one yet.
func (b *binder) either(first, second plan.Expr, at syntax.Span) plan.Expr {
	if first == nil {
		return second
	}
	return b.make("or", at, column.Bool, first, second)
}
