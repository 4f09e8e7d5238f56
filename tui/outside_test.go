package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// editor makes a program that edits the file it is given, and says what it saw of it.
func editor(t *testing.T, script string) (saw string) {
	t.Helper()
	dir := t.TempDir()
	saw = filepath.Join(dir, "saw")
	path := filepath.Join(dir, "edit")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nstat -c '%a' \"$1\" >"+saw+"\nstat -c '%a' \"$(dirname \"$1\")\" >>"+saw+"\necho \"$1\" >>"+saw+"\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state"))
	t.Setenv("VISUAL", path)
	return saw
}

func TestTextComesBackFromAnEditor(t *testing.T) {
	saw := editor(t, `printf 'one\ntwo\n\n' >"$1"`)
	o := &outing{words: program("vi", "VISUAL"), name: "../../C-0001.md", text: "before"}
	if err := o.Run(); err != nil || o.written != "one\ntwo\n\n" {
		t.Errorf("written %q, %v", o.written, err)
	}
	seen, err := os.ReadFile(saw)
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Split(strings.TrimSpace(string(seen)), "\n")
	if said[0] != "600" || said[1] != "700" || filepath.Base(said[2]) != "C-0001.md" {
		t.Errorf("the editor saw %q; want 600, 700 and a file C-0001.md", said)
	}
	if _, err := os.Stat(filepath.Dir(said[2])); !os.IsNotExist(err) {
		t.Errorf("the folder of the text is still there: %v", err)
	}
}

func TestEditorsThatGiveNothing(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"fails", `echo other >"$1"; exit 3`, "exit status 3"},
		{"removes", `rm "$1"`, "left no text"},
		{"swells", `head -c 1100000 /dev/zero >"$1"`, "at most"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			saw := editor(t, tt.script)
			o := &outing{words: program("vi", "VISUAL"), name: "a.txt", text: "before"}
			if err := o.Run(); err == nil || !strings.Contains(err.Error(), tt.want) || o.written != "" {
				t.Errorf("written %q, %v; want %s", o.written, err, tt.want)
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(saw), "state", "casebook", "text-*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	o := &outing{words: []string{"/no/such/editor"}, name: "a.txt"}
	if err := o.Run(); err == nil || !strings.Contains(err.Error(), "/no/such/editor") {
		t.Errorf("an editor that is not there: %v", err)
	}
}

// With CASEBOOK_SECURE=1 neither opens, and a sentence says why.
func TestSecureHasNoEditor(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	a.Secure = true
	press(a, "n", "'about", "ctrl+o")
	if got := text(a); !strings.Contains(got, "turned off here (CASEBOOK_SECURE=1)") || !strings.Contains(got, "about") {
		t.Errorf("no reason, or the text is gone:\n%s", got)
	}
	press(a, "esc", "6", "v")
	if got := text(a); !strings.Contains(got, "turned off here (CASEBOOK_SECURE=1)") {
		t.Errorf("a pager opens:\n%s", got)
	}
}

func TestQuestionsSayWhatIsAwaited(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "c", "x")
	if got := text(a); !strings.Contains(got, "a key is awaited: ") || !strings.Contains(got, "or esc to leave") {
		t.Errorf("a key that means nothing is swallowed:\n%s", got)
	}
	press(a, "esc")
	if a.choice != nil {
		t.Error("the question is still open")
	}
}

// The mistake of one language's text is not the other's.
func TestOtherLanguageWithoutTheMistake(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "5", "i", "ctrl+u", "'from nowhere-*", "ctrl+r")
	if got := text(a); !strings.Contains(got, "nowhere-*") || !strings.Contains(got, "^") {
		t.Fatalf("no mistake shown:\n%s", got)
	}
	press(a, "ctrl+t")
	if got := text(a); strings.Contains(got, "^") {
		t.Errorf("the old mistake is still there:\n%s", got)
	}
}

// TestStateOfOldStoresIsForgotten: the state folder keeps what was left last, and not a file for every store that was ever opened.
func TestStateOfOldStoresIsForgotten(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	a.StateDir = t.TempDir()
	long := time.Now().Add(-time.Hour)
	for i := range mostRemembered + 30 {
		path := filepath.Join(a.StateDir, fmt.Sprintf("store-%016x.json", i))
		if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, long, long.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	story := filepath.Join(a.StateDir, "C-0001.md")
	if err := os.WriteFile(story, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	settle(a, a.keepState())
	left, err := filepath.Glob(filepath.Join(a.StateDir, "store-*.json"))
	if err != nil || len(left) != mostRemembered {
		t.Errorf("%d states are kept (%v), want %d", len(left), err, mostRemembered)
	}
	own, err := a.statePath()
	if err != nil || !slices.Contains(left, own) || slices.Contains(left, filepath.Join(a.StateDir, fmt.Sprintf("store-%016x.json", 30))) {
		t.Errorf("kept are %v, of which %s is this store's (%v)", left, own, err)
	}
	if _, err := os.Stat(story); err != nil {
		t.Errorf("what is no state was removed: %v", err)
	}
}
