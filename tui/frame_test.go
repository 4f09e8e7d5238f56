package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"casebook/tui/widget"
)

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "frame", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./tui -update writes it anew)\n got\n%s\nwant\n%s", name, got, want)
	}
}

// drawing is one way to look at a frame.
type drawing struct {
	name          string
	width, height int
	charset       widget.Charset
	look          func(a *App) string
}

// drawings are how every screen is kept: in both sizes as text in ASCII, with block elements, and byte for byte as NO_COLOR gets it.
var drawings = []drawing{
	{"80x24", 80, 24, widget.ASCII, legible},
	{"140x40", 140, 40, widget.ASCII, legible},
	{"80x24-blocks", 80, 24, widget.Blocks, legible},
	{"80x24-no-color", 80, 24, widget.ASCII, uncoloured},
}

// legible is a frame as a terminal without any sequences gets it.
func legible(a *App) string { return painted(a, Dumb) }

// uncoloured is a frame as NO_COLOR gets it, with its sequences legible.
func uncoloured(a *App) string { return strings.ReplaceAll(painted(a, Mono), "\x1b", `\e`) }

func painted(a *App, mode ColorMode) string {
	was := a.Color
	defer func() { a.Color = was }()
	a.Color = mode
	frame := trailing.ReplaceAllString(a.View(), "") + "\n"
	return scrubbed(a, took.ReplaceAllString(folder.ReplaceAllString(frame, "calls.json"), "0 ms  $1"))
}

// folder is that of a test, which is another one each time, and took how long a query took.
var folder, took = regexp.MustCompile(`\S*/calls\.json`), regexp.MustCompile(`\d+ ms *(\x1b\[m)? *`)

// trailing are the spaces at the ends of lines.
var trailing = regexp.MustCompile(`(?m) +$`)

// TestFrames keeps every screen in every drawing, and knows of every screen there is.
func TestFrames(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "/home/analyst/.local/state")
	shown, kept := map[string]bool{}, map[string]bool{}
	desks := map[string]*App{}
	for _, w := range walks {
		if desks[w.from] == nil {
			desks[w.from] = standing(t, w.from, scene(attacker))
		}
		ascii := ""
		for _, d := range drawings {
			fresh := New(desks[w.from].ctx, desks[w.from].Options)
			fresh.Charset = d.charset
			press(sized(fresh, d.width, d.height), w.keys...)
			shown[reflect.TypeOf(fresh.top()).Elem().Name()] = true
			got := d.look(fresh)
			switch d.name {
			case "80x24":
				ascii = got
			case "80x24-blocks":
				if got == ascii {
					continue // nothing on it is drawn in blocks
				}
			}
			kept[w.name+"-"+d.name+".txt"] = true
			t.Run(w.name+"-"+d.name, func(t *testing.T) {
				checkFrame(t, fresh)
				if n := strings.Count(got, "\n"); n != d.height {
					t.Errorf("%d lines, want %d", n, d.height)
				}
				golden(t, w.name+"-"+d.name, got)
				if d.name == "80x24-no-color" {
					barHasMark(t, got)
				}
			})
		}
	}
	for _, name := range screenTypes(t) {
		if !shown[name] {
			t.Errorf("no walk leads to a %s: put one into the table", name)
		}
	}
	files, err := os.ReadDir(filepath.Join("testdata", "frame"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !kept[f.Name()] {
			t.Errorf("testdata/frame/%s is of no walk", f.Name())
		}
	}
}

// bar is how a row under a cursor begins.
var bar = regexp.MustCompile(`(?m)^\\e\[7m(.)`)

// barHasMark: reverse video is not all that tells where a cursor is.
func barHasMark(t *testing.T, frame string) {
	t.Helper()
	for _, m := range bar.FindAllStringSubmatch(frame, -1) {
		if m[1] != ">" {
			t.Errorf("a row in reverse video begins with %q, want the cursor's mark:\n%s", m[1], frame)
		}
	}
}

// screenTypes are the types of this package that are screens: those that have a crumb of their own.
func screenTypes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if m, ok := d.(*ast.FuncDecl); ok && m.Recv != nil && m.Name.Name == "crumb" {
				if star, ok := m.Recv.List[0].Type.(*ast.StarExpr); ok {
					names = append(names, star.X.(*ast.Ident).Name)
				}
			}
		}
	}
	if len(names) < 15 {
		t.Fatalf("only %v are screens", names)
	}
	return names
}

// TestLongNoticeIsReadWhole: what went wrong is not cut at the screen's edge.
func TestLongNoticeIsReadWhole(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	a.warn("not closed: the story of C-0001 names E7, which is no evidence of the case: pin it, or take it out of the story and then close it")
	a.layout()
	checkFrame(t, a)
	got := strings.Join(strings.Fields(text(a)), " ")
	for _, want := range []string{"pin it, or take it out of the story and then close it", "? help"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q:\n%s", want, text(a))
		}
	}
}
