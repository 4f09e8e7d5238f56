package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"casebook/store/event"
)

// A table whose columns are found has those that its segments have packs of, each of a type that follows from the kinds of all their values.
// So it is the same whichever of its records were loaded first, and nothing beside the segments has to be kept.

// foundColumns are a table's columns, as far as its segments were looked at.
type foundColumns struct {
	kinds map[string]event.Kinds
	last  int64 // the newest segment that was looked at
	table *event.Table
}

// view is the table of a mapping.
func (db *DB) view(m *event.Mapping) *event.Table {
	if m.Found() == 0 {
		return m.Table()
	}
	// A store that cannot be read says so when the events are read.
	all, err := db.segments(context.Background(), db.readers)
	c := &db.tables
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.found[m.Name()]
	if f == nil {
		f = &foundColumns{kinds: map[string]event.Kinds{}, table: m.View(nil)}
		if c.found == nil {
			c.found = map[string]*foundColumns{}
		}
		c.found[m.Name()] = f
	}
	var fresh []int64
	for _, s := range all {
		if s.source == m.Name() && s.id > f.last {
			fresh = append(fresh, s.id)
		}
	}
	if err == nil && len(fresh) > 0 && db.learnKinds(f, fresh) {
		f.table = m.View(f.kinds)
	}
	return f.table
}

// learnKinds reads the kinds of the fields of segments, and tells whether they are new.
func (db *DB) learnKinds(f *foundColumns, segments []int64) bool {
	list, err := json.Marshal(segments)
	if err != nil {
		return false
	}
	more := false
	err = each(context.Background(), db.readers, "select field, base from pack where segment in (select value from json_each(?)) and field >= ? and field < ?",
		[]any{string(list), packLoose, afterLoose}, func(scan func(...any) error) error {
			var name string
			var kinds int64
			err := scan(&name, &kinds)
			name = strings.TrimPrefix(name, packLoose)
			is := f.kinds[name] | event.Kinds(kinds)
			more = more || is != f.kinds[name]
			f.kinds[name] = is
			return err
		})
	if err == nil {
		f.last = slices.Max(segments)
	}
	return more
}

// FoundTable is what was found of a table's columns.
type FoundTable struct {
	Name    string        `json:"name"`
	Columns []FoundColumn `json:"columns"`
}

// FoundColumn is a column that was found, and in words of which kinds its values are, where they have only the text in common.
type FoundColumn struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Mixed string `json:"mixed,omitempty"`
}

// Found are the columns of a table that are found in its records; nil for any other table.
func (db *DB) Found(name string) *FoundTable {
	m := db.mapped(name)
	if m == nil || m.Found() == 0 {
		return nil
	}
	view := db.view(m)
	db.tables.mu.Lock()
	defer db.tables.mu.Unlock()
	t := &FoundTable{Name: name}
	for _, c := range view.Columns {
		if c.From != event.Constant { // which no record says
			t.Columns = append(t.Columns, FoundColumn{c.Field.Name, c.Type.String(), m.Mixed(c.Field.Name, db.tables.found[name].kinds[c.Field.Name])})
		}
	}
	return t
}

// columnsSum is the same as long as a table's columns and their types are.
func columnsSum(t *event.Table) []byte {
	h := sha256.New()
	for _, f := range t.Fields() {
		fmt.Fprintf(h, "%q %s\n", f.Name, f.Type)
	}
	return h.Sum(nil)
}
