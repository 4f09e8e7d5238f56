package event

import (
	"fmt"
	"slices"
	"strings"

	"casebook/engine/column"
)

// Mapping says how records that casebook has no source for become rows of a table: any NDJSON, JSON or CSV. A record that does not fit
// goes to quarantine; what a mapping does not name is left in the record.
type Mapping struct {
	source  *Source
	table   *Table
	columns []mapped
}

// MappedColumn is one column of a mapped table.
type MappedColumn struct {
	Name   string
	Path   string // in the record: a key, or keys with dots between them; a CSV's column
	Type   column.Type
	Format string // of a datetime: iso (the default), unix, unix_ms, unix_us, unix_ns, or as strptime has it: %d/%b/%Y:%H:%M:%S %z
	Slot   Slot   // the field of events that it also fills, so that timelines know it
	Time   bool   // it is when the event happened
}

type mapped struct {
	MappedColumn
	keys  []string
	field int // in Source.Small
	read  timeReader
}

// NewMapping makes a mapping; the error says which column is wrong.
func NewMapping(name string, columns []MappedColumn) (*Mapping, error) {
	if err := tableName(name); err != nil {
		return nil, err
	}
	m := &Mapping{source: &Source{Name: name, Title: name}, table: &Table{Name: name, Grain: tick, Sources: []string{name}}}
	for _, c := range columns {
		x := mapped{MappedColumn: c, keys: strings.Split(c.Path, ".")}
		switch {
		case c.Name == "":
			return nil, fmt.Errorf("a column without a name")
		case slices.ContainsFunc(m.columns, func(o mapped) bool { return o.Name == c.Name }):
			return nil, fmt.Errorf("column %q: there are two of that name", c.Name)
		case c.Time && c.Type != column.Time:
			return nil, fmt.Errorf("column %q: the time of events is a datetime", c.Name)
		case c.Time && m.table.Time != "":
			return nil, fmt.Errorf("column %q: the time is %q already", c.Name, m.table.Time)
		case c.Format != "" && c.Type != column.Time:
			return nil, fmt.Errorf("column %q: only a datetime has a format", c.Name)
		case c.Slot.IsText() && c.Type != column.String, c.Slot != NoSlot && !c.Slot.IsText() && c.Type != column.Long:
			return nil, fmt.Errorf("column %q: slot %q wants a column of another type", c.Name, c.Slot)
		}
		if c.Type == column.Time {
			var err error
			if x.read, err = readerOfTimes(c.Format); err != nil {
				return nil, fmt.Errorf("column %q: %w", c.Name, err)
			}
		}
		if c.Time {
			m.table.Time = c.Name
			m.table.Columns = append(m.table.Columns, slot(c.Name, column.Time, Time))
		} else {
			x.field = len(m.source.Small)
			m.source.Small = append(m.source.Small, column.Field{Name: c.Name, Type: c.Type})
			m.table.Columns = append(m.table.Columns, small(c.Name, c.Type))
		}
		m.columns = append(m.columns, x)
	}
	if m.table.Time == "" {
		return nil, fmt.Errorf("no column is the time")
	}
	return m, nil
}

// tableName refuses names that queries could not write or that mean something already. Elastic's indices have dots in their names,
// and one before it where they are hidden.
func tableName(name string) error {
	for i, c := range strings.TrimPrefix(name, ".") {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c != '-' && c != '.' && (c < '0' || c > '9')) {
			return fmt.Errorf("table %q: a name is of letters, digits, _, - and dots, and begins with a letter", name)
		}
	}
	_, taken := SourceOf(name)
	if strings.Trim(name, ".") == "" || taken || len(MatchAll(name)) > 0 {
		return fmt.Errorf("table %q: casebook has another meaning for that name", name)
	}
	return nil
}

// Name is the table's name, and that of the source of its events.
func (m *Mapping) Name() string { return m.table.Name }

// Source is what the mapping's events say they are of.
func (m *Mapping) Source() *Source { return m.source }

// Table is the view of the mapping's events.
func (m *Mapping) Table() *Table { return m.table }

// names tells whether a CSV's header has any of the mapping's columns.
func (m *Mapping) names(header []string) bool {
	return slices.ContainsFunc(header, func(cell string) bool {
		name, _, _ := zoneOf(cell)
		return slices.ContainsFunc(m.columns, func(c mapped) bool { return c.Path == name })
	})
}

// Detail decodes a record again for its details.
func (m *Mapping) Detail(raw []byte) (*Details, error) {
	d := Decoder{block: &Block{mapping: m}}
	x := &Details{Raw: raw, mapping: m}
	if why := d.record(raw, &x.Event); why != nil {
		return nil, why
	}
	d.settle(&x.Event)
	return x, nil
}

// record decodes a record by the mapping.
func (m *Mapping) record(d *Decoder, raw []byte, e *Event) *Reject {
	s := &d.scanner
	s.reset(raw)
	if s.peek() != '{' {
		return d.scalar()
	}
	if d.row.read(s); s.fault != "" {
		return d.malformed()
	}
	if s.peek(); s.i < len(s.b) {
		return &Reject{Code: more}
	}
	e.Source = m.source.Name
	some := false
	for i := range m.columns {
		c := &m.columns[i]
		v := d.row.get(c.Path)
		if v == nil && len(c.keys) > 1 {
			v = inner(d.row.get(c.keys[0]), c.keys[1:]...)
		}
		if v == nil {
			continue
		}
		some = true
		if why := d.fit(e, c, v); why != "" {
			return &Reject{CodeRow, fmt.Sprintf("column %q of %s: %s", c.Name, m.Name(), why)}
		}
	}
	switch {
	case some:
		d.row.values = e.Values[:0]
		d.seal(e, "")
		return d.rest()
	case d.row.wraps():
		return &Reject{Code: envelope}
	case d.row.tells():
		return &Reject{Code: message}
	}
	return &Reject{CodeRow, "it has none of the columns of " + m.Name()}
}

// fit gives an event a column's value, or says why it does not fit.
func (d *Decoder) fit(e *Event, c *mapped, v []byte) string {
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
		switch {
		case strings.EqualFold(text, "true"):
			add(Value{Int: 1})
		case strings.EqualFold(text, "false"):
			add(Value{})
		default:
			return wanted(c, v)
		}
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

// wanted says what a column takes and what was found.
func wanted(c *mapped, found []byte) string {
	const most = 60
	text := string(found)
	if len(text) > most {
		text = text[:most] + "…"
	}
	what := "a " + typeNames[c.Type]
	if c.Type == column.Time && c.Format != "" {
		what += " as " + c.Format
	}
	return fmt.Sprintf("want %s, found %s", what, text)
}

// typeNames are the types as mappings write them.
var typeNames = map[column.Type]string{column.String: "string", column.Long: "long", column.Double: "double", column.Bool: "boolean",
	column.Time: "datetime", column.Dynamic: "dynamic"}

// MappedType is the type that mappings write so.
func MappedType(name string) (column.Type, bool) {
	for t, n := range typeNames {
		if n == name {
			return t, true
		}
	}
	return 0, false
}
