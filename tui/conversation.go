package tui

import (
	"strings"

	"casebook/engine/column"
	"casebook/store/event"
)

// conversation is a prompt or an answer as who said what, where it is a body as vendors write them; else its text.
// What stands escaped in JSON is decoded: that is what the model read, and where hidden characters show.
func conversation(body any) string {
	said := turns(body)
	var b strings.Builder
	for i, t := range said {
		if i > 0 {
			b.WriteString("\n\n")
		}
		if t.who != "" {
			b.WriteString("[" + t.who + "]\n")
		}
		b.WriteString(t.text)
	}
	if len(said) == 1 && said[0].who == "" {
		return said[0].text // words as they are
	}
	return strings.TrimRight(b.String(), "\n")
}

// turn is what one speaker says at a time; who is "" where nobody is named.
type turn struct{ who, text string }

// turns are what a body says, in its order.
func turns(body any) []turn {
	text, ok := body.(string)
	if ok {
		trimmed := strings.TrimSpace(text)
		if trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' {
			return []turn{{text: text}}
		}
		if body, ok = event.Tree([]byte(trimmed)); !ok {
			return []turn{{text: text}}
		}
	}
	said := speak(nil, "", body)
	if len(said) == 0 {
		return []turn{{text: text}}
	}
	return said
}

// spoken are the keys under which vendors keep what was said; others lead to them.
var spoken = map[string]bool{
	"text": true, "content": true, "prompt": true, "completion": true, "generation": true, "outputText": true, "inputText": true, "system": true, "arguments": true,
}

// speak adds what a value says.
func speak(said []turn, who string, value any) []turn {
	switch v := value.(type) {
	case []any:
		if text := streamed(v); text != "" {
			return append(said, turn{"assistant", text})
		}
		for _, one := range v {
			said = speak(said, who, one)
		}
	case *column.Object:
		if role, ok := v.Get("role"); ok {
			if name, ok := role.(string); ok {
				who = name
			}
		}
		for i, key := range v.Keys {
			switch inner := v.Values[i].(type) {
			case string:
				switch {
				case !spoken[key]:
				case who == "" && key == "system":
					said = append(said, turn{key, inner})
				default:
					said = append(said, turn{who, inner})
				}
			default:
				said = speak(said, who, inner)
			}
		}
	}
	return said
}

// streamed is an answer that was sent piece by piece, put together again.
func streamed(pieces []any) string {
	var b strings.Builder
	for _, one := range pieces {
		piece, ok := one.(*column.Object)
		if !ok {
			continue
		}
		if delta, ok := piece.Value("delta").(*column.Object); ok {
			text, _ := delta.Value("text").(string)
			b.WriteString(text)
		}
	}
	return b.String()
}
