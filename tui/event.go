package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/store/event"
	"casebook/tui/safe"
	"casebook/tui/veil"
	"casebook/tui/widget"
)

// eventScreen is one event: its fields, what was asked and answered, the record as it came. What a text hides is named.
type eventScreen struct {
	id     int64
	among  []store.EventRow // that it was opened from
	part   int
	row    store.EventRow
	texts  eventTexts
	bare   map[string]bool // the fields that are shown as they are
	raw    store.Raw
	masked string // raw without its secrets
	tree   *widget.Tree
	treed  string          // the text that tree is of
	prose  [2]widget.Prose // the prompt, the response
	lists  [len(eventParts)]widget.List
	find   string
	seen   map[event.Slot]store.Summary // how often each value was seen
	alerts []store.Alert                // that the event is behind
	pinned string                       // as what it is evidence, and of which case
	near   reel[store.EventRow]         // all that happened around it

	reading, decoding, fetching, counting, veiling slot
}

// The parts of an event.
const (
	partFields = iota
	partPrompt
	partResponse
	partRaw
	partNear
)

var eventParts = [...]safe.Text{safe.Own("Fields"), safe.Own("Prompt"), safe.Own("Response"), safe.Own("Raw JSON"), safe.Own("Neighbours")}

func newEvent(id int64, among []store.EventRow) *eventScreen {
	return &eventScreen{id: id, among: among, bare: map[string]bool{}}
}

func (s *eventScreen) crumb() safe.Text { return safe.Sprintf("event %d", s.id) }
func (s *eventScreen) scope() scope     { return onEvent }
func (s *eventScreen) leave() {
	for _, waiting := range []*slot{&s.reading, &s.decoding, &s.fetching, &s.counting, &s.veiling, &s.near.reading} {
		waiting.stop()
	}
}

func (s *eventScreen) status(*App) safe.Text {
	if s.row.ID == 0 {
		return safe.Text{}
	}
	return safe.Sprintf("%s  %s line %s", s.row.Source, baseName(s.row.File), countText(s.row.Line))
}

func (s *eventScreen) read(a *App) tea.Cmd {
	if s.row.ID != 0 && s.tree != nil {
		// An event never changes; whether it may be read does, and what it is pinned to.
		return s.lookUp(a)
	}
	return tea.Batch(s.lookUp(a),
		ask(a, &s.reading, func(ctx context.Context) (store.EventRow, error) { return a.Store.Event(ctx, s.id) }, func(row store.EventRow) tea.Cmd {
			s.row = row
			return tea.Batch(s.count(a), s.look(a))
		}),
		ask(a, &s.decoding, func(ctx context.Context) (eventTexts, error) {
			got, err := a.Store.Decode(ctx, s.id)
			if err != nil {
				return eventTexts{}, err
			}
			on, err := a.Store.Veil(ctx)
			return readTexts(&got, on), err
		}, func(texts eventTexts) tea.Cmd {
			s.texts = texts
			s.unveil()
			return nil
		}),
		ask(a, &s.fetching, func(ctx context.Context) (rawRecord, error) {
			raw, err := a.Store.Raw(ctx, s.id)
			if err != nil {
				return rawRecord{raw: raw}, err
			}
			on, err := a.Store.Veil(ctx)
			got := rawRecord{raw: raw, masked: veil.Mask(string(raw.Bytes)), veiled: on}
			if !on {
				got.tree = widget.NewTree(got.masked)
			}
			return got, err
		}, func(got rawRecord) tea.Cmd {
			s.raw, s.masked, s.tree, s.treed, s.texts.veiled = got.raw, got.masked, got.tree, got.masked, got.veiled
			s.unveil()
			return nil
		}))
}

// rawRecord is an event's record as it came, and as it is shown.
type rawRecord struct {
	raw    store.Raw
	masked string
	tree   *widget.Tree
	veiled bool
}

func (s *eventScreen) shownFields() []store.Field {
	if s.find == "" {
		return s.texts.fields
	}
	var found []store.Field
	for _, f := range s.texts.fields {
		if strings.Contains(strings.ToLower(f.Name), s.find) || strings.Contains(strings.ToLower(textValue(f.Value)), s.find) {
			found = append(found, f)
		}
	}
	return found
}

func (s *eventScreen) layout(a *App, width, height int) {
	rows := [len(eventParts)]int{partFields: len(s.shownFields()), partNear: len(s.near.rows)}
	body := max(1, height-2)
	for i := range s.prose {
		// A little further than the window, so that the cursor has somewhere to go; the end of a long text is found on the way.
		n, more := s.prose[i].Rows(width, s.lists[partPrompt+i].Cursor+2*body)
		if !more {
			n = max(1, n-body+1)
		}
		rows[partPrompt+i] = n
	}
	if s.tree != nil {
		rows[partRaw] = s.tree.Len()
	}
	for i := range s.lists {
		s.lists[i].Resize(rows[i], body)
	}
	s.lists[partFields].Resize(rows[partFields], max(1, body-2-len(s.remarks(a, width))))
	s.lists[partRaw].Resize(rows[partRaw], max(1, body-2))
	s.lists[partNear].Resize(len(s.near.rows), max(1, body-1))
}

func (s *eventScreen) do(a *App, act action) tea.Cmd {
	if act == goBottom && (s.part == partPrompt || s.part == partResponse) {
		s.prose[s.part-partPrompt].Rows(a.width, 1<<30)
		s.layout(a, a.width, a.bodyHeight())
	}
	if s.part == partNear {
		if cmd, moved := s.near.move(a, &s.lists[partNear], act, a.everything(), func() tea.Cmd { return nil }); moved {
			return cmd
		}
	}
	if move(&s.lists[s.part], act) {
		return nil
	}
	at := s.lists[s.part].Cursor
	switch act {
	case nextPane:
		s.part = (s.part + 1) % len(eventParts)
	case prevPane:
		s.part = (s.part + len(eventParts) - 1) % len(eventParts)
	case fold:
		if s.part == partRaw && s.tree != nil {
			s.lists[partRaw].Go(s.tree.Toggle(at))
		}
	case foldAll:
		if s.tree != nil {
			s.tree.FoldAll()
		}
	case nextItem, prevItem:
		return s.neighbour(a, act)
	case filter:
		a.askLine(safe.Own("fields with:"), s.find, func(text string) tea.Cmd {
			s.find, s.part = strings.ToLower(text), partFields
			return nil
		})
	case copyValue:
		return a.copy(s.value(at))
	case reveal:
		return s.revealHere(a)
	case pin:
		return a.pinEvent(s.id)
	case compare:
		return a.compare(s.id)
	case openPager:
		return a.pageText("event.txt", s.whole(at))
	case writeFile:
		return a.askWrite(fmt.Sprintf("event-%d.txt", s.id), s.whole(at))
	case copyRaw:
		return a.copyRaw(s.value(at))
	case drill, timeline, filterFor, filterOut, sameInTime, countValues, chooseColumns:
		return s.pivot(a, act, at)
	}
	return nil
}

// value is what the cursor is on, as text.
func (s *eventScreen) value(at int) string {
	switch {
	case s.part == partFields && at < len(s.shownFields()):
		return textValue(s.shownValue(s.shownFields()[at]))
	case s.part == partRaw && s.tree != nil && at < s.tree.Len():
		return s.tree.Value(at)
	case s.part == partPrompt || s.part == partResponse:
		return s.prose[s.part-partPrompt].Text
	}
	return ""
}

func (s *eventScreen) neighbour(a *App, act action) tea.Cmd {
	for i := range s.among {
		if s.among[i].ID != s.id {
			continue
		}
		if act == nextItem {
			i++
		} else {
			i--
		}
		if i < 0 || i >= len(s.among) {
			a.warn("no more events in that direction")
			return nil
		}
		fresh := newEvent(s.among[i].ID, s.among)
		fresh.part = s.part
		return a.swap(fresh)
	}
	return nil
}

func (s *eventScreen) view(a *App, width, height int) []widget.Line {
	for _, waiting := range []*slot{&s.reading, &s.decoding, &s.fetching} {
		if waiting.err != nil && (waiting == &s.reading || s.part != partFields || s.texts.fields == nil) {
			return widget.Wrap(widget.Bad, waiting.err.Error(), width)
		}
	}
	counts := [len(eventParts)]string{partPrompt: sizeText(len(s.texts.said[0].text)), partResponse: sizeText(len(s.texts.said[1].text)), partRaw: sizeText(len(s.raw.Bytes))}
	tabs := tabLine(eventParts[:], counts[:], s.part, width)
	var rule widget.Line
	rule.Rule(width)
	lines := []widget.Line{tabs, rule}
	height -= len(lines)
	switch s.part {
	case partFields:
		return append(lines, s.fieldLines(a, width, height)...)
	case partRaw:
		remarks := s.coverRemark(a)
		return append(widget.Fill(append(lines, s.rawLines(width, height-len(remarks))...), height+2-len(remarks)), remarks...)
	case partNear:
		return append(lines, s.nearLines(a, width, height)...)
	}
	at := s.part - partPrompt
	if s.prose[at].Text == "" {
		return append(lines, widget.Wrap(widget.Faint, "the log holds no text here: logging may be set up without it, or it lies in an object of its own", width)...)
	}
	remarks := append(s.coverRemark(a), observed("this text", s.texts.said[at].hidden, s.texts.veiled && !s.bare[s.texts.said[at].name])...)
	lines = append(lines, s.prose[at].View(s.lists[s.part].Cursor, width, height-len(remarks))...)
	return append(widget.Fill(lines, height+2-len(remarks)), remarks...)
}

func sizeText(n int) string {
	switch {
	case n == 0:
		return "(-)"
	case n < 10_000:
		return fmt.Sprintf("(%d B)", n)
	case n < 10_000_000:
		return fmt.Sprintf("(%.1f KB)", float64(n)/1e3)
	}
	return fmt.Sprintf("(%.1f MB)", float64(n)/1e6)
}

// observed names what a text hides, as evidence.
func observed(what string, o safe.Observations, veiled bool) []widget.Line {
	if !o.Any() {
		return nil
	}
	var parts []string
	for _, c := range []struct {
		n    int
		name string
	}{
		{o.Controls, "control characters"}, {o.Bidi, "direction overrides"}, {o.ZeroWidth, "zero-width characters"}, {o.Tags, "tag characters"},
		{o.Variations, "variation selectors"}, {o.Private, "private-use characters"}, {o.Invalid, "invalid bytes"},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.name))
		}
	}
	lines := []widget.Line{widget.Say(widget.Warn, safe.Escape("! "+what+" hides "+strings.Join(parts, ", ")))}
	if o.Hidden != "" && !veiled {
		lines = append(lines, widget.Say(widget.Warn, safe.Sprintf("! hidden text: %q", o.Hidden)))
	}
	return lines
}

// remarks are what is odd about the event, below its fields.
func (s *eventScreen) remarks(a *App, width int) []widget.Line {
	var lines []widget.Line
	var bound []string
	for i, alert := range s.alerts {
		word := ""
		if i == 0 {
			word = "behind "
		}
		bound = append(bound, fmt.Sprintf("%s#%d (%s)", word, alert.ID, alert.Rule))
	}
	if s.pinned != "" {
		bound = append(bound, "pinned as "+s.pinned)
	}
	if len(bound) > 0 {
		lines = append(lines, widget.Say(widget.Strong, safe.Escape(strings.Join(bound, "  ")).Clip(width)))
	}
	if names := s.row.Flags.Names(); len(names) > 0 {
		lines = append(lines, widget.Say(widget.Warn, safe.Escape("! "+strings.Join(names, ", "))))
	}
	for _, odd := range s.texts.odd {
		lines = append(lines, observed(odd.name, odd.hidden, s.texts.veiled && !s.bare[odd.name])...)
	}
	if lines = append(s.coverRemark(a), lines...); len(lines) > 5 {
		lines = lines[:5]
	}
	return lines
}

func (s *eventScreen) fieldLines(a *App, width, height int) []widget.Line {
	remarks := s.remarks(a, width)
	fields := s.shownFields()
	table := widget.Table{Columns: []widget.Column{{Title: safe.Own("FIELD"), Width: 26, Grow: 1, Cut: clipField}, {Title: safe.Own("VALUE"), Width: 20, Grow: 3}, {Title: safe.Own("SEEN"), Width: 9, Right: true, Spare: 1}}}
	lines := table.View(&s.lists[partFields], func(i int) (widget.Row, bool) {
		f := fields[i]
		style, seen := widget.Plain, safe.Text{}
		if slot, pivots := store.SlotOf(f.Name); pivots {
			style = widget.Pivot
			if n, counted := s.seen[slot]; counted {
				seen = safe.Sprintf("%s ev", shortCount(n.Events))
			}
		}
		return widget.Row{Cells: []widget.Cell{{Text: safe.Escape(f.Name)}, {Style: style, Text: a.Clock.text(f.Type, s.inSight(f))}, {Style: widget.Faint, Text: seen}}}, true
	}, width, height-len(remarks)-1)
	place := safe.Sprintf(" line %s, %s bytes at %s   %s", countText(s.row.Line), countText(s.raw.Length), countText(s.raw.Begin), intact(&s.raw))
	where := widget.Say(widget.Faint, safe.Join("", safe.Escape(baseName(s.row.File)).ClipMiddle(max(8, width-place.Width())), place).Clip(width))
	return append(append(lines, remarks...), where)
}

func intact(r *store.Raw) string {
	switch {
	case r.SHA256 == nil:
		return ""
	case r.Intact:
		return fmt.Sprintf("sha256 %x.. as loaded", r.SHA256[:4])
	}
	return fmt.Sprintf("sha256 %x.. NOT AS LOADED", r.SHA256[:4])
}

func (s *eventScreen) rawLines(width, height int) []widget.Line {
	if s.tree == nil {
		return []widget.Line{widget.Say(widget.Faint, safe.Own("..."))}
	}
	if !s.tree.Valid() {
		p := widget.Prose{Text: s.treed, Numbered: true}
		return p.View(s.lists[partRaw].Cursor, width, height)
	}
	return s.tree.View(&s.lists[partRaw], width, height)
}
