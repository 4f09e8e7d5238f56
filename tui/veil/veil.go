package veil

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store/event"
)

// Hidden is what stands for a text behind the veil: how long it is.
func Hidden(text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf("[veiled, %d characters]", utf8.RuneCountInString(text))
}

// Value is a value as it is shown: behind the veil where it is said, else with its secrets masked. changed tells whether it is another.
func Value(v any, veiled bool) (shown any, changed bool) {
	cover := Mask
	if veiled {
		cover = Hidden
	}
	return covered(v, cover)
}

func covered(v any, cover func(string) string) (any, bool) {
	switch v := v.(type) {
	case string:
		shown := cover(v)
		return shown, shown != v
	case []any:
		out, changed := make([]any, len(v)), false
		for i, one := range v {
			var other bool
			out[i], other = covered(one, cover)
			changed = changed || other
		}
		return out, changed
	case *column.Object:
		out, changed := column.NewObject(), false
		for i, k := range v.Keys {
			one, other := covered(v.Values[i], cover)
			out.Set(k, one)
			changed = changed || other
		}
		return out, changed
	}
	return v, false
}

// Row is a row of a query's result as it is shown; columns tells which of its columns are behind the veil.
func Row(row []any, columns []bool) []any {
	out := make([]any, len(row))
	for i, v := range row {
		out[i], _ = Value(v, columns[i])
	}
	return out
}

// Columns tells which of n columns of a query's result texts of prompts and answers can be seen in: none where the veil is off, all
// where the query cannot be read any more, or which columns it gives depends on the events that it is asked of.
func Columns(q *engine.Query, n int, on bool) []bool {
	switch {
	case !on:
		return make([]bool, n)
	case q == nil || q.Found:
		return slices.Repeat([]bool{true}, n)
	}
	return q.Derived(event.Said)
}

// Result is a query's result as it is shown, and how many of its values are not shown as they are. Where that is none it is the
// result itself.
func Result(q *engine.Query, r *engine.Result, on bool) (*engine.Result, int) {
	columns, changed := Columns(q, len(r.Columns), on), 0
	var vectors []*column.Vector
	for c, f := range r.Columns {
		vector := r.Batch.Columns[c]
		if k := f.Type.Kind(); k != column.StringKind && k != column.AnyKind {
			continue
		}
		values, other := make([]any, r.Batch.Len), 0
		for i := range values {
			var differs bool
			if values[i], differs = Value(vector.Value(i), columns[c]); differs {
				other++
			}
		}
		if other == 0 {
			continue
		}
		if vectors == nil {
			vectors = append(vectors, r.Batch.Columns...)
		}
		b := column.NewBuilder(column.String, len(values))
		if f.Type == column.Dynamic || f.Type == column.Text {
			b = column.NewBuilder(f.Type, len(values))
		}
		for _, v := range values {
			b.Value(v)
		}
		vectors[c] = b.Vector()
		changed += other
	}
	if changed == 0 {
		return r, 0
	}
	shown := *r
	shown.Batch = &column.Batch{Len: r.Batch.Len, Columns: vectors}
	return &shown, changed
}
