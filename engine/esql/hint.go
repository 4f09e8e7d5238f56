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
	"GROUP": "STATS … BY and the columns", "HAVING": "a WHERE behind STATS", "HEAD": "LIMIT", "JOIN": "LOOKUP JOIN", "LET": "EVAL",
	"MVEXPAND": "MV_EXPAND", "ORDER": "SORT", "PARSE": "DISSECT or GROK", "PROJECT-AWAY": "DROP", "REGEX": "WHERE … RLIKE", "REX": "GROK or DISSECT",
	"SEARCH": "WHERE", "SELECT": "FROM table | KEEP columns", "SPATH": "JSON_EXTRACT(text, path)", "SUMMARIZE": "STATS", "TABLE": "KEEP and the columns",
	"TAIL": "SORT … DESC and then LIMIT", "TAKE": "LIMIT", "TIMECHART": "STATS … BY BUCKET(@timestamp, 1 hour)", "TOP": "SORT and then LIMIT",
	"UNION": "FROM with several tables",
}

// otherWords stand behind an expression in other languages.
var otherWords = map[string]string{
	"all": "write IN (…), or MV_MIN(x) and MV_MAX(x) of several values", "as": "a name stands in front: name = value", "asc": "only SORT has an order",
	"ascending": "the order is written ASC", "between": "write x >= low AND x <= high", "contains": `write LIKE "*text*"`,
	"descending": "the order is written DESC", "dsc": "the order is written DESC", "else": "write CASE(condition, value, …, otherwise)",
	"filter":   "the condition of an aggregate stands behind it: COUNT(*) WHERE condition",
	"endswith": `write ENDS_WITH(x, "text")`, "group": "the columns to group by stand behind BY", "has": `write LIKE "*text*"`,
	"having": "filter the groups with a WHERE behind STATS", "ilike": `small and capital letters alike: TO_LOWER(x) LIKE "text*"`, "isnull": "write IS NULL", "matches": "write RLIKE", "notnull": "write IS NOT NULL",
	"offset": "LIMIT takes the number of rows alone", "regex": "write RLIKE", "regexp": "write RLIKE",
	"startswith": `write STARTS_WITH(x, "text")`, "then": "write CASE(condition, value, …)",
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
	case c == '~':
		return `write RLIKE "pattern"`
	case c == '^':
		return "a power is written POW(x, y)"
	case c == '$':
		return "a parameter is written ?name; names with other characters than letters, digits and _ stand in `backticks`"
	case c == '#':
		return "a comment begins with //; names with other characters than letters, digits and _ stand in `backticks`"
	case c >= 0x80:
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
	"ago": "NOW() - 24 hours", "any": "MV_FIRST(VALUES(x))", "arg_max": "LAST(x, @timestamp)", "arg_min": "FIRST(x, @timestamp)",
	"array_agg": "VALUES(x)", "array_length": "MV_COUNT(x)", "cast": "x::type, as in x::long", "charindex": "LOCATE(text, part)", "cidrmatch": `CIDR_MATCH(address, "10.0.0.0/8")`,
	"count_if": "COUNT(*) WHERE condition", "countif": "COUNT(*) WHERE condition", "date": `"2026-01-31" or TO_DATETIME(x)`,
	"datetime": `"2026-01-31" or TO_DATETIME(x)`, "dc": "COUNT_DISTINCT(x)", "dcount": "COUNT_DISTINCT(x)", "exists": "x IS NOT NULL", "extract": "GROK and DISSECT",
	"format_datetime": `DATE_FORMAT("yyyy-MM-dd", date)`, "group_concat": `MV_CONCAT(VALUES(x), ", ")`,
	"if": "CASE(condition, value, otherwise)", "iff": "CASE(condition, value, otherwise)", "iif": "CASE(condition, value, otherwise)",
	"ifnull": "COALESCE(x, otherwise)", "indexof": "LOCATE(text, part)", "instr": "LOCATE(text, part)", "ipv4_is_in_range": `CIDR_MATCH(address, "10.0.0.0/8")`,
	"isempty": `x IS NULL OR x == ""`, "isnotempty": `x IS NOT NULL AND x != ""`,
	"isnotnull": "x IS NOT NULL", "isnull": "x IS NULL", "len": "LENGTH(x)", "list": "VALUES(x)", "lower": "TO_LOWER(x)", "make_list": "VALUES(x)",
	"make_set": "VALUES(x)", "mvcount": "MV_COUNT(x)", "mvindex": "MV_SLICE(x, from, to)", "mvjoin": "MV_CONCAT(x, separator)", "nullif": "CASE(x == y, null, x)",
	"nvl": "COALESCE(x, otherwise)", "parse_json": "JSON_EXTRACT(text, path)", "regex_match": `x RLIKE "pattern"`, "regexp_like": `x RLIKE "pattern"`,
	"regexp_replace": "REPLACE(text, pattern, with)", "replace_regex": "REPLACE(text, pattern, with)", "startofday": "DATE_TRUNC(1 day, date)",
	"strcat": "CONCAT(a, b)", "strftime": `DATE_FORMAT("yyyy-MM-dd", date)`, "string_agg": `MV_CONCAT(VALUES(x), ", ")`, "strlen": "LENGTH(x)", "strpos": "LOCATE(text, part)",
	"strptime": `DATE_PARSE("yyyy-MM-dd", text)`, "substr": "SUBSTRING(text, from, length)", "sumif": "SUM(x) WHERE condition",
	"to_timestamp": "TO_DATETIME(x)", "todynamic": "JSON_EXTRACT(text, path)", "tonumber": "TO_DOUBLE(x)", "upper": "TO_UPPER(x)", "yesterday": "NOW() - 1 day",
}

// outsideStats complains of an aggregate where there are no groups.
func (l *lowerer) outsideStats(c *call) {
	if l.grouping {
		_ = l.fail(c.nameAt, "an aggregate cannot be grouped by, found %s", strings.ToUpper(c.name)).WithHint("INLINE STATS gives it a name, to group by behind it")
		return
	}
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
	if r := comparedColumn(f); r != nil {
		p := l.file.Position(f.at.Start)
		l.notice("line %d:%d: this compares, and makes a column called %s: %s = … gives a value a name", p.Line, p.Column, l.fieldName(f), printName(r.name))
	}
}

// comparedColumn is the column that a field without a name begins with where it compares that; nil for none.
func comparedColumn(f field) *ref {
	if b, ok := f.value.(*binary); ok && f.name == nil && b.op == "==" {
		r, _ := b.left.(*ref)
		return r
	}
	return nil
}

// counted notes a condition whose answers are counted, of which false is one.
func (l *lowerer) counted(c *call) {
	if b, ok := c.args[0].(*binary); ok && levels[b.op] == compared {
		p := l.file.Position(c.at.Start)
		l.notice("line %d:%d: COUNT counts false, too: COUNT(*) WHERE %s counts rows", p.Line, p.Column, l.file.Slice(b.at))
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

// dateLetters notes letters of a date's format that are another part of it than is meant.
func (l *lowerer) dateLetters(format string, at syntax.Span) {
	p := l.file.Position(at.Start)
	if strings.Contains(format, "mm") && !strings.ContainsAny(format, "MLHhkKsS") {
		l.notice("line %d:%d: mm are minutes in a format: months are MM", p.Line, p.Column)
	}
	if strings.Contains(format, "YYYY") && !strings.ContainsAny(format, "wW") {
		l.notice("line %d:%d: YYYY is the year of the week in a format: years are yyyy", p.Line, p.Column)
	}
	if strings.Contains(format, "DD") && strings.ContainsAny(format, "ML") {
		l.notice("line %d:%d: DD is the day of the year in a format: days of the month are dd", p.Line, p.Column)
	}
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
