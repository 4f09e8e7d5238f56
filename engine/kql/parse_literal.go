package kql

import (
	"math"
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/syntax"
)

// typeWords are the names that types have in declarations.
var typeWords = map[string]column.Type{
	"bool": column.Bool, "boolean": column.Bool, "int": column.Int, "int32": column.Int, "long": column.Long, "int64": column.Long,
	"real": column.Double, "double": column.Double, "decimal": column.Decimal, "string": column.String,
	"datetime": column.Time, "date": column.Time, "timespan": column.Duration, "time": column.Duration,
	"guid": column.GUID, "uuid": column.GUID, "uniqueid": column.GUID, "dynamic": column.Dynamic,
}

// typeWord is a type's name in KQL.
func typeWord(t column.Type) string {
	switch t {
	case column.Bool:
		return "bool"
	case column.Int:
		return "int"
	case column.Double:
		return "real"
	case column.String, column.Text, column.IP, column.Version:
		return "string"
	case column.Time, column.Nanos:
		return "datetime"
	case column.Duration:
		return "timespan"
	}
	return t.String()
}

func (p *parser) typeName() column.Type {
	t := p.peek()
	if t.kind == word {
		if typ, ok := typeWords[t.text]; ok {
			p.next()
			return typ
		}
		known := make([]string, 0, len(typeWords))
		for w := range typeWords {
			known = append(known, w)
		}
		e := p.errorf(t.span, "unknown type '%s'", t.text).WithHint("the types are bool, datetime, decimal, dynamic, guid, int, long, real, string, timespan")
		if near := syntax.Nearest(t.text, known); near != "" {
			e.WithHint("did you mean '%s'?", near)
		}
		return column.Null
	}
	p.expected("a type")
	return column.Null
}

// typed reads datetime(2020-01-01), long(null) and their like.
func (p *parser) typed() expr {
	t := p.next()
	typ := literalTypes[t.text]
	raw := strings.TrimSpace(t.raw)
	l := &literal{at: at{t.span}, typ: typ}
	if raw == "null" && typ != column.String || (raw == "" && typ == column.Time) {
		return l
	}
	var ok bool
	switch typ {
	case column.Bool:
		switch strings.ToLower(raw) {
		case "true", "1":
			l.value, ok = true, true
		case "false", "0":
			l.value, ok = false, true
		}
	case column.Int, column.Long:
		l.value, ok = integerText(raw, typ)
	case column.Double, column.Decimal:
		if l.value, ok = realText(raw); typ == column.Decimal && function.Figures(raw) > function.DecimalFigures {
			p.errorf(t.span, "decimals of more than %d figures are not supported", function.DecimalFigures)
		}
	case column.Time:
		var ticks int64
		// The documentation also writes its days as 2017 - 08 - 01.
		if ticks, ok = function.ParseTime(strings.ReplaceAll(raw, " - ", "-")); ok {
			l.value = ticks
		}
	case column.Duration:
		var ticks int64
		if ticks, ok = timespanText(strings.Trim(raw, `"'`)); ok {
			l.value = ticks
		}
	case column.GUID:
		var s string
		if s, ok = function.ParseGUID(strings.Trim(raw, `"'`)); ok {
			l.value = s
		}
	case column.String:
		inner := &syntax.File{Text: raw}
		var errs syntax.List
		if tokens := lex(inner, syntax.Span{End: len(raw)}, &errs); len(errs) == 0 && len(tokens) == 2 && tokens[0].kind == text {
			l.value, ok = tokens[0].text, true
		}
	}
	if !ok && !p.failed {
		// The literal is wrong, and what comes after it can be read all the same.
		p.errs.Add(syntax.Errorf(p.file, t.span, "'%s' is no %s", raw, typeWord(typ)))
	}
	return l
}

func integerText(raw string, typ column.Type) (any, bool) {
	bits := 64
	if typ == column.Int {
		bits = 32
	}
	sign, digits := "", raw
	if strings.HasPrefix(raw, "-") || strings.HasPrefix(raw, "+") {
		sign, digits = strings.TrimPrefix(raw[:1], "+"), strings.TrimSpace(raw[1:])
	}
	if hex, ok := strings.CutPrefix(strings.ToLower(digits), "0x"); ok {
		u, err := strconv.ParseUint(hex, 16, bits)
		n := int64(u)
		if bits == 32 {
			n = int64(int32(u))
		}
		if sign == "-" {
			n = -n
		}
		return n, err == nil
	}
	n, err := strconv.ParseInt(sign+digits, 10, bits)
	return n, err == nil
}

func realText(raw string) (any, bool) {
	switch strings.ToLower(raw) {
	case "nan":
		return math.NaN(), true
	case "+inf", "inf":
		return math.Inf(1), true
	case "-inf":
		return math.Inf(-1), true
	}
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, false
	}
	return f, true
}

// timespanText reads what stands in timespan(…): a timespan, a number with a unit, or a number of days.
func timespanText(raw string) (int64, bool) {
	digits := strings.TrimPrefix(raw, "-")
	if i := strings.IndexFunc(digits, letter); i > 0 {
		if size, ok := units[strings.TrimSpace(digits[i:])]; ok {
			n, ok := scale(strings.TrimSpace(digits[:i]), size)
			if raw != digits {
				n = -n
			}
			return n, ok
		}
		// Sums such as 1d + 2h are not read here.
		return 0, false
	}
	return function.ParseTimespan(raw)
}

// dynamic reads dynamic(…).
func (p *parser) dynamic() expr {
	start := p.here()
	p.next()
	p.want("(")
	v := p.json()
	p.want(")")
	if p.failed {
		return nil
	}
	return &literal{p.from(start), column.Dynamic, v}
}

// json reads a value inside dynamic(…).
func (p *parser) json() any {
	if !p.enter() {
		p.leave()
		return nil
	}
	defer p.leave()
	t := p.peek()
	switch t.kind {
	case text:
		joined := ""
		for ; p.peek().kind == text; p.next() {
			joined += p.peek().text
		}
		return joined
	case quoted:
		p.next()
		return []any{t.text}
	case number, fraction:
		return p.jsonNumber("")
	case duration:
		// A timespan in a dynamic literal is the number of its ticks, unlike one that a function packs.
		p.next()
		return t.ticks
	case typed:
		l, ok := p.typed().(*literal)
		if !ok {
			return nil
		}
		n, isTime := l.value.(int64)
		switch {
		case l.typ == column.Bool || l.typ == column.Time && l.value == nil:
			p.errorf(t.span, "a dynamic literal has no %s(…)", typeWord(l.typ)).WithHint("write true, false or null")
		case l.typ == column.Time && isTime:
			return column.Ticks(n)
		}
		return l.value
	case word:
		switch t.text {
		case "true", "false":
			p.next()
			return t.text == "true"
		case "null":
			p.next()
			return nil
		case "dynamic":
			if l, ok := p.dynamic().(*literal); ok {
				return l.value
			}
			return nil
		}
	case mark:
		switch t.text {
		case "-", "+":
			p.next()
			return p.jsonNumber(strings.TrimPrefix(t.text, "+"))
		case "[":
			p.next()
			list := []any{}
			for more := !p.peek().is("]"); !p.failed && more; more = p.take(",") {
				list = append(list, p.json())
			}
			p.want("]")
			return list
		case "{":
			return p.jsonObject()
		}
	}
	p.expected("a JSON value")
	return nil
}

func (p *parser) jsonObject() any {
	p.next()
	o := column.NewObject()
	for more := !p.peek().is("}"); !p.failed && more; more = p.take(",") {
		k := p.peek()
		if k.kind != text {
			p.expected("a key in quotes")
			break
		}
		p.next()
		p.want(":")
		o.Set(k.text, p.json())
	}
	p.want("}")
	return o
}

func (p *parser) jsonNumber(sign string) any {
	t := p.peek()
	switch t.kind {
	case number:
		p.next()
		if n, ok := integerText(sign+t.text, column.Long); ok {
			return n
		}
		f, _ := strconv.ParseFloat(sign+t.text, 64)
		return f
	case fraction:
		p.next()
		f, _ := strconv.ParseFloat(sign+t.text, 64)
		return f
	}
	p.expected("a number")
	return nil
}

// reserved are the words that are no names unless written ['so'].
var reserved = words(`and anomalychart areachart asc barchart between callout card columnchart contains_cs desc endswith endswith_cs
 external_data first has_any has_all has_cs hasprefix hasprefix_cs hassuffix hassuffix_cs isfuzzy ladderchart last like likecs linechart
 missing notcontains notcontainscs notlike notlikecs or others piechart pivotchart project scatterchart stackedareachart startswith
 startswith_cs timechart timeline timepivot treemap union with_itemindex with_match_id with_step_name bagexpansion nooptimization
 pathformat relaxed simple true false int8 char uint8 byte int16 uint16 uint uint32 ulong uint64 float
 boolean int int32 long int64 real double decimal string datetime date timespan time uniqueid dynamic`)

// halfReserved can be given as a column's name, before an =, but not read as one.
var halfReserved = words(`accumulate as by contains datatable earliest externaldata find has in invoke latest materialize of sample search set title to toscalar
 totable verbose where`)

// unnameable can be read as a column's name, but not given as one.
var unnameable = words("kind with_source withsource")

// callable are reserved words that are functions too.
var callable = words("materialize toscalar")

// nameable refuses a keyword where a name is given.
func (p *parser) nameable(t token) bool {
	if t.kind == word && (reserved[t.text] || unnameable[t.text]) {
		p.errorf(t.span, "the keyword '%s' cannot be a name here", t.text).WithHint("write ['%s']", t.text)
		return false
	}
	return true
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}
