package esql

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/syntax"
)

// Values written in the text: arrays, numbers, spans of time.

func (p *parser) array() expr {
	start := p.take().at
	a := &array{}
	if p.peek().is("]") {
		p.fail(p.here(), "expected a value in the array")
		return nil
	}
	for {
		at := p.here()
		l, ok := p.operand().(*literal)
		if !ok || l.unit != "" || l.value.Type == column.Null {
			p.fail(at, "expected a number, a string, true or false in an array")
			return nil
		}
		a.items = append(a.items, l)
		if !p.accept(",") {
			break
		}
	}
	p.expect("]", " or , in the array")
	a.place = p.since(start)
	return a
}

// number reads a number with its sign, and the unit of a span of time.
func (p *parser) number() expr {
	start, sign := p.here(), ""
	if t := p.peek(); t.is("-") || t.is("+") {
		p.at++
		sign = strings.TrimPrefix(t.text, "+")
	}
	t := p.take()
	unit := p.peek()
	if t.kind == integer && unit.kind == word && p.isUnit(unit) {
		p.at++
		return p.interval(start, sign+t.text, unit)
	}
	at := p.since(start)
	if t.kind == integer {
		return &literal{place: at, value: integerValue(sign + t.text)}
	}
	f, err := strconv.ParseFloat(sign+t.text, 64)
	if err != nil || math.IsInf(f, 0) {
		p.fail(at.at, "the number %s is too large", sign+t.text)
		return nil
	}
	b := column.NewBuilder(column.Double, 1)
	b.Float(f)
	return &literal{place: at, value: b.Vector()}
}

// integerValue is the smallest type that holds an integer: integer, long, unsigned_long, else double.
func integerValue(s string) *column.Vector {
	build := func(t column.Type, n int64) *column.Vector {
		b := column.NewBuilder(t, 1)
		b.Int(n)
		return b.Vector()
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		if n >= math.MinInt32 && n <= math.MaxInt32 {
			return build(column.Int, n)
		}
		return build(column.Long, n)
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		return build(column.ULong, int64(n))
	}
	f, _ := strconv.ParseFloat(s, 64)
	b := column.NewBuilder(column.Double, 1)
	b.Float(f)
	return b.Vector()
}

// isUnit tells whether the word behind a number is meant as a unit of time, if perhaps a misspelt one.
func (p *parser) isUnit(unit token) bool {
	name := strings.ToLower(unit.text)
	if slices.Contains(function.IntervalUnits(), name) {
		return true
	}
	_, command := otherCommands[strings.ToUpper(name)]
	_, other := otherWords[name]
	next := p.ahead(1)
	assigned := next.is("=") || next.is("==") || next.is("!=") || next.is(".") || next.is("(")
	return !reserved[name] && name[0] != '_' && !command && !other && commands[strings.ToUpper(name)] == nil && !assigned && name != "as" && name != "on"
}

func (p *parser) interval(start syntax.Span, count string, unit token) expr {
	n, err := strconv.ParseInt(count, 10, 64)
	v, ok := intervalValue(n, strings.ToLower(unit.text))
	if known := function.IntervalUnits(); err != nil || !ok && slices.Contains(known, strings.ToLower(unit.text)) {
		p.fail(start.To(unit.at), "the span of time %s %s is too long", count, unit.text)
		return nil
	} else if !ok {
		e := p.fail(unit.at, "unknown unit of time %s", unit.text)
		switch near := nearest(unit.text, known); {
		case near != "" && len(unit.text) > 2:
			_ = e.WithHint("did you mean %s?", near)
		case clock.MatchString(unit.text):
			_ = e.WithHint("dates are written in quotes")
		case count == "0" && unit.text[0]|0x20 == 'x':
			_ = e.WithHint("numbers are written in digits alone")
		}
		return nil
	}
	return &literal{place: p.since(start), value: v, count: n, unit: strings.ToLower(unit.text)}
}

// clock is how the time behind a date begins.
var clock = regexp.MustCompile(`^T[0-9]{2}$`)

func isSpanUnit(s string) bool { return slices.Contains(function.IntervalUnits(), strings.ToLower(s)) }

func intervalValue(n int64, unit string) (*column.Vector, bool) {
	t, value, ok := function.Interval(n, unit)
	if !ok {
		return nil, false
	}
	b := column.NewBuilder(t, 1)
	b.Int(value)
	return b.Vector(), true
}
