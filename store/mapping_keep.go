package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"casebook/store/event"
)

// retypes tells whether a mapping differs from another of columns that are found in their types only: the values are kept as they came, so that
// what was loaded is read by the new one as well.
func (m *Mapping) retypes(was *Mapping) bool {
	baked := func(f *mappingFile) map[string]mappingLine {
		lines := map[string]mappingLine{}
		for _, c := range f.Column {
			if c.Slot != "" || c.Format != "" {
				lines[c.Name] = mappingLine{Format: c.Format, Slot: c.Slot}
			}
		}
		return lines
	}
	return m.file.Infer != "" && m.file.Infer == was.file.Infer && m.file.Time == was.file.Time && maps.Equal(baked(&m.file), baked(&was.file))
}

// keepMapping keeps a table's mapping. One that is there already stays as it is once something was loaded by it, which would mean something
// else by another.
func (db *DB) keepMapping(ctx context.Context, m *Mapping) error {
	was, err := db.Mapping(ctx, m.Name)
	if err == nil {
		d := m.differences(was)
		if len(d) == 0 {
			return nil
		}
		all, err := db.segments(ctx, db.readers)
		if err != nil {
			return db.trouble("read events", err)
		}
		if !m.retypes(was) && slices.ContainsFunc(all, func(s *segment) bool { return s.source == m.Name }) {
			return fmt.Errorf("table %q has another mapping since %s: %s; give the new one another name", m.Name, was.Added.Format(time.DateOnly), strings.Join(d, "; "))
		}
	} else if !errors.Is(err, ErrNotFound) {
		return err
	}
	err = db.write(ctx, "keep the mapping of "+m.Name, func(tx *Tx) error {
		if _, err := tx.exec("insert or replace into mapping (name, text, sha256, added, actor) values (?,?,?,?,?)", m.Name, m.Text, m.SHA256, tx.now.UnixNano(), tx.actor.Name); err != nil {
			return err
		}
		return tx.journal("mapping add", "mapping", 0, map[string]any{"name": m.Name, "sha256": fmt.Sprintf("%x", m.SHA256)})
	})
	if err == nil {
		db.tables.put(m.Name, m.mapping)
	}
	return err
}

// Mapping is the mapping of a table.
func (db *DB) Mapping(ctx context.Context, name string) (*Mapping, error) {
	m := &Mapping{}
	var added int64
	err := db.readers.QueryRowContext(ctx, "select text, added, actor from mapping where name = ?", name).Scan(&m.Text, &added, &m.Actor)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("a mapping of table %q: %w", name, ErrNotFound)
	}
	if err != nil {
		return nil, db.trouble("read a mapping", err)
	}
	parsed, err := ParseMapping(name, name, m.Text)
	if err != nil {
		return nil, &Trouble{Kind: Damaged, Path: db.path, Err: err, Text: "the mapping of a table cannot be read: " + err.Error()}
	}
	parsed.Added, parsed.Actor = time.Unix(0, added).UTC(), m.Actor
	return parsed, nil
}

// mappingCache are the mappings that were asked for. One that another process has put in the place of one by which nothing was loaded is not
// seen: nothing of it can be in this one's answers.
type mappingCache struct {
	mu    sync.Mutex
	by    map[string]*event.Mapping
	found map[string]*foundColumns
}

func (c *mappingCache) put(name string, m *event.Mapping) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = map[string]*event.Mapping{}
	}
	c.by[name] = m
	delete(c.found, name)
}

// mapped is the mapping of a table; nil when analysts have made none of that name.
func (db *DB) mapped(name string) *event.Mapping {
	c := &db.tables
	c.mu.Lock()
	m := c.by[name]
	c.mu.Unlock()
	if m != nil {
		return m
	}
	// A store that cannot be read says so when the events are read.
	kept, err := db.Mapping(context.Background(), name)
	if err != nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.by[name]; m != nil {
		return m // all of a process have the same, whose fields have their places in it
	}
	if c.by == nil {
		c.by = map[string]*event.Mapping{}
	}
	c.by[name] = kept.mapping
	return kept.mapping
}

// mappedNames lists the tables of analysts' own.
func (db *DB) mappedNames() []string {
	var names []string
	// A store that cannot be read says so when the events are read.
	_ = each(context.Background(), db.readers, "select name from mapping order by name", nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		names = append(names, name)
		return err
	})
	return names
}

// match is the view of events that a query's name stands for: one of casebook's, or a table of an analyst's own.
func (db *DB) match(name string) (*event.Table, bool) {
	if t, ok := event.Match(name); ok {
		return t, true
	}
	if m := db.mapped(name); m != nil {
		return db.view(m), true
	}
	return nil, false
}

// sourceOf is the source of that name: one of casebook's, or that of a table of an analyst's own.
func (db *DB) sourceOf(name string) (*event.Source, bool) {
	if s, ok := event.SourceOf(name); ok {
		return s, true
	}
	if m := db.mapped(name); m != nil {
		return m.Source(), true
	}
	return nil, false
}

// mappedForm is what a file's row says of the mapping it was loaded by, "" for none.
func mappedForm(m *event.Mapping) string {
	if m == nil {
		return ""
	}
	return "table:" + m.Name()
}

// mappingOfForm is the mapping that a file's row names; nil for none.
func (db *DB) mappingOfForm(form string) (*event.Mapping, error) {
	name, ok := strings.CutPrefix(form, "table:")
	if !ok {
		return nil, nil
	}
	if m := db.mapped(name); m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("the mapping of table %q is missing", name)
}
