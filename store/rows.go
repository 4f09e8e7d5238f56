package store

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"casebook/engine/column"
	"casebook/store/event"
)

// rows are events column by column, as the workers that decode them hand them to the writer. Nothing in them is a view of the block
// that they were decoded from, so that its memory is used again at once, and what waits to be written is small.
type rows struct {
	source  *event.Source // of a mapped table's rows; nil: each says its own
	texts   *texts        // what the words are places in
	known   []string
	values  *texts // what the JSON of small fields is places in
	json    []string
	words   [wordCount][]uint32
	times   []int64 // undatedTime for none
	numbers [numberCount][]int64
	set     []uint8 // a bit for each number that is there
	ids     [2]idColumn
	flags   []event.Flags
	small   []smallCell // by row
	keys    [][16]byte
	sums    [][32]byte
	begins  []int64
	lengths []int64
	lines   []int64
}

// textSlots are the slots kept as words, and numberSlots those that hold numbers.
var (
	textSlots = []event.Slot{event.Action, event.Outcome, event.Category, event.Status, event.Error, event.User, event.UserName, event.UserRole,
		event.UserSession, event.Account, event.Region, event.Resource, event.ResourceGroup, event.Model, event.App, event.IP}
	numberSlots = []event.Slot{event.PromptTokens, event.CompletionTokens, event.RequestSize, event.ResponseSize, event.Duration}
	idSlots     = []event.Slot{event.RequestID, event.ResponseID}
)

// Their counts, as array lengths; a test holds them against the lists.
const (
	textCount   = 16
	numberCount = 5
)

// Behind the text slots, the words of a row are its source and its form.
const (
	wordSource = textCount + iota
	wordForm
	wordCount
)

// idColumn holds ids, most of which are UUIDs: in 16 bytes, and the others one behind the other.
type idColumn struct {
	uuids []uuid
	texts []byte
	ends  []uint32 // by row: where its text ends
}

func (c *idColumn) add(text string) {
	id, ok := uuid{}, text == ""
	if !ok {
		id, ok = parseUUID(text)
	}
	if !ok || text != "" && id == (uuid{}) {
		c.texts = append(c.texts, text...)
		id = uuid{}
	}
	c.uuids = append(c.uuids, id)
	c.ends = append(c.ends, uint32(len(c.texts)))
}

// text is the id of a row if it is no UUID.
func (c *idColumn) text(row int32) []byte {
	from := uint32(0)
	if row > 0 {
		from = c.ends[row-1]
	}
	return c.texts[from:c.ends[row]]
}

// smallCell is a small field of a row: a number, or JSON as a word.
type smallCell struct {
	row   int32
	field int16
	json  bool
	value int64
}

// texts gives each text that it sees a number. It only ever grows, so that a list of it that was handed on stays as it is.
type texts struct {
	places map[string]uint32
	list   []string
	last   [wordCount]uint32 // the number that a column had last
	near   [1024]uint32      // and texts by a glance at them, which says nothing for sure
	single [64]singleText
	buf    []byte
}

// singleText is a text and the number of its JSON.
type singleText struct {
	text string
	json int64
}

// glance is a hash of a text's length, middle and end, in which most texts of a log differ.
func glance(text string) uint64 {
	h := uint64(len(text))
	if n := len(text); n >= 8 {
		h ^= eight(text[n-8:]) ^ eight(text[n/2-4:])*0xff51afd7ed558ccd
	} else if n > 0 {
		h ^= uint64(text[0])<<8 ^ uint64(text[n/2])<<16 ^ uint64(text[n-1])<<24
	}
	return h * 0x9e3779b97f4a7c15 >> 54
}

func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// maxWords bounds the memory of a load over texts that are all different.
const maxWords = 1 << 18

func newTexts() *texts { return &texts{places: map[string]uint32{}, list: []string{""}} }

func (t *texts) of(text string) uint32 {
	if text == "" {
		return 0
	}
	near := &t.near[glance(text)]
	if t.list[*near] == text {
		return *near
	}
	n, ok := t.places[text]
	if !ok {
		text = strings.Clone(text)
		n = uint32(len(t.list))
		t.places[text] = n
		t.list = append(t.list, text)
	}
	*near = n
	return n
}

// written is the number of a text that was written into the buffer.
func (t *texts) written(text []byte) int64 {
	t.buf = text
	n, ok := t.places[string(text)]
	if !ok {
		n = t.of(string(text))
	}
	return int64(n)
}

// asJSON is the number of the JSON of a text.
func (t *texts) asJSON(text string) int64 {
	s := &t.single[glance(text)%uint64(len(t.single))]
	if s.json > 0 && s.text == text {
		return s.json
	}
	n := t.written(appendJSON(t.buf[:0], text))
	if len(text) <= 64 {
		*s = singleText{strings.Clone(text), n}
	}
	return n
}

// in is the number of a column's text; what a record says is often what the one before it said.
func (t *texts) in(column int, text string) uint32 {
	if last := t.last[column]; t.list[last] == text {
		return last
	}
	n := t.of(text)
	t.last[column] = n
	return n
}

// full says that it is time for a new one.
func (t *texts) full() bool { return len(t.list) > maxWords }

func newRows(words, values *texts, room int) *rows {
	r := &rows{texts: words, values: values}
	codes := make([]uint32, wordCount*room)
	for i := range r.words {
		r.words[i] = codes[i*room : i*room : (i+1)*room]
	}
	ints := make([]int64, (numberCount+4)*room)
	next := func() []int64 {
		part := ints[:0:room]
		ints = ints[room:]
		return part
	}
	for i := range r.numbers {
		r.numbers[i] = next()
	}
	r.times, r.begins, r.lengths, r.lines = next(), next(), next(), next()
	for i := range r.ids {
		r.ids[i].uuids, r.ids[i].ends = make([]uuid, 0, room), make([]uint32, 0, room)
	}
	r.set, r.flags = make([]uint8, 0, room), make([]event.Flags, 0, room)
	r.keys, r.sums = make([][16]byte, 0, room), make([][32]byte, 0, room)
	return r
}

func (r *rows) len() int { return len(r.times) }

// spareRows are those that were written and can be filled again: the memory for a block's would otherwise be cleared and collected for
// every block. A nil one keeps none.
type spareRows struct {
	mu   sync.Mutex
	list []*rows
	room int // of those in the list
}

// take gives rows with room for some, made anew where there are none.
func (s *spareRows) take(words, values *texts, room int) *rows {
	if s != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if n := len(s.list) - 1; n >= 0 && cap(s.list[n].times) >= room {
			r := s.list[n]
			s.list, s.room = s.list[:n], s.room-cap(r.times)
			r.texts, r.values = words, values
			return r
		}
	}
	return newRows(words, values, room+room/8)
}

// put takes rows of which nothing is needed any more, as many as a batch has.
func (s *spareRows) put(r *rows) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.room+cap(r.times) > flushRows*3/2 {
		return
	}
	empty := rows{times: r.times[:0], set: r.set[:0], flags: r.flags[:0], small: r.small[:0], keys: r.keys[:0], sums: r.sums[:0],
		begins: r.begins[:0], lengths: r.lengths[:0], lines: r.lines[:0]}
	for i := range r.words {
		empty.words[i] = r.words[i][:0]
	}
	for i := range r.numbers {
		empty.numbers[i] = r.numbers[i][:0]
	}
	for i, c := range r.ids {
		empty.ids[i] = idColumn{c.uuids[:0], c.texts[:0], c.ends[:0]}
	}
	*r = empty
	s.list, s.room = append(s.list, r), s.room+cap(r.times)
}

// add takes an event in.
func (r *rows) add(rec *event.Record, form string, sum *[32]byte) {
	e, t := &rec.Event, r.texts
	for i, text := range textsOf(e) {
		r.words[i] = append(r.words[i], t.in(i, *text))
	}
	r.words[wordSource] = append(r.words[wordSource], t.in(wordSource, e.Source))
	r.words[wordForm] = append(r.words[wordForm], t.in(wordForm, form))
	at := e.Time
	if !e.Dated {
		at = undatedTime
	}
	r.times = append(r.times, at)
	set := uint8(0)
	for i, n := range [...]event.Opt{e.PromptTokens, e.CompletionTokens, e.RequestSize, e.ResponseSize, e.Duration} {
		r.numbers[i] = append(r.numbers[i], n.Int)
		if n.Set {
			set |= 1 << i
		}
	}
	r.set = append(r.set, set)
	for i := range e.Values {
		r.addSmall(e, &e.Values[i])
	}
	r.ids[0].add(e.RequestID)
	r.ids[1].add(e.ResponseID)
	r.flags = append(r.flags, e.Flags)
	r.keys = append(r.keys, e.Key)
	r.sums = append(r.sums, *sum)
	r.begins, r.lengths, r.lines = append(r.begins, rec.At), append(r.lengths, rec.Size), append(r.lines, rec.Line)
}

func (r *rows) addSmall(e *event.Event, v *event.Value) {
	source, ok := r.source, r.source != nil
	if !ok {
		source, ok = event.SourceOf(e.Source)
	}
	if !ok {
		return
	}
	f, loose, ok := source.Field(v.Field)
	if !ok {
		return
	}
	cell := smallCell{row: int32(len(r.set) - 1), field: int16(v.Field), json: true}
	t := r.values
	if loose {
		cell.value = t.written(append(t.buf[:0], v.Text...))
		r.small = append(r.small, cell)
		return
	}
	switch f.Type {
	case column.Double:
		cell.value = t.written(strconv.AppendFloat(t.buf[:0], v.Float, 'g', -1, 64))
	case column.Dynamic:
		cell.value = t.written(appendJSON(t.buf[:0], v.Text))
	case column.String, column.Text, column.IP:
		switch len(v.Many) {
		case 0:
			return
		case 1:
			cell.value = t.asJSON(v.Many[0])
		default:
			cell.value = t.written(appendList(t.buf[:0], v.Many))
		}
	default:
		cell.json, cell.value = false, v.Int
	}
	r.small = append(r.small, cell)
}

// appendList writes texts as a list.
func appendList(b []byte, many []string) []byte {
	b = append(b, '[')
	for i, text := range many {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, text)
	}
	return append(b, ']')
}

func appendJSON(b []byte, text string) []byte {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(text)
			if err != nil {
				return append(b, `""`...) // a text has no error
			}
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), text...), '"')
}

// close ends the taking in: what the words are now is what the writer sees.
func (r *rows) close() { r.known, r.json = r.texts.list, r.values.list }
