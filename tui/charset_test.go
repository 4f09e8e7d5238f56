package tui

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/tui/widget"
)

// colour is a parameter of a sequence that sets one.
var colour = regexp.MustCompile(`\x1b\[([0-9]+;)*(3[0-7]|4[0-7]|9[0-7]|10[0-7])(;[0-9]+)*m`)

// TestNoColour: without colours every screen says the same, and the cursor still has its bar; a dumb terminal gets text alone, in
// which the cursor has a mark.
func TestNoColour(t *testing.T) {
	eachWalk(t, scene(attacker), func(w way, fresh *App) {
		press(sized(fresh, 80, 24), w.keys...)
		plain := bare(fresh.View())
		for _, mode := range []ColorMode{Color16, Mono, Dumb} {
			fresh.Color = mode
			drawn := fresh.View()
			if bare(drawn) != plain {
				t.Errorf("%s: mode %d shows other text", w.name, mode)
			}
			if mode != Color16 && colour.MatchString(drawn) {
				t.Errorf("%s: mode %d has a colour: %q", w.name, mode, colour.FindString(drawn))
			}
			if mode == Dumb && strings.Contains(drawn, "\x1b") {
				t.Errorf("%s: a dumb terminal gets a sequence", w.name)
			}
		}
	})
}

// spaces end a line where its style has nothing to show there.
var spaces = regexp.MustCompile(` +(\n|$)`)

// bare is a frame's text alone.
func bare(frame string) string {
	return spaces.ReplaceAllString(sgr.ReplaceAllString(frame, ""), "$1")
}

// TestRecord: a row of more columns than have room is shown a field a cell, with nothing but long texts cut.
func TestRecord(t *testing.T) {
	r := &engine.Result{Batch: &column.Batch{Len: 1}}
	for i := range 12 {
		b := column.NewBuilder(column.Long, 1)
		b.Int(int64(1_000_000_000 + i))
		r.Columns = append(r.Columns, column.Field{Name: fmt.Sprintf("a.rather.long.name.%d", i), Type: column.Long})
		r.Batch.Columns = append(r.Batch.Columns, b.Vector())
	}
	if (resultForm{}).fits(r, &widget.List{Len: 1, Height: 1}, 80) {
		t.Error("twelve numbers of ten digits fit 80 cells")
	}
	lines := recordLines(Clock{}, r, false, 80, 6)
	if len(lines) != 6 {
		t.Errorf("%d lines, want 6", len(lines))
	}
	all := ""
	for _, l := range lines {
		if l.Width() > 80 {
			t.Errorf("%q is %d wide", l.String(), l.Width())
		}
		all += l.String() + "\n"
	}
	for i := range 12 {
		if !strings.Contains(all, fmt.Sprint(1_000_000_000+i)) {
			t.Errorf("no field %d in\n%s", i, all)
		}
	}
}
