package tui

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"casebook/store"
)

// TestEmptyStoreSaysWhatToDo: where nothing is loaded every screen says that and what to do, and none makes a time up.
func TestEmptyStoreSaysWhatToDo(t *testing.T) {
	db, err := store.Open(filepath.Join(t.TempDir(), "casebook.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	newest, _, err := db.NewestEvent(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	a := sized(New(context.Background(), Options{Store: db, AsOf: newest, Analyst: db.Actor().Name}), 80, 24)
	for _, root := range []string{"1", "2", "4"} {
		press(a, root)
		got := strings.Join(strings.Fields(text(a)), " ")
		if !strings.Contains(got, "nothing is loaded yet: casebook load PATH loads logs, and casebook detect runs the rules over them") {
			t.Errorf("screen %s does not say what to do:\n%s", root, text(a))
		}
		if strings.Contains(got, "1969") || strings.Contains(got, " ... ") {
			t.Errorf("screen %s makes a time up, or waits for nothing:\n%s", root, text(a))
		}
		checkFrame(t, a)
	}
	press(a, "5")
	if got := text(a); !strings.Contains(got, "nothing loaded") || strings.Contains(got, "12-31") {
		t.Errorf("the console:\n%s", got)
	}
}

// TestCopyIsToldInALine: where a copy is is said on the line of keys, with the home folder as shells write it.
func TestCopyIsToldInALine(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_STATE_HOME", "")
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "y")
	if got := text(a); !strings.Contains(got, " by OSC 52 (unconfirmed) and in ~/.local/state/casebook/yank.txt\n") || a.noticeIsLong() {
		t.Errorf("copied:\n%s", got)
	}
	if fromHome(home+"er/x") != home+"er/x" {
		t.Error("a folder beside the home is taken for it")
	}
}
