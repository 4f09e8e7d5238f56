package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/syntax"
)

// TestKeptFunctions: queries call the functions that a workspace keeps as if they stood before the query as lets, and what is wrong in one is
// told as its file's.
func TestKeptFunctions(t *testing.T) {
	noon := column.FromTime(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	src := requestSource([]request{{time: noon, user: "ann", model: "m", size: 1}, {time: noon + 1, user: "bob", model: "m", size: 2}}, 2)
	all := []engine.Function{
		{Name: "imReq", Params: "(least:long = 0, off:bool = false)", File: "im.yaml", Line: 7, Column: 3, Indent: 2,
			Query: "let all = (least:long, off:bool) {\nunion isfuzzy=true vimReq(least, off), vimGone(least = least)\n};\nall(least = least, off = off) // the end"},
		{Name: "vimReq", Params: "(least:long, off:bool)", Query: "requests | where not(off) and size >= least | project user = ['user.id'], size"},
		{Name: "typo", Params: "()", File: "typo.yaml", Line: 7, Column: 3, Indent: 2, Query: "requests\n| where siz > 1\n| frobnicate"},
		{Name: "torn", Params: "(a)", File: "torn.yaml", Line: 2, Column: 1, Query: "requests"},
		{Name: "ever", Params: "()", File: "ever.yaml", Line: 1, Column: 1, Query: "ever | take 1"},
		{Name: "twice", Params: "(n:long)", Query: "n * 2"},
		{Name: "biggest", Params: "(T:(size:long))", Query: "T | top 1 by size"},
		{Name: "quiet", Params: "()", Query: "_GetWatchlist('ASimDisabledParsers') | project SearchKey"},
	}
	for _, tt := range []struct{ query, want string }{
		{"imReq | project user", "ann bob"},
		{"imReq() | project user", "ann bob"},
		{"imReq(2) | project user", "bob"},
		{"imReq(off = true) | project user", ""},
		{"let imReq = requests | project n = tokens + 5; imReq", "5 5"},
		{"print twice(21)", "42"},
		{"biggest(requests) | project ['user.id']", "bob"},
		{"requests | where 'a' !in (quiet) | count", "2"},
		{"let found = toscalar('a' in (quiet) or 'b' in (quiet)); print found", "false"},
		{"vimReq | count", "rule.yaml:3:1: 'vimReq' is no table"},
		{"typo | project nope", "typo.yaml:8:11: in the function 'typo': unknown column or name 'siz' (did you mean 'size'?)\ntypo.yaml:9:5: in the function 'typo': unknown operator 'frobnicate'"},
		{"torn(1) | take 1", "torn.yaml:2:1: in the function 'torn': expected ':', found ')' (write a type behind it: x:long or x:string)"},
		{"ever", "ever.yaml:1:1: in the function 'ever': the query nests deeper than 200 levels"},
		{"imReq(1, false, 3) | take 1", "rule.yaml:3:1: the function 'imReq' wants 0 to 2 arguments, found 3"},
	} {
		t.Run(tt.query, func(t *testing.T) {
			rule := &engine.Rule{ID: "r", Language: engine.KQL, Query: tt.query, File: "rule.yaml", Line: 3, Column: 1, Functions: engine.Called(tt.query, all)}
			q, err := rule.Parse(context.Background(), src)
			if err != nil {
				var told []string
				for _, e := range syntax.Errors(err) {
					told = append(told, e.Error())
					e.Caret()
				}
				if got := strings.Join(told, "\n"); got != tt.want {
					t.Errorf("\n got %s\nwant %s", got, tt.want)
				}
				return
			}
			got, err := engine.Run(context.Background(), q, src, engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var cells []string
			for i := range got.Batch.Len {
				cells = append(cells, fmt.Sprint(got.Batch.Columns[0].Value(i)))
			}
			if text := strings.Join(cells, " "); text != tt.want {
				t.Errorf("got %s\nwant %s", text, tt.want)
			}
		})
	}
}
