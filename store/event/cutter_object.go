package event

import (
	"bytes"

	"casebook/engine/column"
)

// object reads the members of an envelope: the list of records is opened, everything else is passed over.
func (c *cutter) object() bool {
	if !c.gap() {
		return false
	}
	at := &c.stack[len(c.stack)-1]
	switch c.b[c.pos] {
	case '}':
		c.pos++
		if c.holds() {
			from := max(at.from, c.mark)
			c.stack = c.stack[:0]
			c.unit(from, c.pos, nil)
			return true
		}
		c.frame(c.pos)
		c.stack = c.stack[:len(c.stack)-1]
		return true
	case '"':
	default:
		return c.broken()
	}
	x := extent{pos: c.pos}
	switch x.run(c.b) {
	case torn:
		return c.broken()
	case unfinished:
		return c.wait()
	}
	key := c.b[c.pos+1 : x.pos-1]
	i := x.pos
	for i < len(c.b) && (space(c.b[i]) || c.b[i] == ':') {
		i++
	}
	if i >= len(c.b) {
		return c.wait()
	}
	if c.b[i] == '[' && at.tables == 0 && isList(key) || at.tables == 2 && c.b[i] == '[' && string(key) == "rows" {
		return c.openList(at, string(key), i)
	}
	return c.member(at, string(key), i)
}

func (c *cutter) openList(at *level, key string, i int) bool {
	at.lists++
	inside := level{list: true, form: at.form}
	if key == "tables" {
		inside.tables = 1
	}
	c.pos = i + 1
	c.frame(c.pos)
	c.stack = append(c.stack, inside)
	return true
}

// member passes over a member that holds no records. A table's columns are kept: its rows are read by them.
func (c *cutter) member(at *level, key string, i int) bool {
	x := extent{pos: i}
	switch c.b[i] {
	case '{', '[', '"':
		switch x.run(c.b) {
		case torn:
			return c.broken()
		case unfinished:
			return c.wait()
		}
	default:
		for x.pos < len(c.b) && !space(c.b[x.pos]) && c.b[x.pos] != ',' && c.b[x.pos] != '}' {
			x.pos++
		}
		if x.pos == len(c.b) {
			return c.wait()
		}
	}
	if at.tables == 2 && key == "columns" {
		at.form = tableForm(c.b[i:x.pos])
	}
	c.pos = x.pos
	return true
}

// wait asks for more of the stream; at its end, or when the window is full, the object ends here.
func (c *cutter) wait() bool {
	at := c.stack[len(c.stack)-1]
	if c.eof {
		c.pos = len(c.b)
		c.end()
		return false
	}
	c.tooLong(max(at.from, c.mark), "value")
	if c.huge != "" {
		c.stack = c.stack[:0]
	}
	return false
}

// broken gives up an envelope at something that is none of its members, and begins anew on the next line.
func (c *cutter) broken() bool {
	at := c.stack[len(c.stack)-1]
	if n := bytes.IndexByte(c.b[c.pos:], '\n'); n >= 0 {
		c.pos += n + 1
	} else if c.eof {
		c.pos = len(c.b)
	} else {
		c.tooLong(max(at.from, c.mark), "line")
		if c.huge != "" {
			c.stack = c.stack[:0]
		}
		return false
	}
	c.fault(c.pos, CodeJSON, "a key in double quotes was wanted")
	c.stack = c.stack[:0]
	return true
}

// tableForm reads the columns of a Log Analytics answer.
func tableForm(columns []byte) *Form {
	tree, _ := Tree(columns)
	list, _ := tree.([]any)
	form := &Form{Kind: TableRow}
	for _, x := range list {
		name := ""
		if o, ok := x.(*column.Object); ok {
			name, _ = o.Value("name").(string)
			if name == "" {
				name, _ = o.Value("ColumnName").(string)
			}
		}
		form.Columns = append(form.Columns, name)
	}
	return form
}
