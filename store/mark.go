package store

import (
	"context"
	"fmt"
	"io"
	"os"

	"casebook/store/event"
)

// Marks are places of a large gzip file where expanding can begin, one every few mebibytes. They are made while the file is loaded and
// let any of its records be read in some milliseconds.

// fileMark is a mark waiting for the next flush, its window packed.
type fileMark struct {
	file *fileState
	event.Mark
}

// packMarks packs the windows of marks. There are none where the expanded bytes are converted before they are counted.
func packMarks(r *reading, marks []event.Mark) []event.Mark {
	encoder, err := zstdEncoder()
	if err != nil || r.encoding != "gzip" {
		return nil // without marks the long way remains
	}
	for i := range marks {
		marks[i].Window = encoder.EncodeAll(marks[i].Window, []byte{})
	}
	return marks
}

func (l *loader) flushMarks(tx *Tx) error {
	for _, m := range l.marks {
		if _, err := tx.exec("insert or replace into mark (file, expanded, at, bits, rest, window) values (?,?,?,?,?,?)",
			m.file.id, m.Expanded, m.Offset, int64(m.Bits), int64(m.Rest), m.Window); err != nil {
			return err
		}
	}
	return nil
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
	stream, err := event.ExpandAt(in, m)
	if err != nil {
		return nil, false, nil // the long way will do
	}
	data := make([]byte, max(p.begin+p.length, min(next, m.Expanded+cacheFile))-m.Expanded)
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
		kept := &keptFile{ctx: ctx, db: db, file: p.file, part: int(at / partSize)}
		_, err := io.CopyN(io.Discard, kept, at%partSize)
		return kept, func() error { return nil }, err
	}
	in, closing, err := db.openEvidence(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	if _, err := in.(*os.File).Seek(at, io.SeekStart); err != nil {
		closing()
		return nil, nil, err
	}
	return in, closing, nil
}
