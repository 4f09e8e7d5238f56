package engine_test

import (
	"context"
	"fmt"
	"testing"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// TestLineageOfParts: a row of a part has the events that it was made of. One that a table written in the query gives has none, whatever
// stands beside it.
func TestLineageOfParts(t *testing.T) {
	users := column.NewBuilder(column.String, 3)
	for _, user := range []string{"ann", "bob", "ann"} {
		users.Str(user)
	}
	source := exec.NewMemory()
	source.Add(&plan.Table{Name: "calls", Fields: []column.Field{{Name: "user", Type: column.String}, {Name: "n", Type: column.Long}}},
		&column.Batch{Len: 3, Columns: []*column.Vector{users.Vector(), {Type: column.Long, Len: 3, Ints: []int64{5, 6, 7}}}})
	const both = `union (datatable(user:string, n:long)["ann", 1]), calls | `
	for _, tt := range []struct{ query, want string }{
		{both + `top 1 by n asc`, "[[]]"},
		{both + `partition by user (top 1 by n asc)`, "[[] [2]]"},
		{both + `partition by user (top 1 by n desc)`, "[[3] [2]]"},
		{both + `partition by user (summarize sum(n))`, "[[1 3] [2]]"},
		{both + `partition by user (where n > 100 | union (datatable(x:long)[1]))`, "[]"},
		{both + `partition by user (where n > 6 | union (datatable(n:long)[1]))`, "[[3] [] []]"},
	} {
		q, err := engine.Parse(context.Background(), engine.KQL, syntax.NewFile("query", tt.query), source, nil)
		if err != nil {
			t.Error(carets(err))
			continue
		}
		res, err := engine.Run(context.Background(), q, source, engine.Options{Lineage: true})
		if err != nil {
			t.Errorf("%s: %v", tt.query, err)
			continue
		}
		if got := fmt.Sprint(res.Events); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.query, got, tt.want)
		}
	}
}
