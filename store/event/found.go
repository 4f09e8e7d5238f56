package event

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"casebook/engine/column"
)

// Columns that are found. A record gives its values under their names, as JSON; what a column is follows from the kinds of all values that
// the table has of it, when somebody asks. So nothing is decided by the record that came first.

// mostFields is how many columns a table may have. Elastic stops at a thousand of an index.
const mostFields = 10_000

// fields are the names that records of a table have had, in the order in which this process has met them: a place in it is of no meaning
// to another.
type fields struct {
	mu     sync.RWMutex
	places map[string]int
	names  []string
}

func (f *fields) name(at int) (string, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if at >= len(f.names) {
		return "", false
	}
	return f.names[at], true
}

func (f *fields) count() int {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return len(f.names)
}

// place is where a name stands; -1 where there is no room for it.
func (f *fields) place(name string) int {
	f.mu.RLock()
	at, ok := f.places[name]
	f.mu.RUnlock()
	if ok {
		return at
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if at, ok = f.places[name]; ok {
		return at
	}
	if len(f.names) >= mostFields {
		return -1
	}
	name = strings.Clone(name)
	f.places[name] = len(f.names)
	f.names = append(f.names, name)
	return f.places[name]
}

// FindMapping makes a mapping whose columns are found. Those that are named have the type that is said; time, if not empty, is the column
// that is the time.
func FindMapping(name string, how Found, time string, columns []MappedColumn) (*Mapping, error) {
	if err := tableName(name); err != nil {
		return nil, err
	}
	if time == "" {
		time = how.time()
	}
	f := &fields{places: map[string]int{}}
	m := &Mapping{source: &Source{Name: name, Title: name, found: f}, found: how, fields: f,
		table: &Table{Name: name, Grain: tick, Sources: []string{name}, Time: time}}
	if how == Elastic {
		m.table.Index, m.table.Open, m.table.Grain = name, true, millisecond
	} else {
		m.table.Open = strings.HasSuffix(name, "_CL") // a service that writes to such a table makes the columns that it needs
	}
	for i, c := range columns {
		c.Time = c.Name == time
		x, err := m.column(c)
		switch {
		case err != nil:
		case c.Path != c.Name:
			err = fmt.Errorf("column %q: a column that is found has the name that it has in the records; leave \"path\" out", c.Name)
		case c.Many:
			err = fmt.Errorf("column %q: a column that is found may have several values in any case; leave \"many\" out", c.Name)
		case c.Slot != NoSlot && !c.Slot.IsText():
			err = fmt.Errorf("column %q: of columns that are found only texts have a slot", c.Name)
		case c.Format != "" && !c.Time:
			err = fmt.Errorf("column %q: of columns that are found only the time has a format; others are read as ISO 8601, or as counts since 1970", c.Name)
		}
		if err != nil {
			return nil, &ColumnError{i, err}
		}
		m.columns = append(m.columns, x)
	}
	return m, nil
}

// says tells whether the mapping names a column.
func (m *Mapping) says(name string) bool {
	return slices.ContainsFunc(m.columns, func(c mapped) bool { return c.Name == name })
}

// Found is how the mapping finds columns; 0 where they are named.
func (m *Mapping) Found() Found { return m.found }

// Mixed names the kinds of a column that have only the text in common; "" where they have a type, or the mapping names it.
func (m *Mapping) Mixed(name string, k Kinds) string {
	if m.says(name) || m.known().columns[name] != 0 {
		return ""
	}
	return m.found.mixed(k)
}

// known is what the table has whatever its records bring.
func (m *Mapping) known() *known {
	if t := workspace()[m.Name()]; t != nil && m.found == Sentinel {
		return t
	}
	return &known{}
}

// otherTime is the name by which the time is known too, or "".
func (m *Mapping) otherTime() string {
	other := m.known().time
	if m.table.Time != Sentinel.time() || m.says(other) {
		return ""
	}
	return other
}

// typeColumn is the column in which each row of a Log Analytics table says the table's name: rules tell by it which of several tables a
// row is of. Exports leave it out as they like.
const typeColumn = "Type"

// View is the table of a mapping whose columns are found, with the columns that there are by now.
func (m *Mapping) View(kinds map[string]Kinds) *Table {
	t := *m.table
	types := map[string]column.Type{}
	for name, k := range kinds {
		types[name] = m.found.typeOf(name, k)
	}
	maps.Copy(types, m.known().columns)
	for _, c := range m.columns {
		types[c.Name] = c.Type
	}
	t.Columns = nil
	for _, name := range []string{t.Time, m.otherTime()} {
		if name != "" {
			t.Columns = append(t.Columns, slot(name, column.Time, Time))
			delete(types, name)
		}
	}
	if _, brought := kinds[typeColumn]; !brought && m.found == Sentinel && !m.says(typeColumn) {
		t.Columns = append(t.Columns, constant(typeColumn, t.Name))
		delete(types, typeColumn)
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		c := small(name, types[name])
		c.Loose = true
		t.Columns = append(t.Columns, c)
	}
	return &t
}

// find decodes a record by what is in it.
func (m *Mapping) find(d *Decoder, e *Event) *Reject {
	if m.found == Elastic {
		d.source()
	}
	time := d.row.get(m.table.Time)
	if time == nil && m.found == Elastic {
		time = inner(d.row.get(strings.SplitN(m.table.Time, ".", 2)[0]), strings.Split(m.table.Time, ".")[1:]...)
	}
	other := m.otherTime()
	if time == nil && other != "" {
		time = d.row.get(other)
	}
	switch {
	case time != nil:
	case d.row.wraps():
		return &Reject{Code: envelope}
	case d.row.tells():
		return &Reject{Code: message}
	case d.row.acts():
		return &Reject{CodeControl, "a line of a bulk request that says what to do with the next"}
	default:
		return m.timeless(&d.row)
	}
	if why := m.when(d, e, time); why != nil {
		return why
	}
	d.leaves = d.leaves[:0]
	for _, x := range d.row.members {
		if key := string(x.key); key == m.table.Time || key == other && other != "" {
			continue
		}
		d.path = append(d.path[:0], x.key...)
		if m.found == Elastic {
			d.leavesOf(d.row.b[x.from:x.to])
		} else {
			d.cellOfColumn(d.row.b[x.from:x.to])
		}
		if d.crowded {
			d.crowded = false
			return &Reject{CodeRow, fmt.Sprintf("it has a column beyond the %d that %s has already; name the columns that are wanted in a mapping", mostFields, m.Name())}
		}
	}
	slices.SortStableFunc(d.leaves, func(a, b leaf) int { return cmp.Compare(a.field, b.field) })
	for from := 0; from < len(d.leaves); {
		to := from + 1
		for to < len(d.leaves) && d.leaves[to].field == d.leaves[from].field {
			to++
		}
		if m.found == Sentinel {
			from = to - 1 // of equal keys the last one counts
		}
		e.Values = append(e.Values, Value{Field: d.leaves[from].field, Text: joined(d.leaves[from:to])})
		from = to
	}
	m.slots(d, e)
	d.row.values = e.Values[:0]
	d.seal(e, "")
	return d.rest()
}

// timeless says of a record why it is no row, and what to do.
func (m *Mapping) timeless(r *row) *Reject {
	why := "it has no " + m.table.Time
	switch {
	case m.found == Elastic && r.get("hits") != nil:
		why = "an answer of a search: give its documents, one a line (jq -c '.hits.hits[]')"
	case m.found == Elastic && r.get("TimeGenerated") != nil:
		why += ", as a document of an Elastic index has; a row of a Log Analytics table wants a table's name without dots and dashes, or a mapping with infer = \"sentinel\""
	case m.found == Sentinel && r.get("@timestamp") != nil:
		why += ", as a row of a Log Analytics table has; a document of an Elastic index wants a table's name with a dash, as its data stream has, or a mapping with infer = \"elastic\""
	default:
		why += "; a mapping says which of its columns is the time (--map FILE)"
	}
	return &Reject{CodeRow, why}
}

// when gives an event its time.
func (m *Mapping) when(d *Decoder, e *Event, v []byte) *Reject {
	wrong := func(c *mapped) *Reject {
		return &Reject{CodeRow, fmt.Sprintf("column %q of %s: %s", m.table.Time, m.Name(), wanted(c, v))}
	}
	at := slices.IndexFunc(m.columns, func(c mapped) bool { return c.Time })
	if at >= 0 && m.columns[at].Format != "" {
		if why := d.fit(e, &m.columns[at], v); why != "" {
			return wrong(&m.columns[at])
		}
		return nil
	}
	if v[0] != '{' && v[0] != '[' {
		if d.momentOf(e, v); e.Dated {
			return nil
		}
	}
	return wrong(&mapped{MappedColumn: MappedColumn{Type: column.Time}})
}

// source takes a document out of what a search gives of it.
func (d *Decoder) source() {
	inside := d.row.get("_source")
	if inside == nil || inside[0] != '{' || d.row.get("_index") == nil && d.row.get("_id") == nil {
		return
	}
	s := scanner{b: inside, checked: true}
	d.row.read(&s)
}

// acts tells whether a row is the line of a bulk request that says what becomes of the document in the next.
func (r *row) acts() bool {
	if len(r.members) != 1 || r.b[r.members[0].from] != '{' {
		return false
	}
	switch string(r.members[0].key) {
	case "index", "create", "update", "delete":
		return true
	}
	return false
}
