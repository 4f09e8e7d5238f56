package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"casebook/engine/syntax"
	"casebook/store"
	"casebook/store/event"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// eventColumn is a column that a list of events can show, and the field that its values are of.
type eventColumn struct {
	name   string
	column widget.Column
	cell   func(c Clock, rows []store.EventRow, i int) widget.Cell
	// value is the field and the value that a row has here; none for what is computed.
	value func(e *store.EventRow) (field, value string)
}

// firstColumns are the columns of a list of events before others are chosen.
const firstColumns = "time gap source action model result user tokens note"

// ownColumns are the columns that are more than a field as it stands.
var ownColumns = map[string]eventColumn{
	"time": {column: widget.Column{Title: timeTitle, Width: len(Seconds), Least: timeTitle.Width(), Cut: clipTime}, cell: func(c Clock, rows []store.EventRow, i int) widget.Cell {
		if !rows[i].Dated {
			return widget.Cell{Text: safe.Own("no time")}
		}
		return widget.Cell{Text: safe.Escape(c.inList(rows[i].When()))}
	}},
	"gap": {column: widget.Column{Title: safe.Own("GAP"), Width: 6, Right: true, Spare: 2}, cell: func(_ Clock, rows []store.EventRow, i int) widget.Cell {
		if i == 0 || !rows[i].Dated || !rows[i-1].Dated {
			return widget.Cell{Style: widget.Faint, Text: safe.Own("-")}
		}
		return widget.Cell{Style: widget.Faint, Text: safe.Escape(spanText(time.Duration(rows[i].Time - rows[i-1].Time)))}
	}},
	"source": {column: widget.Column{Title: safe.Own("SRC"), Width: 3}, cell: func(_ Clock, rows []store.EventRow, i int) widget.Cell {
		return widget.Cell{Text: sourceWord(rows[i].Source)}
	}, value: func(e *store.EventRow) (string, string) { return "source", e.Source }},
	"action": {column: widget.Column{Title: safe.Own("OP"), Width: 8, Grow: 1, Spare: 1}, cell: func(_ Clock, rows []store.EventRow, i int) widget.Cell {
		return widget.Cell{Text: shortAction(rows[i].Action)}
	}, value: func(e *store.EventRow) (string, string) { return "action", e.Action }},
	"model": {column: widget.Column{Title: safe.Own("MODEL"), Width: 14, Grow: 2, Cut: clipModel}, cell: func(_ Clock, rows []store.EventRow, i int) widget.Cell {
		return widget.Cell{Text: shortModel(rows[i].Model)}
	}, value: func(e *store.EventRow) (string, string) { return "model", e.Model }},
	"user": {column: widget.Column{Title: safe.Own("USER"), Width: 9, Grow: 2, Cut: clipEntity}, cell: func(_ Clock, rows []store.EventRow, i int) widget.Cell {
		return widget.Cell{Text: safe.Escape(shortEntity(rows[i].User))}
	}, value: func(e *store.EventRow) (string, string) { return "user", e.User }},
	"result": {column: widget.Column{Title: safe.Own("RESULT"), Width: 6, Grow: 1}, cell: func(_ Clock, rows []store.EventRow, i int) widget.Cell {
		text, style := outcomeOf(&rows[i])
		return widget.Cell{Style: style, Text: text}
	}, value: resultOf},
	"tokens": {column: widget.Column{Title: safe.Own("TOKEN"), Width: 5, Right: true, Spare: 3}, cell: func(_ Clock, rows []store.EventRow, i int) widget.Cell {
		return widget.Cell{Text: tokens(rows[i].PromptTokens)}
	}, value: func(e *store.EventRow) (string, string) { return numberOf(e, event.PromptTokens) }},
	"note": {column: widget.Column{Title: safe.Own("NOTE"), Width: 7, Spare: 4}, cell: func(_ Clock, rows []store.EventRow, i int) widget.Cell {
		return widget.Cell{Style: widget.Warn, Text: flagText(rows[i].Flags)}
	}, value: func(e *store.EventRow) (string, string) {
		if names := e.Flags.Names(); len(names) > 0 {
			return "flag", names[0]
		}
		return "", ""
	}},
}

// resultOf is the field that says how an event went, of those that outcomeOf looks at.
func resultOf(e *store.EventRow) (field, value string) {
	switch {
	case e.Error != "":
		return "error", e.Error
	case e.Status != "":
		return "status", e.Status
	}
	return "outcome", e.Outcome
}

func numberOf(e *store.EventRow, s event.Slot) (field, value string) {
	if n := e.Number(s); n.Set {
		return s.String(), strconv.FormatInt(n.Int, 10)
	}
	return s.String(), ""
}

// readColumns reads the columns of a list: names of columns and of fields.
func readColumns(text string) ([]eventColumn, error) {
	var columns []eventColumn
	for _, name := range strings.Fields(text) {
		c, ok := columnNamed(name)
		if !ok {
			near := syntax.Nearest(name, columnNames())
			if near == "" {
				near = strings.Join(columnNames(), " ")
			}
			return nil, fmt.Errorf("no column %q; there is %s", name, near)
		}
		columns = append(columns, c)
	}
	if len(columns) == 0 {
		return nil, fmt.Errorf("wanted columns, such as %s", firstColumns)
	}
	return columns, nil
}

func columnNamed(name string) (eventColumn, bool) {
	if c, ok := ownColumns[name]; ok {
		c.name = name
		return c, true
	}
	title := safe.Escape(strings.ToUpper(name))
	if slot, ok := store.SlotOf(name); ok {
		return eventColumn{name: name, column: widget.Column{Title: title, Width: 10, Grow: 2, Cut: safe.Text.ClipMiddle}, cell: func(_ Clock, rows []store.EventRow, i int) widget.Cell {
			return widget.Cell{Text: safe.Escape(rows[i].Text(slot))}
		}, value: func(e *store.EventRow) (string, string) { return name, e.Text(slot) }}, true
	}
	if slot, ok := store.NumberOf(name); ok {
		return eventColumn{name: name, column: widget.Column{Title: title, Width: 8, Right: true}, cell: func(_ Clock, rows []store.EventRow, i int) widget.Cell {
			return widget.Cell{Text: tokens(rows[i].Number(slot))}
		}, value: func(e *store.EventRow) (string, string) { return numberOf(e, slot) }}, true
	}
	return eventColumn{}, false
}

// columnNames are the columns that are offered.
func columnNames() []string {
	names := strings.Fields(firstColumns)
	for _, s := range event.Slots() {
		if _, own := ownColumns[s.String()]; !own && s != event.Time {
			names = append(names, s.String())
		}
	}
	return names
}
