package tui

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// alertsScreen is the queue.
type alertsScreen struct {
	filter   store.AlertFilter
	text     string // the filter as it was typed
	onlyMark bool
	marks    map[int64]store.Alert
	from     int64 // the alert that a range of marks began at, 0 for none
	rows     reel[store.Alert]
	matching int // alerts that the filter chooses
	list     widget.List
	width    int

	counting, previewing, explaining slot
	shown                            glance // of the alert under the cursor, or of one before it
}

const openFilter = "status:open"

func newAlerts() *alertsScreen {
	return &alertsScreen{marks: map[int64]store.Alert{}, text: openFilter, filter: store.AlertFilter{Statuses: []store.Status{store.New, store.Acknowledged}}}
}

// with is a queue like this one with another filter: the old one stays in history as it is.
func (s *alertsScreen) with(f store.AlertFilter, text string) *alertsScreen {
	fresh := newAlerts()
	fresh.filter, fresh.text = f, text
	fresh.filter.Order, fresh.filter.Ascending = s.filter.Order, s.filter.Ascending
	fresh.marks = s.marks
	return fresh
}

// openAlerts is the queue with a filter.
func openAlerts(a *App, rest string) (screen, error) {
	if rest == "" {
		return newAlerts(), nil
	}
	f, err := a.readAlertFilter(rest)
	if err != nil {
		return nil, err
	}
	return newAlerts().with(f, rest), nil
}

func (s *alertsScreen) crumb() safe.Text { return safe.Own("alerts") }
func (s *alertsScreen) scope() scope     { return onAlerts }

func (s *alertsScreen) status(a *App) safe.Text {
	if s.rows.reading.err != nil {
		return safe.Escape("cannot read: " + s.rows.reading.err.Error())
	}
	name := a.viewShown(store.View{Screen: roots[alertsRoot].name, Filter: a.Clock.toUTC(s.text, a.AsOf), Order: s.order(), Ascending: s.filter.Ascending})
	if name != "" {
		name = "  [" + name + "]"
	}
	text := fmt.Sprintf("%s  sort:%s%s  ", s.text, orderWords[s.order()], map[bool]string{false: "-", true: "+"}[s.filter.Ascending])
	text += plural(s.matching, "alert") + name
	if len(s.marks) > 0 {
		text += fmt.Sprintf("  %d marked", len(s.marks))
	}
	if s.onlyMark {
		text += ", only these"
	}
	return safe.Escape(text)
}

func (s *alertsScreen) order() store.Order {
	if s.filter.Order == "" {
		return store.ByScore
	}
	return s.filter.Order
}

var orderWords = map[store.Order]string{
	store.ByScore: "score", store.ByTime: "time", store.BySeverity: "severity", store.ByRule: "rule", store.ByEntity: "entity",
	store.ByEvents: "events", store.ByStatus: "status", store.ByOwner: "owner",
}

var orders = []store.Order{store.ByScore, store.ByTime, store.BySeverity, store.ByEvents, store.ByEntity, store.ByRule, store.ByStatus, store.ByOwner}

func (s *alertsScreen) idle(act action) bool {
	alert, ok := s.current()
	return idleFor(act, ok && alert.Status == store.Closed)
}

func (s *alertsScreen) leave() {
	s.rows.reading.stop()
	s.counting.stop()
	s.previewing.stop()
	s.explaining.stop()
}

// read reads the list again around the cursor, which stays on its alert, or comes to the next where that is no more. The alerts are counted
// once the rows are there, so that the line above them tells of these rows.
func (s *alertsScreen) read(a *App) tea.Cmd {
	if s.onlyMark = s.onlyMark && len(s.marks) > 0; s.onlyMark {
		s.showMarks()
		return s.preview(a)
	}
	filter := s.filter
	at, _ := s.rows.place(&s.list)
	landed := s.landed(a)
	return s.rows.around(a, &s.list, s.pager(a), at, false, func() tea.Cmd {
		return tea.Batch(landed(), ask(a, &s.counting, func(ctx context.Context) (int, error) { return a.Store.CountAlerts(ctx, filter) }, func(n int) tea.Cmd {
			s.matching = n
			return nil
		}))
	})
}

// pager reads the list's pages.
func (s *alertsScreen) pager(a *App) pager[store.Alert] {
	filter, order := s.filter, s.order()
	return func(ctx context.Context, from *store.Alert, backwards bool, limit int) ([]store.Alert, error) {
		f := filter
		f.Ascending = f.Ascending != backwards
		var after store.Cursor
		if from != nil {
			after = from.After(order)
		}
		return a.Store.Alerts(ctx, f, after, limit)
	}
}

// landed is what follows when rows have come: more of them, and the preview of the one under the cursor.
func (s *alertsScreen) landed(a *App) func() tea.Cmd {
	return func() tea.Cmd { return tea.Batch(s.rows.fill(a, &s.list, s.pager(a), s.landed(a)), s.preview(a)) }
}

// placeOf is where the alert under the cursor is in the whole list; nothing where it is another one, or far from both ends of a long list.
func (s *alertsScreen) placeOf(id int64) string {
	at := s.list.Cursor
	switch current, ok := s.current(); {
	case !ok || current.ID != id || s.onlyMark || s.counting.busy:
		return ""
	case s.rows.head:
		at++
	case s.rows.tail:
		at += 1 + s.matching - len(s.rows.rows)
	default:
		return ""
	}
	return fmt.Sprintf("  %s/%s", countText(at), countText(max(at, s.matching)))
}

func (s *alertsScreen) current() (store.Alert, bool) { return s.rows.at(s.list.Cursor) }

// preview reads what the pane shows of the alert under the cursor.
func (s *alertsScreen) preview(a *App) tea.Cmd {
	current, ok := s.current()
	if !ok {
		s.shown = glance{}
		return nil
	}
	return a.openGlance(&s.previewing, current.ID, func(g glance) {
		if g.sum.Events == 0 && g.alert.ID == s.shown.alert.ID {
			g.sum = s.shown.sum // read again: what was known of its entity stays until that is too
		}
		s.shown = g
	})
}

// rest reads the preview once the cursor stays where it is: a key that is held down redraws two rows a step, and no pane.
func (s *alertsScreen) rest(a *App) tea.Cmd {
	if a.resting == 0 {
		return s.preview(a)
	}
	wait := a.resting
	return ask(a, &s.previewing, func(ctx context.Context) (struct{}, error) {
		select {
		case <-time.After(wait):
			return struct{}{}, nil
		case <-ctx.Done():
			return struct{}{}, ctx.Err()
		}
	}, func(struct{}) tea.Cmd { return s.preview(a) })
}

func (s *alertsScreen) do(a *App, act action) tea.Cmd {
	if cmd, moved := s.rows.move(a, &s.list, act, s.pager(a), func() tea.Cmd { return s.rest(a) }); moved {
		return cmd
	}
	if do, ok := alertsKeys[act]; ok {
		return do(s, a)
	}
	if act == filter || act == chips {
		return a.onFilter(s, act)
	}
	current, ok := s.current()
	if !ok {
		return nil
	}
	targets := []store.Alert{current}
	if len(s.marks) > 0 {
		targets = targets[:0]
		for _, m := range s.marks {
			targets = append(targets, m)
		}
	}
	alone := len(s.marks) == 0
	if alone && act == acknowledge {
		s.list.Move(1) // what was under the cursor is done with: the next key is about the next, however soon it comes
	}
	return a.onAlerts(act, targets, func() tea.Cmd {
		clear(s.marks)
		s.from = 0
		if alone && act == closeAlert {
			s.list.Move(1)
		}
		return nil
	})
}

var alertsKeys map[action]func(*alertsScreen, *App) tea.Cmd

func init() {
	alertsKeys = map[action]func(*alertsScreen, *App) tea.Cmd{
		drill: func(s *alertsScreen, a *App) tea.Cmd {
			if current, ok := s.current(); ok {
				return a.push(newAlert(current.ID, s))
			}
			return nil
		},
		sortNext:   (*alertsScreen).nextOrder,
		markRow:    (*alertsScreen).mark,
		markAll:    (*alertsScreen).markShown,
		markInvert: (*alertsScreen).invert,
		markRange:  (*alertsScreen).markRange,
		sortBack: func(s *alertsScreen, a *App) tea.Cmd {
			next := s.with(s.filter, s.text)
			next.filter.Ascending = !s.filter.Ascending
			return a.swap(next)
		},
		explainScore: (*alertsScreen).explain,
		onlyMarked:   (*alertsScreen).showOnlyMarks,
	}
}

func (s *alertsScreen) filterText() string { return s.text }

func (s *alertsScreen) refilter(a *App, text string) tea.Cmd {
	f, err := a.readAlertFilter(text)
	if err != nil {
		a.warn(err.Error())
		return nil
	}
	return a.swap(s.with(f, text))
}

func (s *alertsScreen) completeFilter(a *App, text string) []string { return completeAlerts(a, text) }
func (s *alertsScreen) seekFilter(a *App) seeker                    { return a.seekAlerts() }

func (s *alertsScreen) nextOrder(a *App) tea.Cmd {
	at := slices.Index(orders, s.filter.Order)
	next := s.with(s.filter, s.text)
	next.filter.Order = orders[(max(0, at)+1)%len(orders)]
	next.filter.Ascending = next.filter.Order == store.ByEntity || next.filter.Order == store.ByRule
	return a.swap(next)
}

// explain tells what the score of the alert under the cursor is made of.
func (s *alertsScreen) explain(a *App) tea.Cmd {
	current, ok := s.current()
	if !ok {
		return nil
	}
	return ask(a, &s.explaining, func(ctx context.Context) (store.Score, error) { return a.Store.ScoreOf(ctx, &current) }, func(score store.Score) tea.Cmd {
		a.say("score " + score.String())
		return nil
	})
}

// parts is how the body is shared between the list and the preview: beside it from 120 columns on, else below it.
func (s *alertsScreen) parts(width, height int) (listWidth, listHeight, previewHeight int) {
	switch {
	case width >= 120:
		return width * 3 / 5, height, height
	case height >= 18 && width >= 60:
		return width, height - 9, 8
	}
	return width, height, 0
}

func (s *alertsScreen) layout(a *App, width, height int) {
	_, rows, _ := s.parts(width, height)
	s.width = width
	s.list.Resize(len(s.rows.rows), rows-1)
}

func (s *alertsScreen) view(a *App, width, height int) []widget.Line {
	listWidth, listHeight, previewHeight := s.parts(width, height)
	table := widget.Table{Columns: alertColumns}
	lines := table.View(&s.list, func(i int) (widget.Row, bool) { return s.row(a, i) }, listWidth, listHeight)
	if len(s.rows.rows) == 0 && !s.rows.reading.busy {
		why := "no alert for " + s.text + "; / changes the filter (status:all shows closed ones too)"
		if a.empty() {
			why = howToLoad
		}
		lines = append([]widget.Line{widget.Blank()}, indented(widget.Wrap(widget.Plain, why, listWidth-2))...)
	}
	if previewHeight == 0 {
		return lines
	}
	if width >= 120 {
		return widget.Beside(lines, s.previewLines(a, width-listWidth-3, height), listWidth, width, height)
	}
	var rule widget.Line
	rule.Rule(width)
	lines = append(widget.Fill(lines, listHeight), rule)
	return append(lines, s.previewLines(a, width, previewHeight)...)
}

func (s *alertsScreen) previewLines(a *App, width, height int) []widget.Line {
	current, ok := s.current()
	if !ok {
		return nil
	}
	if s.shown.alert.ID != current.ID {
		if s.previewing.err != nil {
			return widget.Wrap(widget.Bad, s.previewing.err.Error(), width)
		}
		if s.shown.alert.ID == 0 {
			return []widget.Line{widget.Say(widget.Faint, safe.Own("..."))}
		}
		// Until the next is there the last one stays: it says its number, and a pane that is emptied and filled is drawn twice.
	}
	return s.shown.view(a, width, height)
}

// Who it is about and what it is stay longest: those columns go last that tell one row from another.
var alertColumns = []widget.Column{
	{Title: safe.Own("SEV"), Width: 4},
	{Title: safe.Own("SCORE"), Width: 5, Right: true, Spare: 4},
	{Title: safe.Own("AGE"), Width: 4, Right: true, Spare: 1},
	{Title: safe.Own("USER/ENTITY"), Width: 20, Grow: 1, Cut: clipEntity},
	{Title: safe.Own("RULE"), Width: 16, Grow: 4},
	{Title: safe.Own("N"), Width: 6, Right: true, Spare: 3},
	{Title: safe.Own("ST"), Width: 3, Spare: 2},
	{Title: safe.Own("OWN"), Width: 4, Spare: 5},
}

func (s *alertsScreen) row(a *App, i int) (widget.Row, bool) {
	alert, ok := s.rows.at(i)
	if !ok {
		return widget.Row{}, false
	}
	_, marked := s.marks[alert.ID]
	title := alert.Title
	if alert.Hits > 1 {
		title = fmt.Sprintf("(x%d) %s", alert.Hits, title)
	}
	owner := alert.Owner
	if owner == "" {
		owner = "-"
	} else if owner == a.Analyst {
		owner = "me"
	}
	return widget.Row{Marked: marked, Cells: []widget.Cell{
		{Style: severityStyle(alert.Severity), Text: severityWord(alert.Severity)},
		{Text: safe.Sprintf("%d", alert.Score)},
		{Text: safe.Escape(ageText(alert.Last, a.AsOf))},
		{Style: widget.Plain, Text: safe.Escape(shortEntity(alert.Entity))},
		{Text: safe.Escape(title)},
		{Text: safe.Escape(shortCount(alert.Events))},
		{Text: statusWord(alert.Status)},
		{Text: safe.Escape(owner)},
	}}, true
}
