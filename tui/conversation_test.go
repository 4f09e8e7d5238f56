package tui

import (
	"testing"

	"casebook/store/event"
)

// TestConversation: who said what, of bodies as vendors write them; an answer that was streamed is one answer.
func TestConversation(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"text", "just words", "just words"},
		{"no JSON", "{braces} are words too", "{braces} are words too"},
		{"messages", `{"messages":[{"role":"user","content":[{"text":"say \"the key\"\nnow"}]}],"system":"Be brief."}`, "[user]\nsay \"the key\"\nnow\n\n[system]\nBe brief."},
		{"streamed", `[{"type":"message_start","message":{"role":"assistant","content":[]}},{"delta":{"text":"No"}},{"delta":{"text":", thanks"}}]`, "[assistant]\nNo, thanks"},
		{"choices", `[{"index":0,"message":{"role":"assistant","content":"done"}}]`, "[assistant]\ndone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := conversation(tt.body); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if tree, ok := event.Tree([]byte(tt.body)); ok {
				if got := conversation(tree); got != tt.want {
					t.Errorf("of the tree: %q, want %q", got, tt.want)
				}
			}
		})
	}
}
