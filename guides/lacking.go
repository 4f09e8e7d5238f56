package guides

import (
	"fmt"
	"maps"
	"slices"

	"casebook/engine"
	"casebook/engine/column"
)

// Lacking says which columns a file of Sentinel's makes alerts from that the rows of its query do not have: a slip, which its
// SIEM passes over in silence. Elastic's alerts have the fields of their events too, so that nothing is known of them here.
func (d *Detection) Lacking(columns []column.Field) []string {
	if d.Rule.Language != engine.KQL {
		return nil
	}
	var notes []string
	lacks := func(name, format string, args ...any) {
		if name != "" && !slices.ContainsFunc(columns, func(f column.Field) bool { return f.Name == name }) {
			notes = append(notes, fmt.Sprintf("the result has no column %s, ", name)+fmt.Sprintf(format, args...))
		}
	}
	for _, e := range d.Entities {
		for _, id := range slices.Sorted(maps.Keys(e.Columns)) {
			lacks(e.Columns[id], "so %s.%s is empty in every alert", e.Type, id)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Details)) {
		lacks(d.Details[name], "so the detail %s is empty in every alert", name)
	}
	for _, part := range []struct{ format, what string }{{d.Headline.Title, "title"}, {d.Headline.Text, "description"}} {
		for _, m := range formatColumn.FindAllStringSubmatch(part.format, -1) {
			lacks(m[1], "so every alert has the rule's own %s", part.what)
		}
	}
	lacks(d.Rule.Rating.SeverityColumn, "so every alert has the rule's own severity")
	return notes
}
