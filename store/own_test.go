package store

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// changeable is everything that analysts can change, in a text: as doors other than those that change it show it.
func changeable(t *testing.T, db *DB) string {
	t.Helper()
	ctx := context.Background()
	var b strings.Builder
	say := func(v any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%+v\n", v)
	}
	alerts, err := db.Alerts(ctx, AlertFilter{}, Cursor{}, 100)
	say(len(alerts), err)
	for _, a := range alerts {
		say(a.State, nil)
		answers, err := db.Answers(ctx, a.ID)
		for _, key := range slices.Sorted(maps.Keys(answers)) {
			say([]any{key, answers[key].Value, answers[key].Text}, err)
		}
		notes, err := db.Notes(ctx, a.ID)
		for _, n := range notes {
			say(n.Text, err)
		}
		pins, err := db.WaitingPins(ctx, a.ID)
		say(len(pins), err)
	}
	cases, err := db.Cases(ctx, CaseFilter{}, 0, 100)
	say(len(cases), err)
	for _, c := range cases {
		say([]any{picture(t, db, c.ID), c.Owner}, nil)
		in, err := db.CaseAlerts(ctx, c.ID)
		for _, a := range in {
			say(a.ID, err)
		}
	}
	switches, err := db.RuleSwitches(ctx)
	for _, id := range slices.Sorted(maps.Keys(switches)) {
		say([]any{id, switches[id].On}, err)
	}
	files, err := db.RuleFiles(ctx)
	for _, f := range files {
		say([]any{f.Path, string(f.Text), f.SHA256}, err)
	}
	views, err := db.Views(ctx)
	for _, v := range views {
		say([]any{v.Name, v.Screen, v.Filter, v.Order, v.Ascending}, err)
	}
	say(db.Veil(ctx))
	return b.String()
}

// deedsOf are all the changes an analyst can make, in an order in which each can be made.
func deedsOf(db *DB, c Case, alerts []Alert, rows Pin) []struct {
	name string
	do   func() error
} {
	ctx := context.Background()
	first := alerts[0].ID
	alert := func(set func(*State)) error {
		a, err := db.Alert(ctx, first)
		if err == nil {
			set(&a.State)
			_, err = db.SetState(ctx, first, a.State, a.Version)
		}
		return err
	}
	file := func(set func(Case) (Case, error)) error {
		now, err := db.Case(ctx, c.ID)
		if err == nil {
			_, err = set(now)
		}
		return err
	}
	answer := func(value, text string) error {
		now, err := db.Answers(ctx, first)
		if err == nil {
			_, err = db.SetAnswer(ctx, first, Answer{Step: "who", Value: value, Text: text, Version: now["who"].Version})
		}
		return err
	}
	var pin Pin
	path := ""
	return []struct {
		name string
		do   func() error
	}{
		{"acknowledge", func() error { return alert(func(s *State) { s.Status = Acknowledged }) }},
		{"assign", func() error { return alert(func(s *State) { s.Owner = "bob" }) }},
		{"close", func() error {
			return alert(func(s *State) { s.Status, s.Class, s.Reason = Closed, TruePositive, "it was" })
		}},
		{"open again", func() error { return alert(func(s *State) { s.Status, s.Class, s.Reason = New, "", "" }) }},
		{"answer", func() error { return answer("yes", "it was ann") }},
		{"answer otherwise", func() error { return answer("no", "") }},
		{"note", func() error { _, err := db.Note(ctx, first, "look again"); return err }},
		{"pin rows", func() error { _, err := db.PinRows(ctx, rows); return err }},
		{"exception", func() error {
			_, err := db.AddException(ctx, "denied", first, "ann may", []byte("a = 1\n"))
			return err
		}},
		{"exception of a rule alone", func() (err error) {
			path, err = db.AddException(ctx, "denied", 0, "bob may", []byte("b = 1\n"))
			return err
		}},
		{"take it away", func() error { return db.RemoveException(ctx, path) }},
		{"open a case", func() error { _, err := db.NewCase(ctx, "And bob?", alerts[1].ID); return err }},
		{"put an alert in", func() error { _, err := db.AddAlerts(ctx, c.ID, alerts[1].ID); return err }},
		{"take an alert out", func() error { return db.RemoveAlert(ctx, c.ID, alerts[1].ID) }},
		{"pin", func() (err error) { pin, err = db.Pin(ctx, c.ID, Pin{Kind: PinEvent, Event: 1}); return err }},
		{"note at a pin", func() error { return db.NotePin(ctx, pin.ID, "the first") }},
		{"unpin", func() error { return db.Unpin(ctx, pin.ID) }},
		{"story", func() error {
			return file(func(c Case) (Case, error) { return db.SetStory(ctx, c.ID, "It began at night.", c.StoryVersion) })
		}},
		{"retitle", func() error {
			return file(func(c Case) (Case, error) { return db.Retitle(ctx, c.ID, "Who was it?", c.Version) })
		}},
		{"hand over", func() error {
			return file(func(c Case) (Case, error) { return db.AssignCase(ctx, c.ID, "bob", c.Version) })
		}},
		{"verdict", func() error {
			return file(func(c Case) (Case, error) { return db.SetVerdict(ctx, c.ID, TruePositive, "it was", c.Version) })
		}},
		{"open the case again", func() error { return file(func(c Case) (Case, error) { return db.Reopen(ctx, c.ID, c.Version) }) }},
		{"switch a rule off", func() error { return db.SwitchRule(ctx, "denied", false) }},
		{"switch it on", func() error { return db.SwitchRule(ctx, "denied", true) }},
		{"add rules", func() error { _, err := db.AddRuleFile(ctx, "ours.md", []byte("one")); return err }},
		{"replace them", func() error { _, err := db.AddRuleFile(ctx, "ours.md", []byte("two")); return err }},
		{"remove them", func() error {
			files, err := db.RuleFiles(ctx)
			for _, f := range files {
				if f.Path == "ours.md" {
					return db.RemoveRuleFile(ctx, f.ID)
				}
			}
			return err
		}},
		{"keep a filter", func() error { return db.SaveView(ctx, View{Name: "triage", Screen: "alerts", Filter: "sev:low"}) }},
		{"keep another under its name", func() error {
			return db.SaveView(ctx, View{Name: "triage", Screen: "alerts", Filter: "sev:high", Order: ByTime})
		}},
		{"forget it", func() error { return db.DropView(ctx, "triage") }},
		{"veil", func() error { return db.SetVeil(ctx, true) }},
		{"unveil", func() error { return db.SetVeil(ctx, false) }},
	}
}

// TestEveryDeedIsUndone does all that an analyst can, one after the other; after each, undoing gives what was, and doing again what is.
// In the end all of it is undone, and done again.
func TestEveryDeedIsUndone(t *testing.T) {
	db, c, alerts := caseOfTwo(t)
	ctx := context.Background()
	turn := func(name string, f func(context.Context, int64) (Change, error), want string) {
		t.Helper()
		change, err := f(ctx, 0)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if change.Subject() == "" {
			t.Errorf("%s: the change is about nothing: %+v", name, change)
		}
		if got := changeable(t, db); got != want {
			t.Fatalf("%s: the store holds\n%s\nwant\n%s", name, got, want)
		}
	}
	states := []string{changeable(t, db)}
	deeds := deedsOf(db, c, alerts, rowsOf(t, alerts[1].ID, "who", "bob"))
	for _, d := range deeds {
		if err := d.do(); err != nil {
			t.Fatalf("%s: %v", d.name, err)
		}
		is := changeable(t, db)
		was := states[len(states)-1]
		if is == was {
			t.Fatalf("%s changes nothing that is seen here", d.name)
		}
		turn("undo "+d.name, db.Undo, was)
		turn("redo "+d.name, db.Redo, is)
		states = append(states, is)
	}
	for i := len(deeds) - 1; i >= 0; i-- {
		turn("undo "+deeds[i].name, db.Undo, states[i])
	}
	for i := range deeds {
		turn("redo "+deeds[i].name, db.Redo, states[i+1])
	}
	if v, err := db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v (%v)", v.Steps, err)
	}
}

// doors are the functions that begin to write. Those of analysts' changes are undone, which TestEveryDeedIsUndone sees to; the others say
// why not.
var doors = map[string]string{
	"SetState": "", "SetAnswer": "", "Note": "", "PinRows": "", "NewCase": "", "setMembers": "", "Pin": "", "changePin": "", "changeOfCase": "",
	"AddException": "", "RemoveException": "", "AddRuleFile": "", "RemoveRuleFile": "", "SwitchRule": "", "SaveView": "", "DropView": "", "SetVeil": "",
	"turn": "undoing is undone by redoing", "Reveal": "what was seen was seen", "Visit": "that somebody was here is no change",
	"Record": "what a rule found stays; another run finds it anew", "AddLookup": byCommand, "RemoveLookup": byCommand, "keepMapping": byCommand,
	"keepKnown": evidenceStays, "flush": evidenceStays, "begin": evidenceStays, "end": evidenceStays, "lately": evidenceStays, "merge": evidenceStays, "takeOver": evidenceStays, "settleTwins": evidenceStays, "replay": evidenceStays,
}

const (
	evidenceStays = "evidence is added, and never taken away"
	byCommand     = "a command does it, which has an opposite; no screen does"
)

// TestEveryDoorIsAccountedFor reads the source: whoever adds a way to write decides whether it can be taken back.
func TestEveryDoorIsAccountedFor(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) != 3 {
					return true
				}
				if s, ok := call.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "write" {
					found[f.Name.Name] = true
				}
				return true
			})
		}
	}
	for name := range found {
		if _, known := doors[name]; !known {
			t.Errorf("%s writes: is it undone, or why not?", name)
		}
	}
	for name := range doors {
		if !found[name] {
			t.Errorf("%s does not write", name)
		}
	}
}

// TestWhatAColleagueTurnedStays: what all share is not taken back over someone else's change of it.
func TestWhatAColleagueTurnedStays(t *testing.T) {
	db, ctx := fresh(t), context.Background()
	me := db.actor.Name
	for _, d := range []struct {
		name         string
		mine, theirs func() error
	}{
		{"a switch", func() error { return db.SwitchRule(ctx, "denied", false) }, func() error { return db.SwitchRule(ctx, "denied", true) }},
		{"a file", func() error { _, err := db.AddRuleFile(ctx, "ours.md", []byte("one")); return err }, func() error { _, err := db.AddRuleFile(ctx, "ours.md", []byte("two")); return err }},
		{"a view", func() error { return db.SaveView(ctx, View{Name: "a", Screen: "alerts"}) }, func() error { return db.DropView(ctx, "a") }},
		{"the veil", func() error { return db.SetVeil(ctx, true) }, func() error { return db.SetVeil(ctx, false) }},
	} {
		if err := d.mine(); err != nil {
			t.Fatal(err)
		}
		db.actor.Name = "colleague"
		err := d.theirs()
		db.actor.Name = me
		if err != nil {
			t.Fatal(err)
		}
		is := changeable(t, db)
		if _, err := db.Undo(ctx, 0); !errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), "meanwhile") {
			t.Errorf("%s: undone over a colleague's change: %v", d.name, err)
		}
		if got := changeable(t, db); got != is {
			t.Errorf("%s: the store holds\n%s\nwant\n%s", d.name, got, is)
		}
		if err := d.mine(); err != nil && !strings.Contains(d.name, "file") { // so that the next one's undo is not in its way
			t.Fatal(err)
		}
	}
}
