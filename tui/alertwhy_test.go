package tui

import (
	"context"
	"strings"
	"testing"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/syntax"
	"casebook/tui/why"
	"casebook/tui/widget"
)

// TestNearMissSaysWhoAndByHowMuch: what decides and whose it is come before the other figures, none of which is cut.
func TestNearMissSaysWhoAndByHowMuch(t *testing.T) {
	a := desk(t, scene(attacker))
	q, err := engine.Parse(context.Background(), engine.ESQL, &syntax.File{Name: "q", Text: "FROM logs-aws_bedrock.invocation-* | STATS largest_prompt_tokens = MAX(gen_ai.usage.prompt_tokens), largest_completion_tokens = MAX(gen_ai.usage.completion_tokens), calls = COUNT(*) BY user.id | WHERE calls > 2"}, a.Store, nil)
	if err != nil {
		t.Fatal(err)
	}
	columns := []column.Field{{Name: "largest_prompt_tokens", Type: column.Long}, {Name: "largest_completion_tokens", Type: column.Long}, {Name: "calls", Type: column.Long}, {Name: "user.id", Type: column.String}}
	s := newAlert(1, nil)
	s.ledger = &why.Ledger{Gate: why.GateOf(q), Groups: 3, Misses: []why.Miss{{Columns: columns, Row: []any{int64(13706), int64(54818), int64(2), attacker}}}}
	s.d.peak.Columns, s.d.veiled = columns, make([]bool, len(columns))
	for _, width := range []int{60, 78} {
		rows := s.missRows(a, width)
		if len(rows) != 2 {
			t.Fatalf("%d rows", len(rows))
		}
		line := rows[1].line.String()
		if rows[1].line.Width() > width || !strings.HasPrefix(line, "  calls 2  ") || !strings.Contains(line, "lambda-x") || strings.Contains(line, "54818") {
			t.Errorf("in %d: %s", width, line)
		}
	}
}

// TestFiguresAreGroupedAlike: a fraction has the same groups as a whole number beside it.
func TestFiguresAreGroupedAlike(t *testing.T) {
	for f, want := range map[float64]string{20064.83: "20,064.83", -1999.999: "-2,000.00", 0.5: "0.50", -0.25: "-0.25", 5000: "5,000", 12.345: "12.35"} {
		if got := floatText(f); got != want {
			t.Errorf("%v is written %s, want %s", f, got, want)
		}
	}
}

// TestGuideSaysHowManyRowsAreBelow: a step whose rows are cut says so beside their heading.
func TestGuideSaysHowManyRowsAreBelow(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	s := toStep(t, a, "prompts-24h")
	r := s.run(s.current()).result
	rows := widget.List{}
	rows.Resize(r.Batch.Len, 1)
	if r.Batch.Len < 8 {
		t.Fatalf("%d rows are too few", r.Batch.Len)
	}
	if got := text(a); !strings.Contains(got, " rows more, enter shows them") {
		t.Errorf("nobody is told of the rest:\n%s", got)
	}
	press(a, "enter")
	if got := text(a); strings.Contains(got, "rows more") {
		t.Errorf("told where they can be seen:\n%s", got)
	}
}

// TestCaptionsAreWhole: what a chart's columns are is not cut where a preview is narrow.
func TestCaptionsAreWhole(t *testing.T) {
	for _, width := range []int{118, 120, 126, 140} {
		a := sized(desk(t, scene(attacker)), width, 34)
		got := text(a)
		if !strings.Contains(got, " a column") && !strings.Contains(got, "a column is ") {
			continue // no room for a chart beside the list
		}
		for _, line := range strings.Split(got, "\n") {
			if strings.Contains(line, "column") && !strings.HasSuffix(strings.TrimRight(line, " "), "s") && !strings.HasSuffix(line, " a column") {
				t.Errorf("%d columns: %s", width, line)
			}
		}
		checkFrame(t, a)
	}
}
