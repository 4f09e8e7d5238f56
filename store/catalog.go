package store

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/store/event"
)

// AlertsTable is the table of alerts that the steps of guides ask: "which other alerts name this user?".
const AlertsTable = "casebook.alerts"

// The metadata columns of Elastic's tables.
const (
	metaID      = "_id"
	metaIndex   = "_index"
	metaVersion = "_version"
)

// Catalog is what queries can name, which is the same whether a store is open or not: rules are checked without one.
type Catalog struct{}

// Table finds the view of events that a query's name stands for, the table of alerts, tables of analysts' own, and lookups.
func (db *DB) Table(name string) (*plan.Table, bool) {
	if t, ok := (Catalog{}).Table(name); ok {
		return t, true
	}
	if m := db.mapped(name); m != nil {
		t := planned(db.view(m))
		t.Found = m.Found() != 0
		return t, true
	}
	t, watchlist, ok := db.lookup(name)
	switch {
	case !ok:
		return nil, false
	case watchlist:
		return t.watchlist, true
	}
	return t.plain, true
}

// Names lists the tables.
func (db *DB) Names() []string {
	return slices.Concat(Catalog{}.Names(), db.mappedNames(), db.lookupNames())
}

// Table finds the view of events that a query's name stands for, and the table of alerts.
func (Catalog) Table(name string) (*plan.Table, bool) {
	if name == AlertsTable {
		return alertsTable(), true
	}
	t, ok := event.Match(name)
	if !ok {
		return nil, false
	}
	return planned(t), true
}

// planned is a view of events as queries see it.
func planned(t *event.Table) *plan.Table {
	fields := t.Fields()
	if t.Index != "" {
		fields = append(fields, column.Field{Name: metaID, Type: column.String}, column.Field{Name: metaIndex, Type: column.String},
			column.Field{Name: metaVersion, Type: column.Long})
	}
	return &plan.Table{Name: t.Name, Time: t.Time, Fields: fields, Open: t.Open}
}

// Names lists the tables.
func (Catalog) Names() []string {
	names := make([]string, 0, 8)
	for _, t := range event.Tables() {
		names = append(names, t.Name)
	}
	return append(names, AlertsTable)
}
