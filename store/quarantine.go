package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"casebook/store/event"
)

// What quarantine keeps of a record's bytes: all of it, or the head of a long one; its place and hash are there in any case.
const (
	quarantineWhole = 1 << 20
	quarantineHead  = 64 << 10
)

// The states of a record in quarantine.
const (
	quarantineOpen     = "open"
	quarantineReplayed = "replayed"
)

// badRecord is a record waiting to go to quarantine.
type badRecord struct {
	file          *fileState
	line          int64
	begin, length int64
	sum, raw      []byte
	code, reason  string
	form          string
}

func newBad(r *event.Record, sum []byte) badRecord {
	raw := r.Raw
	if len(raw) > quarantineWhole {
		raw = raw[:quarantineHead]
	}
	form := string(event.JSON)
	if r.Form != nil {
		form = r.Form.String()
	}
	return badRecord{line: r.Line, begin: r.At, length: r.Size, sum: append([]byte{}, sum...), raw: append([]byte{}, raw...),
		code: r.Reject.Code, reason: r.Reject.Reason, form: form}
}

// flushBad writes what is to go to quarantine. What is there already, from an earlier load of the same file, is a duplicate: logs are
// loaded again when they have grown.
func (l *loader) flushBad(tx *Tx) error {
	earlier := map[*fileState][]int64{}
	for _, b := range l.bad {
		ids, ok := earlier[b.file]
		if !ok {
			var err error
			if ids, err = l.earlier(tx, b.file); err != nil {
				return err
			}
			ids = append(ids, b.file.id)
			earlier[b.file] = ids
		}
		there := false
		for _, id := range ids {
			if err := tx.row("select exists (select 1 from quarantine where file = ? and begin = ? and length = ? and sha256 = ? and state = ?)",
				id, b.begin, b.length, b.sum, quarantineOpen).Scan(&there); err != nil {
				return err
			}
			if there {
				break
			}
		}
		if there {
			b.file.account.Quarantined--
			if b.file.counted(&b) {
				b.file.account.Records--
			} else {
				b.file.account.Duplicate++
			}
			continue
		}
		if _, err := tx.exec("insert into quarantine (file, line, begin, length, sha256, raw, code, reason, form) values (?,?,?,?,?,?,?,?,?)",
			b.file.id, b.line, b.begin, b.length, b.sum, append([]byte{}, b.raw...), b.code, b.reason, b.form); err != nil {
			return err
		}
	}
	return nil
}

// counted tells whether a record that is in quarantine was counted by the load that was stopped in its file. That a stream breaks off is a
// record without bytes, which stands neither before the checkpoint nor behind it.
func (s *fileState) counted(b *badRecord) bool {
	row := s.reading.resumed
	return row != nil && b.length == 0 && b.begin == row.checkpoint
}

// earlier are the files that were the same one when they were loaded: under its name, or in its place on the disk.
func (l *loader) earlier(tx *Tx, s *fileState) (ids []int64, err error) {
	if s.reading.stream {
		return nil, nil
	}
	_, device, inode := identity(s.reading.info)
	err = each(tx.ctx, tx, "select id from file where id <> ?1 and form = ?2 and (path = ?3 or ?5 <> 0 and device = ?4 and inode = ?5)",
		[]any{s.id, l.form(), []byte(s.reading.path), device, inode}, func(scan func(...any) error) error {
			var id int64
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
	return ids, err
}

// Quarantined is a record that could not be read.
type Quarantined struct {
	ID     int64  `json:"id"`
	File   string `json:"file"`
	Line   int64  `json:"line"`
	Begin  int64  `json:"byte"` // of its place in the expanded file
	Length int64  `json:"size"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
	State  string `json:"state"` // open or replayed
	SHA256 []byte `json:"-"`     // of the place; of a record too long to keep, of its head

	file     int64
	form     string
	encoding string
	mapping  string
}

// QuarantineFilter chooses records in quarantine; zero members choose all.
type QuarantineFilter struct {
	File string // text in the file's path
	Code string
	Open bool // without those that were taken in since
}

const quarantineColumns = `q.id, cast(f.path as text), q.line, q.begin, q.length, q.code, q.reason, q.state, q.sha256, q.file, q.form, f.encoding, f.form
	from quarantine q join file f on f.id = q.file`

// Quarantine lists up to limit records in quarantine behind an id.
func (db *DB) Quarantine(ctx context.Context, f QuarantineFilter, after int64, limit int) ([]Quarantined, error) {
	var w where
	w.add("q.id > ?", after)
	if f.Code != "" {
		w.add("q.code = ?", f.Code)
	}
	if f.Open {
		w.add("q.state = ?", quarantineOpen)
	}
	var list []Quarantined
	err := each(ctx, db.readers, "select "+quarantineColumns+w.String()+" order by q.id", w.args, func(scan func(...any) error) error {
		var q Quarantined
		if err := scan(&q.ID, &q.File, &q.Line, &q.Begin, &q.Length, &q.Code, &q.Reason, &q.State, &q.SHA256, &q.file, &q.form, &q.encoding, &q.mapping); err != nil {
			return err
		}
		// The text is looked for here: to SQLite a NUL in a name would end it.
		if f.File == "" || strings.Contains(q.File, f.File) {
			list = append(list, q)
		}
		if len(list) == limit {
			return errEnough
		}
		return nil
	})
	return list, db.trouble("read the quarantine", err)
}

// NewestQuarantined is the id of the record that went to quarantine last; 0 when there is none.
func (db *DB) NewestQuarantined(ctx context.Context) (int64, error) {
	var id int64
	err := db.readers.QueryRowContext(ctx, "select coalesce(max(id), 0) from quarantine").Scan(&id)
	return id, db.trouble("read the quarantine", err)
}

// QuarantinedRecord is a record in quarantine with the bytes of its place: all of them, or (not whole) the head that was kept.
func (db *DB) QuarantinedRecord(ctx context.Context, id int64) (q Quarantined, raw []byte, whole bool, err error) {
	list, err := db.Quarantine(ctx, QuarantineFilter{}, id-1, 1)
	if err != nil {
		return q, nil, false, err
	}
	if len(list) == 0 || list[0].ID != id {
		return q, nil, false, fmt.Errorf("record %d in quarantine: %w", id, ErrNotFound)
	}
	q = list[0]
	raw, whole, err = db.quarantinedBytes(ctx, &q)
	return q, raw, whole, err
}

// quarantinedBytes gives the bytes of a place: those kept beside it, or those of the evidence, if they are still the same.
func (db *DB) quarantinedBytes(ctx context.Context, q *Quarantined) (raw []byte, whole bool, err error) {
	if err := db.readers.QueryRowContext(ctx, "select raw from quarantine where id = ?", q.ID).Scan(&raw); err != nil {
		return nil, false, db.trouble("read the quarantine", err)
	}
	is := func(b []byte) bool {
		sum := sha256.Sum256(b)
		return int64(len(b)) == q.Length && string(sum[:]) == string(q.SHA256)
	}
	if is(raw) || q.Length > quarantineMost {
		return raw, is(raw), nil
	}
	held, err := db.held(ctx, q.file)
	if err != nil {
		return nil, false, db.trouble("read the quarantine", err)
	}
	p := rawPlace{heldFile: held, file: q.file, begin: q.Begin, length: q.Length}
	// That the file is gone or another now is no fault: the head is what there is.
	if place, err := db.bytesAt(ctx, &p); err == nil && is(place) {
		return place, true, nil
	}
	return raw, false, ctx.Err()
}

// quarantineMost is the longest place that is read back from the evidence.
const quarantineMost = 64 << 20
