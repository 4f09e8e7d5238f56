package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"

	"casebook/engine/column"
	"casebook/store/event"
)

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// digest is what the events of a store are, whatever their ids.
func digest(t *testing.T, db *DB) string {
	t.Helper()
	ctx := context.Background()
	all, err := db.segments(ctx, db.readers)
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	for _, s := range all {
		n, err := db.numbered(ctx, s)
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.count {
			ids = append(ids, n.event(i))
		}
	}
	keys, err := db.keys(ctx, ids)
	if err != nil || len(keys) != len(ids) {
		t.Fatalf("%d keys of %d events, %v", len(keys), len(ids), err)
	}
	return strings.Join(slices.Sorted(maps.Values(keys)), " ")
}

func TestLoadInAnyOrder(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for k := range 6 {
		paths = append(paths, write(t, filepath.Join(dir, fmt.Sprintf("%d.json.gz", k)), gzipped(t, lines(k*300, k*300+400))))
	}
	one, two := fresh(t), fresh(t)
	load(t, one, paths...)
	for i := len(paths) - 1; i >= 0; i-- {
		load(t, two, paths[i])
	}
	plain := fresh(t)
	load(t, plain, write(t, filepath.Join(dir, "all.json"), lines(0, 1900)))
	if digest(t, one) != digest(t, two) || digest(t, one) != digest(t, plain) {
		t.Error("the same events loaded in another order or form are not the same")
	}
}

// TestInterruptedLoad cancels loads at many points; what is there is whole, and loading again gives what one load would have.
func TestInterruptedLoad(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "big.json"), lines(0, 12000))
	write(t, filepath.Join(dir, "other.json.gz"), gzipped(t, lines(12000, 13000)))
	whole := fresh(t)
	load(t, whole, dir)
	want := digest(t, whole)

	db := fresh(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stops, accepted := 0, int64(0)
	for try := 0; ; try++ {
		if try > 20 {
			t.Fatal("never ends")
		}
		pieces := 0
		l := &loader{db: db, account: &Account{}, ctx: context.Background(), options: LoadOptions{batch: 1000}}
		if err := l.begin(ctx); err != nil {
			t.Fatal(err)
		}
		f := feed{db: db}
		stop, halt := context.WithCancel(ctx)
		err := f.run(stop, db.candidates([]string{dir}, nil), func(p piece) error {
			if pieces++; pieces == 2+3*try {
				halt()
			}
			return l.take(p)
		})
		halt()
		l.account.Interrupted = err != nil
		if err := l.flush(); err != nil {
			t.Fatal(err)
		}
		if err := l.end(nil); err != nil {
			t.Fatal(err)
		}
		accepted += l.account.Total.Accepted
		if err == nil {
			break
		}
		stops++
		var events, counted int
		if err := db.readers.QueryRow("select (select count(*) from event), (select sum(accepted) from file)").Scan(&events, &counted); err != nil || events != counted {
			t.Fatalf("%d events, the files' accounts say %d (%v)", events, counted, err)
		}
	}
	if stops == 0 {
		t.Error("never stopped")
	}
	if accepted != 13000 {
		t.Errorf("the accounts of all loads say %d accepted, want each of the 13000 once", accepted)
	}
	if got := digest(t, db); got != want {
		t.Error("an interrupted load gave other events than a whole one")
	}
	a := load(t, db, file)
	if !a.Files[0].Known || a.Total.Records != 12000 {
		t.Errorf("the file of an interrupted load: %+v", a.Files[0])
	}
}

// TestLoadBesideLoad begins to load what another has read half of: each takes the file as its own, and every event is there once. What was left
// by a load that is over, only one of two can go on with.
func TestLoadBesideLoad(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	write(t, filepath.Join(dir, "big.json"), lines(0, 6000))
	whole := fresh(t)
	load(t, whole, dir)

	db := fresh(t)
	begin := func() (*loader, *feed) {
		l := &loader{db: db, account: &Account{}, options: LoadOptions{batch: 1000}}
		if err := l.begin(ctx); err != nil {
			t.Fatal(err)
		}
		return l, &feed{db: db}
	}
	one, f := begin()
	pieces := 0
	err := f.run(ctx, db.candidates([]string{dir}, nil), func(p piece) error {
		if pieces++; pieces == 3 {
			load(t, open(t, db.path), dir)
		}
		return one.take(p)
	})
	if err == nil {
		err = one.flush()
	}
	if err != nil || pieces < 4 {
		t.Fatalf("%d pieces, %v", pieces, err)
	}
	if err := one.end(nil); err != nil {
		t.Fatal(err)
	}
	if digest(t, db) != digest(t, whole) {
		t.Error("the store holds other events")
	}
	checkAccounts(t, db)

	db = fresh(t)
	one, f = begin()
	stop, halt := context.WithCancel(ctx)
	err = f.run(stop, db.candidates([]string{dir}, nil), func(p piece) error { halt(); return one.take(p) })
	if !errors.Is(err, context.Canceled) || one.flush() != nil || one.end(err) == nil {
		t.Fatal(err)
	}
	two, f := begin()
	pieces = 0
	err = f.run(ctx, db.candidates([]string{dir}, nil), func(p piece) error {
		if pieces++; pieces == 1 {
			load(t, open(t, db.path), dir)
		}
		return two.take(p)
	})
	var busy *Trouble
	if err := errors.Join(err, two.flush()); !errors.As(err, &busy) || busy.Kind != Busy {
		t.Errorf("a second one went on with what was left: %v", err)
	}
	checkAccounts(t, db)
	if digest(t, db) != digest(t, whole) {
		t.Error("left and gone on with by two, the store holds other events")
	}
}

func TestStrangeFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.json"), lines(0, 3))
	write(t, filepath.Join(dir, "cut.json.gz"), gzipped(t, lines(10, 2000))[:4000])
	write(t, filepath.Join(dir, "empty.json"), "")
	write(t, filepath.Join(dir, "picture.json"), "\x89PNG\r\n\x1a\n0000000000000")
	write(t, filepath.Join(dir, "name\x1b]0;x\x07.json"), lines(5000, 5001))
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", filepath.Join(dir, "zero")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	db := fresh(t)
	a := load(t, db, dir, filepath.Join(dir, "missing"), filepath.Join(dir, "pipe"))
	states := map[string]string{}
	for _, f := range a.Files {
		states[filepath.Base(f.Path)] = f.State
	}
	want := map[string]string{"a.json": stateComplete, "cut.json.gz": stateIncomplete, "empty.json": stateComplete, "picture.json": stateRefused,
		"name\x1b]0;x\x07.json": stateComplete, "missing": stateUnreadable, "pipe": stateUnreadable}
	if !reflect.DeepEqual(states, want) {
		t.Errorf("states %q\n  want %q", states, want)
	}
	if a.Total.Accepted < 5 || a.Total.Quarantined < 2 {
		t.Errorf("account %+v", a.Total)
	}
}

func TestStdinAndKeep(t *testing.T) {
	db := fresh(t)
	text := lines(0, 3000)
	if _, err := db.Load(context.Background(), []string{"-"}, LoadOptions{Stdin: strings.NewReader(text)}); err != nil {
		t.Fatal(err)
	}
	path := write(t, filepath.Join(t.TempDir(), "a.json"), lines(3000, 6000))
	if _, err := db.Load(context.Background(), []string{path}, LoadOptions{Keep: true}); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	rows, err := db.Events(context.Background(), EventFilter{}, Place{}, 10000, false)
	if err != nil || len(rows) != 6000 {
		t.Fatalf("%d events, %v", len(rows), err)
	}
	for i := 0; i < len(rows); i += 37 {
		raw, err := db.Raw(context.Background(), rows[i].ID)
		if err != nil || !raw.Intact || string(raw.Bytes) != record(i, fmt.Sprintf("u%d", i%5), "") {
			t.Fatalf("event %d: %v", i, err)
		}
	}
}

// TestKeepLater copies files into the store that were loaded by reference.
func TestKeepLater(t *testing.T) {
	db := fresh(t)
	dir := t.TempDir()
	load(t, db, write(t, filepath.Join(dir, "small.json"), lines(0, 10)), write(t, filepath.Join(dir, "large.json"), lines(10, 6000)))
	a, err := db.Load(context.Background(), []string{dir}, LoadOptions{Keep: true})
	if err != nil || a.Total.Accepted != 0 || a.Total.Duplicate != 6000 {
		t.Fatalf("%+v %v", a.Total, err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	rows, err := db.Events(context.Background(), EventFilter{}, Place{}, 10000, false)
	if err != nil || len(rows) != 6000 {
		t.Fatalf("%d events, %v", len(rows), err)
	}
	for _, i := range []int{0, 9, 10, 3000, 5999} {
		raw, err := db.Raw(context.Background(), rows[i].ID)
		if err != nil || !raw.Intact || !raw.Kept || string(raw.Bytes) != record(i, fmt.Sprintf("u%d", i%5), "") {
			t.Fatalf("event %d: %v", i, err)
		}
	}
}

// TestScanEqualsDecode holds what the packs give against what the records say, for every column of every view over every sample.
func TestScanEqualsDecode(t *testing.T) {
	samples := filepath.Join("..", "..", "shared", "logs")
	if _, err := os.Stat(samples); err != nil {
		t.Skip("the sample logs are not at hand:", err)
	}
	db := fresh(t)
	dir := t.TempDir()
	load(t, db, samples, write(t, filepath.Join(dir, "a.json.gz"), gzipped(t, lines(0, 100))))
	compared := 0
	for _, table := range event.Tables() {
		var names []string
		for _, c := range table.Columns {
			names = append(names, c.Field.Name)
		}
		rows, ids := readAll(t, db, all(table.Name, names...))
		for i, row := range rows {
			raw, err := db.Raw(context.Background(), ids[i])
			if err != nil {
				t.Fatal(err)
			}
			details, err := event.Detail(raw.Bytes, db.siblings(context.Background(), raw.File))
			if err != nil {
				t.Fatal(err)
			}
			for j := range table.Columns {
				c := &table.Columns[j]
				want := details.Value(table, c)
				if list, ok := want.([]any); ok && c.Type.Kind() == column.StringKind {
					want = one(sorted(list))
				}
				if !reflect.DeepEqual(row[j], want) {
					t.Errorf("%s of event %d in %s: scan gives %#v, the record %#v", c.Field.Name, ids[i], table.Name, row[j], want)
				}
				compared++
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d values compared", compared)
	}
}

func one(list []any) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}
