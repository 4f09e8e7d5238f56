package guides

import (
	"context"
	"strings"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// A filter holds of an event where it holds of any of a field's values, and with both its ends of the same one.
func TestFiltersOfSeveralValues(t *testing.T) {
	const event = `ROW n = [1, 100], one = 5, text = ["cmd.exe", "Bash"], none = null, at = ["2026-03-01T12:00:00Z", "2026-03-05T00:00:00Z"]::datetime, ip = ["10.0.0.1", "192.168.0.1"]::ip`
	asOf := column.FromTime(time.Date(2026, 3, 5, 6, 0, 0, 0, time.UTC))
	is := func(kind, field string, value any) map[string]any {
		return map[string]any{"query": map[string]any{kind: map[string]any{field: value}}}
	}
	type m = map[string]any
	for _, tt := range []struct {
		filter map[string]any
		want   bool
	}{
		{is("prefix", "text", "Ba"), true},
		{is("prefix", "text", "ba"), false},
		{is("prefix", "text", m{"value": "ba", "case_insensitive": true}), true},
		{is("wildcard", "text", m{"value": "*.exe"}), true},
		{is("wildcard", "text", m{"value": "*.exe*h"}), false},
		{is("wildcard", "none", m{"value": "*"}), false},
		{is("range", "n", m{"gt": int64(50)}), true},
		{is("range", "n", m{"gt": int64(100)}), false},
		{is("range", "n", m{"gte": "100"}), true},
		{is("range", "n", m{"lt": 1.5}), true},
		{is("range", "n", m{"gt": int64(2), "lt": int64(99)}), false},
		{is("range", "n", m{"gte": int64(2), "lt": int64(100)}), false},
		{is("range", "n", m{"gte": int64(2), "lte": int64(100)}), true},
		{is("range", "n", m{"gt": int64(1), "lt": int64(100)}), false},
		{is("range", "one", m{"gte": int64(5), "lt": int64(6)}), true},
		{is("range", "one", m{"gt": int64(5), "lt": int64(6)}), false},
		{is("range", "none", m{"lte": int64(6)}), false},
		{is("range", "at", m{"gte": "2026-03-05", "lte": "2026-03-05"}), true},
		{is("range", "at", m{"gt": "2026-03-05"}), false},
		{is("range", "at", m{"gt": "2026-03-01", "lt": "2026-03-05"}), false},
		{is("range", "at", m{"gte": "2026-03-01", "lt": "2026-03-05"}), true},
		{is("range", "at", m{"lte": "2026-03-01"}), true},
		{is("range", "at", m{"gt": "now-1d/d"}), true}, // the day before ends just before the second of the values
		{is("range", "at", m{"gte": "now+1d"}), false},
		{is("range", "ip", m{"gte": "10.0.0.0", "lte": "10.0.0.255"}), true},
		{is("range", "ip", m{"gt": "10.0.0.1", "lt": "192.168.0.1"}), false},
	} {
		for _, negate := range []bool{false, true} {
			tt.filter["meta"] = m{"negate": negate}
			c, err := filterCondition(tt.filter)
			if err != nil {
				t.Errorf("%v: %v", tt.filter, err)
				continue
			}
			q, err := engine.Parse(context.Background(), engine.ESQL, syntax.NewFile("filter", event+" | WHERE "+c), exec.NewMemory(), nil)
			if err != nil {
				t.Errorf("%s: %v", c, err)
				continue
			}
			got := answerOf(t, q, asOf)
			if got != (tt.want != negate) {
				t.Errorf("%s is %v", c, got)
			}
		}
	}
}

func answerOf(t *testing.T, q *engine.Query, asOf int64) bool {
	t.Helper()
	result, err := engine.Run(context.Background(), q, exec.NewMemory(), engine.Options{AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	return result.Batch.Len == 1
}

// What a filter adds to FROM's line moves no place on it, and a mistake of its own is shown with its text.
func TestFiltersKeepPlaces(t *testing.T) {
	rule := strings.Replace(filtered, "from logs-a-* metadata _id // all\n| where x == 1", "from logs-a-* metadata _id | where nope(x) | eval y = nop2(x)", 1)
	for _, tt := range []struct{ filter, want string }{
		{"", ""},
		{"[[rule.filters]]\n[rule.filters.query.exists]\nfield = \"a.b\"\n", ""},
		{"[[rule.filters]]\n[rule.filters.query.wildcard]\na = \"x\\\\y\"\n", ""},
	} {
		list, err := Read("rule.toml", []byte(rule+tt.filter))
		if err != nil {
			t.Fatal(err)
		}
		_, err = list[0].Rule.Parse(context.Background(), anyFields{})
		var got []string
		for _, e := range syntax.Errors(err) {
			got = append(got, e.Caret())
		}
		const want = `rule.toml:10:36: unknown function NOPE
 10 | from logs-a-* metadata _id | where nope(x) | eval y = nop2(x)
    |                                    ^^^^
rule.toml:10:55: unknown function NOP2
 10 | data _id | where nope(x) | eval y = nop2(x)
    |                                     ^^^^`
		if text := strings.Join(got, "\n"); text != want {
			t.Errorf("with %q\n%s", tt.filter, text)
		}
	}
	// The rule's own text is as its file has it where the mistake is of the filter.
	list, err := Read("rule.toml", []byte(strings.Replace(filtered, "// all", "| where z == 2", 1)+"[[rule.filters]]\n[rule.filters.query.range.x]\ngte = \"now-1d\"\nlte = 5\n"))
	if err != nil {
		t.Fatal(err)
	}
	const want = `rule.toml:10:27: argument 2 of MV_IN_RANGE must be double, found date
 10 |  COALESCE(MV_IN_RANGE(TO_DOUBLE(x), NOW() - 1 days, 5.0), false) | where
    |                                     ^^^^^^^^^^^^^^`
	_, err = list[0].Rule.Parse(context.Background(), anyFields{})
	if got := syntax.Errors(err); len(got) != 1 || got[0].Caret() != want {
		t.Errorf("got\n%s", got[0].Caret())
	}
}

// anyFields is a catalog that has an open table of every name.
type anyFields struct{}

func (anyFields) Table(name string) (*plan.Table, bool) {
	return &plan.Table{Name: name, Open: true}, true
}
func (anyFields) Names() []string { return nil }
