package main

import (
	"path/filepath"
	"testing"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store"
)

// The library's rules and steps ask for nothing that the store does not have: in an open table a misspelt field would be
// null in every event, and the rule silent.
func TestLibraryAsksForKnownFields(t *testing.T) {
	all, err := guides.Library()
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(filepath.Join(t.TempDir(), "casebook.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	check := func(name string, language engine.Language, file *syntax.File, params engine.Params) {
		q, err := engine.Parse(language, file, db, params)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		for _, n := range q.Notices {
			t.Errorf("%s: %s", name, n)
		}
	}
	for _, d := range all {
		r := &d.Rule
		check(r.ID, r.Language, &syntax.File{Name: r.File, Text: r.Query, Line: r.Line, Column: r.Column, Indent: r.Indent}, nil)
		facts := guides.Facts{}
		facts.Alert(engine.Window{From: 0, To: column.Hour}, column.Hour)
		facts.Set("target_time_window", column.Ticks(0))
		facts.Set("count", 10)
		facts.Set("avg_request_size", 5000.0)
		for _, s := range d.Guide.Steps() {
			if !s.Live() {
				continue
			}
			params, missing := guides.Bind(s, facts)
			for _, name := range missing {
				params, _ = guides.Bind(s, merge(facts, name))
			}
			check(r.ID+" "+s.Key, s.Language, s.File, params)
		}
	}
}

func merge(f guides.Facts, name string) guides.Facts {
	f.Set(name, "x")
	return f
}
