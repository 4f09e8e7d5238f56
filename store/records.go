package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"casebook/engine/column"
	"casebook/store/event"
	"casebook/store/native"
)

// What only records have is read of many events at once: by files, each read forward and expanded once, on all cores.

// recordPlace is where the record of one of the events that are asked for stands.
type recordPlace struct {
	row           int // of those that are asked for
	segment       *segment
	file          int64
	begin, length int64
	form          uint32
}

// recordPlaces says where records of events stand, by files and places in them. Events that there are none of are left out.
func (db *DB) recordPlaces(ctx context.Context, spots []spot) ([]recordPlace, error) {
	all := make([]recordPlace, 0, len(spots))
	type packs struct{ file, begin, length, form *pack }
	known := map[*segment]packs{}
	for row, s := range spots {
		if s.segment == nil {
			continue
		}
		p, ok := known[s.segment]
		if !ok {
			for field, into := range map[string]**pack{packFile: &p.file, packBegin: &p.begin, packLength: &p.length, packForm: &p.form} {
				var err error
				if *into, err = db.pack(ctx, s.segment, field); err != nil {
					return nil, err
				}
			}
			known[s.segment] = p
		}
		at := recordPlace{row: row, segment: s.segment, form: p.form.word(s.place)}
		at.file, _ = p.file.number(s.place)
		at.begin, _ = p.begin.number(s.place)
		at.length, _ = p.length.number(s.place)
		all = append(all, at)
	}
	slices.SortFunc(all, func(a, b recordPlace) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.begin, b.begin)) })
	return all, nil
}

// foundRecord is a record that was read: its bytes are good until the next one is.
type foundRecord struct {
	*recordPlace
	bytes []byte
	path  string // of its file
}

// mostTogether is how many bytes of records one worker reads of one file: what is larger is for several.
const mostTogether = 16 << 20

// eachRecord reads records and calls f with them, from several goroutines. Files are kept expanded for the next time if others of their
// records are likely to be wanted.
func (db *DB) eachRecord(ctx context.Context, places []recordPlace, keep bool, f func(r *foundRecord) error) error {
	dict, err := db.dictionary(ctx, db.readers)
	if err != nil {
		return db.trouble("find a record", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var jobs [][]recordPlace
	for from := 0; from < len(places); {
		to := from + 1
		for to < len(places) && places[to].file == places[from].file && places[to].begin-places[from].begin < mostTogether {
			to++
		}
		jobs = append(jobs, places[from:to])
		from = to
	}
	var next atomic.Int64
	var group sync.WaitGroup
	failed := make(chan error, 1)
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		group.Go(func() {
			w := &recordReader{ctx: ctx, db: db, dict: dict, forms: map[uint32]*event.Form{}, keep: keep}
			for {
				n := int(next.Add(1)) - 1
				if n >= len(jobs) || ctx.Err() != nil {
					return
				}
				if err := w.job(jobs[n], f); err != nil {
					select {
					case failed <- err:
						cancel()
					default:
					}
					return
				}
			}
		})
	}
	group.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return ctx.Err()
	}
}

// recordReader reads records of one file after another.
type recordReader struct {
	ctx   context.Context
	db    *DB
	dict  *column.Dict
	forms map[uint32]*event.Form

	file    rawPlace // its file, without a place
	data    []byte   // of the expanded file, from a place on
	from    int64
	in      io.Reader // what follows data
	closing func() error
	room    []byte // of data, to be used again
	keep    bool   // small files stay expanded for whoever asks next
}

func (w *recordReader) job(places []recordPlace, f func(r *foundRecord) error) (err error) {
	p := &w.file
	*p = rawPlace{file: places[0].file}
	w.data, w.from = nil, 0
	defer func() { err = errors.Join(err, w.close()) }()
	if p.heldFile, err = w.db.held(w.ctx, p.file); err != nil {
		return w.db.trouble("find a record", err)
	}
	path := string(p.path)
	for i := range places {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		at := &places[i]
		place, err := w.read(at.begin, at.length)
		if err != nil {
			return fmt.Errorf("read event %d from %q: %w", at.id(), path, err)
		}
		form := w.forms[at.form]
		if form == nil {
			if int(at.form) < len(w.dict.Values) {
				form, err = event.ParseForm(w.dict.Values[at.form])
			}
			if err != nil || form == nil {
				return fmt.Errorf("read event %d: %w", at.id(), errors.Join(errPack, err))
			}
			w.forms[at.form] = form
		}
		text, why := form.Raw(place)
		if why != nil {
			return fmt.Errorf("read event %d: its bytes are not what they were: %w", at.id(), why)
		}
		if err := f(&foundRecord{at, text, path}); err != nil {
			return err
		}
	}
	return nil
}

// id is some event of the place, to name it.
func (p *recordPlace) id() int64 { return p.segment.first }

func (w *recordReader) close() error {
	if w.closing == nil {
		return nil
	}
	closing := w.closing
	w.in, w.closing = nil, nil
	return closing()
}

// read gives the bytes of a place; they are good until the next call.
func (w *recordReader) read(begin, length int64) ([]byte, error) {
	if begin < 0 || length < 0 {
		return nil, errShort
	}
	if begin >= w.from && begin+length <= w.from+int64(len(w.data)) {
		return w.data[begin-w.from:][:length], nil
	}
	if w.data == nil {
		if whole, ok, err := w.whole(); err != nil || ok {
			w.data = whole
			if err == nil && begin+length > int64(len(whole)) {
				err = errShort
			}
			if err != nil {
				return nil, err
			}
			return whole[begin:][:length], nil
		}
	}
	return w.forward(begin, length)
}

// whole expands a small file at once; not ok for any other.
func (w *recordReader) whole() (data []byte, ok bool, err error) {
	p := &w.file
	if p.encoding != "gzip" {
		return nil, false, nil
	}
	if data, ok := w.db.raws.get(p.file, wholeFile); ok {
		return data, true, nil
	}
	in, closing, err := w.db.openEvidence(w.ctx, &p.heldFile)
	if err != nil {
		return nil, false, err
	}
	defer closing()
	packed, err := io.ReadAll(io.LimitReader(in, smallFile+1))
	if err != nil || len(packed) > smallFile {
		return nil, false, err
	}
	room := w.room[:0]
	if w.keep {
		room = nil
	}
	data, ok = native.Expand(room, packed, mostTogether)
	switch {
	case ok && w.keep:
		w.db.raws.put(p.file, wholeFile, data)
	case cap(data) > cap(w.room):
		w.room = data[:0]
	}
	return data, ok, nil
}

// ahead is how much is read of a file at once, and passed over rather than looked for.
const ahead = 1 << 20

// forward reads on to a place.
func (w *recordReader) forward(begin, length int64) ([]byte, error) {
	end := w.from + int64(len(w.data))
	if w.in == nil || begin < w.from || begin > end+ahead {
		if err := w.open(begin); err != nil {
			return nil, err
		}
		w.data, end = nil, w.from
	}
	if begin > end {
		if _, err := io.CopyN(io.Discard, w.in, begin-end); err != nil {
			return nil, ended(err)
		}
		w.data, w.from = nil, begin
	}
	rest := w.data[begin-w.from:]
	want := max(length, ahead)
	if int64(cap(w.room)) < want || len(rest) > 0 && &rest[0] == &w.room[:1][0] {
		w.room = make([]byte, 0, want+want/4)
	}
	room := w.room[:want]
	had := copy(room, rest)
	n, err := io.ReadFull(w.in, room[had:])
	w.data, w.from = room[:had+n], begin
	if int64(len(w.data)) < length {
		return nil, ended(err)
	}
	return w.data[:length], nil
}

// ended says that a file is shorter than it was, where that is all there is to an error.
func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errShort
	}
	return err
}

// open begins to read a file in front of a place, as near as it can.
func (w *recordReader) open(begin int64) error {
	if err := w.close(); err != nil {
		return err
	}
	p := &w.file
	var err error
	if p.encoding == "" {
		w.in, w.closing, err = w.db.openEvidenceAt(w.ctx, p, begin)
		w.from = begin
		return err
	}
	if event.Enterable(p.encoding) {
		m, found, err := w.db.markBefore(w.ctx, p.file, begin)
		if err != nil {
			return err
		}
		if found {
			in, closing, err := w.db.openEvidenceAt(w.ctx, p, m.Offset)
			if err != nil {
				return err
			}
			if stream, err := event.ExpandAt(in, p.encoding, m); err == nil {
				w.in, w.closing, w.from = stream, closing, m.Expanded
				return nil
			}
			if err := closing(); err != nil {
				return err
			}
		}
	}
	in, closing, err := w.db.openEvidence(w.ctx, &p.heldFile)
	if err != nil {
		return err
	}
	w.in, w.closing, w.from = in, closing, 0
	stream, err := event.Expand(in)
	if err == nil {
		w.in = stream
	}
	return err
}

// glances calls f with a record of every event, from several goroutines; it is good for the call only.
func (db *DB) glances(ctx context.Context, ids []int64, f func(row int, x *event.Details) error) error {
	spots, err := db.spots(ctx, ids)
	if err != nil {
		return err
	}
	places, err := db.recordPlaces(ctx, spots)
	if err != nil {
		return err
	}
	return db.eachRecord(ctx, places, true, func(r *foundRecord) error {
		x, err := event.Glance(r.segment.source, r.bytes, db.siblings(ctx, r.path))
		if err != nil {
			return fmt.Errorf("decode event %d: %w", ids[r.row], err)
		}
		return f(r.row, x)
	})
}
