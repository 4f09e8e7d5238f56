package store

import (
	"context"
	"math/rand"
	"path/filepath"
	"runtime"
	"testing"
)

// TestRecallKeepsNothing loads what is there already in another form: what is read to find that out is not kept.
func TestRecallKeepsNothing(t *testing.T) {
	dir := t.TempDir()
	db := fresh(t)
	load(t, db, write(t, filepath.Join(dir, "a.json"), lines(0, 3000)))
	a := load(t, db, write(t, filepath.Join(dir, "b.json.gz"), gzipped(t, lines(1000, 4000))))
	if a.Total.Duplicate != 2000 || a.Total.Accepted != 1000 {
		t.Errorf("%+v; wanted 2,000 duplicates and 1,000 new ones", a.Total)
	}
	if n := db.cache.order.Len(); n > 0 {
		t.Errorf("%d packs stay in memory", n)
	}
}

// sameTimes are so many events of the first 3,000 seconds of a day, and differ from those of another pass.
func sameTimes(pass int) string { return lines(86400*pass, 86400*pass+3000) }

// TestRecallReadsLittle looks for keys in segments of one time: for each event that stands there a few bytes are read, not what is known of it.
func TestRecallReadsLittle(t *testing.T) {
	const passes = 10
	dir := t.TempDir()
	db := fresh(t)
	for pass := range passes {
		load(t, db, write(t, filepath.Join(dir, "a.json"), sameTimes(pass)))
	}
	all, err := db.segments(context.Background(), db.readers)
	if err != nil {
		t.Fatal(err)
	}
	l := &loader{db: db, ctx: context.Background()}
	g := unknownKeys(3000)
	err = db.write(l.ctx, "look", func(tx *Tx) error {
		const times = 20
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range times {
			if err := l.recall(tx, g, all); err != nil {
				return err
			}
		}
		runtime.ReadMemStats(&after)
		if read := float64(after.TotalAlloc-before.TotalAlloc) / (times * passes * 3000); read > 8 {
			t.Errorf("%.1f bytes are read for each event of that time; wanted few", read)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unknownKeys are groups of keys that no store has.
func unknownKeys(n int) *groups {
	r := rand.New(rand.NewSource(1))
	g := &groups{}
	g.begin(n)
	for range n {
		var key [keySize]byte
		r.Read(key[:])
		if at, slot := g.find(&key); at < 0 {
			g.add(&key, slot, 1)
		}
	}
	return g
}

// TestHits finds the heads that a batch has among others, in packs of heads and of whole keys.
func TestHits(t *testing.T) {
	g := unknownKeys(3000)
	r := rand.New(rand.NewSource(2))
	var heads, keys []byte
	var want []int32
	for row := range int32(5000) {
		var key [keySize]byte
		if r.Read(key[:]); row%7 == 0 || row == 4999 {
			key = g.list[r.Intn(len(g.list))].key
			r.Read(key[keyHeadAt+keyHeadSize:])
			want = append(want, row)
		}
		heads = append(heads, key[keyHeadAt:keyHeadAt+keyHeadSize]...)
		keys = append(keys, key[:]...)
	}
	for _, x := range []struct {
		name  string
		heads []byte
		step  int
	}{{"heads", heads, keyHeadSize}, {"keys", keys[keyHeadAt:], keySize}} {
		got := g.hits(nil, x.heads, x.step)
		if len(got) != len(want) {
			t.Fatalf("of %s %d are found, and %d are there", x.name, len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("of %s row %d is found and row %d is there", x.name, got[i], want[i])
			}
		}
	}
}

// TestDuplicatesInManySegments loads events in another form and order, in batches that are small beside what the store has, also over
// segments that were written before there were heads.
func TestDuplicatesInManySegments(t *testing.T) {
	dir := t.TempDir()
	a := write(t, filepath.Join(dir, "a.json"), lines(0, 3000))
	b := write(t, filepath.Join(dir, "b.json.gz"), gzipped(t, lines(1000, 4000)))
	load := func(db *DB, path string, accepted, duplicate int64) {
		t.Helper()
		account, err := db.Load(context.Background(), []string{path}, LoadOptions{batch: 200})
		if err != nil {
			t.Fatal(err)
		}
		if account.Total.Accepted != accepted || account.Total.Duplicate != duplicate {
			t.Errorf("%s: %+v; wanted %d new ones and %d duplicates", filepath.Base(path), account.Total, accepted, duplicate)
		}
	}
	for _, old := range []bool{false, true} {
		db := fresh(t)
		load(db, a, 3000, 0)
		if old {
			if _, err := db.writer.Exec("delete from pack where field = ? and segment % 3 > 0", packHead); err != nil {
				t.Fatal(err)
			}
		}
		load(db, b, 1000, 2000)
		load(db, b, 0, 3000)
		load(db, a, 0, 3000)
	}
}

// BenchmarkRecall looks for a batch of keys in a million events, all of its time.
func BenchmarkRecall(b *testing.B) {
	heads, g := make([]byte, keyHeadSize<<20), unknownKeys(flushRows)
	rand.New(rand.NewSource(2)).Read(heads)
	b.SetBytes(int64(len(heads)))
	for b.Loop() {
		g.hits(nil, heads, keyHeadSize)
	}
}
