package widget

import (
	"casebook/tui/safe"
)

// Tree is a JSON text as lines that fold. It is cut out of the text as it stands: the order of keys, repeated keys and numbers
// of any length are kept, and what is not JSON is shown as text.
type Tree struct {
	text  string
	lines []treeLine
	shown []int // the lines that no fold hides
	valid bool
}

// treeLine is a line: a key, a value, an opening or a closing bracket. Texts are places in the tree's text.
type treeLine struct {
	depth      int
	key, value [2]int
	end        int // of an opening bracket: the line of its closing one; 0 for others
	folded     bool
	kind       byte // the value's first character
}

// deepest bounds the nesting that is followed, and most the lines that are made; the rest of the text is one value.
const (
	deepest   = 200
	mostLines = 1_000_000
)

// NewTree reads a text.
func NewTree(text string) *Tree {
	t := &Tree{text: text}
	p := treeParser{t: t}
	p.space()
	if p.value(0, [2]int{}) {
		p.space()
		t.valid = p.at == len(text)
	}
	if !t.valid {
		t.lines = []treeLine{{value: [2]int{0, len(text)}, kind: 'x'}}
	}
	t.show()
	return t
}

// Valid tells whether the text is JSON.
func (t *Tree) Valid() bool { return t.valid }

// Len is how many lines are shown.
func (t *Tree) Len() int { return len(t.shown) }

// Value is the text of the value on a shown line, or of all between its brackets.
func (t *Tree) Value(i int) string {
	l := t.lines[t.shown[i]]
	if l.end > 0 {
		return t.text[l.value[0]:t.lines[l.end].value[1]]
	}
	return t.text[l.value[0]:l.value[1]]
}

// Toggle folds what a shown line opens, or opens it; a line that opens nothing folds what it stands in. It gives the place of
// the line that was folded.
func (t *Tree) Toggle(i int) int {
	at := t.shown[i]
	for at > 0 && t.lines[at].end == 0 {
		depth := t.lines[at].depth
		for at--; at > 0 && (t.lines[at].end == 0 || t.lines[at].depth >= depth); at-- {
		}
	}
	if t.lines[at].end == 0 {
		return i
	}
	t.lines[at].folded = !t.lines[at].folded
	t.show()
	for j, line := range t.shown {
		if line == at {
			return j
		}
	}
	return 0
}

// FoldAll folds everything below the first level, or opens all.
func (t *Tree) FoldAll() {
	fold := true
	for i := range t.lines {
		if t.lines[i].folded {
			fold = false
		}
	}
	for i := range t.lines {
		t.lines[i].folded = fold && t.lines[i].end > 0 && t.lines[i].depth > 0
	}
	t.show()
}

func (t *Tree) show() {
	t.shown = t.shown[:0]
	for i := 0; i < len(t.lines); i++ {
		t.shown = append(t.shown, i)
		if t.lines[i].folded {
			i = t.lines[i].end
		}
	}
}

// View is the tree from the list's window on.
func (t *Tree) View(list *List, width, height int) []Line {
	from, to := list.Window()
	lines := make([]Line, 0, height)
	for i := from; i < to && len(lines) < height; i++ {
		lines = append(lines, t.line(t.lines[t.shown[i]], i == list.Cursor, width))
	}
	return Fill(lines, height)
}

func (t *Tree) line(l treeLine, current bool, width int) Line {
	var out Line
	sign := safe.Own("  ")
	if current {
		sign, out.Base = safe.Own("> "), Current
	}
	out.Put(Strong, sign).Put(Faint, safe.Own("| ")).Space(2 * l.depth)
	if l.key[1] > 0 {
		out.Put(Pivot, t.slice(l.key, width)).Put(Faint, safe.Own(": "))
	}
	style := Plain
	if l.kind != '"' {
		style = Literal
	}
	out.Put(style, t.slice(l.value, max(8, width-out.Width())))
	if l.folded {
		out.Put(Faint, safe.Own(" .. ")).Put(style, t.slice(t.lines[l.end].value, 2))
	}
	return out
}

// slice is a piece of the text in a width; what cannot be seen of it is not escaped.
func (t *Tree) slice(at [2]int, width int) safe.Text {
	piece := t.text[at[0]:at[1]]
	if len(piece) > 4*width {
		head, _ := safe.Escape(piece[:4*width]).Split(max(0, width-12))
		return safe.Join("", head, safe.Sprintf(".. %d bytes", len(piece)))
	}
	return safe.Escape(piece).Clip(width)
}

// A treeParser walks the text once. Depth is bounded, so that hostile nesting costs no stack.
type treeParser struct {
	t  *Tree
	at int
}

func (p *treeParser) space() {
	for p.at < len(p.t.text) {
		switch p.t.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *treeParser) peek() byte {
	if p.at < len(p.t.text) {
		return p.t.text[p.at]
	}
	return 0
}

func (p *treeParser) add(l treeLine) int {
	p.t.lines = append(p.t.lines, l)
	return len(p.t.lines) - 1
}

func (p *treeParser) value(depth int, key [2]int) bool {
	if depth > deepest || len(p.t.lines) > mostLines {
		return false
	}
	start := p.at
	switch c := p.peek(); c {
	case '{', '[':
		return p.nested(depth, key, c)
	case '"':
		if !p.quoted() {
			return false
		}
	default:
		for p.at < len(p.t.text) {
			c := p.t.text[p.at]
			if c == ',' || c == '}' || c == ']' || c <= ' ' {
				break
			}
			p.at++
		}
		if p.at == start {
			return false
		}
	}
	p.add(treeLine{depth: depth, key: key, value: [2]int{start, p.at}, kind: p.t.text[start]})
	return true
}

func (p *treeParser) nested(depth int, key [2]int, open byte) bool {
	closing := byte('}')
	if open == '[' {
		closing = ']'
	}
	start := p.at
	p.at++
	p.space()
	if p.peek() == closing {
		p.at++
		p.add(treeLine{depth: depth, key: key, value: [2]int{start, p.at}, kind: open})
		return true
	}
	line := p.add(treeLine{depth: depth, key: key, value: [2]int{start, start + 1}, kind: open})
	for {
		var name [2]int
		p.space()
		if open == '{' {
			name[0] = p.at
			if p.peek() != '"' || !p.quoted() {
				return false
			}
			name[1] = p.at
			p.space()
			if p.peek() != ':' {
				return false
			}
			p.at++
			p.space()
		}
		if !p.value(depth+1, name) {
			return false
		}
		p.space()
		switch p.peek() {
		case ',':
			p.at++
			continue
		case closing:
			p.at++
			p.t.lines[line].end = p.add(treeLine{depth: depth, value: [2]int{p.at - 1, p.at}, kind: closing})
			return true
		}
		return false
	}
}

func (p *treeParser) quoted() bool {
	for p.at++; p.at < len(p.t.text); p.at++ {
		switch p.t.text[p.at] {
		case '\\':
			p.at++
		case '"':
			p.at++
			return true
		}
	}
	return false
}
