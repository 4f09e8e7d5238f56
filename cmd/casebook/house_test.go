package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows are the rooms of the house and what each may import of the others. A room that is not listed may not exist,
// an arrow that is not listed may not be drawn: change the table first, then the code. "…" stands for whatever lies below.
var arrows = map[string][]string{
	"engine/syntax":   {},
	"engine/column":   {},
	"engine/literal":  {},
	"engine/regex":    {},
	"engine/function": {"engine/literal", "engine/regex", "engine/column"},
	"engine/plan":     {"engine/function", "engine/column", "engine/syntax"},
	"engine/esql":     {"engine/plan", "engine/function", "engine/regex", "engine/column", "engine/syntax"},
	"engine/kql":      {"engine/plan", "engine/function", "engine/column", "engine/syntax"},
	"engine/exec":     {"engine/plan", "engine/function", "engine/literal", "engine/column", "engine/syntax"},
	"engine/replay":   {"engine/exec", "engine/plan", "engine/function", "engine/column", "engine/syntax"},
	"engine":          {"engine/…"},

	// The only room with C in it (cgo), besides the driver of the database: small loops over hostile bytes, each with a twin in Go.
	"store/native": {},
	"store/event":  {"engine/column", "engine/literal", "store/native"},
	"store":        {"store/…", "engine", "engine/column", "engine/literal", "engine/exec", "engine/plan"},
	"guides":       {"engine", "engine/plan", "engine/column", "engine/syntax"}, // plan: what a query raises alerts on

	"tui": {"tui/…", "guides", "store", "store/event", "engine", "engine/column", "engine/plan", "engine/syntax"}, // plan: the threshold that decided

	"cmd/casebook/scenario": {"engine/column"},
	"cmd/casebook":          {"cmd/casebook/scenario", "tui", "tui/report", "tui/safe", "tui/veil", "guides", "store", "store/event", "engine", "engine/…"},
}

// Rooms below these take their parent's arrows: screens and widgets are one house of their own.
var sameAsParent = []string{"tui", "store"}

// testArrows are what a room's tests may import beyond that.
var testArrows = map[string][]string{
	"engine/exec":  {"engine/esql", "engine/kql"}, // whose plans it is to run
	"guides":       {"engine/exec"},               // events in memory, to run the library on
	"cmd/casebook": {"testdata/hostile"},
	"store":        {"testdata/hostile"},
	"store/event":  {"testdata/hostile"},
}

// outside says which rooms may import a module from outside; what is not here is open to all.
var outside = map[string][]string{
	"github.com/charmbracelet/":   {"tui", "cmd"},
	"github.com/mattn/go-sqlite3": {"store"},
	"database/sql":                {"store"},
	"C":                           {"store/native"},
	"net":                         {},
	"net/http":                    {},
}

const module = "casebook/"

func TestArrows(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "testdata" || strings.HasPrefix(name, ".") && name != ".." && name != ".") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		room := filepath.ToSlash(filepath.Dir(rel))
		for _, spec := range file.Imports {
			target, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if why := forbidden(room, target, strings.HasSuffix(name, "_test.go")); why != "" {
				t.Errorf("%s imports %s: %s", filepath.ToSlash(rel), target, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// forbidden says why a room may not import a package, or "" when it may. Tests may import the standard library and
// modules freely, and of the house what their room may and what testArrows adds.
func forbidden(room, target string, test bool) string {
	if !strings.HasPrefix(target, module) {
		for prefix, rooms := range outside {
			if (target == prefix || strings.HasSuffix(prefix, "/") && strings.HasPrefix(target, prefix)) && !test &&
				!slices.ContainsFunc(rooms, func(r string) bool { return within(room, r) }) {
				return "only " + strings.Join(rooms, ", ") + " may"
			}
		}
		return ""
	}
	target = strings.TrimPrefix(target, module)
	if target == room {
		return "" // a test from outside
	}
	allowed, ok := arrows[room]
	for parent := filepath.ToSlash(filepath.Dir(room)); !ok && parent != "."; parent = filepath.ToSlash(filepath.Dir(parent)) {
		if slices.ContainsFunc(sameAsParent, func(p string) bool { return within(parent, p) }) {
			allowed, ok = arrows[parent]
		}
	}
	if !ok {
		return "the table of arrows does not know " + room
	}
	if test {
		allowed = slices.Concat(allowed, testArrows[room])
	}
	for _, a := range allowed {
		if a == target || strings.HasSuffix(a, "/…") && within(target, strings.TrimSuffix(a, "/…")) {
			return ""
		}
	}
	return "that arrow is not in the table"
}

func within(room, parent string) bool { return room == parent || strings.HasPrefix(room, parent+"/") }

// TestTopLevel holds the fixed rooms of the house.
func TestTopLevel(t *testing.T) {
	fixed := []string{"cmd", "tui", "engine", "store", "guides", "testdata"}
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(fixed, e.Name()) {
			t.Errorf("%s stands at the top level, which is fixed: %s", e.Name(), strings.Join(fixed, " "))
		}
	}
}

// TestMainIsSmall keeps the program in run, where tests reach it.
func TestMainIsSmall(t *testing.T) {
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(source), "func main() {")
	if n := strings.Count(body, "\n"); n > 10 {
		t.Errorf("main has %d lines, wanted ten at most", n)
	}
}
