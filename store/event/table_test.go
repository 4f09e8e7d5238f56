package event

import "testing"

func TestMatch(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"logs-aws_bedrock.invocation-*", "logs-aws_bedrock.invocation-*"},
		{"logs-aws_bedrock.invocation-default", "logs-aws_bedrock.invocation-*"},
		{"logs-aws_bedrock.invocation-production", "logs-aws_bedrock.invocation-*"},
		{"logs-aws_bedrock*", "logs-aws_bedrock.invocation-*"},
		{"*bedrock*", "logs-aws_bedrock.invocation-*"},
		{"remote:logs-aws_bedrock.invocation-*", "logs-aws_bedrock.invocation-*"},
		{"logs-azure_openai.logs-*", "logs-azure_openai.logs-*"},
		{"logs-aws.cloudtrail-*,logs-aws.cloudtrail-default", "logs-aws.cloudtrail-*"},
		{"OpenAIAuditLogs_CL", "OpenAIAuditLogs"},
		{"ASimAgentEventLogs", "ASimAgentEventLogs"},
		{"openaichatcompletions", ""},
		{"OpenAI*", ""},
		{"logs-*", ""}, // several
		{"logs-aws_bedrock.invocation", ""},
		{"", ""},
	} {
		got := ""
		if table, ok := Match(tt.name); ok {
			got = table.Name
		}
		if got != tt.want {
			t.Errorf("Match(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
	if n := len(MatchAll("logs-*")); n != 3 {
		t.Errorf("MatchAll(logs-*) found %d tables, want 3", n)
	}
}

func TestTables(t *testing.T) {
	for _, table := range Tables() {
		seen := map[string]bool{}
		for _, c := range table.Columns {
			if seen[c.Field.Name] {
				t.Errorf("%s has %s twice", table.Name, c.Field.Name)
			}
			seen[c.Field.Name] = true
		}
		if c, ok := table.Column(table.Time); !ok || c.Slot != Time {
			t.Errorf("%s has no time column %s", table.Name, table.Time)
		}
		for _, name := range table.Sources {
			source, ok := SourceOf(name)
			if !ok {
				t.Fatalf("%s names the source %s, which is none", table.Name, name)
			}
			for _, c := range table.Columns {
				if c.From != FromSmall {
					continue
				}
				at := source.place(c.Name)
				if at < 0 || source.Small[at].Type != c.Type {
					t.Errorf("%s.%s is not among the small fields of %s with its type", table.Name, c.Name, name)
				}
			}
		}
	}
}

func TestSlots(t *testing.T) {
	e := &Event{}
	for _, s := range Slots() {
		if s.String() == "" {
			t.Errorf("slot %d has no name", s)
		}
		if p := e.text(s); (p != nil) != s.IsText() {
			t.Errorf("slot %s: text %v, IsText %v", s, p != nil, s.IsText())
		}
	}
	if n := len(Flags(1<<len(flagNames) - 1).Names()); n != len(flagNames) {
		t.Errorf("%d flag names, want %d", n, len(flagNames))
	}
}
