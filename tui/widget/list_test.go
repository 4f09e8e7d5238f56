package widget

import "testing"

func TestListWindow(t *testing.T) {
	for _, tt := range []struct {
		name   string
		cursor int // in a window of 10 of 100 rows that begins at 40
		to     int
		top    int
	}{
		{"within", 45, 49, 40},
		{"a row below", 49, 50, 41},
		{"a row above", 40, 39, 39},
		{"a leap down", 45, 80, 75},
		{"a leap up", 45, 20, 15},
		{"the end", 45, 99, 90},
		{"the beginning", 45, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := List{Cursor: tt.cursor, Top: 40, Len: 100, Height: 10}
			l.Go(tt.to)
			if l.Cursor != tt.to || l.Top != tt.top {
				t.Errorf("cursor %d in a window from %d, want %d from %d", l.Cursor, l.Top, tt.to, tt.top)
			}
		})
	}
}
