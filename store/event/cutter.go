package event

import "bytes"

// A cutter finds where records stand in JSON that is not one record a line: values one after the other, laid out over many
// lines, elements of an array, elements of the list in an envelope. It looks at brackets and quotes only, and goes
// on after what is broken; whether a record is good JSON is seen when it is decoded. It works on a window of the stream: what
// lies before mark is cut, the rest waits for more.
type cutter struct {
	b    []byte
	eof  bool // nothing comes after b
	mark int  // the end of the last cut
	pos  int  // the next byte to look at
	cuts []cut

	stack   []level
	descend bool // open the first object, rather than cut it whole
	running bool // a value is being passed over
	start   int  // where it began
	scan    extent
	single  bool // stop behind the first value and the rest of its line
	begun   bool // the single value has been begun
	fresh   bool // what lies before b ended in a line end
	over    bool // the single value, or line, is cut
	resync  bool // after a break inside a list: pass over lines until one that could begin an element
	huge    string
}

// cut is a span of a block: a record, a piece of an envelope, or something that cannot be a record.
type cut struct {
	from, to     int
	kind         cutKind
	form         *Form
	code, reason string
}

type cutKind uint8

const (
	cutUnit cutKind = iota
	cutFrame
	cutFault
)

// level is an open list or object.
type level struct {
	list   bool
	tables int   // 1 in the list of an answer's tables, 2 in a table
	form   *Form // of the elements
	lists  int   // lists of records found in this object
	from   int
}

const (
	maxRecord = 16 << 20 // the longest record; what is longer goes to quarantine by its head and hash
	maxWhole  = 4 << 20  // an object longer than this is opened before its end is seen
	keepHead  = 64 << 10 // of a record that is too long
)

// lists are the keys under which envelopes keep their records.
func isList(key []byte) bool {
	switch string(key) {
	case "records", "Records", "events", "logEvents", "data", "tables", "results", "value":
		return true
	}
	return false
}

// extent passes over one value by its brackets and quotes.
type extent struct {
	pos, depth int
	text       bool
}

type verdict uint8

const (
	unfinished verdict = iota
	complete
	torn // a line ends inside a text
)

func (x *extent) run(b []byte) verdict {
	for x.pos < len(b) {
		if x.text {
			i := special(b, x.pos)
			x.pos = i
			if i >= len(b) {
				return unfinished
			}
			switch c := b[i]; {
			case c == '"':
				x.text = false
				if x.depth == 0 {
					x.pos++
					return complete
				}
			case c == '\\':
				if i+1 >= len(b) {
					return unfinished
				}
				if b[i+1] >= 0x20 {
					x.pos++
				}
			case c == '\n':
				return torn
			}
			x.pos++
			continue
		}
		switch b[x.pos] {
		case '"':
			x.text = true
		case '{', '[':
			x.depth++
		case '}', ']':
			if x.depth--; x.depth <= 0 {
				x.pos++
				return complete
			}
		}
		x.pos++
	}
	return unfinished
}

// run cuts as far as the window allows, and all of it when nothing comes after.
func (c *cutter) run() {
	for c.huge == "" && c.step() {
	}
}

// some cuts as far as the window allows, but no more pieces than a block is to hold.
func (c *cutter) some() {
	for c.huge == "" && len(c.cuts) < maxPieces {
		if c.single && c.begun && len(c.stack) == 0 && !c.running && !c.resync {
			c.endLine()
			return
		}
		more := c.step()
		c.begun = c.begun || c.running || c.huge != "" || len(c.cuts) > 0 || len(c.stack) > 0
		if !more {
			return
		}
	}
}

// endLine takes the white space up to the line's end to the single value that stands before it.
func (c *cutter) endLine() {
	if c.pos > 0 {
		c.fresh = c.b[c.pos-1] == '\n'
	}
	i := c.pos
	for !c.fresh && i < len(c.b) {
		if !space(c.b[i]) {
			break
		}
		c.fresh = c.b[i] == '\n'
		i++
	}
	c.pos = i
	c.frame(i)
	c.over = c.fresh || i < len(c.b) || c.eof
}

func (c *cutter) step() bool {
	if c.running {
		return c.pass()
	}
	switch {
	case c.resync:
		return c.skipLine()
	case len(c.stack) == 0:
		return c.top()
	case c.stack[len(c.stack)-1].list:
		return c.list()
	}
	return c.object()
}

// gap passes over white space and commas. It is false when nothing is left; the rest is then a frame, at the end.
func (c *cutter) gap() bool {
	for c.pos < len(c.b) && (space(c.b[c.pos]) || c.b[c.pos] == ',') {
		c.pos++
		if len(c.stack) == 0 && bytes.HasPrefix(c.b[c.pos:], bom) {
			c.pos += len(bom) // files with marks, joined to one
		}
	}
	if c.pos < len(c.b) {
		return true
	}
	switch {
	case c.eof:
		c.end()
	case c.holds():
		c.tooLong(max(c.stack[0].from, c.mark), "value")
	default:
		c.frame(c.pos)
	}
	return false
}

// holds tells whether an object is open that may yet turn out to be no envelope, so that nothing of it is cut.
func (c *cutter) holds() bool {
	return len(c.stack) == 1 && !c.stack[0].list && c.stack[0].lists == 0
}

// end closes what is open at the end of the stream.
func (c *cutter) end() {
	if len(c.stack) == 0 {
		c.frame(c.pos)
		return
	}
	if c.holds() {
		c.unit(max(c.stack[0].from, c.mark), len(c.b), nil)
	} else {
		c.frame(c.pos)
		c.fault(len(c.b), CodeEnds, "the file ends inside a list; the records before are loaded")
	}
	c.stack = c.stack[:0]
}

func (c *cutter) frame(to int) {
	if n := len(c.cuts); to > c.mark && n > 0 && c.cuts[n-1].kind == cutFrame {
		c.cuts[n-1].to, c.mark = to, to
	} else if to > c.mark {
		c.cuts = append(c.cuts, cut{from: c.mark, to: to, kind: cutFrame})
		c.mark = to
	}
}

func (c *cutter) unit(from, to int, form *Form) {
	c.frame(from)
	if form == nil {
		form = jsonForm
	}
	c.cuts = append(c.cuts, cut{from: from, to: to, form: form})
	c.mark, c.pos = to, to
}

func (c *cutter) fault(to int, code, reason string) {
	c.cuts = append(c.cuts, cut{from: c.mark, to: to, kind: cutFault, form: jsonForm, code: code, reason: reason})
	c.mark, c.pos = to, to
}

func (c *cutter) top() bool {
	if !c.gap() {
		return false
	}
	switch c.b[c.pos] {
	case '[':
		c.pos++
		c.frame(c.pos)
		c.stack = append(c.stack, level{list: true})
		return true
	case '{':
		if c.descend {
			c.descend = false
			c.openObject(c.pos, 0)
			return true
		}
		return c.begin()
	}
	return c.restOfLine()
}

// restOfLine cuts a line that is no JSON; what it is will be said when it is decoded.
func (c *cutter) restOfLine() bool {
	n := bytes.IndexByte(c.b[c.pos:], '\n')
	switch {
	case n >= 0:
		c.unit(c.pos, c.pos+n+1, nil)
		return true
	case c.eof:
		c.unit(c.pos, len(c.b), nil)
		return false
	}
	c.tooLong(c.pos, "line")
	return false
}

func (c *cutter) openObject(at, tables int) {
	c.stack = append(c.stack, level{from: at, tables: tables})
	c.pos = at + 1
}

// begin starts to pass over the value at pos.
func (c *cutter) begin() bool {
	c.running, c.start = true, c.pos
	c.scan = extent{pos: c.pos}
	return true
}

// pass goes on over the value that was begun, and cuts it when it ends.
func (c *cutter) pass() bool {
	var form *Form
	inList := false
	if n := len(c.stack); n > 0 {
		form, inList = c.stack[n-1].form, c.stack[n-1].list
	}
	switch c.scan.run(c.b) {
	case complete:
		c.running = false
		c.unit(c.start, c.scan.pos, form)
		return true
	case torn:
		c.running = false
		c.unit(c.start, c.scan.pos+1, form)
		c.resync = inList
		return true
	}
	switch {
	case c.eof:
		c.running = false
		c.unit(c.start, len(c.b), form)
		c.stack = c.stack[:0]
		return false
	case len(c.stack) == 0 && len(c.b)-c.start > maxWhole:
		c.running = false
		c.openObject(c.start, 0)
		return true
	}
	c.tooLong(c.start, "value")
	return false
}

// tooLong gives a value up when its window is full; the reader then lets it go by.
func (c *cutter) tooLong(from int, what string) {
	if len(c.b)-from > maxRecord {
		c.frame(from)
		c.huge = what
	}
}

// skipLine passes over the rest of what broke inside a list.
func (c *cutter) skipLine() bool {
	i := c.pos
	for i < len(c.b) && space(c.b[i]) {
		i++
	}
	if i >= len(c.b) {
		if c.eof {
			c.resync = false
		}
		return c.eof
	}
	if ch := c.b[i]; ch == '{' || ch == ']' {
		c.resync = false
		return true
	}
	n := bytes.IndexByte(c.b[i:], '\n')
	if n < 0 {
		if c.eof {
			c.fault(len(c.b), CodeJSON, "follows a broken record")
			c.resync = false
			return true
		}
		c.tooLong(c.pos, "line")
		return false
	}
	c.fault(i+n+1, CodeJSON, "follows a broken record")
	return true
}

func (c *cutter) list() bool {
	if !c.gap() {
		return false
	}
	at := &c.stack[len(c.stack)-1]
	switch ch := c.b[c.pos]; {
	case ch == ']':
		c.pos++
		c.frame(c.pos)
		c.stack = c.stack[:len(c.stack)-1]
		return true
	case ch == '{' && at.tables == 1:
		c.openObject(c.pos, 2)
		return true
	case ch == '{', ch == '[', ch == '"':
		return c.begin()
	case ch == '}', ch == ':':
		return c.restOfLine()
	}
	i := c.pos
	for i < len(c.b) && !space(c.b[i]) && c.b[i] != ',' && c.b[i] != ']' && c.b[i] != '}' {
		i++
	}
	if i == len(c.b) && !c.eof {
		c.tooLong(c.pos, "line")
		return false
	}
	c.unit(c.pos, i, at.form)
	return true
}
