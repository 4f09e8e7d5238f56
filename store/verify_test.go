package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"casebook/store/event"
)

// worthVerifying makes a store with something of everything.
func worthVerifying(t *testing.T) (path, logs string) {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	logs = filepath.Join(dir, "logs")
	if err := os.Mkdir(logs, 0o700); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "casebook.db")
	db := open(t, path)
	write(t, filepath.Join(logs, "plain.json"), lines(0, 40)+"no record\n\n")
	write(t, filepath.Join(logs, "object.json.gz"), gzipped(t, lines(40, 80)+"{\"broken\": 1}\n"))
	write(t, filepath.Join(logs, "picture.json"), "\x89PNG\r\n\x1a\n0000000000000")
	load(t, db, logs)
	if _, err := db.Load(ctx, []string{write(t, filepath.Join(dir, "kept.json"), lines(80, 90))}, LoadOptions{Keep: true}); err != nil {
		t.Fatal(err)
	}
	loadAsOlder(t, db, func(*event.Record) bool { return true }, write(t, filepath.Join(logs, "newer.json"), lines(90, 93)))
	if _, err := db.Replay(ctx, nil); err != nil {
		t.Fatal(err)
	}
	load(t, db, write(t, filepath.Join(dir, "hub.json"), `{"records":[`+azureCall("123")+"]}\n"))
	load(t, db, write(t, filepath.Join(dir, "blob.json"), azureCall("1234567")+"\n"))
	if err := db.write(ctx, "drop what was replaced", func(tx *Tx) error { return tx.dropReplaced(math.MaxInt64) }); err != nil {
		t.Fatal(err)
	}
	objects, messages, _ := elsewhere(t)
	if _, err := db.Load(ctx, []string{messages}, LoadOptions{Keep: true}); err != nil {
		t.Fatal(err)
	}
	load(t, db, filepath.Join(objects, "data", "00000000-0000-4000-8000-000000000007_input.json.gz"))
	followed := filepath.Join(dir, "followed")
	if err := os.Mkdir(followed, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(followed, "app.log"), lines(93, 99))
	stop, cancel := context.WithCancel(ctx)
	if _, err := db.Follow(stop, []string{followed}, FollowOptions{Every: time.Millisecond, Told: func(f Followed) {
		if f.Account.Records == 6 {
			cancel()
		}
	}}); err != nil {
		t.Fatal(err)
	}
	a := record3(t, db, hit(10, "ann", 1, 2), hit(20, "bob", 3))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := db.SetState(ctx, a[0].ID, State{Status: Acknowledged, Owner: "ann"}, a[0].Version)
	must(err)
	_, err = db.SetAnswer(ctx, a[0].ID, Answer{Step: "who", Value: "yes", Text: "it was her", Pinned: []int64{1}})
	must(err)
	_, err = db.Note(ctx, a[0].ID, "a note")
	must(err)
	_, err = db.Note(ctx, a[0].ID, "another")
	must(err)
	_, err = db.Undo(ctx, a[0].ID)
	must(err)
	c, err := db.NewCase(ctx, "what happened?", a[0].ID, a[1].ID)
	must(err)
	_, err = db.SetStory(ctx, c.ID, "a story", c.StoryVersion)
	must(err)
	_, err = db.AddRuleFile(ctx, "rule.toml", []byte("a rule"))
	must(err)
	_, err = db.AddLookup(ctx, Lookup{Name: "people", Path: "people.csv", Key: "user", Text: []byte("user\nann\n")})
	must(err)
	must(db.Close())
	return path, logs
}

func verify(t *testing.T, path string, o VerifyOptions) *Verification {
	t.Helper()
	db, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	v, err := db.Verify(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerify(t *testing.T) {
	path, logs := worthVerifying(t)
	v := verify(t, path, VerifyOptions{})
	for _, s := range v.Steps {
		if !s.Sound {
			t.Errorf("%s: %s", s.Name, s.Text)
		}
	}
	head, err := ParseHead(v.Head.String())
	if err != nil || head.Seq != v.Head.Seq {
		t.Fatalf("head %s: %v", v.Head, err)
	}
	if v := verify(t, path, VerifyOptions{Head: &head, Evidence: []string{logs}}); !v.Sound() {
		t.Errorf("with its own head and evidence: %+v", v.Steps)
	}
	other := Head{Seq: head.Seq, Hash: []byte("elsewhere")}
	if v := verify(t, path, VerifyOptions{Head: &other}); v.Sound() {
		t.Error("a head of another journal was taken")
	}
	later := Head{Seq: head.Seq + 1, Hash: head.Hash}
	if v := verify(t, path, VerifyOptions{Head: &later}); v.Sound() {
		t.Error("a head beyond the end was taken")
	}

	// A file by reference that has moved is found by its hash; one that is gone is told; one that was changed is not it.
	moved := filepath.Join(filepath.Dir(logs), "moved")
	if err := os.Rename(logs, moved); err != nil {
		t.Fatal(err)
	}
	gone := verify(t, path, VerifyOptions{})
	if !gone.Sound() || !strings.Contains(strings.Join(gone.Unproven, "\n"), "files kept by reference that are not at hand as they were loaded: 3") {
		t.Errorf("without its files: %+v", gone)
	}
	if v := verify(t, path, VerifyOptions{Evidence: []string{moved}}); !v.Sound() {
		t.Errorf("with its files moved: %+v", v.Steps)
	}
	write(t, filepath.Join(moved, "plain.json"), lines(0, 39)+lines(40, 41)+"no record\n\n")
	if v := verify(t, path, VerifyOptions{Evidence: []string{moved}}); v.Sound() {
		t.Error("a changed file passed as evidence")
	}
}

// sealedColumns are the columns in which any change must be found.
var sealedColumns = map[string][]string{
	"word":       {"text"},
	"segment":    {"source", "first", "count", "since", "until"},
	"pack":       {"field", "kind", "rows", "base", "bytes"},
	"evidence":   {"bytes"},
	"file":       {"path", "size", "sha256", "encoding", "records", "accepted", "duplicate", "quarantined", "blank", "skipped"},
	"load":       {"state", "files", "bytes", "records", "accepted", "duplicate", "quarantined", "blank", "skipped"},
	"late":       {"event", "request", "flags"},
	"taken":      {"source", "newest", "since", "until"},
	"quarantine": {"line", "begin", "length", "sha256", "raw", "code", "reason", "state"},
	"journal":    {"prev", "hash", "at", "zone", "uid", "actor", "host", "pid", "remote", "build", "action", "object", "number", "payload"},
	"alert":      {"status", "class", "reason", "owner", "version", "changed_by", "title", "severity", "entity", "hits", "score", "first_tick", "digest"},
	"hit":        {"tick", "row", "count", "events"},
	"answer":     {"step", "value", "text", "pinned", "actor", "at", "version"},
	"note":       {"alert", "text", "actor", "at", "withdrawn"},
	"change":     {"alert", "kind", "object", "before", "after", "actor", "at", "undone"},
	"case_file":  {"title", "status", "class", "reason", "owner", "story", "version", "created", "created_by"},
	"case_alert": {"actor", "at"},
	"rule_file":  {"text", "sha256"},
	"lookup":     {"text", "sha256"},
}

// TestVerifyFindsChanges edits single bytes, takes rows away, changes their order and puts rows in, behind casebook's back: each is found.
func TestVerifyFindsChanges(t *testing.T) {
	t.Parallel()
	path, _ := worthVerifying(t)
	image, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tables := make([]string, 0, len(sealedColumns))
	for name := range sealedColumns {
		tables = append(tables, name)
	}
	slices.Sort(tables)
	rounds := 1000
	if testing.Short() {
		rounds = 120
	}
	rng := rand.New(rand.NewPCG(3, 4))
	copied := filepath.Join(t.TempDir(), "casebook.db")
	done := map[string]int{}
	for i := range rounds {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			os.Remove(copied + suffix)
		}
		if err := os.WriteFile(copied, image, 0o600); err != nil {
			t.Fatal(err)
		}
		table := tables[i%len(tables)]
		kind, what := tamper(t, copied, rng, table)
		if kind == "" {
			continue
		}
		done[kind]++
		if v := verify(t, copied, VerifyOptions{}); v.Sound() {
			t.Errorf("round %d: %s %s was not found", i, kind, what)
		}
	}
	t.Logf("changes: %v", done)
	for _, kind := range []string{"edit", "delete", "swap", "insert"} {
		if done[kind] < rounds/20 {
			t.Errorf("only %d of kind %s", done[kind], kind)
		}
	}
}

// tamper changes something in a table through a handle of its own, and leaves the schema as it was.
func tamper(t *testing.T, path string, rng *rand.Rand, table string) (kind, what string) {
	t.Helper()
	raw := sql.OpenDB(connector{dsn: dsn(path, nil), setup: "pragma foreign_keys=off"})
	raw.SetMaxOpenConns(1)
	defer raw.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s of %s: %v", kind, table, err)
		}
	}
	var triggers []string
	must(each(context.Background(), raw, "select sql from sqlite_schema where type = 'trigger'", nil, func(scan func(...any) error) error {
		var text string
		err := scan(&text)
		triggers = append(triggers, text)
		return err
	}))
	_, err := raw.Exec("drop trigger journal_keeps; drop trigger journal_stays")
	must(err)
	defer func() {
		for _, text := range triggers {
			_, err := raw.Exec(text)
			must(err)
		}
	}()
	key := map[string]string{"answer": "alert, step", "case_alert": "case_file, alert", "lookup": "name"}[table]
	if key == "" {
		key = "rowid"
	}
	var n int
	must(raw.QueryRow("select count(*) from " + table).Scan(&n))
	if n == 0 {
		t.Fatalf("nothing in %s", table)
	}
	at := rng.IntN(n)
	row := func(at int) string {
		return fmt.Sprintf("(%s) = (select %s from %s order by %s limit 1 offset %d)", key, key, table, key, at)
	}
	columns := sealedColumns[table]
	col := columns[rng.IntN(len(columns))]
	value := func(at int) (v any) {
		must(raw.QueryRow("select " + col + " from " + table + " where " + row(at)).Scan(&v))
		return v
	}
	switch pick := rng.IntN(6); {
	case pick == 0:
		kind = "delete"
		_, err = raw.Exec("delete from " + table + " where " + row(at))
		must(err)
		return kind, fmt.Sprintf("of row %d of %s", at, table)
	case pick == 1 && n > 1:
		kind = "swap"
		other := (at + 1) % n
		a, b := value(at), value(other)
		if fmt.Sprint(a) == fmt.Sprint(b) {
			return "", ""
		}
		first, second := row(at), row(other)
		if slices.Contains([]string{"word", "pack", "answer", "lookup"}, table) && (col == "text" || col == "step" || col == "field") && table != "answer" {
			_, err = raw.Exec("update "+table+" set "+col+" = ? where "+first, table+" for a moment")
			must(err)
		}
		_, err = raw.Exec("update "+table+" set "+col+" = ? where "+second, a)
		if err != nil {
			return "", "" // the two cannot trade places
		}
		_, err = raw.Exec("update "+table+" set "+col+" = ? where "+first, b)
		must(err)
		return kind, fmt.Sprintf("of %s of rows %d and %d of %s", col, at, other, table)
	case pick == 2:
		kind = "insert"
		var names []string
		must(each(context.Background(), raw, "select name from pragma_table_info('"+table+"')", nil, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			names = append(names, name)
			return err
		}))
		list := slices.Clone(names)
		for i, name := range names {
			switch {
			case name == "id" || name == "seq":
				list[i] = "(select max(" + name + ") + 1 from " + table + ")"
			case table == "word" && name == "text", table == "answer" && name == "step", table == "pack" && name == "field", table == "lookup" && name == "name":
				list[i] = name + " || 'x'"
			case table == "rule_file" && name == "path":
				list[i] = "cast(path || 'x' as blob)"
			case table == "quarantine" && name == "begin", table == "case_alert" && name == "alert", table == "evidence" && name == "part", table == "hit" && name == "place":
				list[i] = name + " + 1000"
			case table == "rule_file" || table == "lookup":
				if name == "sha256" {
					list[i] = "zeroblob(32)"
				}
			}
		}
		_, err = raw.Exec("insert into " + table + " (" + strings.Join(names, ", ") + ") select " + strings.Join(list, ", ") + " from " + table + " where " + row(at))
		must(err)
		return kind, fmt.Sprintf("of a copy of row %d of %s", at, table)
	}
	kind = "edit"
	v := value(at)
	switch x := v.(type) {
	case int64:
		v = x ^ 1<<rng.IntN(8)
	case []byte:
		if len(x) == 0 {
			v = []byte{0}
			break
		}
		was := slices.Clone(x)
		x[rng.IntN(len(x))] ^= 1 << rng.IntN(8)
		if table == "evidence" && unpacksAs(was, x) {
			return "", "" // a bit that packing does not use: the evidence is the same
		}
	case string:
		if x == "" {
			v = "x"
			break
		}
		b := []byte(x)
		b[rng.IntN(len(b))] ^= 1
		v = string(b)
	default:
		v = int64(1)
	}
	_, err = raw.Exec("update "+table+" set "+col+" = ? where "+row(at), v)
	if err != nil {
		return "", "" // what the schema itself refuses
	}
	return kind, fmt.Sprintf("of %s in row %d of %s", col, at, table)
}

// unpacksAs tells whether two packed parts hold the same.
func unpacksAs(a, b []byte) bool {
	decoder, err := zstdDecoder()
	if err != nil {
		return false
	}
	first, err := decoder.DecodeAll(a, nil)
	second, fault := decoder.DecodeAll(b, nil)
	return err == nil && fault == nil && string(first) == string(second)
}
