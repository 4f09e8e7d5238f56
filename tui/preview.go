package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// The pane beside or below the queue: who, why and when, how the events lie in time, what is related, what the guide asks. What it
// needs room for comes last.

// glance is a dossier, and what all events of its entity add up to.
type glance struct {
	dossier
	sum    store.Summary
	times  []int64 // of the events behind it that the dossier has, in ticks
	rhythm rhythm
}

// openGlance reads what the pane shows of an alert. What all events of its entity add up to comes behind the rest: it takes longer the more
// is loaded.
func (a *App) openGlance(s *slot, id int64, land func(glance)) tea.Cmd {
	return ask(a, s, func(ctx context.Context) (g glance, err error) {
		if g.dossier, err = a.dossier(ctx, id); err != nil {
			return g, err
		}
		for i := range g.behind {
			if g.behind[i].Dated {
				g.times = append(g.times, g.behind[i].Tick())
			}
		}
		slices.Sort(g.times)
		g.rhythm = rhythmOf(g.times)
		return g, nil
	}, func(g glance) tea.Cmd {
		land(g)
		if !entityField(g.alert.EntityField) {
			return nil
		}
		f := store.EventFilter{Where: map[string]string{g.alert.EntityField: g.alert.Entity}}
		return ask(a, s, func(ctx context.Context) ([]store.ValueSummary, error) { return a.Store.Summaries(ctx, f, "source", 0) }, func(sources []store.ValueSummary) tea.Cmd {
			for i := range sources {
				g.sum.Merge(&sources[i].Summary)
			}
			land(g)
			return nil
		})
	})
}

// roomForMore is the height from which the pane has parts with headings, and roomForBars that from which it draws all gaps.
const (
	roomForMore = 15
	roomForBars = 30
)

// view is the pane.
func (g *glance) view(a *App, width, height int) []widget.Line {
	var head widget.Line
	head.Put(severityStyle(g.alert.Severity), severityWord(g.alert.Severity)).Space(2)
	head.Put(widget.Strong, safe.Sprintf("#%d %s", g.alert.ID, g.alert.Title).Clip(width-head.Width()))
	lines := []widget.Line{head}
	tall := height >= roomForMore
	label := func(name safe.Text, text safe.Text) {
		wrapped := []widget.Line{widget.Say(widget.Plain, text.Clip(width-labelWidth))}
		if tall {
			wrapped = widget.Wrap(widget.Plain, text.String(), width-labelWidth)
			wrapped = wrapped[:min(len(wrapped), mostLabelled)]
		}
		for i, w := range wrapped {
			var l widget.Line
			if i == 0 {
				l.PutIn(widget.Faint, name, labelWidth, false)
			}
			l.Space(labelWidth - l.Width()).Append(w)
			lines = append(lines, l)
		}
	}
	seen := g.seenText(a)
	who := safe.Escape(shortEntity(g.alert.Entity))
	if room := width - labelWidth - seen.Width() - 3; !tall && room > 0 {
		who = clipEntity(who, room)
	}
	label(safe.Own("who"), safe.Join("   ", who, seen))
	label(safe.Own("why"), g.whyText(a, tall))
	label(safe.Own("when"), safe.Sprintf("%s (%s)   %s, %s", a.Clock.Span(g.alert.Window.From, g.alert.Window.To), spanText(ticksSpan(g.alert.Window.To-g.alert.Window.From)), plural(g.alert.Events, "event"), plural(g.alert.Hits, "hit")))
	if !tall {
		lines = append(lines, g.strip(a, width))
	}
	label(safe.Own("guide"), g.guideText())
	state := g.stateText(a)
	if len(g.cases) > 0 {
		state = safe.Join("   ", state, safe.Sprintf("in %s %s", g.cases[0].Name(), g.cases[0].Title))
	}
	label(safe.Own("state"), state)
	label(safe.Own("also"), g.alsoText())
	if tall {
		lines = g.more(a, lines, width, height)
	}
	return widget.Fill(lines, height)
}

const (
	labelWidth   = 6
	mostLabelled = 4 // lines of a label in a tall pane
)

// seenText says what else is known of the entity: since when, and of how many events.
func (g *glance) seenText(a *App) safe.Text {
	if g.sum.Events == 0 {
		return safe.Escape(g.alert.EntityField)
	}
	fresh := ""
	if isNew(g.sum.First, a.AsOf) {
		fresh = " NEW"
	}
	return safe.Sprintf("first seen %s%s, %s", a.Clock.FullTick(g.sum.First, Minutes), fresh, plural(g.sum.Events, "event"))
}

// whyText is the margin, and the row that fired without what the margin and the line above say. Texts need no names where there is
// little room.
func (g *glance) whyText(a *App, named bool) safe.Text {
	var parts []safe.Text
	margin, ok := g.marginText()
	if ok {
		parts = append(parts, margin)
	}
	for i, c := range g.peak.Columns {
		if ok && c.Name == g.gate.First().Column || g.peak.Row[i] == any(g.alert.Entity) {
			continue
		}
		value := a.Clock.text(c.Type, g.row[i])
		if _, text := g.row[i].(string); named || !text {
			value = safe.Join(" ", safe.Escape(c.Name), value)
		}
		parts = append(parts, value)
	}
	return safe.Join("   ", parts...)
}

// strip is how the events behind it lie in time, in one line.
func (g *glance) strip(a *App, width int) widget.Line {
	var l widget.Line
	l.Space(labelWidth)
	if len(g.times) < 2 {
		return *l.Put(widget.Faint, safe.Own("too few events to draw"))
	}
	first, last := g.times[0], g.times[len(g.times)-1]
	from, to := safe.Escape(a.Clock.bareTick(first, clockForm)), safe.Escape(a.Clock.bareTick(last, clockForm))
	said := safe.Own("")
	if g.rhythm.gaps > 0 {
		said = safe.Sprintf("   gap median %s  sd %s%s", spanText(g.rhythm.median), spanText(g.rhythm.sd), g.part())
	}
	cells := max(4, min(40, width-labelWidth-from.Width()-to.Width()-2-said.Width()))
	bins := make([]int64, cells)
	for _, t := range g.times {
		bins[(t-first)*int64(cells)/(last-first+1)]++
	}
	l.Put(widget.Faint, from).Space(1).Append(widget.Strip(a.Charset, bins, cells))
	return *l.Space(1).Put(widget.Faint, to).Put(widget.Plain, said)
}

// part says that only the first events are drawn, where that is so.
func (g *glance) part() string {
	if g.alert.Events <= len(g.behind) {
		return ""
	}
	return fmt.Sprintf("  (first %s)", countText(len(g.behind)))
}

func (g *glance) guideText() safe.Text {
	if g.detection == nil {
		return safe.Sprintf("rule %s is not loaded", g.alert.Rule)
	}
	done, of := g.answered()
	live := 0
	for _, s := range g.detection.Guide.Steps() {
		if s.Live() {
			live++
		}
	}
	return safe.Sprintf("%d/%d answered   %d steps have queries", done, of, live)
}

func (g *glance) alsoText() safe.Text {
	if len(g.related) == 0 {
		return safe.Own("no related alert within 48h")
	}
	var same []string
	for i := range g.related {
		if !slices.Contains(same, g.related[i].same) {
			same = append(same, g.related[i].same)
		}
	}
	return safe.Sprintf("%s within 48h: of the same %s", plural(len(g.related), "related alert"), strings.Join(same, ", "))
}

// more is what a tall pane has room for: charts, related alerts, notes, and the guide in what is left.
func (g *glance) more(a *App, lines []widget.Line, width, height int) []widget.Line {
	if len(g.times) > 1 {
		lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Sprintf("EVENTS%s", g.part())))
		lines = append(lines, densityChart(a, g.times, width)...)
		rhythm := g.rhythm.lines(a.Charset, width)
		if height < roomForBars {
			rhythm = widget.Wrap(widget.Plain, g.rhythm.text(), width)
		}
		lines = append(lines, rhythm...)
	}
	if len(g.related) > 0 {
		lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("RELATED")))
		for i, r := range g.related {
			if i == mostGlanced {
				lines = append(lines, widget.Say(widget.Faint, safe.Sprintf(" ... %d more", len(g.related)-i)))
				break
			}
			lines = append(lines, widget.Say(widget.Plain, safe.Sprintf(" #%d same %s  %s  %s", r.ID, r.same, a.Clock.bareTick(r.Last, Minutes), r.Title).Clip(width)))
		}
	}
	if len(g.notes) > 0 {
		lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("NOTES")))
		for _, n := range g.notes[max(0, len(g.notes)-mostGlanced):] {
			lines = append(lines, widget.Say(widget.Plain, safe.Sprintf(" %s: %s", n.Actor, n.Text).Clip(width)))
		}
	}
	if g.detection == nil || height-len(lines) < 4 {
		return lines
	}
	lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("GUIDE")))
	steps := g.detection.Guide.Steps()
	for i, s := range steps {
		if height-len(lines) == 1 && i < len(steps)-1 {
			return append(lines, widget.Say(widget.Faint, safe.Sprintf("  ... %d more (%s)", len(steps)-i, a.Keys.hint(investigate, onAlerts))))
		}
		var l widget.Line
		l.Space(1).Put(widget.Plain, boxOf(false, g.answers[s.Key].Value)).Space(1)
		lines = append(lines, *l.Put(widget.Plain, safe.Escape(s.Text).Clip(max(8, width-l.Width()))))
	}
	return lines
}

// mostGlanced bounds the related alerts and the notes of a pane.
const mostGlanced = 5
