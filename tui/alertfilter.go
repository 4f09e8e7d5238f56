package tui

import (
	"fmt"
	"slices"
	"strings"

	"casebook/engine"
	"casebook/store"
)

// The filter of the queue: status:open sev:high rule:ID owner:me user:NAME score>=50 last:24h, and text that is looked for in
// titles, rules and entities. "sev:high" is high and worse.

// alertWords sets one word of a filter.
var alertWords = map[string]func(f *store.AlertFilter, value string, w *word, a *App) error{
	"status": filterStatus,
	"sev":    filterSeverity,
	"rule":   func(f *store.AlertFilter, v string, _ *word, _ *App) error { f.Rule = v; return nil },
	"user":   func(f *store.AlertFilter, v string, _ *word, _ *App) error { f.Entity = v; return nil },
	"entity": func(f *store.AlertFilter, v string, _ *word, _ *App) error { f.Entity = v; return nil },
	"owner":  filterOwner,
	"score":  filterLeast(func(f *store.AlertFilter, n int) { f.MinScore = n }),
	"events": filterLeast(func(f *store.AlertFilter, n int) { f.MinEvents = n }),
	"stale":  func(f *store.AlertFilter, v string, _ *word, _ *App) error { f.Stale = v == "yes"; return nil },
}

var alertFields = func() []string {
	names := slices.Clone(timeWords)
	for name := range alertWords {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}()

func isAlertField(name string) bool { return slices.Contains(alertFields, name) }

func (a *App) readAlertFilter(text string) (store.AlertFilter, error) {
	var f store.AlertFilter
	words, err := readWords(text, isAlertField, alertFields)
	if err != nil {
		return f, err
	}
	var texts []string
	for _, w := range words {
		switch {
		case w.off:
		case slices.Contains(timeWords, w.field):
			if err := a.Clock.bound(&f.From, &f.To, w, a.AsOf); err != nil {
				return f, err
			}
		case w.field == "" && !w.not:
			texts = append(texts, w.values...)
		default:
			if err := a.addAlertWord(&f, w); err != nil {
				return f, err
			}
		}
	}
	f.Text = strings.Join(texts, " ")
	return f, nil
}

// addAlertWord adds a word; of several values one must fit, and of those of a negated word none.
func (a *App) addAlertWord(f *store.AlertFilter, w word) error {
	if w.pattern {
		return fmt.Errorf("alerts are chosen by whole values, not by %s; a text alone is looked for in titles, rules and entities", w.text)
	}
	if w.not && w.field == "stale" {
		return fmt.Errorf("stale:yes shows also what rules no longer give; %s says nothing", w.text)
	}
	var list []store.AlertFilter
	for _, v := range w.values {
		var one store.AlertFilter
		set := &one
		if len(w.values) == 1 && !w.not {
			set = f
		}
		if w.field == "" {
			one.Text = v
		} else if err := alertWords[w.field](set, v, &w, a); err != nil {
			return err
		}
		list = append(list, one)
	}
	switch {
	case w.not:
		f.Without = append(f.Without, list...)
	case len(list) > 1:
		f.Either = append(f.Either, list)
	}
	return nil
}

func filterStatus(f *store.AlertFilter, value string, w *word, _ *App) error {
	switch value {
	case "all":
		f.Statuses = nil
	case "open":
		f.Statuses = []store.Status{store.New, store.Acknowledged}
	case "new", "acknowledged", "closed":
		f.Statuses = []store.Status{store.Status(value)}
	case "ack":
		f.Statuses = []store.Status{store.Acknowledged}
	default:
		return fmt.Errorf("a status is open, new, acknowledged, closed or all, not %q", value)
	}
	if w.not && value == "all" {
		return fmt.Errorf("%s chooses no alert at all", w.text)
	}
	return nil
}

// filterSeverity chooses a severity and what is worse, or, with "<=", what is not.
func filterSeverity(f *store.AlertFilter, value string, w *word, _ *App) error {
	for i, s := range engine.Severities {
		if !strings.HasPrefix(string(s), strings.ToLower(value)) {
			continue
		}
		switch w.operator {
		case "<=":
			f.Severities = slices.Clone(engine.Severities[:i+1])
		case "<":
			f.Severities = slices.Clone(engine.Severities[:i])
		case ">":
			f.Severities = slices.Clone(engine.Severities[i+1:])
		default:
			f.Severities = slices.Clone(engine.Severities[i:])
		}
		if len(w.values) > 1 {
			f.Severities = []engine.Severity{s}
		}
		if len(f.Severities) == 0 {
			return fmt.Errorf("%s chooses no severity", w.text)
		}
		return nil
	}
	return fmt.Errorf("a severity is informational, low, medium, high or critical, not %q", value)
}

func filterOwner(f *store.AlertFilter, value string, _ *word, a *App) error {
	switch value {
	case "me":
		f.Owner = a.Analyst
	case "none", "-":
		f.Unassigned = true
	default:
		f.Owner = value
	}
	return nil
}

// filterLeast is a number that alerts must reach.
func filterLeast(set func(*store.AlertFilter, int)) func(*store.AlertFilter, string, *word, *App) error {
	return func(f *store.AlertFilter, value string, w *word, _ *App) error {
		n, err := wholeNumber(value)
		switch {
		case err != nil:
			return fmt.Errorf("wanted a number in %s", w.text)
		case w.operator == ">":
			n++
		case w.operator != ">=":
			return fmt.Errorf("%s can be at least a number: %s>=%s", w.field, w.field, value)
		}
		set(f, int(n))
		return nil
	}
}

// alertValues are what the words of a filter offer to begin with.
var alertValues = []string{
	"status:open", "status:new", "status:acknowledged", "status:closed", "status:all",
	"sev:critical", "sev:high", "sev:medium", "sev:low", "owner:me", "owner:none", "score>=", "events>=", "last:24h", "last:7d", "from:", "to:", "stale:yes", "user:",
}

// completeAlerts is what a filter's last word can become; rules are offered by their names.
func completeAlerts(a *App, text string) []string {
	values := slices.Clone(alertValues)
	for _, d := range a.Detections {
		values = append(values, "rule:"+quoteValue(d.Rule.ID))
	}
	return completeWord(text, values)
}

// completeWord is what the last word of a text can become, with all of the text before it.
func completeWord(text string, values []string) []string {
	at := strings.LastIndexByte(text, ' ') + 1
	if strings.HasPrefix(text[at:], "-") {
		at++
	}
	var found []string
	for _, v := range values {
		if strings.HasPrefix(v, text[at:]) {
			found = append(found, text[:at]+v)
		}
	}
	return found
}
