package store

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"casebook/engine/column"
	"casebook/engine/exec"
)

// Segments that lie over one another, with many equal times, come out in the order of time and then of ids, whole or in part, filtered
// or not.
func TestScanOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	dir := t.TempDir()
	db := open(t, filepath.Join(dir, "casebook.db"))
	begin := time.Date(2026, 3, 5, 2, 0, 0, 0, time.UTC)
	for file := range 9 {
		var log strings.Builder
		for i := range 40 + random.IntN(200) {
			at := ""
			if file < 8 || i%3 > 0 {
				at = fmt.Sprintf(`"TimeGenerated":%q,`, begin.Add(time.Duration(file*20+random.IntN(150))*time.Second).Format(time.RFC3339))
			}
			fmt.Fprintf(&log, `{%s"EventVendor":"OpenAI","EventProduct":"OpenAI API Platform","EventType":"ChatCompletion","EventSchema":"AgentEvent","ModelName":"m%d",`+
				`"EventUid":"f%d-%d","AdditionalFields":{"n":%d},"Type":"ASimAgentEventLogs"}`+"\n", at, random.IntN(4), file, i, i)
		}
		load(t, db, write(t, filepath.Join(dir, fmt.Sprintf("%d.json", file)), log.String()))
	}
	type row struct {
		at, id int64
		model  string
	}
	scan := func(r exec.Request) (list []row) {
		r.Table, r.Columns = "OpenAIChatCompletions", []string{"TimeGenerated", "ModelName"}
		rows, ids := readAll(t, db, r)
		for i, x := range rows {
			at, _ := x[0].(int64)
			list = append(list, row{at, ids[i], x[1].(string)})
		}
		return list
	}
	everything := scan(exec.Request{From: -1 << 63, To: 1<<63 - 1})
	if len(everything) < 700 {
		t.Fatalf("%d rows", len(everything))
	}
	if !slices.IsSortedFunc(everything, func(a, b row) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id)) }) {
		t.Error("rows are out of order")
	}
	first := column.FromTime(begin)
	for range 50 {
		from := first + int64(random.IntN(300))*column.Second
		r := exec.Request{From: from, To: from + int64(random.IntN(120))*column.Second}
		model := fmt.Sprintf("m%d", random.IntN(5))
		if random.IntN(2) == 0 {
			r.Where = []exec.Predicate{{Column: "ModelName", Op: exec.Equal, Value: model}}
		}
		var want []row
		for _, x := range everything {
			if x.at >= r.From && x.at < r.To && (r.Where == nil || x.model == model) {
				want = append(want, x)
			}
		}
		if got := scan(r); !slices.Equal(got, want) {
			t.Fatalf("%+v: %d rows, want %d in their order", r, len(got), len(want))
		}
	}
}
