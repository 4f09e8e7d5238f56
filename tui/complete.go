package tui

import (
	"context"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/report"
	"casebook/tui/widget"
)

// A line is completed at once with what is known here: words, fields, rules, kept filters. What the store knows, names of users, of models,
// of cases, comes when it is found: it is put into the line if that still is what it was asked for.

// mostOffered bounds the names that are offered.
const mostOffered = 100

// seeker looks in the store for what a text can become. It is run outside of Update.
type seeker func(ctx context.Context, text string) ([]string, error)

func (a *App) completeLine(p *prompt) tea.Cmd {
	text := p.input.String()
	known := p.complete(text)
	p.become(known)
	if p.seek == nil {
		return nil
	}
	shown, seek := p.input.String(), p.seek
	return ask(a, &a.seeking, func(ctx context.Context) ([]string, error) { return seek(ctx, text) }, func(found []string) tea.Cmd {
		if a.prompt == p && p.input.String() == shown {
			p.become(append(known, found...))
		}
		return nil
	})
}

// become puts what all of some texts begin with into the line, where that goes on from what is typed or is the only one, and offers them.
func (p *prompt) become(found []string) {
	p.hints = found
	if common := commonPrefix(found); common != "" && (len(found) == 1 || strings.HasPrefix(common, p.input.String())) {
		p.input = widget.NewInput(common, false)
	}
	if len(found) == 1 {
		p.hints = nil
	}
}

// offers are what the line can become: of one, that is what it is.
func (p *prompt) offers() []string {
	if len(p.hints) == 0 {
		return []string{p.input.String()}
	}
	return p.hints
}

// seekCommand looks for what the palette's words are about.
func (a *App) seekCommand() seeker {
	db, filters := a.Store, map[string]seeker{roots[alertsRoot].name: a.seekAlerts(), roots[eventsRoot].name: a.seekEvents()}
	return func(ctx context.Context, text string) ([]string, error) {
		name, rest, spaced := strings.Cut(text, " ")
		switch {
		case !spaced:
			return nil, nil
		case filters[name] != nil:
			return before(name + " ")(filters[name](ctx, rest))
		case name == "case":
			return before("case ")(caseNames(ctx, db, rest))
		}
		for _, k := range report.Kinds {
			if k.Name == name {
				return before(name + " ")(db.ValueNames(ctx, k.Field, rest, mostOffered))
			}
		}
		return nil, nil
	}
}

// before puts a text before each of some.
func before(text string) func([]string, error) ([]string, error) {
	return func(list []string, err error) ([]string, error) {
		for i := range list {
			list[i] = text + list[i]
		}
		return list, err
	}
}

// completeName are the names that begin with a text, or, where none does, have it within, or in what they stand for: of a rule its title.
func completeName(text string, names []string, title func(string) string) []string {
	text = strings.ToLower(text)
	var begin, within []string
	for _, name := range names {
		switch {
		case strings.HasPrefix(strings.ToLower(name), text):
			begin = append(begin, name)
		case strings.Contains(strings.ToLower(name+" "+title(name)), text):
			within = append(within, name)
		}
	}
	if len(begin) > 0 {
		return begin
	}
	return within
}

// caseNames are the cases whose number or question has a text in it.
func caseNames(ctx context.Context, db *store.DB, text string) ([]string, error) {
	cases, err := db.Cases(ctx, store.CaseFilter{}, 0, mostCases)
	var names []string
	for i := range cases {
		if strings.Contains(strings.ToLower(cases[i].Name()+" "+cases[i].Title), strings.ToLower(text)) && len(names) < mostOffered {
			names = append(names, cases[i].Name())
		}
	}
	return names, err
}

// seekAlerts looks for the entities that a filter's last word begins to name.
func (a *App) seekAlerts() seeker {
	db := a.Store
	return seekWord(func(ctx context.Context, field, text string) ([]string, error) {
		if field == "user" || field == "entity" {
			return db.EntityNames(ctx, text, mostOffered)
		}
		return nil, nil
	})
}

// seekEvents looks for the values that a filter's last word begins to name.
func (a *App) seekEvents() seeker {
	db := a.Store
	return seekWord(func(ctx context.Context, field, text string) ([]string, error) {
		if _, known := store.SlotOf(field); !known || !store.Summed(field) {
			return nil, nil
		}
		return db.ValueNames(ctx, field, text, mostOffered)
	})
}

// seekWord looks for the value of a text's last word, field:value, with all of the text before it.
func seekWord(names func(ctx context.Context, field, text string) ([]string, error)) seeker {
	return func(ctx context.Context, text string) ([]string, error) {
		at := strings.LastIndexByte(text, ' ') + 1
		field, value, named := strings.Cut(text[at:], ":")
		if !named {
			return nil, nil
		}
		if whole, err := strconv.Unquote(value + `"`); err == nil {
			value = whole
		}
		list, err := names(ctx, strings.TrimLeft(field, "-~"), value)
		for i := range list {
			list[i] = quoteValue(list[i])
		}
		return before(text[:at]+field+":")(list, err)
	}
}
