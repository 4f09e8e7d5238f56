package exec

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// pairs reads rows that are texts like "a=1;b=2" as objects, and counts how many trees it made.
type pairs struct {
	texts []string
	trees int
	met   map[string]*[]any // by keys
}

func (p *pairs) tree(row int64) *column.Object {
	if p.texts[row] == "-" {
		return nil
	}
	o := column.NewObject()
	for pair := range strings.SplitSeq(p.texts[row], ";") {
		k, v, _ := strings.Cut(pair, "=")
		o.Set(k, v)
	}
	return o
}

func (p *pairs) Values(_ context.Context, rows []int64) ([]any, error) {
	values := make([]any, len(rows))
	for i, row := range rows {
		p.trees++
		if o := p.tree(row); o != nil {
			values[i] = o
		}
	}
	return values, nil
}

func (p *pairs) Property(_ context.Context, rows []int64, key string) ([]int32, column.Met, error) {
	if p.met == nil {
		p.met = map[string]*[]any{}
	}
	if p.met[key] == nil {
		p.met[key] = &[]any{nil}
	}
	places, met := make([]int32, len(rows)), p.met[key]
	for i, row := range rows {
		if o := p.tree(row); o != nil && o.Value(key) != nil {
			at := slices.Index(*met, o.Value(key))
			if at < 0 {
				at = len(*met)
				*met = append(*met, o.Value(key))
			}
			places[i] = int32(at)
		}
	}
	return places, column.Met{Values: *met, Root: met}, nil
}

// A column that nobody has read gives what it gives once read, wherever it goes; a property alone makes no tree.
func TestUnread(t *testing.T) {
	reader := &pairs{texts: []string{"-", "a=1;b=2", "b=3"}}
	fields := []column.Field{{Name: "time", Type: column.Time}, {Name: "bag", Type: column.Dynamic}}
	bags := &column.Vector{Type: column.Dynamic, Len: 5, Ints: []int64{1, 0, 2, 2, 1}, Nulls: column.NewBitmap(5), Unread: reader}
	bags.Nulls.Set(1)
	bags.Nulls.Set(2)
	values, err := bags.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	table0 := &plan.Table{Name: "bags", Time: "time", Fields: fields}
	source := func(bag *column.Vector) *Memory {
		m := NewMemory()
		times := &column.Vector{Type: column.Time, Len: 5, Ints: []int64{1, 2, 3, 4, 5}}
		whole := &column.Batch{Len: 5, Columns: []*column.Vector{times, bag}}
		m.Add(table0, whole.Slice(0, 2), whole.Slice(2, 5))
		return m
	}
	raw, read := source(bags), source(values)
	property := &function.Row{Name: "property", Means: function.MeansProperty, Returns: column.Dynamic, Nulls: true,
		Eval: func(_ *function.Env, args []*column.Vector, n int) (*column.Vector, error) {
			v := column.NewBuilder(column.Dynamic, n)
			for i := range n {
				o, _ := args[0].Value(i).(*column.Object)
				if o == nil || o.Value(args[1].Str(0)) == nil {
					v.Null()
				} else {
					v.Any(o.Value(args[1].Str(0)))
				}
			}
			return v.Vector(), nil
		}}
	s := scanOf(table0)
	bag := col(s, "bag")
	a := named{Name: "a", Expr: call(property, bag, lit(column.String, "a"))}
	b := call(property, bag, lit(column.String, "b"))
	made := 0
	twice := &function.Row{Name: "twice", Returns: column.String, Nulls: true, Eval: func(_ *function.Env, args []*column.Vector, n int) (*column.Vector, error) {
		v := column.NewBuilder(column.String, n)
		for i := range n {
			made++
			if text, ok := args[0].Value(i).(string); ok {
				v.Str(text + text)
			} else {
				v.Null()
			}
		}
		return v.Vector(), nil
	}}
	grouped := aggregateOf(s, []named{{Name: "n", Expr: call(countRows)}}, named{Name: "bag", Expr: bag})
	for _, tt := range []struct {
		name  string
		plan  plan.Node
		trees int
	}{
		{"a property", projectOf(s, a), 0},
		{"a property later on", projectOf(sortOf(projectOf(s, named{Name: "bag", Expr: bag}), plan.SortKey{Expr: long(1)}),
			named{Name: "a", Expr: call(property, &plan.Col{Index: 0, T: column.Dynamic}, lit(column.String, "a"))}), 0},
		{"the column", s, 5}, {"null or not", filterOf(s, call(isNull, bag)), -1}, {"groups", grouped, -1},
		{"sorted", sortOf(s, plan.SortKey{Expr: bag}), -1}, {"lazy", projectOf(s, named{Name: "x", Expr: call(coalesce, bag, bag)}), -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := table(t, tt.plan, read, Options{})
			reader.trees = 0
			got := table(t, tt.plan, raw, Options{})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-read +unread):\n%s", diff)
			}
			if tt.trees >= 0 && reader.trees != tt.trees {
				t.Errorf("%d trees were made, want %d", reader.trees, tt.trees)
			}
		})
	}
	t.Run("made once of each value", func(t *testing.T) {
		once := projectOf(s, named{Name: "t", Expr: call(twice, b)})
		want := table(t, once, read, Options{})
		made = 0
		if diff := cmp.Diff(want, table(t, once, raw, Options{})); diff != "" {
			t.Errorf("(-read +unread):\n%s", diff)
		}
		if made != 3 { // null, "2" and "3", which come in two batches
			t.Errorf("made %d times, want 3", made)
		}
	})
}
