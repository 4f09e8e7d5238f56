package event

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"casebook/engine/column"
)

// Mapping says how records that casebook has no source for become rows of a table: any NDJSON, JSON or CSV. A record that does not fit
// goes to quarantine. What a mapping does not name is left in the record, unless the columns are found in the records themselves.
type Mapping struct {
	source  *Source
	table   *Table
	columns []mapped
	found   Found
	fields  *fields // that were found
}

// MappedColumn is one column of a mapped table.
type MappedColumn struct {
	Name   string
	Path   string // in the record: a key, or keys with dots between them; a CSV's column
	Type   column.Type
	Format string // of a datetime: iso (the default), unix, unix_ms, unix_us, unix_ns, or as strptime has it: %d/%b/%Y:%H:%M:%S %z
	Slot   Slot   // the field of events that it also fills, so that timelines know it
	Time   bool   // it is when the event happened
	Many   bool   // a record may have several values of it, as a list
}

type mapped struct {
	MappedColumn
	keys  []string
	field int // in Source.Small
	read  timeReader
}

// ColumnError says which column of a mapping is wrong.
type ColumnError struct {
	Column int // in the list
	Err    error
}

func (e *ColumnError) Error() string { return e.Err.Error() }
func (e *ColumnError) Unwrap() error { return e.Err }

// NewMapping makes a mapping whose columns are named. The error is a ColumnError where one of them is wrong.
func NewMapping(name string, columns []MappedColumn) (*Mapping, error) {
	if err := tableName(name); err != nil {
		return nil, err
	}
	m := &Mapping{source: &Source{Name: name, Title: name}, table: &Table{Name: name, Grain: tick, Sources: []string{name}}}
	for i, c := range columns {
		x, err := m.column(c)
		if err == nil && c.Time && m.table.Time != "" {
			err = fmt.Errorf("column %q: the time is %q already", c.Name, m.table.Time)
		}
		if err != nil {
			return nil, &ColumnError{i, err}
		}
		if c.Time {
			m.table.Time = c.Name
			m.table.Columns = append(m.table.Columns, slot(c.Name, column.Time, Time))
		} else {
			x.field = len(m.source.Small)
			field := small(c.Name, c.Type)
			field.Loose = x.loose()
			m.source.Small = append(m.source.Small, column.Field{Name: c.Name, Type: c.Type})
			m.source.Loose = append(m.source.Loose, field.Loose)
			m.table.Columns = append(m.table.Columns, field)
		}
		m.columns = append(m.columns, x)
	}
	if m.table.Time == "" {
		return nil, fmt.Errorf("no column is the time")
	}
	return m, nil
}

// column reads what a mapping says of a column.
func (m *Mapping) column(c MappedColumn) (mapped, error) {
	x := mapped{MappedColumn: c, keys: strings.Split(c.Path, ".")}
	switch {
	case c.Name == "":
		return x, fmt.Errorf("a column without a name")
	case slices.ContainsFunc(m.columns, func(o mapped) bool { return o.Name == c.Name }):
		return x, fmt.Errorf("column %q: there are two of that name", c.Name)
	case c.Time && c.Type != column.Time:
		return x, fmt.Errorf("column %q: the time of events is a datetime", c.Name)
	case c.Time && c.Many:
		return x, fmt.Errorf("column %q: the time of events is one value", c.Name)
	case c.Many && c.Type == column.Dynamic:
		return x, fmt.Errorf("column %q: a dynamic holds a list as it is; leave \"many\" out", c.Name)
	case c.Many && c.Slot != NoSlot:
		return x, fmt.Errorf("column %q: a slot holds one value; leave \"many\" or \"slot\" out", c.Name)
	case c.Format != "" && c.Type != column.Time && c.Type != column.Nanos:
		return x, fmt.Errorf("column %q: only a datetime or date_nanos has a format", c.Name)
	case c.Slot.IsText() && c.Type != column.String && c.Type != column.IP, c.Slot != NoSlot && !c.Slot.IsText() && c.Type != column.Long:
		return x, fmt.Errorf("column %q: slot %q wants a column of another type", c.Name, c.Slot)
	}
	if c.Type == column.Time || c.Type == column.Nanos {
		var err error
		if x.read, err = readerOfTimes(c.Format); err != nil {
			return x, fmt.Errorf("column %q: %w", c.Name, err)
		}
	}
	return x, nil
}

// loose tells whether the column's values are kept as the records have them.
func (c *mapped) loose() bool {
	switch c.Type {
	case column.String, column.Long, column.Double, column.Bool, column.Time, column.Dynamic:
		return c.Many
	}
	return true
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

// Table is the view of the mapping's events; nil where its columns are found.
func (m *Mapping) Table() *Table { return m.table }

// names tells whether a CSV's header has any of the mapping's columns.
func (m *Mapping) names(header []string) bool {
	if m.found != 0 {
		return true
	}
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
	if m.found != 0 {
		return m.find(d, e)
	}
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
