package tui

import (
	"strings"
	"testing"

	"casebook/tui/safe"
)

func TestModelsStayApartInNarrowColumns(t *testing.T) {
	for _, tt := range []struct{ in, wide, narrow string }{
		{"anthropic.claude-3-sonnet-20240229-v1:0", "claude-3-sonnet-20240229-v1:0", "3-sonnet"},
		{"anthropic.claude-3-5-sonnet-20240620-v1:0", "claude-3-5-sonnet-20240620-v1:0", "3-5-sonnet"},
		{"anthropic.claude-3-haiku-20240307-v1:0:48k", "claude-3-haiku-20240307-v1:0:48k", "3-haik..:0:48k"},
		{"arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5-20251001-v1:0", "haiku-4-5"},
		{"global.anthropic.claude-opus-4-1", "claude-opus-4-1", "opus-4-1"},
		{"claude-v2:1", "claude-v2:1", "claude-v2:1"},
		{"meta.llama3-1-70b-instruct-v1:0", "llama3-1-70b-instruct-v1:0", "llama3..struct"},
		{"gpt-4o-mini-2024-07-18", "gpt-4o-mini-2024-07-18", "gpt-4o-mini"},
		{"gpt-4.1-2025-04-14", "gpt-4.1-2025-04-14", "gpt-4.1"},
		{"prod.chat", "prod.chat", "prod.chat"},
		{"-v1:0", "-v1:0", "-v1:0"},
		{"arn:aws:x/", "", ""},
	} {
		text := shortModel(tt.in)
		if got := clipModel(text, 40).String(); got != tt.wide {
			t.Errorf("%s with room: %q, want %q", tt.in, got, tt.wide)
		}
		if got := clipModel(text, 14).String(); got != tt.narrow {
			t.Errorf("%s in 14 cells: %q, want %q", tt.in, got, tt.narrow)
		}
	}
	if hidden := clipModel(shortModel("\x1b[2J-20240101-v1:0 and on\u200b-v1:0"), 14); hidden.Width() > 14 {
		t.Errorf("%q takes %d cells", hidden, hidden.Width())
	}
}

// TestModelsStayApartInResults: a value is cut as a model where its vendor says that it is one.
func TestModelsStayApartInResults(t *testing.T) {
	for in, want := range map[string]string{
		"anthropic.claude-3-opus-20240229-v1:0":        "claude-3-opus",
		"us.anthropic.claude-3-7-sonnet-20250219-v1:0": "3-7-sonnet",
		"anthropic.com": "anthropic.com",
		"arn:aws:sts::123456789012:assumed-role/lambda-x": "arn:aw..mbda-x",
	} {
		if got := clipValue(safe.Escape(in), 14).String(); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestValuesOfModelsAreCutAsModels(t *testing.T) {
	long := []string{"anthropic.claude-3-5-sonnet-20240620-v1:0", "anthropic.claude-3-sonnet-20240229-v1:0"}
	calls := scene(attacker)
	for i := range calls {
		calls[i].model = long[i%2]
	}
	a := sized(desk(t, calls), 80, 24)
	for _, keys := range [][]string{{"4", "o"}, {"3", "tab", "tab", "tab"}} {
		press(a, keys...)
		got := text(a)
		if !strings.Contains(got, " claude-3-5-sonnet") || !strings.Contains(got, " claude-3-sonnet") {
			t.Errorf("after %v:\n%s", keys, got)
		}
	}
}

// TestUsersOfARoleStayApart: of a role's name and who took it, the role is cut first, and the same users are told apart on any width.
func TestUsersOfARoleStayApart(t *testing.T) {
	names := []string{"AWSReservedSSO_DataScientist_28d3e018/dev.costa@example.com", "AWSReservedSSO_DataScientist_28d3e018/dev.silva@example.com", "AWSReservedSSO_DataScientist_28d3e018/ana@example.com"}
	for width := 10; width < 70; width++ {
		seen := map[string]bool{}
		for _, name := range names {
			got := clipEntity(safe.Escape(name), width)
			if got.Width() > width {
				t.Errorf("%s in %d is %s", name, width, got)
			}
			seen[got.String()] = true
		}
		if width >= 14 && len(seen) != len(names) {
			t.Errorf("in %d they look alike: %v", width, seen)
		}
	}
	for width, want := range map[int]string{26: "AW../dev.costa@example.com", 22: "dev.costa@example.com", 30: "AWSRes../dev.costa@example.com"} {
		if got := clipEntity(safe.Escape(names[0]), width).String(); got != want {
			t.Errorf("in %d it is %s, want %s", width, got, want)
		}
	}
}
