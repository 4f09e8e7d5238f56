package event

import (
	"bytes"
	"slices"
	"strconv"
)

// A body is written again as Elastic's integration does (plain) of every record that a rule over prompts looks at. So that is done
// from the record's bytes at once, without a tree of them: members are written as they come, and put in the order of their keys where
// they did not come in it. It gives the same as plain of Tree.

// compacter writes values again.
type compacter struct {
	scanner
	out     []byte
	scratch []byte
	members []written // of the objects that are open
}

// written is a member of an object, where it stands in out: its key from the quote on, its value to the end.
type written struct{ from, key, to int }

// compact appends a JSON text written again; not ok when it is none.
func (c *compacter) compact(to, text []byte) ([]byte, bool) {
	c.scanner = scanner{b: text, keys: c.keys[:0], checked: true}
	c.out, c.members = to, c.members[:0]
	c.write(0)
	ok := c.fault == "" && c.peek() == 0 && c.i >= len(c.b)
	out := c.out
	c.out, c.b = nil, nil
	return out, ok
}

func (c *compacter) write(depth int) {
	switch b := c.peek(); {
	case b == '"':
		c.i++
		c.str()
		c.text()
	case b == '{':
		c.object(depth)
	case b == '[':
		c.out = append(c.out, '[')
		for at := c.enter(depth); c.next(']', &at); at.n++ {
			if at.n > 0 {
				c.out = append(c.out, ',')
			}
			c.write(depth + 1)
		}
		c.out = append(c.out, ']')
	case b == '-' || b >= '0' && b <= '9':
		c.number()
		if c.fault != "" {
			return
		}
		token := c.b[c.from:c.to]
		if n, ok := whole(token); ok && !bytes.ContainsAny(token, ".eE") {
			c.out = strconv.AppendInt(c.out, n, 10)
		} else {
			c.out = appendDouble(c.out, float(token))
		}
	default:
		from := c.i
		c.value(depth) // a word, or what is wrong
		if c.fault == "" {
			c.out = append(c.out, c.b[from:c.i]...)
		}
	}
}

// text writes the text just read, between quotes.
func (c *compacter) text() {
	if c.fault != "" {
		return
	}
	c.out = append(c.out, '"')
	if part := c.b[c.from:c.to]; c.escaped || c.flags&Encoding != 0 {
		c.out = appendText(c.out, part)
	} else {
		c.out = append(c.out, part...)
	}
	c.out = append(c.out, '"')
}

func (c *compacter) object(depth int) {
	first, begin, sorted := len(c.members), len(c.out), true
	c.out = append(c.out, '{')
	for at := c.enter(depth); c.next('}', &at); {
		m := written{from: len(c.out)}
		c.key(&at)
		if c.fault != "" {
			return
		}
		c.text()
		m.key = len(c.out)
		c.out = append(c.out, ':')
		c.write(depth + 1)
		m.to = len(c.out)
		c.out = append(c.out, ',')
		if n := len(c.members); n > first {
			sorted = sorted && compareUTF16(c.keyOf(c.members[n-1]), c.keyOf(m)) < 0
		}
		c.members = append(c.members, m)
	}
	list := c.members[first:]
	if len(list) > 0 {
		c.out = c.out[:len(c.out)-1]
	}
	c.out = append(c.out, '}')
	if !sorted {
		c.scratch = append(c.scratch[:0], c.out[begin:]...)
		all := c.scratch
		key := func(m written) string { return string(all[m.from-begin+1 : m.key-begin-1]) }
		slices.SortStableFunc(list, func(a, b written) int { return compareUTF16(key(a), key(b)) })
		c.out = append(c.out[:begin], '{')
		for i, m := range list {
			if i+1 < len(list) && key(m) == key(list[i+1]) {
				continue // of a key that comes again the last value counts
			}
			c.out = append(append(c.out, all[m.from-begin:m.to-begin]...), ',')
		}
		c.out[len(c.out)-1] = '}'
	}
	c.members = c.members[:first]
}

func (c *compacter) keyOf(m written) string { return string(c.out[m.from+1 : m.key-1]) }
