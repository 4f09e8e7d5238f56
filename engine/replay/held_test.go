package replay

import (
	"context"
	"testing"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
)

// steady is a table with an event every two seconds of so many days.
func steady(days int) (*exec.Memory, *plan.Scan, int64) {
	fields := []column.Field{{Name: "at", Type: column.Time}, {Name: "size", Type: column.Long}}
	b := &column.Batch{Len: days * 24 * 1800}
	times, sizes := make([]int64, b.Len), make([]int64, b.Len)
	for i := range b.Len {
		times[i], sizes[i] = int64(2*i)*column.Second, int64(i%7)
	}
	b.Columns = []*column.Vector{{Type: column.Time, Len: b.Len, Ints: times}, {Type: column.Long, Len: b.Len, Ints: sizes}}
	src := exec.NewMemory()
	src.Add(&plan.Table{Name: "requests", Time: "at", Fields: fields}, b)
	scan := &plan.Scan{Table: "requests", Time: "at", Columns: []string{"at", "size"}}
	scan.Out = fields
	return src, scan, int64(2*b.Len) * column.Second
}

// What is in memory depends on how many events a window holds, and not on how many there are.
func TestHeldRowsDependOnTheWindow(t *testing.T) {
	const hour = 60 * column.Minute
	for _, tt := range []struct {
		name            string
		every, lookback int64
		most            int // rows: of a window, of a tick's interval, and what a stretch has beyond them
	}{
		{"short windows", hour / 2, hour, 1800 + 900 + manyEvents},
		{"long windows", 3 * hour, 48 * hour, 2*48*1800 + 3*1800},
		{"windows that leave gaps", 3 * hour, hour, 3*1800 + manyEvents},
	} {
		var held [2]int
		for i, days := range []int{5, 10} {
			src, scan, to := steady(days)
			var r *replay
			var err error
			ticks := 0
			r, err = start(context.Background(), src, Job{Plan: scan, Every: tt.every, Lookback: tt.lookback, To: to, Fires: func(rows int) bool {
				if ticks++; ticks > 1 && rows > int(tt.lookback/column.Second/2) { // the first asks about silence
					t.Errorf("%s: a window gave %d rows", tt.name, rows)
				}
				held[i] = max(held[i], r.slices.Held())
				return false
			}}, func(Tick) error { return nil })
			if err == nil {
				err = r.run()
			}
			if err != nil || r.sum.Ticks < int(to/tt.every) {
				t.Fatalf("%s: %d ticks ran: %v", tt.name, r.sum.Ticks, err)
			}
		}
		if held[0] != held[1] || held[1] > tt.most {
			t.Errorf("%s: of 5 days %d rows were held at once, of 10 days %d; wanted %d at the most", tt.name, held[0], held[1], tt.most)
		}
	}
}
