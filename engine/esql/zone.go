package esql

import (
	"strings"
	"time"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// SET time_zone: what days and hours there are is a matter of the zone's clocks. A call that asks for them is made of one that computes in
// UTC, over what those clocks show. Dates stay instants, and are shown in UTC.

// setZone is SET time_zone.
func (l *lowerer) setZone(s setting) {
	name, ok := "", false
	if v, isLiteral := s.value.(*literal); isLiteral {
		name, ok = v.str()
	}
	if !ok {
		l.fail(s.value.span(), "expected a zone of time in quotes, found %s", l.file.Slice(s.value.span()))
		return
	}
	zone, err := function.ReadZone(name)
	if err != nil {
		l.fail(s.value.span(), "%v", err)
		return
	}
	if l.zone = name; zone == time.UTC {
		l.zone = ""
	}
}

// byClocks is a call that means the zone of the query.
func (l *lowerer) byClocks(c *plan.Call, shown string) plan.Expr {
	if l.zone == "" {
		return c
	}
	at := func(i int) plan.Expr { return c.Args[i] }
	if !strings.HasPrefix(shown, "::") {
		shown = strings.ToUpper(shown)
	}
	switch name := c.Func.Name; name {
	case "date_extract", "date_format", "date_diff":
		return l.byConstant(c, shown)
	case "day", "day_name", "days_in_month", "hour", "month", "month_name", "year":
		return l.local(c, 0)
	case "date_trunc":
		return l.startByClocks(c, at(0), at(1))
	case "bucket", "bin":
		switch {
		case !isTime(at(0).Type()):
			return c
		case len(c.Args) == 2:
			return l.startByClocks(c, at(1), at(0))
		}
		return l.notByClocks(c.At, shown, "give the width of the buckets: BUCKET(date, 1 hour)")
	case "date_parse":
		format := l.text("strict_date_optional_time", c.At)
		if len(c.Args) == 2 {
			format = at(0)
		}
		return l.row1("$date_parse_in", c.At, format, at(len(c.Args)-1), l.text(l.zone, c.At))
	case "to_datetime", "to_date_nanos":
		if sameText(at(0).Type(), column.String) {
			return l.typedRow("$read_in", c, at(0))
		}
	case "to_string", "to_text":
		if isTime(at(0).Type()) {
			return l.notByClocks(c.At, shown, `say in which format: DATE_FORMAT("yyyy-MM-dd HH:mm:ss", date)`)
		}
	case "+", "-":
		if row := map[string]string{"+": "$later_in", "-": "$earlier_in"}[name]; len(c.Args) == 2 && isTime(at(0).Type()) && at(1).Type() == column.Period {
			return l.row1(row, c.At, at(0), at(1), l.text(l.zone, c.At))
		}
	case "date_unit_count":
		return l.notByClocks(c.At, shown, "")
	}
	return c
}

func (l *lowerer) notByClocks(at syntax.Span, shown, hint string) plan.Expr {
	err := l.fail(at, "%s is not supported under SET time_zone", shown)
	if hint != "" {
		_ = err.WithHint("%s", hint)
	}
	return nil
}

// local is a call whose argument is what clocks show.
func (l *lowerer) local(c *plan.Call, args ...int) plan.Expr {
	for _, i := range args {
		c.Args[i] = l.row1("$local", c.At, c.Args[i], l.text(l.zone, c.At))
	}
	return c
}

// startByClocks is the start of the span that a date falls into, in a call that has these arguments in its own order.
func (l *lowerer) startByClocks(c *plan.Call, span, date plan.Expr) plan.Expr {
	zone := l.text(l.zone, c.At)
	if span.Type() == column.Duration {
		return l.row1("$trunc_in", c.At, span, date, zone)
	}
	start := l.row1("date_trunc", c.At, span, l.row1("$local", c.At, date, zone))
	return l.row1("$utc", c.At, start, zone)
}

// byConstant is a call whose first argument, a text of the query, says whether a zone matters to it.
func (l *lowerer) byConstant(c *plan.Call, shown string) plan.Expr {
	if len(c.Args) == 1 { // DATE_FORMAT without a format
		return l.notByClocks(c.At, shown, `say in which format: DATE_FORMAT("yyyy-MM-dd HH:mm:ss", date)`)
	}
	if !isLiteralText(c.Args[0]) {
		return l.notByClocks(c.Args[0].Span(), shown+" of what is no constant", "")
	}
	what := c.Args[0].(*plan.Lit).Value.Value(0).(string)
	part := strings.ToLower(what)
	switch c.Func.Name {
	case "date_diff":
		if !function.CountsDays(part) {
			return c
		}
		return l.local(c, 1, 2)
	case "date_format":
		if function.ShowsZone(what) {
			return l.notByClocks(c.Args[0].Span(), "a format that shows the zone", `leave it out: "yyyy-MM-dd HH:mm:ss"`)
		}
	case "date_extract":
		if part == "instant_seconds" {
			return c
		} else if part == "offset_seconds" {
			return l.notByClocks(c.Args[0].Span(), "offset_seconds", "")
		}
	}
	return l.local(c, 1)
}

// typedRow is the row of a name that gives what a call gives.
func (l *lowerer) typedRow(name string, c *plan.Call, arg plan.Expr) plan.Expr {
	for _, r := range function.Lookup(function.ESQL, name) {
		if r.Returns == c.T {
			return &plan.Call{Func: r, Args: []plan.Expr{arg, l.text(l.zone, c.At)}, T: c.T, At: c.At, Place: l.place(c.At)}
		}
	}
	return c
}
