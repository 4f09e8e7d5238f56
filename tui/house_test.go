package tui

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"casebook/guides"
	"casebook/store"
	"casebook/tui/glass"
)

// source is the room's own files, without its tests.
func source(t *testing.T) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestOnlyAppIsAModel: nothing but App has bubbletea's methods.
func TestOnlyAppIsAModel(t *testing.T) {
	for name, file := range source(t) {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "Update" && f.Name.Name != "Init" && f.Name.Name != "View" {
				continue
			}
			of := ""
			if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); ok {
				of = fmt.Sprint(star.X)
			}
			if of != "App" {
				t.Errorf("%s: %s of %s is a method of a tea.Model, which only App is", name, f.Name.Name, of)
			}
		}
	}
}

// workers are the functions that may begin work of their own accord: commands do, what runs before the first frame, and what runs after
// the last. Everything else works in a context that it was given, which Update never is.
var workers = []string{"ask", "act", "save", "Run", "RunPlain", "New", "resume"}

// outsiders are calls that wait for something outside, by package.
var outsiders = map[string][]string{
	"os":   {"ReadFile", "WriteFile", "OpenFile", "Open", "Create", "ReadDir", "Rename", "Remove", "Stat", "MkdirAll"},
	"exec": {"Command", "CommandContext"},
	"time": {"Sleep"},
}

// waiting are the functions that may wait so: commands, the programs that the terminal is handed to, and the state at both ends.
var waiting = []string{"keepState", "resume", "stateDir", "writeNew", "Run", "keepCopy", "forgetOld"}

// TestNoWorkInUpdate: the store is asked and files are touched by commands only. A question takes a context, and Update has none to give.
func TestNoWorkInUpdate(t *testing.T) {
	for name, file := range source(t) {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				for _, arg := range call.Args {
					if fresh := ownContext(arg); fresh != "" && !slices.Contains(workers, f.Name.Name) {
						t.Errorf("%s: %s works in %s: ask for it with a command", name, f.Name.Name, fresh)
					}
				}
				if s, ok := call.Fun.(*ast.SelectorExpr); ok {
					if pkg, ok := s.X.(*ast.Ident); ok && slices.Contains(outsiders[pkg.Name], s.Sel.Name) && !slices.Contains(waiting, f.Name.Name) {
						t.Errorf("%s: %s calls %s.%s: let a command do it", name, f.Name.Name, pkg.Name, s.Sel.Name)
					}
				}
				return true
			})
		}
	}
}

// ownContext is a context that was not given: the workbench's, or a new one.
func ownContext(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		if of, ok := e.X.(*ast.Ident); ok && of.Name == "a" && e.Sel.Name == "ctx" {
			return "a.ctx"
		}
	case *ast.CallExpr:
		s, ok := e.Fun.(*ast.SelectorExpr)
		if !ok || s.Sel.Name != "Background" && s.Sel.Name != "TODO" {
			return ""
		}
		if pkg, ok := s.X.(*ast.Ident); ok && pkg.Name == "context" {
			return "context." + s.Sel.Name
		}
	}
	return ""
}

// TestViewChangesNothing looks at each screen twice: the workbench is afterwards what it was before, in all it holds, and so is the frame.
func TestViewChangesNothing(t *testing.T) {
	eachWalk(t, scene(attacker), func(w way, fresh *App) {
		press(sized(fresh, 80, 24), w.keys...)
		before := holds(fresh)
		frame := fresh.View()
		if after := holds(fresh); after != before {
			t.Errorf("%s: drawing changed\n%s", w.name, firstOther(before, after))
		}
		if again := fresh.View(); again != frame {
			t.Errorf("%s: the second look is another", w.name)
		}
	})
}

func firstOther(before, after string) string {
	x, y := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("%s\ninto\n%s", x[i], y[i])
		}
	}
	return fmt.Sprintf("%d values into %d", len(x), len(y))
}

// notHeld are what a workbench is over, and not what it is.
var notHeld = []reflect.Type{reflect.TypeFor[store.DB](), reflect.TypeFor[glass.Glass](), reflect.TypeFor[guides.Detection](), reflect.TypeFor[Options]()}

// holds is all that a workbench holds, a value a line with the way to it.
func holds(a *App) string {
	var b strings.Builder
	seen := map[uintptr]bool{}
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Func, reflect.Chan, reflect.UnsafePointer, reflect.Invalid:
		case reflect.Pointer:
			if v.IsNil() || seen[v.Pointer()] || slices.Contains(notHeld, v.Type().Elem()) {
				return
			}
			seen[v.Pointer()] = true
			walk(path, v.Elem())
		case reflect.Interface:
			if !v.IsNil() && !strings.HasPrefix(v.Elem().Type().String(), "*context.") {
				walk(path+"("+v.Elem().Type().String()+")", v.Elem())
			}
		case reflect.Struct:
			if slices.Contains(notHeld, v.Type()) || v.Type().PkgPath() == "sync" {
				return
			}
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Slice, reflect.Array:
			fmt.Fprintf(&b, "%s has %d\n", path, v.Len())
			for i := range v.Len() {
				walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
			}
		case reflect.Map:
			entries := map[string]reflect.Value{}
			for at := v.MapRange(); at.Next(); {
				entries[fmt.Sprint(at.Key())] = at.Value()
			}
			for _, k := range slices.Sorted(maps.Keys(entries)) {
				walk(path+"["+k+"]", entries[k])
			}
		default:
			fmt.Fprintf(&b, "%s = %v\n", path, v)
		}
	}
	walk("app", reflect.ValueOf(a))
	return b.String()
}
