package guides

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/plan"
)

// grouped is a plan whose rows are groups; events one whose rows are events.
var (
	grouped = &plan.Sort{Input: &plan.Aggregate{Input: &plan.Scan{}}}
	events  = &plan.Filter{Input: &plan.Scan{}}
)

// run tells a raiser of one run, whose rows hold a user each, and gives a line a hit: "ann alert 1".
func run(r *Raiser, minute int, users ...string) string {
	var hits []engine.Hit
	for i, u := range users {
		row := []any{u}
		if u == "" {
			row = []any{nil}
		}
		hits = append(hits, engine.Hit{Index: i, Columns: []column.Field{{Name: "user.id", Type: column.String}}, Row: row, Events: []int64{int64(len(u))}})
	}
	fates, raised := r.Run(int64(minute)*column.Minute, hits)
	var lines []string
	for i, f := range fates {
		line := fmt.Sprintf("%s %s", users[i], f.How)
		if f.Alert > 0 {
			line += fmt.Sprintf(" %d", f.Alert)
		}
		if f.Incident > 0 {
			line += fmt.Sprintf("/%d", f.Incident)
		}
		lines = append(lines, line)
	}
	for _, a := range raised {
		if len(a.Hits) == 0 {
			lines = append(lines, fmt.Sprintf("nothing alert %d/%d", a.Number, a.Incident))
		}
	}
	return strings.Join(lines, ", ")
}

func TestRaiseElastic(t *testing.T) {
	for _, tt := range []struct {
		name string
		rule engine.Rule
		plan plan.Node
		runs [][]string // the first word is the minute
		want []string
	}{
		{"groups are raised by every run, up to the cap", engine.Rule{MaxAlerts: 2}, grouped,
			[][]string{{"ann", "bob", "eve"}, {"ann"}},
			[]string{"ann alert 1, bob alert 2, eve over-cap", "ann alert 3"}},
		{"events are raised once, and later runs raise what was over the cap", engine.Rule{MaxAlerts: 1}, events,
			[][]string{{"ann", "bobby"}, {"ann", "bobby"}, {"ann", "bobby"}},
			[]string{"ann alert 1, bobby over-cap", "ann repeated, bobby alert 2", "ann repeated, bobby repeated"}},
		{"suppression for one run", engine.Rule{MaxAlerts: 9, Suppress: engine.Suppression{By: []string{"user.id"}}}, grouped,
			[][]string{{"ann", "ann", "bob"}, {"ann"}},
			[]string{"ann alert 1, ann suppressed 1, bob alert 2", "ann alert 3"}},
		{"suppression for 20 minutes from the first", engine.Rule{MaxAlerts: 9, Suppress: engine.Suppression{By: []string{"user.id"}, Duration: 20 * time.Minute}}, grouped,
			[][]string{{"ann"}, {"ann", "bob"}, {"ann", "bob"}},
			[]string{"ann alert 1", "ann suppressed 1, bob alert 2", "ann alert 3, bob suppressed 2"}},
		{"rows without the field are one group", engine.Rule{MaxAlerts: 9, Suppress: engine.Suppression{By: []string{"user.id"}, Missing: "suppress"}}, grouped,
			[][]string{{"", ""}}, []string{" alert 1,  suppressed 1"}},
		{"or are left alone", engine.Rule{MaxAlerts: 9, Suppress: engine.Suppression{By: []string{"user.id"}, Missing: "doNotSuppress"}}, grouped,
			[][]string{{"", ""}}, []string{" alert 1,  alert 2"}},
		{"suppressed rows count toward the cap", engine.Rule{MaxAlerts: 2, Suppress: engine.Suppression{By: []string{"user.id"}}}, grouped,
			[][]string{{"ann", "ann", "bob"}}, []string{"ann alert 1, ann suppressed 1, bob over-cap"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.rule.Language = engine.ESQL
			r := NewRaiser(&Detection{Rule: tt.rule}, tt.plan)
			for i, users := range tt.runs {
				if got := run(r, 10*i, users...); got != tt.want[i] {
					t.Errorf("run %d\n got %s\nwant %s", i, got, tt.want[i])
				}
			}
		})
	}
}

// A row is raised once for its event and for what was expanded, whatever else it says; one of several events without an id is all that it says.
func TestRaiseOnce(t *testing.T) {
	fields := []column.Field{{Name: "_id", Type: column.String}, {Name: "model", Type: column.String}, {Name: "age", Type: column.Long}}
	each := &plan.Expand{Base: plan.Base{Out: fields}, Input: events, Columns: []plan.ExpandColumn{{Out: 1}}}
	for _, tt := range []struct {
		name          string
		before, after []any
		events        []int64
		plan          plan.Node
		want          How
	}{
		{"an older event", []any{nil, "a", int64(1)}, []any{nil, "a", int64(2)}, []int64{5}, events, HowRepeated},
		{"another value of it", []any{nil, "a", int64(1)}, []any{nil, "b", int64(1)}, []int64{5}, each, HowAlert},
		{"the same value", []any{nil, "a", int64(1)}, []any{nil, "a", int64(2)}, []int64{5}, each, HowRepeated},
		{"among more events", []any{"x", "a", int64(1)}, []any{"x", "a", int64(2)}, []int64{5, 6}, events, HowRepeated},
		{"another id among the same", []any{"x", "a", int64(1)}, []any{"y", "a", int64(1)}, []int64{5, 6}, events, HowAlert},
		{"without an id", []any{nil, "a", int64(1)}, []any{nil, "a", int64(2)}, []int64{5, 6}, events, HowAlert},
	} {
		r := NewRaiser(&Detection{Rule: engine.Rule{Language: engine.ESQL}}, tt.plan)
		r.Run(1, []engine.Hit{{Columns: fields, Row: tt.before, Events: tt.events}})
		if fates, _ := r.Run(2, []engine.Hit{{Columns: fields, Row: tt.after, Events: tt.events}}); fates[0].How != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, fates[0].How, tt.want)
		}
	}
}

func TestRaiseSentinel(t *testing.T) {
	account := []Entity{{"Account", map[string]string{"Name": "user.id"}}}
	selected := engine.Grouping{Enabled: true, Lookback: 6 * time.Hour, Matching: "Selected", Entities: []string{"Account"}}
	for _, tt := range []struct {
		name string
		rule engine.Rule
		none bool
		runs [][]string // an hour apart
		want []string
	}{
		{"one alert a run; another set of accounts is another incident", engine.Rule{OneAlert: true, Group: selected}, false,
			[][]string{{"ann", "bob"}, {"ann"}, {"bob", "ann"}, {"ann"}},
			[]string{"ann alert 1/1, bob alert 1/1", "ann alert 2/2", "bob alert 3/1, ann alert 3/1", "ann alert 4/2"}},
		{"nobody and nobody are not the same", engine.Rule{OneAlert: true, Group: selected}, false,
			[][]string{{""}, {""}}, []string{" alert 1/1", " alert 2/2"}},
		{"an incident's time runs from its first alert", engine.Rule{OneAlert: true, Group: engine.Grouping{Enabled: true, Lookback: 2 * time.Hour, Matching: "AnyAlert"}}, false,
			[][]string{{"ann"}, {"bob"}, {"ann"}, {"ann"}},
			[]string{"ann alert 1/1", "bob alert 2/1", "ann alert 3/1", "ann alert 4/2"}},
		{"an alert a row, each its own incident", engine.Rule{}, false,
			[][]string{{"ann", "bob"}}, []string{"ann alert 1/1, bob alert 2/2"}},
		{"no incidents", engine.Rule{OneAlert: true}, true, [][]string{{"ann"}}, []string{"ann alert 1"}},
		{"threshold on the number of rows", engine.Rule{OneAlert: true, Trigger: engine.Trigger{Operator: "gt", Threshold: 1}}, false,
			[][]string{{"ann"}, {"ann", "bob"}}, []string{"ann no-trigger", "ann alert 1/1, bob alert 1/1"}},
		{"silence can be a trigger", engine.Rule{OneAlert: true, Trigger: engine.Trigger{Operator: "lt", Threshold: 1}}, false,
			[][]string{{}, {"ann"}}, []string{"nothing alert 1/1", "ann no-trigger"}},
		{"a rule rests after an alert", engine.Rule{OneAlert: true, Suppress: engine.Suppression{Duration: 2 * time.Hour}}, false,
			[][]string{{"ann"}, {"bob"}, {"bob"}}, []string{"ann alert 1/1", "bob suppressed", "bob alert 2/2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.rule.Language = engine.KQL
			r := NewRaiser(&Detection{Rule: tt.rule, Entities: account, NoIncident: tt.none}, grouped)
			for i, users := range tt.runs {
				if got := run(r, 60*i, users...); got != tt.want[i] {
					t.Errorf("run %d\n got %s\nwant %s", i, got, tt.want[i])
				}
			}
		})
	}
}

func TestRaiseSentinelCap(t *testing.T) {
	r := NewRaiser(&Detection{Rule: engine.Rule{Language: engine.KQL, Title: "Calls"}, Headline: Headline{Title: "Calls by {{user.id}}"}}, grouped)
	hits := make([]engine.Hit, 200)
	for i := range hits {
		hits[i] = engine.Hit{Columns: []column.Field{{Name: "user.id", Type: column.String}}, Row: []any{fmt.Sprint("u", i)}}
	}
	hits[1].Row = []any{""}
	_, raised := r.Run(0, hits)
	if n := len(raised); n != 150 || len(raised[149].Hits) != 51 {
		t.Errorf("%d alerts, the last of %d rows", n, len(raised[n-1].Hits))
	}
	if diff := cmp.Diff([]string{"Calls by u0", "Calls", "Calls by u2"}, []string{raised[0].Title, raised[1].Title, raised[2].Title}); diff != "" {
		t.Error(diff)
	}
}

func TestRaiseFed(t *testing.T) {
	r := NewRaiser(&Detection{Rule: engine.Rule{Language: engine.ESQL, MaxAlerts: 1}}, grouped)
	var got []string
	tell := func(run Told) error {
		for i, f := range run.Fates {
			got = append(got, fmt.Sprintln(run.Tick, run.Hits[i].Index, f.How, len(run.Raised)))
		}
		return nil
	}
	for _, h := range []engine.Hit{{Tick: 1}, {Tick: 1, Index: 1}, {Tick: 2}} {
		if err := r.Feed(h, tell); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := r.Flush(tell); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"1 0 alert 1\n", "1 1 over-cap 1\n", "2 0 alert 1\n"}, got); diff != "" {
		t.Error(diff)
	}
}

// A row gives its alert a title, a severity and a risk; what is empty or makes no sense leaves the rule's own.
func TestRaiseFromTheRow(t *testing.T) {
	columns := []column.Field{{Name: "what", Type: column.String}, {Name: "how", Type: column.String}, {Name: "score", Type: column.Long}}
	rule := engine.Rule{Title: "Calls", Severity: engine.Low, Risk: 21, MaxAlerts: 9}
	elastic := &Detection{Rule: rule, Headline: Headline{Title: "{{what}}"}}
	elastic.Rule.Rating = engine.Rating{RiskColumns: []string{"score"},
		Severities: []engine.SeverityOf{{Column: "how", Value: "bad", Severity: engine.High}, {Column: "what", Value: "all", Severity: engine.Medium}}}
	elastic.Rule.Language = engine.ESQL
	sentinel := &Detection{Rule: rule, Headline: Headline{Title: "{{what}} was {{ how }}", Text: "by {{score}}"},
		Details: map[string]string{"Score": "score"}, NoIncident: true}
	sentinel.Rule.Language, sentinel.Rule.Rating.SeverityColumn = engine.KQL, "how"
	for _, tt := range []struct {
		name string
		d    *Detection
		rows [][]any
		want []string
	}{
		{"elastic", elastic, [][]any{{"all", "bad", int64(73)}, {"all", "good", int64(101)}, {nil, "bad", nil}},
			[]string{"all|high|73||", "all|medium|21||", "Calls|high|21||"}},
		{"sentinel", sentinel, [][]any{{"all", "High", int64(5)}, {"all", "", int64(5)}, {"some", "dire", nil}},
			[]string{"all was High|high|21|by 5|[5]", "Calls|low|21|by 5|[5]", "some was dire|low|21||[]"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var hits []engine.Hit
			for i, row := range tt.rows {
				hits = append(hits, engine.Hit{Index: i, Columns: columns, Row: row})
			}
			_, raised := NewRaiser(tt.d, grouped).Run(0, hits)
			var got []string
			for _, a := range raised {
				details := ""
				for _, n := range a.Details {
					details += fmt.Sprint(n.Values)
				}
				got = append(got, fmt.Sprintf("%s|%s|%d|%s|%s", a.Title, a.Severity, a.Risk, a.Text, details))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
