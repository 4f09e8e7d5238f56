package tui

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"casebook/store"
	"casebook/tui/report"
)

// caseDesk is a workbench with a case about the alert under the cursor, opened by keys as an analyst would.
func caseDesk(t testing.TB, width, height int) *App {
	t.Helper()
	a := sized(desk(t, scene(attacker)), width, height)
	workCase(a)
	press(a, "7", "enter")
	return a
}

// workCase opens a case about the alert under the cursor, with a piece of evidence and two answers.
func workCase(a *App) {
	press(a, "m", "'Who is lambda-x?", "enter")
	press(a, "enter", "tab", "p", "esc")                  // the first event behind the alert
	press(a, "i", "p", "y", "enter", "n", "enter", "esc") // two answers, the rows of the first's step
}

// clock is a time of the wall's clock while tests run, which the journal keeps.
var clock = func() *regexp.Regexp {
	var days []string
	for i := -1; i <= 1; i++ {
		days = append(days, time.Now().UTC().AddDate(0, 0, i).Format("2006-01-02"))
	}
	return regexp.MustCompile("(" + strings.Join(days, "|") + `) \d\d:\d\d`)
}()

// scrubbed is a frame without what another day and another login make of it: the wall's clock, the analyst's name, and, where there is
// any of these, the spaces that fill columns.
func scrubbed(a *App, frame string) string {
	got := clock.ReplaceAllString(strings.ReplaceAll(frame, a.Analyst, "me"), "wall clock")
	if got == frame {
		return frame
	}
	return regexp.MustCompile(` {2,}`).ReplaceAllString(got, "  ")
}

// TestCaseFromQueueToReport works a case with nothing but keys.
func TestCaseFromQueueToReport(t *testing.T) {
	a := caseDesk(t, 80, 24)
	ctx := context.Background()
	press(a, "w", "'She asked nine times [E1].", "esc")
	press(a, "c", "1", "'stolen key", "enter", "y")
	c, err := a.Store.Case(ctx, 1)
	if err != nil || c.Status != store.CaseClosed || c.Class != store.TruePositive || c.Story != "She asked nine times [E1]." || c.Pins != 2 {
		t.Fatalf("case %+v (%v)\n%s", c, err, text(a))
	}
	alerts, err := a.Store.CaseAlerts(ctx, 1)
	if err != nil || len(alerts) != 1 || alerts[0].Status != store.Closed || !strings.Contains(alerts[0].Reason, "C-0001") {
		t.Errorf("its alerts %+v (%v)", alerts, err)
	}
	path := filepath.Join(t.TempDir(), "report.md")
	press(a, "x", "ctrl+u", "'"+path, "enter")
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v\n%s", err, text(a))
	}
	for _, want := range []string{"closed as **true-positive**", "She asked nine times", "### E1", "### Q1", "- checked: **same**"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the report has no %q:\n%s", want, got)
		}
	}
	press(a, "x", "ctrl+u", "'"+path, "enter")
	if !strings.Contains(strings.Join(strings.Fields(text(a)), " "), "is there already") {
		t.Errorf("a file was overwritten, or nobody told of it:\n%s", text(a))
	}
	// Everything can be taken back: the alert's state, the verdict, and, when asked, the story.
	press(a, "U", "U", "U", "U")
	if c, err = a.Store.Case(ctx, 1); err != nil || c.Status != store.CaseOpen || c.Story != "" {
		t.Errorf("after undoing: %+v (%v)", c, err)
	}
}

// TestStoryNamesEvidenceThatIsThere: a name of no pin is told when the story is saved, in the case, in the report and before closing.
func TestStoryNamesEvidenceThatIsThere(t *testing.T) {
	a := caseDesk(t, 80, 24)
	press(a, "w", "'Nine times [E1, E7].", "esc")
	if got := text(a); !strings.Contains(got, "E7 is no evidence") || !strings.Contains(got, "the story names E7, which is no evidence") {
		t.Errorf("nobody is told:\n%s", got)
	}
	press(a, "c")
	if got := text(a); a.choice != nil || !strings.Contains(got, "not closed: the story of C-0001 names E7") {
		t.Errorf("it can be closed:\n%s", got)
	}
	r, err := report.Complete(context.Background(), a.Store, a.byID, 1, a.AsOf, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Markdown(); !strings.Contains(got, "the story names E7") {
		t.Errorf("the report does not say:\n%s", got)
	}
	press(a, "w", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "'].", "esc", "c")
	if a.choice == nil {
		t.Errorf("it cannot be closed:\n%s", text(a))
	}
}

// TestStoryIsNotLost: a story that a colleague changed meanwhile is neither overwritten unseen, nor is what was typed lost.
func TestStoryIsNotLost(t *testing.T) {
	a := caseDesk(t, 80, 24)
	ctx := context.Background()
	press(a, "w", "'mine")
	bob, err := store.Open(a.Store.Path(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer bob.Close()
	c, err := bob.Case(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bob.SetStory(ctx, 1, "bob's", c.StoryVersion); err != nil {
		t.Fatal(err)
	}
	press(a, "esc")
	if c, _ = bob.Case(ctx, 1); c.Story != "bob's" || !a.notice.bad || !strings.Contains(text(a), "mine") {
		t.Errorf("story %q\n%s", c.Story, text(a))
	}
	press(a, "esc")
	if c, _ = bob.Case(ctx, 1); c.Story != "mine" {
		t.Errorf("story %q after the second esc", c.Story)
	}
	press(a, "w", "' and more", "ctrl+x")
	if c, _ = bob.Case(ctx, 1); c.Story != "mine" {
		t.Errorf("story %q after leaving without saving", c.Story)
	}
}

func TestCaseTakesAndGivesBack(t *testing.T) {
	a := caseDesk(t, 80, 24)
	ctx := context.Background()
	press(a, "2", "j", "m", "1") // another alert
	c, err := a.Store.Case(ctx, 1)
	if err != nil || c.Alerts != 2 {
		t.Fatalf("%d alerts (%v)\n%s", c.Alerts, err, text(a))
	}
	press(a, "7", "tab", "j", "-", "tab", "-")
	if c, err = a.Store.Case(ctx, 1); err != nil || c.Alerts != 1 || c.Pins != 1 {
		t.Errorf("%d alerts and %d pins are left (%v)\n%s", c.Alerts, c.Pins, err, text(a))
	}
	press(a, "n", "'the rows tell", "enter")
	pins, err := a.Store.CasePins(ctx, 1)
	if err != nil || len(pins) != 1 || pins[0].Note != "the rows tell" {
		t.Errorf("pins %+v (%v)", pins, err)
	}
}

// TestPaletteNamesCasesAndEntities opens them from anywhere.
func TestPaletteNamesCasesAndEntities(t *testing.T) {
	a := caseDesk(t, 80, 24)
	for _, tt := range []struct{ command, want string }{
		{"case C-0001", "C-0001  Who is lambda-x?"}, {"case 1", "C-0001  Who is lambda-x?"}, {"user " + attacker, "user " + attacker}, {"model anthropic.claude-3-opus", "model anthropic.claude-3-opus"},
		{"account", "accounts"}, {"cases status:open", "C-0001 open"}, {"case 99", "not found"}, {"case new", "the case's question:"},
	} {
		settle(a, a.command(tt.command))
		a.layout()
		if got := text(a); !strings.Contains(got, tt.want) {
			t.Errorf("%q does not show %q:\n%s", tt.command, tt.want, got)
		}
	}
}

// TestStoryIsWrittenBesideItsEvidence: who writes the story sees what it can name.
func TestStoryIsWrittenBesideItsEvidence(t *testing.T) {
	a := caseDesk(t, 80, 24)
	press(a, "w")
	got := text(a)
	for _, want := range []string{"WRITING THE STORY", "[E1]", "[Q1]  2 rows: Which identity asked"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q:\n%s", want, got)
		}
	}
	checkFrame(t, a)
}

// TestQuestionsAreReadInFull: the question under the cursor and what was answered are not cut.
func TestQuestionsAreReadInFull(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "m", "'Who?", "enter", "i", "y", "'it is a script of the batch team, which nobody told about the change of the policy", "enter", "7", "enter", "tab", "tab", "tab")
	got := strings.Join(strings.Fields(text(a)), " ")
	for _, want := range []string{"from which accounts and regions?", "YES: it is a script of the batch team, which nobody told about the change of the policy"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q:\n%s", want, text(a))
		}
	}
	checkFrame(t, a)
}

// TestStoryOfAColleague: whoever saves a story second sees what the first wrote before putting it over that.
func TestStoryOfAColleague(t *testing.T) {
	a := caseDesk(t, 80, 24)
	press(a, "w", "'mine")
	s := a.top().(*caseScreen)
	if _, err := a.Store.SetStory(context.Background(), s.id, "theirs, in\nfull", s.drafted); err != nil {
		t.Fatal(err)
	}
	press(a, "esc")
	if got := text(a); !strings.Contains(got, "wrote meanwhile: theirs, in full. Your text is still") || !strings.Contains(got, "WRITING THE STORY") {
		t.Errorf("what a colleague wrote is not told:\n%s", got)
	}
	checkFrame(t, a)
	press(a, "esc")
	if s.draft != nil || !strings.Contains(s.r.Case.Story, "mine") {
		t.Errorf("the story is %q", s.r.Case.Story)
	}
}

// TestDraftsOutliveTheConnection: a story that is being written when the workbench ends is saved, or, where a colleague was faster, kept.
func TestDraftsOutliveTheConnection(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	a := caseDesk(t, 80, 24)
	press(a, "w", "'half a story")
	s := a.top().(*caseScreen)
	var said strings.Builder
	a.keepDrafts(context.Background(), &said)
	c, err := a.Store.Case(context.Background(), s.id)
	if err != nil || !strings.Contains(c.Story, "half a story") || said.String() != "" {
		t.Errorf("the story is %q (%v), and said was %q", c.Story, err, said.String())
	}
	settle(a, s.read(a))
	press(a, "w", "' and more")
	if _, err := a.Store.SetStory(context.Background(), s.id, "theirs", s.drafted); err != nil {
		t.Fatal(err)
	}
	a.keepDrafts(context.Background(), &said)
	_, path, _ := strings.Cut(strings.TrimSpace(said.String()), " is in ")
	if kept, err := os.ReadFile(path); err != nil || !strings.Contains(string(kept), "half a story and more") {
		t.Errorf("kept is %q (%v), and said was %q", kept, err, said.String())
	}
}

// TestStoryOpensItsEvidence: a line of the story leads to what it names; of several pieces one is chosen; other lines are written on.
func TestStoryOpensItsEvidence(t *testing.T) {
	a := caseDesk(t, 80, 24)
	press(a, "w", "'It began here [E1].", "enter", "'Both tell [E1, Q1].", "enter", "'Nothing here.", "esc")
	press(a, "j", "enter")
	if got := text(a); !strings.Contains(got, "[Fields]") {
		t.Errorf("[E1] does not open its event:\n%s", got)
	}
	press(a, "esc", "j", "enter", "2")
	if got := text(a); !strings.Contains(got, "guide") {
		t.Errorf("[Q1] does not open its step:\n%s", got)
	}
	press(a, "esc", "j", "enter")
	if got := text(a); !strings.Contains(got, "WRITING THE STORY") {
		t.Errorf("a line without a name is not written on:\n%s", got)
	}
}

// TestReportByCommand: the palette writes the report of the case that is shown, in the form that it is asked for.
func TestReportByCommand(t *testing.T) {
	a := caseDesk(t, 80, 24)
	path := filepath.Join(t.TempDir(), "report.html")
	press(a, ":", "'export ht", "tab", "enter")
	if got := text(a); !strings.Contains(got, "C-0001.html") {
		t.Errorf("no HTML is offered:\n%s", got)
	}
	press(a, "ctrl+u", "'"+path, "enter")
	if data, err := os.ReadFile(path); err != nil || !strings.Contains(string(data), "<h1>C-0001") {
		t.Errorf("written: %.80q (%v)\n%s", data, err, text(a))
	}
	press(a, ":", "'export pdf", "enter")
	if got := text(a); !strings.Contains(got, "md, html, json") {
		t.Errorf("a PDF is promised:\n%s", got)
	}
	press(a, "2", ":", "'export", "enter")
	if got := text(a); !strings.Contains(got, "open one first") {
		t.Errorf("a report of no case:\n%s", got)
	}
}

// TestANewCaseIsUnderTheCursorOfTheList: 7 7 enter is the case that was opened last, also where the list was left on another one.
func TestANewCaseIsUnderTheCursorOfTheList(t *testing.T) {
	a := caseDesk(t, 80, 24)
	press(a, "2", "2", "j", "m", "n", "'And who is this?", "enter", "7", "7", "enter")
	if got := text(a); !strings.Contains(got, "C-0002  And who is this?") {
		t.Errorf("7 7 enter is another case:\n%s", got)
	}
}

// TestTheFooterLeavesOutWhatIsIdle: what is closed is opened again, and only what is open is closed; pin is said where there is something to
// pin.
func TestTheFooterLeavesOutWhatIsIdle(t *testing.T) {
	a := caseDesk(t, 80, 24)
	if got := foot(a); !strings.Contains(got, "c close") || strings.Contains(got, "reopen") {
		t.Errorf("an open case: %s", got)
	}
	press(a, "c", "1", "'stolen key", "enter", "y", "j")
	if got := foot(a); strings.Contains(got, "c close") || !strings.Contains(got, "O reopen") {
		t.Errorf("a closed case: %s", got)
	}
	press(a, "c")
	if got := text(a); !strings.Contains(got, "C-0001 is closed as true-positive; close it instead as") {
		t.Errorf("a verdict is taken for the first:\n%s", got)
	}
	press(a, "esc", "tab", "enter")
	if got := foot(a); strings.Contains(got, "c close") || !strings.Contains(got, "O reopen") || strings.Contains(got, "p pin") {
		t.Errorf("a closed alert, why it fired: %s", got)
	}
	press(a, "tab")
	if got := foot(a); !strings.Contains(got, "p pin") {
		t.Errorf("its events: %s", got)
	}
}

func foot(a *App) string { f := a.foot(); return f.String() }

// TestPinningWithoutACaseProposesOneAboutTheAlert: whoever comes from an alert needs no words for it, from a step's events as little as
// from its own.
func TestPinningWithoutACaseProposesOneAboutTheAlert(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "enter", "tab", "p")
	if got := text(a); !strings.Contains(got, "enter alone takes: One user keeps asking") {
		t.Errorf("from the alert's events:\n%s", got)
	}
	press(a, "esc", "i", "enter", "enter")
	if got := text(a); !strings.Contains(got, "those behind row 1 of step 1") {
		t.Errorf("which events these are:\n%s", got)
	}
	press(a, "p", "enter")
	if c, err := a.Store.Case(a.ctx, 1); err != nil || c.Pins != 1 || c.Alerts != 1 || !strings.HasPrefix(c.Title, "One user keeps asking") {
		t.Errorf("%+v (%v)\n%s", c, err, text(a))
	}
}

// TestAQuestionIsReadWhole: what is asked before a letter is pressed is not cut off.
func TestAQuestionIsReadWhole(t *testing.T) {
	a := caseDesk(t, 80, 24)
	press(a, "w", "'She asked nine times, and nobody knows why she did.", "esc", "u")
	if got := strings.Join(strings.Fields(text(a)), " "); !strings.Contains(clock.ReplaceAllString(got, "wall clock"), "of wall clock") {
		t.Errorf("when the story was written is cut off:\n%s", text(a))
	}
}
