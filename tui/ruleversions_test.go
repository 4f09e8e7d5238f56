package tui

import (
	"context"
	"strings"
	"testing"

	"casebook/guides"
)

// withShelf is a workbench whose shelf is the library and what was added to the store, as a command's is.
func withShelf(t testing.TB, a *App) {
	t.Helper()
	a.Shelf = func(ctx context.Context) ([]Rule, error) {
		library, err := guides.Library()
		if err != nil {
			return nil, err
		}
		kept, err := a.Store.RuleFiles(ctx)
		if err != nil {
			return nil, err
		}
		var files []guides.File
		from := map[string]bool{}
		for _, f := range kept {
			files = append(files, guides.File{Path: f.Path, Data: f.Text})
			from[f.Path] = true
		}
		read := guides.ReadFiles(files, library...)
		if len(read.Refused) > 0 {
			return nil, read.Refused[0].Err
		}
		var rules []Rule
		for _, d := range append(library, read.Detections...) {
			r := Rule{Detection: d, On: true, State: "ready"}
			if from[d.Source] {
				r.File = d.Source
			}
			if r.Query, err = d.Rule.Parse(context.Background(), a.Store); err != nil {
				return nil, err
			}
			rules = append(rules, r)
		}
		return rules, nil
	}
}

// ruleDesk is a workbench with such a shelf.
func ruleDesk(t *testing.T) *App {
	t.Helper()
	a := desk(t, scene(attacker))
	withShelf(t, a)
	return sized(a, 100, 30)
}

// addRules puts a rule of ours on the shelf, three versions of it, and an exception to it.
func addRules(t testing.TB, a *App) {
	t.Helper()
	withShelf(t, a)
	ctx := context.Background()
	second := strings.Replace(ours, "> 100", "> 9000", 1)
	for _, text := range []string{ours, second, strings.Replace(second, "Why.", "Why, and since when.", 1)} {
		if _, err := a.Store.AddRuleFile(ctx, "ours.md", []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	e := guides.Exception{Name: "someone: a pilot", Expires: day.AddDate(0, 3, 0), Entries: []guides.ExceptionEntry{
		{Field: "user.id", Operator: "wildcard", Values: []string{"*/u1"}}, {Field: "gen_ai.request.model.id", Operator: "match", Values: []string{"anthropic.claude-3-opus"}, Excluded: true}}}
	text, err := e.File("ours")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Store.AddException(ctx, "ours", 0, e.Name, text); err != nil {
		t.Fatal(err)
	}
}

const ours = "---\nid: ours\ntitle: A rule of ours\nseverity: low\nevery: 1h\nlookback: 1h\nentity: user.id\n---\nWhy.\n\n```esql\nfrom logs-aws_bedrock.invocation-*\n| where gen_ai.usage.prompt_tokens > 100\n| keep user.id\n```\n"

// TestVersionsOfARule: a rule that was added again shows each text it had and what that changed of the one before.
func TestVersionsOfARule(t *testing.T) {
	a := ruleDesk(t)
	addRules(t, a)
	settle(a, a.command("rule ours"))
	press(a, "shift+tab", "shift+tab")
	if got := text(a); strings.Count(got, "+1 -1") != 2 || !strings.Contains(got, "Versions(3)") || strings.Count(got, "added") != 3 {
		t.Fatalf("the versions:\n%s", got)
	}
	press(a, "enter")
	for _, want := range []string{"- Why.\n+ Why, and since when.", "3 of 3", "... 5 lines the same"} {
		if got := text(a); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	press(a, "tab")
	if got := text(a); !strings.Contains(got, "  severity: low") || strings.Contains(got, "the same") {
		t.Errorf("the whole text:\n%s", got)
	}
	press(a, "tab", "}")
	if got := text(a); !strings.Contains(got, "- | where gen_ai.usage.prompt_tokens > 100\n+ | where gen_ai.usage.prompt_tokens > 9000") {
		t.Errorf("the version before:\n%s", got)
	}
	press(a, "}")
	if got := text(a); !strings.Contains(got, "the first text that is kept") || !strings.Contains(got, "+ id: ours") {
		t.Errorf("the first version:\n%s", got)
	}
	press(a, "}")
	if got := text(a); !strings.Contains(got, "no more versions") {
		t.Errorf("beyond the first:\n%s", got)
	}
	checkFrame(t, a)
}

func TestChangedLines(t *testing.T) {
	for _, tt := range []struct{ before, after, want string }{
		{"", "", ""},
		{"a\nb\nc\n", "a\nb\nc\n", " a b c"},
		{"a\nb\nc\n", "a\nx\nc\n", " a-b+x c"},
		{"a\nb\nc\nd\n", "b\nd\n", "-a b-c d"},
		{"b\nd\n", "a\nb\nc\nd\n", "+a b+c d"},
		{"", "a\n", "+a"},
		{"a", "", "-a"},
		{"a\na\n", "a\n", " a-a"},
		{"a\nb\n", "b\na\n", "-a b+a"},
	} {
		var got strings.Builder
		for _, l := range changedLines(tt.before, tt.after) {
			got.WriteByte(l.sign)
			got.WriteString(l.text)
		}
		if got.String() != tt.want {
			t.Errorf("%q to %q: %q, want %q", tt.before, tt.after, got.String(), tt.want)
		}
	}
	long := strings.Repeat("x\n", 3*mostComparedLines)
	if got := changedLines("a\n"+long+"b\n", "a\n"+strings.ReplaceAll(long, "x", "y")+"b\n"); len(got) != 6*mostComparedLines+2 {
		t.Errorf("%d lines of long texts", len(got))
	}
}

// TestExceptionsOfARule: an exception is made at the rule in words of a filter, tried first; it is seen there, taken away, and undo brings
// it back.
func TestExceptionsOfARule(t *testing.T) {
	a := ruleDesk(t)
	settle(a, a.command("rule bedrock-denied-models"))
	press(a, "x", "'user.idd:x", "enter")
	if got := text(a); !strings.Contains(got, "did you mean user.id?") {
		t.Errorf("a field there is not:\n%s", got)
	}
	for _, wrong := range []string{"'", "'lambda", "'gen_ai.usage.prompt_tokens>3", "'user.id:a*,b*"} {
		press(a, "x", wrong, "enter")
		if a.choice != nil || !a.notice.bad {
			t.Errorf("%s is taken:\n%s", wrong, text(a))
		}
	}
	press(a, "x", "'user.id:*lambda-x", "enter")
	if got := text(a); !strings.Contains(got, "6 of 12 hits left, hides 1 alert: user.id *lambda-x") {
		t.Fatalf("what it would hide is not said:\n%s", got)
	}
	press(a, "1", "'a pilot", "enter", "enter")
	listed := func(n int) {
		t.Helper()
		got := text(a)
		for _, want := range map[int][]string{0: {"Except(0)", "nothing is left out"}, 1: {"[Except(1)]", "user.id wildcard *lambda-x", "a pilot", "exceptions/bedrock-denied-models-"}}[n] {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in\n%s", want, got)
			}
		}
	}
	listed(1)
	checkFrame(t, a)
	press(a, "-", "n")
	listed(1)
	press(a, "-", "y")
	listed(0)
	press(a, "U")
	listed(1)
	press(a, "U")
	listed(0)
	if rows, err := a.Store.RuleFiles(context.Background()); err != nil || len(rows) != 0 {
		t.Errorf("%d files are left (%v)", len(rows), err)
	}
}

// TestExceptionsOfTheRulesOwnFile: an exception that came in the file of its rule is not taken away without it.
func TestExceptionsOfTheRulesOwnFile(t *testing.T) {
	a := ruleDesk(t)
	addRules(t, a)
	shelf := a.Shelf
	a.Shelf = func(ctx context.Context) ([]Rule, error) {
		rules, err := shelf(ctx)
		for _, r := range rules {
			for i := range r.Exceptions {
				r.Exceptions[i].Source = r.Source
			}
		}
		return rules, err
	}
	settle(a, a.command("rule ours"))
	press(a, "shift+tab", "shift+tab", "shift+tab", "-")
	if got := text(a); a.choice != nil || !strings.Contains(got, "came with the rule itself, in ours.md") {
		t.Errorf("it could be taken away:\n%s", got)
	}
}
