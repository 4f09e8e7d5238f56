package event

import (
	"fmt"
	"strings"
	"time"

	"casebook/engine/column"
)

// fit gives an event a column's value, or says why it does not fit.
func (d *Decoder) fit(e *Event, c *mapped, v []byte) string {
	if c.loose() {
		return d.fitLoose(e, c, v)
	}
	text := ""
	if v[0] != '{' && v[0] != '[' {
		text = d.textOf(v)
	} else if c.Type != column.Dynamic {
		return wanted(c, v)
	}
	add := func(x Value) {
		x.Field = c.field
		e.Values = append(e.Values, x)
	}
	switch c.Type {
	case column.String:
		if c.Slot != NoSlot {
			*e.text(c.Slot) = text
		}
		d.many(e, c.field, text)
	case column.Long:
		n, ok := whole([]byte(text))
		if !ok || !isNumber([]byte(text)) {
			return wanted(c, v)
		}
		if c.Slot != NoSlot {
			*e.number(c.Slot) = Some(n)
		}
		add(Value{Int: n})
	case column.Double:
		if !isNumber([]byte(text)) {
			return wanted(c, v)
		}
		f := float([]byte(text))
		if f-f != 0 {
			return wanted(c, v)
		}
		add(Value{Float: f})
	case column.Bool:
		yes, ok := asBool(text).(bool)
		if !ok {
			return wanted(c, v)
		}
		add(Value{Int: int64(bitOf(yes))})
	case column.Dynamic:
		d.json(e, c.field, d.jsonOf(v))
	case column.Time:
		ns, zoned, ok := c.read(text)
		if !ok {
			return wanted(c, v)
		}
		if !zoned {
			d.scanner.flags |= NoZone
		}
		if c.Time {
			e.Time, e.Dated = ns, true
		} else {
			add(Value{Int: column.FromNanos(ns)})
		}
	}
	return ""
}

func bitOf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// fitLoose gives an event the values of a loose column, each of which has to fit.
func (d *Decoder) fitLoose(e *Event, c *mapped, v []byte) string {
	spans := [][]byte{v}
	if v[0] == '[' && c.Many {
		spans = elements(spans[:0], v)
	}
	texts := make([]string, 0, len(spans))
	for _, x := range spans {
		if x[0] == 'n' {
			continue
		}
		if x[0] == '{' || x[0] == '[' {
			return wanted(c, v)
		}
		text := d.textOf(x)
		if text == "" && c.Type != column.String { // a cell of a CSV
			continue
		}
		if c.read != nil {
			ns, zoned, ok := c.read(text)
			if !ok {
				return wanted(c, v)
			}
			if !zoned {
				d.scanner.flags |= NoZone
			}
			texts = append(texts, quoted(time.Unix(0, ns).UTC().Format(time.RFC3339Nano)))
			continue
		}
		if Fit(text, c.Type) == nil {
			return wanted(c, v)
		}
		if c.Slot != NoSlot {
			*e.text(c.Slot) = text
		}
		texts = append(texts, quoted(text))
	}
	switch len(texts) {
	case 0:
	case 1:
		e.Values = append(e.Values, Value{Field: c.field, Text: texts[0]})
	default:
		e.Values = append(e.Values, Value{Field: c.field, Text: "[" + strings.Join(texts, ",") + "]"})
	}
	return ""
}

// wanted says what a column takes and what was found.
func wanted(c *mapped, found []byte) string {
	const most = 60
	text := string(found)
	if len(text) > most {
		text = text[:most] + "…"
	}
	what := "a " + typeNames[c.Type]
	switch typeNames[c.Type][0] {
	case 'a', 'e', 'i', 'o', 'u':
		what = "an " + typeNames[c.Type]
	}
	if c.Format != "" {
		what += " as " + c.Format
	}
	hint := ""
	if found[0] == '[' && !c.Many {
		hint = "; \"many = true\" below its [[column]] takes several values"
	}
	return fmt.Sprintf("want %s, found %s%s", what, text, hint)
}

// typeNames are the types as mappings write them, and typeList all of them, as people are told.
var typeNames = map[column.Type]string{column.String: "string", column.Int: "integer", column.Long: "long", column.ULong: "unsigned_long",
	column.Double: "double", column.Bool: "boolean", column.Time: "datetime", column.Nanos: "date_nanos", column.IP: "ip", column.Version: "version",
	column.GUID: "guid", column.Dynamic: "dynamic"}

// TypeList names the types of mappings.
const TypeList = "string, long, integer, unsigned_long, double, boolean, datetime, date_nanos, ip, version, guid or dynamic"

// MappedType is the type that mappings write so.
func MappedType(name string) (column.Type, bool) {
	for t, n := range typeNames {
		if n == name {
			return t, true
		}
	}
	return 0, false
}
