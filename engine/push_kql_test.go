package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/kql"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// asked is a source that notes what it is asked for.
type asked struct {
	*exec.Memory
	where []string
}

func (a *asked) Scan(ctx context.Context, r exec.Request) (exec.Scanner, error) {
	for _, p := range r.Where {
		a.where = append(a.where, fmt.Sprintf("%s %d %v", p.Column, p.Op, p.Value))
	}
	return a.Memory.Scan(ctx, r)
}

// TestKQLPushesDown holds that a source is asked only for what it can tell exactly: bytes and numbers, not cases or terms,
// and never for the empty text, which stands for null too.
func TestKQLPushesDown(t *testing.T) {
	table := &plan.Table{Name: "T", Fields: []column.Field{{Name: "s", Type: column.String}, {Name: "n", Type: column.Long}}}
	s, n := column.NewBuilder(column.String, 3), column.NewBuilder(column.Long, 3)
	s.Str("a")
	s.Null()
	s.Str("A")
	n.Int(1)
	n.Int(2)
	n.Null()
	batch := &column.Batch{Len: 3, Columns: []*column.Vector{s.Vector(), n.Vector()}}
	for _, tt := range []struct {
		where, want string
		rows        int
	}{
		{"s == 'a'", "s 0 a", 1},
		{"s in ('a', 'b')", "s 5 [a b]", 1},
		{"n >= 2", "n 4 2", 1},
		{"2 > n and s == 'a'", "n 1 2; s 0 a", 1},
		{"s == ''", "", 1},
		{"s in ('a', '')", "", 2},
		{"s != 'a'", "", 2},
		{"s =~ 'a'", "", 2},
		{"s has 'a'", "", 2},
		{"isempty(s)", "", 1},
		{"s == 'a' or n == 2", "", 2},
	} {
		t.Run(tt.where, func(t *testing.T) {
			src := &asked{Memory: exec.NewMemory()}
			src.Takes = true
			src.Add(table, batch)
			root, _, err := kql.Plan(context.Background(), syntax.NewFile("query", "T | where "+tt.where), src, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := exec.Run(context.Background(), root, src, exec.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if asked := strings.Join(src.where, "; "); asked != tt.want || got.Batch.Len != tt.rows {
				t.Errorf("asked for %q and got %d rows\nwant %q and %d", asked, got.Batch.Len, tt.want, tt.rows)
			}
		})
	}
}
