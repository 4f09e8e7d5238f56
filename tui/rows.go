package tui

import (
	"strings"
	"time"

	"casebook/store"
	"casebook/store/event"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// Events as rows of tables, the same on every screen.

var eventColumns = []widget.Column{
	{Title: timeTitle, Width: len(Seconds), Least: timeTitle.Width(), Cut: clipTime},
	{Title: safe.Own("GAP"), Width: 6, Least: 6},
	{Title: safe.Own("SRC"), Width: 3},
	{Title: safe.Own("OP"), Width: 8, Grow: 1, Spare: 3},
	{Title: safe.Own("MODEL"), Width: 14, Grow: 3, Cut: clipModel, Least: 8},
	{Title: safe.Own("OUT"), Width: 6, Grow: 1},
	{Title: safe.Own("TOKEN"), Width: 5, Right: true, Spare: 1},
	{Title: safe.Own("NOTE"), Width: 8, Grow: 1, Spare: 2},
}

// clipTime is a time cut to a width: parts of the second go first, then the day, then the second.
func clipTime(text safe.Text, width int) safe.Text {
	at := text.String()
	for _, less := range []func(string) string{
		func(t string) string { t, _, _ = strings.Cut(t, "."); return t },
		func(t string) string { return t[strings.LastIndexByte(t, ' ')+1:] },
		func(t string) string { return t[:max(0, strings.LastIndexByte(t, ':'))] },
	} {
		if text.Width() <= width {
			return text
		}
		if at = less(at); strings.IndexByte(at, ':') > 0 {
			text = safe.Escape(at)
		}
	}
	return text.Clip(width)
}

var eventTable = widget.Table{Columns: eventColumns}

// eventRow is event i of some in order of time; the gap is to the one before.
func eventRow(c Clock, rows []store.EventRow, i int) widget.Row {
	e := &rows[i]
	gap := safe.Own("-")
	if i > 0 && rows[i-1].Dated && e.Dated {
		gap = safe.Escape(spanText(time.Duration(e.Time - rows[i-1].Time)))
	}
	outcome, style := outcomeOf(e)
	return widget.Row{Alarming: e.Flags&actingFlags != 0, Cells: []widget.Cell{
		{Text: eventTime(c, e)}, {Style: widget.Faint, Text: gap}, {Text: sourceWord(e.Source)}, {Text: shortAction(e.Action)},
		{Text: shortModel(e.Model)}, {Style: style, Text: outcome}, {Text: tokens(e.PromptTokens)}, {Style: widget.Warn, Text: flagText(e.Flags)},
	}}
}

func eventTime(c Clock, e *store.EventRow) safe.Text {
	if !e.Dated {
		return safe.Own("no time")
	}
	return safe.Escape(c.inList(e.When()))
}

var sourceWords = map[string]safe.Text{
	event.Bedrock: safe.Own("bed"), event.Azure: safe.Own("azu"), event.OpenAI: safe.Own("oai"), event.CloudTrail: safe.Own("ctr"),
}

func sourceWord(source string) safe.Text {
	if w, ok := sourceWords[source]; ok {
		return w
	}
	return safe.Escape(source)
}

func shortAction(action string) safe.Text {
	action = strings.TrimPrefix(action, "ChatCompletions_")
	return safe.Escape(action)
}

// outcomeOf is how an event went, in a word: its error, else what it says of itself.
func outcomeOf(e *store.EventRow) (safe.Text, widget.Style) {
	switch {
	case strings.Contains(e.Error, "AccessDenied"):
		return safe.Own("DENY"), widget.Bad
	case e.Error != "":
		return safe.Escape(e.Error), widget.Bad
	case e.Status != "" && e.Status[0] != '2':
		return safe.Escape(e.Status), widget.Bad
	case e.Outcome == "failure":
		return safe.Own("FAIL"), widget.Bad
	case e.Outcome != "" && e.Outcome != "success":
		return safe.Escape(e.Outcome), widget.Plain
	}
	return safe.Own("ok"), widget.Plain
}

func tokens(n event.Opt) safe.Text {
	if !n.Set {
		return safe.Own("-")
	}
	return safe.Escape(shortCount(n.Int))
}

// actingFlags are of texts that act on whoever reads them, a person or a model: what is not seen, or does something where it is shown.
const actingFlags = event.Controls | event.NUL | event.Hidden

func flagText(f event.Flags) safe.Text {
	switch {
	case f&event.Hidden != 0:
		return safe.Own("!hidden")
	case f&event.NUL != 0:
		return safe.Own("!nul")
	case f&event.Controls != 0:
		return safe.Own("!ctrl")
	case f != 0:
		return safe.Own("!")
	}
	return safe.Text{}
}
