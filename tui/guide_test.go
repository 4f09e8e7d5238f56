package tui

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/syntax"
	"casebook/store"
	"casebook/tui/widget"
)

// TestGuideSaysCannot: a step of which the log holds nothing is told apart from one whose answer is that there is nothing.
func TestGuideSaysCannot(t *testing.T) {
	// Bodies without text: the prompts were not logged.
	calls := scene(attacker)
	for i := range calls {
		calls[i].bare = true
	}
	a := sized(desk(t, calls), 100, 30)
	press(a, "i")
	s := a.top().(*guideScreen)
	for s.current() != nil && s.current().Key != "prompts-24h" {
		press(a, "j")
	}
	if got := text(a); !strings.Contains(got, "none of these records holds gen_ai.prompt, gen_ai.completion") {
		t.Errorf("nobody is told that the text is not there:\n%s", got)
	}
	press(a, "x")
	if got := text(a); !strings.Contains(got, "none of these records holds") {
		t.Errorf("the reason is not offered:\n%s", got)
	}
	press(a, "enter")
	if got := s.d.answers["prompts-24h"]; got.Value != "cannot" || !strings.Contains(got.Text, "none of these records holds") {
		t.Errorf("answered %+v", got)
	}
}

// TestGuideCountsWhatCannotBeAnswered: a query of a source of which nothing is loaded, and an empty answer about a field that no
// event carries.
func TestGuideCountsWhatCannotBeAnswered(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	for _, tt := range []struct{ name, query, want string }{
		{"source", `FROM logs-azure_openai.logs-* | STATS n = COUNT(*) BY azure.resource.name`, "no event of azure_openai or azure_gateway is loaded"},
		{"field", `FROM logs-aws_bedrock.invocation-* | WHERE gen_ai.policy.name == "x" | KEEP @timestamp`, "no loaded event carries gen_ai.policy.name"},
		{"nothing", `FROM logs-aws_bedrock.invocation-* | WHERE user.id == "nobody" | KEEP @timestamp`, ""},
		{"alerts", `FROM casebook.alerts | WHERE rule.id == "none" | KEEP rule.id`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := a.judged(t, tt.query)
			if err != nil || !strings.Contains(got.blocked, tt.want) || tt.want == "" && got.blocked != "" {
				t.Errorf("blocked by %q (%v), want %q", got.blocked, err, tt.want)
			}
		})
	}
}

func TestGuideRowsOpenTheirEvents(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	current := current(t, a)
	press(a, "i", "enter", "enter")
	if s, ok := a.top().(*eventsScreen); !ok || len(s.filter.IDs) != current.Events {
		t.Fatalf("the row's events are not open:\n%s", text(a))
	}
	press(a, "esc", "esc")
	if s, ok := a.top().(*guideScreen); !ok || s.below {
		t.Errorf("esc does not lead back to the steps:\n%s", text(a))
	}
}

// TestDataGapIsLongForItsSource: what is a gap in a busy log is none in a slow one.
func TestDataGapIsLongForItsSource(t *testing.T) {
	for _, tt := range []struct {
		name  string
		every time.Duration
		gap   bool
	}{{"busy", 10 * time.Second, true}, {"slow", 20 * time.Minute, false}} {
		t.Run(tt.name, func(t *testing.T) {
			var calls []call
			for at := time.Duration(0); at < 24*time.Hour; at += tt.every {
				if at < 10*time.Hour || at >= 12*time.Hour {
					calls = append(calls, call{at: day.Add(at), user: attacker, model: "anthropic.claude", prompt: "x", reply: "y", tokens: 5})
				}
			}
			a := sized(desk(t, calls), 80, 24)
			settle(a, a.push(newTimeline("user", attacker, spanOfDay())))
			press(a, "g", ")")
			want := "2h00m silence"
			if tt.gap {
				want = "of it a data gap"
			}
			if got := text(a); tt.gap != strings.Contains(got, "data gap:") || tt.gap && !strings.Contains(got, want) {
				t.Errorf("want %q:\n%s", want, got)
			}
		})
	}
}

// judged is what a step with a query would be told.
func (a *App) judged(t *testing.T, query string) (stepAnswer, error) {
	t.Helper()
	q, err := engine.Parse(context.Background(), engine.ESQL, &syntax.File{Name: "q", Text: query}, a.Store, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := stepAnswer{}
	if got.result, err = engine.Run(a.ctx, q, a.Store, engine.Options{AsOf: a.AsOf, Lineage: true}); err != nil {
		t.Fatal(err)
	}
	return got, a.judge(a.ctx, q, engine.Window{From: spanOfDay().From + 9*column.Hour, To: spanOfDay().From + 10*column.Hour}, &got)
}

// TestRowsPinnedBeforeTheCaseComeIntoIt: it does not matter whether m or p comes first.
func TestRowsPinnedBeforeTheCaseComeIntoIt(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i", "p")
	if got := text(a); !strings.Contains(got, "the rows go into the alert's case (m)") || !strings.Contains(got, "20 events pinned, m for a case") {
		t.Errorf("nobody is told what becomes of the rows:\n%s", got)
	}
	press(a, "m", "'Who is lambda-x?", "enter", "7", "enter", "tab", "tab")
	if got := text(a); !strings.Contains(got, "Q1") || !strings.Contains(got, "1 pin") {
		t.Errorf("the rows are not in the case:\n%s", got)
	}
}

// TestGuideResultsAreUnderstoodAt80: no head of a step's rows is cut, and the row under the cursor is shown whole where the table is not.
func TestGuideResultsAreUnderstoodAt80(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i")
	s := a.top().(*guideScreen)
	for _, l := range s.lines {
		if l.step == nil || !l.step.Live() {
			continue
		}
		for s.current().Key != l.step.Key {
			press(a, "j")
		}
		r := s.run(l.step)
		if r.result.Batch.Len < 2 {
			continue
		}
		rows := widget.List{Len: r.result.Batch.Len, Height: 5}
		few := slim(Clock{}, r.result, r.same, &rows, 80)
		table := resultTable(few.Result, &rows, few.form, 80)
		for _, c := range table.Columns {
			if w := titleWidth(c.Title.String(), few.form); w > c.Width {
				t.Errorf("%s: %q has %d cells", l.step.Key, c.Title, c.Width)
			}
		}
		press(a, "enter")
		got := text(a)
		checkFrame(t, a)
		for c, f := range r.result.Columns {
			if few.form.cut != inFull && whole(f.Type) && !strings.Contains(got, Clock{}.text(f.Type, r.result.Batch.Columns[c].Value(0)).String()) {
				t.Errorf("%s: no whole %s in\n%s", l.step.Key, f.Name, got)
			}
		}
		press(a, "esc")
	}
}

func TestShortNamesStayApart(t *testing.T) {
	columns := func(names ...string) (list []column.Field) {
		for _, n := range names {
			list = append(list, column.Field{Name: n})
		}
		return list
	}
	for _, tt := range []struct{ in, want []string }{
		{[]string{"user.id", "cloud.account.id", "cloud.region"}, []string{"user.id", "account.id", "region"}},
		{[]string{"gen_ai.request.model.id", "gen_ai.response.model.id"}, []string{"request.model.id", "response.model.id"}},
		{[]string{"region", "cloud.region"}, []string{"region", "cloud.region"}},
		{[]string{"count"}, []string{"count"}},
	} {
		if got := shortNames(columns(tt.in...)); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestRecordNamesStayApart: fields with long names keep the ends that tell them apart.
func TestRecordNamesStayApart(t *testing.T) {
	r := &engine.Result{Batch: &column.Batch{Len: 1}}
	for _, name := range []string{"azure.open_ai.properties.model_deployment_name", "azure.open_ai.properties.model_name"} {
		b := column.NewBuilder(column.String, 1)
		b.Str("x")
		r.Columns = append(r.Columns, column.Field{Name: name, Type: column.String})
		r.Batch.Columns = append(r.Batch.Columns, b.Vector())
	}
	for _, height := range []int{0, 9} {
		all := ""
		for _, l := range fieldLines(Clock{}, r, 77, height) {
			all += l.String() + "\n"
		}
		if !strings.Contains(all, "model_name ") || height > 0 && !strings.Contains(all, "model_deployment_name ") {
			t.Errorf("%s", all)
		}
	}
}

// TestGuideKnowsRecordsThatWereNotLogged: a category of which nothing is loaded says nothing; a value that others of the category have does.
func TestGuideKnowsRecordsThatWereNotLogged(t *testing.T) {
	a := desk(t, scene(attacker))
	path := filepath.Join(t.TempDir(), "PT1H.json")
	line := `{"time":"2026-06-08T09:00:00Z","resourceId":"/SUBSCRIPTIONS/0/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/AOAI","category":"RequestResponse",` +
		`"operationName":"ChatCompletions_Create","resultSignature":"200","durationMs":12,"callerIpAddress":"10.0.0.***","correlationId":"1","properties":"{\"requestLength\":10,\"responseLength\":5}"}` + "\n"
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Store.Load(context.Background(), []string{path}, store.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ query, want string }{
		{`FROM logs-azure_openai.logs-* | WHERE azure.open_ai.category == "Audit" AND azure.resource.name == "aoai" | KEEP @timestamp`, "no record with azure.open_ai.category Audit is loaded"},
		{`FROM logs-azure_openai.logs-* | WHERE azure.open_ai.category IN ("Audit", "RequestResponse") AND azure.resource.name == "other" | KEEP @timestamp`, ""},
		{`FROM logs-azure_openai.logs-* | WHERE azure.open_ai.operation_name == "ListKey" | KEEP @timestamp`, ""},
		{`FROM logs-azure_openai.logs-* | WHERE azure.open_ai.category != "RequestResponse" | KEEP @timestamp`, ""},
	} {
		got, err := a.judged(t, tt.query)
		if err != nil || !strings.Contains(got.blocked, tt.want) || tt.want == "" && strings.Contains(got.blocked, "no record") {
			t.Errorf("%s\nblocked by %q (%v), want %q", tt.query, got.blocked, err, tt.want)
		}
	}
}

// TestStepsSayHowFarBackTheLogGoes: "never in the thirty days before" is worth little of a log of one day.
func TestStepsSayHowFarBackTheLogGoes(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i")
	for range 2 {
		press(a, "j") // to the hours of the day, over thirty days
	}
	if got := text(a); !strings.Contains(got, "looks back to 2026-05-09 01:20Z; the aws_bedrock log begins 2026-06-08 02:14Z") {
		t.Errorf("nobody is told that the log is younger than the question:\n%s", got)
	}
	press(a, "g")
	if got := text(a); strings.Contains(got, "looks back") {
		t.Errorf("a question about the window that fired is said to look back:\n%s", got)
	}
}

// TestGuideRowsSayWhatWasSaid: the words of a prompt stand in its row, not the JSON around them, and the whole prompt is one key away.
func TestGuideRowsSayWhatWasSaid(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i")
	for a.top().(*guideScreen).current().Key != "prompts-24h" {
		press(a, "j")
	}
	got := text(a)
	if !strings.Contains(got, "Ignore all pr") || strings.Contains(got, `{"messages"`) {
		t.Errorf("the rows do not say what was asked:\n%s", got)
	}
	press(a, "enter", "G")
	if got := text(a); !strings.Contains(got, "prompt     now this one") || !strings.Contains(got, "well") {
		t.Errorf("the row under the cursor does not say what was asked and answered:\n%s", got)
	}
	checkFrame(t, a)
	press(a, "p")
	if q := a.top().(*guideScreen); !strings.Contains(q.run(q.current()).result.Batch.Columns[3].Value(0).(string), `"messages"`) {
		t.Error("what is pinned is not what the query gave")
	}
}

// TestOtherAlertsAreOthers: the question which other alerts name the user does not answer with this one, and a row that is an alert opens it.
func TestOtherAlertsAreOthers(t *testing.T) {
	calls := scene(attacker)
	for i := range 6 { // again, five hours later
		calls = append(calls, call{at: day.Add(7*time.Hour + time.Duration(i)*20*time.Second), user: attacker, model: "anthropic.claude-3-opus", code: "AccessDeniedException", prompt: "x", tokens: 5})
	}
	a := sized(desk(t, calls), 80, 24)
	for alert := range int64(2) {
		other := alert%2 + 1
		settle(a, a.push(newGuide(other)))
		s := a.top().(*guideScreen)
		press(a, "j")
		if s.current().Key != "other-alerts" {
			t.Fatalf("the second step is %s", s.current().Key)
		}
		r := s.run(s.current()).result
		for i := range r.Batch.Len {
			if id, ok := alertIn(r, i); !ok || id == other {
				t.Errorf("#%d names itself among the others", other)
			}
		}
		if r.Batch.Len == 1 {
			press(a, "enter", "enter")
			if to, ok := a.top().(*alertScreen); !ok || to.id == other {
				t.Errorf("the row does not open the other alert:\n%s", text(a))
			}
			return
		}
	}
	t.Error("neither of two alerts of a user names the other")
}

// TestRowsHaveTheScreen: while a step's rows have the focus the checklist makes room for them, and }  goes on to the next step's.
func TestRowsHaveTheScreen(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i")
	s := a.top().(*guideScreen)
	for s.current().Key != "prompts-24h" {
		press(a, "j")
	}
	rows := func() int {
		n := 0
		for _, l := range a.frame() {
			if l.Row() != nil {
				n++
			}
		}
		return n
	}
	if got := text(a); !strings.Contains(got, "Rows without text mean") {
		t.Errorf("what the rows are worth is not said:\n%s", got)
	}
	press(a, "enter")
	if got := text(a); rows() < 6 || strings.Contains(got, "TRIAGE") || !strings.Contains(got, "6  If the account may be compromised") {
		t.Errorf("%d rows are in sight:\n%s", rows(), got)
	}
	checkFrame(t, a)
	press(a, "}")
	if s.current().Key == "prompts-24h" || !s.below {
		t.Errorf("} does not go on to the next step's rows:\n%s", text(a))
	}
}

// TestPromptsBeginWithWhatIsAskedNow: the program's instructions and the conversation so far are the same from prompt to prompt.
func TestPromptsBeginWithWhatIsAskedNow(t *testing.T) {
	for _, tt := range []struct{ body, want string }{
		{`{"system":"Be brief.","messages":[{"role":"user","content":"one"},{"role":"assistant","content":"two"},{"role":"user","content":[{"text":"three"},{"text":"four"}]}]}`, "three four [system] Be brief. [user] one [assistant] two"},
		{`{"messages":[{"role":"user","content":"only this"}]}`, "only this"},
		{"a plain prompt", "a plain prompt"},
		{`{"system":"Be brief."}`, "[system] Be brief."},
	} {
		if got := oneLine(newestFirst(turns(tt.body)), "user"); got != tt.want {
			t.Errorf("%s\ngot  %q\nwant %q", tt.body, got, tt.want)
		}
	}
}

// TestCaseNeedsNoQuestionAtOnce: Enter alone opens a case by what its alert says.
func TestCaseNeedsNoQuestionAtOnce(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i", "m")
	if got := text(a); !strings.Contains(got, "enter alone takes: One user keeps asking for models it is denied: batch") {
		t.Errorf("nobody is told what an empty line does:\n%s", got)
	}
	press(a, "enter", "7")
	if got := text(a); !strings.Contains(got, "C-0001 open            One user") {
		t.Errorf("no case:\n%s", got)
	}
}

// TestStepIsAskedOnInTheConsole: a step's query opens in the console with what its parameters stand for and the alert's now, gives the same
// rows, can be changed, and leads to its events; a rule cannot be made of it as it stands.
func TestStepIsAskedOnInTheConsole(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "i")
	guide := a.top().(*guideScreen)
	want := guide.run(guide.current()).result.Batch.Len
	press(a, "e")
	s, ok := a.top().(*queryScreen)
	if !ok || s.answer == nil || s.answer.result.Batch.Len != want {
		t.Fatalf("the step has %d rows, the console shows\n%s", want, text(a))
	}
	if got := text(a); !strings.Contains(got, "?user_id arn") || !strings.Contains(got, "as-of 06-08 03:10Z") {
		t.Errorf("it does not say what it asks about:\n%s", got)
	}
	checkFrame(t, a)
	press(a, "S")
	if got := text(a); !strings.Contains(got, "?user_id stands for") {
		t.Errorf("a rule is made of it:\n%s", got)
	}
	press(a, "i", "ctrl+u", "enter", "'| limit 1", "ctrl+r")
	if s.answer.result.Batch.Len != 1 {
		t.Errorf("changed, it gives\n%s", text(a))
	}
	press(a, "enter")
	if got := text(a); !strings.Contains(got, "> query >") {
		t.Errorf("no events behind the row:\n%s", got)
	}
	press(a, "esc", "esc")
	if a.top() != guide {
		t.Errorf("esc does not lead back:\n%s", text(a))
	}
	press(a, "G", "e")
	if a.top() != guide || !a.notice.bad {
		t.Errorf("a step without a query opens a console:\n%s", text(a))
	}
}
