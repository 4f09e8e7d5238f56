package store

import (
	"cmp"
	"context"
	"fmt"
	"math/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"casebook/engine/column"
)

// TestPages goes through events in pages, in both directions and under filters, over segments that overlap in time and have events at
// the same instant, and holds the pages against a plain sort of all events.
func TestPages(t *testing.T) {
	db := fresh(t)
	ctx := context.Background()
	dir := t.TempDir()
	r := rand.New(rand.NewSource(4))
	for k := range 12 {
		var b strings.Builder
		for i := range 200 {
			b.WriteString(strings.Replace(record(r.Intn(600), fmt.Sprintf("u%d", r.Intn(7)), []string{"", "", "AccessDeniedException"}[r.Intn(3)]),
				"00000000-0000-4000-8000", fmt.Sprintf("0000%04d-%04d-4000-8000", k, i), 1) + "\n")
		}
		load(t, db, write(t, filepath.Join(dir, fmt.Sprint(k)), b.String()))
	}
	load(t, db, write(t, filepath.Join(dir, "odd"), oddLines))
	var ids []int64
	for id := int64(1); id <= 2404; id++ {
		ids = append(ids, id)
	}
	all, err := db.eventsByID(ctx, ids)
	if err != nil || len(all) != 2404 {
		t.Fatalf("%d events, %v", len(all), err)
	}
	all = slices.DeleteFunc(all, func(e EventRow) bool { return !e.Dated })
	slices.SortFunc(all, func(a, b EventRow) int { return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.ID, b.ID)) })
	middle := all[len(all)/2]
	for _, tt := range []struct {
		name   string
		filter EventFilter
		fits   func(*EventRow) bool
	}{
		{"all", EventFilter{}, func(*EventRow) bool { return true }},
		{"a user", EventFilter{Where: map[string]string{"user.id": testUser + "u3"}}, func(e *EventRow) bool { return e.User == testUser+"u3" }},
		{"a stretch", EventFilter{From: middle.Tick(), To: middle.Tick() + 50*column.Second},
			func(e *EventRow) bool { return e.Tick() >= middle.Tick() && e.Tick() < middle.Tick()+50*column.Second }},
		{"denied users but one", EventFilter{Terms: []Term{{Field: "error", Op: Present}, {Field: "user", Values: []string{testUser + "u1"}, Not: true}}},
			func(e *EventRow) bool { return e.Error != "" && e.User != testUser+"u1" }},
		{"named", EventFilter{IDs: ids[100:200], Where: map[string]string{"user": testUser + "u2"}},
			func(e *EventRow) bool { return e.ID > 100 && e.ID <= 200 && e.User == testUser+"u2" }},
	} {
		want := slices.DeleteFunc(slices.Clone(all), func(e EventRow) bool { return !tt.fits(&e) })
		for _, backwards := range []bool{false, true} {
			if backwards {
				slices.Reverse(want)
			}
			var got []EventRow
			for after := (Place{}); ; {
				page, err := db.Events(ctx, tt.filter, after, 1+r.Intn(60), backwards)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 {
					break
				}
				got = append(got, page...)
				after = page[len(page)-1].Place()
			}
			same := slices.EqualFunc(got, want, func(a, b EventRow) bool { return a.ID == b.ID })
			if len(want) == 0 || !same {
				t.Errorf("%s, backwards %v: %d events, want %d in their order", tt.name, backwards, len(got), len(want))
			}
		}
	}
}
