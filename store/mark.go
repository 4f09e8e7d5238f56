package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"casebook/store/event"
)

// Marks are places of a large file where expanding can begin, one every few mebibytes: anywhere in gzip and in UTF-16, at the beginning of
// a frame in zstd. Where there is none for long, the store keeps the stretch itself. Both are made while the file is loaded and let any of
// its records be read in some milliseconds.

// fileMark is a mark waiting for the next flush, its window packed.
type fileMark struct {
	file *fileState
	event.Mark
}

// fileStretch is a stretch waiting for the next flush.
type fileStretch struct {
	file  *fileState
	begin int64
	bytes []byte // packed
}

// entries are the ways into a large file that is being read.
type entries struct {
	made  []event.Mark // since the last block
	ahead []int64      // expanded bytes before marks that blocks have not come to
	last  int64        // and before the last that they have; -1: there is none
}

func (e *entries) mark(m event.Mark) {
	e.made, e.ahead = append(e.made, m), append(e.ahead, m.Expanded)
}

// take gives the marks that were made, and tells whether a block ends so far behind the last one that it is to be kept itself.
func (e *entries) take(encoding string, begin, end int64) (marks []event.Mark, keep bool) {
	marks, e.made = e.made, nil
	for len(e.ahead) > 0 && e.ahead[0] <= begin {
		e.last, e.ahead = e.ahead[0], e.ahead[1:]
	}
	switch {
	case encoding == "":
		return nil, false
	case !event.Enterable(encoding):
		return nil, true
	}
	return marks, e.last < 0 || end-e.last > 2*stretchFrom
}

// stretchFrom is how far behind a mark bytes may lie for being found from it: some milliseconds of expanding.
const stretchFrom = 4 << 20

// packMarks packs the windows of marks.
func packMarks(marks []event.Mark) []event.Mark {
	encoder, err := zstdEncoder()
	if err != nil {
		return nil // without marks the long way remains
	}
	for i := range marks {
		marks[i].Window = encoder.EncodeAll(marks[i].Window, []byte{})
	}
	return marks
}

// packStretch packs a block's bytes.
func packStretch(bytes []byte) []byte {
	encoder, err := zstdEncoder()
	if err != nil {
		return nil
	}
	return encoder.EncodeAll(bytes, []byte{})
}

func (l *loader) flushMarks(tx *Tx) error {
	for _, m := range l.marks {
		if _, err := tx.exec("insert or replace into mark (file, expanded, at, bits, rest, window) values (?,?,?,?,?,?)",
			m.file.id, m.Expanded, m.Offset, int64(m.Bits), int64(m.Rest), m.Window); err != nil {
			return err
		}
	}
	for _, s := range l.stretches {
		if _, err := tx.exec("insert or replace into stretch (file, begin, bytes) values (?,?,?)", s.file.id, s.begin, s.bytes); err != nil {
			return err
		}
	}
	return nil
}

// stretched reads a place from the stretch that it lies in; it is not ok where none was kept.
func (db *DB) stretched(ctx context.Context, p *rawPlace) (place []byte, ok bool, err error) {
	var begin int64
	var packed []byte
	err = db.readers.QueryRowContext(ctx, "select begin, bytes from stretch where file = ? and begin <= ? order by begin desc limit 1", p.file, p.begin).Scan(&begin, &packed)
	if errors.Is(err, errNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, db.trouble("look for a stretch of a file", err)
	}
	data, cached := db.raws.get(p.file, begin)
	if !cached {
		decoder, err := zstdDecoder()
		if err != nil {
			return nil, false, err
		}
		if data, err = decoder.DecodeAll(packed, nil); err != nil {
			return nil, false, fmt.Errorf("unpack a stretch: %w", err)
		}
		db.raws.put(p.file, begin, data)
	}
	if p.begin+p.length > begin+int64(len(data)) {
		return nil, false, nil
	}
	place, err = cut(data, p.begin-begin, p.length)
	return place, true, err
}

// marked reads a place of a file that has marks, and keeps what lies between two of them for the next place. It is not ok when the
// file has none.
func (db *DB) marked(ctx context.Context, p *rawPlace) (place []byte, ok bool, err error) {
	var m event.Mark
	var window []byte
	next := int64(-1)
	found := 0
	err = each(ctx, db.readers, `select * from (select expanded, at, bits, rest, window from mark where file = ?1 and expanded <= ?2 order by expanded desc limit 1)
		union all select * from (select expanded, 0, 0, 0, x'' from mark where file = ?1 and expanded > ?2 order by expanded limit 1)`,
		[]any{p.file, p.begin}, func(scan func(...any) error) error {
			if found++; found == 1 {
				return scan(&m.Expanded, &m.Offset, &m.Bits, &m.Rest, &window)
			}
			var none any
			return scan(&next, &none, &none, &none, &none)
		})
	if err != nil || found == 0 || m.Expanded > p.begin {
		return nil, false, db.trouble("look for a place to begin", err)
	}
	if data, ok := db.raws.get(p.file, m.Expanded); ok && p.begin+p.length <= m.Expanded+int64(len(data)) {
		place, err := cut(data, p.begin-m.Expanded, p.length)
		return place, true, err
	}
	decoder, err := zstdDecoder()
	if err != nil {
		return nil, false, err
	}
	if m.Window, err = decoder.DecodeAll(window, nil); err != nil {
		return nil, false, fmt.Errorf("unpack a mark: %w", err)
	}
	in, closing, err := db.openEvidenceAt(ctx, p, m.Offset)
	if err != nil {
		return nil, true, err
	}
	defer closing()
	stream, err := event.ExpandAt(in, p.encoding, m)
	if err != nil {
		return nil, false, nil // the long way will do
	}
	data := make([]byte, max(p.begin+p.length, min(next, m.Expanded+3*stretchFrom))-m.Expanded)
	n, err := io.ReadFull(stream, data)
	if int64(n) < p.begin-m.Expanded+p.length {
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = errShort
		}
		return nil, true, err
	}
	db.raws.put(p.file, m.Expanded, data[:n])
	place, err = cut(data[:n], p.begin-m.Expanded, p.length)
	return place, true, err
}

// markBefore is the last mark of a file that is not behind a place.
func (db *DB) markBefore(ctx context.Context, file, begin int64) (m event.Mark, found bool, err error) {
	var window []byte
	err = each(ctx, db.readers, "select expanded, at, bits, rest, window from mark where file = ? and expanded <= ? order by expanded desc limit 1",
		[]any{file, begin}, func(scan func(...any) error) error {
			found = true
			return scan(&m.Expanded, &m.Offset, &m.Bits, &m.Rest, &window)
		})
	if err != nil || !found {
		return m, false, db.trouble("look for a place to begin", err)
	}
	decoder, err := zstdDecoder()
	if err == nil {
		m.Window, err = decoder.DecodeAll(window, nil)
	}
	if err != nil {
		return m, false, fmt.Errorf("unpack a mark: %w", err)
	}
	return m, true, nil
}

// openEvidenceAt opens a file behind so many of its bytes.
func (db *DB) openEvidenceAt(ctx context.Context, p *rawPlace, at int64) (io.Reader, func() error, error) {
	if p.kept {
		kept := &keptFile{ctx: ctx, db: db, file: p.copy}
		var packing string
		if err := db.readers.QueryRowContext(ctx, "select packing from evidence where file = ? and part = 0", p.copy).Scan(&packing); err != nil {
			return nil, nil, db.trouble("read evidence", err)
		}
		if packing != packAsIs { // it is in parts
			kept.part, at = int(at/partSize), at%partSize
		}
		_, err := io.CopyN(io.Discard, kept, at)
		return kept, func() error { return nil }, err
	}
	in, closing, err := db.openEvidence(ctx, &p.heldFile)
	if err != nil {
		return nil, nil, err
	}
	if _, err := in.(*os.File).Seek(at, io.SeekStart); err != nil {
		closing()
		return nil, nil, err
	}
	return in, closing, nil
}
