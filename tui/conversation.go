package tui

import (
	"strings"

	"casebook/engine/column"
	"casebook/store/event"
)

// conversation is a prompt or an answer as who said what, where it is a JSON body as vendors write them; else the text itself.
// What stands escaped in the JSON is decoded: that is what the model read, and where hidden characters show.
func conversation(text string) string {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' {
		return text
	}
	value, ok := event.Tree([]byte(trimmed))
	if !ok {
		return text
	}
	var b strings.Builder
	speak(&b, "", value)
	if b.Len() == 0 {
		return text
	}
	return strings.TrimRight(b.String(), "\n")
}

// spoken are the keys under which vendors keep what was said; others lead to them.
var spoken = map[string]bool{
	"text": true, "content": true, "prompt": true, "completion": true, "generation": true, "outputText": true, "inputText": true, "system": true, "arguments": true,
}

// speak writes what a value says, headed by its speaker.
func speak(b *strings.Builder, who string, value any) {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			speak(b, who, one)
		}
	case *column.Object:
		if role, ok := v.Get("role"); ok {
			if name, ok := role.(string); ok {
				who = name
			}
		}
		for _, key := range v.Keys {
			switch said := v.Values[key].(type) {
			case string:
				if spoken[key] {
					say(b, who, key, said)
				}
			default:
				speak(b, who, said)
			}
		}
	}
}

func say(b *strings.Builder, who, key, text string) {
	if who == "" && key == "system" {
		who = key
	}
	if who != "" {
		b.WriteString("[" + who + "]\n")
	}
	b.WriteString(text)
	b.WriteString("\n\n")
}
