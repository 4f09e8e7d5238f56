package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
