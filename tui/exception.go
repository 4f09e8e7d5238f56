package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/safe"
)

// An exception keeps events from a rule before it counts them. It comes out of an alert that was nothing: the narrowest first, with
// what it would have hidden, measured by running the rule with it over all that is loaded. It takes a reason and an end.

// trial is an exception that could be made, and what came of the rule with it.
type trial struct {
	exception guides.Exception
	hits, of  int   // that are left, of those there were
	hidden    []int // alerts that go: all, and those that were called true
}

// except offers exceptions to the rule of an alert.
func (a *App) except(al store.Alert) tea.Cmd {
	d := a.byID[al.Rule]
	if d == nil {
		a.warn("rule " + al.Rule + " is not loaded")
		return nil
	}
	a.say("trying what an exception would hide ...")
	return ask(a, new(slot), func(ctx context.Context) ([]trial, error) { return a.trials(ctx, d, al) }, func(trials []trial) tea.Cmd {
		a.offer(al.Rule, al, trials)
		return nil
	})
}

// offer asks which of some exceptions is made, and why. al is the alert that gave reason for them, if one did.
func (a *App) offer(rule string, al store.Alert, trials []trial) {
	a.notice = notice{}
	var options []option
	for i, t := range trials {
		options = append(options, option{key: fmt.Sprint(i + 1), text: safe.Escape(t.String()), pick: func() tea.Cmd {
			a.askReason(safe.Own("nothing to find there, because:"), al.Reason, func(reason string) tea.Cmd { return a.askEnd(rule, al.ID, t.exception, reason) })
			return nil
		}})
	}
	a.askOne(safe.Sprintf("%s does not count events with", rule), options...)
}

// longestOffered is how much of a value is shown where exceptions are offered: names differ at their ends.
const longestOffered = 24

func (t *trial) String() string {
	var parts []string
	for _, e := range t.exception.Entries {
		value := safe.Escape(shortEntity(strings.Join(e.Values, ", "))).ClipMiddle(longestOffered)
		text := e.Field + " " + value.String()
		if e.Operator == "exists" {
			text = e.Field + " at all"
		}
		if e.Excluded {
			text = "not " + text
		}
		parts = append(parts, text)
	}
	text := fmt.Sprintf("%d of %s left", t.hits, plural(t.of, "hit"))
	if t.hidden[0] > 0 {
		text += fmt.Sprintf(", hides %s", plural(t.hidden[0], "alert"))
	}
	if t.hidden[1] > 0 {
		text += fmt.Sprintf(", of which %d were called TRUE", t.hidden[1])
	}
	return text + ": " + strings.Join(parts, " and ")
}

// trialBudget is how long the rule may run with one exception: someone waits.
const trialBudget = 20 * time.Second

// trials are the exceptions that an alert gives reason for, narrowest first: all texts of its row, then its entity alone.
func (a *App) trials(ctx context.Context, d *guides.Detection, al store.Alert) ([]trial, error) {
	peak, err := a.Store.Peak(ctx, &al)
	if err != nil {
		return nil, err
	}
	match := func(name, value string) guides.ExceptionEntry {
		field := name
		if from := d.Rule.Fields[name]; from != "" && d.Rule.Language == engine.ESQL { // whose exceptions are about events
			field = from
		}
		return guides.ExceptionEntry{Field: field, Operator: "match", Values: []string{value}}
	}
	var all []guides.ExceptionEntry
	entity := []guides.ExceptionEntry{match(al.EntityField, al.Entity)}
	for i, c := range peak.Columns {
		v, ok := peak.Row[i].(string)
		switch {
		case !ok:
		case c.Name == al.EntityField || d.Rule.Fields[c.Name] == al.EntityField && v == al.Entity:
			entity[0] = match(c.Name, v)
		default:
			all = append(all, match(c.Name, v))
		}
	}
	var found []trial
	for _, entries := range [][]guides.ExceptionEntry{append(entity[:1:1], all...), entity} {
		t, fault := a.tryOne(ctx, d, guides.Exception{Entries: entries})
		if err = fault; err != nil || len(found) > 0 && len(entries) == len(found[0].exception.Entries) {
			continue
		}
		found = append(found, t)
	}
	if len(found) == 0 {
		return nil, err
	}
	return found, nil
}

// tryOne runs a rule with an exception more.
func (a *App) tryOne(ctx context.Context, d *guides.Detection, e guides.Exception) (trial, error) {
	t := trial{exception: e}
	with, err := d.Except(e)
	if err != nil {
		return t, err
	}
	if _, err := with.Rule.Parse(ctx, a.Store); err != nil {
		return t, err
	}
	return t, a.try(ctx, &with.Rule, &t)
}

// try runs a rule over all that is loaded and compares what it gives with the alerts there are.
func (a *App) try(ctx context.Context, rule *engine.Rule, t *trial) error {
	left := map[string]bool{}
	if err := a.rehearse(ctx, rule, trialBudget, func(entity string, _ int64) {
		t.hits++
		left[entity] = true
	}); err != nil {
		return err
	}
	alerts, err := a.alertsOf(ctx, rule.ID)
	t.hidden = make([]int, 2)
	for i := range alerts {
		if t.of += alerts[i].Hits; left[alerts[i].Entity] {
			continue
		}
		t.hidden[0]++
		if alerts[i].Class == store.TruePositive {
			t.hidden[1]++
		}
	}
	return err
}

// askEnd asks until when an exception counts, and keeps it.
func (a *App) askEnd(rule string, alert int64, e guides.Exception, reason string) tea.Cmd {
	a.askLine(safe.Own("for how long from now (30d, 90d, or always):"), "90d", func(text string) tea.Cmd {
		if text != "always" {
			length, err := parseSpan(text)
			if err != nil {
				a.warn("no exception made: " + err.Error())
				return nil
			}
			e.Expires = time.Now().UTC().Add(length).Truncate(time.Second)
		}
		e.Name = a.Analyst + ": " + reason
		return a.act(func(ctx context.Context) (string, error) {
			text, err := e.File(rule)
			if err != nil {
				return "", err
			}
			path, err := a.Store.AddException(ctx, rule, alert, e.Name, text)
			return a.undoable("%s made; detect, or r at the rule, applies it", path), err
		}, nil)
	})
	return nil
}
