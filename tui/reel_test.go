package tui

import (
	"context"
	"math/rand/v2"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/tui/widget"
)

// numbers is a list of the numbers below n that can be read from either end.
func numbers(n int, reads *int) pager[int] {
	return func(_ context.Context, from *int, backwards bool, limit int) ([]int, error) {
		*reads++
		var rows []int
		step, at := 1, 0
		if backwards {
			step, at = -1, n-1
		}
		if from != nil {
			at = *from + step
		}
		for ; at >= 0 && at < n && len(rows) < limit; at += step {
			rows = append(rows, at)
		}
		return rows, nil
	}
}

// TestReel moves about in a long list: the cursor is always where it would be in one that is all in memory, and only what is
// near is kept.
func TestReel(t *testing.T) {
	const n = 100_000
	a := &App{ctx: context.Background()}
	var r reel[int]
	var reads int
	list, want := widget.List{Height: 20}, widget.List{Len: n, Height: 20}
	read := numbers(n, &reads)
	var then func() tea.Cmd
	then = func() tea.Cmd { return r.fill(a, &list, read, then) }
	settle(a, r.around(a, &list, read, nil, false, then))
	random := rand.New(rand.NewPCG(1, 2))
	acts := []action{goUp, goDown, pageUp, pageDown, pageDown, pageDown, goTop, goBottom}
	for range 3000 {
		act := acts[random.IntN(len(acts)-2)]
		if random.IntN(200) == 0 {
			act = acts[random.IntN(len(acts))]
		}
		for range 1 + random.IntN(8) {
			cmd, _ := r.move(a, &list, act, read, then)
			settle(a, cmd)
			move(&want, act)
		}
		if got, ok := r.at(list.Cursor); !ok || got != want.Cursor {
			t.Fatalf("the cursor is on %d, want %d", got, want.Cursor)
		}
		if len(r.rows) > mostKept {
			t.Fatalf("%d rows are kept", len(r.rows))
		}
	}
	before := reads
	cmd, _ := r.move(a, &list, goBottom, read, then)
	settle(a, cmd)
	cmd, _ = r.move(a, &list, goTop, read, then)
	settle(a, cmd)
	if reads-before > 8 {
		t.Errorf("going to the end and back took %d pages", reads-before)
	}
}
