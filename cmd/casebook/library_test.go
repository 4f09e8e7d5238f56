package main

import (
	"testing"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store/event"
)

// sources are the tables of all sources, without events.
type sources map[string]*plan.Table

func (s sources) Table(name string) (*plan.Table, bool) { t, ok := s[name]; return t, ok }

func (s sources) Names() []string {
	var names []string
	for name := range s {
		names = append(names, name)
	}
	return names
}

func catalog() sources {
	s := sources{"casebook.alerts": {Name: "casebook.alerts", Time: "@timestamp", Fields: []column.Field{
		{Name: "@timestamp", Type: column.Time}, {Name: "rule.id", Type: column.String}, {Name: "rule.name", Type: column.String},
		{Name: "alert.severity", Type: column.String}, {Name: "alert.status", Type: column.String},
		{Name: "user.id", Type: column.String}, {Name: "azure.resource.name", Type: column.String}, {Name: "cloud.account.id", Type: column.String}}}}
	for _, t := range event.Tables() {
		s[t.Name] = &plan.Table{Name: t.Name, Time: t.Time, Open: t.Open, Fields: t.Fields()}
	}
	return s
}

// The library's rules and steps ask for nothing that the sources do not have: in an open table a misspelt field would be
// null in every event, and the rule silent.
func TestLibraryAsksForKnownFields(t *testing.T) {
	all, err := guides.Library()
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, language engine.Language, file *syntax.File, params engine.Params) {
		q, err := engine.Parse(language, file, catalog(), params)
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
