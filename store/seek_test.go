package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"casebook/engine"
	"casebook/engine/exec"
	"casebook/engine/plan"
)

// oddPrompts are bodies, as JSON, that hold what is looked for in spellings of every kind.
func oddPrompts() []string {
	bodies := []string{
		`{"p":"run PowerShell now"}`, `{"p":"run \u0070owershell now"}`, `{"p":"a \/bin\/sh b"}`, `{"p":"/bin/sh"}`, `{"powershell":1}`, `{"p":"curl  -o"}`,
		`{"b":"x","a":"powershell"}`, `{"p":"power","q":"shell"}`, `{"n":1e3,"m":1000.0,"k":1000}`, `{"p":"1000"}`, `{"p":["true",true,null]}`,
		`{"p":"\u003cscript\u003e a<b"}`, `{"p":"<script>"}`, "{\"p\":\"mas\u212a and \u017fecret\"}", `{"p":"mas\u212a and \u017fecret"}`, `{"p":"MASK and SECRET"}`,
		`{"p":"say \"powershell\" \\ twice\n"}`, `{"p":"caf\u00e9 café CAFÉ"}`, `{}`, `null`, `"powershell"`, `{"p":"` + strings.Repeat("€", 25_000) + ` powershell"}`,
		`{"p":"` + strings.Repeat("x", 40_000) + ` powershell"}`, `{"p":[` + strings.Repeat("1e6,", 8_000) + `1],"q":"none"}`, "{\"p\":\"bro\xffken powershell\"}",
	}
	pieces := []string{"powershell", "POWER", "shell", " ", "/bin/", "sh", "1000", "true", "é", "k", "mask", "\u212a", "curl", "secret", "<script>", "x", `"`, `\`, "\n"}
	random := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		var b strings.Builder
		for range random.IntN(8) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		text, _ := json.Marshal(b.String())
		bodies = append(bodies, fmt.Sprintf(`{"z":%s,"a":%d}`, text, random.IntN(2000)))
	}
	return bodies
}

// What a query gives does not depend on whether records were looked at before they were decoded; nor does what it warns of.
func TestSeek(t *testing.T) {
	db := fresh(t)
	var b strings.Builder
	for i, body := range oddPrompts() {
		fmt.Fprintf(&b, `{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-03-02T00:%02d:%02dZ","accountId":"1","identity":{"arn":"arn:aws:iam::1:user/u"},"region":"eu-west-1","requestId":"r%d","operation":"Converse","modelId":"m","input":{"inputContentType":"application/json","inputBodyJson":%s},"output":{"outputBodyJson":{"t":"end_turn %d"}}}`+"\n",
			i/60, i%60, i, body, i%7)
	}
	load(t, db, write(t, filepath.Join(t.TempDir(), "a.json"), b.String()))
	var conditions []string
	for _, c := range []string{`like "*powershell*"`, `like "*/bin/sh*"`, `like "*power*shell*"`, `like "*1000*"`, `like "*true*"`, `like "*<script>*"`, `like "*mask*"`, `like "*po?ershell*"`,
		`like "*café*"`, `rlike ".*(power|curl).*"`, `rlike ".*[Ss]ecret.*"`, `like "*\"powershell\\\\\"*"`, `like ("*secret*", "*curl*")`, `== "{}"`} {
		conditions = append(conditions, "gen_ai.prompt "+c, "to_lower(gen_ai.prompt) "+c, "not gen_ai.prompt "+c)
	}
	conditions = append(conditions, `to_upper(gen_ai.prompt) like "*SECRET*"`, `contains(gen_ai.prompt, "shell") and gen_ai.completion like "*end_turn 3*"`, `gen_ai.prompt like "*curl*" or gen_ai.completion like "*end_turn 5*"`,
		`gen_ai.prompt like "*curl*" or gen_ai.request.id == "r3"`, `starts_with(gen_ai.prompt, "{\"a\"")`, `event.original like "*inputContentType*" and event.original rlike ".*PowerShell.*"`)
	both := `to_lower(concat(coalesce(gen_ai.prompt, "none"), " | ", coalesce(gen_ai.completion, "")))`
	conditions = append(conditions, both+` like "*powershell*"`, both+` like "*none*"`, both+` like "*} | {*"`, both+` like "*shell*end_turn 2*"`, `not `+both+` like "*secret*"`,
		`concat(gen_ai.prompt, gen_ai.completion) like "*}{*"`, `case(`+both+` like "*curl*", "c", gen_ai.prompt like "*<script>*", "s", null) is not null`,
		`case(gen_ai.prompt like "*curl*", "c", "none") is not null`, `concat(gen_ai.prompt, "-", gen_ai.prompt, "-", gen_ai.prompt) rlike ".*x{30}.*mask.*"`,
		`gen_ai.prompt rlike ".*(po|mas)[wk][a-z]+.*"`)
	var roots []plan.Node
	asked := 0
	for _, c := range conditions {
		for _, text := range []string{"from logs-aws_bedrock.invocation-* | where " + c + " | keep gen_ai.request.id, gen_ai.prompt",
			"from logs-aws_bedrock.invocation-* | eval p = to_lower(gen_ai.prompt) | where " + strings.ReplaceAll(c, "gen_ai.prompt", "p") + " | stats n = count(*) by gen_ai.completion | sort gen_ai.completion"} {
			rule := engine.Rule{ID: "r", Language: engine.ESQL, Query: text}
			q, err := rule.Parse(context.Background(), db)
			if err != nil {
				t.Fatal(err)
			}
			roots = append(roots, q.Plan)
			plain, err := exec.Run(context.Background(), q.Plan, db, exec.Options{Whole: true})
			if err != nil {
				t.Fatal(err)
			}
			got, err := exec.Run(context.Background(), q.Plan, db, exec.Options{Counts: true})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(valuesOf(got), valuesOf(plain)) {
				t.Errorf("%s:\n%d rows, plainly %d", text, got.Batch.Len, plain.Batch.Len)
			}
			if !reflect.DeepEqual(got.Warnings, plain.Warnings) {
				t.Errorf("%s:\nwarns %v, plainly %v", text, got.Warnings, plain.Warnings)
			}
			if got.Batch.Len > 0 {
				asked++
			}
		}
	}
	if asked < len(conditions) {
		t.Errorf("only %d of %d queries found anything", asked, 2*len(conditions))
	}
	checkHeld(t, &db.seeking)
	// The same again, when all of it was foreseen.
	known := len(db.seeking.answers[db.cache.list[0]])
	db.seeking.answers, db.seeking.held = nil, 0
	if err := exec.Foresee(context.Background(), db, roots...); err != nil {
		t.Fatal(err)
	}
	if _, err := exec.Run(context.Background(), roots[0], db, exec.Options{}); err != nil {
		t.Fatal(err)
	}
	if again := len(db.seeking.answers[db.cache.list[0]]); again < known {
		t.Errorf("one reading of the records answered %d of %d", again, known)
	}
	checkHeld(t, &db.seeking)
}

func valuesOf(r *exec.Result) [][]any {
	rows := make([][]any, r.Batch.Len)
	for i := range rows {
		for _, v := range r.Batch.Columns {
			rows[i] = append(rows[i], v.Value(i))
		}
	}
	return rows
}
