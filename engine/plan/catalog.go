package plan

import (
	"casebook/engine/column"
)

// Catalog knows the tables that queries name.
type Catalog interface {
	// Table is the table that a query's name stands for, wildcards and all ("logs-aws_bedrock.invocation-*").
	// Names are compared as the languages do: exactly. ok is false when there is none.
	Table(name string) (t *Table, ok bool)
	// Names lists the tables, for completion and for the nearest known name.
	Names() []string
}

// Table is what can be asked of a source of events under one name.
type Table struct {
	Name string // the catalog's own name for it; what Scan.Table holds
	// Time is the column that windows and look-backs filter on: "@timestamp" or "TimeGenerated".
	Time   string
	Fields []column.Field
	// Open tables take any other field name: it is null in every row, with a notice, never an error. Elastic's
	// index patterns are open (partially mapped fields); tables with a fixed schema are not. KQL takes only names whose
	// ending tells their type, as Log Analytics gives them to what any service may write.
	Open bool
	// Found tables have their columns' types from the values that were loaded, which may not be those that a rule was written for.
	Found bool
	// Key is the column that ENRICH finds rows by; "" for the first.
	Key string
	// Blocks says that the texts of Key are blocks of addresses ("10.0.0.0/8"), each of which ENRICH finds by any address in it.
	Blocks bool
	// KQL functions over a table (OpenAIChatCompletions) are tables of their own here.
}

// Field is the column of that name.
func (t *Table) Field(name string) (column.Field, bool) {
	for _, f := range t.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return column.Field{}, false
}
