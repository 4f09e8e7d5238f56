package store

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// TestTerms counts what terms choose among 100 events of users u0 to u4 in turn, two of them denied.
func TestTerms(t *testing.T) {
	db := fresh(t)
	text := lines(0, 98) + record(98, "u1", "AccessDeniedException") + "\n" + record(99, "new", "AccessDeniedException") + "\n"
	load(t, db, write(t, filepath.Join(t.TempDir(), "a.json"), text))
	all, err := db.Events(context.Background(), EventFilter{}, Place{}, 1000, false)
	if err != nil || len(all) != 100 {
		t.Fatalf("%d events, %v", len(all), err)
	}
	count := func(of func(*EventRow) bool) int {
		n := 0
		for i := range all {
			if of(&all[i]) {
				n++
			}
		}
		return n
	}
	for _, tt := range []struct {
		name  string
		terms []Term
		want  int
	}{
		{"a user", []Term{{Field: "user.id", Values: []string{testUser + "u1"}}}, count(func(e *EventRow) bool { return e.User == testUser+"u1" })},
		{"not a user", []Term{{Field: "user", Values: []string{testUser + "u1"}, Not: true}}, count(func(e *EventRow) bool { return e.User != testUser+"u1" })},
		{"two users", []Term{{Field: "user", Values: []string{testUser + "u1", testUser + "u2", "nobody"}}},
			count(func(e *EventRow) bool { return e.User == testUser+"u1" || e.User == testUser+"u2" })},
		{"nobody", []Term{{Field: "user", Values: []string{"nobody"}}}, 0},
		{"not nobody", []Term{{Field: "user", Values: []string{"nobody"}, Not: true}}, 100},
		{"like", []Term{{Field: "user", Op: Like, Values: []string{"*/U1"}}}, count(func(e *EventRow) bool { return strings.HasSuffix(e.User, "/u1") })},
		{"like in any field", []Term{{Op: Like, Values: []string{"*denied*"}}}, 2},
		{"has an error", []Term{{Field: "error", Op: Present}}, 2},
		{"has no error", []Term{{Field: "error", Op: Present, Not: true}}, 98},
		{"not an error, which most have not", []Term{{Field: "error", Values: []string{"AccessDeniedException"}, Not: true}}, 98},
		{"above", []Term{{Field: "gen_ai.usage.prompt_tokens", Op: Above, Number: 40}}, count(func(e *EventRow) bool { return e.PromptTokens.Int > 40 })},
		{"at most", []Term{{Field: "prompt_tokens", Op: AtMost, Number: 40}}, count(func(e *EventRow) bool { return e.PromptTokens.Set && e.PromptTokens.Int <= 40 })},
		{"numbers", []Term{{Field: "prompt_tokens", Values: []string{"7", "9"}}}, count(func(e *EventRow) bool { return e.PromptTokens.Int == 7 || e.PromptTokens.Int == 9 })},
		{"source", []Term{{Field: "source", Values: []string{all[0].Source}}}, 100},
		{"flagged", []Term{{Field: "flag", Op: Present}}, count(func(e *EventRow) bool { return e.Flags != 0 })},
		{"an id", []Term{{Field: "gen_ai.request.id", Values: []string{all[5].RequestID}}}, 1},
		{"both", []Term{{Field: "error", Op: Present}, {Field: "user", Op: Like, Values: []string{"*new"}}}, 1},
	} {
		f := EventFilter{Terms: tt.terms}
		rows, err := db.Events(context.Background(), f, Place{}, 1000, false)
		if err != nil || len(rows) != tt.want {
			t.Errorf("%s: %d events, want %d (%v)", tt.name, len(rows), tt.want, err)
		}
	}
	some := EventFilter{IDs: []int64{all[3].ID, all[7].ID, all[98].ID}, Terms: []Term{{Field: "error", Op: Present, Not: true}}}
	if rows, err := db.Events(context.Background(), some, Place{}, 1000, false); err != nil || len(rows) != 2 || rows[0].ID != all[3].ID {
		t.Errorf("of three events, one with an error: %d (%v)", len(rows), err)
	}
	for _, bad := range []Term{
		{Field: "no.such.field", Values: []string{"x"}}, {Field: "user", Op: Above, Number: 1}, {Field: "prompt_tokens", Values: []string{"many"}},
		{Field: "prompt_tokens", Op: Like, Values: []string{"1*"}}, {Field: "flag", Values: []string{"no such flag"}},
	} {
		if _, err := db.Events(context.Background(), EventFilter{Terms: []Term{bad}}, Place{}, 10, false); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestFits(t *testing.T) {
	for _, tt := range []struct {
		pattern, word string
		want          bool
	}{
		{"abc", "abc", true}, {"abc", "abcd", false}, {"a*", "abc", true}, {"*c", "abc", true}, {"*b*", "abc", true}, {"a*c", "abc", true}, {"a*a", "a", false},
		{"*", "", true}, {"a**c", "ac", true}, {"*bc*bc", "abcbc", true}, {"*bc*bc", "abc", false},
	} {
		if got := fits(tt.pattern, tt.word); got != tt.want {
			t.Errorf("%q fits %q: %v", tt.pattern, tt.word, got)
		}
	}
}
