package glass

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"
)

const width, height = 60, 16

// screen is what a terminal shows: its characters and how each is drawn.
func screen(vt vt10x.Terminal) string {
	var b strings.Builder
	for y := range height {
		for x := range width {
			g := vt.Cell(x, y)
			if g.Char == 0 {
				g.Char = ' '
			}
			fmt.Fprintf(&b, "%c/%d/%d/%d ", g.Char, g.FG, g.BG, g.Mode)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// queue is a frame like those of the workbench: a list with a cursor, a pane beside it, a rule and a footer.
func queue(top, cursor, pane int, odd bool) string {
	lines := []string{fmt.Sprintf("\x1b[1mqueue\x1b[m  %d of many", cursor)}
	for i := top; i < top+height-3; i++ {
		row := fmt.Sprintf("   row %d of the \x1b[31mqueue\x1b[m %08x", i, i*2654435761)
		if odd && i%3 == 0 {
			row = fmt.Sprintf("   字 %d e\u0301 ü", i)
		}
		if i == cursor {
			row = fmt.Sprintf("\x1b[7m>  row %d of the \x1b[7;31mqueue\x1b[m\x1b[7m %08x\x1b[m", i, i*2654435761)
		}
		if pane >= 0 {
			row += fmt.Sprintf(" \x1b[2m|\x1b[m about %d and %d", pane, pane*7+i-top)
		}
		lines = append(lines, row)
	}
	return strings.Join(append(lines, strings.Repeat("-", width), " q quit"), "\n")
}

// TestGlassShowsEveryFrame walks at random through frames, and holds a terminal that was sent only the differences against one that
// was sent each frame whole.
func TestGlassShowsEveryFrame(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 1))
		vt := vt10x.New(vt10x.WithSize(width, height))
		var last []string
		top, cursor, pane := 100, 103, -1
		for step := range 60 {
			switch random.IntN(6) {
			case 0, 1:
				top, cursor = top+1, cursor+1
			case 2:
				top, cursor = top-1, cursor-1
			case 3:
				top += random.IntN(15) - 7
			case 4:
				cursor = top + random.IntN(height-3)
			case 5:
				pane = random.IntN(40) - 10
			}
			lines := strings.Split(queue(top, cursor, pane, seed%2 == 1), "\n")
			if random.IntN(12) == 0 {
				vt.Write([]byte("\x1b[2J\x1b[Hsomething else was here\x1b[5;5H"))
				last = nil
			}
			vt.Write(draw(last, lines))
			last = lines
			alone := vt10x.New(vt10x.WithSize(width, height))
			alone.Write(draw(nil, lines))
			if got, want := screen(vt), screen(alone); got != want {
				t.Fatalf("seed %d, step %d: the terminal shows\n%s\nwant\n%s", seed, step, vt.String(), alone.String())
			}
		}
	}
}

// TestBytes holds what a step costs against what the links of an analyst bear.
func TestBytes(t *testing.T) {
	for _, tt := range []struct {
		name     string
		was, are string
		most     int
	}{
		{"nothing changed", queue(0, 3, 1, false), queue(0, 3, 1, false), 0},
		{"the cursor moves", queue(0, 3, -1, false), queue(0, 4, -1, false), 160},
		{"the list moves by a row", queue(0, 12, -1, false), queue(1, 13, -1, false), 250},
		{"back by a row", queue(1, 1, -1, false), queue(0, 0, -1, false), 250},
		{"beside a pane", queue(0, 12, 5, false), queue(1, 13, 5, false), 500},
		{"lines of wide characters move", queue(0, 12, -1, true), queue(1, 13, -1, true), 250},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := draw(strings.Split(tt.was, "\n"), strings.Split(tt.are, "\n"))
			if len(out) > tt.most {
				t.Errorf("%d bytes, want at most %d: %q", len(out), tt.most, out)
			}
		})
	}
}

// TestTickets sends what bubbletea sends: modes pass through, a ticket becomes the newest frame, and after anything else, or a change
// of size, the frame is whole.
func TestTickets(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	g := New(w)
	sent := func(text string) string {
		t.Helper()
		if n, err := io.WriteString(g, text); err != nil || n != len(text) {
			t.Fatalf("wrote %d of %d bytes: %v", n, len(text), err)
		}
		fmt.Fprint(w, "\x00") // so that there is something to read
		buf := make([]byte, 4096)
		n, err := r.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSuffix(string(buf[:n]), "\x00")
	}
	const whole = "\x1b[1H\x1b[Kone\x1b[2H\x1b[Ktwo"
	if got := sent("\x1b[?1049h"); got != "\x1b[?1049h" {
		t.Errorf("a mode: %q", got)
	}
	if got := sent("\x1b[H" + g.Show("") + "\x1b[K"); got != "" {
		t.Errorf("before anything is there to be drawn: %q", got)
	}
	if got, want := sent("\x1b[H"+g.Show("zero\ntwo")+"\x1b[K"), "\x1b[1H\x1b[Kzero\x1b[2H\x1b[Ktwo"; got != want {
		t.Errorf("the first frame: %q, want %q", got, want)
	}
	first := g.Show("never\nseen")
	second := g.Show("one\ntwo")
	if first == second {
		t.Error("two frames have one ticket")
	}
	if got, want := sent(second), "\x1b[1Hone\x1b[K"; got != want {
		t.Errorf("the difference: %q, want %q", got, want)
	}
	if got := sent(g.Show("one\ntwo")); got != "" {
		t.Errorf("the same again: %q", got)
	}
	sent("\x1b[2J")
	if got := sent(g.Show("one\ntwo")); got != whole {
		t.Errorf("after the screen was cleared: %q, want %q", got, whole)
	}
	g.Forget()
	if got := sent(g.Show("one\ntwo")); got != whole {
		t.Errorf("after a change of size: %q, want %q", got, whole)
	}
}
