package glass

import (
	"slices"
	"strconv"
)

// pen writes at places of a terminal. It knows where the cursor is and in what style, so that it need not say it twice.
type pen struct {
	out      []byte
	row, col int    // of the cursor; row -1 where that is not known
	style    string // the parameters of the SGR sequence, "" for none
}

// lines makes lines of others. Without others each is written whole.
func (p *pen) lines(was, are []string) {
	for row, line := range are {
		switch {
		case was == nil:
			p.whole(row, line)
		case was[row] != line:
			before, known := cells(was[row])
			after, certain := cells(line)
			if known && certain {
				p.patch(row, before, after)
			} else {
				p.whole(row, line)
			}
		}
	}
	p.in("")
}

// whole writes a line over whatever is there.
func (p *pen) whole(row int, line string) {
	p.in("")
	p.to(row, 0, nil)
	p.out = append(p.out, "\x1b[K"...)
	p.out = append(p.out, line...) // it ends without a style
	p.row = -1
}

// patch writes what differs between two lines of known cells.
func (p *pen) patch(row int, was, are []cell) {
	for col, c := range are {
		if col < len(was) && was[col] == c || col >= len(was) && c == blank {
			continue
		}
		p.to(row, col, are)
		p.in(c.style)
		p.out = append(p.out, string(c.char)...)
		p.col++
	}
	if len(was) > len(are) {
		p.to(row, len(are), are)
		p.in("")
		p.out = append(p.out, "\x1b[K"...)
	}
}

// to brings the cursor to a place in the shortest way; over a few cells that are there already, by writing them again.
func (p *pen) to(row, col int, cells []cell) {
	switch gap := col - p.col; {
	case row == p.row && gap == 0:
		return
	case row == p.row && gap > 0 && gap <= 4 && p.plain(cells[min(p.col, len(cells)):min(col, len(cells))], gap):
		for _, c := range cells[p.col:col] {
			p.out = append(p.out, string(c.char)...)
		}
	case row == p.row && gap > 0:
		p.sequence('C', gap)
	case row == p.row+1 && p.row >= 0 && col == 0:
		p.out = append(p.out, "\r\n"...)
	case col == 0:
		p.sequence('H', row+1)
	default:
		p.sequence('H', row+1, col+1)
	}
	p.row, p.col = row, col
}

// plain tells whether cells have the pen's style, all n of them.
func (p *pen) plain(cells []cell, n int) bool {
	return len(cells) == n && !slices.ContainsFunc(cells, func(c cell) bool { return c.style != p.style })
}

// in changes the style.
func (p *pen) in(style string) {
	switch {
	case style == p.style:
		return
	case style == "":
		p.out = append(p.out, "\x1b[m"...)
	case p.style == "":
		p.out = append(append(append(p.out, "\x1b["...), style...), 'm')
	default:
		p.out = append(append(append(p.out, "\x1b[0;"...), style...), 'm')
	}
	p.style = style
}

func (p *pen) sequence(final byte, numbers ...int) {
	p.out = append(p.out, "\x1b["...)
	for i, n := range numbers {
		if i > 0 {
			p.out = append(p.out, ';')
		}
		p.out = strconv.AppendInt(p.out, int64(n), 10)
	}
	p.out = append(p.out, final)
}

// move moves lines within a scroll region. The cursor is at home afterwards, as DECSTBM leaves it.
func (p *pen) move(m motion) {
	p.sequence('r', m.from+1, m.to)
	p.row = -1
	p.to(m.from, 0, nil)
	if m.by < 0 {
		p.sequence('M', -m.by)
	} else {
		p.sequence('L', m.by)
	}
	p.out = append(p.out, "\x1b[r"...)
	p.row, p.col = 0, 0
}
