package esql

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// What a Kibana query holds a field against is written without a type: the field's says how it is read.

// against is "field: value", or with < <= > >= in place of the colon, for what is no text.
func (k *kibana) against(field plan.Expr, op, s string) plan.Expr {
	switch t := field.Type(); {
	case isTime(t):
		return k.dated(field, op, s)
	case isNumber(t) && t != column.Double:
		return k.whole(field, op, s)
	default:
		v := k.typed(s, t)
		if v == nil {
			return nil
		}
		return k.l.row1(anyRows[op], k.at, field, v)
	}
}

var anyRows = map[string]string{":": "$any_equals", "<": "$any_<", "<=": "$any_<=", ">": "$any_>", ">=": "$any_>="}

func (k *kibana) typed(s string, t column.Type) plan.Expr {
	b := column.NewBuilder(t, 1)
	if t == column.Double {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			k.fail("expected a number, found %s", s)
			return nil
		}
		b.Float(x)
	} else {
		value, err := function.ReadLiteral(s, t, k.l.zone)
		if err != nil {
			k.fail("%v", err)
			return nil
		}
		b.Value(value)
	}
	return &plan.Lit{Value: b.Vector(), At: k.at}
}

// whole holds whole numbers against a number. One with a fraction equals none of them, and one beyond all of them is a bound
// that all of them are within, or none.
func (k *kibana) whole(field plan.Expr, op, s string) plan.Expr {
	t := field.Type()
	hold := func(op string, n int64) plan.Expr {
		b := column.NewBuilder(t, 1)
		b.Int(n)
		return k.l.row1(anyRows[op], k.at, field, &plan.Lit{Value: b.Vector(), At: k.at})
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil && t == column.ULong {
		return hold(op, int64(n))
	} else if n, err := strconv.ParseInt(s, 10, 64); err == nil && t != column.ULong {
		return hold(op, n)
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		k.fail("expected a number, found %s", s)
		return nil
	}
	least, most := -0x1p63, 0x1p63
	if t == column.ULong {
		least, most = 0, 0x1p64
	}
	fraction := x != math.Trunc(x)
	switch {
	case x < least && op[0] == '>', x >= most && op[0] == '<':
		return k.l.row1("is_not_null", k.at, field)
	case x < least, x >= most, op == ":" && fraction:
		return k.l.truth(false, k.at)
	case fraction && op[0] == '<':
		op, x = "<=", math.Floor(x)
	case fraction:
		op, x = ">=", math.Ceil(x)
	}
	if t == column.ULong {
		return hold(op, int64(uint64(x)))
	}
	return hold(op, int64(x))
}

// dated holds dates against one that may be written in part: it means every instant that begins so. A month without a day is
// its first one.
func (k *kibana) dated(field plan.Expr, op, s string) plan.Expr {
	row := map[string]string{":": "mv_in_range", "<": "mv_less", "<=": "$mv_less_equal", ">": "mv_greater", ">=": "$mv_greater_equal"}[op]
	args := []plan.Expr{field}
	if op != "<=" && op != ">" {
		args = append(args, k.moment(s, field.Type(), false))
	}
	if op != ">=" && op != "<" {
		args = append(args, k.moment(s, field.Type(), true))
	}
	for i, a := range args {
		if a == nil {
			return nil
		}
		args[i] = k.l.convert(a, field.Type())
	}
	return k.l.row1(row, k.at, args...)
}

// moment is the first instant that a date means, or the last: one that is written, now, or what lies so far from either.
func (k *kibana) moment(s string, t column.Type, last bool) plan.Expr {
	if rest, ok := strings.CutPrefix(s, "now"); ok {
		return k.moved(&plan.Now{At: k.at}, s, rest, last)
	}
	if anchor, rest, ok := strings.Cut(s, "||"); ok {
		return k.moved(k.moment(anchor, t, false), s, rest, last)
	}
	b := column.NewBuilder(t, 1)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && len(s) > len("2026") {
		at := time.UnixMilli(n)
		if b.Int(column.FromTime(at)); t == column.Nanos {
			b = column.NewBuilder(t, 1)
			b.Int(at.UnixNano())
		}
		return &plan.Lit{Value: b.Vector(), At: k.at}
	}
	text := s
	if m := partOfDate.FindStringSubmatch(s); m != nil && last {
		text = m[1] + "-01-01"[min(len(m[1])-4, 6):] + "T" + m[2]
		if missing := "00:59:59.999999999"; m[2] == "" {
			text += "23" + missing[2:]
		} else if len(m[2]) <= len("00:00:00") {
			text += missing[len(m[2]):]
		}
		text += m[3]
	}
	value, err := function.ReadLiteral(text, t, k.l.zone)
	if err != nil {
		_, err = function.ReadLiteral(s, t, k.l.zone)
	}
	if err != nil {
		k.fail("%v", err)
		return nil
	}
	b.Value(value)
	return &plan.Lit{Value: b.Vector(), At: k.at}
}

// partOfDate is a date that may be written in part: the day, the time, the zone.
var partOfDate = regexp.MustCompile(`^(\d{4}(?:-\d\d){0,2})(?:T(\d\d(?::\d\d){0,2}(?:[.,]\d+)?)?)?(Z|[+-]\d\d(?::?\d\d)?)?$`)

// steps of a computation with dates: +1h, -2d, /d.
var (
	dateStep  = regexp.MustCompile(`^(?:([+-])(\d{0,9})|/)([yMwdhHms])`)
	stepUnits = map[string]string{"y": "year", "M": "month", "w": "week", "d": "day", "h": "hour", "H": "hour", "m": "minute", "s": "second"}
)

// moved is an instant so far from another, or where the unit of time around it begins or ends.
func (k *kibana) moved(at plan.Expr, whole, steps string, last bool) plan.Expr {
	l := k.l
	by := func(op string, n int64, unit string) {
		if span, ok := intervalValue(n, unit); ok && at != nil {
			at = l.clocked(op, l.row1(op, k.at, at, &plan.Lit{Value: span, At: k.at}))
		}
	}
	for steps != "" && at != nil {
		m := dateStep.FindStringSubmatch(steps)
		if m == nil {
			k.fail("cannot compute the date %s: write it like now-1d/d or 2026-03-01||+1M", whole)
			return nil
		}
		steps = steps[len(m[0]):]
		unit := stepUnits[m[3]]
		if m[1] != "" {
			n, err := strconv.ParseInt(m[2], 10, 64)
			if err != nil { // no number
				n = 1
			}
			by(m[1], n, unit)
			continue
		}
		one, _ := intervalValue(1, unit)
		at = l.clocked("date_trunc", l.row1("date_trunc", k.at, &plan.Lit{Value: one, At: k.at}, at))
		if last {
			by("+", 1, unit)
			by("-", 1, "millisecond")
		}
	}
	return at
}

// clocked is a call that means the zone of the query.
func (l *lowerer) clocked(shown string, e plan.Expr) plan.Expr {
	if c, ok := e.(*plan.Call); ok {
		return l.byClocks(c, shown)
	}
	return e
}
