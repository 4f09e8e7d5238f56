package tui

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/veil"
	"casebook/tui/why"
	"casebook/tui/widget"
)

// dossier is what is known of an alert at a glance: what the queue's preview shows, and the alert's own screens begin with.
type dossier struct {
	alert     store.Alert
	peak      engine.Hit
	veiled    []bool            // columns of its row that prompts or answers can be seen in
	row       []any             // of the peak, as it is shown
	detection *guides.Detection // that raised it, as it was then; nil when there is none to be had
	edited    bool              // its rule has another text now
	answers   map[string]store.Answer
	notes     []store.Note
	related   []store.Alert // of the same entity, within 48 hours
	gate      why.Gate
	cases     []store.Case // that it is in
	waiting   []store.Pin  // rows that come into its case once it is in one
}

// near is how far around an alert others of its entity are related to it.
const near = 48 * column.Hour

func (a *App) dossier(ctx context.Context, id int64) (dossier, error) {
	alert, err := a.Store.Alert(ctx, id)
	if err != nil {
		return dossier{}, err
	}
	d := dossier{alert: alert}
	if d.detection, d.edited, err = why.Behind(ctx, a.Store, a.byID[alert.Rule], &alert); err != nil {
		return d, err
	}
	if d.peak, err = a.Store.Peak(ctx, &alert); err != nil {
		return d, err
	}
	if d.answers, err = a.Store.Answers(ctx, id); err != nil {
		return d, err
	}
	if d.notes, err = a.Store.Notes(ctx, id); err != nil {
		return d, err
	}
	all, err := a.Store.Alerts(ctx, store.AlertFilter{Entity: alert.Entity, From: alert.Window.From - near, To: alert.Window.To + near, Order: store.ByTime}, store.Cursor{}, 50)
	if err != nil {
		return d, err
	}
	for _, other := range all {
		if other.ID != id {
			d.related = append(d.related, other)
		}
	}
	if d.waiting, err = a.Store.WaitingPins(ctx, id); err != nil {
		return d, err
	}
	if d.cases, err = a.Store.Cases(ctx, store.CaseFilter{Alert: id}, 0, 10); err != nil {
		return d, err
	}
	var query *engine.Query
	if d.detection != nil {
		// A rule that no longer parses is told of by the Why pane; its alerts are shown all the same.
		if q, err := d.detection.Rule.Parse(a.Store); err == nil {
			d.gate = why.GateOf(q)
			query = q
		}
	}
	on, err := a.Store.Veil(ctx)
	if err != nil {
		return d, err
	}
	if d.veiled = veil.Columns(query, len(d.peak.Row), on); len(d.veiled) != len(d.peak.Row) {
		d.veiled = veil.Columns(nil, len(d.peak.Row), on)
	}
	d.row = veil.Row(d.peak.Row, d.veiled)
	return d, nil
}

// veils tells which columns of another row of the rule prompts or answers can be seen in: those that the peak's row has them in, and where
// it has any, those that are not in it.
func (d *dossier) veils(columns []column.Field) []bool {
	list := make([]bool, len(columns))
	for i, c := range columns {
		at := slices.IndexFunc(d.peak.Columns, func(f column.Field) bool { return f.Name == c.Name })
		list[i] = at >= 0 && d.veiled[at] || at < 0 && slices.Contains(d.veiled, true)
	}
	return list
}

// put takes an answer that was saved into the dossier, before all of it is read again: the next key may answer the same step, and says
// which version it saw. Commands may be reading the answers that were.
func (d *dossier) put(saved store.Answer) {
	d.answers = maps.Clone(d.answers)
	d.answers[saved.Step] = saved
}

// answered is how many of the guide's steps have an answer.
func (d *dossier) answered() (done, of int) {
	if d.detection == nil {
		return 0, 0
	}
	steps := d.detection.Guide.Steps()
	for _, s := range steps {
		if d.answers[s.Key].Value != "" {
			done++
		}
	}
	return done, len(steps)
}

// marginText is the value that fired against the threshold: "total_denials 17 > 3, 5.7 times".
func (d *dossier) marginText() (safe.Text, bool) {
	n, ok := d.gate.Value(&d.peak)
	if !ok {
		return safe.Text{}, false
	}
	t := d.gate.First()
	text := fmt.Sprintf("%s %s %s %s   margin %s", t.Column, floatText(n), t.Operator, floatText(t.Value), signed(n-t.Value))
	if t.Value > 0 && t.Upward() {
		text += fmt.Sprintf("   %.1fx", n/t.Value)
	}
	return safe.Escape(text), true
}

func signed(f float64) string {
	if f > 0 {
		return "+" + floatText(f)
	}
	return floatText(f)
}

// preview is the dossier in a pane.
func (d *dossier) preview(a *App, width, height int) []widget.Line {
	var lines []widget.Line
	var head widget.Line
	head.Put(severityStyle(d.alert.Severity), severityWord(d.alert.Severity)).Space(2)
	head.Put(widget.Strong, safe.Sprintf("#%d %s", d.alert.ID, d.alert.Title).Clip(width-head.Width()))
	lines = append(lines, head)
	label := func(name safe.Text, text safe.Text) {
		var l widget.Line
		l.PutIn(widget.Faint, name, 6, false).Put(widget.Plain, text.Clip(width-6))
		lines = append(lines, l)
	}
	label(safe.Own("who"), safe.Sprintf("%s   %s", d.alert.Entity, d.alert.EntityField))
	if text, ok := d.marginText(); ok {
		label(safe.Own("why"), text)
	} else {
		label(safe.Own("why"), d.rowText(a))
	}
	length := time.Duration(d.alert.Window.To-d.alert.Window.From) * 100
	label(safe.Own("when"), safe.Sprintf("%s (%s)   %s, %s", a.Clock.Span(d.alert.Window.From, d.alert.Window.To), spanText(length), plural(d.alert.Events, "event"), plural(d.alert.Hits, "hit")))
	if _, ok := d.marginText(); ok {
		label(safe.Own("row"), d.rowText(a))
	}
	done, of := d.answered()
	live := 0
	if d.detection != nil {
		for _, s := range d.detection.Guide.Steps() {
			if s.Live() {
				live++
			}
		}
		label(safe.Own("guide"), safe.Sprintf("%d/%d answered   %d steps have queries", done, of, live))
	} else {
		label(safe.Own("guide"), safe.Sprintf("rule %s is not loaded", d.alert.Rule))
	}
	state := d.stateText(a)
	if len(d.cases) > 0 {
		state = safe.Sprintf("%s   in %s %s", state, d.cases[0].Name(), d.cases[0].Title)
	}
	label(safe.Own("state"), state)
	if n := len(d.related); n > 0 {
		label(safe.Own("also"), safe.Sprintf("%s for this entity within 48h", plural(n, "other alert")))
	} else {
		label(safe.Own("also"), safe.Own("no other alert for this entity within 48h"))
	}
	if height > 14 {
		lines = append(lines, d.more(a, width, height-len(lines))...)
	}
	return widget.Fill(lines, height)
}

// more is what a tall preview has room for: the steps, the related alerts, the notes.
func (d *dossier) more(a *App, width, height int) []widget.Line {
	var lines []widget.Line
	if d.detection != nil {
		lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("GUIDE")))
		for i, s := range d.detection.Guide.Steps() {
			if i == 9 {
				lines = append(lines, widget.Say(widget.Faint, safe.Sprintf("  ... more (%s)", a.Keys.hint(investigate, onAlerts))))
				break
			}
			var l widget.Line
			l.Space(1).Put(widget.Plain, boxOf(false, d.answers[s.Key].Value)).Space(1)
			l.Put(widget.Plain, safe.Escape(s.Text).Clip(max(8, width-l.Width())))
			lines = append(lines, l)
		}
	}
	if len(d.related) > 0 {
		lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("RELATED")))
		for i, r := range d.related {
			if i == 5 {
				break
			}
			lines = append(lines, widget.Say(widget.Plain, safe.Sprintf(" #%d %s %s %s", r.ID, a.Clock.FullTick(r.Last, Minutes), r.Severity, r.Title).Clip(width)))
		}
	}
	if len(d.notes) > 0 {
		lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("NOTES")))
		for _, n := range d.notes {
			lines = append(lines, widget.Say(widget.Plain, safe.Sprintf(" %s: %s", n.Actor, n.Text).Clip(width)))
		}
	}
	return lines
}

// rowText is the peak's row in one line.
func (d *dossier) rowText(a *App) safe.Text {
	var parts []safe.Text
	for i, c := range d.peak.Columns {
		parts = append(parts, safe.Join("", safe.Escape(c.Name), safe.Own(" "), a.Clock.text(c.Type, d.row[i])))
	}
	return safe.Join("   ", parts...)
}

func (d *dossier) stateText(a *App) safe.Text {
	s := d.alert.State
	text := string(s.Status)
	if s.Status == store.Closed {
		text += " as " + string(s.Class)
	}
	if s.Owner != "" {
		text += "   owner " + s.Owner
	}
	if s.Reason != "" {
		text += "   " + s.Reason
	}
	if d.alert.ChangedBy != "" {
		text += "   (" + d.alert.ChangedBy + " " + a.Clock.Full(d.alert.Changed, Minutes) + ")"
	}
	return safe.Escape(text)
}

func severityWord(s engine.Severity) safe.Text {
	switch s {
	case engine.Critical:
		return safe.Own("CRIT")
	case engine.High:
		return safe.Own("HIGH")
	case engine.Medium:
		return safe.Own("MED")
	case engine.Low:
		return safe.Own("LOW")
	}
	return safe.Own("INFO")
}

func statusWord(s store.Status) safe.Text {
	switch s {
	case store.New:
		return safe.Own("new")
	case store.Acknowledged:
		return safe.Own("ack")
	}
	return safe.Own("cls")
}

// boxOf is a step's box: answered, not yet, or not to be answered by what is loaded.
func boxOf(blocked bool, answer string) safe.Text {
	switch {
	case answer == "cannot", answer == "" && blocked:
		return safe.Own("[~]")
	case answer != "":
		return safe.Own("[x]")
	}
	return safe.Own("[ ]")
}

// openDossier is for screens that show one alert.
func (a *App) openDossier(s *slot, id int64, land func(dossier) tea.Cmd) tea.Cmd {
	return ask(a, s, func(ctx context.Context) (dossier, error) { return a.dossier(ctx, id) }, land)
}
