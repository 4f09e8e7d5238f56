package store

import (
	"context"
	"math"
	"math/rand"
	"path/filepath"
	"slices"
	"testing"
)

// TestPlaces looks for rows near some times, few and many: all that are near are among the places, and of few times little else is.
func TestPlaces(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for _, spread := range []int64{100 * keySlack, 1e6 * keySlack, math.MaxInt64 / 2} {
		values := make([]int64, 5000)
		for i := range values {
			values[i] = r.Int63n(2*spread) - spread
		}
		values[0], values[1] = undatedTime+1, math.MaxInt64
		slices.Sort(values)
		times := packInts(values, nil, make([]uint64, len(values)))
		for _, n := range []int{1, 5, 3000} {
			near := []int64{values[0], values[len(values)-1]}
			for range n {
				near = append(near, values[r.Intn(len(values))]+r.Int63n(3))
			}
			slices.Sort(near)
			spans, rows := places(times, near), 0
			in := make([]bool, len(values))
			for _, span := range spans {
				for i := span[0]; i < span[1]; i++ {
					in[i] = true
					rows++
				}
			}
			wanted := 0
			for i, v := range values {
				want := slices.ContainsFunc(near, func(t int64) bool {
					from, to := around(t)
					return from <= v && v < to
				})
				if want {
					wanted++
				}
				if want && !in[i] {
					t.Fatalf("%d times within %d: row %d at %d is not among the places", len(near), spread, i, v)
				}
			}
			if n < 10 && rows != wanted {
				t.Errorf("%d times within %d: %d rows are looked at, and %d are near", len(near), spread, rows, wanted)
			}
		}
	}
}

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

// TestFilterForgets loads far more events than the filter of keys remembers: the others are found in the segments of their time.
func TestFilterForgets(t *testing.T) {
	dir := t.TempDir()
	a := write(t, filepath.Join(dir, "a.json"), lines(0, 3000))
	b := write(t, filepath.Join(dir, "b.json.gz"), gzipped(t, lines(1000, 4000)))
	load := func(db *DB, path string, accepted, duplicate int64) {
		t.Helper()
		account, err := db.Load(context.Background(), []string{path}, LoadOptions{batch: 200, filter: 2})
		if err != nil {
			t.Fatal(err)
		}
		if account.Total.Accepted != accepted || account.Total.Duplicate != duplicate {
			t.Errorf("%s: %+v; wanted %d new ones and %d duplicates", filepath.Base(path), account.Total, accepted, duplicate)
		}
	}
	db := fresh(t)
	load(db, a, 3000, 0)
	load(db, b, 1000, 2000)
	load(db, b, 0, 3000)
	db = fresh(t)
	load(db, b, 3000, 0)
	load(db, a, 1000, 2000)
}
