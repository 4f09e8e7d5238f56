package store

import (
	"bytes"
	"container/list"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"

	"casebook/engine/column"
	"casebook/store/event"
)

// Raw is an event's record as its vendor wrote it, and where it stands.
type Raw struct {
	Bytes  []byte // the record, unwrapped
	Place  []byte // the bytes of its place in the expanded file
	SHA256 []byte // of the place, as it was when the event was loaded
	Intact bool   // the place's bytes still have that hash
	File   string // path, as it was given
	Kept   bool   // the file is in the store itself
	Begin  int64  // of the place in the expanded file
	Length int64
	Line   int64
}

// rawPlace is where an event's record is.
type rawPlace struct {
	heldFile
	id            int64
	file          int64
	begin, length int64
	line          int64
	form          string
	sum           []byte // of the place, when it was loaded
}

// rawPlaces says where the records of events are; an id that no event has is an error.
func (db *DB) rawPlaces(ctx context.Context, ids []int64) ([]rawPlace, error) {
	spots, err := db.spots(ctx, ids)
	if err != nil {
		return nil, err
	}
	dict, err := db.dictionary(ctx, db.readers)
	if err != nil {
		return nil, db.trouble("find a record", err)
	}
	all := make([]rawPlace, len(ids))
	files := map[int64]*heldFile{}
	for i, s := range spots {
		if s.segment == nil {
			return nil, fmt.Errorf("event %d: %w", ids[i], ErrNotFound)
		}
		p := &all[i]
		p.id = ids[i]
		for field, into := range map[string]*int64{packFile: &p.file, packBegin: &p.begin, packLength: &p.length, packLine: &p.line} {
			numbers, err := db.pack(ctx, s.segment, field)
			if err != nil {
				return nil, err
			}
			*into, _ = numbers.number(s.place)
		}
		forms, err := db.pack(ctx, s.segment, packForm)
		if err != nil {
			return nil, err
		}
		if id := forms.word(s.place); int(id) < len(dict.Values) {
			p.form = dict.Values[id]
		}
		sums, err := db.pack(ctx, s.segment, packSum)
		if err != nil {
			return nil, err
		}
		p.sum = sums.hash(s.place)
		of := files[p.file]
		if of == nil {
			held, err := db.held(ctx, p.file)
			if err != nil {
				return nil, db.trouble("find a record", err)
			}
			of = &held
			files[p.file] = of
		}
		p.heldFile = *of
	}
	return all, nil
}

// Raw reads an event's record back from the evidence and checks it against its hash.
func (db *DB) Raw(ctx context.Context, id int64) (Raw, error) {
	places, err := db.rawPlaces(ctx, []int64{id})
	if err != nil {
		return Raw{}, err
	}
	p := &places[0]
	raw := Raw{File: string(p.path), Kept: p.kept, Begin: p.begin, Length: p.length, Line: p.line, SHA256: p.sum}
	raw.Place, raw.Bytes, err = db.record(ctx, p)
	if err != nil {
		return raw, err
	}
	sum := sha256.Sum256(raw.Place)
	raw.Intact = bytes.Equal(sum[:], raw.SHA256)
	return raw, nil
}

// record reads the bytes of a place and the record in it.
func (db *DB) record(ctx context.Context, p *rawPlace) (place, record []byte, err error) {
	if place, err = db.bytesAt(ctx, p); err != nil {
		return nil, nil, fmt.Errorf("read event %d from %q: %w", p.id, p.path, err)
	}
	form, err := event.ParseForm(p.form)
	if err != nil {
		return place, nil, fmt.Errorf("read event %d: %w", p.id, err)
	}
	record, why := form.Raw(place)
	if why != nil {
		return place, nil, fmt.Errorf("read event %d: its bytes are not what they were: %w", p.id, why)
	}
	return place, record, nil
}

// rawCache keeps the expanded files, or stretches of large ones, that were read last: the events of one alert often stand in one.
type rawCache struct {
	mu    sync.Mutex
	order list.List // front: used last; of *expanded
	bytes int64
}

type expanded struct {
	file, from int64 // what of the expanded file data is
	data       []byte
}

const (
	cacheFile  = 32 << 20 // the most that is kept of an expanded file's beginning
	cacheBytes = 32 << 20

	// In place of where a stretch begins:
	wholeFile    = -1
	itsBeginning = -2
)

func (c *rawCache) get(file, from int64) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for e := c.order.Front(); e != nil; e = e.Next() {
		if x := e.Value.(*expanded); x.file == file && x.from == from {
			c.order.MoveToFront(e)
			return x.data, true
		}
	}
	return nil, false
}

func (c *rawCache) put(file, from int64, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order.PushFront(&expanded{file, from, data})
	for c.bytes += int64(len(data)); c.bytes > cacheBytes && c.order.Len() > 1; {
		c.bytes -= int64(len(c.order.Remove(c.order.Back()).(*expanded).data))
	}
}

// bytesAt reads a place of an expanded file.
func (db *DB) bytesAt(ctx context.Context, p *rawPlace) ([]byte, error) {
	if p.encoding == "" {
		return db.plainBytes(ctx, p)
	}
	for _, way := range []func(context.Context, *rawPlace) ([]byte, bool, error){db.stretched, db.marked} {
		if place, ok, err := way(ctx, p); ok || err != nil {
			return place, err
		}
	}
	for _, from := range []int64{wholeFile, itsBeginning} {
		if data, ok := db.raws.get(p.file, from); ok && p.begin+p.length <= int64(len(data)) {
			return cut(data, p.begin, p.length)
		}
	}
	in, closing, err := db.openEvidence(ctx, &p.heldFile)
	if err != nil {
		return nil, err
	}
	defer closing()
	stream, err := event.Expand(in)
	if err != nil {
		return nil, err
	}
	most := min(max(p.begin+p.length, 2*stretchFrom), cacheFile)
	data, err := io.ReadAll(io.LimitReader(stream, most))
	if err != nil && int64(len(data)) < p.begin+p.length {
		return nil, err
	}
	from := int64(wholeFile)
	if int64(len(data)) == most {
		from = itsBeginning
	}
	db.raws.put(p.file, from, data)
	if p.begin+p.length <= max(int64(len(data)), cacheFile) {
		return cut(data, p.begin, p.length)
	}
	// Beyond what is kept: read on to the place.
	rest := io.MultiReader(bytes.NewReader(data), stream)
	if _, err := io.CopyN(io.Discard, rest, p.begin); err != nil {
		return nil, err
	}
	place := make([]byte, p.length)
	_, err = io.ReadFull(rest, place)
	return place, err
}

var errShort = errors.New("the file is shorter than it was")

func cut(data []byte, begin, length int64) ([]byte, error) {
	if begin < 0 || length < 0 || begin+length > int64(len(data)) {
		return nil, errShort
	}
	return data[begin : begin+length], nil
}

// plainBytes reads a place of a file that is not packed: its bytes are where the place says.
func (db *DB) plainBytes(ctx context.Context, p *rawPlace) ([]byte, error) {
	place := make([]byte, p.length)
	if p.kept {
		kept := &keptFile{ctx: ctx, db: db, file: p.copy, part: int(p.begin / partSize)}
		if _, err := io.CopyN(io.Discard, kept, p.begin%partSize); err != nil {
			return nil, err
		}
		_, err := io.ReadFull(kept, place)
		return place, err
	}
	file, err := db.referred(p.at)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err = file.ReadAt(place, p.begin); errors.Is(err, io.EOF) {
		return nil, errShort
	}
	return place, err
}

// Field is one field of an event, under the name that rules know it by.
type Field struct {
	Name  string
	Type  column.Type
	Value any // as column.Vector.Value gives it
}

// Decoded is what the record of an event holds.
type Decoded struct {
	Fields []Field // in the first view of its source; nulls are left out
	// Asked and Answered are what a model was asked and what it answered: trees of JSON, texts, or nil.
	Asked, Answered any
}

// Fields are all fields that an event has in the first view of its source.
func (db *DB) Fields(ctx context.Context, id int64) ([]Field, error) {
	d, err := db.Decode(ctx, id)
	return d.Fields, err
}

// Decode decodes an event from its record.
func (db *DB) Decode(ctx context.Context, id int64) (Decoded, error) {
	var got Decoded
	places, err := db.rawPlaces(ctx, []int64{id})
	if err != nil {
		return got, err
	}
	_, record, err := db.record(ctx, &places[0])
	if err != nil {
		return got, err
	}
	spots, err := db.spots(ctx, []int64{id})
	if err != nil {
		return got, err
	}
	var details *event.Details
	table := tableOf(spots[0].source)
	if m := db.mapped(spots[0].source); table == nil && m != nil {
		table = db.view(m)
		details, err = m.Detail(record)
	} else {
		details, err = event.Detail(record, db.siblings(ctx, string(places[0].path)))
	}
	if err != nil {
		return got, fmt.Errorf("decode event %d: %w", id, err)
	}
	if table == nil {
		return got, nil
	}
	for i := range table.Columns {
		c := &table.Columns[i]
		if v := details.Value(table, c); v != nil {
			got.Fields = append(got.Fields, Field{c.Field.Name, c.Type, v})
		}
	}
	got.Asked, got.Answered = details.Exchange()
	return got, nil
}

// tableOf is the first view that shows a source's events.
func tableOf(source string) *event.Table {
	for _, t := range event.Tables() {
		for _, s := range t.Sources {
			if s == source {
				return t
			}
		}
	}
	return nil
}
