package engine_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestConformanceLines: a broken line of a suite is named by its place.
func TestConformanceLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.jsonl")
	if err := os.WriteFile(path, []byte("{\"id\": \"a\"}\n\n{\"id\": \n{\"id\": 5}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	lines := readLines(t, path)
	if len(lines) != 3 {
		t.Fatalf("got %d lines, want 3", len(lines))
	}
	for i, want := range []string{
		"",
		path + ":3: want a case as one JSON object on one line: unexpected end of JSON input",
		path + ":4: want a case as one JSON object on one line: json: cannot unmarshal number into Go struct field .ID of type string",
	} {
		var c struct{ ID string }
		got := ""
		if err := lines[i].read(&c); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("line %d\n got %s\nwant %s", i, got, want)
		}
	}
}
