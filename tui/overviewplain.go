package tui

import (
	"fmt"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// spokenRows are the figures of the overview for those who hear them: each with its name, one thing a line.
func (s *overviewScreen) spokenRows(a *App) []linkRow {
	o := &s.o
	say := func(format string, args ...any) linkRow {
		return linkRow{line: widget.Say(widget.Plain, safe.Escape(fmt.Sprintf(format, args...)))}
	}
	var rows []linkRow
	for _, c := range o.BySeverity {
		r := say("Severity %s: open %s, new %s", c.Severity, countText(c.Open), countText(c.New))
		r.open = toAlertsWith("status:open sev:" + string(c.Severity))
		rows = append(rows, r)
	}
	for i := range min(mostSpoken, len(o.Rules)) {
		rule := &o.Rules[i]
		rate := ""
		if share, known := rule.FalseRate(); known {
			rate = fmt.Sprintf(", %.0f%% false", 100*share)
		}
		r := say("Rule %s: fired %s, open %s%s", rule.Title, countText(rule.Fired), countText(rule.Open), rate)
		r.open = toAlertsWith("status:all rule:" + rule.Rule)
		rows = append(rows, r)
	}
	rows = append(rows, s.hourRows(plainWidth)[:1]...)
	for i, e := range o.entities {
		if i == mostSpoken {
			break
		}
		text := fmt.Sprintf("Open alerts about %s: %s", shortEntity(e.Entity), countText(e.Open))
		if e.sum.First > 0 {
			text += fmt.Sprintf(", first seen %s, %s, %s tokens", a.Clock.bareTick(e.sum.First, Minutes), plural(e.sum.Events, "event"), tokenCount(e.sum.PromptTokens+e.sum.CompletionTokens))
		}
		r := say("%s", text)
		r.open = entityOpener(e.Field, e.Entity)
		rows = append(rows, r)
	}
	return rows
}

// mostSpoken is how many rules, and how many entities, are read out.
const mostSpoken = 5
