package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

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
// path is the name where there is none, type is string. With infer = "elastic" or "sentinel" the columns are found in the records, and those
// that are named are of the type that is said.
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
	Infer  string        `toml:"infer"`
	Time   string        `toml:"time"`
	Column []mappingLine `toml:"column"`
}

type mappingLine struct {
	Name   string `toml:"name"`
	Path   string `toml:"path"`
	Type   string `toml:"type"`
	Format string `toml:"format"`
	Slot   string `toml:"slot"`
	Many   bool   `toml:"many"`
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
	columns, err := m.file.columns()
	if err == nil {
		if m.file.Infer == "" {
			m.mapping, err = event.NewMapping(name, columns)
		} else if how, ok := event.FoundBy(m.file.Infer); ok {
			m.mapping, err = event.FindMapping(name, how, m.file.Time, columns)
		} else {
			err = fmt.Errorf("infer = %q: want elastic or sentinel", m.file.Infer)
		}
	}
	var wrong *event.ColumnError
	if errors.As(err, &wrong) {
		return nil, fmt.Errorf("%s:%d: %w", path, lineOfColumn(text, wrong.Column), err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// FindingMapping is the mapping of a table that was given none: its columns are found in the records, in the way that its name speaks for.
func FindingMapping(name string) (*Mapping, error) {
	return ParseMapping(name, "--table "+name, fmt.Appendf(nil, "infer = %q\n", event.FoundFor(name)))
}

// columns reads the columns of a mapping.
func (f *mappingFile) columns() ([]event.MappedColumn, error) {
	columns := make([]event.MappedColumn, len(f.Column))
	known := false
	for i := range f.Column {
		line := &f.Column[i]
		if line.Path == "" {
			line.Path = line.Name
		}
		if line.Type == "" {
			line.Type = "string"
		}
		c := event.MappedColumn{Name: line.Name, Path: line.Path, Format: line.Format, Time: line.Name == f.Time, Many: line.Many}
		var ok bool
		if c.Type, ok = event.MappedType(line.Type); !ok {
			return nil, &event.ColumnError{Column: i, Err: fmt.Errorf("column %q: no type %q; want %s", line.Name, line.Type, event.TypeList)}
		}
		if line.Slot != "" {
			if c.Slot, ok = slotOf(line.Slot); !ok || c.Slot == event.Time {
				return nil, &event.ColumnError{Column: i, Err: fmt.Errorf("column %q: no slot %q; want one of %s", line.Name, line.Slot, strings.Join(slotWords(), ", "))}
			}
		}
		known = known || c.Time
		columns[i] = c
	}
	if !known && f.Infer == "" {
		return nil, fmt.Errorf("time = %q: want the name of one of the columns, or infer = \"elastic\" or \"sentinel\" to have them found", f.Time)
	}
	return columns, nil
}

// lineOfColumn is the line of a mapping on which a column begins: with its head, or with its first key where the columns are one list.
func lineOfColumn(text []byte, at int) int {
	var p unstable.Parser
	p.Reset(text)
	var keys []unstable.Iterator
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.ArrayTable:
			keys = append(keys, e.Key())
		case unstable.KeyValue:
			if e.Value().Kind != unstable.Array {
				continue
			}
			for items := e.Value().Children(); items.Next(); {
				if inner := items.Node().Child(); items.Node().Kind == unstable.InlineTable && inner != nil {
					keys = append(keys, inner.Key())
				}
			}
		}
		if at < len(keys) && keys[at].Next() {
			return 1 + bytes.Count(text[:keys[at].Node().Raw.Offset], []byte("\n"))
		}
	}
	return 1
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
		return fmt.Errorf("%s:%d: no key %q in a mapping; it has time, infer, and [[column]] with name, path, type, format, slot, many", path, row, strings.Join(e.Key(), "."))
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
	if m.file.Infer != was.file.Infer {
		list = append(list, fmt.Sprintf("infer was %q and is %q", was.file.Infer, m.file.Infer))
	}
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
		for _, x := range []struct{ what, was, is string }{{"path", old.Path, now.Path}, {"type", old.Type, now.Type}, {"format", old.Format, now.Format}, {"slot", old.Slot, now.Slot},
			{"many", strconv.FormatBool(old.Many), strconv.FormatBool(now.Many)}} {
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
