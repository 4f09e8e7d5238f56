package esql

import (
	"regexp"
	"strings"
)

// What the parser says of a text that it cannot go on with: what stands there, and what was perhaps meant.

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
	touching := before.at.End == t.at.Start
	if hint := p.instead(c); hint != "" {
		return hint
	}
	switch {
	case levels[t.text] == compared && t.kind == symbol:
		return "comparisons are joined by AND or OR"
	case t.is(";") && next.kind != end:
		return "commands are joined by |"
	case t.kind == decimal && touching && (before.kind == decimal || before.kind == integer):
		return "addresses are written in quotes"
	case t.is("["), t.kind == decimal && touching && strings.HasPrefix(t.text, "."):
		return "MV_FIRST(x) and MV_SLICE(x, from, to) take some of several values"
	case strings.HasPrefix(t.text, "--") || strings.HasPrefix(t.text, "#") || t.is("-") && next.is("-"):
		return "a comment begins with //"
	case t.is(";") && next.kind == end:
		return "a query ends without ;"
	case t.word("not") && next.word("null"):
		return "write IS NOT NULL"
	case strings.HasPrefix(t.text, "_") && before.kind == integer && touching:
		return "numbers are written in digits alone"
	case t.kind == word && before.kind == integer && touching && next.is("="):
		return "a name that begins with a digit is written in `backticks`"
	case t.kind == word && before.kind == decimal && isSpanUnit(t.text):
		return "a span of time is a whole number of units: 90 minutes"
	case t.kind == doubled && t.text == "??":
		return "write COALESCE(x, otherwise)"
	case t.kind == text && before.kind == text:
		return "texts are joined by CONCAT(a, b)"
	case t.kind == param && t.text == "?":
		return "write CASE(condition, value, otherwise)"
	case before.word("exists"):
		return "that a field has a value is written " + t.text + " IS NOT NULL"
	}
	if hint, ok := otherWords[strings.ToLower(t.text)]; ok {
		return hint
	}
	if hint, ok := called(before.text); ok && before.kind == word && !t.is(",") && p.assigned() == 0 {
		return hint
	}
	if hint := p.between(c); hint != "" {
		return hint
	}
	if _, ok := commands[strings.ToUpper(t.text)]; ok {
		return "there is a | between two commands"
	}
	if other, ok := otherCommands[strings.ToUpper(t.text)]; ok && !next.is("(") {
		return "ES|QL has " + other + " for that, behind a |"
	}
	return ""
}

// instead says what one command has in place of what stands behind it.
func (p *parser) instead(c command) string {
	t, next := p.peek(), p.ahead(1)
	switch c := c.(type) {
	case *drop, *keep:
		_, known := commands[strings.ToUpper(t.text)]
		switch {
		case t.word("as"):
			return "KEEP and DROP take names as they are: RENAME old AS new"
		case t.kind == symbol && !t.is(")") && !t.is(";"):
			return "KEEP and DROP take names alone: EVAL computes"
		case t.kind == word && !known:
			return "there is a comma between two columns"
		}
	case *eval:
		if f := c.fields[len(c.fields)-1]; f.name == nil && (t.kind == text || t.kind == integer || t.kind == decimal) {
			return "a value is given a name with =: name = value"
		}
	case *from:
		switch {
		case strings.EqualFold(t.text, "with"), t.is("["):
			return "what is asked of documents stands behind the tables: FROM table METADATA _id"
		case t.kind == sourceName && !isCommandWord(t.text) && !strings.HasPrefix(t.text, "-") && !strings.HasPrefix(t.text, "#"):
			return "there is a comma between two tables"
		case t.is("=") && next.kind == sourceName:
			return "FROM takes the name alone: FROM " + next.text
		}
	case *limit:
		if t.is(",") || t.word("offset") {
			return "LIMIT takes the number of rows alone"
		}
	case *mvExpand:
		if t.word("as") {
			return "the column keeps its name: RENAME old AS new"
		}
	case *rename:
		if t.kind == word && !isCommandWord(t.text) {
			return "there is a comma between two names"
		}
	case *sortBy:
		before := p.tokens[max(p.at-1, 0)]
		if t.kind == word && (before.word("asc") || before.word("desc")) && !isCommandWord(t.text) {
			return "there is a comma between two columns"
		} else if (t.word("asc") || t.word("desc")) && (before.word("first") || before.word("last")) {
			return "the order stands before NULLS: SORT x DESC NULLS LAST"
		}
	case *where:
		_, bare := c.cond.(*ref)
		switch {
		case t.word("group"):
			return "ES|QL has STATS … BY and the columns for that, behind a |"
		case bare && t.kind == text:
			return "a comparison stands between them: == or LIKE"
		}
	}
	return ""
}

func isCommandWord(s string) bool {
	s = strings.ToUpper(s)
	_, other := otherCommands[s]
	_, refused := refused[s]
	return commands[s] != nil || other || refused
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
	switch c := c.(type) {
	case *dedup:
		return "DEDUP takes whole rows: KEEP the columns first, or STATS BY them"
	case *eval, *row, *stats:
		if n > 0 && next.is("=") {
			return "there is a comma between two fields"
		}
		if s, ok := c.(*stats); ok && n > 0 && len(s.by) > 0 && next.is("(") && isFunction(p.peek().text) {
			return "aggregates stand before BY: STATS COUNT(*) BY user"
		} else if ok && n > 0 && len(s.by) == 0 && !next.is("(") && !isCommandWord(p.peek().text) && otherWords[strings.ToLower(p.peek().text)] == "" {
			return "a name stands in front: " + p.peek().text + " = …"
		} else if ok && n > 0 && len(s.by) > 0 && !next.is("(") && !p.peek().word("where") && !isCommandWord(p.peek().text) {
			return "there is a comma between two columns"
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

// otherComparison complains of a comparison that is spelt otherwise here; at is the token that what is compared begins with.
func (p *parser) otherComparison(at int) bool {
	t, next := p.peek(), p.ahead(1)
	joined := func(a, b string) bool { return t.is(a) && next.is(b) && t.at.End == next.at.Start }
	switch {
	case joined("<", ">"):
		_ = p.fail(t.at.To(next.at), "<> is no operator").WithHint("inequality is written !=")
	case joined("==", "="):
		_ = p.fail(t.at.To(next.at), "=== is no operator").WithHint("equality is written ==")
	case joined("=", ">"):
		_ = p.fail(t.at.To(next.at), "=> is no operator").WithHint("greater or equal is written >=")
	case joined("=", "<"):
		_ = p.fail(t.at.To(next.at), "=< is no operator").WithHint("less or equal is written <=")
	case t.is("=") && at == p.field1 && p.tokens[at].kind == text:
		_ = p.fail(p.tokens[at].at, "expected the name of a column before =, found %s", describe(p.tokens[at])).WithHint("names are written without quotes, or in `backticks`")
	case t.is("=") && at == p.field1:
		_ = p.fail(t.at, "expected a name before =, found an expression").WithHint("a name with other signs than letters, digits and _ is written in `backticks`")
	case t.is("="):
		_ = p.fail(t.at, "expected a comparison, found =").WithHint("equality is written ==")
	case t.is("=~"):
		_ = p.fail(t.at, "the operator =~ is not supported").WithHint("compare TO_LOWER(field) instead")
	default:
		return false
	}
	return true
}

// noValue complains of what stands in the place of a value.
func (p *parser) noValue() {
	const wanted = "a value, a column or a function"
	t, before := p.peek(), p.tokens[max(p.at-1, 0)]
	touching := before.at.End == t.at.Start
	switch {
	case before.is(",") && (t.word("by") || t.is("|") || t.is(")") || t.kind == end):
		p.hint("there is a comma too many", wanted)
	case (t.word("desc") || t.word("asc")) && (before.word("sort") || before.is(",")):
		p.hint("the order stands behind a column: SORT x DESC", wanted)
	case before.word("sort") && t.word("by"):
		p.hint("SORT takes its columns without BY", wanted)
	case before.is("*") && t.is("*") && touching:
		p.hint("a power is written POW(x, y)", wanted)
	case before.is(":") && t.is("="):
		p.hint("a value is given a name with = alone", wanted)
	case before.is(":") && t.is("*"):
		p.hint("that a field has a value is written x IS NOT NULL", wanted)
	case (before.word("like") || before.word("rlike")) && t.is("/"):
		p.hint("patterns are written in quotes", wanted)
	case t.word("where") && (before.is(",") || before.word("by")):
		p.hint("a WHERE stands behind the aggregate that it is for, before BY: COUNT(*) WHERE ok BY user", wanted)
	case before.kind == word && reserved[strings.ToLower(before.text)] && t.is("="):
		p.hint("as a name it is written `"+before.text+"`", wanted+" after "+before.text)
	default:
		p.expected(wanted)
	}
}

// kibanaQuery is how a Kibana query begins, which is none of ES|QL.
var kibanaQuery = regexp.MustCompile(`^\s*(not\s+)?\(?\s*[\w@.*-]+\s*:[^:]`)
