package kql

import (
	"context"
	"strings"
	"testing"

	"casebook/engine/syntax"
)

// What is asked of the time at which a row came in is asked of its event's time, wherever each row is one event.
func TestIngestionTime(t *testing.T) {
	const assumed = "ingestion_time() is taken as TimeGenerated: when a row was ingested is not kept"
	for _, tt := range []struct{ query, refused string }{
		{"Logs | where ingestion_time() > ago(1d)", ""},
		{"Logs | where N > 1 | extend B = A | where ingestion_time() > ago(1d) and N > 2", ""},
		{"Logs | project A, TimeGenerated | sort by A asc | extend lag = ingestion_time() - TimeGenerated", ""},
		{"Logs | summarize newest = max(ingestion_time()) by A", ""},
		{"union Logs, Shared | where ingestion_time() > ago(1h)", ""},
		{"let x = Logs | where N > 1; x | where ingestion_time() > ago(1h)", ""},
		{"Logs | extend TimeGenerated = now() | where ingestion_time() > ago(1d)", "1:45: the function 'ingestion_time' is not supported here"},
		{"Logs | summarize count() by TimeGenerated | where ingestion_time() > ago(1d)", "1:51: the function 'ingestion_time' is not supported here"},
		{"print ingestion_time()", "1:7: the function 'ingestion_time' is not supported here"},
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
