package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
	"casebook/store/event"
)

// A lookup is a table under two names, after the two languages that ask for one. ES|QL joins with it by its name, and its columns
// have the types that its head gives them, as in "user.id,score:long"; text without one. KQL calls it as a watchlist: every
// column is text, and three come before those of the file: an id of the row, when it was brought, and the search key.

// What a lookup may hold; Sentinel's own watchlists hold 10 million items at most, of which nobody keeps a tenth.
const (
	MaxLookup        = 64 << 20 // bytes
	maxLookupColumns = 200
)

// lookupTable is a lookup as both languages see it.
type lookupTable struct {
	sum              [sha256.Size]byte
	plain, watchlist *plan.Table
	columns          []*column.Vector // of plain, then of watchlist
	blocks           []bool           // of plain, which columns hold blocks of addresses
	rows             int
}

// lookupCache are the lookups that queries have asked for, and those that only this handle knows.
type lookupCache struct {
	sync.Mutex
	kept, named map[string]*lookupTable
}

var lookupTypes = map[string]column.Type{"keyword": column.String, "text": column.String, "long": column.Long, "integer": column.Int,
	"double": column.Double, "boolean": column.Bool, "date": column.Time, "ip": column.IP, blockType: column.String, "version": column.Version}

// blockType is the type of a column of blocks of addresses, as text; as the key ENRICH finds them by an address in them.
const blockType = "ip_range"

// Check reads a lookup's file and says what is wrong with it.
func (l *Lookup) Check() error {
	_, err := l.table()
	return err
}

func watchlistName(name string) string { return "_GetWatchlist('" + name + "')" }

// table reads the CSV.
func (l *Lookup) table() (*lookupTable, error) {
	fail := func(format string, args ...any) (*lookupTable, error) {
		return nil, fmt.Errorf("lookup %s (%s): %w", l.Name, l.Path, fmt.Errorf(format, args...))
	}
	text := bytes.TrimPrefix(l.Text, []byte("\ufeff"))
	switch {
	case len(text) > MaxLookup:
		return fail("want at most %d MiB, found more", MaxLookup>>20)
	case !utf8.Valid(text):
		return fail("want UTF-8 text, found other bytes")
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.ReuseRecord = true
	head, err := r.Read()
	if err == io.EOF {
		return fail("want a line of column names, found nothing")
	}
	if err != nil {
		return fail("%w", err)
	}
	t := &lookupTable{sum: l.SHA256, plain: &plan.Table{Name: l.Name}, watchlist: &plan.Table{Name: watchlistName(l.Name), Fields: []column.Field{
		{Name: "_DTItemId", Type: column.String}, {Name: "LastUpdatedTimeUTC", Type: column.Time}, {Name: "SearchKey", Type: column.String}}}}
	if len(head) > maxLookupColumns {
		return fail("want at most %d columns, found %d", maxLookupColumns, len(head))
	}
	key := 0
	for i, h := range head {
		name, kind, typed := strings.Cut(strings.TrimSpace(h), ":")
		f := column.Field{Name: name, Type: column.String}
		if typed {
			var ok bool
			if f.Type, ok = lookupTypes[kind]; !ok {
				return fail("want a column of type keyword, long, integer, double, boolean, date, ip, ip_range or version, found %q", h)
			}
		}
		t.blocks = append(t.blocks, kind == blockType)
		if _, twice := t.plain.Field(name); twice || name == "" {
			return fail("want column names that differ, found %q", name)
		}
		if l.Key != "" && name == l.Key {
			key = i
		}
		t.plain.Fields = append(t.plain.Fields, f)
		t.watchlist.Fields = append(t.watchlist.Fields, column.Field{Name: name, Type: column.String})
	}
	if l.Key != "" && t.plain.Fields[key].Name != l.Key {
		return fail("want a key that is one of its columns, found %q", l.Key)
	}
	t.plain.Key, t.plain.Blocks = t.plain.Fields[key].Name, t.blocks[key]
	return t, t.read(r, l, key)
}

// read takes the rows in.
func (t *lookupTable) read(r *csv.Reader, l *Lookup, key int) error {
	plainBuilders, listBuilders := builders(t.plain), builders(t.watchlist)
	for ; ; t.rows++ {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("lookup %s (%s): %w", l.Name, l.Path, err)
		}
		for i, text := range record {
			v, err := cell(t.plain.Fields[i].Type, text)
			want := t.plain.Fields[i].Type.String()
			if t.blocks[i] && text != "" {
				v, err = block(text)
				want = "a block of addresses as 10.0.0.0/8"
			}
			if err != nil {
				line, _ := r.FieldPos(i)
				return fmt.Errorf("lookup %s (%s:%d): want %s in column %s, found %q", l.Name, l.Path, line, want, t.plain.Fields[i].Name, text)
			}
			plainBuilders[i].Value(v)
			listBuilders[i+3].Value(text)
		}
		sum := sha256.Sum256([]byte(fmt.Sprintf("%q %d %q", l.Name, t.rows, record)))
		listBuilders[0].Value(fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]))
		listBuilders[1].Value(column.FromTime(l.Added))
		listBuilders[2].Value(record[key])
	}
	for _, b := range slices.Concat(plainBuilders, listBuilders) {
		t.columns = append(t.columns, b.Vector())
	}
	return nil
}

func builders(t *plan.Table) []*column.Builder {
	list := make([]*column.Builder, len(t.Fields))
	for i, f := range t.Fields {
		list[i] = column.NewBuilder(f.Type, 0)
	}
	return list
}

// cell is a text as a value of a type; an empty one is null, as in Elastic's own CSV.
func cell(t column.Type, text string) (any, error) {
	if text == "" {
		return nil, nil
	}
	switch t {
	case column.Long:
		return strconv.ParseInt(text, 10, 64)
	case column.Int:
		return strconv.ParseInt(text, 10, 32)
	case column.Double:
		return strconv.ParseFloat(text, 64)
	case column.Bool:
		return strconv.ParseBool(text)
	case column.Time:
		at, err := time.Parse(time.RFC3339Nano, text)
		return column.FromTime(at), err
	case column.IP:
		a, err := netip.ParseAddr(strings.TrimSpace(text))
		return a.Unmap().String(), err
	}
	return text, nil
}

// block is the text of a block of addresses; an address is the block of itself.
func block(text string) (string, error) {
	text = strings.TrimSpace(text)
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()).String(), nil
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked().String(), err
}

// UseLookup makes a lookup known to this handle only, in the place of a kept one of its name, whose key it has unless it says
// otherwise.
func (db *DB) UseLookup(l Lookup) error {
	l.SHA256 = sha256.Sum256(l.Text)
	if err := l.nameable(); err != nil {
		return err
	}
	if l.Key == "" {
		err := db.readers.QueryRowContext(context.Background(), "select key from lookup where name = ?", l.Name).Scan(&l.Key)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return db.trouble("read a lookup", err)
		}
	}
	t, err := l.table()
	if err != nil {
		return err
	}
	db.lookups.Lock()
	defer db.lookups.Unlock()
	if db.lookups.named == nil {
		db.lookups.named = map[string]*lookupTable{}
	}
	db.lookups.named[l.Name] = t
	return nil
}

// nameable refuses names that a table of events has or that are none.
func (l *Lookup) nameable() error {
	if l.Name == "" || len(l.Name) > 500 || strings.ContainsAny(l.Name, "'\r\n\x00") {
		return fmt.Errorf("want a name for a lookup, found %q", l.Name)
	}
	if _, taken := event.Match(l.Name); taken || l.Name == AlertsTable {
		return fmt.Errorf("want a name that no table has, found %q", l.Name)
	}
	return nil
}

// lookup is the lookup that a query's name stands for, and whether it is asked for as a watchlist.
func (db *DB) lookup(name string) (t *lookupTable, watchlist, ok bool) {
	bare, called := strings.CutPrefix(name, "_GetWatchlist('")
	if called {
		bare = strings.TrimSuffix(bare, "')")
	}
	db.lookups.Lock()
	defer db.lookups.Unlock()
	if t, ok := db.lookups.named[bare]; ok {
		return t, called, true
	}
	t, err := db.keptLookup(bare)
	return t, called, err == nil
}

// keptLookup reads a lookup from the store, once for each text it has.
func (db *DB) keptLookup(name string) (*lookupTable, error) {
	l := Lookup{Name: name}
	var path, sum []byte
	var added int64
	row := db.readers.QueryRowContext(context.Background(), "select path, key, sha256, added from lookup where name = ?", name)
	if err := row.Scan(&path, &l.Key, &sum, &added); err != nil {
		return nil, err
	}
	copy(l.SHA256[:], sum)
	if t := db.lookups.kept[name]; t != nil && t.sum == l.SHA256 {
		return t, nil
	}
	if err := db.readers.QueryRowContext(context.Background(), "select text from lookup where name = ?", name).Scan(&l.Text); err != nil {
		return nil, err
	}
	l.Path, l.Added = string(path), time.Unix(0, added).UTC()
	if sha256.Sum256(l.Text) != l.SHA256 {
		return nil, errors.New("changed while it was read")
	}
	t, err := l.table()
	if err != nil {
		return nil, err
	}
	if db.lookups.kept == nil {
		db.lookups.kept = map[string]*lookupTable{}
	}
	db.lookups.kept[name] = t
	return t, nil
}

// lookupNames are the names under which queries find lookups.
func (db *DB) lookupNames() []string {
	var names []string
	err := each(context.Background(), db.readers, "select name from lookup order by name", nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		names = append(names, name)
		return err
	})
	if err != nil {
		return nil // names are for hints: a store in trouble says so elsewhere
	}
	db.lookups.Lock()
	defer db.lookups.Unlock()
	for name := range db.lookups.named {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// TableSum is of what a table is beside its events: of a lookup its text, of a table whose columns are found their types; nil for others.
func (db *DB) TableSum(table string) []byte {
	if m := db.mapped(table); m != nil && m.Found() != 0 {
		return columnsSum(db.view(m))
	}
	t, _, ok := db.lookup(table)
	if !ok {
		return nil
	}
	return t.sum[:]
}

// scanLookup gives a lookup whole. Its rows are no events.
func (db *DB) scanLookup(r exec.Request) (exec.Scanner, error) {
	t, watchlist, ok := db.lookup(r.Table)
	if !ok {
		return nil, fmt.Errorf("no table %q", r.Table)
	}
	fields, columns := t.plain.Fields, t.columns[:len(t.plain.Fields)]
	if watchlist {
		fields, columns = t.watchlist.Fields, t.columns[len(t.plain.Fields):]
	}
	b := &column.Batch{Len: t.rows, Events: make([]int64, t.rows)}
	for _, name := range r.Columns {
		i := slices.IndexFunc(fields, func(f column.Field) bool { return f.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("no column %q in %s", name, r.Table)
		}
		b.Columns = append(b.Columns, columns[i])
	}
	return &oneBatch{b}, nil
}
