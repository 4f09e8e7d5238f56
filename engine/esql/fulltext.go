package esql

import (
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
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
	if !l.searches(c.place, "MATCH", false) {
		return nil
	}
	return l.match(c.args[0], c.args[1], c.options, c.at)
}

// multiMatch is a match of one text with any of some fields.
func (l *lowerer) multiMatch(c *call) plan.Expr {
	if len(c.args) < 2 {
		l.fail(c.at, "MULTI_MATCH takes a text and 1 or more fields, found %d arguments", len(c.args))
		return nil
	}
	if !l.searches(c.place, "MULTI_MATCH", false) {
		return nil
	}
	var parts []plan.Expr
	for _, field := range c.args[1:] {
		if x := l.match(field, c.args[0], c.options, c.at); x != nil {
			parts = append(parts, x)
		}
	}
	switch {
	case len(parts) < len(c.args)-1:
		return nil
	case len(parts) == 1:
		return parts[0]
	}
	return l.row1("or", c.at, parts...)
}

// matchPhrase is true for a keyword that is the text, and for a text field that has its words one after the other.
func (l *lowerer) matchPhrase(c *call) plan.Expr {
	if len(c.args) != 2 {
		l.fail(c.at, "MATCH_PHRASE takes 2 arguments, found %d", len(c.args))
		return nil
	}
	for _, o := range c.options {
		if key := strings.ToLower(o.key); key != "boost" {
			l.fail(o.at, "the option %s of MATCH_PHRASE is not supported", o.key)
			return nil
		}
	}
	if !l.searches(c.place, "MATCH_PHRASE", false) {
		return nil
	}
	f, q := l.expr(c.args[0]), l.expr(c.args[1])
	if f == nil || q == nil {
		return nil
	}
	switch t := f.Type(); {
	case !isLiteralText(q):
		l.fail(c.args[1].span(), "expected a constant text as the phrase, found %s", l.file.Slice(c.args[1].span()))
		return nil
	case t == column.Null:
		return l.null(column.Bool, c.at, f)
	case t == column.Text || t == column.String && isTextCast(c.args[0]):
		return l.row1("$match_phrase", c.at, f, q)
	case t == column.String:
		return l.row1("$any_equals", c.at, f, q)
	}
	l.fail(c.args[0].span(), "expected a text to look for a phrase in, found %s", f.Type())
	return nil
}

func (l *lowerer) match(field, query expr, options []option, at syntax.Span) plan.Expr {
	f, q := l.expr(field), l.held(query)
	if f == nil || q == nil {
		return nil
	}
	lit, ok := q.(*plan.Lit)
	if !ok {
		l.fail(query.span(), "expected a constant to match with, found %s", l.file.Slice(query.span()))
		return nil
	}
	mode := "or"
	fuzzy, narrows, capped := "", option{}, option{}
	for _, o := range options {
		switch value := printLiteral(o.value); strings.ToLower(o.key) {
		case "operator":
			if mode = strings.ToLower(strings.Trim(value, `"`)); mode != "and" && mode != "or" {
				l.fail(o.at, "the operator of MATCH is \"and\" or \"or\", found %s", value)
				return nil
			}
		case "fuzziness":
			if fuzzy = strings.ToUpper(strings.Trim(value, `"`)); !slices.Contains([]string{"AUTO", "0", "1", "2"}, fuzzy) {
				l.fail(o.at, "the fuzziness of MATCH is AUTO, 0, 1 or 2, found %s", value)
				return nil
			}
		case "prefix_length", "fuzzy_transpositions":
			if value != "0" && !strings.EqualFold(value, "true") { // which is how it is without them
				narrows = o
			}
		case "max_expansions":
			capped = o
		case "boost", "lenient", "fuzzy_rewrite", "auto_generate_synonyms_phrase_query":
		default:
			_ = l.fail(o.at, "the option %s of MATCH is not supported", o.key).WithHint("operator and fuzziness are")
			return nil
		}
	}
	if narrows.key != "" && fuzzy != "" && fuzzy != "0" {
		_ = l.fail(narrows.at, "the option %s of MATCH is not supported beside fuzziness", narrows.key).WithHint("every word with so few edits matches")
		return nil
	}
	if capped.key != "" && fuzzy != "" && fuzzy != "0" {
		p := l.file.Position(capped.at.Start)
		l.notice("line %d:%d: every word with so few edits matches, where Elastic takes the first %s in each part of an index", p.Line, p.Column, printLiteral(capped.value))
	}
	t := f.Type()
	if t == column.Null || lit.Value.Type == column.Null {
		return l.null(column.Bool, at, f, lit)
	}
	if lit.Value.Offsets != nil {
		l.fail(query.span(), "expected one value to match with, found %s", l.file.Slice(query.span()))
		return nil
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
	if lit.Value.Type != column.String && lit.Value.Type != t && !(isNumber(lit.Value.Type) && isNumber(t)) {
		l.mismatch(at, "match", f, lit)
		return nil
	}
	return (&kibana{l: l, at: query.span()}).against(f, ":", function.TextOf(lit.Value.Type, lit.Value.Value(0)))
}

// isTextCast: MATCH looks at the field behind a cast, and a string there may be a text.
func isTextCast(e expr) bool {
	c, ok := e.(*cast)
	return ok && strings.EqualFold(c.to, "text")
}

func (l *lowerer) text(s string, at syntax.Span) plan.Expr {
	return &plan.Lit{Value: oneString(s), At: at}
}
