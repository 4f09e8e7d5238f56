package store

import (
	"context"

	"casebook/store/event"
)

// What quarantine keeps of a record's bytes: all of it, or the head of a long one; its place and hash are there in any case.
const (
	quarantineWhole = 1 << 20
	quarantineHead  = 64 << 10
)

// badRecord is a record waiting to go to quarantine.
type badRecord struct {
	file          *fileState
	line          int64
	begin, length int64
	sum, raw      []byte
	code, reason  string
}

func newBad(s *fileState, r *event.Record, sum []byte) badRecord {
	raw := r.Raw
	if len(raw) > quarantineWhole {
		raw = raw[:quarantineHead]
	}
	return badRecord{file: s, line: r.Line, begin: r.At, length: r.Size, sum: append([]byte{}, sum...), raw: append([]byte{}, raw...),
		code: r.Reject.Code, reason: r.Reject.Reason}
}

func (l *loader) flushBad(tx *Tx) error {
	for _, b := range l.bad {
		if _, err := tx.exec("insert or ignore into quarantine (file, line, begin, length, sha256, raw, code, reason) values (?,?,?,?,?,?,?,?)",
			b.file.id, b.line, b.begin, b.length, b.sum, append([]byte{}, b.raw...), b.code, b.reason); err != nil {
			return err
		}
	}
	return nil
}

// Quarantined is a record that could not be read.
type Quarantined struct {
	ID            int64
	File          string
	Line          int64
	Begin, Length int64
	SHA256        []byte
	Raw           []byte
	Code, Reason  string
	State         string // open, replayed, dismissed
}

// Quarantine lists up to limit records in quarantine behind an id.
func (db *DB) Quarantine(ctx context.Context, after int64, limit int) ([]Quarantined, error) {
	var list []Quarantined
	err := each(ctx, db.readers, `select q.id, cast(f.path as text), q.line, q.begin, q.length, q.sha256, q.raw, q.code, q.reason, q.state
		from quarantine q join file f on f.id = q.file where q.id > ? order by q.id limit ?`, []any{after, limit}, func(scan func(...any) error) error {
		var q Quarantined
		err := scan(&q.ID, &q.File, &q.Line, &q.Begin, &q.Length, &q.SHA256, &q.Raw, &q.Code, &q.Reason, &q.State)
		list = append(list, q)
		return err
	})
	return list, db.trouble("read the quarantine", err)
}
