package function

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"casebook/engine/column"
)

func vector(t column.Type, rows ...any) *column.Vector {
	b := column.NewBuilder(t, len(rows))
	for _, r := range rows {
		b.Value(r)
	}
	return b.Vector()
}

func rows(v *column.Vector) []any {
	var out []any
	for i := range v.Len {
		out = append(out, v.Value(i))
	}
	return out
}

func TestMap(t *testing.T) {
	upper := Map1(column.String, func(_ *Env, s string) (string, bool) { return strings.ToUpper(s), s != "bad" })
	length := Map1(column.Long, func(_ *Env, s string) (int64, bool) { return int64(len(s)), true })
	divide := Map2(column.Long, func(_ *Env, a, b int64) (int64, bool) {
		if b == 0 {
			return 0, false
		}
		return a / b, true
	})
	concat := MapN(column.String, func(_ *Env, a []string) (string, bool) { return strings.Join(a, ""), true })
	unique := MapValues(column.String, func(_ *Env, values []string, _ []any) ([]string, bool) {
		return values[:1], true
	})
	for _, tt := range []struct {
		name string
		f    Eval
		args []*column.Vector
		want []any
	}{
		{"each distinct string once", upper, []*column.Vector{vector(column.String, "a", nil, "bad", "a")}, []any{"A", nil, nil, "A"}},
		{"a large dictionary", upper, []*column.Vector{vector(column.String, "a", "b", "c", "d", "e").Slice(3, 5)}, []any{"D", "E"}},
		{"a constant", upper, []*column.Vector{vector(column.String, "x").Repeat(3)}, []any{"X", "X", "X"}},
		{"strings to numbers", length, []*column.Vector{vector(column.String, "a", "bcd", nil)}, []any{int64(1), int64(3), nil}},
		{"no values at all", length, []*column.Vector{column.NullVector(column.Null, 2)}, []any{nil, nil}},
		{"two", divide, []*column.Vector{vector(column.Long, int64(7), int64(1), nil), vector(column.Long, int64(2), int64(0), int64(1))}, []any{int64(3), nil, nil}},
		{"two and a constant", divide, []*column.Vector{vector(column.Long, int64(7), nil), vector(column.Long, int64(2)).Repeat(2)}, []any{int64(3), nil}},
		{"a constant and two", divide, []*column.Vector{vector(column.Long, int64(7)).Repeat(2), vector(column.Long, int64(2), int64(0))}, []any{int64(3), nil}},
		{"many", concat, []*column.Vector{vector(column.String, "a", "b"), vector(column.String, "c", nil), vector(column.String, "d", "e")}, []any{"acd", nil}},
		{"values", unique, []*column.Vector{vector(column.String, []any{"a", "b"}, nil, "c")}, []any{"a", nil, "c"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.f(&Env{Context: context.Background()}, tt.args, len(tt.want))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(rows(got), tt.want) {
				t.Errorf("got %v, want %v", rows(got), tt.want)
			}
		})
	}
}

func TestLogic(t *testing.T) {
	a := vector(column.Bool, true, true, true, false, false, false, nil, nil, nil)
	b := vector(column.Bool, true, false, nil, true, false, nil, true, false, nil)
	for _, tt := range []struct {
		name string
		f    Eval
		want []any
	}{
		{"and", And, []any{true, false, nil, false, false, false, nil, false, nil}},
		{"or", Or, []any{true, true, true, true, false, nil, true, nil, nil}},
		{"not", Not, []any{false, false, false, true, true, true, nil, nil, nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.f(nil, []*column.Vector{a, b}, 9)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(rows(got), tt.want) {
				t.Errorf("got %v, want %v", rows(got), tt.want)
			}
		})
	}
}

func TestLazy(t *testing.T) {
	args := []*column.Vector{
		vector(column.Bool, true, nil, false, false),
		vector(column.String, "p", "q", "r", "s"),
		vector(column.Bool, false, false, true, false),
		vector(column.String, "t", "u", nil, "v"),
		vector(column.String, "w", "x", "y", "z"),
	}
	var asked [][]int32
	from := func(args []*column.Vector) Arg {
		asked = nil
		return func(k int, rows []int32) (*column.Vector, error) {
			asked = append(asked, rows)
			if rows == nil {
				return args[k], nil
			}
			return args[k].Gather(rows), nil
		}
	}
	env := &Env{}
	got, err := Case(env, column.String, 5, 4, from(args))
	if err != nil {
		t.Fatal(err)
	}
	if want := []any{"p", "x", nil, "z"}; !reflect.DeepEqual(rows(got), want) {
		t.Errorf("case gave %v, want %v", rows(got), want)
	}
	if want := [][]int32{nil, {0}, {1, 2, 3}, {2}, {1, 3}}; !reflect.DeepEqual(asked, want) {
		t.Errorf("case asked for rows %v, want %v", asked, want)
	}
	got, err = Coalesce(env, column.String, 2, 4, from([]*column.Vector{args[3], args[1]}))
	if err != nil {
		t.Fatal(err)
	}
	if want := []any{"t", "u", "r", "v"}; !reflect.DeepEqual(rows(got), want) {
		t.Errorf("coalesce gave %v, want %v", rows(got), want)
	}
}
