package function

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"casebook/engine/column"
)

// TestHeld bounds what stays in memory of a million rows that are gathered: bytes of each, beside its texts.
func TestHeld(t *testing.T) {
	const n = 20_000
	env := &Env{Context: context.Background(), Limits: DefaultLimits}
	texts, times, groups := column.NewBuilder(column.String, n), &column.Vector{Type: column.Time, Len: n, Ints: make([]int64, n)}, make([]int32, n)
	for i := range n {
		texts.Str(fmt.Sprint("req_", i))
		times.Ints[i], groups[i] = int64(1000+i), int32(i)
	}
	text := texts.Vector()
	name := func(s string) *column.Vector { return vector(column.String, s).Repeat(n) }
	aggregated := func(name string, args ...*column.Vector) func() any {
		return func() any {
			types := make([]column.Type, len(args))
			for i, v := range args {
				types[i] = v.Type
			}
			a := Lookup(KQL, name)[0].New(env, types)
			if err := a.Add(groups, args, n); err != nil {
				t.Fatal(err)
			}
			return a
		}
	}
	for _, tt := range []struct {
		name string
		most int
		make func() any
	}{
		{"a bag of two", 152, func() any {
			v, err := Lookup(KQL, "bag_pack")[0].Eval(env, []*column.Vector{name("a"), text, name("b"), times}, n)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}},
		{"arg_max of a text", 36, aggregated("arg_max", times, text)},
		{"arg_max of a time", 27, aggregated("arg_max", times, times)},
		{"max of a text", 25, aggregated("max", text)},
		{"take_any of a time", 14, aggregated("take_any", times)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			held := tt.make()
			runtime.GC()
			runtime.ReadMemStats(&after)
			if each := (int(after.HeapAlloc) - int(before.HeapAlloc)) / n; each > tt.most {
				t.Errorf("holds %d bytes, wanted at most %d", each, tt.most)
			} else {
				t.Log(each)
			}
			runtime.KeepAlive(held)
		})
	}
}
