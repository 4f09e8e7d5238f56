package esql

import (
	"regexp"
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// What a query string asks of a field: a word, a phrase, a pattern, a regular expression, a bound, a range. The field's type says how the
// text is read. Boosts only matter to a score, which there is none of.

// value reads one value and what stands behind it.
func (q *queryString) value(fields []plan.Expr) plan.Expr {
	t := q.peek(0)
	ask, ok := map[queryKind]func(t, edits queryToken, field plan.Expr) plan.Expr{
		queryWord: q.word, queryQuoted: q.phrase, queryPattern: q.pattern, queryRegex: q.regex, queryRange: q.span,
		queryStar: func(_, _ queryToken, field plan.Expr) plan.Expr { return q.there(field) },
	}[t.kind]
	if !ok {
		q.wrong(t)
		return nil
	}
	q.pos++
	if len(fields) == 0 && t.kind == queryStar { // any document
		return q.l.truth(true, q.at)
	}
	q.boost()
	edits, _ := q.accept(queryFuzzy)
	if edits.kind != queryFuzzy {
		edits = queryToken{}
	} else if t.kind != queryWord && t.kind != queryQuoted {
		q.fail(edits, "%s stands behind a word or a phrase", edits.text)
	}
	q.boost()
	if q.failed {
		return nil
	}
	return q.among(t, fields, func(field plan.Expr) plan.Expr {
		if field.Type() == column.Null {
			return q.l.untrue(q.at, field)
		}
		return ask(t, edits, field)
	})
}

func (q *queryString) boost() { q.accept(queryBoost) }

// wrong complains of what stands in the place of a value.
func (q *queryString) wrong(t queryToken) {
	switch {
	case t.kind == queryWrong && (t.text[0] == '"' || t.text[0] == '/'):
		q.fail(t, "what begins with %s does not end", t.text[:1])
	case t.kind == queryWrong && (t.text[0] == '[' || t.text[0] == '{'):
		q.fail(t, "a range is written [1 TO 9], or {1 TO 9} without its ends")
	case t.kind == queryWrong && (t.text[0] == '+' || t.text[0] == '-' || t.text[0] == '!'):
		q.fail(t, "%s stands right before what it is said of", t.text)
	default:
		q.fail(t, "expected a value, found %s", t.text)
	}
}

// kibana reads dates and numbers as a query string does.
func (q *queryString) kibana() *kibana { return &kibana{l: q.l, at: q.at} }

var queryBound = regexp.MustCompile(`^([<>]=?)(.+)$`)

// word is a word that nobody has put in quotes: < or > in front of it makes a bound of it.
func (q *queryString) word(t, edits queryToken, field plan.Expr) plan.Expr {
	text := unescaped(t.text)
	if edits.kind == queryFuzzy {
		return q.fuzzy(edits, field, text)
	}
	return q.plain(t, field, text)
}

func (q *queryString) plain(t queryToken, field plan.Expr, text string) plan.Expr {
	l, typ := q.l, field.Type()
	bound := queryBound.FindStringSubmatch(text)
	switch {
	case typ == column.Null:
		return l.untrue(q.at, field)
	case bound != nil && typ == column.Text:
		q.fail(t, "a text has no order: %s stands behind a field that is one", bound[1])
		return nil
	case bound != nil:
		return q.kibana().against(field, bound[1], bound[2])
	case typ == column.Text:
		return l.row1("$match_words", q.at, field, l.text(text, q.at), l.text(map[bool]string{true: "and", false: "or"}[q.every], q.at), l.text("", q.at))
	}
	return q.exact(field, text)
}

// exact is a value as a whole.
func (q *queryString) exact(field plan.Expr, text string) plan.Expr {
	l := q.l
	switch t := field.Type(); {
	case t == column.String:
		return l.row1("$match", q.at, field, l.text(text, q.at), l.text("or", q.at), l.text("", q.at))
	case t == column.IP && strings.Contains(text, "/"):
		return l.row1("$any_cidr", q.at, field, l.text(text, q.at))
	}
	return q.kibana().against(field, ":", text)
}

// phrase is what stands in quotes: of a text, its words one after the other. How far apart they may be only matters there.
func (q *queryString) phrase(t, edits queryToken, field plan.Expr) plan.Expr {
	text := unescaped(t.text)
	if field.Type() != column.Text {
		return q.exact(field, text)
	}
	if edits.kind == queryFuzzy && edits.text != "~0" {
		q.fail(edits, "words apart from one another are not supported: ask for each of them with AND")
		return nil
	}
	return q.l.row1("$match_phrase", q.at, field, q.l.text(text, q.at))
}

// fuzzy is a word that may differ in so many letters.
func (q *queryString) fuzzy(t queryToken, field plan.Expr, text string) plan.Expr {
	l := q.l
	row := map[column.Type]string{column.String: "$match", column.Text: "$match_words"}[field.Type()]
	switch {
	case row == "":
		q.fail(t, "%s stands behind words, found a field of type %s", t.text, field.Type())
		return nil
	case t.text != "~0" && t.text != "~1" && t.text != "~2":
		q.fail(t, "expected how many letters may differ, as in %s~1 or %s~2, found %s", text, text, t.text)
		return nil
	case row == "$match_words" && !plainWord.MatchString(text):
		q.fail(t, "%s stands behind one word, found %s", t.text, text)
		return nil
	}
	return l.row1(row, q.at, field, l.text(text, q.at), l.text("or", q.at), l.text(t.text[1:], q.at))
}

var plainWord = regexp.MustCompile(`^[\pL\pN]+$`)

// pattern is a word with * and ?; of a text, one of its words has to fit.
func (q *queryString) pattern(t, _ queryToken, field plan.Expr) plan.Expr {
	var b strings.Builder
	for i := 0; i < len(t.text); i++ {
		c := t.text[i]
		if c == '\\' && i+1 < len(t.text) {
			i++
			if c = t.text[i]; strings.IndexByte(`*?\`, c) >= 0 {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(c)
	}
	row := map[column.Type]string{column.String: "$any_like", column.Text: "$any_word_like"}[field.Type()]
	if row == "" {
		q.fail(t, "a pattern is for texts, found a field of type %s", field.Type())
		return nil
	}
	return q.l.row1(row, q.at, field, q.l.text(b.String(), q.at))
}

func (q *queryString) regex(t, _ queryToken, field plan.Expr) plan.Expr {
	l := q.l
	if field.Type() != column.String {
		q.fail(t, "a regular expression is for keywords, found a field of type %s", field.Type())
		return nil
	}
	if err := function.CheckText("mv_rlike", 1, 2, t.text); err != nil {
		q.fail(t, "%v", err)
		return nil
	}
	fits := l.row1("mv_rlike", q.at, field, l.text(t.text, q.at))
	return l.row1("coalesce", q.at, fits, l.truth(false, q.at))
}

var queryEndsOf = regexp.MustCompile(`^([\[{])\s*("(?:[^"\\]|\\.)*"|[^\s\]}]+)\s+TO\s+("(?:[^"\\]|\\.)*"|[^\s\]}]+)\s*([\]}])$`)

// span is a range: [ and ] are ends that belong to it, { and } those that do not, and * is none.
func (q *queryString) span(t, _ queryToken, field plan.Expr) plan.Expr {
	m := queryEndsOf.FindStringSubmatch(t.text)
	typ := field.Type()
	switch {
	case m == nil:
		q.fail(t, "a range is written [1 TO 9], or {1 TO 9} without its ends, found %s", t.text)
		return nil
	case typ == column.Text:
		q.fail(t, "a text has no order: a range stands behind a field that is one")
		return nil
	}
	low, high, includesLow, includesHigh := endOf(m[2]), endOf(m[3]), m[1] == "[", m[4] == "]"
	switch {
	case low == "" && high == "":
		return q.there(field)
	case low == "":
		return q.kibana().against(field, map[bool]string{true: "<=", false: "<"}[includesHigh], high)
	case high == "":
		return q.kibana().against(field, map[bool]string{true: ">=", false: ">"}[includesLow], low)
	}
	row := map[[2]bool]string{{true, true}: "mv_in_range", {false, true}: "$mv_in_range_above", {true, false}: "$mv_in_range_below", {false, false}: "$mv_in_range_inside"}[[2]bool{includesLow, includesHigh}]
	a, b := q.end(t, typ, low, !includesLow), q.end(t, typ, high, includesHigh)
	if a == nil || b == nil {
		return nil
	}
	return q.l.row1(row, q.at, field, a, b)
}

// endOf is one end of a range as it is meant; "" for *.
func endOf(s string) string {
	if s == "*" {
		return ""
	}
	if len(s) > 1 && s[0] == '"' {
		s = s[1 : len(s)-1]
	}
	return unescaped(s)
}

// end is an end of a range as a value of a field's type; of a date that is written in part, the first instant of it or the last.
func (q *queryString) end(t queryToken, typ column.Type, s string, last bool) plan.Expr {
	k := q.kibana()
	if isTime(typ) {
		e := k.moment(s, typ, last)
		if e == nil {
			return nil
		}
		return q.l.convert(e, typ)
	}
	if _, err := strconv.ParseInt(s, 10, 64); err != nil && isNumber(typ) && typ != column.Double {
		q.fail(t, "expected a whole number as the end of a range of them, found %s", s)
		return nil
	}
	return k.typed(s, typ)
}
