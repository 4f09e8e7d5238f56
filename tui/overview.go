package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// overviewScreen is how much work there is and where, what others changed since this analyst was last here, and what the log
// does not hold.
type overviewScreen struct {
	o    overview
	page links

	reading slot
}

type overview struct {
	store.Overview
	read     bool
	asOf     int64
	hours    []int64 // new alerts an hour over the last day before as-of
	entities []entityLine
	brief    store.Brief
	sources  []store.SourceState
	stale    []string // rules whose newest run does not cover what is loaded
	failed   []store.Run
}

// entityLine is an entity with open alerts, and what it did.
type entityLine struct {
	store.EntityCount
	sum store.Summary
}

// overviewHours is how far back alerts are counted by the hour.
const overviewHours = 24

// mostEntities bounds the entities whose events are summed up.
const mostEntities = 10

// openOverview is the root's first screen.
func openOverview(*App, string) (screen, error) { return &overviewScreen{}, nil }

func (s *overviewScreen) crumb() safe.Text { return safe.Own("overview") }
func (s *overviewScreen) scope() scope     { return onOverview }
func (s *overviewScreen) leave()           { s.reading.stop() }
func (s *overviewScreen) status(a *App) safe.Text {
	if a.width >= 120 {
		return safe.Text{} // the header says it
	}
	return a.scopeText()
}

func (s *overviewScreen) read(a *App) tea.Cmd {
	asOf := a.AsOf
	return ask(a, &s.reading, func(ctx context.Context) (overview, error) { return a.overview(ctx, asOf) }, func(o overview) tea.Cmd {
		s.o = o
		return nil
	})
}

func (a *App) overview(ctx context.Context, asOf int64) (overview, error) {
	o := overview{read: true, asOf: asOf}
	var err error
	midnight := a.Clock.midnight(time.Now())
	if o.Overview, err = a.Store.Overview(ctx, a.Analyst, midnight.UnixNano()); err != nil {
		return o, err
	}
	to := (asOf/column.Hour + 1) * column.Hour
	if o.hours, err = a.Store.AlertTimes(ctx, to-overviewHours*column.Hour, to, overviewHours); err != nil {
		return o, err
	}
	for i, e := range o.Entities {
		if i == mostEntities {
			break
		}
		line := entityLine{EntityCount: e}
		if store.Summed(e.Field) {
			sums, err := a.Store.Summaries(ctx, store.EventFilter{Where: map[string]string{e.Field: e.Entity}}, e.Field, 1)
			if err != nil {
				return o, err
			}
			if len(sums) > 0 {
				line.sum = sums[0].Summary
			}
		}
		o.entities = append(o.entities, line)
	}
	if o.brief, err = a.Store.Brief(ctx); err != nil {
		return o, err
	}
	if o.sources, err = a.Store.SourceStates(ctx, int64(leastDataGap/100)); err != nil {
		return o, err
	}
	return o, a.staleRules(ctx, &o)
}

// staleRules finds rules that were never run, or not over the newest events, and runs that failed.
func (a *App) staleRules(ctx context.Context, o *overview) error {
	runs, err := a.Store.Runs(ctx, "", 10_000)
	if err != nil {
		return err
	}
	newest, ok, err := a.Store.NewestEvent(ctx)
	if err != nil || !ok {
		return err
	}
	by := map[string]store.Run{}
	for _, r := range runs {
		by[r.Rule] = r
		if r.Outcome == engine.OutcomeFailed || r.Outcome == engine.OutcomePartial {
			o.failed = append(o.failed, r)
		}
	}
	rules, err := a.shelf(ctx) // with the exceptions that were made since
	if err != nil {
		return err
	}
	var never, edited, before []string
	for _, d := range rules {
		r, ran := by[d.Rule.ID]
		switch {
		case !d.On || d.Rule.State != "": // it is not meant to run, or cannot yet
		case !ran:
			never = append(never, d.Rule.ID)
		case r.Query != d.Rule.Query:
			edited = append(edited, d.Rule.ID)
		case r.AsOf < newest:
			before = append(before, d.Rule.ID)
		}
	}
	for _, part := range []struct {
		rules []string
		text  string
	}{{never, "never ran"}, {edited, "edited since it ran"}, {before, "ran before the newest events came"}} {
		switch n := len(part.rules); {
		case n == 1:
			o.stale = append(o.stale, part.rules[0]+": "+part.text)
		case n > 1:
			o.stale = append(o.stale, plural(n, "rule")+" "+part.text+": "+strings.Join(part.rules, ", "))
		}
	}
	return nil
}

func (s *overviewScreen) layout(a *App, width, height int) {
	width = min(width, widestOverview)
	var rows []linkRow
	for _, room := range overviewRooms {
		for entities := mostEntities; entities >= room.most; entities-- {
			if rows = s.rows(a, width-linkGutter, room.gaps, room.most, entities); len(rows) <= height {
				s.page.set(rows, height, s.o.read)
				return
			}
		}
	}
	s.page.set(rows, height, s.o.read)
}

// widestOverview is how far figures may stand from the names that they are of.
const widestOverview = 110

func (s *overviewScreen) do(a *App, act action) tea.Cmd {
	if move(&s.page.list, act) {
		return nil
	}
	if act == drill {
		return s.page.drill(a)
	}
	return nil
}

func (s *overviewScreen) view(a *App, width, height int) []widget.Line {
	switch {
	case s.reading.err != nil:
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	case !s.o.read:
		return []widget.Line{widget.Say(widget.Faint, safe.Own("counting ..."))}
	}
	return s.page.view(height)
}

// toAlertsWith opens the queue with a filter.
func toAlertsWith(words string) func(*App) tea.Cmd {
	return func(a *App) tea.Cmd { return a.openRoot(alertsRoot, words) }
}

// overviewRooms are how the page is drawn, the widest first: with or without gaps between its parts, and how much of a part is shown at
// least; lines that are left over are the entities'.
var overviewRooms = []struct {
	gaps bool
	most int
}{{true, 8}, {true, 5}, {true, 4}, {false, 5}, {false, 4}, {false, 3}}

// rows are the page.
func (s *overviewScreen) rows(a *App, width int, gaps bool, most, entities int) []linkRow {
	o := &s.o
	if !o.read {
		return nil
	}
	var counts widget.Line
	counts.Put(widget.Title, safe.Own("ALERTS")).Space(2).Put(widget.Strong, safe.Sprintf("open %s", countText(o.Open)))
	counts.Put(widget.Plain, safe.Sprintf("   mine %s   unassigned %s   closed today %s", countText(o.Mine), countText(o.Unassigned), countText(o.ClosedToday)))
	if o.Oldest > 0 && o.Open > 0 {
		counts.Put(widget.Plain, safe.Sprintf("   oldest %s", ageText(o.Oldest, o.asOf)))
	}
	rows := []linkRow{{line: counts, open: toAlertsWith("status:open")}}
	if a.Plain {
		return append(append(append(rows, s.spokenRows(a)...), s.newsRows(a, width)...), s.dataRows(a, width)...)
	}
	var gap []linkRow
	if gaps {
		gap = plainRows(widget.Blank())
	}
	rows = append(rows, s.severityRows(width, most)...)
	for _, part := range [][]linkRow{s.hourRows(width), s.entityRows(a, width, entities), s.newsRows(a, width), s.dataRows(a, width)} {
		if len(part) > 0 {
			rows = append(append(rows, gap...), part...)
		}
	}
	return rows
}

// narrow is the width below which only those figures are shown that rows are sorted by: names say more.
const narrow = 58

// ruleFigures are what is said of a rule, what it is listed for first.
var ruleFigures = []struct {
	title safe.Text
	width int
	of    func(r *store.RuleCount) string
}{
	{safe.Own("open"), 6, func(r *store.RuleCount) string { return countText(r.Open) }},
	{safe.Own("fired"), 7, func(r *store.RuleCount) string { return countText(r.Fired) }},
	{safe.Own("FP rate"), 9, func(r *store.RuleCount) string {
		if share, known := r.FalseRate(); known {
			return fmt.Sprintf("%.0f%%", 100*share)
		}
		return "-"
	}},
}

// severityRows are the severities, and beside them the rules that fire most.
func (s *overviewScreen) severityRows(width, most int) []linkRow {
	const left = 25
	o := &s.o
	var head widget.Line
	head.Space(2).PutIn(widget.Faint, safe.Own("sev"), 9, false).PutIn(widget.Faint, safe.Own("open"), 5, true).PutIn(widget.Faint, safe.Own("new"), 6, true).Space(left - 22)
	head.Put(widget.Faint, safe.Own("| "))
	figures := ruleFigures
	if width < narrow {
		figures = figures[:1]
	}
	ruleWidth := max(10, width-left-2)
	for _, f := range figures {
		ruleWidth -= f.width
	}
	head.PutIn(widget.Faint, safe.Own("rule"), ruleWidth, false)
	for _, f := range figures {
		head.PutIn(widget.Faint, f.title, f.width, true)
	}
	rows := plainRows(head)
	for i := range max(len(o.BySeverity), min(most, len(o.Rules))) {
		var l widget.Line
		row := linkRow{}
		if i < len(o.BySeverity) {
			c := o.BySeverity[i]
			l.Space(2).PutIn(severityStyle(c.Severity), safe.Escape(string(c.Severity)), 9, false)
			l.PutIn(widget.Plain, safe.Escape(countText(c.Open)), 5, true).PutIn(widget.Plain, safe.Escape(countText(c.New)), 6, true).Space(left - 22)
			row.open = toAlertsWith("status:open sev:" + string(c.Severity))
		} else {
			l.Space(left)
		}
		l.Put(widget.Faint, safe.Own("| "))
		if i < min(most, len(o.Rules)) {
			r := &o.Rules[i]
			l.PutIn(widget.Plain, safe.Escape(r.Title), ruleWidth, false)
			for _, f := range figures {
				l.PutIn(widget.Plain, safe.Escape(f.of(r)), f.width, true)
			}
			if row.open == nil {
				row.open = toAlertsWith("status:all rule:" + r.Rule)
			}
		}
		row.line = l
		rows = append(rows, row)
	}
	return rows
}

func (s *overviewScreen) hourRows(width int) []linkRow {
	hours := s.o.hours
	if room := (width - 2) / 3; room < len(hours) {
		hours = hours[len(hours)-max(1, room):] // the newest
	}
	peak, at := int64(0), 0
	for i, n := range hours {
		if n > peak {
			peak, at = n, i
		}
	}
	var head widget.Line
	head.Put(widget.Title, safe.Own("NEW ALERTS AN HOUR"))
	if peak == 0 {
		head.Put(widget.Faint, safe.Sprintf("   none in the last %d hours", len(hours)))
		return plainRows(head)
	}
	when := "in the newest hour"
	if n := len(hours) - 1 - at; n > 0 {
		when = plural(n, "hour") + " before the end"
	}
	head.Put(widget.Plain, safe.Sprintf("   last %d hours   most %s, %s", len(hours), countText(peak), when))
	var l widget.Line
	l.Space(2)
	for _, n := range hours {
		if n == 0 {
			l.Put(widget.Faint, safe.Own(" . "))
		} else {
			l.Put(widget.Chart, safe.Escape(fmt.Sprintf("%2s ", shortCount(n))))
		}
	}
	return plainRows(head, l)
}

func (s *overviewScreen) entityRows(a *App, width, most int) []linkRow {
	if len(s.o.entities) == 0 {
		return nil
	}
	name := max(12, width-46)
	if width < narrow {
		name = width - 6
	}
	var head widget.Line
	head.PutIn(widget.Title, safe.Own("MOST OPEN ALERTS"), name, false).PutIn(widget.Faint, safe.Own("open"), 6, true)
	if width >= narrow {
		head.PutIn(widget.Faint, safe.Own("rules"), 7, true).PutIn(widget.Faint, safe.Own("first seen"), 17, true)
		head.PutIn(widget.Faint, safe.Own("events"), 8, true).PutIn(widget.Faint, safe.Own("tokens"), 8, true)
	}
	rows := plainRows(head)
	for i, e := range s.o.entities {
		if i == most {
			break
		}
		var l widget.Line
		l.PutIn(widget.Pivot, clipEntity(safe.Escape(shortEntity(e.Entity)), name-1), name, false)
		l.PutIn(widget.Strong, safe.Escape(countText(e.Open)), 6, true)
		rows = append(rows, linkRow{open: entityOpener(e.Field, e.Entity)})
		if width < narrow {
			rows[len(rows)-1].line = l
			continue
		}
		first := "-"
		if e.sum.First > 0 {
			first = a.Clock.bareTick(e.sum.First, Minutes)
		}
		l.PutIn(widget.Plain, safe.Escape(countText(e.Rules)), 7, true).PutIn(widget.Faint, safe.Escape(first), 17, true).PutIn(widget.Plain, safe.Escape(shortCount(e.sum.Events)), 8, true)
		l.PutIn(widget.Plain, safe.Escape(tokenCount(e.sum.PromptTokens+e.sum.CompletionTokens)), 8, true)
		rows[len(rows)-1].line = l
	}
	return rows
}

// entityOpener opens an entity's profile.
func entityOpener(field, entity string) func(*App) tea.Cmd {
	return func(a *App) tea.Cmd { return a.push(newEntity(field, entity)) }
}
