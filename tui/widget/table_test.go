package widget

import (
	"strings"
	"testing"

	"casebook/tui/safe"
)

// TestFiguresAreWholeOrNotThere: a table that is too narrow cuts texts and leaves columns out, and never shows 140 as 14.
func TestFiguresAreWholeOrNotThere(t *testing.T) {
	table := Table{Columns: []Column{{Title: safe.Own("NAME"), Width: 20, Grow: 1}, {Title: safe.Own("EVENTS"), Width: 6, Right: true},
		{Title: safe.Own("STATE"), Width: 8}, {Title: safe.Own("TOKENS"), Width: 6, Right: true}, {Title: safe.Own("FIRST"), Width: 5, Right: true, Spare: 1}}}
	list := List{}
	list.Resize(1, 1)
	row := func(int) (Row, bool) {
		return Row{Cells: []Cell{{Text: safe.Own("svc-eval-harness")}, {Text: safe.Own("140140")}, {Text: safe.Own("stopped")}, {Text: safe.Own("987654")}, {Text: safe.Own("12345")}}}, true
	}
	for width := 8; width < 60; width++ {
		line := table.View(&list, row, width, 2)[1]
		if line.Width() > width {
			t.Errorf("%d cells in %d: %s", line.Width(), width, line.String())
		}
		for _, field := range strings.Fields(line.String())[1:] {
			if strings.Trim(field, "0123456789") == "" && field != "140140" && field != "987654" && field != "12345" {
				t.Errorf("in %d cells the figure %s is none of the row's: %s", width, field, line.String())
			}
		}
	}
	table.Focus = 4
	if line := table.View(&list, row, 20, 2)[1]; !strings.Contains(line.String(), "987654") {
		t.Errorf("the column with the focus is gone: %s", line.String())
	}
}
