package tui

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/veil"
	"casebook/tui/widget"
)

// diffScreen is two events beside each other, field by field: what one of them has and the other has not, or has otherwise. Whether values
// differ is told of them as they are; what is shown of them is masked or veiled as everywhere.
type diffScreen struct {
	ids    [2]int64
	rows   [2]store.EventRow
	fields []diffField
	all    bool // also what is the same in both
	list   widget.List

	reading slot
}

// diffField is a field of two events, as it is shown of each.
type diffField struct {
	name    string
	shown   [2]string
	differs bool
}

// compare holds an event to be compared, or compares it with the one that is held.
func (a *App) compare(id int64) tea.Cmd {
	held := a.held
	switch a.held = 0; held {
	case 0:
		a.held = id
		a.say(fmt.Sprintf("event %d is held; %s on another event shows what differs", id, a.Keys.hint(compare, onEvents)))
		return nil
	case id:
		a.say("it is not held any more")
		return nil
	}
	return a.push(&diffScreen{ids: [2]int64{held, id}})
}

func (s *diffScreen) crumb() safe.Text { return safe.Sprintf("events %d and %d", s.ids[0], s.ids[1]) }
func (s *diffScreen) scope() scope     { return onDiff }
func (s *diffScreen) leave()           { s.reading.stop() }

func (s *diffScreen) status(*App) safe.Text {
	if s.fields == nil {
		return safe.Text{}
	}
	n := 0
	for _, f := range s.fields {
		if f.differs {
			n++
		}
	}
	return safe.Sprintf("%d of %s differ", n, plural(len(s.fields), "field"))
}

func (s *diffScreen) read(a *App) tea.Cmd {
	type answer struct {
		rows   [2]store.EventRow
		fields []diffField
	}
	ids := s.ids
	return ask(a, &s.reading, func(ctx context.Context) (got answer, err error) {
		on, err := a.Store.Veil(ctx)
		if err != nil {
			return got, err
		}
		var texts [2]eventTexts
		for i, id := range ids {
			if got.rows[i], err = a.Store.Event(ctx, id); err != nil {
				return got, err
			}
			decoded, err := a.Store.Decode(ctx, id)
			if err != nil {
				return got, err
			}
			texts[i] = readTexts(&decoded, on)
		}
		got.fields = differences(a.Clock, texts)
		return got, nil
	}, func(got answer) tea.Cmd {
		s.rows, s.fields = got.rows, got.fields
		return nil
	})
}

// differences are the fields of two events, in the order of the first and then of what only the second has.
func differences(clock Clock, texts [2]eventTexts) []diffField {
	at := map[string]int{}
	var fields []diffField
	var whole [][2]string // as they are
	for i := range texts {
		for _, f := range texts[i].fields {
			k, known := at[f.Name]
			if !known {
				k = len(fields)
				at[f.Name] = k
				fields, whole = append(fields, diffField{name: f.Name}), append(whole, [2]string{})
			}
			whole[k][i], fields[k].shown[i] = textValue(f.Value), texts[i].inSight(clock, f)
		}
	}
	for k := range fields {
		fields[k].differs = whole[k][0] != whole[k][1]
	}
	return fields
}

// inSight is a field as a comparison shows it: what was said as a conversation, all else as its value.
func (t *eventTexts) inSight(clock Clock, f store.Field) string {
	for i := range t.said {
		if said := &t.said[i]; said.name == f.Name && said.text != "" {
			if t.veiled {
				return veil.Hidden(said.text)
			}
			return said.masked
		}
	}
	shown, _ := veil.Value(f.Value, t.covers(f))
	if text, ok := shown.(string); ok {
		return text
	}
	return clock.text(f.Type, shown).String()
}

// shown are the fields that are listed.
func (s *diffScreen) shown() []diffField {
	if s.all {
		return s.fields
	}
	var list []diffField
	for _, f := range s.fields {
		if f.differs {
			list = append(list, f)
		}
	}
	return list
}

// diffDetail is how many lines show the field under the cursor: a rule, and some of each event's value.
const diffDetail = 7

func (s *diffScreen) layout(_ *App, _, height int) {
	s.list.Resize(len(s.shown()), max(1, height-4-diffDetail))
}

func (s *diffScreen) do(a *App, act action) tea.Cmd {
	if move(&s.list, act) {
		return nil
	}
	list := s.shown()
	switch {
	case act == nextPane || act == prevPane:
		s.all = !s.all
		s.list = widget.List{}
	case act == drill && s.rows[1].ID != 0:
		return a.push(newEvent(s.rows[1].ID, nil))
	case act == copyValue && s.list.Cursor < len(list):
		f := list[s.list.Cursor]
		return a.copy(f.name + ": " + f.shown[0] + " | " + f.shown[1])
	}
	return nil
}

var diffTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("FIELD"), Width: 24, Grow: 1, Cut: clipField}, {Title: safe.Own("A"), Width: 20, Grow: 2, Cut: clipValue}, {Title: safe.Own("B"), Width: 20, Grow: 2, Cut: clipValue},
}}

func (s *diffScreen) view(a *App, width, height int) []widget.Line {
	switch {
	case s.reading.err != nil:
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	case s.fields == nil:
		return []widget.Line{widget.Say(widget.Faint, safe.Own("comparing ..."))}
	}
	var lines []widget.Line
	for i, name := range []safe.Text{safe.Own("A"), safe.Own("B")} {
		e := &s.rows[i]
		when := safe.Own("no time")
		if e.Dated {
			when = safe.Escape(a.Clock.Full(e.When(), Seconds))
		}
		if i == 1 && e.Dated && s.rows[0].Dated {
			when = safe.Sprintf("%s   %s", when, laterText(time.Duration(e.Time-s.rows[0].Time)))
		}
		var l widget.Line
		l.Put(widget.Strong, name).Space(2).Put(widget.Plain, safe.Sprintf("event %d   %s   %s", e.ID, when, shortEntity(e.User)).Clip(max(8, width-3)))
		lines = append(lines, l)
	}
	var rule widget.Line
	lines = append(lines, *rule.Rule(width))
	fields := s.shown()
	if len(fields) == 0 {
		return append(lines, widget.Say(widget.Plain, safe.Own("  no field differs; tab shows all of them")))
	}
	table := diffTable.View(&s.list, func(i int) (widget.Row, bool) {
		f := &fields[i]
		style := widget.Plain
		if f.differs {
			style = widget.Warn
		}
		row := widget.Row{Cells: []widget.Cell{{Text: safe.Escape(f.name)}}}
		for _, text := range f.shown {
			row.Cells = append(row.Cells, cellOf(style, text))
		}
		return row, true
	}, width, max(2, height-len(lines)-diffDetail))
	lines = append(lines, widget.Fill(table, max(2, height-len(lines)-diffDetail))...)
	return append(lines, fields[min(s.list.Cursor, len(fields)-1)].detail(width)...)
}

// laterText is how much later the second event is.
func laterText(d time.Duration) string {
	if d < 0 {
		return spanText(-d) + " earlier"
	}
	return spanText(d) + " later"
}

// cellOf is a value in a list, or that there is none.
func cellOf(style widget.Style, text string) widget.Cell {
	if text == "" {
		return widget.Cell{Style: widget.Faint, Text: safe.Own("-")}
	}
	return widget.Cell{Style: style, Text: safe.Escape(text[:min(len(text), longestCell)])}
}

// beforeDiffering is how much of two texts is shown before the place where they begin to differ.
const beforeDiffering = 24

// detail is what a field is in both events, from a little before the place where they begin to differ.
func (f *diffField) detail(width int) []widget.Line {
	from := 0
	for x, y := f.shown[0], f.shown[1]; from < len(x) && from < len(y) && x[from] == y[from]; {
		from++
	}
	from = max(0, from-beforeDiffering)
	for from > 0 && from < len(f.shown[0]) && !utf8.RuneStart(f.shown[0][from]) {
		from--
	}
	if f.shown[0] == f.shown[1] {
		from = 0
	}
	var rule widget.Line
	name := safe.Sprintf(" %s ", f.name).Clip(max(8, width-4))
	rule.Rule(2).Put(widget.Faint, name).Rule(width - 2 - name.Width())
	lines := []widget.Line{rule}
	for i, side := range []safe.Text{safe.Own("A"), safe.Own("B")} {
		text := f.shown[i]
		switch {
		case text == "":
			text = "-"
		case from > 0:
			text = "... " + text[min(from, len(text)):]
		}
		text = strings.ReplaceAll(text[:min(len(text), longestCell)], "\n", " ")
		wrapped := widget.Wrap(widget.Plain, text, width-3)
		for k, l := range wrapped[:min(len(wrapped), (diffDetail-1)/2)] {
			var line widget.Line
			if k == 0 {
				line.Put(widget.Strong, side)
			}
			line.To(3).Append(l)
			lines = append(lines, line)
		}
	}
	return widget.Fill(lines, diffDetail)
}
