// Package report puts a case together out of the store and writes it as Markdown, HTML or JSON.
//
// A report is evidence that someone else checks, so the rules are: the same store and as-of give the same bytes; every event is
// named with its file, its place there and the hash of its bytes; every query result with the query, its parameters, its
// as-of and a hash of its rows, asked again while the report is made; and nothing that came out of a log can act where the
// report is read: no links, no images, no markup, no formulas.
package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"casebook/engine"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/why"
)

// Report is a case with all that belongs to it.
type Report struct {
	Case     store.Case
	Alerts   []Alert
	Pins     []Pin
	Entities []Entity
	Log      []store.Entry

	Head *Head // of a report that is complete
}

// Alert is an alert of a case.
type Alert struct {
	store.Alert
	Detection *guides.Detection // that raised it, as it was then; nil when there is none to be had
	Edited    bool              // its rule has another text now
	Peak      engine.Hit
	Gate      why.Gate
	Questions []Question
	Notes     []store.Note

	Ledger *why.Ledger // of a report that is complete
	Silent string      // why there is no ledger
}

// Question is a step of an alert's guide, and what was found out about it.
type Question struct {
	Alert   int64
	Section string
	Step    guides.Step
	Answer  store.Answer // its Value is "" while there is none
}

// Answered tells whether someone has answered the question.
func (q *Question) Answered() bool { return q.Answer.Value != "" }

// Pin is a piece of evidence.
type Pin struct {
	store.Pin
	Row   *store.EventRow // of an event's pin
	Place Place           // of an event's pin, in a report that is complete
	// Record is the bytes of an event's pin, in a report that is complete and bare.
	Record []byte
	Check  Check  // in a report that is complete
	Why    string // what Check found, in words
}

// Place is where the bytes of an event stand.
type Place struct {
	File          string
	FileSHA256    string
	Line          int64
	Begin, Length int64
}

// Check is what came of looking at a piece of evidence again.
type Check string

// The outcomes of a check.
const (
	Unchecked Check = ""
	Same      Check = "same"    // the bytes, or the rows, have the hash they had
	Changed   Check = "changed" // they have another
	Lost      Check = "lost"    // they cannot be read, or the query cannot be run
	Moved     Check = "moved"   // the query asks about alerts, which change as people work on them
)

// Entity is a user, an account, a model … that the events behind the alerts name.
type Entity struct {
	Kind, Field, Value string
	Events             int
}

// Read puts a case together as far as that is quick: what a screen shows.
func Read(ctx context.Context, db *store.DB, detections map[string]*guides.Detection, id int64) (*Report, error) {
	r := &Report{}
	var err error
	if r.Case, err = db.Case(ctx, id); err != nil {
		return nil, err
	}
	list, err := db.CaseAlerts(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		one, err := readAlert(ctx, db, a, detections[a.Rule])
		if err != nil {
			return nil, err
		}
		r.Alerts = append(r.Alerts, *one)
	}
	if err := r.readPins(ctx, db); err != nil {
		return nil, err
	}
	if r.Entities, err = entitiesOf(ctx, db, list); err != nil {
		return nil, err
	}
	r.Log, err = db.CaseJournal(ctx, id)
	return r, err
}

func readAlert(ctx context.Context, db *store.DB, alert store.Alert, d *guides.Detection) (*Alert, error) {
	a := &Alert{Alert: alert}
	var err error
	if d, a.Edited, err = why.Behind(ctx, db, d, &alert); err != nil {
		return nil, err
	}
	a.Detection = d
	if a.Peak, err = db.Peak(ctx, &alert); err != nil {
		return nil, err
	}
	if a.Notes, err = db.Notes(ctx, alert.ID); err != nil {
		return nil, err
	}
	answers, err := db.Answers(ctx, alert.ID)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return a, nil
	}
	if q, err := d.Rule.Parse(ctx, db); err == nil {
		a.Gate = why.GateOf(q)
	}
	for _, s := range d.Guide.Sections {
		for _, step := range s.Steps {
			a.Questions = append(a.Questions, Question{Alert: alert.ID, Section: s.Title, Step: step, Answer: answers[step.Key]})
		}
	}
	return a, nil
}

func (r *Report) readPins(ctx context.Context, db *store.DB) error {
	pins, err := db.CasePins(ctx, r.Case.ID)
	if err != nil {
		return err
	}
	for _, p := range pins {
		pin := Pin{Pin: p}
		if p.Kind == store.PinEvent {
			row, err := db.Event(ctx, p.Event)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			if err == nil {
				pin.Row = &row
			}
		}
		r.Pins = append(r.Pins, pin)
	}
	return nil
}

// mostBehind bounds the events of an alert whose entities are listed.
const mostBehind = 10_000

// entitiesOf are what the events behind alerts name, most events first.
func entitiesOf(ctx context.Context, db *store.DB, alerts []store.Alert) ([]Entity, error) {
	type key struct{ field, value string }
	counts := map[key]int{}
	seen := map[int64]bool{}
	for _, a := range alerts {
		rows, err := db.EventsOf(ctx, a.ID, 0, mostBehind)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if seen[rows[i].ID] {
				continue
			}
			seen[rows[i].ID] = true
			for _, k := range Kinds {
				if v := k.of(&rows[i]); v != "" {
					counts[key{k.Field, v}]++
				}
			}
		}
	}
	var list []Entity
	for _, k := range Kinds {
		from := len(list)
		for c, n := range counts {
			if c.field == k.Field {
				list = append(list, Entity{Kind: k.Name, Field: k.Field, Value: c.value, Events: n})
			}
		}
		slices.SortFunc(list[from:], func(a, b Entity) int {
			if a.Events != b.Events {
				return b.Events - a.Events
			}
			return compare(a.Value, b.Value)
		})
	}
	return list, nil
}

// Kind is a kind of entity, by the field of events that names it.
type Kind struct {
	Name, Field string
	of          func(*store.EventRow) string
}

// Kinds are the kinds of entities, in the order screens offer them.
var Kinds = []Kind{
	{"user", "user", func(e *store.EventRow) string { return e.User }},
	{"resource", "resource", func(e *store.EventRow) string { return e.Resource }},
	{"account", "account", func(e *store.EventRow) string { return e.Account }},
	{"model", "model", func(e *store.EventRow) string { return e.Model }},
	{"application", "app", func(e *store.EventRow) string { return e.App }},
	{"address", "ip", func(e *store.EventRow) string { return e.IP }},
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Questions are the questions of all alerts, and how many have an answer.
func (r *Report) Questions() (all []Question, answered int) {
	for i := range r.Alerts {
		for _, q := range r.Alerts[i].Questions {
			all = append(all, q)
			if q.Answered() {
				answered++
			}
		}
	}
	return all, answered
}

// Question is the question that a piece of evidence was found on; nil where it was found elsewhere, or the guide is not at hand.
func (r *Report) Question(p *Pin) *Question {
	for i := range r.Alerts {
		for j := range r.Alerts[i].Questions {
			if q := &r.Alerts[i].Questions[j]; p.Step != "" && q.Alert == p.Alert && q.Step.Key == p.Step {
				return q
			}
		}
	}
	return nil
}

// Answer is what the question that a piece of evidence was found on was answered with: why it matters, where no note says so. It is nil
// while there is none.
func (r *Report) Answer(p *Pin) *store.Answer {
	if q := r.Question(p); q != nil && q.Answered() {
		return &q.Answer
	}
	return nil
}

// Found are the names of the pieces of evidence that were found on a question.
func (r *Report) Found(q *Question) []string {
	var names []string
	for i := range r.Pins {
		if p := &r.Pins[i]; p.Alert == q.Alert && p.Step == q.Step.Key {
			names = append(names, p.Name())
		}
	}
	return names
}

// Uncited are the names in the story that are of no evidence of the case.
func (r *Report) Uncited() []string {
	pins := make([]store.Pin, len(r.Pins))
	for i := range r.Pins {
		pins[i] = r.Pins[i].Pin
	}
	return store.Uncited(r.Case.Story, pins)
}

// OpenItems are what a reader of the case would ask about.
func (r *Report) OpenItems() []string {
	var items []string
	if missing := r.Uncited(); len(missing) > 0 {
		items = append(items, "the story names "+strings.Join(missing, ", ")+", which is no evidence of this case")
	}
	if all, answered := r.Questions(); answered < len(all) {
		items = append(items, fmt.Sprintf("questions without an answer: %d of %d", len(all)-answered, len(all)))
	}
	bare := 0
	for i := range r.Pins {
		if p := &r.Pins[i]; p.Note == "" && r.Answer(p) == nil {
			bare++
		}
	}
	if bare > 0 {
		items = append(items, fmt.Sprintf("evidence without a note or an answer: %d of %d", bare, len(r.Pins)))
	}
	open := 0
	for _, a := range r.Alerts {
		if a.Status != store.Closed {
			open++
		}
	}
	if open > 0 {
		items = append(items, fmt.Sprintf("alerts not closed: %d of %d", open, len(r.Alerts)))
	}
	if r.Case.Story == "" {
		items = append(items, "there is no story")
	}
	if r.Case.Status != store.CaseClosed {
		items = append(items, "there is no verdict")
	}
	return items
}
