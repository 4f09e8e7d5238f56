package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/cmd/casebook/scenario"
	"casebook/store"
)

// TestAlertsComeBack: alerts that an exception takes away are the same ones when it is taken back, with their numbers and verdicts,
// whether anybody worked on them or not.
func TestAlertsComeBack(t *testing.T) {
	dir := t.TempDir()
	logs, path := filepath.Join(dir, "logs"), filepath.Join(dir, "casebook.db")
	if _, err := scenario.Write(context.Background(), scenario.Options{Dir: logs, Events: 8000, Days: 5, Seed: 4, Campaigns: 3}); err != nil {
		t.Fatal(err)
	}
	do(t, "--store", path, "load", logs)
	do(t, "--store", path, "detect")
	closed := closeOne(t, path)
	alerts := func(t *testing.T) []store.Alert {
		t.Helper()
		db, err := store.Open(path, store.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		list, err := db.Alerts(context.Background(), store.AlertFilter{Order: store.ByTime}, store.Cursor{}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	before := alerts(t)
	for _, tt := range []struct {
		rule, field, value string
		none               bool // all of the rule's alerts go
	}{
		{"bedrock-denied-models", "user.id", "*", true},
		{"bedrock-resource-exhaustion", "user.id", "*", true},
		{"bedrock-denied-models", "user.id", strings.TrimPrefix(closed.Entity, "arn:"), false},
		{"bedrock-denied-models", "gen_ai.request.model.id", "*a*", true},
	} {
		file := filepath.Join(dir, "except.toml")
		text := fmt.Sprintf("[metadata]\nrule_ids = [%q]\n[[exceptions]]\n[[exceptions.items]]\nname = \"all\"\n[[exceptions.items.entries]]\nfield = %q\ntype = \"wildcard\"\noperator = \"included\"\nvalue = %q\n",
			tt.rule, tt.field, "*"+tt.value)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		do(t, "--store", path, "rules", "add", file)
		do(t, "--store", path, "detect")
		left := 0
		for _, a := range alerts(t) {
			if a.Rule == tt.rule {
				left++
			}
		}
		if tt.none != (left == 0) || left >= len(before) {
			t.Errorf("%+v leaves %d alerts of its rule", tt, left)
		}
		do(t, "--store", path, "rules", "rm", file)
		do(t, "--store", path, "detect")
		if diff := cmp.Diff(before, alerts(t)); diff != "" {
			t.Fatalf("after %+v (-want +got):\n%s", tt, diff)
		}
	}
	do(t, "--store", path, "verify")
}
