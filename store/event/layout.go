package event

import "bytes"

// recognise finds out from the beginning of the stream how records are laid out in it.
func (r *Reader) recognise() {
	head := bytes.TrimPrefix(r.buf, bom)
	head = bytes.TrimLeft(head, " \t\r\n")
	first, rest, ended := bytes.Cut(head, newline)
	first = bytes.TrimRight(first, " \t\r")
	r.mode = lines
	switch {
	case len(first) == 0:
	case first[0] == '{' || first[0] == '[':
		if ended && spread(head, first, rest) {
			r.mode = values
		}
	case timed(first):
	default:
		r.recogniseRows()
	}
}

// spread tells whether the first value runs over several lines on purpose, rather than being a line that breaks off. A
// value that is good JSON over several lines is one. When its end is not in sight, a line that ends in an
// opening bracket or a comma speaks for it, and a next line that is a record of its own speaks against it.
func spread(head, first, rest []byte) bool {
	x := extent{}
	end := x.run(head)
	if x.pos <= len(first) && end != unfinished {
		return false
	}
	if end == complete {
		s := scanner{b: head[:x.pos]}
		if s.value(0); s.fault == "" {
			return true
		}
	}
	switch first[len(first)-1] {
	case '[', '{':
		return true
	}
	next, _, _ := bytes.Cut(bytes.TrimLeft(rest, " \t\r\n"), newline)
	next = bytes.TrimRight(next, " \t\r")
	alone := extent{}
	return len(next) == 0 || next[0] != '{' || alone.run(next) != complete || alone.pos != len(next)
}

// recogniseRows looks for a CSV header: of a form casebook knows, or of names that the next row has cells for, so that
// the rows of an unknown export are not taken apart at the line breaks inside their cells.
func (r *Reader) recogniseRows() {
	head := bytes.TrimLeft(bytes.TrimPrefix(r.buf, bom), " \t\r\n")
	end := rowEnd(head, 0)
	if end < 0 {
		end = len(head)
	}
	form, known := csvForm(head[:end])
	if form == nil {
		return
	}
	if m := r.how.Mapping; m != nil && m.names(form.Columns) {
		known = true
	}
	if !known {
		seen := map[string]bool{}
		for _, name := range form.Columns {
			if name == "" || seen[name] || len(name) > 100 {
				return
			}
			seen[name] = true
		}
		next := rowEnd(head, end)
		if next < 0 {
			next = len(head)
		}
		cells, ok := splitRow(nil, head[end:next])
		if len(form.Columns) < 3 || !ok || len(cells) != len(form.Columns) {
			return
		}
	}
	form.DayFirst = form.dayFirst(head[end:])
	r.mode, r.form = rows, form
}
