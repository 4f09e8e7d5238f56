package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// ruleScreen is one rule: what it says, its runs, what it needs of the events, its guide, its text.
type ruleScreen struct {
	row   ruleRow
	part  int
	runs  []store.Run
	ticks []engine.RuleRun
	needs []need
	texts []ruleVersion // that it had, newest first
	lists [len(ruleParts)]widget.List

	reading, counting, running slot
}

// The parts of a rule.
const (
	ruleAbout = iota
	ruleRuns
	ruleTicks
	ruleNeeds
	ruleGuide
	ruleExceptions
	ruleVersions
	ruleText
)

var ruleParts = [...]safe.Text{safe.Own("About"), safe.Own("Runs"), safe.Own("Fired"), safe.Own("Needs"), safe.Own("Guide"), safe.Own("Except"), safe.Own("Versions"), safe.Own("Text")}

// need is a field that a rule asks about, and how many events of its table carry it.
type need struct {
	table, field string
	carrying, of int64
}

// mostRuns bounds the runs of a rule that are listed.
const mostRuns = 1000

func newRule(r ruleRow) *ruleScreen { return &ruleScreen{row: r} }

func (s *ruleScreen) crumb() safe.Text { return safe.Escape(s.row.Rule.Rule.ID) }
func (s *ruleScreen) scope() scope     { return onRule }
func (s *ruleScreen) leave()           { s.reading.stop(); s.counting.stop() }

func (s *ruleScreen) status(*App) safe.Text {
	return safe.Sprintf("%s %s  %s", s.row.Rule.Rule.Language, severityWord(s.row.Rule.Rule.Severity), s.row.State)
}

func (s *ruleScreen) read(a *App) tea.Cmd {
	id, query := s.row.Rule.Rule.ID, s.row.Query
	type answer struct {
		row   ruleRow
		found bool
		runs  []store.Run
		ticks []engine.RuleRun
		texts []ruleVersion
	}
	return tea.Batch(
		ask(a, &s.reading, func(ctx context.Context) (answer, error) {
			var got answer
			rows, err := a.ruleRows(ctx)
			if err != nil {
				return got, err
			}
			file := ""
			for _, r := range rows {
				if r.Rule.Rule.ID == id {
					got.row, got.found, file = r, true, r.File
				}
			}
			texts, err := a.Store.RuleVersions(ctx, id, file)
			if err != nil {
				return got, err
			}
			got.texts = versionsOf(texts)
			if got.runs, err = a.Store.Runs(ctx, id, mostRuns); err != nil {
				return got, err
			}
			got.ticks, err = a.Store.RuleTicks(ctx, id, -1<<62, mostRuns)
			return got, err
		}, func(got answer) tea.Cmd {
			if got.found {
				s.row = got.row
			}
			s.runs, s.ticks, s.texts = got.runs, got.ticks, got.texts
			return nil
		}),
		ask(a, &s.counting, func(ctx context.Context) ([]need, error) { return a.needs(ctx, query) }, func(needs []need) tea.Cmd {
			s.needs = needs
			return nil
		}))
}

// needs counts how many events carry each field that a query's tables are asked for; those that only the records themselves
// hold are left out, since all would have to be read.
func (a *App) needs(ctx context.Context, q *engine.Query) ([]need, error) {
	if q == nil {
		return nil, nil
	}
	var needs []need
	for _, name := range q.Tables() {
		t, ok := a.Store.Table(name)
		if !ok {
			continue
		}
		var fields []string
		calls := []string{"all = count(*)"}
		for _, f := range t.Fields {
			if f.Type != column.Dynamic && !a.Store.Deep(name, f.Name) && asksFor(q.Plan, f.Name) {
				fields = append(fields, f.Name)
				calls = append(calls, fmt.Sprintf("f%d = count(`%s`)", len(fields)-1, f.Name))
			}
		}
		if len(fields) == 0 {
			continue
		}
		counts, err := engine.Parse(ctx, engine.ESQL, syntax.NewFile("coverage", fmt.Sprintf("from %s | stats %s", name, strings.Join(calls, ", "))), a.Store, nil)
		if err != nil {
			return nil, err
		}
		got, err := engine.Run(ctx, counts, a.Store, engine.Options{AsOf: a.AsOf})
		if err != nil {
			return nil, err
		}
		of, _ := got.Batch.Columns[0].Value(0).(int64)
		for i, f := range fields {
			n, _ := got.Batch.Columns[i+1].Value(0).(int64)
			needs = append(needs, need{table: name, field: f, carrying: n, of: of})
		}
	}
	return needs, nil
}

// asksFor tells whether a plan computes anything of a column.
func asksFor(root plan.Node, name string) bool {
	found := false
	plan.Walk(root, func(n plan.Node) {
		_, project := n.(*plan.Project)
		for _, e := range plan.Exprs(n) {
			if _, plain := e.(*plan.Col); plain && project {
				continue // passed on, not asked about
			}
			plan.EachCol(e, func(c *plan.Col) { found = found || c.Name == name })
		}
	})
	return found
}

func (s *ruleScreen) layout(a *App, width, height int) {
	rows := [...]int{len(s.aboutLines(a.Clock, width)), len(s.runs), len(s.ticks), len(s.needs), len(s.guideLines(width)), len(s.row.Exceptions), len(s.texts), len(s.textLines(width))}
	for i := range s.lists {
		s.lists[i].Resize(rows[i], max(1, height-3))
	}
	s.lists[ruleExceptions].Resize(len(s.row.Exceptions), max(1, height-3-exceptionDetail-1))
}

func (s *ruleScreen) do(a *App, act action) tea.Cmd {
	list := &s.lists[s.part]
	if move(list, act) {
		return nil
	}
	if cmd, did := s.onExceptions(a, act); did {
		return cmd
	}
	switch {
	case act == nextPane:
		s.part = (s.part + 1) % len(ruleParts)
		return nil
	case act == prevPane:
		s.part = (s.part + len(ruleParts) - 1) % len(ruleParts)
		return nil
	case act == drill && s.part == ruleTicks && list.Cursor < len(s.ticks):
		w := s.ticks[list.Cursor].Window
		return a.openRoot(alertsRoot, fmt.Sprintf("status:all rule:%s from:%s to:%s", quoteValue(s.row.Rule.Rule.ID), a.Clock.word(w.From), a.Clock.word(w.To)))
	case act == drill && s.part == ruleVersions && list.Cursor < len(s.texts):
		return a.push(&versionScreen{texts: s.texts, at: list.Cursor})
	case act == drill && s.part == ruleNeeds && list.Cursor < len(s.needs):
		field := s.needs[list.Cursor].field
		if _, ok := store.SlotOf(field); !ok {
			a.warn("values of " + field + " cannot be counted in the list of events; the console can")
			return nil
		}
		return a.push(newFacet("", store.EventFilter{}, field))
	}
	return a.onRule(act, &s.row, &s.running)
}

func (s *ruleScreen) view(a *App, width, height int) []widget.Line {
	if s.reading.err != nil {
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	}
	title := widget.Say(widget.Strong, safe.Escape(s.row.Rule.Rule.Title).Clip(width))
	counts := [...]string{ruleRuns: fmt.Sprintf("(%d)", len(s.runs)), ruleTicks: fmt.Sprintf("(%d)", len(s.ticks)), ruleNeeds: fmt.Sprintf("(%d)", len(s.needs)),
		ruleGuide: fmt.Sprintf("(%d)", len(s.row.Guide.Steps())), ruleExceptions: fmt.Sprintf("(%d)", len(s.row.Exceptions)), ruleVersions: fmt.Sprintf("(%d)", len(s.texts)), ruleText: ""}
	var rule widget.Line
	rule.Rule(width)
	lines := []widget.Line{title, tabLine(ruleParts[:], counts[:], s.part, width), rule}
	return append(lines, s.partLines(a, width, height-len(lines))...)
}

func (s *ruleScreen) partLines(a *App, width, height int) []widget.Line {
	list := &s.lists[s.part]
	switch s.part {
	case ruleRuns:
		return a.Clock.table(runsTable).View(list, func(i int) (widget.Row, bool) { return s.runRow(a.Clock, i) }, width, height)
	case ruleTicks:
		return a.Clock.table(ticksTable).View(list, func(i int) (widget.Row, bool) { return s.tickRow(a.Clock, i) }, width, height)
	case ruleNeeds:
		if s.counting.err != nil {
			return widget.Wrap(widget.Bad, s.counting.err.Error(), width)
		}
		return needsTable.View(list, s.needRow, width, height)
	case ruleGuide:
		return scrolled(s.guideLines(width), list)
	case ruleExceptions:
		return s.exceptionLines(a, width, height)
	case ruleVersions:
		return s.versionLines(a, width, height)
	case ruleText:
		return scrolled(s.textLines(width), list)
	}
	return scrolled(s.aboutLines(a.Clock, width), list)
}

func (s *ruleScreen) aboutLines(c Clock, width int) []widget.Line {
	lines := s.row.preview(c, width)[1:]
	return append(append(lines, widget.Blank()), detectionLines(s.row.Detection, width)...)
}

func (s *ruleScreen) guideLines(width int) []widget.Line {
	var lines []widget.Line
	for _, section := range s.row.Guide.Sections {
		lines = append(lines, widget.Say(widget.Title, safe.Escape(strings.ToUpper(section.Title)).Clip(width)))
		if text := strings.TrimSpace(section.Text); text != "" {
			lines = append(lines, widget.Wrap(widget.Faint, text, width)...)
		}
		for _, step := range section.Steps {
			head := "[ ] "
			if step.Live() {
				head = "[q] "
			}
			lines = append(lines, widget.Wrap(widget.Plain, head+step.Text, width)...)
		}
	}
	if len(lines) == 0 {
		return []widget.Line{widget.Say(widget.Faint, safe.Own("this rule came without a guide"))}
	}
	return lines
}

func (s *ruleScreen) textLines(width int) []widget.Line {
	var lines []widget.Line
	for _, l := range strings.Split(strings.TrimRight(s.row.Rule.Rule.Text, "\n"), "\n") {
		lines = append(lines, widget.Wrap(widget.Plain, l, width)...)
	}
	return lines
}

var (
	runsTable = widget.Table{Columns: []widget.Column{
		{Title: safe.Own("RAN (UTC)"), Width: 16}, {Title: safe.Own("BY"), Width: 8, Spare: 2}, {Title: safe.Own("AS-OF"), Width: 16, Spare: 1}, {Title: safe.Own("ENDED"), Width: 11},
		{Title: safe.Own("RUNS"), Width: 6, Right: true}, {Title: safe.Own("HITS"), Width: 5, Right: true}, {Title: safe.Own("REASON"), Width: 10, Grow: 1},
	}}
	ticksTable = widget.Table{Columns: []widget.Column{
		{Title: safe.Own("RUN AT (UTC)"), Width: 16}, {Title: safe.Own("WINDOW FROM"), Width: 16}, {Title: safe.Own("ENDED"), Width: 11},
		{Title: safe.Own("ROWS"), Width: 5, Right: true}, {Title: safe.Own("EVENTS"), Width: 7, Right: true}, {Title: safe.Own("REASON"), Width: 8, Grow: 1},
	}}
	needsTable = widget.Table{Columns: []widget.Column{
		{Title: safe.Own("FIELD"), Width: 24, Grow: 1, Cut: clipField}, {Title: safe.Own("TABLE"), Width: 20, Grow: 1}, {Title: safe.Own("EVENTS"), Width: 8, Right: true},
		{Title: safe.Own("OF"), Width: 8, Right: true}, {Title: safe.Own("SHARE"), Width: 6, Right: true},
	}}
)

func (s *ruleScreen) runRow(c Clock, i int) (widget.Row, bool) {
	r := &s.runs[i]
	return widget.Row{Cells: []widget.Cell{
		{Text: safe.Escape(c.bare(r.Ran, Minutes))}, {Text: safe.Escape(r.Actor)}, {Text: safe.Escape(c.bareTick(r.AsOf, Minutes))},
		{Style: outcomeStyle(r.Outcome), Text: safe.Escape(string(r.Outcome))}, {Text: safe.Escape(shortCount(r.Ticks))}, {Text: safe.Escape(shortCount(r.Hits))}, {Text: safe.Escape(r.Reason)},
	}}, true
}

func (s *ruleScreen) tickRow(c Clock, i int) (widget.Row, bool) {
	r := &s.ticks[i]
	return widget.Row{Cells: []widget.Cell{
		{Text: safe.Escape(c.bareTick(r.Tick, Minutes))}, {Text: safe.Escape(c.bareTick(r.Window.From, Minutes))}, {Style: outcomeStyle(r.Outcome), Text: safe.Escape(string(r.Outcome))},
		{Text: safe.Escape(shortCount(r.Rows))}, {Text: safe.Escape(shortCount(r.Events))}, {Text: safe.Escape(r.Err)},
	}}, true
}

func (s *ruleScreen) needRow(i int) (widget.Row, bool) {
	n := &s.needs[i]
	share, style := "-", widget.Plain
	if n.of > 0 {
		share = fmt.Sprintf("%.1f%%", 100*float64(n.carrying)/float64(n.of))
	}
	if n.carrying == 0 {
		style = widget.Bad
	}
	return widget.Row{Cells: []widget.Cell{
		{Style: widget.Pivot, Text: safe.Escape(n.field)}, {Text: safe.Escape(n.table)}, {Style: style, Text: safe.Escape(shortCount(n.carrying))},
		{Text: safe.Escape(shortCount(n.of))}, {Text: safe.Escape(share)},
	}}, true
}
