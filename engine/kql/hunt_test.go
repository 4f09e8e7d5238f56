package kql

import (
	"context"
	"strings"
	"testing"

	"casebook/engine/syntax"
)

// A hunt's words for the range it is run over are the day before now, and nothing else than times.
func TestHuntRange(t *testing.T) {
	const assumed = "the time range of the hunt is the day before now(), as on a hunting page where none was chosen"
	for _, tt := range []struct{ query, refused string }{
		{"let from_ = todatetime('{{StartTimeISO}}'); let to_ = todatetime(\"{{EndTimeISO}}\"); Logs | where TimeGenerated between (from_ .. to_)", ""},
		{"Logs | where TimeGenerated > todatetime('{{StartTimeISO}}') - 14d", ""},
		{"Logs | where A == 'since {{StartTimeISO}}'", "1:19: the range of a hunt stands inside of a longer text"},
		{"Logs | where TimeGenerated > '{{EndTimeISO}} '", "1:30: the range of a hunt stands inside of a longer text"},
	} {
		_, remarks, err := Plan(context.Background(), syntax.NewFile("q", tt.query), azure, nil)
		if tt.refused == "" {
			if err != nil || len(remarks.Assumed) != 1 || remarks.Assumed[0] != assumed {
				t.Errorf("%s\ngot %v, %q", tt.query, err, remarks.Assumed)
			}
		} else if err == nil || !strings.Contains(syntax.Errors(err)[0].Brief(), tt.refused) {
			t.Errorf("%s\ngot %v, want %s", tt.query, err, tt.refused)
		}
	}
}
