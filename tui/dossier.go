package tui

import (
	"context"
	"fmt"
	"maps"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/veil"
	"casebook/tui/why"
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
	behind    []store.EventRow // the first events behind it
	related   []relative       // other alerts of its entity, or of what else its events name, within 48 hours
	gate      why.Gate
	cases     []store.Case // that it is in
	waiting   []store.Pin  // rows that come into its case once it is in one
}

// mostAtHand bounds the events behind an alert that a dossier has: enough to see who they are of and how they lie in time.
const mostAtHand = 500

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
	if d.behind, err = a.Store.EventsOf(ctx, id, 0, mostAtHand); err != nil {
		return d, err
	}
	if d.related, err = a.relatives(ctx, &alert, d.behind); err != nil {
		return d, err
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
		if q, err := d.detection.Rule.Parse(ctx, a.Store); err == nil {
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
