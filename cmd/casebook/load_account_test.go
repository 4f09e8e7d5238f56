package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"casebook/store"
)

// TestLoadOnTerminal tells of a load in 80 columns: names give way, counts of nothing have no column, and no line is broken by the
// screen's edge.
func TestLoadOnTerminal(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, strings.Repeat("a-folder-with-a-long-name/", 4), "PT1H.json")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(strings.Repeat("no log\n", 12)), 0o644); err != nil {
		t.Fatal(err)
	}
	term := onTerminal(t, "--store", filepath.Join(dir, "t.db"), "load", dir, filepath.Join(dir, "nowhere"))
	var out strings.Builder
	for c := range term.chunks {
		out.Write(c)
	}
	_ = term.cmd.Wait()
	said := out.String()
	for _, line := range strings.Split(strings.ReplaceAll(said, "\r", ""), "\n") {
		if w := ansi.StringWidth(line); w > 80 {
			t.Errorf("%d columns: %s", w, line)
		}
	}
	for _, want := range []string{"BYTES  RECORDS  ACCEPTED  QUARANTINED  FILE", "and 11 more", "PT1H.json", "nowhere: no such file or", "in all, 2 files"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
	if n := strings.Count(said, "CB-L014"); n != 1 || term.cmd.ProcessState.ExitCode() != exitNothing {
		t.Errorf("%d lines for one reason, %v:\n%s", n, term.cmd.ProcessState, fmt.Sprintf("%q", said))
	}
}

// stopping gives log lines without end, the first of them broken, and stops the program once some megabytes were read and some of them written.
type stopping struct {
	stop  context.CancelFunc
	store string
	given int
	rest  string
}

func (s *stopping) Read(p []byte) (int, error) {
	if s.given > 8<<20 && s.stop != nil {
		for end := time.Now().Add(patience); !s.written() && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
		}
		s.stop()
		s.stop = nil
	}
	if s.rest == "" {
		s.rest = `{"schemaType":"ModelInvocationLog","timestamp":"2026-03-01T10:00:00Z","accountId":"1","requestId":"r","operation":"Converse","modelId":"m"}` + "\n"
		if s.given == 0 {
			s.rest = "{\"broken\"\n"
		}
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	s.given += n
	return n, nil
}

// written tells whether there are events in the store.
func (s *stopping) written() (some bool) {
	db, err := sql.Open("sqlite3", s.store)
	if err != nil {
		return false
	}
	defer db.Close()
	return db.QueryRow("select exists (select 1 from segment)").Scan(&some) == nil && some
}

// TestStoppedLoad stops a load by Ctrl-C: the account is given as far as it goes, and so is what went to quarantine.
func TestStoppedLoad(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var out, errs bytes.Buffer
	path := filepath.Join(t.TempDir(), "t.db")
	code := run(ctx, []string{"--store", path, "load", "--json", "-"}, streams{in: &stopping{stop: stop, store: path}, out: &out, err: &errs})
	if code != exitPartial || !strings.Contains(errs.String(), "casebook: stopped; ") || !strings.Contains(errs.String(), "CB-L012 -:1 ") {
		t.Errorf("exit code %d\n%s", code, errs.String())
	}
	var account store.Account
	if err := json.Unmarshal(out.Bytes(), &account); err != nil || !account.Interrupted || account.Total.Accepted == 0 || account.Total.Bytes < account.Total.Expanded {
		t.Errorf("%v: %s", err, out.String())
	}
}
