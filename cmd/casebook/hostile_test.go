package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/cmd/casebook/scenario"
)

// hostileQueries would each take the machine: rows that multiply, groups without end, expressions that take forever, texts that
// grow, and more hits than anyone can read.
var hostileQueries = map[string]string{
	"expand":  "from logs-aws_bedrock.invocation-*\n| eval a = split(repeat(\"a,\", 5000), \",\"), b = a, c = a\n| mv_expand a | mv_expand b | mv_expand c\n| stats n = count(*) by user.id",
	"regex":   "from logs-aws_bedrock.invocation-*\n| where gen_ai.prompt rlike \".*(.*a){1,300}x{300}\"\n| stats n = count(*) by user.id",
	"strings": "from logs-aws_bedrock.invocation-*\n| eval a = repeat(gen_ai.prompt, 2000)\n| eval b = concat(a, a, a, a)\n| stats v = values(b) by user.id",
	"nested":  "from logs-aws_bedrock.invocation-*\n| where " + strings.Repeat("(", 5000) + "true" + strings.Repeat(")", 5000),
	"flood":   "from logs-*\n| keep @timestamp, user.id",
}

// TestHostileRulesStayAlone: whatever becomes of them, the others give byte for byte what they give alone.
func TestHostileRulesStayAlone(t *testing.T) {
	dir := t.TempDir()
	logs, rules := filepath.Join(dir, "logs"), filepath.Join(dir, "rules")
	if _, err := scenario.Write(context.Background(), scenario.Options{Dir: logs, Events: 4000, Days: 3, Seed: 5}); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(rules, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, query := range hostileQueries {
		text := "[rule]\nrule_id = \"hostile-" + name + "\"\nname = \"Hostile\"\ntype = \"esql\"\nlanguage = \"esql\"\nseverity = \"low\"\nrisk_score = 1\ninterval = \"10m\"\nfrom = \"now-24h\"\nquery = '''\n" + query + "\n'''\n"
		if err := os.WriteFile(filepath.Join(rules, name+".toml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	alone, beside := filepath.Join(dir, "alone.db"), filepath.Join(dir, "beside.db")
	for _, db := range []string{alone, beside} {
		do(t, "--store", db, "load", logs)
	}
	do(t, "--store", alone, "detect")
	code, out, errs := casebook("--store", beside, "rules", "add", rules)
	if code != exitPartial || !strings.Contains(errs, "nested.toml:") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	for name := range hostileQueries {
		code, out, _ := casebook("--store", beside, "detect", "--rule", "hostile-"+name, "--budget", "300ms")
		if ended := strings.Contains(out, " partial ") || strings.Contains(out, " refused ") || strings.Contains(out, " clean ") || strings.Contains(out, " hit "); !ended || code != 0 && code != exitPartial {
			t.Errorf("hostile-%s ended with code %d:\n%s", name, code, out)
		}
	}
	args := []string{"detect", "--every-run", "--json"}
	for _, rule := range []string{"azure-openai-denial-of-service", "azure-openai-insecure-output", "bedrock-denied-models", "bedrock-resource-exhaustion", "openai-red-team-pacing"} {
		args = append(args, "--rule", rule)
	}
	want := do(t, append([]string{"--store", alone}, args...)...)
	if diff := cmp.Diff(want, do(t, append([]string{"--store", beside}, args...)...)); diff != "" || strings.Count(want, "\n") < 20 {
		t.Errorf("%d lines; (-alone +beside):\n%s", strings.Count(want, "\n"), diff)
	}
}
