package tui

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// What the overview tells of others: what they did since this analyst was last here, and what the logs and the rules do not cover.

// newsRows are the cases, and what others changed since this analyst was last here.
func (s *overviewScreen) newsRows(a *App, width int) []linkRow {
	o := &s.o
	var cases widget.Line
	cases.PutIn(widget.Title, safe.Own("CASES"), 16, false).Put(widget.Plain, safe.Sprintf("open %d   mine %d", o.CasesOpen, o.CasesMine))
	rows := []linkRow{{line: cases, open: func(a *App) tea.Cmd { return a.toRoot(casesRoot) }}}
	for i, text := range BriefText(a.Clock, &o.brief) {
		var l widget.Line
		if i == 0 {
			l.PutIn(widget.Title, safe.Own("SINCE YOU LEFT"), 16, false)
		} else {
			l.Space(16)
		}
		for j, part := range widget.Wrap(widget.Plain, text, max(8, width-16)) {
			if j > 0 {
				l = *new(widget.Line).Space(16)
			}
			rows = append(rows, linkRow{line: *l.Append(part)})
		}
	}
	return rows
}

// BriefText is what others changed since an analyst was last here, in lines.
func BriefText(c Clock, b *store.Brief) []string {
	if b.Since.IsZero() {
		return []string{"you have not been here before"}
	}
	since := c.Full(b.Since, Minutes)
	lines := []string{since}
	if found := counted(count{b.Alerts, "new or grown alert", "new or grown alerts"}, count{b.Gone, "alert that rules no longer give", "alerts that rules no longer give"}); found != "" {
		lines[0] += "   " + found
	}
	for _, p := range b.People {
		did := counted(count{p.Given, "thing handed to you", "things handed to you"}, count{p.Closed, "alert closed", "alerts closed"},
			count{p.Reopened, "alert opened again", "alerts opened again"}, count{p.Answers, "answer", "answers"}, count{p.Notes, "note", "notes"},
			count{p.Cases, "case opened", "cases opened"}, count{p.Verdicts, "case closed", "cases closed"}, count{p.Pins, "pin", "pins"},
			count{p.Undone, "change undone", "changes undone"})
		if did != "" {
			lines = append(lines, p.Name+": "+did)
		}
	}
	if b.Loads > 0 {
		lines = append(lines, fmt.Sprintf("%s with %s", plural(b.Loads, "load"), plural(b.Events, "event")))
	}
	if len(b.RulesChanged) > 0 {
		lines = append(lines, "rules edited: "+strings.Join(b.RulesChanged, ", "))
	}
	if len(lines) == 1 && lines[0] == since {
		lines[0] += "   nothing changed"
	}
	return lines
}

// count is how many of something there are.
type count struct {
	n         int
	one, many string
}

// counted names what there is any of.
func counted(all ...count) string {
	var parts []string
	for _, c := range all {
		switch {
		case c.n == 1:
			parts = append(parts, "1 "+c.one)
		case c.n > 1:
			parts = append(parts, countText(c.n)+" "+c.many)
		}
	}
	return strings.Join(parts, ", ")
}

// dataRows are the sources with their gaps, and the rules whose last run says nothing of what is loaded now.
func (s *overviewScreen) dataRows(a *App, width int) []linkRow {
	var rows []linkRow
	for i, src := range s.o.sources {
		var l widget.Line
		if i == 0 {
			l.PutIn(widget.Title, safe.Own("DATA"), 16, false)
		} else {
			l.Space(16)
		}
		l.PutIn(widget.Plain, safe.Escape(src.Source), 18, false).PutIn(widget.Plain, safe.Escape(shortCount(src.Events)), 7, true).Put(widget.Faint, safe.Own(" ev  "))
		switch g, least := src.Longest, gapOf(&src); {
		case g.To-g.From >= least:
			l.Put(widget.Warn, safe.Sprintf("GAP %s from %s", spanText(ticksSpan(g.To-g.From)), a.Clock.FullTick(g.From, Minutes)))
		case least > src.Last-src.First:
			l.Put(widget.Faint, safe.Own("too few events to tell a gap"))
		default:
			l.Put(widget.Good, safe.Sprintf("no gap over %s", spanText(ticksSpan(gapOf(&src)))))
		}
		rows = append(rows, linkRow{line: l})
	}
	if len(rows) == 0 && a.empty() {
		for i, part := range widget.Wrap(widget.Warn, howToLoad, max(8, width-16)) {
			var l widget.Line
			if i == 0 {
				l.PutIn(widget.Title, safe.Own("DATA"), 16, false)
			}
			rows = append(rows, linkRow{line: *l.To(16).Append(part)})
		}
	}
	say := func(title safe.Text, text string) {
		var l widget.Line
		l.PutIn(widget.Title, title, 16, false).Put(widget.Warn, safe.Escape(text).Clip(max(8, width-16)))
		rows = append(rows, linkRow{line: l, open: toRulesIfThere})
	}
	for _, text := range s.o.stale {
		say(safe.Own("STALE RULE"), text)
	}
	for _, r := range s.o.failed {
		say(safe.Own("RULE TROUBLE"), r.Rule+": "+string(r.Outcome)+" "+r.Reason)
	}
	return rows
}

func toRulesIfThere(a *App) tea.Cmd {
	if roots[rulesRoot].open == nil {
		return nil
	}
	return a.toRoot(rulesRoot)
}
