package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"casebook/engine"
	"casebook/engine/column"
)

// TestWideCell: one long text does not fill up the lines of all other rows, and stands there whole.
func TestWideCell(t *testing.T) {
	const rows = 500
	texts := column.NewBuilder(column.String, rows)
	for i := range rows {
		if i == 250 {
			texts.Str(strings.Repeat("a", 4000))
		} else {
			texts.Str("b")
		}
	}
	r := &engine.Result{Columns: []column.Field{{Name: "s", Type: column.String}, {Name: "n", Type: column.Long}},
		Batch: &column.Batch{Len: rows, Columns: []*column.Vector{texts.Vector(), {Type: column.Long, Len: rows, Ints: make([]int64, rows)}}}}
	var out strings.Builder
	if err := (&app{streams: streams{out: &out}}).printResult(context.Background(), "table", r, 0); err != nil {
		t.Fatal(err)
	}
	if most := rows*(widestColumn+10) + 4010; out.Len() > most || !strings.Contains(out.String(), strings.Repeat("a", 4000)+"  0\n") {
		t.Errorf("printed %d bytes, wanted at most %d", out.Len(), most)
	}
}

// TestPrintingEnds: a result that is being printed when its query is cancelled ends soon, in each format.
func TestPrintingEnds(t *testing.T) {
	const rows = 100_000
	r := &engine.Result{Columns: []column.Field{{Name: "n", Type: column.Long}},
		Batch: &column.Batch{Len: rows, Columns: []*column.Vector{{Type: column.Long, Len: rows, Ints: make([]int64, rows)}}}}
	for _, format := range []string{"table", "csv", "json"} {
		ctx, cancel := context.WithCancel(context.Background())
		w := &cancelling{cancel: cancel}
		a := &app{streams: streams{out: w, err: io.Discard}}
		if err := a.printResult(ctx, format, r, 0); !errors.Is(err, context.Canceled) || w.after > 2*writtenAtOnce {
			t.Errorf("%s: wrote %d bytes after it was cancelled, and ended with %v", format, w.after, err)
		}
	}
}

// cancelling cancels when it is written to first.
type cancelling struct {
	cancel context.CancelFunc
	wrote  bool
	after  int
}

func (w *cancelling) Write(b []byte) (int, error) {
	if w.wrote {
		w.after += len(b)
	}
	w.wrote = true
	w.cancel()
	return len(b), nil
}

// TestKinds: however many kinds there are, and however long their names, a line names a few.
func TestKinds(t *testing.T) {
	kinds := map[string]int{"." + strings.Repeat("x", 200): 5}
	for i := range 100 {
		kinds["."+strings.Repeat("y", i+1)] = 1
	}
	all, text := byKind(kinds)
	if all != 105 || len(text) > mostKinds*(longestKind+6)+20 || !strings.HasSuffix(text, ", 89 others)") || !slices.Contains(strings.Fields(text), "(5") {
		t.Errorf("%d: %s", all, text)
	}
}
