package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// unplannable are texts that take long to plan, of every part of a planner.
var unplannable = []struct {
	name     string
	language engine.Language
	query    string
}{
	{"alternatives", engine.ESQL, "FROM rows | WHERE n == 0" + many(20_000, " OR n == %d", "")},
	{"words", engine.ESQL, "FROM rows | WHERE n IN (1" + many(90_000, ", %d", "") + ")"},
	{"stages", engine.ESQL, "FROM rows" + stages(1000)},
	{"unknown names", engine.ESQL, "FROM rows" + stages(300) + " | EVAL y = 1" + many(3000, " + unknown_%d", "")},
	{"columns kept", engine.ESQL, "FROM rows" + stages(300) + " | KEEP n" + many(5000, ", x%d*", "")},
	{"columns renamed", engine.ESQL, "FROM rows" + stages(300) + " | RENAME n AS n0" + many(5000, ", n%d AS n%d", "")},
	{"operators", engine.KQL, "rows" + many(1000, " | extend x%d = n", "")},
	{"columns", engine.KQL, "rows | extend " + columns(5000)},
	{"lets", engine.KQL, "let a0 = rows;\n" + many(100, "let a%[2]d = union a%[1]d, a%[1]d;\n", "") + "a100 | count"},
	{"data of its own", engine.KQL, "range x from 1 to 3000000 step 1 | extend b = bag_pack(strcat('k', x % 100), x) | evaluate bag_unpack(b)"},
	{"branches", engine.KQL, "union rows" + many(3000, ", (rows | extend x%d = n)", "")},
}

// many is a form over 0, 1; 1, 2; and so on, so many times.
func many(n int, form, end string) string {
	var b strings.Builder
	for i := range n {
		if strings.Count(form, "%") > 1 {
			fmt.Fprintf(&b, form, i, i+1)
		} else {
			fmt.Fprintf(&b, form, i)
		}
	}
	return b.String() + end
}

// TestPlanningIsCancelled: a text that is being read ends with its context as a query does that runs.
func TestPlanningIsCancelled(t *testing.T) {
	source := heavy(4096)
	for _, tt := range unplannable {
		late, err := cancelledPlanning(tt.language, tt.query, source, 2*time.Millisecond)
		if err != nil || late > soon {
			t.Errorf("%s: ended %v after it was cancelled, with %v", tt.name, late, err)
		}
	}
}

// cancelledPlanning reads a text, ends that after a while and tells how long it went on then: 0 where it had ended before.
func cancelledPlanning(language engine.Language, query string, source plan.Catalog, after time.Duration) (late time.Duration, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), after)
	defer cancel()
	_, err = engine.Parse(ctx, language, syntax.NewFile("query", query), source, nil)
	end, _ := ctx.Deadline()
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return time.Since(end), nil
	case err == nil || syntax.Errors(err) != nil:
		return 0, nil
	}
	return 0, err
}

// BenchmarkPlanningCancel reports how long the planning of each text went on after it was cancelled: wanted are at most 100 ms.
func BenchmarkPlanningCancel(b *testing.B) {
	source := heavy(4096)
	for _, tt := range unplannable {
		b.Run(tt.name, func(b *testing.B) {
			cancelAgain(b, func(i int) (time.Duration, error) {
				return cancelledPlanning(tt.language, tt.query, source, moment(i)/8)
			})
		})
	}
}

// TestPlanningTakesOfTheBudget: the time that a rule may take counts from where its text is read.
func TestPlanningTakesOfTheBudget(t *testing.T) {
	source := heavy(4096)
	rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: "FROM rows" + stages(1000), Every: time.Minute}
	report, err := engine.Replay(context.Background(), rule, source, engine.ReplayOptions{Span: engine.Window{To: 1}, Budget: time.Millisecond}, func(engine.Hit) error { return nil })
	if err != nil || report.Outcome != engine.OutcomePartial || report.Reason != "over budget: it had 1ms; narrow the query or give it more time" || len(report.Left) != 1 {
		t.Errorf("got %q, %q, %v", report.Outcome, report.Reason, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = engine.Replay(ctx, rule, source, engine.ReplayOptions{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

// TestReplayLooksAtPlans: what a replay asks of a plan before it runs takes time that is the rule's, and no more than that of a plan.
func TestReplayLooksAtPlans(t *testing.T) {
	source := heavy(4096)
	for _, tt := range []struct {
		name     string
		language engine.Language
		query    string
		budget   time.Duration
		want     engine.Outcome
	}{
		{"values in values", engine.KQL, "let a0 = toscalar(rows | count);\n" + many(40, "let a%[2]d = toscalar(rows | where n > a%[1]d | count);\n", "") + "rows | where n == a40", 0, engine.OutcomeClean},
		{"a table in itself", engine.KQL, "let f0 = rows | where n < 0;\n" + unions(40) + "f40 | where s == 'x'", 0, engine.OutcomeClean},
		{"a slow constant", engine.ESQL, `FROM texts | WHERE text == REPLACE(REPEAT("ab", 32000), "` + slowRegex + `", "")`, 50 * time.Millisecond, engine.OutcomePartial},
		{"stages above the clock", engine.KQL, "rows | extend a = now()" + many(300, " | extend x%d = n", "") + " | where x1 < 0", 0, engine.OutcomeClean},
	} {
		rule := &engine.Rule{ID: "r", Language: tt.language, Query: tt.query, Every: time.Minute}
		start := time.Now()
		report, err := engine.Replay(context.Background(), rule, source, engine.ReplayOptions{Span: engine.Window{To: 4096}, Budget: tt.budget}, func(engine.Hit) error { return nil })
		if took := time.Since(start); err != nil || report.Outcome != tt.want || took > soon {
			t.Errorf("%s: got %q, %q, %v after %v", tt.name, report.Outcome, report.Reason, err, took)
		}
	}
}

// TestTooManyColumns: a plan that is too large is refused where it becomes so.
func TestTooManyColumns(t *testing.T) {
	source := heavy(4096)
	for _, tt := range []struct {
		language    engine.Language
		query, want string
	}{
		{engine.ESQL, "FROM rows" + stages(1500), "query:1:31633: the commands up to here have more than 1000000 columns together (KEEP the columns that are used, or write fewer commands)"},
		{engine.KQL, "rows" + many(1500, " | extend x%d = n", ""), "query:1:25688: the operators up to here have more than 1000000 columns together (project the columns that are used, or write fewer operators)"},
	} {
		_, err := engine.Parse(context.Background(), tt.language, syntax.NewFile("query", tt.query), source, nil)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%.40s…\n got %v\nwant %s", tt.query, err, tt.want)
		}
	}
}
