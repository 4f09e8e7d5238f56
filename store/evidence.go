package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Evidence is kept in parts: a small compressed file in one, as it is; anything else in parts of a mebibyte, packed, so that
// a place in a plain file is found without unpacking what is before it.
const (
	packAsIs = ""
	packZstd = "zstd"
	partSize = 1 << 20
)

// evidencePart is a part waiting for the next flush.
type evidencePart struct {
	file    *fileState
	part    int
	packing string
	bytes   []byte
}

func (l *loader) keep(s *fileState, part int, packing string, bytes []byte) {
	l.evid = append(l.evid, evidencePart{s, part, packing, bytes})
	l.held += int64(len(bytes))
}

// keepWhole keeps a small file: as it is when it is packed, else in the parts that places are found by.
func (l *loader) keepWhole(s *fileState, r *reading) {
	if r.encoding != "" {
		l.keep(s, 0, packAsIs, r.kept)
	} else {
		part := 0
		for bytes := range slices.Chunk(r.kept, partSize) {
			l.keep(s, part, packZstd, bytes)
			part++
		}
	}
	r.kept = nil
}

// keepKnown copies a file into the store that was known by reference only.
func (l *loader) keepKnown(r *reading) error {
	if r.size == 0 {
		return nil // there is nothing of it to keep
	}
	return l.db.write(l.ctx, "copy "+strconv.Quote(r.path)+" into the store", func(tx *Tx) error {
		var kept bool
		if err := tx.row("select exists (select 1 from evidence where file in (select id from file where sha256 = ?))", r.known.sha256).Scan(&kept); err != nil || kept {
			return err
		}
		encoder, err := zstdEncoder()
		if err != nil {
			return err
		}
		file, _, err := r.open()
		if err != nil {
			return nil // it has gone since it was recognised, as any file may
		}
		defer file.Close()
		in := io.Reader(file)
		if l.asked != nil {
			in = l.tell.reader(l.asked, file, Copying, r.path, r.size)
		}
		sum, bytes := sha256.New(), make([]byte, partSize)
		for part := 0; ; part++ {
			n, err := io.ReadFull(in, bytes)
			if n > 0 {
				sum.Write(bytes[:n])
				if _, err := tx.exec("insert into evidence (file, part, packing, bytes) values (?,?,?,?)", r.known.id, part, packZstd, encoder.EncodeAll(bytes[:n], nil)); err != nil {
					return err
				}
			}
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				break
			}
			if err != nil {
				return err
			}
		}
		if string(sum.Sum(nil)) != string(r.known.sha256) {
			_, err := tx.exec("delete from evidence where file = ?", r.known.id) // it changed since it was recognised
			return err
		}
		return tx.journal("keep", "file", r.known.id, map[string]any{"path": r.path})
	})
}

func (l *loader) flushEvidence(tx *Tx) error {
	for _, e := range l.evid {
		bytes := e.bytes
		if e.packing == packZstd {
			encoder, err := zstdEncoder()
			if err != nil {
				return err
			}
			bytes = encoder.EncodeAll(bytes, nil)
		}
		if _, err := tx.exec("insert or replace into evidence (file, part, packing, bytes) values (?,?,?,?)", e.file.id, e.part, e.packing, bytes); err != nil {
			return err
		}
	}
	return nil
}

var zstdEncoder = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
})

var zstdDecoder = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
})

// keptFile reads a file that is in the store, from a part on.
type keptFile struct {
	ctx  context.Context
	db   *DB
	file int64
	part int
	rest []byte
	from querier // nil for the readers
}

func (k *keptFile) Read(p []byte) (int, error) {
	if len(k.rest) == 0 {
		var packing string
		var bytes []byte
		if k.from == nil {
			k.from = k.db.readers
		}
		err := k.from.QueryRowContext(k.ctx, "select packing, bytes from evidence where file = ? and part = ?", k.file, k.part).Scan(&packing, &bytes)
		if errors.Is(err, errNoRows) {
			return 0, io.EOF
		}
		if err != nil {
			return 0, k.db.trouble("read evidence", err)
		}
		if packing == packZstd {
			decoder, err := zstdDecoder()
			if err != nil {
				return 0, err
			}
			if bytes, err = decoder.DecodeAll(bytes, nil); err != nil {
				return 0, fmt.Errorf("unpack evidence of file %d, part %d: %w", k.file, k.part, err)
			}
		}
		k.rest = bytes
		k.part++
	}
	n := copy(p, k.rest)
	k.rest = k.rest[n:]
	return n, nil
}
