package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
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
