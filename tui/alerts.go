package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
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
	pages    pages[store.Alert]
	matching int // alerts that the filter chooses
	list     widget.List
	width    int

	reading, previewing slot
	shown               dossier // of the alert under the cursor, or of one before it
}

const openFilter = "status:open"

func newAlerts() *alertsScreen {
	s := &alertsScreen{marks: map[int64]store.Alert{}, pages: newPages[store.Alert]()}
	s.text = openFilter
	s.filter, _ = parseAlertFilter(openFilter, "")
	return s
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
	f, err := parseAlertFilter(rest, a.Analyst)
	if err != nil {
		return nil, err
	}
	return newAlerts().with(f, rest), nil
}

func completeAlerts(_ *App, rest string) []string { return completeAlertFilter(rest) }

func (s *alertsScreen) crumb() safe.Text { return safe.Own("alerts") }
func (s *alertsScreen) scope() scope     { return onAlerts }

func (s *alertsScreen) status(*App) safe.Text {
	order := s.filter.Order
	if order == "" {
		order = store.ByScore
	}
	text := fmt.Sprintf("%s  sort:%s  %s", s.text, orderWords[order], plural(s.matching, "alert"))
	if len(s.marks) > 0 {
		text += fmt.Sprintf("  %d marked", len(s.marks))
	}
	if s.reading.err != nil {
		text = "cannot read: " + s.reading.err.Error()
	}
	return safe.Escape(text)
}

var orderWords = map[store.Order]string{
	store.ByScore: "score", store.ByTime: "time", store.BySeverity: "severity", store.ByRule: "rule", store.ByEntity: "entity",
	store.ByEvents: "events", store.ByStatus: "status", store.ByOwner: "owner",
}

var orders = []store.Order{store.ByScore, store.ByTime, store.BySeverity, store.ByEvents, store.ByEntity, store.ByRule, store.ByStatus, store.ByOwner}

func (s *alertsScreen) leave() {
	s.reading.stop()
	s.previewing.stop()
}

// read reads the pages up to the cursor again, keeping the cursor on its alert where that is still in the list.
func (s *alertsScreen) read(a *App) tea.Cmd {
	if s.onlyMark {
		s.pages = newPages[store.Alert]()
		rows := make([]store.Alert, 0, len(s.marks))
		for _, m := range s.marks {
			rows = append(rows, m)
		}
		slices.SortFunc(rows, func(x, y store.Alert) int { return y.Score - x.Score })
		s.pages.land(0, rows)
		s.pages.total, s.matching = len(rows), len(rows)
		return s.preview(a)
	}
	type answer struct {
		pages pages[store.Alert]
		count int
	}
	upTo, filter := s.list.Cursor/pageSize+1, s.filter
	return ask(a, &s.reading, func(ctx context.Context) (answer, error) {
		got := answer{pages: newPages[store.Alert]()}
		var err error
		if got.count, err = a.Store.CountAlerts(ctx, filter); err != nil {
			return got, err
		}
		for page := range upTo {
			rows, err := a.Store.Alerts(ctx, filter, behind(filter, &got.pages, page), pageSize)
			if err != nil {
				return got, err
			}
			got.pages.land(page, rows)
		}
		return got, nil
	}, func(got answer) tea.Cmd {
		current, had := s.current()
		s.pages, s.matching = got.pages, got.count
		if s.pages.total < 0 {
			s.pages.total = got.count
		}
		if had {
			s.follow(current.ID)
		}
		return s.preview(a)
	})
}

// follow puts the cursor on an alert if it is near; else the cursor stays where it is, on whatever comes next.
func (s *alertsScreen) follow(id int64) {
	s.list.Len = s.pages.len()
	for i := max(0, s.list.Cursor-pageSize); i < min(s.pages.len(), s.list.Cursor+pageSize); i++ {
		if row, ok := s.pages.at(i); ok && row.ID == id {
			s.list.Go(i)
			return
		}
	}
	s.list.Go(s.list.Cursor)
}

// behind is where a page begins in a filter's order.
func behind(filter store.AlertFilter, p *pages[store.Alert], page int) store.Cursor {
	last, ok := p.before(page)
	if !ok {
		return store.Cursor{}
	}
	order := filter.Order
	if order == "" {
		order = store.ByScore
	}
	return last.After(order)
}

// fill reads a page that is missing around the window, one after the other.
func (s *alertsScreen) fill(a *App) tea.Cmd {
	from, to := s.list.Window()
	page, missing := s.pages.want(from, to)
	if !missing || s.onlyMark {
		return nil
	}
	filter, after := s.filter, behind(s.filter, &s.pages, page)
	return ask(a, &s.reading, func(ctx context.Context) ([]store.Alert, error) { return a.Store.Alerts(ctx, filter, after, pageSize) },
		func(rows []store.Alert) tea.Cmd {
			total := s.pages.total
			s.pages.land(page, rows)
			if s.pages.total < 0 || len(rows) == pageSize {
				s.pages.total = total
			}
			return tea.Batch(s.fill(a), s.preview(a))
		})
}

func (s *alertsScreen) current() (store.Alert, bool) { return s.pages.at(s.list.Cursor) }

// preview reads the dossier of the alert under the cursor.
func (s *alertsScreen) preview(a *App) tea.Cmd {
	current, ok := s.current()
	if !ok {
		s.shown = dossier{}
		return nil
	}
	return a.openDossier(&s.previewing, current.ID, func(d dossier) tea.Cmd {
		s.shown = d
		return nil
	})
}

func (s *alertsScreen) do(a *App, act action) tea.Cmd {
	if move(&s.list, act) {
		return tea.Batch(s.fill(a), s.preview(a))
	}
	if do, ok := alertsKeys[act]; ok {
		return do(s, a)
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
	return a.onAlerts(act, targets, func() tea.Cmd {
		clear(s.marks)
		if act == acknowledge {
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
		filter:     (*alertsScreen).askFilter,
		sortNext:   (*alertsScreen).nextOrder,
		markRow:    (*alertsScreen).mark,
		markAll:    (*alertsScreen).markShown,
		markInvert: (*alertsScreen).invert,
		onlyMarked: func(s *alertsScreen, a *App) tea.Cmd {
			s.onlyMark = !s.onlyMark
			return s.read(a)
		},
	}
}

func (s *alertsScreen) askFilter(a *App) tea.Cmd {
	a.askLine(safe.Own("filter alerts:"), s.text, func(text string) tea.Cmd {
		f, err := parseAlertFilter(text, a.Analyst)
		if err != nil {
			a.warn(err.Error())
			return nil
		}
		return a.swap(s.with(f, strings.TrimSpace(text)))
	})
	a.prompt.complete = completeAlertFilter
	return nil
}

func (s *alertsScreen) nextOrder(a *App) tea.Cmd {
	at := slices.Index(orders, s.filter.Order)
	next := s.with(s.filter, s.text)
	next.filter.Order = orders[(max(0, at)+1)%len(orders)]
	next.filter.Ascending = next.filter.Order == store.ByEntity || next.filter.Order == store.ByRule
	return a.swap(next)
}

func (s *alertsScreen) mark(a *App) tea.Cmd {
	if current, ok := s.current(); ok {
		s.toggle(current)
		s.list.Move(1)
	}
	return tea.Batch(s.fill(a), s.preview(a))
}

func (s *alertsScreen) toggle(alert store.Alert) {
	if _, marked := s.marks[alert.ID]; marked {
		delete(s.marks, alert.ID)
	} else {
		s.marks[alert.ID] = alert
	}
}

// markShown marks every row of the window, so that nobody marks what nobody has seen.
func (s *alertsScreen) markShown(*App) tea.Cmd {
	s.eachShown(func(alert store.Alert) { s.marks[alert.ID] = alert })
	return nil
}

func (s *alertsScreen) invert(*App) tea.Cmd {
	s.eachShown(s.toggle)
	return nil
}

func (s *alertsScreen) eachShown(f func(store.Alert)) {
	from, to := s.list.Window()
	for i := from; i < to; i++ {
		if row, ok := s.pages.at(i); ok {
			f(row)
		}
	}
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

func (s *alertsScreen) layout(width, height int) {
	_, rows, _ := s.parts(width, height)
	s.width = width
	s.list.Resize(s.pages.len(), rows-1)
}

func (s *alertsScreen) view(a *App, width, height int) []widget.Line {
	listWidth, listHeight, previewHeight := s.parts(width, height)
	table := widget.Table{Columns: alertColumns}
	lines := table.View(&s.list, func(i int) (widget.Row, bool) { return s.row(a, i) }, listWidth, listHeight)
	if s.pages.len() == 0 && !s.reading.busy {
		lines = []widget.Line{widget.Blank(), widget.Say(widget.Plain, safe.Escape("   no alert for "+s.text+"; / changes the filter (status:all shows closed ones too)"))}
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
		return []widget.Line{widget.Say(widget.Faint, safe.Own("..."))}
	}
	return s.shown.preview(a, width, height)
}

var alertColumns = []widget.Column{
	{Title: safe.Own("SEV"), Width: 4},
	{Title: safe.Own("SCORE"), Width: 5, Right: true, Spare: 2},
	{Title: safe.Own("AGE"), Width: 4, Right: true},
	{Title: safe.Own("USER/ENTITY"), Width: 14, Grow: 2, Middle: true},
	{Title: safe.Own("RULE"), Width: 16, Grow: 3},
	{Title: safe.Own("N"), Width: 6, Right: true, Spare: 1},
	{Title: safe.Own("ST"), Width: 3},
	{Title: safe.Own("OWN"), Width: 4, Spare: 3},
}

func (s *alertsScreen) row(a *App, i int) (widget.Row, bool) {
	alert, ok := s.pages.at(i)
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

// severities in order, for "sev>=".
var severityOrder = []engine.Severity{engine.Informational, engine.Low, engine.Medium, engine.High, engine.Critical}
