package tui

import (
	"context"
	"fmt"
	"slices"

	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// Rule is a rule as it stands on the shelf.
type Rule struct {
	*guides.Detection
	On            bool
	State, Reason string // ready, off, no-data, refused or unsupported, and why
	File          string // that it was added in; "" for the library's
	Added         time.Time
	By            string
	Query         *engine.Query // nil when it cannot run
}

// shelf is the rules there are: those that Options tell of, or the detections as they are.
func (a *App) shelf(ctx context.Context) ([]Rule, error) {
	if a.Shelf != nil {
		return a.Shelf(ctx)
	}
	switches, err := a.Store.RuleSwitches(ctx)
	if err != nil {
		return nil, err
	}
	var rules []Rule
	for _, d := range a.Detections {
		r := Rule{Detection: d, On: !d.Disabled, State: "ready"}
		if by, ok := switches[d.Rule.ID]; ok {
			r.On, r.By = by.On, by.Actor
		}
		if r.Query, err = d.Rule.Parse(ctx, a.Store); ctx.Err() != nil {
			return nil, ctx.Err()
		} else if err != nil {
			outcome, reason := engine.Unread(err)
			r.State, r.Reason = string(outcome), reason
		}
		if !r.On {
			r.State = "off"
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// rulesScreen is every rule: whether it runs, how its last run ended, and what became of its alerts.
type rulesScreen struct {
	all   []ruleRow
	find  string
	under string // the rule that the cursor begins on, and its line in the window
	line  int
	list  widget.List
	width int

	reading, running slot
}

// ruleRow is a rule with its last run and its alerts.
type ruleRow struct {
	Rule
	ran    bool
	last   store.Run
	alerts store.RuleCount
}

func openRules(_ *App, rest string) (screen, error) { return &rulesScreen{find: rest}, nil }

// openRule opens one rule by its id.
func (a *App) openRule(id string) tea.Cmd {
	return ask(a, &a.viewing, a.ruleRows, func(rows []ruleRow) tea.Cmd {
		ids := make([]string, len(rows))
		for i := range rows {
			if ids[i] = rows[i].Rule.Rule.ID; ids[i] == id {
				return a.push(newRule(rows[i]))
			}
		}
		near := syntax.Nearest(id, ids)
		if near == "" {
			near = strings.Join(ids[:min(len(ids), mostNamed)], ", ")
		}
		a.warn(fmt.Sprintf("no rule %q; there is %s", id, near))
		return nil
	})
}

func (s *rulesScreen) crumb() safe.Text { return safe.Own("rules") }
func (s *rulesScreen) scope() scope     { return onRules }
func (s *rulesScreen) leave()           { s.reading.stop() }

func (s *rulesScreen) status(*App) safe.Text {
	if s.reading.err != nil {
		return safe.Own("cannot read them")
	}
	states := map[string]int{}
	for i := range s.all {
		states[s.all[i].State]++
	}
	text := plural(len(s.all), "rule") + fmt.Sprintf("  %d ready", states["ready"])
	for _, state := range []string{"off", "no-data", "unsupported", "refused"} {
		if states[state] > 0 {
			text += fmt.Sprintf("  %d %s", states[state], state)
		}
	}
	if s.find != "" {
		text = fmt.Sprintf("with %q  ", s.find) + text
	}
	return safe.Escape(text)
}

func (s *rulesScreen) read(a *App) tea.Cmd {
	return ask(a, &s.reading, a.ruleRows, func(rows []ruleRow) tea.Cmd {
		under, line := s.place()
		s.all = rows
		if at := slices.IndexFunc(s.shown(), func(r *ruleRow) bool { return r.Rule.Rule.ID == under }); at >= 0 {
			s.list.Await(at, line)
		}
		return nil
	})
}

// place is the rule that the cursor is on, or begins on, and its line in the window.
func (s *rulesScreen) place() (id string, line int) {
	if r, ok := s.current(); ok {
		return r.Rule.Rule.ID, s.list.Cursor - s.list.Top
	}
	return s.under, s.line
}

// ruleRows puts together what the shelf, the runs and the alerts say of each rule.
func (a *App) ruleRows(ctx context.Context) ([]ruleRow, error) {
	rules, err := a.shelf(ctx)
	if err != nil {
		return nil, err
	}
	runs, err := a.Store.Runs(ctx, "", 100_000)
	if err != nil {
		return nil, err
	}
	overview, err := a.Store.Overview(ctx, a.Analyst, 0)
	if err != nil {
		return nil, err
	}
	last := map[string]store.Run{}
	for _, r := range runs {
		last[r.Rule] = r
	}
	counts := map[string]store.RuleCount{}
	for _, c := range overview.Rules {
		counts[c.Rule] = c
	}
	rows := make([]ruleRow, len(rules))
	for i, r := range rules {
		rows[i] = ruleRow{Rule: r, alerts: counts[r.Rule.ID]}
		rows[i].last, rows[i].ran = last[r.Rule.ID]
	}
	return rows, nil
}

func (s *rulesScreen) shown() []*ruleRow {
	var rows []*ruleRow
	find := strings.ToLower(s.find)
	for i := range s.all {
		r := &s.all[i]
		text := strings.ToLower(strings.Join([]string{r.Rule.Rule.ID, r.Rule.Rule.Title, string(r.Rule.Rule.Language), string(r.Rule.Rule.Severity), r.State, string(r.last.Outcome)}, " "))
		if find == "" || strings.Contains(text, find) {
			rows = append(rows, r)
		}
	}
	return rows
}

func (s *rulesScreen) current() (*ruleRow, bool) {
	shown := s.shown()
	if s.list.Cursor >= len(shown) {
		return nil, false
	}
	return shown[s.list.Cursor], true
}

func (s *rulesScreen) do(a *App, act action) tea.Cmd {
	if move(&s.list, act) {
		return nil
	}
	if act == filter {
		a.askLine(safe.Own("rules with:"), s.find, func(text string) tea.Cmd {
			s.find = strings.TrimSpace(text)
			s.list.Go(0)
			return nil
		})
		return nil
	}
	current, ok := s.current()
	if !ok {
		return nil
	}
	if act == drill {
		return a.push(newRule(*current))
	}
	return a.onRule(act, current, &s.running)
}

// onRule does what can be done with a rule, from the list or its own screen.
func (a *App) onRule(act action, r *ruleRow, running *slot) tea.Cmd {
	id := r.Rule.Rule.ID
	switch act {
	case markRow:
		on := !r.On
		word := map[bool]string{true: "on", false: "off"}[on]
		return a.act(func(ctx context.Context) (string, error) {
			return a.undoable("%s is %s", id, word), a.Store.SwitchRule(ctx, id, on)
		}, nil)
	case run:
		return a.detect(id, running)
	case backtest:
		return a.turnKnob(r)
	case exempt:
		return a.exceptRule(r)
	case showAlerts:
		return a.openRoot(alertsRoot, "status:all rule:"+quoteValue(id))
	case copyValue:
		return a.copy(id)
	case openPager:
		return a.pageText(id+".txt", r.Rule.Rule.Text)
	case edit:
		fresh := newQuery(r.Rule.Rule.Language, r.Rule.Rule.Query)
		fresh.editing = true
		return a.visit(place{queryRoot, []screen{fresh}})
	}
	return nil
}

// detect runs a rule over all that is loaded, in the background.
func (a *App) detect(id string, running *slot) tea.Cmd {
	if a.Detect == nil {
		a.warn("rules cannot be run here")
		return nil
	}
	a.say("running " + id)
	return ask(a, running, func(ctx context.Context) (string, error) {
		said, err := a.Detect(ctx, id)
		if err != nil {
			said = "not run: " + err.Error()
		}
		return said, nil
	}, func(said string) tea.Cmd {
		a.say(said)
		return a.refresh()
	})
}

func (s *rulesScreen) layout(a *App, width, height int) {
	s.width = width
	s.list.Resize(len(s.shown()), max(1, s.listHeight(height)-1))
}

// listHeight leaves room for what is known of the rule under the cursor.
func (s *rulesScreen) listHeight(height int) int {
	if height >= 18 {
		return height - ruleLines - 1
	}
	return height
}

// ruleLines is how many lines the list's preview has.
const ruleLines = 8

var rulesTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("ON"), Width: 2}, {Title: safe.Own("LANG"), Width: 4, Spare: 4}, {Title: safe.Own("SEV"), Width: 4}, {Title: safe.Own("RULE"), Width: 20, Grow: 1},
	{Title: safe.Own("AS-OF (UTC)"), Width: 11, Spare: 3}, {Title: safe.Own("ENDED"), Width: 11}, {Title: safe.Own("OPEN"), Width: 4, Right: true},
	{Title: safe.Own("TP"), Width: 3, Right: true, Spare: 1}, {Title: safe.Own("FP"), Width: 3, Right: true, Spare: 2},
}}

func (s *rulesScreen) view(a *App, width, height int) []widget.Line {
	if s.reading.err != nil {
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	}
	shown := s.shown()
	if len(shown) == 0 && !s.reading.busy {
		return []widget.Line{widget.Blank(), widget.Say(widget.Plain, safe.Own("   no rule fits; / changes what is looked for"))}
	}
	lines := a.Clock.table(rulesTable).View(&s.list, func(i int) (widget.Row, bool) { return ruleCells(a.Clock, shown[i]), true }, width, s.listHeight(height))
	current, ok := s.current()
	if !ok || s.listHeight(height) == height {
		return lines
	}
	var rule widget.Line
	rule.Rule(width)
	return append(append(lines, rule), current.preview(a.Clock, width)...)
}

func ruleCells(c Clock, r *ruleRow) widget.Row {
	on := safe.Own("x")
	switch {
	case r.Query == nil:
		on = safe.Own("!")
	case !r.On:
		on = safe.Own("-")
	}
	when, ended, style := safe.Own("-"), safe.Own("not run"), widget.Faint
	if r.ran {
		when, ended, style = c.seen(r.last.AsOf), safe.Escape(string(r.last.Outcome)), outcomeStyle(r.last.Outcome)
	}
	return widget.Row{Cells: []widget.Cell{
		{Style: widget.Strong, Text: on}, {Text: safe.Escape(string(r.Rule.Rule.Language))},
		{Style: severityStyle(r.Rule.Rule.Severity), Text: severityWord(r.Rule.Rule.Severity)}, {Text: safe.Escape(r.Rule.Rule.Title)},
		{Text: when}, {Style: style, Text: ended}, {Text: safe.Escape(shortCount(r.alerts.Open))},
		{Text: safe.Escape(shortCount(r.alerts.True))}, {Text: safe.Escape(shortCount(r.alerts.False))},
	}}
}

func outcomeStyle(o engine.Outcome) widget.Style {
	switch o {
	case engine.OutcomeHit:
		return widget.Strong
	case engine.OutcomeClean:
		return widget.Good
	case engine.OutcomeFailed, engine.OutcomeUnsupported, engine.OutcomeRefused:
		return widget.Bad
	}
	return widget.Warn
}
