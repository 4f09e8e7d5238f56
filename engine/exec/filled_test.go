package exec

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// rare reads texts, and counts how many.
type rare struct{ read int }

func (r *rare) Values(_ context.Context, rows []int64) ([]any, error) {
	values := make([]any, len(rows))
	for i, row := range rows {
		r.read++
		switch row % 3 {
		case 0:
			values[i] = "some"
		case 1:
			values[i] = []any{"a", "list"}
		}
	}
	return values, nil
}

// A text that is "" where there is none is read for the rows that are wanted alone, and for the first of an order not for the others.
func TestFilled(t *testing.T) {
	const rows = 3000
	reader := &rare{}
	var batch [][]any
	for i := range rows {
		batch = append(batch, []any{int64(i) * column.Second, nil})
	}
	of := &plan.Table{Name: "rare", Time: "time", Fields: []column.Field{{Name: "time", Type: column.Time}, {Name: "text", Type: column.String}}}
	b := batchOf(of.Fields, batch...)
	unread := &column.Vector{Type: column.String, Len: rows, Ints: make([]int64, rows), Unread: reader}
	for i := range unread.Ints {
		unread.Ints[i] = int64(i)
	}
	b.Columns[1] = unread
	m := NewMemory()
	m.Add(of, b)
	scan := scanOf(of)
	fill := &function.Row{Name: "filled", Params: []column.Type{column.String}, Returns: column.String, Nulls: true, Means: function.MeansFilled,
		Eval: func(_ *function.Env, args []*column.Vector, n int) (*column.Vector, error) {
			list := column.NewBuilder(column.String, n)
			for i := range n {
				if args[0].IsNull(i) {
					list.Str("")
				} else {
					list.Str(args[0].Str(i))
				}
			}
			return list.Vector(), nil
		}}
	filled := projectOf(scan, named{Name: "time", Expr: col(scan, "time")}, named{Name: "text", Expr: call(fill, col(scan, "text"))})
	sorted := &plan.Sort{Base: plan.Base{Out: filled.Schema()}, Input: filled, Keys: []plan.SortKey{{Expr: col(filled, "time"), Desc: true}}}
	// Some batches are asked for their texts as a whole, some for those of a few rows, and some not at all.
	late := call(atLeastTime, col(filled, "time"), lit(column.Time, int64(1500)*column.Second))
	some := filterOf(filled, call(choose, late, lit(column.Bool, true), call(equalText, col(filled, "text"), lit(column.String, "some"))))
	for _, root := range []plan.Node{
		&plan.Sort{Base: sorted.Base, Input: some, Keys: sorted.Keys},
		&plan.Limit{Base: sorted.Base, Input: &plan.Sort{Base: sorted.Base, Input: some, Keys: sorted.Keys}, N: 2500},
	} {
		if diff := cmp.Diff(table(t, root, m, Options{Whole: true}), table(t, root, m, Options{})); diff != "" {
			t.Errorf("of several batches (-at once +late):\n%s", diff)
		}
	}
	for _, root := range []plan.Node{
		&plan.Limit{Base: plan.Base{Out: filled.Schema()}, Input: sorted, N: 30},
		&plan.Limit{Base: plan.Base{Out: filled.Schema()}, Input: filled, N: 30},
	} {
		reader.read = 0
		lazily := table(t, root, m, Options{})
		if reader.read != 30 {
			t.Errorf("of 30 rows %d texts were read", reader.read)
		}
		if diff := cmp.Diff(table(t, root, m, Options{Whole: true}), lazily); diff != "" {
			t.Errorf("(-at once +late):\n%s", diff)
		}
	}
}
