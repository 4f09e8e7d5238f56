package event

import (
	"bytes"
	"fmt"

	"casebook/store/native"
)

// Decoder turns blocks into records. It holds nothing but scratch: what comes out depends on the block alone (and on the
// block's siblings), so blocks may be decoded in any order, each goroutine with a Decoder of its own. The zero Decoder is ready.
type Decoder struct {
	scanner    scanner
	invocation invocation
	row        row
	properties row
	resource   resource
	siblings   Siblings
	values     []Value
	texts      []string
	records    []Record
	first      int // in records: where the block's begin
	block      *Block
	lined      []native.Invocation
	slow       bool // without the help of native, for comparing
	keys       keys

	// Of mappings whose columns are found:
	leaves   []leaf
	path     []byte
	places   map[string]int
	placesOf *Mapping
	crowded  bool // a field had no place
}

// Decode appends the block's records to a slice: every byte of the block is in the span of exactly one. The small fields of its events
// are good until the next block is decoded.
func (d *Decoder) Decode(b *Block, to []Record) []Record {
	d.block, d.siblings, d.records, d.first = b, b.siblings, to, len(to)
	if d.lined == nil {
		d.lined = make([]native.Invocation, 256)
	}
	d.keys.begin()
	d.values, d.texts = d.values[:0], d.texts[:0]
	if b.ready != nil {
		return append(to, *b.ready)
	}
	line, at := b.Line, 0
	if b.cuts == nil {
		d.lines(b.Data, line)
	}
	for _, c := range b.cuts {
		line += int64(bytes.Count(b.Data[at:c.from], newline))
		at = c.from
		d.cut(c, line)
	}
	d.keys.settle(d.records)
	to, d.records, d.block = d.records, nil, nil
	return to
}

var newline = []byte("\n")

// lines decodes a block of whole lines.
func (d *Decoder) lines(data []byte, line int64) {
	from := 0
	if d.block.Offset == 0 && bytes.HasPrefix(data, bom) {
		d.frame(0, len(bom), line)
		from = len(bom)
	}
	for !d.slow && d.block.form.Kind == JSON && d.block.mapping == nil {
		n := native.Invocations(d.lined, data, from)
		if n == 0 {
			break
		}
		for i := range d.lined[:n] {
			v := &d.lined[i]
			if v.Size > 0 {
				d.invoked(v, line)
			} else {
				d.unit(place{int(v.Line.From), int(v.Line.To), line}, d.block.form, 0)
			}
			line++
		}
		from = int(d.lined[n-1].Line.To)
	}
	for from < len(data) {
		to := len(data)
		if n := bytes.IndexByte(data[from:], '\n'); n >= 0 {
			to = from + n + 1
		}
		d.unit(place{from, to, line}, d.block.form, 0)
		from = to
		line++
	}
}

func (d *Decoder) cut(c cut, line int64) {
	switch c.kind {
	case cutFrame:
		d.frame(c.from, c.to, line)
	case cutFault:
		d.reject(place{c.from, c.to, line}, c.form, Reject{c.code, c.reason})
	default:
		d.unit(place{c.from, c.to, line}, c.form, 0)
	}
}

// place is a span of the block, with the line it begins on.
type place struct {
	from, to int
	line     int64
}

// add begins a record for a place and gives it for filling in.
func (d *Decoder) add(p place, kind Kind) *Record {
	d.records = append(d.records, Record{})
	r := &d.records[len(d.records)-1]
	r.Kind = kind
	r.Offset, r.Length, r.Line = d.block.Offset+int64(p.from), int64(p.to-p.from), p.line
	return r
}

func (d *Decoder) frame(from, to int, line int64) {
	if to > from {
		d.add(place{from, to, line}, Frame)
	}
}

func (d *Decoder) reject(p place, form *Form, why Reject) *Record {
	r := d.add(p, Rejected)
	from, to := trim(d.block.Data, p.from, p.to)
	r.Form, r.At, r.Raw, r.Reject = form, d.block.Offset+int64(from), d.block.Data[from:to], why
	r.Size = int64(to - from)
	return r
}

// trim leaves the white space around a record out.
func trim(b []byte, from, to int) (int, int) {
	for from < to && b[from] <= ' ' && space(b[from]) {
		from++
	}
	for to > from && b[to-1] <= ' ' && space(b[to-1]) {
		to--
	}
	return from, to
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// unit decodes a span that holds one record, or an envelope of records, or several values one after the other. White
// space around a record belongs to its span.
func (d *Decoder) unit(p place, form *Form, depth int) {
	from, to := trim(d.block.Data, p.from, p.to)
	if from == to {
		d.blank(p)
		return
	}
	if bytes.HasPrefix(d.block.Data[from:to], bom) && form.Kind == JSON { // files with marks, joined to one
		if from, to = trim(d.block.Data, from+len(bom), to); from == to {
			d.frame(p.from, p.to, p.line)
			return
		}
	}
	if p.to-p.from > maxRecord && d.tooLong(p, form, depth) {
		return
	}
	body := d.block.Data[from:to]
	if form.Kind == JSON && body[0] != '{' {
		switch {
		case timed(body):
			form = timedForm
		case body[0] == '[' && bytes.Contains(body, messageField):
			form = insightsForm
		case body[0] == '[':
			d.open(p, false, depth)
			return
		}
	}
	r := d.add(p, Accepted)
	r.Form, r.At, r.Size = form, d.block.Offset+int64(from), int64(to-from)
	raw, why := form.Raw(body)
	if why == nil {
		r.Raw = raw
		why = d.record(raw, &r.Event)
		if why != nil && why.Code == message && form.Kind == JSON {
			if raw, why = messageForm.Raw(body); why == nil {
				r.Form, r.Raw, r.Event = messageForm, raw, Event{}
				why = d.record(raw, &r.Event)
			}
		}
	}
	if why == nil {
		d.settle(&r.Event)
		return
	}
	r.Event = Event{}
	if (why.Code == CodeEnds || why.Code == CodeJSON) && form.Kind == JSON && depth < maxEnvelopes {
		if pieces := salvage(d.block.Data[p.from:p.to]); pieces != nil {
			d.records = d.records[:len(d.records)-1]
			d.pieces(p, pieces, depth)
			return
		}
	}
	switch {
	case (why.Code == envelope || why.Code == more) && form.Kind == JSON && depth < maxEnvelopes:
		d.records = d.records[:len(d.records)-1]
		d.open(p, why.Code == envelope, depth)
		return
	case why.Code == envelope || why.Code == more || why.Code == message:
		why = &Reject{CodeUnknown, "records wrapped more deeply than any known form"}
	}
	r.Kind, r.Reject = Rejected, *why
	if why.Code == CodeControl || why.Code == CodeCategory {
		r.Kind = Skipped
	}
	if r.Raw == nil {
		r.Raw = body
	}
}

// blank counts an empty line, with the empty lines before it.
func (d *Decoder) blank(p place) {
	if n := len(d.records); n > d.first {
		if last := &d.records[n-1]; last.Kind == Blank {
			last.Length += int64(p.to - p.from)
			last.Lines++
			return
		}
	}
	d.add(p, Blank).Lines = 1
}

// tooLong rejects a record beyond the cap that its block holds whole nevertheless, unless it is an envelope.
func (d *Decoder) tooLong(p place, form *Form, depth int) bool {
	if pieces := salvage(d.block.Data[p.from:p.to]); form.Kind == JSON && pieces != nil {
		d.pieces(p, pieces, depth)
		return true
	}
	from, _ := trim(d.block.Data, p.from, p.to)
	if d.block.Data[from] == '[' {
		return false
	}
	d.reject(p, form, Reject{CodeLong, fmt.Sprintf("a record of %d bytes, where 16 MiB are the most", p.to-p.from)})
	return true
}

// maxEnvelopes is how deep envelopes may stand in each other: an Event Hub's array of messages, each with its records.
const maxEnvelopes = 3

var messageField = []byte(`"@message"`)

// timed tells whether a line is CloudWatch's export form: "2026-01-01T00:00:01.123Z {…}".
func timed(line []byte) bool {
	i := bytes.IndexByte(line, ' ')
	if i < 19 || i > 35 || i+1 >= len(line) || line[i+1] != '{' {
		return false
	}
	_, _, ok := stamp(string(line[:i]))
	return ok
}

// open cuts an array, an envelope (whose object is then to be descended into), or several values that follow each other,
// and decodes the pieces.
func (d *Decoder) open(p place, descend bool, depth int) {
	c := cutter{b: d.block.Data[p.from:p.to], eof: true, descend: descend}
	c.run()
	d.pieces(p, c.cuts, depth)
}

// salvage cuts an envelope that is not sound, so that one bad record, or an end that is missing, does not cost the others.
// It is nil when the object is no envelope.
func salvage(b []byte) []cut {
	c := cutter{b: b, eof: true, descend: true}
	c.run()
	if len(c.cuts) > 1 && c.cuts[0].kind == cutFrame {
		return c.cuts
	}
	return nil
}

func (d *Decoder) pieces(p place, cuts []cut, depth int) {
	line, at := p.line, p.from
	for _, piece := range cuts {
		from, to := p.from+piece.from, p.from+piece.to
		line += int64(bytes.Count(d.block.Data[at:from], newline))
		at = from
		switch {
		case piece.kind == cutUnit && depth >= maxEnvelopes:
			d.reject(place{from, to, line}, piece.form, Reject{CodeUnknown, "records wrapped more deeply than any known form"})
		case piece.kind == cutUnit:
			d.unit(place{from, to, line}, piece.form, depth+1)
		case piece.kind == cutFrame:
			d.frame(from, to, line)
		default:
			d.reject(place{from, to, line}, piece.form, Reject{piece.code, piece.reason})
		}
	}
}

// settle gives an accepted event the flags of its file, and room of its own for what was built in scratch.
func (d *Decoder) settle(e *Event) {
	e.Flags |= d.scanner.flags | d.block.flags
	if n := len(e.Values); n > 0 {
		if cap(d.values)-len(d.values) < n {
			d.values = make([]Value, 0, 2*cap(d.values)+256+n)
		}
		at := len(d.values)
		d.values = append(d.values, e.Values...)
		e.Values = d.values[at:len(d.values):len(d.values)]
	}
}

// many gives an event a small field of several texts, if there are any.
func (d *Decoder) many(e *Event, field int, values ...string) {
	if len(values) == 0 {
		return
	}
	if cap(d.texts)-len(d.texts) < len(values) {
		d.texts = make([]string, 0, 2*cap(d.texts)+256+len(values))
	}
	at := len(d.texts)
	d.texts = append(d.texts, values...)
	e.Values = append(e.Values, Value{Field: field, Many: d.texts[at:len(d.texts):len(d.texts)]})
}

// time gives an event its time from an ISO text.
func (d *Decoder) time(e *Event, text string) {
	if text == "" {
		d.scanner.flags |= BadTime
		return
	}
	ns, zoned, ok := stamp(text)
	if !ok {
		d.scanner.flags |= BadTime
		return
	}
	e.Time, e.Dated = ns, true
	if !zoned {
		d.scanner.flags |= NoZone
	}
}

// seal gives an event its key.
func (d *Decoder) seal(e *Event, id string) {
	var content []byte
	if id == "" {
		content = compact(d.scanner.b)
	}
	d.keys.add(len(d.records)-1, e, id, content)
}

// compact is a record without the white space between its parts: however it was laid out, it is the same one.
func compact(record []byte) []byte {
	to := make([]byte, 0, len(record))
	for text, i := false, 0; i < len(record); i++ {
		c := record[i]
		switch {
		case text && c == '\\' && i+1 < len(record):
			to = append(to, c)
			i++
			c = record[i]
		case c == '"':
			text = !text
		case !text && space(c):
			continue
		}
		to = append(to, c)
	}
	return to
}
