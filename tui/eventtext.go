package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine/column"
	"casebook/store"
	"casebook/store/event"
	"casebook/tui/safe"
	"casebook/tui/veil"
	"casebook/tui/widget"
)

// promptFields and responseFields are what views call the texts that went to a model and came back.
var (
	promptFields   = []string{"gen_ai.prompt", "Prompt", "azure.open_ai.prompt", "gen_ai.request.prompt"}
	responseFields = []string{"gen_ai.completion", "Response", "azure.open_ai.completion", "gen_ai.response.completion", "EventOriginalResultDetails"}
)

// rawField is what views call the record as it came.
const rawField = "event.original"

// eventTexts are an event's fields and what was said in it.
type eventTexts struct {
	fields []store.Field
	said   [2]eventText // the prompt, the response
	odd    []oddText    // fields that hide something
	veiled bool
}

// eventText is a prompt or an answer as a conversation; masked is the same without its secrets.
type eventText struct {
	name         string // of the field that it is in
	text, masked string
	hidden       safe.Observations
}

// oddText is what a field's text hides.
type oddText struct {
	name   string
	hidden safe.Observations
}

// readTexts takes an event's fields apart. They may be megabytes long, so this is done once and in the background.
func readTexts(got *store.Decoded, veiled bool) eventTexts {
	t := eventTexts{fields: got.Fields, veiled: veiled}
	for i, names := range [][]string{promptFields, responseFields} {
		text := conversation([]any{got.Asked, got.Answered}[i])
		name, whole := textOf(got.Fields, names)
		if text == "" {
			text = conversation(whole)
		}
		if name == "" {
			name = names[0] // the record holds what is too long for a view's field
		}
		t.said[i] = eventText{name, text, veil.Mask(text), safe.Observe(text)}
	}
	for _, f := range got.Fields {
		if text, ok := f.Value.(string); ok {
			if hidden := safe.Observe(text); hidden.Any() {
				t.odd = append(t.odd, oddText{f.Name, hidden})
			}
		}
	}
	return t
}

// textOf is the first of some fields that has a value, as text with its own line ends.
func textOf(fields []store.Field, names []string) (name, text string) {
	for _, name := range names {
		for _, f := range fields {
			if f.Name != name {
				continue
			}
			switch v := f.Value.(type) {
			case string:
				return name, v
			case []any:
				parts := make([]string, len(v))
				for i, one := range v {
					parts[i] = textValue(one)
				}
				return name, strings.Join(parts, "\n")
			default:
				return name, textValue(v)
			}
		}
	}
	return "", ""
}

func textValue(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return dynamicText(v)
}

// veils tells whether a field of the event is behind the veil.
func (s *eventScreen) veils(f store.Field) bool { return !s.bare[f.Name] && s.texts.covers(f) }

// covers tells whether a field is one that the store's people want veiled.
func (t *eventTexts) covers(f store.Field) bool {
	return t.veiled && event.Said(column.Field{Name: f.Name, Type: f.Type})
}

// shownValue is a field's value as it is shown.
func (s *eventScreen) shownValue(f store.Field) any {
	if s.bare[f.Name] {
		return f.Value
	}
	shown, _ := veil.Value(f.Value, s.veils(f))
	return shown
}

// inSight is shownValue for a list: what does not fit a screen is cut before it is looked at.
func (s *eventScreen) inSight(f store.Field) any {
	if text, ok := f.Value.(string); ok && len(text) > longestCell && !s.veils(f) {
		f.Value = text[:longestCell]
	}
	return s.shownValue(f)
}

// unveil puts the texts on the screen as they may be shown now.
func (s *eventScreen) unveil() {
	for i := range s.texts.said {
		said := &s.texts.said[i]
		text := said.masked
		switch {
		case s.bare[said.name]:
			text = said.text
		case s.texts.veiled:
			text = veil.Hidden(said.text)
		}
		if s.prose[i].Text != text {
			s.prose[i] = widget.Prose{Text: text, Numbered: true}
		}
	}
	raw := string(s.raw.Bytes)
	switch {
	case s.bare[rawField]:
	case s.texts.veiled:
		raw = veil.Hidden(raw)
	default:
		raw = s.masked
	}
	if s.tree == nil || s.treed != raw {
		s.tree, s.treed = widget.NewTree(raw), raw
	}
}

// revealHere shows what the cursor is on as it is.
func (s *eventScreen) revealHere(a *App) tea.Cmd {
	name, at := "", s.lists[s.part].Cursor
	switch fields := s.shownFields(); {
	case s.part == partPrompt || s.part == partResponse:
		name = s.texts.said[s.part-partPrompt].name
	case s.part == partRaw:
		name = rawField
	case s.part == partFields && at < len(fields):
		name = fields[at].Name
	}
	if name == "" || s.bare[name] {
		a.say("it is shown as it is")
		return nil
	}
	return a.reveal(store.Revealed{Object: "event", Number: s.id, What: name}, func() {
		s.bare[name] = true
		s.unveil()
	})
}

// coverRemark says what is not shown as it is on the part that is shown.
func (s *eventScreen) coverRemark(a *App) []widget.Line {
	what := ""
	switch {
	case s.part == partNear:
	case s.part == partPrompt || s.part == partResponse:
		said := &s.texts.said[s.part-partPrompt]
		what = coverWord(s.texts.veiled, s.bare[said.name], said.text, said.masked)
	case s.part == partRaw:
		what = coverWord(s.texts.veiled, s.bare[rawField], string(s.raw.Bytes), s.masked)
	case s.texts.veiled:
		what = "prompts and answers are veiled"
	}
	if what == "" {
		return nil
	}
	return []widget.Line{widget.Say(widget.Faint, safe.Escape(what+"; "+a.Keys.hint(reveal, onEvent)+" shows as it is, with a reason for the journal"))}
}

func coverWord(veiled, bare bool, text, masked string) string {
	switch {
	case bare || text == "":
		return ""
	case veiled:
		return "veiled"
	case text != masked:
		return "secrets are masked"
	}
	return ""
}
