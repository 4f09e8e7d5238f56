package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// preview is a rule in a few lines.
func (r *ruleRow) preview(c Clock, width int) []widget.Line {
	var lines []widget.Line
	say := func(name safe.Text, text safe.Text) {
		var l widget.Line
		l.PutIn(widget.Faint, name, 9, false).Put(widget.Plain, text.Clip(width-9))
		lines = append(lines, l)
	}
	lines = append(lines, widget.Say(widget.Strong, safe.Sprintf("%s   %s", r.Rule.Rule.ID, r.Rule.Rule.Title).Clip(width)))
	say(safe.Own("state"), r.stateText())
	say(safe.Own("runs"), r.scheduleText())
	say(safe.Own("ended"), r.endedText(c))
	say(safe.Own("coverage"), r.coverText())
	rate := "no verdict yet"
	if share, known := r.alerts.FalseRate(); known {
		rate = fmt.Sprintf("%d true, %d benign, %d false: %.0f%% false", r.alerts.True, r.alerts.Benign, r.alerts.False, 100*share)
	}
	say(safe.Own("alerts"), safe.Sprintf("%s open of %s   %s", countText(r.alerts.Open), countText(r.alerts.Fired), rate))
	left := make([]string, len(r.Exceptions))
	for i, e := range r.Exceptions {
		left[i] = e.LeavesOut()
	}
	say(safe.Own("except"), safe.Escape(cmp.Or(strings.Join(left, "; "), "none")))
	live := 0
	steps := r.Guide.Steps()
	for _, step := range steps {
		if step.Live() {
			live++
		}
	}
	say(safe.Own("guide"), safe.Sprintf("%s, %d with queries   %s", plural(len(steps), "step"), live, strings.Join(slices.Concat(r.Rule.Rule.ATLAS, r.Rule.Rule.ATTACK), " ")))
	return lines
}

func (r *ruleRow) stateText() safe.Text {
	text := r.State
	if r.Reason != "" {
		text += ": " + r.Reason
	}
	if r.File != "" {
		text += "   added by " + r.By + " as " + baseName(r.File)
	}
	return safe.Escape(text)
}

func (r *ruleRow) scheduleText() safe.Text {
	if r.Rule.Rule.Every <= 0 {
		return safe.Own("when someone hunts")
	}
	return safe.Sprintf("every %s over the last %s, at most %s alerts a run", wholeSpan(r.Rule.Rule.Every), wholeSpan(r.Rule.Rule.Lookback), countText(r.Rule.Rule.MaxAlerts))
}

func (r *ruleRow) endedText(c Clock) safe.Text {
	if !r.ran {
		return safe.Own("not run yet; r runs it")
	}
	text := fmt.Sprintf("%s: %s in %s, as-of %s", r.last.Outcome, plural(r.last.Hits, "hit"), plural(r.last.Ticks, "run"), c.FullTick(r.last.AsOf, Minutes))
	if r.last.Reason != "" {
		text = fmt.Sprintf("%s: %s", r.last.Outcome, r.last.Reason)
	}
	return safe.Escape(text)
}

func (r *ruleRow) coverText() safe.Text {
	switch {
	case !r.ran || r.last.Events < 0:
		return safe.Own("not counted")
	case r.last.Events == 0:
		return safe.Own("no event of its tables is loaded")
	}
	return safe.Sprintf("%s of its tables, %s with every field it needs (%.1f%%)", plural(r.last.Events, "event"), countText(r.last.Carrying), 100*float64(r.last.Carrying)/float64(r.last.Events))
}
