package tui

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
	"casebook/tui/report"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// entityScreen is the profile of a user, an account, a model: since when it is known, what it used, what failed, which alerts
// name it, and at what hours it is at work.
type entityScreen struct {
	field, value string
	p            profile
	page         links

	reading slot
}

// profile is what the store knows of an entity.
type profile struct {
	sum     store.Summary
	sources []store.ValueSummary
	parts   [len(profileParts)][]store.ValueSummary
	alerts  []store.Alert
	cases   map[int64]string // of the alerts
	hours   [24]int64
	recent  [24]int64 // of the last day
	rhythm  rhythm    // of the last events
}

// profileParts are what a profile breaks an entity's events down by.
var profileParts = [...]struct {
	field string
	title safe.Text
}{{"model", safe.Own("MODELS")}, {"user", safe.Own("USERS")}, {"account", safe.Own("ACCOUNTS")}, {"resource", safe.Own("RESOURCES")}, {"error", safe.Own("ERRORS")}, {"ip", safe.Own("ADDRESSES")}, {"app", safe.Own("APPLICATIONS")}}

const (
	// mostHours bounds the events whose hour of day is counted.
	mostHours = 100_000
	// mostParts bounds the values of one part.
	mostParts = 5
	// mostProfileAlerts bounds the alerts of a profile.
	mostProfileAlerts = 50
)

func newEntity(field, value string) *entityScreen { return &entityScreen{field: field, value: value} }

func (s *entityScreen) crumb() safe.Text { return safe.Escape(shortEntity(s.value)) }
func (s *entityScreen) scope() scope     { return onEntity }
func (s *entityScreen) leave()           { s.reading.stop() }

func (s *entityScreen) status(a *App) safe.Text {
	if s.reading.err != nil {
		return safe.Own("cannot read it")
	}
	fresh := ""
	if isNew(s.p.sum.First, a.AsOf) {
		fresh = "NEW  "
	}
	return safe.Sprintf("%s%s  %s  %s tok", fresh, plural(len(s.p.alerts), "alert"), plural(s.p.sum.Events, "event"), tokenCount(s.p.sum.PromptTokens+s.p.sum.CompletionTokens))
}

func (s *entityScreen) read(a *App) tea.Cmd {
	field, value, asOf := s.field, s.value, a.AsOf
	return ask(a, &s.reading, func(ctx context.Context) (profile, error) { return a.profile(ctx, field, value, asOf) }, func(p profile) tea.Cmd {
		s.p = p
		return nil
	})
}

func (a *App) profile(ctx context.Context, field, value string, asOf int64) (profile, error) {
	var p profile
	f := store.EventFilter{Where: map[string]string{field: value}}
	var err error
	if p.sources, err = a.Store.Summaries(ctx, f, "source", 0); err != nil {
		return p, err
	}
	for i := range p.sources {
		p.sum.Merge(&p.sources[i].Summary)
	}
	same, _ := store.SlotOf(field)
	for i, part := range profileParts {
		if slot, _ := store.SlotOf(part.field); slot == same {
			continue
		}
		if p.parts[i], err = a.Store.Summaries(ctx, f, part.field, mostParts+1); err != nil {
			return p, err
		}
	}
	if p.alerts, err = a.Store.Alerts(ctx, store.AlertFilter{Entity: value, Order: store.ByTime}, store.Cursor{}, mostProfileAlerts); err != nil {
		return p, err
	}
	p.cases = map[int64]string{}
	for _, al := range p.alerts {
		in, err := a.Store.Cases(ctx, store.CaseFilter{Alert: al.ID}, 0, 1)
		if err != nil {
			return p, err
		}
		if len(in) > 0 {
			p.cases[al.ID] = in[0].Name()
		}
	}
	times, err := a.Store.Times(ctx, f, mostHours)
	if err != nil {
		return p, err
	}
	p.hours = a.Clock.hours(times)
	var recent []int64
	for _, t := range times {
		if t > asOf-24*column.Hour {
			recent = append(recent, t)
		}
	}
	p.recent, p.rhythm = a.Clock.hours(recent), rhythmOf(recent)
	return p, nil
}

func (s *entityScreen) layout(a *App, width, height int) {
	s.page.set(s.rows(a, width-linkGutter), height, s.p.sum.Events > 0)
}

func (s *entityScreen) do(a *App, act action) tea.Cmd {
	if move(&s.page.list, act) {
		return nil
	}
	switch act {
	case drill:
		return s.page.drill(a)
	case timeline:
		return a.push(newTimeline(s.field, s.value, spanOf(s.p.sum)))
	case copyValue:
		return a.copy(s.pointed().text)
	case filterFor, filterOut, sameInTime, countValues:
		return a.onValue(act, s.pointed(), "")
	}
	return nil
}

// pointed is the value under the cursor, else the entity itself.
func (s *entityScreen) pointed() value {
	if v := s.page.value(); v.field != "" {
		return v
	}
	return value{s.field, s.value, spanOf(s.p.sum)}
}

// spanOf is the span of time that a summary covers.
func spanOf(sum store.Summary) engine.Window { return engine.Window{From: sum.First, To: sum.Last + 1} }

func (s *entityScreen) view(a *App, width, height int) []widget.Line {
	switch {
	case s.reading.err != nil:
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	case s.p.sum.Events == 0 && s.reading.busy:
		return []widget.Line{widget.Say(widget.Faint, safe.Own("counting ..."))}
	}
	return s.page.view(height)
}

func (s *entityScreen) rows(a *App, width int) []linkRow {
	p := &s.p
	kind := s.field
	for _, k := range report.Kinds {
		if k.Field == s.field {
			kind = k.Name
		}
	}
	var head widget.Line
	head.Put(widget.Faint, safe.Escape(kind)).Space(1).Put(widget.Strong, safe.Escape(s.value).ClipMiddle(max(8, width-head.Width()-1)))
	rows := plainRows(head)
	if p.sum.Events == 0 {
		return append(rows, plainRows(widget.Say(widget.Faint, safe.Own("no event names it")))...)
	}
	say := func(name safe.Text, style widget.Style, text string) {
		var l widget.Line
		l.PutIn(widget.Faint, name, 10, false).Put(style, safe.Escape(text).Clip(max(8, width-10)))
		rows = append(rows, linkRow{line: l})
	}
	say(safe.Own("seen"), widget.Plain, fmt.Sprintf("first %s   last %s   over %s", a.Clock.FullTick(p.sum.First, Minutes), a.Clock.FullTick(p.sum.Last, Minutes), spanText(ticksSpan(p.sum.Last-p.sum.First))))
	style := widget.Plain
	if p.sum.Failures > 0 {
		style = widget.Bad
	}
	say(safe.Own("events"), style, fmt.Sprintf("%s, %s failed or denied (%.1f%%)", countText(p.sum.Events), countText(p.sum.Failures), 100*float64(p.sum.Failures)/float64(p.sum.Events)))
	if tokens := p.sum.PromptTokens + p.sum.CompletionTokens; tokens > 0 {
		say(safe.Own("tokens"), widget.Plain, fmt.Sprintf("%s in, %s out", countText(p.sum.PromptTokens), countText(p.sum.CompletionTokens)))
	} else {
		say(safe.Own("tokens"), widget.Faint, "no event says how many")
	}
	for _, src := range p.sources {
		say(safe.Own("source"), widget.Plain, fmt.Sprintf("%s: %s", src.Value, plural(src.Events, "event")))
	}
	span := spanOf(p.sum)
	rows = append(rows, linkRow{line: widget.Say(widget.Pivot, safe.Own("timeline of all of it (t)")), open: func(a *App) tea.Cmd { return a.push(newTimeline(s.field, s.value, span)) }})
	rows = append(rows, s.alertRows(a, width)...)
	for i, part := range profileParts {
		rows = append(rows, partRows(part.title, part.field, p.parts[i], width)...)
	}
	rows = append(rows, plainRows(widget.Blank(), widget.Say(widget.Title, safe.Sprintf("HOURS OF DAY (%s)   the last day, and all of it", a.Clock.city())))...)
	rows = append(rows, plainRows(strip24(safe.Own("1 day"), p.recent), strip24(safe.Own("all"), p.hours))...)
	rows = append(rows, plainRows(hourAxis(), widget.Say(widget.Plain, safe.Sprintf("rhythm of the last day: %s", p.rhythm.text()).Clip(width)))...)
	return rows
}

func (s *entityScreen) alertRows(a *App, width int) []linkRow {
	rows := plainRows(widget.Blank(), widget.Say(widget.Title, safe.Sprintf("ALERTS   %d", len(s.p.alerts))))
	for _, al := range s.p.alerts {
		var l widget.Line
		l.PutIn(widget.Plain, safe.Sprintf("#%d", al.ID), 6, false).PutIn(severityStyle(al.Severity), severityWord(al.Severity), 5, false)
		l.PutIn(widget.Plain, statusWord(al.Status), 4, false).PutIn(widget.Faint, safe.Escape(a.Clock.bareTick(al.Last, Minutes)), 17, false)
		l.PutIn(widget.Plain, safe.Escape(s.p.cases[al.ID]), 7, false)
		l.Put(widget.Plain, safe.Escape(al.Title).Clip(max(8, width-l.Width())))
		rows = append(rows, linkRow{line: l, open: func(a *App) tea.Cmd { return a.push(newAlert(al.ID, nil)) }})
	}
	return rows
}

// leastName is how much of a name is shown where there is little room.
const leastName = 24

// partRows are the values of a field among an entity's events; each leads to its own profile.
func partRows(title safe.Text, field string, values []store.ValueSummary, width int) []linkRow {
	if len(values) == 0 {
		return nil
	}
	rows := plainRows(widget.Blank(), widget.Say(widget.Title, title))
	for i, v := range values {
		if i == mostParts {
			rows = append(rows, plainRows(widget.Say(widget.Faint, safe.Own("  ... more")))...)
			break
		}
		var l widget.Line
		name := max(leastName, width-34)
		l.Space(2).PutIn(widget.Pivot, clipName(safe.Escape(v.Value), name), name, false).Space(1)
		l.PutIn(widget.Plain, safe.Escape(shortCount(v.Events)), 7, true)
		switch {
		case name == leastName: // there is no room for words
			l.Space(1)
		case v.Events == 1:
			l.PutIn(widget.Faint, safe.Own(" event"), 8, false)
		default:
			l.PutIn(widget.Faint, safe.Own(" events"), 8, false)
		}
		if v.Failures > 0 {
			l.Put(widget.Bad, safe.Sprintf("%s failed", shortCount(v.Failures)))
		}
		row := linkRow{line: l, of: value{field, v.Value, spanOf(v.Summary)}}
		if field != "error" {
			row.open = func(a *App) tea.Cmd { return a.push(newEntity(field, v.Value)) }
		}
		rows = append(rows, row)
	}
	return rows
}
