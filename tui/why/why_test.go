package why

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store"
)

var day = time.Date(2026, 6, 8, 0, 0, 0, 0, time.UTC)

// denials is how often a user is denied, from an hour of the day on.
type denials struct {
	user string
	at   time.Duration
	n    int
}

func desk(t testing.TB, list ...denials) *store.DB {
	t.Helper()
	dir := t.TempDir()
	var b strings.Builder
	id := 0
	for _, d := range list {
		for i := range d.n {
			id++
			name, err := json.Marshal("arn:aws:iam::123456789012:user/" + d.user)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, `{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":%q,"accountId":"123456789012","identity":{"arn":%s},"region":"us-east-1",`+
				`"requestId":"00000000-0000-4000-8000-%012d","operation":"Converse","modelId":"anthropic.claude-3-opus","errorCode":"AccessDeniedException",`+
				`"input":{"inputContentType":"application/json","inputTokenCount":40},"output":{"outputContentType":"application/json"}}`+"\n",
				day.Add(d.at+time.Duration(i)*time.Minute).Format(time.RFC3339), name, id)
		}
	}
	log := filepath.Join(dir, "calls.json")
	if err := os.WriteFile(log, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(filepath.Join(dir, "casebook.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Load(context.Background(), []string{log}, store.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	return db
}

func library(t testing.TB, id string) *engine.Rule {
	t.Helper()
	all, err := guides.Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Rule.ID == id {
			return &d.Rule
		}
	}
	t.Fatalf("no rule %s", id)
	return nil
}

// strongest is the hit of a user with the most denials.
func strongest(t testing.TB, db *store.DB, rule *engine.Rule, user string) *engine.Hit {
	t.Helper()
	from, to, _, err := db.Span(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var best *engine.Hit
	_, err = engine.Replay(context.Background(), rule, db, engine.ReplayOptions{Span: engine.Window{From: from, To: to}}, func(h engine.Hit) error {
		_, entity := entityOf(rule, &h)
		if strings.HasSuffix(entity, "/"+user) && (best == nil || len(h.Events) > len(best.Events)) {
			best = &h
		}
		return nil
	})
	if err != nil || best == nil {
		t.Fatalf("no hit of %s (%v)", user, err)
	}
	return best
}

func TestExplain(t *testing.T) {
	db := desk(t, denials{"ann", 10 * time.Hour, 9}, denials{"bob", 10*time.Hour + 5*time.Minute, 3}, denials{"cat", 10 * time.Hour, 2}, denials{"dan", 10 * time.Hour, 1}, denials{"eve", 10 * time.Hour, 12})
	rule := library(t, "bedrock-denied-models")
	l, err := Explain(context.Background(), db, rule, strongest(t, db, rule, "ann"))
	if err != nil {
		t.Fatal(err)
	}
	if first := l.Gate.First(); first.Column != "total_denials" || first.Operator != ">" || first.Value != 3 {
		t.Errorf("the gate is %+v", first)
	}
	if l.Groups != 5 || l.Fired != 2 || l.Rank != 2 {
		t.Errorf("%d groups, %d fired, rank %d; want 5, 2, 2", l.Groups, l.Fired, l.Rank)
	}
	// Three denials are at the threshold, two are a third under it, one is too far from it.
	var got []string
	for _, m := range l.Misses {
		got = append(got, fmt.Sprint(m.Row[0], " ", strings.TrimPrefix(fmt.Sprint(m.Row[1]), "arn:aws:iam::123456789012:user/")))
	}
	if fmt.Sprint(got) != "[3 bob 2 cat]" {
		t.Errorf("near misses %v", got)
	}
	if n := len(l.Stages); n != 5 || l.Stages[n-1].Rows != 2 {
		t.Errorf("stages %+v", l.Stages)
	}
}

func TestBefore(t *testing.T) {
	// Two days in which ann is denied twice in one hour and five times in another, then nine times.
	db := desk(t, denials{"ann", 2*time.Hour + 5*time.Minute, 2}, denials{"ann", 20*time.Hour + 5*time.Minute, 5}, denials{"ann", 50*time.Hour + 5*time.Minute, 9}, denials{"bob", 30 * time.Hour, 3})
	rule := library(t, "bedrock-denied-models")
	since, _, _, err := db.Span(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	hit := strongest(t, db, rule, "ann")
	b, err := Before(context.Background(), db, rule, hit, since)
	if err != nil {
		t.Fatal(err)
	}
	if b.Column != "total_denials" || b.Days != 7 || b.Thin() || b.Active != 2 || b.Met != 1 || b.Most != 5 {
		t.Errorf("baseline %+v", b)
	}
	if want := int((hit.Window.From - since + column.Hour - 1) / column.Hour); b.Windows != want {
		t.Errorf("%d windows, want %d", b.Windows, want)
	}
	thin, err := Before(context.Background(), db, rule, hit, hit.Window.From-2*column.Hour)
	if err != nil || !thin.Thin() || thin.Windows != 2 {
		t.Errorf("two hours of history: %+v (%v)", thin, err)
	}
	none, err := Before(context.Background(), db, rule, hit, hit.Window.From)
	if err != nil || none.Windows != 0 {
		t.Errorf("no history: %+v (%v)", none, err)
	}
}

// TestGates: every rule of the library says what decided.
func TestGates(t *testing.T) {
	for id, want := range map[string]string{
		"bedrock-denied-models":          "[{total_denials > 3}]",
		"bedrock-resource-exhaustion":    "[{request_count > 1}]",
		"azure-openai-insecure-output":   "[{count >= 10}]",
		"azure-openai-denial-of-service": "[{avg_request_size >= 5000} {count >= 10}]",
		"openai-red-team-pacing":         "[{Requests >= 30} {MedianGapMs < 2000} {StdGapMs < 500}]",
	} {
		d := library(t, id)
		q, err := d.Parse(context.Background(), store.Catalog{})
		if err != nil {
			t.Fatal(err)
		}
		g := GateOf(q)
		for i, c := range g.Conditions {
			if value := d.Query[c.At.Start:c.At.End]; value != fmt.Sprint(c.Value) {
				t.Errorf("%s: the constant stands at %q", id, value)
			}
			g.Conditions[i].At = syntax.Span{}
		}
		if got := strings.ReplaceAll(fmt.Sprint(g.Conditions), " {0 0}", ""); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for _, tt := range []struct {
		c    Condition
		v    float64
		want float64
	}{
		{Condition{Column: "n", Operator: ">", Value: 4}, 5, 0}, {Condition{Column: "n", Operator: ">", Value: 4}, 4, 0}, {Condition{Column: "n", Operator: ">", Value: 4}, 2, 0.5}, {Condition{Column: "n", Operator: "<", Value: 500}, 250, 0},
		{Condition{Column: "n", Operator: "<", Value: 500}, 750, 0.5}, {Condition{Column: "n", Operator: ">=", Value: 0}, -1, 1}, {Condition{Column: "n", Operator: "==", Value: 3}, 3, 0},
	} {
		if got := tt.c.Short(tt.v); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%v of %v is %v short, want %v", tt.v, tt.c, got, tt.want)
		}
	}
}
