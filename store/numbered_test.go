package store

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/exec"
)

// weigh counts the bytes that are reached from a value, each once, but for packs, which the cache counts.
func weigh(v reflect.Value, seen map[uintptr]bool) (n int) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] || v.Type() == reflect.TypeFor[*pack]() {
			return 0
		}
		seen[v.Pointer()] = true
		return int(v.Type().Elem().Size()) + weigh(v.Elem(), seen)
	case reflect.Interface:
		return weigh(v.Elem(), seen)
	case reflect.String:
		return v.Len()
	case reflect.Slice:
		n = v.Len() * int(v.Type().Elem().Size())
		for i := range v.Len() {
			n += weigh(v.Index(i), seen)
		}
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			n += int(i.Key().Type().Size()+i.Value().Type().Size()) + weigh(i.Key(), seen) + weigh(i.Value(), seen)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n += weigh(v.Field(i), seen)
		}
	}
	return n
}

// merged follows logs for some looks, and merges what they left.
func merged(t *testing.T, looks int) *DB {
	t.Helper()
	r := scattered(t, looks)
	if err := mergeNow(r.db); err != nil {
		t.Fatal(err)
	}
	return open(t, r.path)
}

// TestIDsAreNotKept reads all events of merged segments, of a short time and of five times as long, in every way that asks for ids: what stays is the
// segments' lines, and packs, which the cache counts and lets go of.
func TestIDsAreNotKept(t *testing.T) {
	ctx := context.Background()
	var stays [2]int
	for i, looks := range []int{4, 20} {
		db := merged(t, looks)
		looked(t, db)
		rule := &engine.Rule{ID: "many", Language: engine.ESQL, Every: time.Hour, Lookback: time.Hour, Query: "from logs-aws_bedrock.invocation-* metadata _id | where user.id like \"*a*\" | stats n = count(*) by user.id | where n > 0"}
		from, to, _, err := db.Span(ctx)
		if err != nil {
			t.Fatal(err)
		}
		report, err := engine.Replay(ctx, rule, db, engine.ReplayOptions{Span: engine.Window{From: from, To: to}}, func(engine.Hit) error { return nil })
		if err != nil || report.Hits == 0 {
			t.Fatalf("%+v, %v", report, err)
		}
		ids := 0
		for name, e := range db.cache.packs {
			if name.field == packEvent || name.field == packByID {
				ids += e.Value.(*cachedPack).size()
			}
		}
		if ids < 5*looks {
			t.Errorf("the cache counts %d bytes of ids", ids)
		}
		held := 0
		for e := db.cache.order.Front(); e != nil; e = e.Next() {
			held += e.Value.(*cachedPack).size()
		}
		if held != db.cache.bytes {
			t.Errorf("the cache counts %d bytes of packs, and has %d", db.cache.bytes, held)
		}
		db.cache.shrink(0)
		if n := db.cache.order.Len(); n > 1 {
			t.Errorf("%d packs stay", n)
		}
		stays[i] = weigh(reflect.ValueOf(db.cache.list), map[uintptr]bool{}) + weigh(reflect.ValueOf(db.cache.index), map[uintptr]bool{})
		if n := liveSegments(t, db); n > 3 {
			t.Fatalf("%d segments", n)
		}
	}
	if stays[0] != stays[1] {
		t.Errorf("of the segments of a short time stay %d bytes, of those of a long one %d", stays[0], stays[1])
	}
}

// TestFind finds every event of merged segments by its id, in any order and however much of the ids is in memory, and none that there is not.
func TestFind(t *testing.T) {
	db, ctx := merged(t, 12), context.Background()
	rows, err := db.Events(ctx, EventFilter{}, Place{}, 1000, false)
	if err != nil || len(rows) < 30 {
		t.Fatalf("%d events, %v", len(rows), err)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	f := db.finder()
	for i := range rows {
		if i%3 == 0 {
			db.cache.shrink(0)
			clear(f.held)
		}
		s, err := f.find(ctx, rows[i].ID)
		if err != nil || s.segment == nil || s.source != rows[i].Source || s.event != rows[i].ID {
			t.Fatalf("event %d of %s is found at %+v, %v", rows[i].ID, rows[i].Source, s, err)
		}
		times, err := db.pack(ctx, s.segment, "time")
		if err != nil {
			t.Fatal(err)
		}
		if at, _ := times.number(s.place); at != rows[i].Time {
			t.Errorf("event %d is found at another's place", rows[i].ID)
		}
	}
	for _, id := range []int64{-1, 0, 1 << 40} {
		if s, err := f.find(ctx, id); err != nil || s.segment != nil {
			t.Errorf("event %d is found at %+v, %v", id, s, err)
		}
	}
	db.cache.shrink(0)
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := db.finder().find(stopped, rows[0].ID); !errors.Is(err, context.Canceled) {
		t.Errorf("a look that was stopped ends as %v", err)
	}
}

// TestDamagedIDs tells of a merged segment whose ids cannot be read, whoever asks for them.
func TestDamagedIDs(t *testing.T) {
	ctx := context.Background()
	for name, damage := range map[string]string{
		"none":     "delete from pack where field = 'event'",
		"too few":  "update pack set bytes = substr(bytes, 2) where field = 'event'",
		"all one":  "update pack set width = 0, bytes = x'' where field = 'event'",
		"nulls":    "update pack set none = 0 where field = 'event'",
		"no whole": "update pack set kind = 'hash' where field = 'event'",
	} {
		t.Run(name, func(t *testing.T) {
			r := scattered(t, 3)
			if err := mergeNow(r.db); err != nil {
				t.Fatal(err)
			}
			if _, err := r.db.writer.Exec(damage); err != nil {
				t.Fatal(err)
			}
			db := open(t, r.path)
			for door, ask := range map[string]func() error{
				"Events":  func() error { _, err := db.Events(ctx, EventFilter{}, Place{}, 10, false); return err },
				"Event":   func() error { _, err := db.Event(ctx, 3); return err },
				"Touched": func() error { _, err := db.Touched(ctx, []string{"logs-aws_bedrock.invocation-*"}, 4); return err },
				"Scan": func() error {
					s, err := db.Scan(ctx, exec.Request{Table: "logs-aws_bedrock.invocation-*", From: math.MinInt64, To: math.MaxInt64})
					for err == nil {
						_, err = s.Next()
					}
					return err
				},
			} {
				var trouble *Trouble
				if err := ask(); !errors.As(err, &trouble) || trouble.Kind != Damaged {
					t.Errorf("%s ends as %v", door, err)
				}
			}
		})
	}
}
