package tui

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/safe"
)

// askRule asks what a rule needs beyond its query, and keeps it among the store's rules.
func (s *queryScreen) askRule(a *App) tea.Cmd {
	if s.answer == nil {
		a.warn("run the query first: a rule is saved of a query that runs")
		return nil
	}
	if len(s.params) > 0 {
		a.warn("a rule has no alert to take parameters from: write what ?" + slices.Sorted(maps.Keys(s.params))[0] + " stands for into the query")
		return nil
	}
	draft := ruleDraft{language: s.language, query: s.answer.text, by: a.Analyst, entity: entityColumn(s.answer.result)}
	a.askLine(safe.Own("save as rule, title:"), "", func(title string) tea.Cmd {
		if strings.TrimSpace(title) == "" {
			a.warn("not saved: a rule needs a title")
			return nil
		}
		draft.title = strings.TrimSpace(title)
		options := make([]option, 0, len(engine.Severities))
		for i, severity := range engine.Severities {
			options = append(options, option{key: fmt.Sprint(i + 1), text: safe.Escape(string(severity)), pick: func() tea.Cmd {
				draft.severity = severity
				return draft.askSchedule(a)
			}})
		}
		a.askOne(safe.Own("how bad is a hit"), options...)
		return nil
	})
	return nil
}

// ruleDraft is a rule that is being written.
type ruleDraft struct {
	title, query, by, entity string
	language                 engine.Language
	severity                 engine.Severity
	every, lookback          string
}

func (d *ruleDraft) askSchedule(a *App) tea.Cmd {
	a.askLine(safe.Own("runs every, looking back:"), "10m 1h", func(text string) tea.Cmd {
		words := strings.Fields(text)
		if len(words) != 2 {
			a.warn("not saved: wanted two spans, such as 10m 1h")
			return nil
		}
		for _, w := range words {
			if _, err := parseSpan(w); err != nil {
				a.warn("not saved: " + err.Error())
				return nil
			}
		}
		d.every, d.lookback = words[0], words[1]
		return d.save(a)
	})
	return nil
}

// save reads the rule's text back as any file of rules is read, so that what is kept is a rule that runs.
func (d *ruleDraft) save(a *App) tea.Cmd {
	name, text := d.id()+".md", d.markdown()
	return a.act(func(ctx context.Context) (string, error) {
		_, err := guides.Read(name, []byte(text))
		if err == nil {
			_, err = a.Store.AddRuleFile(ctx, name, []byte(text))
		}
		if err != nil {
			return "", fmt.Errorf("not saved: %w", err)
		}
		return a.undoable("saved as the rule %s; 6 shows it, r there runs it", d.id()), nil
	}, a.readRules)
}

// id is the title as an id: lower-case words with hyphens.
func (d *ruleDraft) id() string {
	words := strings.FieldsFunc(strings.ToLower(d.title), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	if len(words) == 0 {
		words = []string{"rule", fmt.Sprint(time.Now().Unix())}
	}
	return strings.Join(words, "-")
}

// markdown is the rule in casebook's own form.
func (d *ruleDraft) markdown() string {
	fence := "```"
	for strings.Contains(d.query, fence) {
		fence += "`"
	}
	return fmt.Sprintf("---\nid: %s\ntitle: %s\nseverity: %s\nevery: %s\nlookback: %s\nentity: %s\nauthors: [%s]\n---\nWritten in the query console.\n\n%s%s\n%s\n%s\n",
		d.id(), strconv.Quote(d.title), d.severity, d.every, d.lookback, strconv.Quote(d.entity), strconv.Quote(d.by), fence, d.language, strings.TrimRight(d.query, "\n"), fence)
}

// entityColumn is the column that says whom a row is about: a user's, else the first that is a field of events.
func entityColumn(r *engine.Result) string {
	first := ""
	for _, c := range r.Columns {
		slot, ok := store.SlotOf(c.Name)
		switch {
		case ok && slot.String() == "user":
			return c.Name
		case ok && first == "":
			first = c.Name
		}
	}
	if first == "" && len(r.Columns) > 0 {
		first = r.Columns[0].Name
	}
	return first
}
