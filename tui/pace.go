package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/why"
	"casebook/tui/widget"
)

// pace is the rhythm of an entity over the span of a timeline, beside the month before and beside what the rules of its alerts
// ask for.
type pace struct {
	read           bool
	now, before    rhythm
	hours, earlier [24]int64
	gates          []string
	cut            bool // more events than are measured
}

const (
	// paceDays is how far back an entity's hours of day are compared.
	paceDays = 30
	// mostPaced bounds the events that are measured.
	mostPaced = 200_000
)

// measure reads the times of the entity's events once the rhythm is looked at.
func (s *timelineScreen) measure(a *App) tea.Cmd {
	if s.pace.read {
		return nil
	}
	f, span, clock := s.filter(), s.span, a.Clock
	alerts := s.own()
	return ask(a, &s.pacing, func(ctx context.Context) (pace, error) {
		p := pace{read: true}
		times, err := a.Store.Times(ctx, f, mostPaced)
		if err != nil {
			return p, err
		}
		f.From, f.To = span.From-paceDays*24*column.Hour, span.From
		before, err := a.Store.Times(ctx, f, mostPaced)
		if err != nil {
			return p, err
		}
		p.now, p.before = rhythmOf(times), rhythmOf(before)
		p.hours, p.earlier = clock.hours(times), clock.hours(before)
		p.cut = len(times) == mostPaced || len(before) == mostPaced
		p.gates, err = a.gateTexts(ctx, alerts)
		return p, err
	}, func(p pace) tea.Cmd {
		s.pace = p
		return nil
	})
}

// gateTexts are what the rules of alerts ask for, and what the alerts' largest rows had.
func (a *App) gateTexts(ctx context.Context, alerts []store.Alert) ([]string, error) {
	var texts []string
	for i := range alerts {
		d := a.byID[alerts[i].Rule]
		if d == nil {
			continue
		}
		q, err := d.Rule.Parse(ctx, a.Store)
		if err != nil {
			continue // the rule's own screen tells of that
		}
		peak, err := a.Store.Peak(ctx, &alerts[i])
		if err != nil {
			return texts, err
		}
		gate := why.GateOf(q)
		var parts []string
		for _, c := range gate.Conditions {
			part := fmt.Sprintf("%s %s %s", c.Column, c.Operator, floatText(c.Value))
			if v, ok := columnValue(&peak, c.Column); ok {
				part += fmt.Sprintf(" (was %s)", floatText(v))
			}
			parts = append(parts, part)
		}
		if len(parts) > 0 {
			texts = append(texts, fmt.Sprintf("#%d %s: %s", alerts[i].ID, alerts[i].Rule, strings.Join(parts, ", ")))
		}
	}
	return texts, nil
}

// columnValue is a number of a hit's row.
func columnValue(hit *engine.Hit, name string) (float64, bool) {
	for i, c := range hit.Columns {
		if c.Name == name {
			return why.Number(hit.Row[i])
		}
	}
	return 0, false
}

// rhythmLines are the rhythm as text and bars.
func (s *timelineScreen) rhythmLines(a *App, width int) []widget.Line {
	p := &s.pace
	switch {
	case s.pacing.err != nil:
		return widget.Wrap(widget.Bad, s.pacing.err.Error(), width)
	case !p.read:
		return []widget.Line{widget.Say(widget.Faint, safe.Own("measuring ..."))}
	}
	head := widget.Say(widget.Title, safe.Own("RHYTHM"))
	head.Put(widget.Faint, safe.Sprintf("   %s to %s   tab: events", a.Clock.FullTick(s.span.From, Minutes), a.Clock.FullTick(s.span.To, Minutes)))
	lines := append([]widget.Line{head}, p.now.lines(a.Charset, width)...)
	if p.cut {
		lines = append(lines, widget.Say(widget.Warn, safe.Sprintf("only the first %s events are measured", countText(mostPaced))))
	}
	before := "no event in the 30 days before to compare with"
	if p.before.gaps > 0 {
		before = p.before.text()
	}
	lines = append(lines, widget.Wrap(widget.Plain, "30 days before: "+before, width)...)
	if len(p.gates) > 0 {
		lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("WHAT THE RULES ASK FOR")))
		for _, g := range p.gates {
			lines = append(lines, widget.Wrap(widget.Plain, g, width)...)
		}
	}
	lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Sprintf("HOURS OF DAY (%s)   a digit is ninths of the busiest", a.Clock.city())))
	return append(lines, hourLines(a.Clock, p.hours, p.earlier, paceDays, width)...)
}
