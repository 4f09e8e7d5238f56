package tui

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/why"
	"casebook/tui/widget"
)

// knobScreen is what a rule would have given with other thresholds, over all that is loaded, held against the alerts there are and what
// became of them. A rule with several thresholds has a knob for each; one is turned at a time.
type knobScreen struct {
	rule    *guides.Detection
	knobs   []knob
	at      int // the knob that is shown
	list    widget.List
	reading slot
}

// knob is a threshold of a rule, and others in its place.
type knob struct {
	why.Condition
	rows     []knobRow
	measured bool
}

// knobRow is one threshold and what came of the rule with it.
type knobRow struct {
	value             float64
	query             string
	hits, entities    int
	stay, trues, lost int // alerts that stay, true ones among them, and true ones that go
	falses, others    int // false ones that stay, and entities that no alert is about
}

// knobBudget is how much of the rule is run for one threshold: someone waits.
const knobBudget = trialBudget

// knobScale are the thresholds that are tried, as parts of the rule's own.
var knobScale = []float64{0.34, 0.67, 1, 1.67, 3}

// turnKnob shows other thresholds of a rule.
func (a *App) turnKnob(r *ruleRow) tea.Cmd {
	if r.Query == nil {
		a.warn("the rule does not run, and so has no thresholds to turn")
		return nil
	}
	gate := why.GateOf(r.Query)
	if !gate.Decides() {
		a.warn("no threshold decides this rule: it compares no counted number with a constant")
		return nil
	}
	s := &knobScreen{rule: r.Detection}
	for _, c := range gate.Conditions {
		k := knob{Condition: c}
		for _, scale := range knobScale {
			v := c.Value * scale
			if c.Value == math.Trunc(c.Value) {
				v = math.Round(v)
			}
			if !slices.ContainsFunc(k.rows, func(row knobRow) bool { return row.value == v }) {
				k.rows = append(k.rows, knobRow{value: v, query: replaced(r.Rule.Rule.Query, c, v)})
			}
		}
		s.knobs = append(s.knobs, k)
	}
	return a.push(s)
}

// replaced is a query with another constant in its gate; with the rule's own it is as it was.
func replaced(query string, c why.Condition, v float64) string {
	if v == c.Value {
		return query
	}
	return query[:c.At.Start] + strconv.FormatFloat(v, 'f', -1, 64) + query[c.At.End:]
}

func (s *knobScreen) crumb() safe.Text { return safe.Own("knob") }
func (s *knobScreen) scope() scope     { return onKnob }
func (s *knobScreen) leave()           { s.reading.stop() }
func (s *knobScreen) knob() *knob      { return &s.knobs[s.at] }
func (s *knobScreen) layout(_ *App, _, height int) {
	s.list.Resize(len(s.knob().rows), max(1, height-4))
}
func (s *knobScreen) status(*App) safe.Text {
	k, which := s.knob(), ""
	if n := len(s.knobs); n > 1 {
		which = fmt.Sprintf("  %d of %d", s.at+1, n)
	}
	return safe.Sprintf("%s  %s %s %s%s", s.rule.Rule.ID, k.Column, k.Operator, floatText(k.Value), which)
}

func (s *knobScreen) read(a *App) tea.Cmd {
	k := s.knob()
	if k.measured {
		return nil // what was measured stays
	}
	rows, rule, c := slices.Clone(k.rows), s.rule.Rule, k.Condition
	return ask(a, &s.reading, func(ctx context.Context) ([]knobRow, error) {
		for i := range rows {
			rule.Query = rows[i].query
			if err := a.turn(ctx, rule, &rows[i]); err != nil {
				return nil, fmt.Errorf("%s %s %s: %w", c.Column, c.Operator, floatText(rows[i].value), err)
			}
		}
		return rows, nil
	}, func(rows []knobRow) tea.Cmd {
		k.rows, k.measured = rows, true
		return nil
	})
}

// turn runs a rule and holds what it gives against its alerts: one stays if its entity still has a hit while it lasted.
func (a *App) turn(ctx context.Context, rule engine.Rule, row *knobRow) error {
	alerts, err := a.alertsOf(ctx, rule.ID)
	if err != nil {
		return err
	}
	kept, strangers := map[int64]bool{}, map[string]bool{}
	entities := map[string]bool{}
	err = a.rehearse(ctx, &rule, knobBudget, func(entity string, tick int64) {
		row.hits++
		entities[entity] = true
		known := false
		for i := range alerts {
			if alerts[i].Entity != entity {
				continue
			}
			known = true
			if tick >= alerts[i].First && tick <= alerts[i].Last {
				kept[alerts[i].ID] = true
			}
		}
		if !known {
			strangers[entity] = true
		}
	})
	row.entities, row.stay, row.others = len(entities), len(kept), len(strangers)
	for i := range alerts {
		switch stays := kept[alerts[i].ID]; {
		case alerts[i].Class == store.TruePositive && stays:
			row.trues++
		case alerts[i].Class == store.TruePositive:
			row.lost++
		case alerts[i].Class == store.FalsePositive && stays:
			row.falses++
		}
	}
	return err
}

func (s *knobScreen) do(a *App, act action) tea.Cmd {
	if move(&s.list, act) {
		return nil
	}
	if act == nextPane || act == prevPane {
		step := 1
		if act == prevPane {
			step = len(s.knobs) - 1
		}
		s.at, s.list.Cursor = (s.at+step)%len(s.knobs), 0
		return s.read(a)
	}
	if rows := s.knob().rows; act == drill && s.list.Cursor < len(rows) {
		fresh := newQuery(s.rule.Rule.Language, rows[s.list.Cursor].query)
		fresh.editing = true
		return a.visit(place{queryRoot, []screen{fresh}})
	}
	return nil
}

var knobTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("KNOB"), Width: 12}, {Title: safe.Own("HITS"), Width: 7, Right: true}, {Title: safe.Own("ENTITIES"), Width: 8, Right: true},
	{Title: safe.Own("ALERTS"), Width: 6, Right: true}, {Title: safe.Own("TP"), Width: 4, Right: true}, {Title: safe.Own("FP"), Width: 4, Right: true}, {Title: safe.Own("BESIDES"), Width: 24, Grow: 1},
}}

func (s *knobScreen) view(a *App, width, height int) []widget.Line {
	switch {
	case s.reading.err != nil:
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	case s.reading.busy:
		return []widget.Line{widget.Say(widget.Faint, safe.Sprintf("running the rule with %d thresholds ...", len(s.knob().rows)))}
	}
	lines := widget.Wrap(widget.Plain, fmt.Sprintf("If %s was held against another number, over all that is loaded. ALERTS, TP and FP are those there are that would still be raised; enter takes the query to the console.", s.knob().Column), width)
	return append(lines, knobTable.View(&s.list, func(i int) (widget.Row, bool) { return s.row(i), true }, width, max(1, height-len(lines)))...)
}

func (s *knobScreen) row(i int) widget.Row {
	r := &s.knob().rows[i]
	said, style := "", widget.Plain
	if r.value == s.knob().Value {
		said = "as it is"
	}
	if r.others > 0 {
		said = "1 entity that no alert is about"
		if r.others > 1 {
			said = fmt.Sprintf("%s entities that no alert is about", countText(r.others))
		}
	}
	if r.lost > 0 {
		said, style = fmt.Sprintf("would lose %d TRUE", r.lost), widget.Bad
	}
	return widget.Row{Cells: []widget.Cell{
		{Style: widget.Strong, Text: safe.Sprintf("%s %s", s.knob().Operator, floatText(r.value))}, {Text: safe.Escape(shortCount(r.hits))}, {Text: safe.Escape(shortCount(r.entities))},
		{Text: safe.Escape(shortCount(r.stay))}, {Text: safe.Escape(shortCount(r.trues))}, {Text: safe.Escape(shortCount(r.falses))}, {Style: style, Text: safe.Escape(said)},
	}}
}
