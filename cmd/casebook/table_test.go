package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"casebook/tui/safe"
)

// printed is what a command prints to a terminal of 80 columns, or to a pipe.
func printed(t *testing.T, terminal bool, args ...string) (out, err string) {
	t.Helper()
	var o, e bytes.Buffer
	if code := run(context.Background(), args, streams{in: strings.NewReader(""), out: &o, err: &e, terminal: terminal}); code != exitFine && code != exitPartial {
		t.Fatalf("%v ended with %d: %s", args, code, e.String())
	}
	return o.String(), e.String()
}

// TestListingsFitTheirTerminal: at 80 columns no line of a list is longer, and everything that a pipe gets is there.
func TestListingsFitTheirTerminal(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "case.db")
	printed(t, false, "demo", "--write", filepath.Join(dir, "logs"))
	printed(t, false, "--store", db, "load", filepath.Join(dir, "logs"))
	named := filepath.Join(dir, "named.yaml")
	text := "id: 00000000-0000-4000-8000-000000000001\nname: Calls of nobody\nseverity: Low\nqueryFrequency: 1h\nqueryPeriod: 1h\nquery: OpenAIChatCompletions | where ModelName == 'none'\n"
	if err := os.WriteFile(named, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		want []string
	}{
		{[]string{"rules"}, []string{"bedrock-denied-models", "one user keeps asking for models it is denied", "language esql"}},
		{[]string{"detect"}, []string{"last 2026-03-02", "this time"}},
		{[]string{"rules", "runs"}, []string{"bedrock-resource-exhaustion", "until 2026-03-0", "carrying"}},
		{[]string{"alerts"}, []string{"svc-eval-harness@example.com", "first 2026-03-04"}},
		{[]string{"verify"}, []string{"1 load", "5 rules"}},
		{[]string{"query", "--lang", "esql", "from logs-aws_bedrock.invocation-* | limit 5"}, []string{"@timestamp user.id gen_ai.request.model.id", "5 rows"}},
		{[]string{"query", "--lang", "kql", "OpenAIChatCompletions | extend Mine = 1 | take 5"}, []string{"timegenerated mine", "5 rows"}},
		{[]string{"detect", "--rules", named}, []string{"00000000 clean", "0 0 calls of nobody"}},
	} {
		out, remark := printed(t, true, append([]string{"--store", db}, tt.args...)...)
		for _, line := range strings.Split(out+remark, "\n") {
			if w := safe.Escape(line).Width(); w > 80 {
				t.Errorf("%v: %d columns: %s", tt.args, w, line)
			}
		}
		for _, want := range tt.want {
			if !strings.Contains(strings.Join(strings.Fields(strings.ToLower(out)), " "), want) {
				t.Errorf("%v: no %q in\n%s", tt.args, want, out)
			}
		}
		if tt.args[0] == "query" && (!strings.Contains(remark, "columns (") || !strings.Contains(remark, "--all-columns all")) {
			t.Errorf("%v: nobody is told of the other columns: %s", tt.args, remark)
		}
		piped, _ := printed(t, false, append([]string{"--store", db}, tt.args...)...)
		if tt.args[0] == "query" {
			head, _, _ := strings.Cut(piped, "\n")
			if n := len(strings.Fields(head)); n < 60 {
				t.Errorf("%v: a pipe gets %d columns", tt.args, n)
			}
		}
	}
	// Columns that someone asked for are all there.
	out, remark := printed(t, true, "--store", db, "query", "--lang", "esql", "from logs-aws_bedrock.invocation-* | keep user.id, @timestamp, gen_ai.request.model.id, cloud.region | limit 2")
	if remark != "" || !strings.Contains(out, "cloud.region") {
		t.Errorf("of four columns that were asked for:\n%s%s", out, remark)
	}
}

// TestUnknownNamesWhatBeginsSo: who types the beginning of a name is told the name.
func TestUnknownNamesWhatBeginsSo(t *testing.T) {
	err := unknown("--rule", "rule", "bedrock-den", []string{"azure-flood", "bedrock-denied-models"})
	if !strings.Contains(err.Error(), `did you mean "bedrock-denied-models"?`) {
		t.Error(err)
	}
}
