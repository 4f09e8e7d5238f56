package esql

import (
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// KQL("…") holds a Kibana query: field: value, ranges, and, or, not. It filters documents, so it is never null: a field
// without a value does not match, any of several values may, and not turns that round. The text is lowered as it is read.

func (l *lowerer) kqlCall(c *call) plan.Expr {
	if len(c.args) != 1 {
		l.fail(c.at, "KQL takes 1 argument, a text, found %d", len(c.args))
		return nil
	}
	folds := false
	defer func(zone string) { l.zone = zone }(l.zone)
	for _, o := range c.options {
		switch how, _ := o.value.str(); {
		case o.key == "time_zone":
			if _, err := function.ReadZone(how); err != nil {
				l.fail(o.at, "%v", err)
				return nil
			}
			l.zone = how
		case o.key == "case_insensitive" && o.value.value.Type == column.Bool:
			folds = o.value.value.Ints[0] != 0
		case o.key == "case_insensitive":
			l.fail(o.at, "case_insensitive is true or false, found %s", printLiteral(o.value))
			return nil
		case o.key != "boost":
			_ = l.fail(o.at, "the option %s of KQL is not supported", o.key).WithHint("case_insensitive and time_zone are")
			return nil
		}
	}
	lit, ok := c.args[0].(*literal)
	if !ok {
		l.fail(c.args[0].span(), "expected a text in KQL")
		return nil
	}
	s, ok := lit.str()
	if !ok {
		l.fail(lit.at, "expected a text in KQL, found %s", l.file.Slice(lit.at))
		return nil
	}
	if !l.searches(c.place, "KQL", true) {
		return nil
	}
	k := &kibana{l: l, at: lit.at, in: s, folds: folds}
	k.space()
	if k.pos == len(k.in) {
		return l.truth(true, c.at)
	}
	e := k.or()
	if e == nil {
		return nil
	}
	if k.pos < len(k.in) {
		k.fail("unexpected %q", k.in[k.pos:])
		return nil
	}
	return e
}

func (l *lowerer) truth(b bool, at syntax.Span) plan.Expr {
	v := column.NewBuilder(column.Bool, 1)
	v.Bool(b)
	return &plan.Lit{Value: v.Vector(), At: at}
}

// untrue is false for want of what an expression would be made of.
func (l *lowerer) untrue(at syntax.Span, of plan.Expr) plan.Expr {
	lit := l.truth(false, at).(*plan.Lit)
	lit.Absent = l.null(column.Null, at, of).Absent
	return lit
}

type kibana struct {
	l      *lowerer
	at     syntax.Span
	in     string
	pos    int
	depth  int
	failed bool
	folds  bool // capitals of keywords are as good as small letters
}

func (k *kibana) fail(format string, args ...any) {
	if !k.failed && k.in == "" { // a match of a value
		k.failed = true
		k.l.fail(k.at, format, args...)
	} else if !k.failed {
		k.failed = true
		_ = k.l.fail(k.at, "in the Kibana query at character "+strconv.Itoa(k.pos+1)+": "+format, args...)
	}
}

func (k *kibana) space() {
	for k.pos < len(k.in) && strings.IndexByte(" \t\r\n", k.in[k.pos]) >= 0 {
		k.pos++
	}
}

// keyword takes a word such as and, in any case, when it stands alone.
func (k *kibana) keyword(word string) bool {
	end := k.pos + len(word)
	if end > len(k.in) || !strings.EqualFold(k.in[k.pos:end], word) || end < len(k.in) && strings.IndexByte(" \t\r\n(){}", k.in[end]) < 0 {
		return false
	}
	k.pos = end
	k.space()
	return true
}

func (k *kibana) symbol(s string) bool {
	if !strings.HasPrefix(k.in[k.pos:], s) {
		return false
	}
	k.pos += len(s)
	k.space()
	return true
}

func (k *kibana) join(word, op string, one func() plan.Expr) plan.Expr {
	parts := []plan.Expr{one()}
	for k.keyword(word) {
		parts = append(parts, one())
	}
	if k.failed {
		return nil
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return k.l.row1(op, k.at, parts...)
}

func (k *kibana) or() plan.Expr {
	if k.depth++; k.depth > deepest {
		k.fail("nested too deeply")
		return nil
	}
	defer func() { k.depth-- }()
	return k.join("or", "or", func() plan.Expr { return k.join("and", "and", k.not) })
}

func (k *kibana) not() plan.Expr {
	if k.keyword("not") {
		x := k.not()
		if x == nil {
			return nil
		}
		return k.l.row1("not", k.at, x)
	}
	if k.symbol("(") {
		e := k.or()
		if !k.symbol(")") {
			k.fail("expected )")
		}
		return e
	}
	return k.clause()
}

// clause is field: value, or a range.
func (k *kibana) clause() plan.Expr {
	name, quoted, ok := k.word()
	if !ok {
		k.fail("expected a field")
		return nil
	}
	for _, op := range []string{"<=", ">=", "<", ">"} {
		if k.symbol(op) {
			return k.bound(name, op)
		}
	}
	if !k.symbol(":") {
		if name == "*" && !quoted {
			return k.l.truth(true, k.at)
		}
		if k.symbol("=") {
			k.fail("expected : after the field %s, found =", name)
			return nil
		}
		k.fail("expected : after a field, found %s alone: a text is sought in one field at a time, as in message: %s", name, name)
		return nil
	}
	if strings.HasPrefix(k.in[k.pos:], "{") {
		k.fail("nested queries are not supported")
		return nil
	}
	if start := k.pos; name == "*" {
		if s, quoted, ok := k.word(); ok && s == "*" && !quoted {
			return k.l.truth(true, k.at)
		}
		k.pos = start
	}
	if strings.Contains(name, "*") {
		return k.fields(name)
	}
	e := k.l.column(name, k.at)
	if e == nil {
		k.failed = true
		return nil
	}
	return k.values(e)
}

// fields is a clause over every field that a name with asterisks matches.
func (k *kibana) fields(name string) plan.Expr {
	p := namePattern{pieces: strings.Split(name, "*")}
	start := k.pos
	var parts []plan.Expr
	for i, c := range k.l.scope.columns {
		if p.matches(c.name) && c.typ != column.Unsupported {
			k.pos = start
			if e := k.values(k.l.scope.col(i, k.at)); e != nil {
				parts = append(parts, e)
			}
		}
	}
	switch len(parts) {
	case 0:
		k.values(k.l.null(column.Null, k.at))
		return k.l.truth(false, k.at)
	case 1:
		return parts[0]
	}
	return k.l.row1("or", k.at, parts...)
}

// values is a value, or several in brackets with and, or, not between them.
func (k *kibana) values(field plan.Expr) plan.Expr {
	if !k.symbol("(") {
		return k.value(field)
	}
	if k.depth++; k.depth > deepest {
		k.fail("nested too deeply")
		return nil
	}
	defer func() { k.depth-- }()
	one := func() plan.Expr {
		if k.keyword("not") {
			x := k.values(field)
			if x == nil {
				return nil
			}
			return k.l.row1("not", k.at, x)
		}
		return k.values(field)
	}
	e := k.join("or", "or", func() plan.Expr { return k.join("and", "and", one) })
	if !k.symbol(")") {
		k.fail("expected ) or or")
		return nil
	}
	return e
}

func (k *kibana) value(field plan.Expr) plan.Expr {
	s, quoted, ok := k.word()
	if !ok {
		k.fail("expected a value")
		return nil
	}
	if !quoted { // values of several words without quotes: all of them, up to a keyword
		for {
			mark := k.pos
			if k.keyword("and") || k.keyword("or") || k.keyword("not") {
				k.pos = mark
				break
			}
			next, q, ok := k.word()
			if !ok || q || strings.HasPrefix(k.in[k.pos:], ":") {
				k.pos = mark
				break
			}
			s += " " + next
		}
	}
	l, t := k.l, field.Type()
	switch {
	case t == column.Null:
		return l.untrue(k.at, field)
	case !quoted && s == "*":
		return l.row1("is_not_null", k.at, field)
	case t == column.Text && quoted:
		return l.row1("$match_phrase", k.at, field, l.text(s, k.at))
	case t == column.Text:
		return k.words(field, s)
	case t == column.String:
		return k.term(field, s, !quoted && strings.Contains(s, "*"))
	case t == column.IP && strings.Contains(s, "/"):
		return l.row1("$any_cidr", k.at, field, l.text(s, k.at))
	}
	return k.against(field, ":", s)
}

// term is a keyword that is a text, or that fits a pattern.
func (k *kibana) term(field plan.Expr, s string, pattern bool) plan.Expr {
	l := k.l
	if k.folds {
		field, s = l.row1("to_lower", k.at, field), function.Smalls(s)
	}
	if pattern {
		return l.row1("$any_like", k.at, field, l.text(escapeLike(s), k.at))
	}
	return l.row1("$match", k.at, field, l.text(s, k.at), l.text("or", k.at), l.text("", k.at))
}

// words is a text that has one of some words, in which asterisks stand for anything.
func (k *kibana) words(field plan.Expr, s string) plan.Expr {
	l := k.l
	plain := func(s string) plan.Expr {
		return l.row1("$match_words", k.at, field, l.text(s, k.at), l.text("or", k.at), l.text("", k.at))
	}
	if !strings.Contains(s, "*") {
		return plain(s)
	}
	var parts []plan.Expr
	for _, word := range strings.Fields(s) {
		if strings.Contains(word, "*") {
			parts = append(parts, l.row1("$any_word_like", k.at, field, l.text(escapeLike(word), k.at)))
		} else {
			parts = append(parts, plain(word))
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return l.row1("or", k.at, parts...)
}

// escapeLike makes a pattern of LIKE in which only asterisks are special.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `?`, `\?`).Replace(s)
}

func (k *kibana) bound(name, op string) plan.Expr {
	field := k.l.column(name, k.at)
	s, _, ok := k.word()
	switch {
	case !ok:
		k.fail("expected a value after %s", op)
		return nil
	case field == nil:
		k.failed = true
		return nil
	case field.Type() == column.Null:
		return k.l.untrue(k.at, field)
	}
	return k.against(field, op, s)
}

// word reads a text in quotes, or up to a blank or a special character; a backslash takes the next character as it is.
func (k *kibana) word() (s string, quoted, ok bool) {
	defer k.space()
	var b strings.Builder
	if k.pos < len(k.in) && k.in[k.pos] == '"' {
		for k.pos++; k.pos < len(k.in); k.pos++ {
			switch c := k.in[k.pos]; c {
			case '"':
				k.pos++
				return b.String(), true, true
			case '\\':
				if k.pos++; k.pos == len(k.in) {
					continue
				}
				c = k.in[k.pos]
				b.WriteByte(c)
			default:
				b.WriteByte(c)
			}
		}
		k.fail("the text in quotes is not closed")
		return "", true, false
	}
	start := k.pos
	for k.pos < len(k.in) && strings.IndexByte(" \t\r\n(){}:<>\"", k.in[k.pos]) < 0 {
		if k.in[k.pos] == '\\' && k.pos+1 < len(k.in) {
			k.pos++
		}
		b.WriteByte(k.in[k.pos])
		k.pos++
	}
	return b.String(), false, k.pos > start
}
