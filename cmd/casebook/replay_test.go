package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"casebook/cmd/casebook/scenario"
)

// casebook runs the program and gives its exit code and what it wrote.
func casebook(args ...string) (code int, out, errs string) {
	if slices.Contains(args, "detect") && !slices.Contains(args, "--budget") {
		args = append(slices.Clip(args), "--budget", "0") // what is found depends on no machine
	}
	var o, e bytes.Buffer
	code = run(context.Background(), args, streams{in: strings.NewReader(""), out: &o, err: &e})
	return code, o.String(), e.String()
}

// TestReplayIsTheReference: over a generated month, loaded, replayed through the query languages and printed, every hit
// of every tick is the reference's, and none is missing.
func TestReplayIsTheReference(t *testing.T) {
	for _, o := range []scenario.Options{
		{Events: 20000, Days: 31, Seed: 11, Campaigns: 8},
		{Events: demoEvents, Days: demoDays, Seed: demoSeed},
	} {
		if testing.Short() && o.Events != demoEvents {
			continue // the large month is replayed without -short only
		}
		dir := t.TempDir()
		o.Dir = filepath.Join(dir, "logs")
		if _, err := scenario.Write(context.Background(), o); err != nil {
			t.Fatal(err)
		}
		db := filepath.Join(dir, "casebook.db")
		if code, _, errs := casebook("--store", db, "load", o.Dir); code != 0 {
			t.Fatalf("load: exit code %d\n%s", code, errs)
		}
		code, out, errs := casebook("--store", db, "detect", "--every-run", "--json")
		if code != 0 {
			t.Fatalf("detect: exit code %d\n%s", code, errs)
		}
		var got []string
		for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
			var h struct {
				Rule   string
				Tick   time.Time
				Row    map[string]any
				Events float64
			}
			if err := json.Unmarshal([]byte(line), &h); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			for _, counted := range []string{"count", "total_denials", "request_count", "Requests"} {
				if n, ok := h.Row[counted]; ok && n != h.Events {
					t.Errorf("%v events are behind a row that counts %v: %s", h.Events, n, line)
				}
			}
			got = append(got, refHit{h.Rule, h.Tick, h.Row}.key())
		}
		var want []string
		for _, h := range readReference(t, o.Dir).hits() {
			want = append(want, h.key())
		}
		slices.Sort(got)
		slices.Sort(want)
		compareHits(t, got, want)
	}
}

func compareHits(t *testing.T, got, want []string) {
	t.Helper()
	if len(want) < 50 {
		t.Errorf("the reference has %d hits: too few to compare", len(want))
	}
	wrong := 0
	for _, side := range []struct {
		name string
		a, b []string
	}{{"only the engine has", got, want}, {"only the reference has", want, got}} {
		for _, h := range side.a {
			if _, ok := slices.BinarySearch(side.b, h); !ok {
				if wrong++; wrong <= 20 {
					t.Errorf("%s %s", side.name, h)
				}
			}
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d hits, the reference has %d", len(got), len(want))
	}
}
