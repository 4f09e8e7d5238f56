package event

import (
	"bytes"
	"strings"
)

// What a record has below it, as the columns of a table that is found.

// leaf is a value of a record under its name: JSON.
type leaf struct {
	field int
	text  string
}

// leavesOf takes the values below a path as Elastic does: objects are entered, lists are several values.
func (d *Decoder) leavesOf(v []byte) {
	switch v[0] {
	case '{':
		s := scanner{b: v, checked: true}
		end := len(d.path)
		members(&s, func(key []byte) {
			d.path = append(append(d.path[:end], '.'), key...)
			from := s.peekAt()
			s.value(1)
			d.leavesOf(v[from:s.i])
		})
		d.path = d.path[:end]
	case '[':
		for _, x := range elements(nil, v) {
			d.leavesOf(x)
		}
	default:
		d.leafOf(v)
	}
}

// cellOfColumn takes the value of a column of Log Analytics. What is nested is a text of JSON, as it is where a column is a string.
func (d *Decoder) cellOfColumn(v []byte) {
	if v[0] == '{' || v[0] == '[' {
		d.leaves = append(d.leaves, leaf{d.fieldOf(), quoted(string(plainJSON(v)))})
		return
	}
	d.leafOf(v)
}

func (d *Decoder) leafOf(v []byte) {
	if v[0] == 'n' {
		return
	}
	text := string(v)
	if v[0] == '"' && bytes.ContainsFunc(v[1:len(v)-1], func(r rune) bool { return r < ' ' || r >= 0x7f || r == '\\' || r == '<' || r == '>' || r == '&' }) {
		text = quoted(string(appendText(nil, v[1:len(v)-1])))
	}
	d.leaves = append(d.leaves, leaf{d.fieldOf(), text})
}

// fieldOf is the place of the field whose path stands in the decoder.
func (d *Decoder) fieldOf() int {
	m := d.block.mapping
	if d.placesOf != m {
		d.placesOf, d.places = m, map[string]int{}
	}
	at, ok := d.places[string(d.path)]
	if !ok {
		name := strings.ToValidUTF8(string(d.path), "\ufffd")
		at = m.fields.place(name)
		d.places[string(d.path)] = at
	}
	d.crowded = d.crowded || at < 0
	return at
}

// joined is one value, or a list of several.
func joined(leaves []leaf) string {
	if len(leaves) == 1 {
		return leaves[0].text
	}
	var b strings.Builder
	for i, x := range leaves {
		b.WriteByte("[,"[min(i, 1)])
		b.WriteString(x.text)
	}
	return b.String() + "]"
}

// elements appends the elements of a list that has been checked.
func elements(to [][]byte, list []byte) [][]byte {
	s := scanner{b: list, checked: true}
	for at := s.enter(0); s.next(']', &at); at.n++ {
		from := s.peekAt()
		s.value(1)
		to = append(to, list[from:s.i])
	}
	return to
}

// plainJSON is a value that has been checked without what casebook passes over and others do not: it is written anew if it has such.
func plainJSON(v []byte) []byte {
	s := scanner{b: v}
	if s.value(0); s.flags&(TrailingComma|Encoding) == 0 {
		return compact(v)
	}
	tree, _ := Tree(v)
	return appendJSON(nil, tree)
}

// quoted is a text as JSON.
func quoted(text string) string { return string(appendQuoted(nil, text)) }
