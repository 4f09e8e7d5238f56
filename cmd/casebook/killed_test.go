package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/cmd/casebook/scenario"
)

// A detection run that ends too soon leaves what was committed before, whatever ended it: the process is killed, or its work cancelled,
// once so many rules are recorded.

// asProgram has the test's own process run as the program.
const asProgram = "CASEBOOK_TEST_PROGRAM"

// rowsIn is how many rows a table has.
func rowsIn(t *testing.T, path, table string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("select count(*) from " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// loadedStore is a store of some days, and what an undisturbed detection run leaves in it.
func loadedStore(t *testing.T) (path string, want []string) {
	t.Helper()
	dir := t.TempDir()
	path, logs := filepath.Join(dir, "loaded.db"), filepath.Join(dir, "logs")
	if _, err := scenario.Write(context.Background(), scenario.Options{Dir: logs, Events: 4000, Days: 3, Seed: 3, Campaigns: 1}); err != nil {
		t.Fatal(err)
	}
	do(t, "--store", path, "load", logs)
	whole := copied(t, path)
	do(t, "--store", whole, "detect")
	if want = left(t, whole); len(want) < 50 {
		t.Fatalf("%d lines: too few to compare", len(want))
	}
	return path, want
}

// copied is another store with the same events.
func copied(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "casebook.db")
	if err := os.WriteFile(other, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return other
}

// left is everything, and every scheduled run besides.
func left(t *testing.T, path string) []string {
	t.Helper()
	all := everything(t, path)
	for _, rule := range []string{"bedrock-denied-models", "azure-openai-denial-of-service", "openai-red-team-pacing"} {
		all = append(all, strings.Split(do(t, "--store", path, "rules", "runs", rule, "--ticks", "--json", "--limit", "10000"), "\n")...)
	}
	slices.Sort(all)
	return all
}

// resumed goes on with what a detection run left when it ended too soon, and wants what an undisturbed one leaves.
func resumed(t *testing.T, how, path string, want []string) {
	t.Helper()
	found := rowsIn(t, path, "rule_run")
	do(t, "--store", path, "verify")
	do(t, "--store", path, "detect")
	if diff := cmp.Diff(want, left(t, path)); diff != "" {
		t.Errorf("%s, with %d rules recorded, and then to its end (-want +got):\n%s", how, found, diff)
	}
	do(t, "--store", path, "verify")
}

// TestKilledDetect kills detection runs, and cancels them, when so many rules are recorded: the store is sound, and the next run goes on to
// the same alerts, hits and runs.
func TestKilledDetect(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	path, want := loadedStore(t)
	until := func(other string, rules int) {
		for end := time.Now().Add(patience); rowsIn(t, other, "rule_run") < rules && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
	}
	for rules := range 5 {
		other := copied(t, path)
		c := exec.Command(os.Args[0], "--store", other, "detect")
		c.Env = append(os.Environ(), asProgram+"=1")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		until(other, rules)
		_ = c.Process.Kill() // one that has finished cannot be killed, which is as good
		_ = c.Wait()
		resumed(t, fmt.Sprintf("killed when %d rules were recorded", rules), other, want)

		other = copied(t, path)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan int)
		go func() {
			ended <- run(ctx, []string{"--store", other, "detect"}, streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard})
		}()
		until(other, rules)
		cancel()
		<-ended
		resumed(t, fmt.Sprintf("cancelled when %d rules were recorded", rules), other, want)
	}
}

// TestTwoDetects: two detection runs at once leave what one leaves.
func TestTwoDetects(t *testing.T) {
	path, want := loadedStore(t)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if code, out, errs := casebook("--store", path, "detect"); code != 0 {
				t.Errorf("exit code %d\n%s\n%s", code, out, errs)
			}
		})
	}
	both.Wait()
	if diff := cmp.Diff(want, left(t, path)); diff != "" {
		t.Errorf("after two at once (-want +got):\n%s", diff)
	}
	do(t, "--store", path, "verify")
}
