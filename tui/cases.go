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

// casesScreen lists the cases, the newest first.
type casesScreen struct {
	filter store.CaseFilter
	text   string // of the filter, as it was typed
	under  int64  // the case that the cursor is to come to, and its line in the window; 0 for none
	line   int
	rows   []store.Case
	more   bool
	list   widget.List

	reading slot
}

// mostCases bounds the cases on the screen; a filter finds others.
const mostCases = 2000

// openCases is the root's first screen: "status:open owner:me text".
func openCases(a *App, rest string) (screen, error) {
	f, err := parseCaseFilter(rest, a.Analyst)
	return &casesScreen{filter: f, text: rest}, err
}

func parseCaseFilter(text, me string) (store.CaseFilter, error) {
	var f store.CaseFilter
	var words []string
	for _, w := range strings.Fields(text) {
		name, value, named := strings.Cut(w, ":")
		switch {
		case named && name == "status" && value == "all":
		case named && name == "status":
			if f.Status = store.CaseStatus(value); f.Status != store.CaseOpen && f.Status != store.CaseClosed {
				return f, fmt.Errorf("status is open, closed or all, not %q", value)
			}
		case named && name == "owner":
			if f.Owner = value; value == "me" {
				f.Owner = me
			}
		default:
			words = append(words, w)
		}
	}
	f.Text = strings.Join(words, " ")
	return f, nil
}

func completeCases(_ *App, rest string) []string {
	var found []string
	at := strings.LastIndexByte(rest, ' ') + 1
	for _, w := range []string{"status:open", "status:closed", "status:all", "owner:me"} {
		if strings.HasPrefix(w, rest[at:]) {
			found = append(found, rest[:at]+w)
		}
	}
	return found
}

func (s *casesScreen) crumb() safe.Text { return safe.Own("cases") }
func (s *casesScreen) scope() scope     { return onCases }
func (s *casesScreen) idle(act action) bool {
	return idleFor(act, s.list.Cursor < len(s.rows) && s.rows[s.list.Cursor].Status == store.CaseClosed)
}

func (s *casesScreen) leave() { s.reading.stop() }

func (s *casesScreen) status(*App) safe.Text {
	more := ""
	if s.more {
		more = "first "
	}
	return safe.Sprintf("%s  %s%s", s.text, more, plural(len(s.rows), "case"))
}

func (s *casesScreen) read(a *App) tea.Cmd {
	f := s.filter
	return ask(a, &s.reading, func(ctx context.Context) ([]store.Case, error) {
		return a.Store.Cases(ctx, f, 0, mostCases)
	}, func(rows []store.Case) tea.Cmd {
		under, line := s.place()
		s.rows, s.more, s.under = rows, len(rows) == mostCases, 0
		if at := slices.IndexFunc(rows, func(c store.Case) bool { return c.ID == under }); at >= 0 {
			s.list.Await(at, line)
		}
		return nil
	})
}

// place is the case that the cursor is on, or is to come to, and its line in the window.
func (s *casesScreen) place() (id int64, line int) {
	if s.under == 0 && s.list.Cursor < len(s.rows) {
		return s.rows[s.list.Cursor].ID, s.list.Cursor - s.list.Top
	}
	return s.under, s.line
}

// listed puts the cursor of the list of cases on a case that was opened.
func (a *App) listed(id int64) {
	if stack := a.stacks[casesRoot]; len(stack) > 0 {
		if s, ok := stack[0].(*casesScreen); ok {
			s.under, s.line = id, 0
		}
	}
}

func (s *casesScreen) layout(a *App, width, height int) { s.list.Resize(len(s.rows), max(1, height-1)) }

func (s *casesScreen) do(a *App, act action) tea.Cmd {
	if move(&s.list, act) {
		return nil
	}
	switch act {
	case toCase:
		return a.askCase("", nil)
	case filter:
		a.askLine(safe.Own("cases with (status:open owner:me text):"), s.text, func(text string) tea.Cmd {
			next, err := openCases(a, text)
			if err != nil {
				a.warn(err.Error())
				return nil
			}
			return a.swap(next)
		})
		a.prompt.complete = func(text string) []string { return completeCases(a, text) }
		return nil
	}
	if s.list.Cursor >= len(s.rows) {
		return nil
	}
	c := s.rows[s.list.Cursor]
	if act == drill {
		return a.push(newCase(c.ID))
	}
	return a.onCase(act, c, nil)
}

var casesTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("CASE"), Width: 6}, {Title: safe.Own("VERDICT"), Width: 15}, {Title: safe.Own("QUESTION"), Width: 20, Grow: 3, Cut: safe.Text.ClipMiddle},
	{Title: safe.Own("ALERTS"), Width: 6, Right: true, Spare: 4}, {Title: safe.Own("PINS"), Width: 4, Right: true, Spare: 5}, {Title: safe.Own("OWNER"), Width: 8, Grow: 1, Spare: 3},
	{Title: safe.Own("CHANGED (UTC)"), Width: 16, Spare: 7},
}}

func (s *casesScreen) view(a *App, width, height int) []widget.Line {
	switch {
	case s.reading.err != nil:
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	case len(s.rows) == 0 && s.reading.busy:
		return []widget.Line{widget.Say(widget.Faint, safe.Own("..."))}
	case len(s.rows) == 0:
		return widget.Wrap(widget.Faint, "No case here. m opens one; in the alerts, m puts the alert under the cursor, or those that are marked, into a case.", width)
	}
	return a.Clock.table(casesTable).View(&s.list, func(i int) (widget.Row, bool) { return caseRow(a, &s.rows[i]), true }, width, height)
}

func caseRow(a *App, c *store.Case) widget.Row {
	owner := c.Owner
	if owner == "" {
		owner = "-"
	}
	style, verdict := widget.Strong, string(c.Status)
	if c.Status == store.CaseClosed {
		style, verdict = widget.Faint, string(c.Class)
	}
	return widget.Row{Cells: []widget.Cell{{Text: safe.Escape(c.Name())}, {Style: style, Text: safe.Escape(verdict)}, {Text: safe.Escape(c.Title)},
		{Text: safe.Escape(shortCount(c.Alerts))}, {Text: safe.Escape(shortCount(c.Pins))}, {Text: safe.Escape(owner)}, {Style: widget.Faint, Text: safe.Escape(a.Clock.bare(c.Changed, Minutes))}}}
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
