package esql

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
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
	"all": "write IN (…), or MV_MIN(x) and MV_MAX(x) of several values", "as": "a name stands in front: name = value", "asc": "only SORT has an order", "ascending": "the order is written ASC", "dsc": "the order is written DESC", "between": "write x >= low AND x <= high", "contains": `write LIKE "*text*"`,
	"descending": "the order is written DESC", "else": "write CASE(condition, value, …, otherwise)", "endswith": `write ENDS_WITH(x, "text")`, "group": "the columns to group by stand behind BY",
	"has": `write LIKE "*text*"`, "having": "filter the groups with a WHERE behind STATS", "matches": "write RLIKE",
	"startswith": `write STARTS_WITH(x, "text")`, "then": "write CASE(condition, value, …)",
}

// beyond complains of what stands behind a whole command.
func (p *parser) beyond(c command) {
	t, hint := p.peek(), p.missing(c)
	e := p.fail(t.at, "expected | or the end of the query, found %s", describe(t))
	if hint != "" {
		_ = e.WithHint("%s", hint)
	}
}

// missing says what was perhaps meant by what stands behind a whole command; "" where nobody knows.
func (p *parser) missing(c command) string {
	t, next, before := p.peek(), p.ahead(1), p.tokens[max(p.at-1, 0)]
	switch {
	case lists(c) && t.kind == word && commands[strings.ToUpper(t.text)] == nil:
		return "there is a comma between two columns"
	case t.is("["):
		return "MV_FIRST(x) and MV_SLICE(x, from, to) take some of several values"
	case strings.HasPrefix(t.text, "--") || t.is("-") && next.is("-"):
		return "a comment begins with //"
	case t.is(";") && next.kind == end:
		return "a query ends without ;"
	case t.word("not") && next.word("null"):
		return "write IS NOT NULL"
	case strings.HasPrefix(t.text, "_") && before.kind == integer && before.at.End == t.at.Start:
		return "numbers are written in digits alone"
	}
	if hint := p.between(c); hint != "" {
		return hint
	}
	if hint, ok := otherWords[strings.ToLower(t.text)]; ok {
		return hint
	}
	if _, ok := commands[strings.ToUpper(t.text)]; ok {
		return "there is a | between two commands"
	}
	if other, ok := otherCommands[strings.ToUpper(t.text)]; ok {
		return "ES|QL has " + other + " for that, behind a |"
	}
	return ""
}

// between says what is missing between the command and the name of a column that stands behind it.
func (p *parser) between(c command) string {
	n := 0
	for k := p.peek().kind; k == word || k == quoted || k == doubled || p.ahead(n).is("."); k = p.ahead(n).kind {
		n++
	}
	if n == 0 && p.peek().is(",") {
		switch c.(type) {
		case *mvExpand:
			return "one MV_EXPAND expands one column"
		case *where:
			return "conditions are joined by AND or OR"
		}
	}
	next := p.ahead(n)
	compares := next.is("==") || next.is("!=") || next.is("<") || next.is(">") || next.is("<=") || next.is(">=")
	switch c.(type) {
	case *dedup:
		return "DEDUP takes whole rows: KEEP the columns first, or STATS BY them"
	case *eval, *row, *stats:
		if n > 0 && next.is("=") {
			return "there is a comma between two fields"
		}
	case *where:
		if n > 0 && compares {
			return "conditions are joined by AND or OR"
		}
	}
	return ""
}

// joined complains of || where a pipe stands, which other languages have for two things.
func (p *parser) joined() {
	if t, next := p.peek(), p.ahead(1); t.is("|") && next.is("|") && t.at.End == next.at.Start {
		start := p.at
		_ = p.fail(t.at.To(next.at), "|| is no operator").WithHint("or is written OR; texts are joined by CONCAT(a, b)")
		p.recover(start+2, false)
	}
}

// lists tells whether a command is a list of columns.
func lists(c command) bool {
	switch c.(type) {
	case *drop, *keep:
		return true
	}
	return false
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

// otherQuotes are signs between which other languages and word processors put texts.
var otherQuotes = map[string]string{"'": "'", "“": "”", "‘": "’", "„": "“", "«": "»", "”": "”"}

// strange says what to write in place of a character that has no meaning.
func strange(c byte, text string) string {
	_, quote := otherQuotes[text]
	switch {
	case quote:
		return `strings are written "like this"`
	case c == '&':
		return "and is written AND"
	case c == '!':
		return "not is written NOT"
	case c == '^':
		return "a power is written POW(x, y)"
	case c == '#' || c == '$' || c >= 0x80:
		return "names with other characters than letters, digits and _ are written in `backticks`"
	}
	return ""
}

// isFunction tells whether a person can call something by a name.
func isFunction(name string) bool {
	name = strings.ToLower(name)
	_, special := specials[name]
	return special || isName(name) && len(function.Lookup(function.ESQL, name)) > 0
}

// called is a hint for the name of a function that stands without brackets.
func called(name string) (string, bool) {
	if !isFunction(name) {
		return "", false
	}
	if strings.EqualFold(name, "count") {
		return "rows are counted with COUNT(*)", true
	}
	return fmt.Sprintf("a function is called with brackets: %s(…)", strings.ToUpper(name)), true
}

// otherFunctions are functions of other languages.
var otherFunctions = map[string]string{
	"ago": "NOW() - 24 hours", "any": "MV_FIRST(VALUES(x))", "arg_max": "LAST(x, @timestamp)", "arg_min": "FIRST(x, @timestamp)", "array_length": "MV_COUNT(x)",
	"countif": "COUNT(*) WHERE condition", "date": `"2026-01-31" or TO_DATETIME(x)`,
	"datetime": `"2026-01-31" or TO_DATETIME(x)`, "dc": "COUNT_DISTINCT(x)", "dcount": "COUNT_DISTINCT(x)", "extract": "GROK and DISSECT",
	"if": "CASE(condition, value, otherwise)", "iff": "CASE(condition, value, otherwise)", "iif": "CASE(condition, value, otherwise)",
	"ifnull": "COALESCE(x, otherwise)", "indexof": "LOCATE(text, part)", "isempty": `x IS NULL OR x == ""`, "isnotempty": `x IS NOT NULL AND x != ""`,
	"isnotnull": "x IS NOT NULL", "isnull": "x IS NULL", "len": "LENGTH(x)", "list": "VALUES(x)", "lower": "TO_LOWER(x)", "make_list": "VALUES(x)",
	"make_set": "VALUES(x)", "nvl": "COALESCE(x, otherwise)", "parse_json": "JSON_EXTRACT(text, path)", "regexp_replace": "REPLACE(text, pattern, with)",
	"replace_regex": "REPLACE(text, pattern, with)", "strcat": "CONCAT(a, b)", "strlen": "LENGTH(x)", "sumif": "SUM(x) WHERE condition",
	"todynamic": "JSON_EXTRACT(text, path)", "upper": "TO_UPPER(x)",
}

// outsideStats complains of an aggregate where there are no groups.
func (l *lowerer) outsideStats(c *call) {
	e := l.fail(c.nameAt, "%s is an aggregate and belongs into STATS", strings.ToUpper(c.name))
	text := l.file.Slice(c.at)
	for _, column := range l.scope.columns {
		if strings.EqualFold(column.name, text) {
			_ = e.WithHint("the column is written `%s`", column.name)
			return
		}
	}
	_ = e.WithHint("give it a name there, as in STATS n = %s, and use the name behind it; INLINE STATS keeps the rows", text)
}

// doubled notes a field of EVAL that compares where a name was meant.
func (l *lowerer) doubled(f field) {
	b, ok := f.value.(*binary)
	if !ok || f.name != nil || b.op != "==" {
		return
	}
	if r, ok := b.left.(*ref); ok {
		p := l.file.Position(f.at.Start)
		l.notice("line %d:%d: this compares, and makes a column called %s: %s = … gives a value a name", p.Line, p.Column, l.fieldName(f), printName(r.name))
	}
}

// withNull notes a comparison with null, which no row passes.
func (l *lowerer) withNull(e *binary) {
	for _, side := range []expr{e.left, e.right} {
		if lit, ok := side.(*literal); ok && lit.value != nil && lit.value.Type == column.Null {
			p := l.file.Position(e.at.Start)
			l.notice("line %d:%d: a comparison with null is never true: write IS NULL or IS NOT NULL", p.Line, p.Column)
			return
		}
	}
}

// bareDate is a date without its quotes, which computes a number.
var bareDate = regexp.MustCompile(`^[12][0-9]{3} *- *[0-9]{1,2} *- *[0-9]{1,2}$`)

// fits says how a constant would have to be written to go together with the other side.
func fits(constant, other plan.Expr, written string) string {
	lit, ok := constant.(*plan.Lit)
	if !ok || lit.Value.IsNull(0) {
		return ""
	}
	switch s, isText := lit.Value.Value(0).(string); {
	case isText && isNumber(other.Type()):
		if _, err := strconv.ParseFloat(s, 64); err == nil {
			return "numbers are written without quotes: " + s
		}
	case isNumber(lit.Value.Type) && other.Type() == column.ULong:
		return fmt.Sprintf("write %s::unsigned_long", written)
	case isNumber(lit.Value.Type) && (other.Type() == column.String || other.Type() == column.Text):
		return fmt.Sprintf("texts are written in quotes: %q", written)
	}
	return ""
}

// percent notes a LIKE pattern as SQL has them, which matches only texts with that very sign.
func (l *lowerer) percent(pattern string, at syntax.Span) {
	if strings.Contains(pattern, "%") && !strings.ContainsAny(pattern, "*?") {
		p := l.file.Position(at.Start)
		l.notice("line %d:%d: LIKE takes %% as a sign like any other: for any text write *", p.Line, p.Column)
	}
}

// anchored notes an RLIKE pattern with signs that other languages' expressions have and Lucene's take as they are.
func (l *lowerer) anchored(pattern string, at syntax.Span) {
	p := l.file.Position(at.Start)
	switch {
	case strings.HasPrefix(pattern, "^") || strings.HasSuffix(pattern, "$") && !strings.HasSuffix(pattern, `\$`):
		l.notice("line %d:%d: RLIKE matches the whole text, and takes ^ and $ as signs like any other", p.Line, p.Column)
	case strings.Contains(pattern, "(?i)"):
		l.notice("line %d:%d: RLIKE takes (?i) as signs like any other: match TO_LOWER(field)", p.Line, p.Column)
	}
}
