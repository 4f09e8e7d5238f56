package esql

import (
	"strings"
	"unicode/utf8"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// QSTR("…") holds a query string: field:value, ranges, patterns, +must and -must not, AND, OR, NOT. As KQL it filters documents and is never
// null. Its operators have no precedence, as in the vendor's engine: AND makes what stands on both sides of it required, NOT makes what
// follows forbidden, and the rest is optional, which is to say left out of account beside anything required. Words that no operator
// stands between are one text.

func (l *lowerer) queryString(c *call) plan.Expr {
	if len(c.args) != 1 {
		l.fail(c.at, "QSTR takes 1 argument, a text, found %d", len(c.args))
		return nil
	}
	lit, ok := c.args[0].(*literal)
	text := ""
	if ok {
		text, ok = lit.str()
	}
	if !ok {
		l.fail(c.args[0].span(), "expected a constant text in QSTR, found %s", l.file.Slice(c.args[0].span()))
		return nil
	}
	q := &queryString{l: l, at: lit.at, in: text}
	defer func(zone string) { l.zone = zone }(l.zone)
	if !q.options(c) || !l.searches(c.place, "QSTR", true) {
		return nil
	}
	if strings.TrimSpace(text) == "" {
		return l.truth(false, c.at)
	}
	e := q.group(q.byDefault)
	if t := q.peek(0); e != nil && t.kind != queryEnd {
		q.fail(t, "unexpected %s", t.text)
	}
	if q.failed {
		return nil
	}
	return e
}

// options reads what is said beside the text.
func (q *queryString) options(c *call) bool {
	l := q.l
	for _, o := range c.options {
		how, isText := o.value.str()
		switch {
		case o.key == "boost":
		case o.key == "default_operator" && (strings.EqualFold(how, "and") || strings.EqualFold(how, "or")):
			q.every = strings.EqualFold(how, "and")
		case o.key == "default_operator":
			l.fail(o.at, "the default_operator of QSTR is \"and\" or \"or\", found %s", printLiteral(o.value))
			return false
		case o.key == "default_field" && isText && how != "*":
			q.byDefault = q.fields(queryToken{}, how)
		case o.key == "default_field":
			l.fail(o.at, "the default_field of QSTR is a field or a pattern of some, found %s", printLiteral(o.value))
			return false
		case o.key == "time_zone":
			if _, err := function.ReadZone(how); err != nil {
				l.fail(o.at, "%v", err)
				return false
			}
			l.zone = how
		default:
			_ = l.fail(o.at, "the option %s of QSTR is not supported", o.key).WithHint("default_field, default_operator and time_zone are")
			return false
		}
	}
	return !q.failed
}

type queryString struct {
	l         *lowerer
	at        syntax.Span
	in        string
	tokens    []queryToken
	byDefault []plan.Expr // the fields that a value without one is sought in
	every     bool        // what is neither required nor forbidden is required
	pos       int
	depth     int
	failed    bool
}

func (q *queryString) fail(t queryToken, format string, args ...any) {
	if !q.failed {
		q.failed = true
		n := utf8.RuneCountInString(q.in[:t.from]) + 1
		q.l.fail(q.at, "in the query string at character %d: "+format, append([]any{n}, args...)...)
	}
}

// peek is a token that is not taken yet.
func (q *queryString) peek(n int) queryToken {
	if q.tokens == nil {
		q.tokens = queryTokens(q.in)
	}
	return q.tokens[min(q.pos+n, len(q.tokens)-1)]
}

func (q *queryString) accept(kind queryKind) (queryToken, bool) {
	t := q.peek(0)
	if t.kind == kind {
		q.pos++
	}
	return t, t.kind == kind
}

// queryParts are what a group is made of.
type queryParts struct{ required, optional, forbidden []plan.Expr }

// queryLast is the part before an operator, which the operator may require.
type queryLast struct {
	e        plan.Expr
	optional bool
}

// group reads up to a closing bracket or the end.
func (q *queryString) group(fields []plan.Expr) plan.Expr {
	if q.depth++; q.depth > deepest {
		q.fail(q.peek(0), "nested too deeply")
		return nil
	}
	defer func() { q.depth-- }()
	var all queryParts
	var before *queryLast
	settle := func() {
		if before == nil {
			return
		} else if before.optional {
			all.optional = append(all.optional, before.e)
		} else {
			all.required = append(all.required, before.e)
		}
		before = nil
	}
	for n := 0; !q.failed; n++ {
		t := q.peek(0)
		if t.kind == queryEnd || t.kind == queryClose {
			if n == 0 {
				q.fail(t, "expected a value")
			}
			break
		}
		joined := queryNone
		if n > 0 && (t.kind == queryAnd || t.kind == queryOr) {
			joined = t.kind
			q.pos++
		}
		sign := q.peek(0).kind
		if sign == queryPlus || sign == queryNot {
			q.pos++
		}
		if before != nil && joined == queryAnd {
			before.optional = false
		} else if before != nil && joined == queryOr && q.every {
			before.optional = true
		}
		settle()
		var e plan.Expr
		if joined == queryNone && sign != queryPlus && sign != queryNot && q.several() {
			e = q.words(fields)
		} else {
			e = q.clause(fields)
		}
		switch {
		case e == nil:
		case sign == queryNot:
			all.forbidden = append(all.forbidden, e)
		case q.every:
			before = &queryLast{e, joined == queryOr}
		default:
			before = &queryLast{e, sign != queryPlus && joined != queryAnd}
		}
	}
	settle()
	if q.failed {
		return nil
	}
	return q.whole(all)
}

// whole is what the parts of a group ask for together.
func (q *queryString) whole(all queryParts) plan.Expr {
	l, terms := q.l, all.required
	if len(terms) == 0 && len(all.optional) > 0 {
		terms = []plan.Expr{q.join("or", all.optional)}
	}
	for _, e := range all.forbidden {
		terms = append(terms, l.row1("not", q.at, e))
	}
	return q.join("and", terms)
}

func (q *queryString) join(op string, terms []plan.Expr) plan.Expr {
	if len(terms) == 1 {
		return terms[0]
	}
	return q.l.row1(op, q.at, terms...)
}

// several tells whether two words follow that nothing stands between and nothing belongs to.
func (q *queryString) several() bool {
	return q.peek(0).kind == queryWord && q.follows(1)
}

// follows tells whether a token is a word that belongs to the text of the one before.
func (q *queryString) follows(n int) bool {
	if q.peek(n).kind != queryWord {
		return false
	}
	switch q.peek(n + 1).kind {
	case queryColon, queryStar, queryFuzzy, queryBoost, queryAnd, queryOr:
		return false
	}
	return true
}

// words are one text of several words.
func (q *queryString) words(fields []plan.Expr) plan.Expr {
	first := q.peek(0)
	text := unescaped(first.text)
	q.pos++
	for q.follows(0) {
		text += " " + unescaped(q.peek(0).text)
		q.pos++
	}
	return q.among(first, fields, func(field plan.Expr) plan.Expr { return q.plain(first, field, text) })
}

// clause is a value, perhaps behind a field, or a group of them.
func (q *queryString) clause(fields []plan.Expr) plan.Expr {
	if t := q.peek(0); (t.kind == queryWord || t.kind == queryStar) && q.peek(1).kind == queryColon {
		q.pos += 2
		name := unescaped(t.text)
		switch next := q.peek(0); {
		case name == "_exists_":
			return q.exists()
		case t.kind == queryStar && next.kind == queryStar:
			q.pos++
			return q.l.truth(true, q.at)
		case t.kind == queryStar:
			q.fail(t, "a text is sought in one field at a time, as in message:%s", next.text)
			return nil
		}
		fields = q.fields(t, name)
	}
	if q.failed {
		return nil
	}
	open, ok := q.accept(queryOpen)
	if !ok {
		return q.value(fields)
	}
	e := q.group(fields)
	if _, ok := q.accept(queryClose); !ok {
		q.fail(open, "the bracket is not closed")
	}
	q.boost()
	return e
}

// fields are the columns of a name, which may have asterisks.
func (q *queryString) fields(t queryToken, name string) []plan.Expr {
	l := q.l
	if !strings.Contains(name, "*") {
		if e := l.column(name, q.at); e != nil {
			return []plan.Expr{e}
		}
		q.failed = true
		return nil
	}
	p := namePattern{pieces: strings.Split(name, "*")}
	found := []plan.Expr{}
	for i, c := range l.scope.columns {
		if p.matches(c.name) && c.typ != column.Unsupported {
			found = append(found, l.scope.col(i, q.at))
		}
	}
	if len(found) == 0 {
		found = append(found, l.null(column.Null, q.at))
	}
	return found
}

func (q *queryString) exists() plan.Expr {
	t := q.peek(0)
	if t.kind != queryWord && t.kind != queryQuoted {
		q.fail(t, "expected the name of a field behind _exists_:")
		return nil
	}
	q.pos++
	return q.among(t, q.fields(t, unescaped(t.text)), func(field plan.Expr) plan.Expr { return q.there(field) })
}

func (q *queryString) there(field plan.Expr) plan.Expr {
	if field.Type() == column.Null {
		return q.l.untrue(q.at, field)
	}
	return q.l.row1("is_not_null", q.at, field)
}

// among is what is asked of any of some fields.
func (q *queryString) among(t queryToken, fields []plan.Expr, ask func(field plan.Expr) plan.Expr) plan.Expr {
	if len(fields) == 0 {
		q.fail(t, "expected a field and : before %s: a text is sought in one field at a time, as in message:%s", t.text, t.text)
		return nil
	}
	var terms []plan.Expr
	for _, f := range fields {
		e := ask(f)
		if e == nil {
			q.failed = true
			return nil
		}
		terms = append(terms, e)
	}
	return q.join("or", terms)
}
