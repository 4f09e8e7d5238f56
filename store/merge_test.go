package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"casebook/engine"
)

// looked is all that a reader can see of the events in a store.
func looked(t *testing.T, db *DB) (all []string) {
	t.Helper()
	ctx := context.Background()
	rows, err := db.Events(ctx, EventFilter{}, Place{}, 100_000, false)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		raw, err := db.Raw(ctx, rows[i].ID)
		if err != nil || !raw.Intact {
			t.Fatalf("event %d: intact %t, %v", rows[i].ID, raw.Intact, err)
		}
		all = append(all, fmt.Sprintf("%+v %s %d %d", rows[i], raw.File, raw.Line, raw.Begin))
	}
	err = each(ctx, db.readers, "select * from event where id % 7 = 0 order by id", nil, func(scan func(...any) error) error {
		var columns [32]any
		into := make([]any, 0, len(columns))
		for i := range columns {
			into = append(into, &columns[i])
		}
		for len(into) > 0 {
			if err := scan(into...); err == nil || !strings.Contains(err.Error(), "destination arguments") {
				all = append(all, fmt.Sprint(columns))
				return err
			}
			into = into[:len(into)-1]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = each(ctx, db.readers, "select minute, source, events, failures, prompt_tokens, completion_tokens from minute order by minute, source", nil, func(scan func(...any) error) error {
		var m [6]any
		err := scan(&m[0], &m[1], &m[2], &m[3], &m[4], &m[5])
		all = append(all, fmt.Sprint(m))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func liveSegments(t *testing.T, db *DB) (n int) {
	t.Helper()
	if err := db.readers.QueryRow("select count(*) from segment where replaced = 0").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// mergeNow merges all that can be merged, however little it is.
func mergeNow(db *DB) error {
	return db.write(context.Background(), "merge", func(tx *Tx) error {
		run, err := tx.mergeRun(2)
		if err != nil || run == nil {
			return fmt.Errorf("nothing to merge: %w", err)
		}
		return tx.merge(run)
	})
}

// scattered follows logs of two vendors in many looks, with times that go back and forth and records without any.
func scattered(t *testing.T, looks int) *rotation {
	t.Helper()
	dir := t.TempDir()
	r := follow(t, dir)
	for i := range looks {
		r.log = filepath.Join(dir, "a.json")
		r.write([]byte(lines(2*i, 2*i+2)))
		if i%3 == 0 {
			r.write([]byte(lines(5000-i, 5001-i)))
		}
		r.log = filepath.Join(dir, "b.json")
		r.write(fmt.Appendf(nil, `{"time":"2026-03-01T%02d:00:00Z","category":"RequestResponse","resourceId":"/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/A","operationName":"ChatCompletions_Create","correlationId":"c%d","durationMs":%d,"properties":{"requestLength":%d,"modelName":"m%d"}}`+"\n", i%24, i, i, i, i%3))
		if i%5 == 0 {
			r.write([]byte(strings.Replace(lines(9000+i, 9001+i), `"timestamp":"20`, `"timestamp":"??`, 1)))
			r.write([]byte("{\"broken\"\n"))
		}
		r.poll()
	}
	return r
}

// TestMerge merges what many looks of a follower have left: few segments, and nobody can tell the difference.
func TestMerge(t *testing.T) {
	r := scattered(t, 15)
	ctx := context.Background()
	many := liveSegments(t, r.db)
	before := looked(t, r.db)
	other := open(t, r.path) // another process, which has read everything
	if got := looked(t, other); !reflect.DeepEqual(got, before) {
		t.Fatal("two readers see different events")
	}
	if err := mergeNow(r.db); err != nil {
		t.Fatal(err)
	}
	if few := liveSegments(t, r.db); many < 30 || few > 3 {
		t.Errorf("%d segments were merged to %d", many, few)
	}
	var scattered int
	if err := r.db.readers.QueryRow("select count(*) from pack where field = 'event'").Scan(&scattered); err != nil || scattered == 0 {
		t.Errorf("no merged segment has ids of its own (%v)", err)
	}
	for name, db := range map[string]*DB{"its own": r.db, "another": other, "a new": open(t, r.path)} {
		db.raws, db.cache.packs = rawCache{}, nil
		db.cache.order.Init()
		if got := looked(t, db); !reflect.DeepEqual(got, before) {
			for i := range got {
				if got[i] != before[min(i, len(before)-1)] {
					t.Errorf("%s handle: got  %s\nwant %s", name, got[i], before[i])
					break
				}
			}
		}
	}
	if v, err := r.db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
	// What comes again is a duplicate still, and what comes anew gets ids of its own.
	r.kill()
	r.write([]byte(lines(0, 2) + lines(7000, 7003)))
	r.poll()
	checkAccounts(t, r.db)
	if n := r.events(); n != countRows(t, r.db)-3 {
		t.Errorf("%d events with a time of %d", n, countRows(t, r.db))
	}
	if v, err := r.db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
	// A change behind casebook's back is told of the merged segments too, and is not sealed anew by the next merge.
	if _, err := r.db.writer.Exec("update pack set base = base + 1 where field = 'prompt_tokens' and segment in (select id from segment where replaced = 0)"); err != nil {
		t.Fatal(err)
	}
	if v, err := r.db.Verify(ctx, VerifyOptions{}); err != nil || v.Sound() {
		t.Errorf("a changed segment is not told: %+v %v", v, err)
	}
	if err := mergeNow(r.db); !errors.Is(err, errUnmergeable) {
		t.Errorf("a changed segment was merged: %v", err)
	}
}

// TestMergeInOrder merges segments of a log in the order of time, whose ids follow each other as in one segment: they are what they were.
func TestMergeInOrder(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	r.log = filepath.Join(dir, "a.json")
	for i := range 6 {
		r.write([]byte(lines(3*i, 3*i+3)))
		r.poll()
	}
	before := looked(t, r.db)
	if err := mergeNow(r.db); err != nil {
		t.Fatal(err)
	}
	if n := liveSegments(t, r.db); n != 1 {
		t.Errorf("%d segments", n)
	}
	if got := looked(t, r.db); !reflect.DeepEqual(got, before) {
		t.Errorf("got  %s\nwant %s", got[0], before[0])
	}
}

func countRows(t *testing.T, db *DB) (n int) {
	t.Helper()
	if err := db.readers.QueryRow("select sum(count) from segment where replaced = 0").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestMergeGoesOn follows a log for as many looks as make thousands of segments: there are few at every moment, an event is written anew a
// few times at most, and what is quiet leaves the journal alone.
func TestMergeGoesOn(t *testing.T) {
	t.Parallel()
	looks := 1500
	if testing.Short() {
		looks = 300
	}
	dir := t.TempDir()
	r := follow(t, dir)
	r.log = filepath.Join(dir, "a.json")
	most := 0
	for i := range looks {
		r.write([]byte(lines(i, i+1)))
		r.poll()
		if i%16 == 0 {
			most = max(most, liveSegments(t, r.db))
		}
	}
	if most > 2*mergeFrom {
		t.Errorf("%d segments at one moment", most)
	}
	seq, _, err := r.db.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		r.poll()
	}
	if now, _, _ := r.db.Head(context.Background()); now != seq {
		t.Errorf("%d entries in the journal of looks in which nothing came", now-seq)
	}
	whole := fresh(t)
	load(t, whole, r.log)
	if digest(t, r.db) != digest(t, whole) {
		t.Error("merged, the store holds other events")
	}
	checkAccounts(t, r.db)
	if v, err := r.db.Verify(context.Background(), VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
}

// TestTouchedOfMerged: events that came after a run of the rules are told by their own times, also where a merge put them beside older ones.
func TestTouchedOfMerged(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	r.log = filepath.Join(dir, "a.json")
	for i := range 20 {
		r.write([]byte(lines(1000*i, 1000*i+2)))
		r.poll()
	}
	seen, err := r.db.NewestID(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	tables := []string{"logs-aws_bedrock.invocation-*"}
	touched := func() []engine.Window {
		t.Helper()
		list, err := r.db.Touched(context.Background(), tables, seen)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if list := touched(); len(list) > 0 {
		t.Errorf("nothing is new, but %v", list)
	}
	for _, i := range []int{7500, 7502, 19_500} {
		r.write([]byte(lines(i, i+2)))
		r.poll()
	}
	before := touched()
	if len(before) != 2 {
		t.Fatalf("records of two times are told as %v", before)
	}
	wide := before[len(before)-1].To - before[0].From
	for _, w := range before {
		if w.To-w.From > wide/4 {
			t.Errorf("%v of %v is too much for four records that follow each other", w, before)
		}
	}
	if err := mergeNow(r.db); err != nil {
		t.Fatal(err)
	}
	if n := liveSegments(t, r.db); n != 1 {
		t.Fatalf("%d segments", n)
	}
	if after := touched(); !reflect.DeepEqual(after, before) {
		t.Errorf("after a merge %v is touched, before it %v", after, before)
	}
}
