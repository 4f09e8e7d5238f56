// Package glass puts frames on the terminal with few bytes: of a line that changed what changed in it, and of lines that moved only
// where they moved to.
//
// The renderer of bubbletea v1 writes a line again as a whole when anything in it changed. Of a list of 140 by 40 that moves by one
// row that is every line, 5 KB, which on a link of 30 keys a second is 150 KB/s. It cannot be replaced, and what it offers for
// scrolling goes round the frame. But it can be kept for what it does well, which is to turn the terminal's modes on and off around
// an editor, a signal and a panic, and to draw at most so often: it is given a ticket in place of the frame, and where the
// ticket arrives at the output, the newest frame is drawn in its place. Nothing depends on how it writes, only on that it writes what
// it was given and nothing else in the same call.
//
// What is drawn is the shorter of two ways: the lines one by one, or lines moved within a scroll region first (DECSTBM with DL and IL,
// which the VT102 had and every terminal since) and the rest one by one. A character other than ASCII and our own bars may be wider or
// narrower on a terminal than here, and with it all that stands to its right; a line with such a character in it is written as a
// whole. Whatever is not a frame passes through, and the frame after it is drawn whole: nobody knows what it did to the terminal.
package glass

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"sync"
)

// Glass is a terminal that frames are shown on. It is the output of bubbletea's program, which asks it for the terminal's size as well.
// The file is not embedded: it would offer ways of writing that go round the glass.
type Glass struct {
	tty *os.File

	mu    sync.Mutex // never held while the terminal is waited for
	next  string
	shown int  // how many frames there were, for the ticket
	begun bool // a frame was there to be drawn
	stale bool // what is on the terminal is not known

	writing sync.Mutex
	last    []string // lines on the terminal, or none where that is not known
}

// New is a glass in front of a terminal.
func New(tty *os.File) *Glass { return &Glass{tty: tty, stale: true} }

// Fd is the terminal's.
func (g *Glass) Fd() uintptr { return g.tty.Fd() }

// Read reads from the terminal; bubbletea reads from elsewhere.
func (g *Glass) Read(p []byte) (int, error) { return g.tty.Read(p) }

// Close leaves the terminal open: whoever gave it closes it.
func (g *Glass) Close() error { return nil }

// ticket begins what bubbletea is given in place of a frame. It is for private use, and one cell wide: no line is too narrow for it.
const ticket = "\ue000"

// Show takes a frame, painted, and gives the ticket for it. Of a frame nothing acts on the terminal but the sequences of its colours.
// The first is drawn at once: the renderer would let two of its beats pass.
func (g *Glass) Show(frame string) (pass string) {
	g.mu.Lock()
	g.next = frame
	g.shown++
	pass = ticket + strconv.Itoa(g.shown)
	first := frame != "" && !g.begun
	g.begun = g.begun || first
	g.mu.Unlock()
	if first {
		_, _ = g.Write([]byte(pass)) // what cannot be written now cannot be written then, and is told there
	}
	return pass
}

// Forget makes the next frame a whole one. A terminal whose size changes may have lost or moved anything.
func (g *Glass) Forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stale = true
}

// Write draws the newest frame where a ticket comes, and passes everything else on.
func (g *Glass) Write(p []byte) (int, error) {
	g.writing.Lock()
	defer g.writing.Unlock()
	if !bytes.Contains(p, []byte(ticket)) {
		g.last = nil
		return g.tty.Write(p)
	}
	frame, stale := g.take()
	if frame == "" {
		return len(p), nil
	}
	lines := strings.Split(frame, "\n")
	if stale || len(lines) != len(g.last) {
		g.last = nil
	}
	out := draw(g.last, lines)
	g.last = lines
	if len(out) == 0 {
		return len(p), nil
	}
	if _, err := g.tty.Write(out); err != nil {
		g.last = nil
		return 0, err
	}
	return len(p), nil
}

// take is the newest frame, and whether all of it has to be drawn.
func (g *Glass) take() (frame string, stale bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	frame, stale = g.next, g.stale
	g.stale = frame == "" && stale
	return frame, stale
}

// draw is what makes a terminal that shows some lines show others. Without any it is not known what the terminal shows.
func draw(was, are []string) []byte {
	whole := pen{row: -1}
	whole.lines(was, are)
	if m, moves := movement(was, are); moves {
		moved := pen{row: -1}
		moved.move(m)
		moved.lines(m.apply(was), are)
		if len(moved.out) < len(whole.out) {
			return moved.out
		}
	}
	return whole.out
}
