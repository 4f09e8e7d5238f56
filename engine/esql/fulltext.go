package esql

import (
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// MATCH(field, "text") and field : "text" are true for a keyword that is the text and for a text field that has one of its
// words; any of several values will do, and a missing field is no match.

func (l *lowerer) matchCall(c *call) plan.Expr {
	if len(c.args) != 2 {
		l.fail(c.at, "MATCH takes 2 arguments, found %d", len(c.args))
		return nil
	}
	return l.match(c.args[0], c.args[1], c.options, c.at)
}

func (l *lowerer) match(field, query expr, options []option, at syntax.Span) plan.Expr {
	f, q := l.expr(field), l.expr(query)
	if f == nil || q == nil {
		return nil
	}
	lit, ok := q.(*plan.Lit)
	if !ok {
		l.fail(query.span(), "expected a constant to match with, found %s", l.file.Slice(query.span()))
		return nil
	}
	mode := "or"
	fuzzy := ""
	for _, o := range options {
		switch value := printLiteral(o.value); strings.ToLower(o.key) {
		case "operator":
			mode = strings.ToLower(strings.Trim(value, `"`))
		case "fuzziness":
			fuzzy = strings.ToUpper(strings.Trim(value, `"`))
		case "boost", "max_expansions", "prefix_length", "lenient", "fuzzy_transpositions", "fuzzy_rewrite", "auto_generate_synonyms_phrase_query":
		default:
			_ = l.fail(o.at, "the option %s of MATCH is not supported", o.key).WithHint("operator and fuzziness are")
			return nil
		}
	}
	t := f.Type()
	if t == column.Null || lit.Value.Type == column.Null {
		return l.null(column.Bool, at)
	}
	if t == column.String || t == column.Text {
		if lit.Value.Type != column.String {
			l.fail(query.span(), "expected a text to match a %s with, found %s", t, lit.Value.Type)
			return nil
		}
		row := "$match"
		if t == column.Text || isTextCast(field) {
			row = "$match_words"
		}
		return l.row1(row, at, f, q, l.text(mode, at), l.text(fuzzy, at))
	}
	q, ok = l.as(q, t)
	if !ok || q == nil {
		if !ok {
			l.mismatch(at, "match", f, lit)
		}
		return nil
	}
	return l.row1("$any_equals", at, f, q)
}

// isTextCast: MATCH looks at the field behind a cast, and a string there may be a text.
func isTextCast(e expr) bool {
	c, ok := e.(*cast)
	return ok && strings.EqualFold(c.to, "text")
}

func (l *lowerer) text(s string, at syntax.Span) plan.Expr {
	return &plan.Lit{Value: oneString(s), At: at}
}
