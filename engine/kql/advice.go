package kql

import (
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// What analysts bring from other query languages, and what KQL has for it. It is said as a hint under a mistake, never
// done for them.

// operatorsElsewhere are the operators of other languages.
var operatorsElsewhere = map[string]string{
	"select": "project", "keep": "project", "fields": "project", "table": "project", "columns": "project", "drop": "project-away", "remove": "project-away",
	"rename": "project-rename", "eval": "extend", "stats": "summarize", "group": "summarize … by …", "aggregate": "summarize", "chart": "summarize … by …",
	"timechart": "summarize … by bin(…, 1h)", "having": "where", "head": "take", "first": "take", "dedup": "distinct", "uniq": "distinct",
	"orderby": "sort by", "grok": "parse", "dissect": "parse", "rex": "parse, or extend with extract()", "enrich": "lookup",
	"append": "union", "expand": "mv-expand", "fillnull": "extend with coalesce()",
}

// functionsElsewhere are the functions of other languages, and those of this one that are no functions.
var functionsElsewhere = map[string]string{
	"substr": "substring()", "mid": "substring()", "left": "substring()", "len": "strlen()", "length": "strlen()", "lower": "tolower()", "to_lower": "tolower()",
	"upper": "toupper()", "to_upper": "toupper()", "concat": "strcat()", "to_string": "tostring()", "str": "tostring()", "to_datetime": "todatetime()",
	"to_integer": "toint()", "to_long": "tolong()", "to_double": "todouble()", "date_diff": "datetime_diff()", "datediff": "datetime_diff()", "date_trunc": "bin()",
	"date_format": "format_datetime()", "date_extract": "datetime_part()", "is_null": "isnull()", "ifnull": "coalesce()", "nvl": "coalesce()",
	"mean": "avg()", "median": "percentile(…, 50)", "values": "make_set()", "list": "make_list()", "dc": "dcount()", "distinct_count": "dcount()",
	"count_if": "countif()", "mv_count": "array_length()", "json_extract": "extract_json()", "cidr_match": "ipv4_is_in_range()", "mvcount": "array_length()",
	"bucket": "bin()", "date_bin": "bin()", "cast": "tostring(), tolong(), todatetime() and their like", "exists": "isnotempty() or isnotnull()",
}

// comparing are the words that stand between two values.
func comparing() []string {
	list := []string{"and", "or", "between", "!between"}
	for _, l := range levels {
		for _, w := range l {
			if w[0] == '!' || w[0] >= 'a' && w[0] <= 'z' {
				list = append(list, w)
			}
		}
	}
	for w := range lists {
		list = append(list, w)
	}
	return list
}

// advice is what to do about a token that stands where something else was wanted.
func (p *parser) advice(t token, wanted string) string {
	before, after := token{kind: mark}, p.tokens[min(p.at+1, len(p.tokens)-1)]
	if p.at > 0 {
		before = p.last()
	}
	for _, advise := range []func(t, before, after token) string{p.adviceOnMark, p.adviceOnWord} {
		if text := advise(t, before, after); text != "" {
			return text
		}
	}
	follows := before.kind != mark || before.is(")") || before.is("]")
	closes := wanted == "')'" || wanted == "']'" || wanted == "'}'"
	switch {
	case closes && (t.kind == end || t.is("|") || t.is(";")):
		return p.unclosed()
	case wanted == endOfQuery && t.is(")"):
		return "there is no '(' that it closes"
	case !follows || t.kind == mark || t.kind == end || t.kind == broken:
	case closes:
		return "a comma stands between values"
	case wanted == endOfQuery:
		return p.apart(before)
	}
	return ""
}

// endOfQuery is what is wanted behind a whole operator.
const endOfQuery = "'|', ';' or the end of the query"

// adviceOnMark is for what begins with a sign.
func (p *parser) adviceOnMark(t, before, after token) string {
	follows := p.at > 0
	switch {
	case t.is("=") && (p.at == 1 || p.at > 1 && p.tokens[p.at-2].is(";")):
		return "a name is given by let x = …; and a query begins with its table"
	case t.is("=") && follows && before.kind != mark:
		return "== compares; = gives a name"
	case t.is("|") && !follows:
		return "a query begins with its table: Table | where …"
	case t.is("|") && before.is("|") && !t.spaced && opReaders[after.text] != nil:
		return "one bar is enough"
	case t.is("|") && before.is("|") && !t.spaced:
		return "the word is 'or'"
	case t.is("|") && before.is(";"):
		return "take the ';' before it away"
	case t.is("(") && before.is("count"):
		return "the operator count takes no parentheses"
	case t.is("(") && p.at > 1 && p.tokens[p.at-2].is("let"):
		return "write let " + before.text + " = (…) { … }"
	case t.is(":") && p.at > 1 && p.tokens[p.at-2].is("let"):
		return "write let " + before.text + " = …"
	case t.is("/") && after.is("*"):
		return "a comment begins with //"
	case t.is("/") && (before.is("=~") || before.is("==")):
		return `a pattern stands in quotes: matches regex "…"`
	case t.is("!"):
		return "write not(…)"
	}
	return ""
}

// adviceOnWord is for words of other languages, and those that are spelt or placed otherwise here.
func (p *parser) adviceOnWord(t, before, after token) string {
	switch {
	case before.is("not"):
		return "write not(…)"
	case strings.EqualFold(p.tokens[0].text, "select") && p.at <= selected:
		return "a query begins with its table: Table | project …"
	case before.kind == number && t.kind == word && strings.Contains("dhms", t.text[:1]):
		return "a time is a number and its unit together, such as 7d, 1h or 30m"
	case t.kind != word:
		return ""
	}
	words, small := comparing(), strings.ToLower(t.text)
	switch {
	case small == "like":
		return "use has, contains, startswith or matches regex"
	case small == "regex" || small == "rlike":
		return `write matches regex "…"`
	case small == "is":
		return "use isnull() or isempty()"
	case small == "not" && strings.EqualFold(after.text, "in"):
		return "write !in"
	case small == "as":
		return "a name stands before its value: name = …"
	case small == "ascending":
		return "write asc"
	case small == "descending":
		return "write desc"
	case small == "having":
		return "write | where behind it"
	case small == "group" && after.is("by"):
		return "by alone stands before the keys"
	case t.is("by") && before.is("count"):
		return "write summarize count() by …"
	case small != t.text && (has(words, small) || has([]string{"not", "by", "on", "with", "asc", "desc"}, small)):
		return "write it in small letters: " + small
	case before.kind == mark && !before.is(")") && !before.is("]"):
		return ""
	case after.is("="):
		return "a comma stands between columns"
	case after.kind == mark && (has(levels[equalities], after.text) || has(levels[orders], after.text)):
		return "'and' or 'or' stands between conditions"
	case opReaders[t.text] != nil && !after.is("("):
		return "a bar stands before an operator: | " + t.text + " …"
	}
	if near := syntax.Nearest(t.text, words); near != "" && near != t.text && before.kind != mark {
		return "did you mean '" + near + "'?"
	}
	return ""
}

// selected is how many words of a text in SQL are read before its table.
const selected = 8

// unclosed says where the bracket stands that was not closed.
func (p *parser) unclosed() string {
	level := 0
	for i := p.at - 1; i >= 0; i-- {
		switch t := p.tokens[i]; {
		case t.is(")") || t.is("]") || t.is("}"):
			level++
		case t.is("(") || t.is("[") || t.is("{"):
			if level--; level < 0 {
				at := p.file.Position(t.span.Start)
				return "the '" + t.text + "' at " + strconv.Itoa(at.Line) + ":" + strconv.Itoa(at.Column) + " is not closed"
			}
		}
	}
	return ""
}

// apart is what stands between two values of an operator that follow each other.
func (p *parser) apart(before token) string {
	if before.kind == word && len(function.Lookup(function.KQL, before.text)) > 0 {
		return "a function is called with parentheses: " + before.text + "(…)"
	}
	switch p.inside {
	case "where", "filter":
		return "'and' or 'or' stands between conditions"
	case "summarize":
		for i := p.at - 1; i >= 0 && !p.tokens[i].is("|"); i-- {
			if p.tokens[i].is("by") {
				return "a comma stands between columns, and aggregates before by"
			}
		}
		return "by stands before the keys: summarize … by …"
	case "project", "extend", "distinct", "project-away", "project-keep", "project-rename", "project-reorder", "sort", "order", "print":
		return "a comma stands between columns"
	case "union":
		return "a comma stands between tables"
	}
	return ""
}

// afterStatement is what to do about more after a statement that had an end.
func (p *parser) afterStatement(s statement) string {
	if s.let != "" {
		return "a let ends with ';'"
	}
	if n, ok := s.x.(*name); ok && p.tokens[p.at].is(",") {
		return "write union " + n.text + ", … to read several tables"
	}
	return ""
}

// writeType says how a value of a type is written, to who wrote a text or a number.
func writeType(e *syntax.Error, kind function.ParamKind, found plan.Expr) {
	if _, written := constant(found); !written {
		return
	}
	switch kind {
	case "timespan":
		e.WithHint("write it without quotes, with its unit: 1d, 6h or 30m")
	case "datetime":
		e.WithHint("write datetime(2024-01-31)")
	}
}

// unknownName says what to do about a name that is no column: a function without its parentheses, one of a few columns, or
// the nearest name.
func unknownName(e *syntax.Error, name string, r *row, others []string) {
	columns := fieldNames(r.cols)
	if strings.EqualFold(name, "null") || name == "None" {
		e.WithHint("isnull(x) and isnotnull(x) ask for it, isempty(x) of a text")
		return
	}
	nearest(e, name, append(others, columns...))
	rows := function.Lookup(function.KQL, name)
	switch {
	case e.Hint != "":
	case special[name] && name != "count_" || len(rows) > 0 && (rows[0].Kind != function.Aggregate || r.aggs != nil || len(columns) == 0):
		e.WithHint("the function is written %s()", name)
	case len(columns) > 0 && len(columns) <= mostNamed:
		e.WithHint("the columns here are %s", strings.Join(columns, ", "))
	}
}

// unquoted says that a text stands in quotes, where a column of texts is compared with a name that nothing has.
func (b *binder) unquoted(x *binary, l plan.Expr) {
	n, ok := x.r.(*name)
	if !ok || l == nil || l.Type() != column.String || len(b.errs) == 0 {
		return
	}
	if e := b.errs[len(b.errs)-1]; e.Span == n.span && !strings.HasPrefix(e.Hint, "did you mean") && !strings.HasPrefix(e.Hint, "isnull") {
		e.WithHint("a text stands in quotes: \"%s\"", n.text)
	}
}

// mostNamed is how many columns a hint still lists.
const mostNamed = 8

// unlike says what to do where an operator stands between values of two types.
func unlike(e *syntax.Error, op string, l, r plan.Expr) {
	if r.Type() == column.Dynamic || l.Type() == column.String || isNumber(l.Type()) && r.Type() != column.String {
		l, r = r, l // the text or the number is looked at as the one that is wrong
	}
	other, text := l.Type(), r.Type() == column.String
	write, cast := "", ""
	switch {
	case other == column.Dynamic:
		e.WithHint("cast what is dynamic: tostring(…), tolong(…)")
		return
	case op == "+" && text && (isNumber(other) || other == column.String):
		e.WithHint("strcat() puts texts together")
		return
	case !text && !isNumber(r.Type()):
		return
	case other == column.Time && op != "+" && op != "-":
		write, cast = "write datetime(2024-01-31) for a time", "todatetime()"
	case other == column.Time || other == column.Duration:
		write, cast = "write 1h, 30m or 7d for a timespan", "totimespan()"
	case isNumber(other):
		write, cast = "write the number without quotes", "tolong() or todouble()"
	case other == column.Bool && text:
		write, cast = "write true or false without quotes", "tobool()"
	default:
		return
	}
	if _, written := constant(r); written || !text {
		e.WithHint("%s", write)
	} else {
		e.WithHint("cast the text with %s", cast)
	}
}

// isText tells a text that is written in the query.
func isText(x expr) bool {
	l, ok := x.(*literal)
	return ok && l.typ == column.String
}
