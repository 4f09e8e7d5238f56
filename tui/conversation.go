package tui

import (
	"strings"

	"casebook/engine/column"
	"casebook/store/event"
)

// conversation is a prompt or an answer as who said what, where it is a body as vendors write them; else its text.
// What stands escaped in JSON is decoded: that is what the model read, and where hidden characters show.
func conversation(body any) string {
	text, ok := body.(string)
	if ok {
		trimmed := strings.TrimSpace(text)
		if trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' {
			return text
		}
		if body, ok = event.Tree([]byte(trimmed)); !ok {
			return text
		}
	}
	var b strings.Builder
	speak(&b, "", body)
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
		if text := streamed(v); text != "" {
			say(b, "assistant", "text", text)
			return
		}
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

// streamed is an answer that was sent piece by piece, put together again.
func streamed(pieces []any) string {
	var b strings.Builder
	for _, one := range pieces {
		piece, ok := one.(*column.Object)
		if !ok {
			continue
		}
		if delta, ok := piece.Values["delta"].(*column.Object); ok {
			text, _ := delta.Values["text"].(string)
			b.WriteString(text)
		}
	}
	return b.String()
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
