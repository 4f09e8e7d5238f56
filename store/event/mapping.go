package event

import (
	"fmt"
	"slices"
	"strings"

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
