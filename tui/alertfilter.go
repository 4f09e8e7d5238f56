package tui

import (
	"fmt"
	"strings"

	"casebook/engine"
	"casebook/store"
)

// The filter of the queue is words: status:open sev:high rule:ID owner:me user:NAME, and text that is looked for in titles,
// rules and entities.

var filterWords = map[string]func(f *store.AlertFilter, value, analyst string) error{
	"status": filterStatus,
	"sev":    filterSeverity,
	"rule":   func(f *store.AlertFilter, v, _ string) error { f.Rule = v; return nil },
	"user":   func(f *store.AlertFilter, v, _ string) error { f.Entity = v; return nil },
	"entity": func(f *store.AlertFilter, v, _ string) error { f.Entity = v; return nil },
	"owner":  filterOwner,
}

var filterValues = []string{
	"status:open", "status:new", "status:acknowledged", "status:closed", "status:all",
	"sev:critical", "sev:high", "sev:medium", "sev:low", "owner:me", "owner:none", "rule:", "user:",
}

func parseAlertFilter(text, analyst string) (store.AlertFilter, error) {
	var f store.AlertFilter
	var words []string
	for _, word := range strings.Fields(strings.ReplaceAll(text, "sev>=", "sev:")) {
		name, value, ok := strings.Cut(word, ":")
		set, known := filterWords[name]
		switch {
		case !ok || value == "":
			words = append(words, word)
		case known:
			if err := set(&f, value, analyst); err != nil {
				return f, err
			}
		default:
			// Names hold colons (ARNs, sessions): what is no word of the filter is text to look for.
			words = append(words, word)
		}
	}
	f.Text = strings.Join(words, " ")
	return f, nil
}

func filterStatus(f *store.AlertFilter, value, _ string) error {
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
	return nil
}

// filterSeverity chooses a severity and what is worse.
func filterSeverity(f *store.AlertFilter, value, _ string) error {
	for i, s := range severityOrder {
		if strings.HasPrefix(string(s), strings.ToLower(value)) {
			f.Severities = append([]engine.Severity{}, severityOrder[i:]...)
			return nil
		}
	}
	return fmt.Errorf("a severity is informational, low, medium, high or critical, not %q", value)
}

func filterOwner(f *store.AlertFilter, value, analyst string) error {
	switch value {
	case "me":
		f.Owner = analyst
	case "none", "-":
		f.Unassigned = true
	default:
		f.Owner = value
	}
	return nil
}

// completeAlertFilter is what a filter's last word can become.
func completeAlertFilter(text string) []string {
	at := strings.LastIndexByte(text, ' ') + 1
	var found []string
	for _, v := range filterValues {
		if strings.HasPrefix(v, text[at:]) {
			found = append(found, text[:at]+v)
		}
	}
	return found
}
