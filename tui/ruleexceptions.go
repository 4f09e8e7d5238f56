package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// The exceptions of a rule, on its own screen: what they leave out, why and until when. They are made here in words of a filter, tried on
// all that is loaded before they are kept, and taken away here; undo brings each back.

var exceptionsTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("LEAVES OUT"), Width: 30, Grow: 2, Cut: safe.Text.ClipMiddle}, {Title: safe.Own("BECAUSE"), Width: 16, Grow: 1, Spare: 1}, {Title: safe.Own("UNTIL (UTC)"), Width: len("was ") + len(Minutes)},
}}

// exceptionDetail is how many lines show the exception under the cursor in full.
const exceptionDetail = 6

func (s *ruleScreen) exceptionLines(a *App, width, height int) []widget.Line {
	all := s.row.Exceptions
	if len(all) == 0 {
		return widget.Wrap(widget.Faint, "nothing is left out; "+a.Keys.hint(exempt, onRule)+" makes an exception, here or at an alert that was nothing", width)
	}
	list := &s.lists[ruleExceptions]
	room := max(2, height-exceptionDetail)
	lines := widget.Fill(a.Clock.table(exceptionsTable).View(list, func(i int) (widget.Row, bool) {
		e := &all[i]
		until, style := "always", widget.Plain
		if !e.Expires.IsZero() {
			until = a.Clock.bare(e.Expires, Minutes)
		}
		if !e.Expires.IsZero() && column.FromTime(e.Expires) <= a.AsOf {
			until, style = "was "+until, widget.Faint // it keeps counting for runs before
		}
		return widget.Row{Cells: []widget.Cell{{Style: style, Text: safe.Escape(e.LeavesOut())}, {Style: style, Text: safe.Escape(e.Name)}, {Style: style, Text: safe.Escape(until)}}}, true
	}, width, room), room)
	var rule widget.Line
	e := &all[min(list.Cursor, len(all)-1)]
	detail := []widget.Line{*rule.Rule(width)}
	for _, text := range []string{e.LeavesOut(), "because " + e.Name, "in " + e.Source} {
		detail = append(detail, widget.Wrap(widget.Plain, text, width)...)
	}
	return append(lines, widget.Fill(detail, exceptionDetail)...)
}

// onExceptions does what can be done with a rule's exceptions.
func (s *ruleScreen) onExceptions(a *App, act action) (cmd tea.Cmd, did bool) {
	at := s.lists[ruleExceptions].Cursor
	switch {
	case act == exempt:
		s.part = ruleExceptions
		return a.exceptRule(&s.row), true
	case act != takeBack:
		return nil, false
	case s.part != ruleExceptions || at >= len(s.row.Exceptions):
		a.warn("an exception is taken away: tab to Except first")
		return nil, true
	}
	return a.dropException(&s.row, s.row.Exceptions[at]), true
}

// dropException takes an exception's file away, after a question: others may be in it.
func (a *App) dropException(r *ruleRow, e guides.Exception) tea.Cmd {
	if e.Source == r.Source {
		a.warn("this exception came with the rule itself, in " + e.Source + ": it goes with it")
		return nil
	}
	n := 0
	for _, other := range r.Exceptions {
		if other.Source == e.Source {
			n++
		}
	}
	also := ""
	if n > 1 {
		also = fmt.Sprintf(", with all %s in it", plural(n, "exception"))
	}
	a.askOne(safe.Sprintf("take %s away%s?", e.Source, also),
		option{key: "y", text: safe.Own("yes"), pick: func() tea.Cmd {
			return a.act(func(ctx context.Context) (string, error) {
				err := a.Store.RemoveException(ctx, e.Source)
				if errors.Is(err, store.ErrNotFound) {
					return "", fmt.Errorf("%s is not in the store: take it out of the folder that --rules names", e.Source)
				}
				return a.undoable("%s taken away; detect, or r, applies that", e.Source), err
			}, nil)
		}},
		option{key: "n", text: safe.Own("no"), pick: func() tea.Cmd { return nil }})
	return nil
}

// exceptRule asks what a rule is to leave out, tries it, and asks for a reason and an end.
func (a *App) exceptRule(r *ruleRow) tea.Cmd {
	if r.Query == nil {
		a.warn("the rule does not run: an exception could not be tried")
		return nil
	}
	d, fields := r.Detection, a.exceptionFields(r)
	a.askLine(safe.Own("leave out what has (field:value field:value*):"), "", func(text string) tea.Cmd {
		e, err := readException(text, fields)
		if err != nil {
			a.warn(err.Error())
			return nil
		}
		a.say("trying what it would hide ...")
		return ask(a, new(slot), func(ctx context.Context) ([]trial, error) {
			t, err := a.tryOne(ctx, d, e)
			return []trial{t}, err
		}, func(trials []trial) tea.Cmd {
			a.offer(d.Rule.ID, store.Alert{}, trials)
			return nil
		})
	})
	a.prompt.complete = func(text string) []string {
		words := splitWords(text)
		last := ""
		if len(words) > 0 && !strings.HasSuffix(text, " ") {
			last = words[len(words)-1]
		}
		var found []string
		for _, f := range fields {
			if strings.HasPrefix(f, last) {
				found = append(found, strings.TrimSuffix(text, last)+f+":")
			}
		}
		return found
	}
	return nil
}

// exceptionFields are the fields that an exception of a rule can be about: those of its tables' events, or of its result for rules whose
// exceptions look at that.
func (a *App) exceptionFields(r *ruleRow) []string {
	var fields []string
	if r.Rule.Rule.Language == engine.KQL {
		for _, f := range r.Query.Plan.Schema() {
			fields = append(fields, f.Name)
		}
		return fields
	}
	for _, name := range r.Query.Tables() {
		if t, ok := a.Store.Table(name); ok {
			for _, f := range t.Fields {
				fields = append(fields, f.Name)
			}
		}
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}

// readException reads an exception from words of a filter, all of which must hold.
func readException(text string, fields []string) (guides.Exception, error) {
	var e guides.Exception
	words, err := readWords(text, func(field string) bool { return slices.Contains(fields, field) }, fields)
	if err != nil {
		return e, err
	}
	for _, w := range words {
		entry := guides.ExceptionEntry{Field: w.field, Values: w.values, Excluded: w.not}
		switch {
		case w.field == "" || w.operator != ":":
			return e, fmt.Errorf("an exception is made of field:value, found %s; tab offers the fields", w.text)
		case w.pattern && len(w.values) == 1 && w.values[0] == "*":
			entry.Operator, entry.Values = "exists", nil
		case w.pattern && len(w.values) > 1:
			return e, fmt.Errorf("%s: a value with * stands alone", w.text)
		case w.pattern:
			entry.Operator = "wildcard"
		case len(w.values) > 1:
			entry.Operator = "match_any"
		default:
			entry.Operator = "match"
		}
		e.Entries = append(e.Entries, entry)
	}
	if len(e.Entries) == 0 {
		return e, errors.New("nothing to leave out: an exception is made of field:value")
	}
	return e, nil
}
