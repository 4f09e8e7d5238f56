package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"casebook/engine"
)

// A rule ends soon after its budget although one record alone takes longer to read, to decode or to match: on any machine, however
// busy.
func TestBudgetOverGiants(t *testing.T) {
	const budget, soon = 20 * time.Millisecond, time.Minute
	db := fresh(t)
	var b strings.Builder
	for i := range 6 {
		fmt.Fprintf(&b, `{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-03-02T00:%02d:00Z","accountId":"1","identity":{"arn":"arn:aws:iam::1:user/u"},"region":"eu-west-1","requestId":"r%d","operation":"Converse","modelId":"m","input":{"inputBodyJson":{"p":"%s","q":[%s1]}},"output":{"outputBodyJson":{"t":"x"}}}`+"\n",
			i, i, strings.Repeat(`lorem \n ipsum é `, 500_000), strings.Repeat("1e6,", 500_000))
	}
	load(t, db, write(t, filepath.Join(t.TempDir(), "a.json"), b.String()))
	from, to, _, err := db.Span(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		`where event.original rlike ".*(x|y)zz[0-9]+q.*"`, `where gen_ai.prompt like "*zebra*"`, `where to_lower(event.original) like "*ipsum*zebra*"`,
		`eval p = split(event.original, " ") | where mv_count(p) < 3`, `where event.original : "zebra"`, `eval x = json_extract(event.original, "input.inputBodyJson.q[7]") | where x == "2"`,
	} {
		rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: "from logs-aws_bedrock.invocation-* | " + query + " | stats n = count(*) by user.id", Every: 10 * time.Minute, Lookback: time.Hour}
		begin := time.Now()
		report, err := engine.Replay(context.Background(), rule, db, engine.ReplayOptions{Span: engine.Window{From: from, To: to}, Budget: budget}, func(engine.Hit) error { return nil })
		took := time.Since(begin)
		if err != nil || report.Outcome != engine.OutcomePartial {
			t.Errorf("%s: %v %s %s", query, err, report.Outcome, report.Reason)
			continue
		}
		if over := took - budget; over > soon {
			t.Errorf("%s: ended %v after its budget", query, over)
		}
	}
}
