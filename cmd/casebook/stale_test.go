package main

import (
	"context"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/cmd/casebook/scenario"
	"casebook/store"
)

var alertNumber = regexp.MustCompile(`^\{"id":\d+`)

// everything is all that a store says of its alerts and hits, in no order that means anything.
func everything(t *testing.T, db string) []string {
	t.Helper()
	var all []string
	for _, args := range [][]string{{"alerts", "--json"}, {"detect", "--every-run", "--json"}} {
		code, out, errs := casebook(append([]string{"--store", db}, args...)...)
		if code != 0 {
			t.Fatalf("%s: exit code %d\n%s", args[0], code, errs)
		}
		for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
			all = append(all, alertNumber.ReplaceAllString(line, "{"))
		}
	}
	slices.Sort(all)
	return all
}

func do(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := casebook(args...)
	if code != 0 {
		t.Fatalf("%s: exit code %d\n%s\n%s", strings.Join(args, " "), code, out, errs)
	}
	return out
}

// TestHalvesAreTheWhole: logs that come in two loads, with a detection run after each, give what they give at once, whether the
// second part is later, earlier or in between; and a verdict stays with its alert.
func TestHalvesAreTheWhole(t *testing.T) {
	dir := t.TempDir()
	logs := filepath.Join(dir, "logs")
	if _, err := scenario.Write(context.Background(), scenario.Options{Dir: logs, Events: 12000, Days: 10, Seed: 5, Campaigns: 4}); err != nil {
		t.Fatal(err)
	}
	whole := filepath.Join(dir, "whole.db")
	do(t, "--store", whole, "load", logs)
	do(t, "--store", whole, "detect")
	want := everything(t, whole)
	if len(want) < 100 {
		t.Fatalf("%d lines: too few to compare", len(want))
	}
	files := filesByDay(t, logs)
	for _, tt := range []struct {
		name  string
		first func(i int) bool
		few   bool // the second run is over few ticks only
	}{
		{"later", func(i int) bool { return i < len(files)*9/10 }, true},
		{"earlier", func(i int) bool { return i >= len(files)/10 }, true},
		{"in between", func(i int) bool { return i%2 == 0 }, false},
	} {
		if testing.Short() && tt.name != "later" {
			continue // the others are loaded without -short only
		}
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "halves.db")
			var parts [2][]string
			for i, f := range files {
				part := 0
				if !tt.first(i) {
					part = 1
				}
				parts[part] = append(parts[part], f)
			}
			do(t, append([]string{"--store", path, "load"}, parts[0]...)...)
			do(t, "--store", path, "detect")
			closed := closeOne(t, path)
			if out := do(t, "--store", path, "detect"); !strings.Contains(out, "; 5 unchanged") {
				t.Errorf("nothing was new:\n%s", out)
			}
			do(t, append([]string{"--store", path, "load"}, parts[1]...)...)
			out := do(t, "--store", path, "detect")
			if !strings.Contains(out, "; 5 stale and run again") {
				t.Errorf("every table has new events:\n%s", out)
			}
			if runs, again := ranAgain(t, out, "bedrock-denied-models"); tt.few && 4*again > runs || again == 0 {
				t.Errorf("%d of %d runs again:\n%s", again, runs, out)
			}
			got := everything(t, path)
			for i, line := range got {
				if strings.Contains(line, `"status":"closed"`) {
					got[i] = strings.Replace(strings.Replace(line, `"status":"closed"`, `"status":"new"`, 1), `"class":"undetermined"`, `"class":""`, 1)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			db, err := store.Open(path, store.Options{ReadOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if a, err := db.Alert(context.Background(), closed.ID); err != nil || a.Status != store.Closed || a.Rule != closed.Rule || a.Entity != closed.Entity || a.Stale {
				t.Errorf("the verdict's alert is %+v, %v; it was %+v", a, err, closed)
			}
		})
	}
}

// ranAgain reads from the table of a detection run how many runs a rule has, and how many of them ran this time.
func ranAgain(t *testing.T, out, rule string) (runs, again int) {
	t.Helper()
	p := regexp.MustCompile(`(?m)^` + rule + ` +\w+ +([\d,]+) .* ([\d,]+) runs again`).FindStringSubmatch(out)
	if p == nil {
		t.Fatalf("%s did not run in part:\n%s", rule, out)
	}
	number := func(s string) int {
		n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return number(p[1]), number(p[2])
}

// closeOne closes some alert.
func closeOne(t *testing.T, path string) store.Alert {
	t.Helper()
	db, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	list, err := db.Alerts(context.Background(), store.AlertFilter{}, store.Cursor{}, 1)
	if err != nil || len(list) == 0 {
		t.Fatalf("no alert to close: %v", err)
	}
	a, err := db.SetState(context.Background(), list[0].ID, store.State{Status: store.Closed, Class: store.Undetermined}, list[0].Version)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var dayInPath = regexp.MustCompile(`\d{4}[/-]\d{2}[/-]\d{2}|y=\d{4}/m=\d{2}/d=\d{2}`)

// filesByDay are the files below a folder, those of an earlier day first.
func filesByDay(t *testing.T, dir string) []string {
	t.Helper()
	type dated struct{ day, path string }
	var files []dated
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			day := strings.NewReplacer("y=", "", "m=", "", "d=", "", "/", "-").Replace(dayInPath.FindString(path))
			files = append(files, dated{day, path})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(files, func(a, b dated) int { return strings.Compare(a.day+a.path, b.day+b.path) })
	list := make([]string, len(files))
	for i, f := range files {
		list[i] = f.path
	}
	return list
}

// TestOnlyTouchedRulesRunAgain: events of one vendor leave the rules of the others alone, and a rule whose time ran out keeps
// what it had found.
func TestOnlyTouchedRulesRunAgain(t *testing.T) {
	dir := t.TempDir()
	for name, seed := range map[string]int64{"logs": 5, "more": 6} {
		if _, err := scenario.Write(context.Background(), scenario.Options{Dir: filepath.Join(dir, name), Events: 3000, Days: 3, Seed: uint64(seed)}); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "casebook.db")
	do(t, "--store", path, "load", filepath.Join(dir, "logs"))
	do(t, "--store", path, "detect")
	before := everything(t, path)

	code, out, _ := casebook("--store", path, "detect", "--again", "--budget", "1ns")
	if code != exitPartial || strings.Count(out, " partial ") != 5 || !strings.Contains(out, "over budget: it had 1ns") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if said := strings.Join(strings.Fields(out), " "); strings.Count(said, "the next detect comes no further") != 5 || strings.Contains(said, "goes on from there") {
		t.Errorf("a budget that is too small for anything promises to go on:\n%s", out)
	}
	if alerts := strings.Count(do(t, "--store", path, "alerts", "--json"), "\n"); alerts != 5 {
		t.Errorf("a run without time left %d alerts of 5", alerts)
	}
	if out := do(t, "--store", path, "detect"); !strings.Contains(out, "; 5 stale and run again") || strings.Contains(out, "partial") {
		t.Errorf("what did not come to its end is stale:\n%s", out)
	}
	if diff := cmp.Diff(before, everything(t, path)); diff != "" {
		t.Error(diff)
	}

	for _, f := range filesByDay(t, filepath.Join(dir, "more")) {
		if strings.Contains(f, "AWSLogs") {
			do(t, "--store", path, "load", f)
			break
		}
	}
	out = do(t, "--store", path, "detect")
	if !strings.Contains(out, "; 2 stale and run again; 3 unchanged") {
		t.Errorf("only Bedrock has new events:\n%s", out)
	}
	if out := do(t, "--store", path, "rules", "runs", "bedrock-denied-models"); strings.Count(out, "\n") < 5 || !strings.Contains(out, "partial") {
		t.Errorf("every run is kept:\n%s", out)
	}
}
