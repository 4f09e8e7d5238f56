package exec

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// scanCounter is a source that counts how often its events are read.
type scanCounter struct {
	*Memory
	scans int
}

func (c *scanCounter) Scan(ctx context.Context, req Request) (Scanner, error) {
	c.scans++
	return c.Memory.Scan(ctx, req)
}

// However many fields are looked for, the events are read once.
func TestCarriedReadsOnce(t *testing.T) {
	batch := &column.Batch{Len: 3}
	table := &plan.Table{Name: "events"}
	for _, name := range []string{"a", "b", "c"} {
		b := column.NewBuilder(column.String, 3)
		for i := range 3 {
			if name == "b" && i == 2 {
				b.Str("x")
			} else {
				b.Null()
			}
		}
		batch.Columns = append(batch.Columns, b.Vector())
		table.Fields = append(table.Fields, column.Field{Name: name, Type: column.String})
	}
	src := &scanCounter{Memory: NewMemory()}
	src.Add(table, batch)
	for _, names := range [][]string{nil, {"a"}, {"b"}, {"a", "b", "c"}} {
		src.scans = 0
		want := map[string]bool{}
		for _, n := range names {
			if n == "b" {
				want[n] = true
			}
		}
		got := map[string]bool{}
		if err := Carried(context.Background(), src, "events", names, got, 0, 0, math.MaxInt); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("of %v: %s", names, diff)
		}
		if src.scans != min(len(names), 1) {
			t.Errorf("for %v the events were read %d times", names, src.scans)
		}
	}
}
