package event

import (
	"strings"

	"casebook/engine/column"
)

// Table is one view of events, under the name that rules know. Its rows are the events of its Sources.
type Table struct {
	Name    string   // the published name; Elastic's with its wildcard
	Aliases []string // other names for the same rows
	Index   string   // for Elastic patterns: the data stream that the events stand in, which patterns are matched against
	Time    string   // the column that windows filter on
	Grain   int64    // nanoseconds that times are cut to: Elastic keeps milliseconds, Kusto its ticks
	Open    bool     // other field names are null with a notice; otherwise they are errors
	Sources []string // names of the Sources whose events are its rows
	Columns []Column
}

// Column is one field of a view and where its value comes from. The metadata columns that Elastic adds (_id, _index,
// _version) are the store's: _id from Event.Key, _index from Table.Index, _version 1.
type Column struct {
	column.Field
	From Origin
	Slot Slot   // with FromSlot: the Event's field
	Name string // with FromSmall: the name in Source.Small; with FromRaw: what Details.Value knows it by
	Text string // with Constant: the value in every row
	// Of, if not empty, is the one source whose events have the column; of the table's others it is null.
	Of string
	// Chosen says that settings of the service decide for each value whether there are records of it: where no record of a category is
	// loaded, nothing is known of what it would tell.
	Chosen bool
	// Loose says of a FromSmall column that its values are kept as the records have them, and are read with Fit.
	Loose bool
}

// Has tells whether events of a source have the column.
func (c *Column) Has(source string) bool { return c.Of == "" || c.Of == source }

// The grains of time.
const (
	millisecond = 1_000_000
	tick        = 100
)

// Origin is where a view's column is found.
type Origin uint8

// The origins.
const (
	// FromSlot: a field of Event. Time slots are ns and become ticks; a number slot shown as Double is converted; Nanos
	// are as they are.
	FromSlot Origin = iota
	// FromSmall: one of Event.Values, packed by the store and read without the record.
	FromSmall
	// FromRaw: decoded from the record's bytes when a query asks for it (Detail): prompts, completions, everything large or rare.
	FromRaw
	// Constant: the same text in every row.
	Constant
)

// Column is the table's column of a name.
func (t *Table) Column(name string) (*Column, bool) {
	for i := range t.Columns {
		if t.Columns[i].Field.Name == name {
			return &t.Columns[i], true
		}
	}
	return nil, false
}

// Fields lists the columns as the planner wants them.
func (t *Table) Fields() []column.Field {
	fields := make([]column.Field, len(t.Columns))
	for i, c := range t.Columns {
		fields[i] = c.Field
	}
	return fields
}

// Ticks is an event's time as the view shows it.
func (t *Table) Ticks(ns int64) int64 {
	if r := ns % t.Grain; r < 0 {
		ns -= r + t.Grain
	} else {
		ns -= r
	}
	return ns / 100
}

// Tables lists every view.
func Tables() []*Table { return tables }

// Match finds the view that a query's table name stands for. KQL names are compared exactly. Elastic patterns may be
// wider or narrower than the published one ("logs-aws_bedrock*", "logs-aws_bedrock.invocation-default"): the name
// is compared, wildcards and all, with the name of the data stream, and with the published pattern. A pattern that fits several
// views ("logs-*") fits none here; the caller sees them with MatchAll.
func Match(name string) (*Table, bool) {
	found := MatchAll(name)
	if len(found) != 1 {
		return nil, false
	}
	return found[0], true
}

// MatchAll finds every view that a table name stands for. A list of patterns with commas is the union.
func MatchAll(name string) []*Table {
	var found []*Table
	for _, t := range tables {
		for part := range strings.SplitSeq(name, ",") {
			if t.is(strings.TrimSpace(part)) {
				found = append(found, t)
				break
			}
		}
	}
	return found
}

func (t *Table) is(name string) bool {
	if name == t.Name {
		return true
	}
	for _, alias := range t.Aliases {
		if name == alias {
			return true
		}
	}
	if t.Index == "" || name == "" {
		return false
	}
	// A remote cluster's name before the colon says where, not what.
	if _, after, ok := strings.Cut(name, ":"); ok {
		name = after
	}
	return wild(name, t.Index) || wild(t.Name, name)
}

// wild matches a pattern in which * stands for any run of characters.
func wild(pattern, s string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !strings.HasPrefix(s, head) {
		return false
	}
	s = s[len(head):]
	if !star {
		return s == ""
	}
	for i := 0; i <= len(s); i++ {
		if wild(rest, s[i:]) {
			return true
		}
	}
	return false
}

// The ways to write a table's columns.

func slot(name string, t column.Type, s Slot) Column {
	return Column{Field: column.Field{Name: name, Type: t}, From: FromSlot, Slot: s}
}

// only limits a column to the events of one source.
func only(source string, c Column) Column {
	c.Of = source
	return c
}

func small(name string, t column.Type) Column {
	return Column{Field: column.Field{Name: name, Type: t}, From: FromSmall, Name: name}
}

// smallAs shows a small field of the source under a name of the view's own.
func smallAs(name, of string, t column.Type) Column {
	return Column{Field: column.Field{Name: name, Type: t}, From: FromSmall, Name: of}
}

func raw(t column.Type, names ...string) []Column {
	columns := make([]Column, len(names))
	for i, name := range names {
		columns[i] = Column{Field: column.Field{Name: name, Type: t}, From: FromRaw, Name: name}
	}
	return columns
}

func constant(name, value string) Column {
	return Column{Field: column.Field{Name: name, Type: column.String}, From: Constant, Text: value}
}

func columns(groups ...[]Column) []Column {
	var all []Column
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}
