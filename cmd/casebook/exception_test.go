package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"casebook/cmd/casebook/scenario"
	"casebook/guides"
	"casebook/store"
)

// TestExceptionOfTheStore: an exception that was made in the workbench counts in every command, until it is taken back.
func TestExceptionOfTheStore(t *testing.T) {
	dir := t.TempDir()
	logs, path := filepath.Join(dir, "logs"), filepath.Join(dir, "casebook.db")
	if _, err := scenario.Write(context.Background(), scenario.Options{Dir: logs, Events: 4000, Days: 3, Seed: 1, Campaigns: 1}); err != nil {
		t.Fatal(err)
	}
	do(t, "--store", path, "load", logs)
	do(t, "--store", path, "detect")
	const rule = "bedrock-denied-models"
	if out := do(t, "--store", path, "alerts", "--rule", rule, "--json"); strings.Count(out, "\n") != 1 {
		t.Fatalf("alerts before:\n%s", out)
	}
	change := func(f func(context.Context, *store.DB) error) {
		t.Helper()
		db, err := store.Open(path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := f(context.Background(), db); err != nil {
			t.Fatal(err)
		}
	}
	change(func(ctx context.Context, db *store.DB) error {
		alerts, err := db.Alerts(ctx, store.AlertFilter{Rule: rule}, store.Cursor{}, 1)
		if err != nil {
			return err
		}
		text, err := guides.Exception{Name: "a pilot of ours", Entries: []guides.ExceptionEntry{{Field: alerts[0].EntityField, Operator: "match", Values: []string{alerts[0].Entity}}}}.File(rule)
		if err != nil {
			return err
		}
		_, err = db.AddException(ctx, alerts[0].Rule, alerts[0].ID, "a pilot of ours", text)
		return err
	})
	if out := do(t, "--store", path, "rules", "show", rule); !strings.Contains(out, "a pilot of ours: user.id match") {
		t.Errorf("the rule does not tell of its exception:\n%s", out)
	}
	do(t, "--store", path, "detect")
	if out := do(t, "--store", path, "alerts", "--rule", rule, "--json"); out != "" {
		t.Errorf("alerts with the exception:\n%s", out)
	}
	change(func(ctx context.Context, db *store.DB) error {
		_, err := db.Undo(ctx, 0)
		return err
	})
	do(t, "--store", path, "detect")
	if out := do(t, "--store", path, "alerts", "--rule", rule, "--json"); strings.Count(out, "\n") != 1 {
		t.Errorf("alerts after undoing:\n%s", out)
	}
	do(t, "--store", path, "verify")
}
