package tui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"casebook/engine"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// A screen is kept as what it is of and how it was left, never as what it showed: that is read anew. What would have to be worked out
// anew without being asked for is not kept, nor what is above it: a knob that runs its rule five times.

// leftScreen is a screen as the file has it.
type leftScreen struct {
	Kind string          `json:"kind"`
	Left json.RawMessage `json:"left"`
}

// keeper keeps screens of one kind, and opens them again.
type keeper struct {
	kind string
	keep func(a *App, s screen) (left any, ok bool)
	open func(ctx context.Context, a *App, left json.RawMessage, under []screen) (screen, error)
}

// keeps is a keeper of screens S, of which L is kept. Without a word that it is gone, what a screen is of is there.
func keeps[S screen, L any](kind string, keep func(*App, S) L, open func(context.Context, *App, L, []screen) (S, error)) keeper {
	return keeper{kind, func(a *App, s screen) (any, bool) {
		own, ok := s.(S)
		if !ok {
			return nil, false
		}
		return keep(a, own), true
	}, func(ctx context.Context, a *App, data json.RawMessage, under []screen) (screen, error) {
		var left L
		if err := json.Unmarshal(data, &left); err != nil {
			return nil, err
		}
		return open(ctx, a, left, under)
	}}
}

// keepers are all of them; a screen of no kind is not kept.
var keepers = []keeper{
	keeps("overview", keepOverview, openLeftOverview), keeps("alerts", keepAlerts, openLeftAlerts), keeps("entities", keepEntities, openLeftEntities),
	keeps("events", keepEvents, openLeftEvents), keeps("query", keepQuery, openLeftQuery), keeps("rules", keepRules, openLeftRules),
	keeps("cases", keepCases, openLeftCases), keeps("facet", keepFacet, openLeftFacet), keeps("timeline", keepTimeline, openLeftTimeline),
	keeps("alert", keepAlert, openLeftAlert), keeps("guide", keepGuide, openLeftGuide), keeps("event", keepEvent, openLeftEvent),
	keeps("case", keepCase, openLeftCase), keeps("entity", keepEntity, openLeftEntity), keeps("rule", keepRule, openLeftRule), keeps("diff", keepDiff, openLeftDiff),
}

// keepStack is what is kept of a stack: its screens up to the first that is not kept.
func (a *App) keepStack(stack []screen) []leftScreen {
	var list []leftScreen
	for _, s := range stack {
		one, ok := a.keepScreen(s)
		if !ok {
			break
		}
		list = append(list, one)
	}
	return list
}

func (a *App) keepScreen(s screen) (leftScreen, bool) {
	for _, k := range keepers {
		if left, ok := k.keep(a, s); ok {
			data, err := json.Marshal(left)
			return leftScreen{k.kind, data}, err == nil
		}
	}
	return leftScreen{}, false
}

// openStack opens a stack again, up to the first screen that cannot be: gone tells what that was of.
func (a *App) openStack(ctx context.Context, list []leftScreen) (stack []screen, gone error) {
	for _, one := range list {
		s, err := a.openLeft(ctx, one, stack)
		if err != nil {
			return stack, err
		}
		stack = append(stack, s)
	}
	return stack, nil
}

func (a *App) openLeft(ctx context.Context, one leftScreen, under []screen) (screen, error) {
	for _, k := range keepers {
		if k.kind == one.Kind {
			return k.open(ctx, a, one.Left, under)
		}
	}
	return nil, fmt.Errorf("no screen is called %q", one.Kind)
}

// errGone is that what a screen was of is no longer there.
var errGone = errors.New("is no longer there")

// gone says what is no longer there, if that is the fault.
func gone(what string, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("%s %w", what, errGone)
	}
	return err
}

// leftAt is where the cursor of a list was left: its row, and its line in the window.
type leftAt struct{ Row, Line int }

func keepPlace(l *widget.List) leftAt {
	row, line := l.Place()
	return leftAt{row, line}
}

func (p leftAt) put(l *widget.List) {
	if p.Row > 0 {
		l.Await(p.Row, p.Line)
	}
}

func (p leftAt) putPage(of *links) {
	of.seen = p.Row > 0
	p.put(&of.list)
}

func keepPlaces(lists []widget.List) []leftAt {
	all := make([]leftAt, len(lists))
	for i := range lists {
		all[i] = keepPlace(&lists[i])
	}
	return all
}

func putPlaces(all []leftAt, lists []widget.List) {
	for i := range min(len(all), len(lists)) {
		all[i].put(&lists[i])
	}
}

// leftParts is a thing in parts, as it was left.
type leftParts struct {
	ID    int64
	Part  int
	Lists []leftAt
	Page  leftAt  // of the part that is a page
	Find  string  // in an event
	Among []int64 // the events that it was opened from
}

// part is the part that was left, of so many.
func (l *leftParts) part(of int) int { return max(0, min(l.Part, of-1)) }

func keepAlert(_ *App, s *alertScreen) leftParts {
	return leftParts{ID: s.id, Part: s.part, Lists: keepPlaces(s.lists[:]), Page: keepPlace(&s.why.list)}
}

func openLeftAlert(ctx context.Context, a *App, left leftParts, under []screen) (*alertScreen, error) {
	if _, err := a.Store.Alert(ctx, left.ID); err != nil {
		return nil, gone(fmt.Sprintf("alert #%d", left.ID), err)
	}
	var queue *alertsScreen
	if n := len(under); n > 0 {
		queue, _ = under[n-1].(*alertsScreen)
	}
	s := newAlert(left.ID, queue)
	s.part = left.part(len(alertParts))
	putPlaces(left.Lists, s.lists[:])
	left.Page.putPage(&s.why)
	return s, nil
}

// leftGuide is a guide as it was left.
type leftGuide struct {
	ID    int64
	Step  string
	Below bool
	Row   leftAt
}

func keepGuide(_ *App, s *guideScreen) leftGuide {
	left := leftGuide{s.id, s.wanted, s.below, s.wantedRow}
	if step := s.current(); step != nil {
		left.Step, left.Row = step.Key, keepPlace(&s.rows)
	}
	return left
}

func openLeftGuide(ctx context.Context, a *App, left leftGuide, _ []screen) (*guideScreen, error) {
	if _, err := a.Store.Alert(ctx, left.ID); err != nil {
		return nil, gone(fmt.Sprintf("alert #%d", left.ID), err)
	}
	s := newGuide(left.ID).at(left.Step)
	s.below, s.wantedRow = left.Below, left.Row
	return s, nil
}

// mostAmong bounds how many of the events around one are kept with it.
const mostAmong = 500

func keepEvent(_ *App, s *eventScreen) leftParts {
	left := leftParts{ID: s.id, Part: s.part, Lists: keepPlaces(s.lists[:]), Find: s.find}
	from := 0
	for i := range s.among {
		if s.among[i].ID == s.id {
			from = max(0, i-mostAmong/2)
		}
	}
	for _, e := range s.among[from:min(len(s.among), from+mostAmong)] {
		left.Among = append(left.Among, e.ID)
	}
	return left
}

func openLeftEvent(ctx context.Context, a *App, left leftParts, _ []screen) (*eventScreen, error) {
	if _, err := a.Store.Event(ctx, left.ID); err != nil {
		return nil, gone(fmt.Sprintf("event %d", left.ID), err)
	}
	among := make([]store.EventRow, len(left.Among))
	for i, id := range left.Among {
		among[i].ID = id
	}
	s := newEvent(left.ID, among)
	s.part, s.find = left.part(len(eventParts)), left.Find
	putPlaces(left.Lists, s.lists[:])
	return s, nil
}

func keepCase(_ *App, s *caseScreen) leftParts {
	return leftParts{ID: s.id, Part: s.part, Lists: keepPlaces(s.lists[:]), Page: keepPlace(&s.story.list)}
}

func openLeftCase(ctx context.Context, a *App, left leftParts, _ []screen) (*caseScreen, error) {
	if _, err := a.Store.Case(ctx, left.ID); err != nil {
		return nil, gone(store.CaseName(left.ID), err)
	}
	s := newCase(left.ID)
	s.part = left.part(len(caseParts))
	putPlaces(left.Lists, s.lists[:])
	left.Page.putPage(&s.story)
	return s, nil
}

// leftEntity is a profile as it was left.
type leftEntity struct {
	Field, Value string
	Page         leftAt
}

func keepEntity(_ *App, s *entityScreen) leftEntity {
	return leftEntity{s.field, s.value, keepPlace(&s.page.list)}
}

func openLeftEntity(_ context.Context, _ *App, left leftEntity, _ []screen) (*entityScreen, error) {
	s := newEntity(left.Field, left.Value)
	left.Page.putPage(&s.page)
	return s, nil
}

// leftRule is a rule as it was left.
type leftRule struct {
	Rule  string
	Part  int
	Lists []leftAt
}

func keepRule(_ *App, s *ruleScreen) leftRule {
	return leftRule{s.row.Rule.Rule.ID, s.part, keepPlaces(s.lists[:])}
}

func openLeftRule(ctx context.Context, a *App, left leftRule, _ []screen) (*ruleScreen, error) {
	d := a.byID[left.Rule]
	if d == nil {
		return nil, fmt.Errorf("rule %s %w", safe.Escape(left.Rule), errGone)
	}
	var query *engine.Query
	if q, err := d.Rule.Parse(ctx, a.Store); err == nil { // what is wrong with it the screen reads
		query = q
	}
	s := newRule(ruleRow{Rule: Rule{Detection: d, Query: query}})
	s.part = max(0, min(left.Part, len(ruleParts)-1))
	putPlaces(left.Lists, s.lists[:])
	return s, nil
}

// leftDiff is two events beside each other, as they were left.
type leftDiff struct {
	IDs [2]int64
	All bool
	At  leftAt
}

func keepDiff(_ *App, s *diffScreen) leftDiff { return leftDiff{s.ids, s.all, keepPlace(&s.list)} }

func openLeftDiff(ctx context.Context, a *App, left leftDiff, _ []screen) (*diffScreen, error) {
	for _, id := range left.IDs {
		if _, err := a.Store.Event(ctx, id); err != nil {
			return nil, gone(fmt.Sprintf("event %d", id), err)
		}
	}
	s := &diffScreen{ids: left.IDs, all: left.All}
	left.At.put(&s.list)
	return s, nil
}
