package esql

import (
	"fmt"
	"strings"

	"casebook/engine/function"
	"casebook/engine/syntax"
)

// What people write who come from other languages, and how ES|QL says it.

// otherCommands are commands of KQL, SPL and SQL.
var otherCommands = map[string]string{
	"COUNT": "STATS COUNT(*)", "DISTINCT": "STATS BY and the columns", "EXTEND": "EVAL", "FIELDS": "KEEP and the columns", "FILTER": "WHERE",
	"GROUP": "STATS … BY and the columns", "HAVING": "a WHERE behind STATS", "HEAD": "LIMIT", "JOIN": "LOOKUP JOIN", "ORDER": "SORT",
	"PROJECT-AWAY": "DROP", "REX": "GROK or DISSECT", "SEARCH": "WHERE", "SELECT": "FROM table | KEEP columns", "SUMMARIZE": "STATS",
	"TABLE": "KEEP and the columns", "TAKE": "LIMIT", "TOP": "SORT and then LIMIT", "UNION": "FROM with several tables",
}

// otherWords stand behind an expression in other languages.
var otherWords = map[string]string{
	"ascending": "the order is written ASC", "between": "write x >= low AND x <= high", "contains": `write LIKE "*text*"`,
	"descending": "the order is written DESC", "endswith": `write ENDS_WITH(x, "text")`, "group": "the columns to group by stand behind BY",
	"has": `write LIKE "*text*"`, "having": "filter the groups with a WHERE behind STATS", "matches": "write RLIKE",
	"startswith": `write STARTS_WITH(x, "text")`, "then": "write CASE(condition, value, …)",
}

// beyond complains of what stands behind a whole command.
func (p *parser) beyond() {
	t := p.peek()
	e := p.fail(t.at, "expected | or the end of the query, found %s", describe(t))
	if t.kind != word {
		return
	}
	if hint, ok := otherWords[strings.ToLower(t.text)]; ok {
		_ = e.WithHint("%s", hint)
	} else if _, ok := commands[strings.ToUpper(t.text)]; ok {
		_ = e.WithHint("there is a | between two commands")
	}
}

// otherComparison complains of a comparison that is spelt otherwise here.
func (p *parser) otherComparison() bool {
	t, next := p.peek(), p.ahead(1)
	joined := func(a, b string) bool { return t.is(a) && next.is(b) && t.at.End == next.at.Start }
	switch {
	case joined("<", ">"):
		_ = p.fail(t.at.To(next.at), "<> is no operator").WithHint("inequality is written !=")
	case joined("==", "="):
		_ = p.fail(t.at.To(next.at), "=== is no operator").WithHint("equality is written ==")
	case t.is("="):
		_ = p.fail(t.at, "expected a comparison, found =").WithHint("equality is written ==")
	case t.is("=~"):
		_ = p.fail(t.at, "the operator =~ is not supported").WithHint("compare TO_LOWER(field) instead")
	default:
		return false
	}
	return true
}

// strange says what to write in place of a character that has no meaning.
func strange(c byte) string {
	switch {
	case c == '\'':
		return `strings are written "like this"`
	case c == '&':
		return "and is written AND"
	case c == '!':
		return "not is written NOT"
	case c == '#' || c == '$' || c >= 0x80:
		return "names with other characters than letters, digits and _ are written in `backticks`"
	}
	return ""
}

// called is a hint for the name of a function that stands without brackets.
func called(name string) (string, bool) {
	name = strings.ToLower(name)
	_, special := specials[name]
	if rows := function.Lookup(function.ESQL, name); !special && (len(rows) == 0 || !isName(name)) {
		return "", false
	}
	return fmt.Sprintf("a function is called with brackets: %s(…)", strings.ToUpper(name)), true
}

// percent notes a LIKE pattern as SQL has them, which matches only texts with that very sign.
func (l *lowerer) percent(pattern string, at syntax.Span) {
	if strings.Contains(pattern, "%") && !strings.ContainsAny(pattern, "*?") {
		p := l.file.Position(at.Start)
		l.notice("line %d:%d: LIKE takes %% as a sign like any other: for any text write *", p.Line, p.Column)
	}
}
