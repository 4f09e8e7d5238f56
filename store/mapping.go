package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"

	"casebook/store/event"
)

// Mapping is a table of an analyst's own: a name, and a text that says how records become its rows.
//
//	time = "ts"
//
//	[[column]]
//	name = "ts"
//	path = "event.created"
//	type = "datetime"
//	format = "unix_ms"
//
//	[[column]]
//	name = "who"
//	type = "string"
//	slot = "user"
//
// path is the name where there is none, type is string.
type Mapping struct {
	Name   string
	Text   []byte
	SHA256 []byte
	Added  time.Time
	Actor  string

	file    mappingFile
	mapping *event.Mapping
}

type mappingFile struct {
	Time   string        `toml:"time"`
	Column []mappingLine `toml:"column"`
}

type mappingLine struct {
	Name   string `toml:"name"`
	Path   string `toml:"path"`
	Type   string `toml:"type"`
	Format string `toml:"format"`
	Slot   string `toml:"slot"`
}

// maxMapping is the longest text of a mapping.
const maxMapping = 1 << 20

// ParseMapping reads a mapping of a table. path is what errors call the text.
func ParseMapping(name, path string, text []byte) (*Mapping, error) {
	if len(text) > maxMapping {
		return nil, fmt.Errorf("%s: a mapping of %d bytes, where 1 MiB is the most", path, len(text))
	}
	m := &Mapping{Name: name, Text: text}
	sum := sha256.Sum256(text)
	m.SHA256 = sum[:]
	d := toml.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&m.file); err != nil {
		return nil, mappingError(path, err)
	}
	columns := make([]event.MappedColumn, len(m.file.Column))
	known := false
	for i := range m.file.Column {
		line := &m.file.Column[i]
		if line.Path == "" {
			line.Path = line.Name
		}
		if line.Type == "" {
			line.Type = "string"
		}
		c := event.MappedColumn{Name: line.Name, Path: line.Path, Format: line.Format, Time: line.Name == m.file.Time}
		var ok bool
		if c.Type, ok = event.MappedType(line.Type); !ok {
			return nil, fmt.Errorf("%s: column %q: no type %q; want string, long, double, boolean, datetime or dynamic", path, line.Name, line.Type)
		}
		if line.Slot != "" {
			if c.Slot, ok = slotOf(line.Slot); !ok || c.Slot == event.Time {
				return nil, fmt.Errorf("%s: column %q: no slot %q; want one of %s", path, line.Name, line.Slot, strings.Join(slotWords(), ", "))
			}
		}
		known = known || c.Time
		columns[i] = c
	}
	if !known {
		return nil, fmt.Errorf("%s: time = %q: want the name of one of the columns", path, m.file.Time)
	}
	var err error
	if m.mapping, err = event.NewMapping(name, columns); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

func slotOf(name string) (event.Slot, bool) {
	for _, s := range event.Slots() {
		if s.String() == name {
			return s, true
		}
	}
	return event.NoSlot, false
}

func slotWords() []string {
	var words []string
	for _, s := range event.Slots() {
		if s != event.Time {
			words = append(words, s.String())
		}
	}
	return words
}

// mappingError says where in the text the mistake is.
func mappingError(path string, err error) error {
	var strange *toml.StrictMissingError
	if errors.As(err, &strange) && len(strange.Errors) > 0 {
		e := strange.Errors[0]
		row, _ := e.Position()
		return fmt.Errorf("%s:%d: no key %q in a mapping; it has time, and [[column]] with name, path, type, format, slot", path, row, strings.Join(e.Key(), "."))
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		row, at := wrong.Position()
		return fmt.Errorf("%s:%d:%d: %s", path, row, at, wrong.Error())
	}
	return fmt.Errorf("%s: %w", path, err)
}

// differences list how two mappings of one table differ.
func (m *Mapping) differences(was *Mapping) []string {
	var list []string
	if m.file.Time != was.file.Time {
		list = append(list, fmt.Sprintf("the time was %q and is %q", was.file.Time, m.file.Time))
	}
	of := func(f *mappingFile, name string) *mappingLine {
		if i := slices.IndexFunc(f.Column, func(c mappingLine) bool { return c.Name == name }); i >= 0 {
			return &f.Column[i]
		}
		return nil
	}
	for _, old := range was.file.Column {
		now := of(&m.file, old.Name)
		if now == nil {
			list = append(list, fmt.Sprintf("column %q is gone", old.Name))
			continue
		}
		for _, x := range []struct{ what, was, is string }{{"path", old.Path, now.Path}, {"type", old.Type, now.Type}, {"format", old.Format, now.Format}, {"slot", old.Slot, now.Slot}} {
			if x.was != x.is {
				list = append(list, fmt.Sprintf("column %q: %s was %q and is %q", old.Name, x.what, x.was, x.is))
			}
		}
	}
	for _, now := range m.file.Column {
		if of(&was.file, now.Name) == nil {
			list = append(list, fmt.Sprintf("column %q is new", now.Name))
		}
	}
	return list
}

// keepMapping keeps a table's mapping. One that is there already stays as it is: what was loaded by it would mean something else.
func (db *DB) keepMapping(ctx context.Context, m *Mapping) error {
	was, err := db.Mapping(ctx, m.Name)
	if err == nil {
		if d := m.differences(was); len(d) > 0 {
			return fmt.Errorf("table %q has another mapping since %s: %s; give the new one another name", m.Name, was.Added.Format(time.DateOnly), strings.Join(d, "; "))
		}
		return nil
	}
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	err = db.write(ctx, "keep the mapping of "+m.Name, func(tx *Tx) error {
		if _, err := tx.exec("insert into mapping (name, text, sha256, added, actor) values (?,?,?,?,?)", m.Name, m.Text, m.SHA256, tx.now.UnixNano(), tx.actor.Name); err != nil {
			return err
		}
		return tx.journal("mapping add", "mapping", 0, map[string]any{"name": m.Name, "sha256": fmt.Sprintf("%x", m.SHA256)})
	})
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

// mappingCache are the mappings that were asked for: they never change.
type mappingCache struct {
	mu sync.Mutex
	by map[string]*event.Mapping
}

// mapped is the mapping of a table; nil when analysts have made none of that name.
func (db *DB) mapped(name string) *event.Mapping {
	c := &db.tables
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.by[name]; m != nil {
		return m
	}
	// A store that cannot be read says so when the events are read.
	m, err := db.Mapping(context.Background(), name)
	if err != nil {
		return nil
	}
	if c.by == nil {
		c.by = map[string]*event.Mapping{}
	}
	c.by[name] = m.mapping
	return m.mapping
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
		return m.Table(), true
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
