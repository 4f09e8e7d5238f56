package tui

import (
	"context"
	"strings"
	"testing"

	"casebook/store"
	"casebook/tui/report"
)

// toStep opens the guide of the alert under the cursor at a step.
func toStep(t *testing.T, a *App, key string) *guideScreen {
	t.Helper()
	press(a, "i")
	s := a.top().(*guideScreen)
	for range s.lines {
		if s.current() != nil && s.current().Key == key {
			return s
		}
		press(a, "j")
	}
	t.Fatalf("no step %s", key)
	return nil
}

// TestCannotTakesWhatIsTyped: the reason that is proposed is not glued to the one that is typed.
func TestCannotTakesWhatIsTyped(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	s := toStep(t, a, "prompts-24h")
	press(a, "G")
	step := s.current()
	press(a, "x")
	if got := text(a); !strings.Contains(got, "enter alone takes: no log that is loaded tells") {
		t.Errorf("no reason is proposed:\n%s", got)
	}
	press(a, "'a platform team does that", "enter")
	if got := s.d.answers[step.Key]; got.Value != "cannot" || got.Text != "a platform team does that" {
		t.Errorf("answered %+v", got)
	}
	press(a, "x", "'s", "enter") // again, to mend it
	if got := s.d.answers[step.Key]; got.Text != "a platform team does thats" {
		t.Errorf("the answer cannot be mended: %+v", got)
	}
}

// TestNothingFoundIsEvidence: that a query gives no row is pinned, checked and reported as rows are.
func TestNothingFoundIsEvidence(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "m", "enter")
	s := toStep(t, a, "other-alerts")
	if r := s.run(s.current()).result; r == nil || r.Batch.Len != 0 {
		t.Fatalf("the step has rows: %+v", r)
	}
	press(a, "enter", "enter")
	if got := text(a); !strings.Contains(got, "no row to open") {
		t.Errorf("a row that is not there is spoken of:\n%s", got)
	}
	press(a, "p")
	if got := text(a); !strings.Contains(got, "pinned that there is no row: it is Q1 of C-0001") {
		t.Errorf("not pinned:\n%s", got)
	}
	press(a, "n", "enter", "7", "enter", "V")
	if got := text(a); !strings.Contains(got, "1 piece as when pinned") && !strings.Contains(got, "1 query about alerts") {
		t.Errorf("not checked:\n%s", got)
	}
	r, err := report.Complete(context.Background(), a.Store, a.byID, 1, a.AsOf, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"- 0 rows, made of 0 events", "in the last 48 hours?*\n", "- which was answered: **NO**", "0 rows seen, evidence Q1)"} {
		if got := r.Markdown(); !strings.Contains(got, want) {
			t.Errorf("the report has no %q:\n%s", want, got)
		}
	}
}

// TestAnswersInWordsSayThem: a question that begins with which or who is answered in words, without a word of the program's before them.
func TestAnswersInWordsSayThem(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i", "w", "'a lambda", "enter")
	if got := text(a); !strings.Contains(got, "saved: a lambda") || strings.Contains(got, "DONE") {
		t.Errorf("not in its words:\n%s", got)
	}
}

// TestRowsHaveTheirOwnKeys: in a step's rows enter opens events, and the last line says so.
func TestRowsHaveTheirOwnKeys(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i")
	if got := text(a); !strings.Contains(got, "enter rows") {
		t.Errorf("the steps:\n%s", got)
	}
	press(a, "enter")
	if got := text(a); !strings.Contains(got, "enter events") {
		t.Errorf("the rows:\n%s", got)
	}
}

// TestGuideIsLegibleWhereItIsNarrow: neither questions nor answers shrink to a letter.
func TestGuideIsLegibleWhereItIsNarrow(t *testing.T) {
	for _, width := range []int{40, 44, 50} {
		a := sized(desk(t, scene(attacker)), width, 16)
		press(a, "i", "u", "'no idea", "enter")
		if got := text(a); !strings.Contains(got, " UNCLEA") || !strings.Contains(got, " Which iden") {
			t.Errorf("%d columns:\n%s", width, got)
		}
		checkFrame(t, a)
	}
}

// TestRemarksFlow: a step's remark is wrapped for the screen, not where its file broke it.
func TestRemarksFlow(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	s := toStep(t, a, "pace")
	step := *s.current()
	step.Detail, step.Manual = "One two three four five six\nseven eight.", true
	s.lines[s.list.Cursor].step = &step
	if got := text(a); !strings.Contains(got, "five six seven eight.") {
		t.Errorf("broken where the file is:\n%s", got)
	}
}

// TestGuideSaysWhatAnAnswerIsWorth: what a guide says of a live step stands below its rows where there is room, and where there is none.
func TestGuideSaysWhatAnAnswerIsWorth(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i", "j", "j")
	if got := text(a); !strings.Contains(got, "The zone a person lives in is not") {
		t.Errorf("nothing is said below the rows:\n%s", got)
	}
	checkFrame(t, a)
}

// TestGuideAnswersOnAndOn: an answer is as good as one read, though the guide has not been read again since it was saved.
func TestGuideAnswersOnAndOn(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	press(a, "i")
	s := a.top().(*guideScreen)
	for s.current() != nil && s.run(s.current()).result == nil {
		press(a, "j")
	}
	step := s.current().Key
	_, pinning := a.Update(keyOf("p"))
	_, reading := a.Update(pinning())
	press(a, "y", "enter")
	if got := s.d.answers[step]; got.Value != "yes" || len(got.Pinned) == 0 {
		t.Errorf("pinned and answered is %+v:\n%s", got, text(a))
	}
	settle(a, reading)
}

// TestAnswerAsksWhy: what is written after an answer belongs to its step, though the cursor then goes on to the next.
func TestAnswerAsksWhy(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i")
	s := a.top().(*guideScreen)
	first := s.current().Key
	press(a, "y", "'a script of the batch team", "enter")
	if got := s.d.answers[first]; got.Value != "yes" || got.Text != "a script of the batch team" || s.current().Key == first {
		t.Errorf("answered %+v, cursor on %s", got, s.current().Key)
	}
	second := s.current().Key
	press(a, "n", "esc")
	if got := s.d.answers[second]; got.Value != "" {
		t.Errorf("a question that was left is answered %+v", got)
	}
}

// TestColleagueAnswersFirst: who was still typing when a colleague answered overwrites nothing, and is told what was not saved.
func TestColleagueAnswersFirst(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i")
	s := a.top().(*guideScreen)
	step := s.current().Key
	press(a, "y", "'by me")
	if _, err := a.Store.SetAnswer(context.Background(), s.id, store.Answer{Step: step, Value: "no", Text: "by a colleague"}); err != nil {
		t.Fatal(err)
	}
	settle(a, a.refresh())
	press(a, "enter")
	if got := s.d.answers[step]; got.Value != "no" || got.Text != "by a colleague" {
		t.Errorf("the answer is now %+v", got)
	}
	if got := text(a); !strings.Contains(got, "Yours is not saved: YES: by me") {
		t.Errorf("nobody is told:\n%s", got)
	}
}
