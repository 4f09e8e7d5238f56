package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"casebook/store"
)

// TestUndoOfATextAsks: a letter that was meant for a text takes no text away. What is not prose goes at once, and comes back.
func TestUndoOfATextAsks(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	c, err := a.Store.NewCase(a.ctx, "Who was it?")
	if err != nil {
		t.Fatal(err)
	}
	const story = "It began at night, and nobody saw who it was."
	press(a, "7", "enter", "w", "'"+story, "esc")
	is := func(want string) {
		t.Helper()
		got, err := a.Store.Case(a.ctx, c.ID)
		if err != nil || got.Story != want {
			t.Fatalf("the story is %q (%v), want %q:\n%s", got.Story, err, want, text(a))
		}
	}
	is(story)
	press(a, "'but our user runs under us")
	is(story)
	press(a, "esc", "u")
	if got := text(a); !strings.Contains(got, "undo the story of C-0001 (\"It began at night") {
		t.Fatalf("the question does not say what it takes away:\n%s", got)
	}
	press(a, "x")
	is(story)
	if a.choice != nil || a.prompt != nil {
		t.Fatalf("another key does more than leave it:\n%s", text(a))
	}
	press(a, "u", "u")
	is("")
	press(a, "ctrl+r")
	is(story)

	// In a guide u is an answer, and U undoes.
	press(a, "2", "a")
	if got := text(a); !strings.Contains(got, "acknowledged") {
		t.Fatal(got)
	}
	press(a, "u")
	if got := text(a); !strings.Contains(got, "undone: status of #1, now new") {
		t.Errorf("it is not said what was undone:\n%s", got)
	}
}

// TestUndoOfAnEarlierSittingAsks: what was done yesterday is not what u is meant for today.
func TestUndoOfAnEarlierSittingAsks(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "a")
	a.begun = time.Now().Add(time.Minute)
	press(a, "u")
	if got := text(a); !strings.Contains(got, "undo the status of #1, of ") {
		t.Fatalf("no question:\n%s", got)
	}
	press(a, "j", "u", "u")
	if got := text(a); !strings.Contains(got, "undone: status of #1, now new") {
		t.Errorf("not undone:\n%s", got)
	}
}

// TestUndoTurnsWhatAllShare: rules, kept filters and the veil go back and forth by the same keys, and the screens follow.
func TestUndoTurnsWhatAllShare(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	a.Shelf = shelfOf(a)
	for _, tt := range []struct {
		name         string
		do           []string
		undone, said string
		now          func() any
	}{
		{"a rule", []string{"6", " "}, "undone: switch of ", "done again: switch of ", func() any {
			switches, err := a.Store.RuleSwitches(a.ctx)
			for id := range switches {
				return switches[id].On
			}
			return err
		}},
		{"a kept filter", []string{"2", ":", "'save mine", "enter"}, "undone: kept filter of mine", "done again: kept filter of mine", func() any { return len(a.views) }},
		{"the veil", []string{":", "'veil on", "enter"}, "undone: veil of prompts and answers, now off", "done again: veil of prompts and answers, now on", func() any {
			on, _ := a.Store.Veil(a.ctx)
			return on
		}},
		{"a saved rule", []string{"5", "ctrl+u", "'from logs-aws_bedrock.invocation-* | limit 3", "ctrl+r", "S", "'Three", "enter", "2", "enter"}, "undone: rules of three.md", "done again: rules of three.md", func() any {
			files, _ := a.Store.RuleFiles(a.ctx)
			return len(files)
		}},
	} {
		was := tt.now()
		press(a, tt.do...)
		is := tt.now()
		if is == was {
			t.Fatalf("%s: nothing was changed:\n%s", tt.name, text(a))
		}
		press(a, "2", "u")
		if got := text(a); !strings.Contains(got, tt.undone) || tt.now() != was {
			t.Errorf("%s: no %q, or it is %v and not %v:\n%s", tt.name, tt.undone, tt.now(), was, got)
		}
		press(a, "ctrl+r")
		if got := text(a); !strings.Contains(got, tt.said) || tt.now() != is {
			t.Errorf("%s: no %q, or it is %v and not %v:\n%s", tt.name, tt.said, tt.now(), is, got)
		}
	}
}

// TestReadOnlyRefusesAtTheKey: where nothing can be kept no text is asked for, and the reason is said.
func TestReadOnlyRefusesAtTheKey(t *testing.T) {
	a := desk(t, scene(attacker))
	if _, err := a.Store.NewCase(a.ctx, "Who was it?"); err != nil {
		t.Fatal(err)
	}
	path := a.Store.Path()
	a.Store.Close()
	db, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	o := a.Options
	o.Store = db
	o.Detect = func(context.Context, string) (string, error) { t.Error("a rule ran"); return "", nil }
	b := sized(New(a.ctx, o), 80, 24)
	const why = "casebook.db cannot be written"
	for _, at := range []struct {
		open string
		keys []string
	}{
		{"alerts", []string{"a", "A", "c", "O", "n", "m", "x", "u", "ctrl+r"}},
		{"alert 1", []string{"a", "A", "c", "O", "n", "m", "p", "x", "u"}},
		{"guide 1", []string{"y", "n", "u", "x", "w", "-", "p", "N", "a", "U"}},
		{"event 1", []string{"p", "R"}},
		{"rules", []string{" ", "r", "u"}},
		{"case 1", []string{"w", "c", "T", "A", "O", "-", "e", "u"}},
		{"cases", []string{"m", "c", "T"}},
		{"query esql from logs-aws_bedrock.invocation-*", []string{"esc", "S"}},
	} {
		settle(b, b.command(at.open))
		for _, key := range at.keys {
			b.notice = notice{}
			press(b, key)
			if got := text(b); key != "esc" && (!strings.Contains(got, why) || b.prompt != nil || b.choice != nil) {
				t.Errorf("%s: %s is not refused:\n%s", at.open, key, got)
				press(b, "esc")
			}
		}
	}
	for _, words := range []string{"case new", "save mine", "forget mine", "veil on"} {
		settle(b, b.command("alerts"))
		settle(b, b.command(words))
		if got := text(b); !strings.Contains(got, why) || b.prompt != nil {
			t.Errorf(":%s is not refused:\n%s", words, got)
		}
	}
	press(b, "2", " ", "i", "r", "7", "enter", "v") // what writes nothing works
	if got := text(b); strings.Contains(got, why) {
		t.Errorf("refused without need:\n%s", got)
	}
}
