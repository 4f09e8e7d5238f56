package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"casebook/store/event"
)

// Replaying the quarantine: the bytes that were kept go through today's decoders. What they understand becomes events at the place
// they always had, the accounts of their files move with them, and the journal says so. What they do not understand stays as it is.

// Replay is what became of records in quarantine.
type Replay struct {
	Outcomes  []ReplayOutcome
	Taken     int // records that left quarantine
	Accepted  int64
	Duplicate int64
}

// ReplayOutcome is what became of one.
type ReplayOutcome struct {
	Quarantined
	Taken bool
	Left  int // pieces of it that stay in quarantine, each by itself
}

// replayBatch is how many records are replayed in one transaction.
const replayBatch = 512

// Replay decodes records in quarantine again: those with these ids, or all that are open when there are none.
func (db *DB) Replay(ctx context.Context, ids []int64) (*Replay, error) {
	db.loading.Lock()
	defer db.loading.Unlock()
	all := &Replay{}
	if len(ids) > 0 {
		slices.Sort(ids)
		var batch []Quarantined
		for _, id := range slices.Compact(ids) {
			q, _, _, err := db.QuarantinedRecord(ctx, id)
			if err == nil && q.State != quarantineOpen {
				err = fmt.Errorf("record %d is not in quarantine any more: it is %s", id, q.State)
			}
			if err != nil {
				return all, err
			}
			batch = append(batch, q)
		}
		for batch := range slices.Chunk(batch, replayBatch) {
			if err := db.replay(ctx, all, batch); err != nil {
				return all, err
			}
		}
		return all, nil
	}
	// Records that one of these leaves behind come after the last, and have just been decoded.
	last, err := db.NewestQuarantined(ctx)
	if err != nil {
		return all, err
	}
	for after := int64(0); after < last; {
		batch, err := db.Quarantine(ctx, QuarantineFilter{Open: true}, after, replayBatch)
		if err != nil || len(batch) == 0 {
			return all, err
		}
		after = batch[len(batch)-1].ID
		batch = slices.DeleteFunc(batch, func(q Quarantined) bool { return q.ID > last })
		if err := db.replay(ctx, all, batch); err != nil {
			return all, err
		}
	}
	return all, nil
}

// replaying is a record that is decoded again.
type replaying struct {
	Quarantined
	records []event.Record
	file    bool   // it stands for a whole file that was refused
	known   bool   // the file's form is known now
	why     string // it could not be decoded at all
	raw     []byte
	by      *event.Mapping
}

func (db *DB) replay(ctx context.Context, all *Replay, batch []Quarantined) error {
	work := make([]replaying, len(batch))
	for i := range batch {
		work[i].Quarantined = batch[i]
		if err := db.decodeAgain(ctx, &work[i]); err != nil {
			return err
		}
	}
	var outcomes []ReplayOutcome
	var sum Tally
	err := db.write(ctx, "replay the quarantine", func(tx *Tx) (err error) {
		outcomes, sum, err = tx.replay(work)
		return err
	})
	if err == nil {
		err = (&loader{db: db, ctx: ctx}).takeOver()
	}
	if err != nil {
		return err
	}
	all.Outcomes = append(all.Outcomes, outcomes...)
	all.Accepted += sum.Accepted
	all.Duplicate += sum.Duplicate
	for i := range outcomes {
		if outcomes[i].Taken {
			all.Taken++
		}
	}
	return nil
}

func (db *DB) decodeAgain(ctx context.Context, r *replaying) error {
	raw, whole, err := db.quarantinedBytes(ctx, &r.Quarantined)
	if err != nil {
		return err
	}
	r.raw = raw
	var state string
	if err := db.readers.QueryRowContext(ctx, "select state from file where id = ?", r.Quarantined.file).Scan(&state); err != nil {
		return db.trouble("read the quarantine", err)
	}
	if state == stateRefused {
		r.file = true
		_, err := event.NewReader(bytes.NewReader(raw), event.Reading{})
		var why *event.Reject
		switch r.known = err == nil; {
		case errors.As(err, &why):
			r.Code, r.Reason = why.Code, why.Reason
		case err != nil:
			r.Reason = err.Error()
		}
		return nil
	}
	if !whole {
		r.why = "only its head was kept, and the file it came from is not there as it was"
		return nil
	}
	form, err := event.ParseForm(r.form)
	if err != nil {
		return err
	}
	if r.by, err = db.mappingOfForm(r.mapping); err != nil {
		return err
	}
	r.records = event.Again(raw, form, r.Begin, r.Line, r.encoding, db.siblings(ctx, r.File), r.by)
	return nil
}

// replay writes what the records have become.
func (tx *Tx) replay(work []replaying) (outcomes []ReplayOutcome, sum Tally, err error) {
	l := &loader{db: tx.db, ctx: tx.ctx, account: &Account{}}
	before, err := tx.marks()
	if err != nil {
		return nil, sum, err
	}
	files := map[int64]*fileState{}
	var taken []int64
	for i := range work {
		r := &work[i]
		var open bool
		if err := tx.row("select state = ? from quarantine where id = ?", quarantineOpen, r.ID).Scan(&open); err != nil {
			return nil, sum, err
		}
		if !open {
			continue // someone else has replayed it meanwhile
		}
		s := files[r.Quarantined.file]
		if s == nil {
			s = &fileState{id: r.Quarantined.file, written: true, reading: &reading{candidate: candidate{path: r.File}}, account: FileAccount{Sources: map[string]int{}}}
			files[s.id] = s
		}
		o, err := l.becomes(tx, s, r)
		if err != nil {
			return nil, sum, err
		}
		if o.Taken {
			taken = append(taken, r.ID)
		}
		if _, err := tx.exec("update quarantine set state = ? where id = ?", o.State, r.ID); err != nil {
			return nil, sum, err
		}
		outcomes = append(outcomes, o)
	}
	if len(taken) == 0 {
		return outcomes, sum, nil
	}
	if err := l.flushEvents(tx); err != nil {
		return nil, sum, err
	}
	if err := l.flushBad(tx); err != nil {
		return nil, sum, err
	}
	for _, s := range files {
		a := &s.account.Tally
		sum.Add(*a)
		if err := a.balance(); err != nil {
			return nil, sum, err
		}
		if _, err := tx.exec(`update file set records = records + ?, accepted = accepted + ?, duplicate = duplicate + ?, quarantined = quarantined + ?,
			blank = blank + ?, skipped = skipped + ?, undated = undated + ? where id = ?`,
			a.Records, a.Accepted, a.Duplicate, a.Quarantined, a.Blank, a.Skipped, a.Undated, s.id); err != nil {
			return nil, sum, err
		}
	}
	if err := tx.seal(0, before, nil, nil); err != nil {
		return nil, sum, err
	}
	return outcomes, sum, tx.journal("replay", "quarantine", taken[0], map[string]any{"taken": taken, "accepted": sum.Accepted, "duplicate": sum.Duplicate})
}

// becomes is what a record in quarantine has become; what has become of a whole file is written at once.
func (l *loader) becomes(tx *Tx, s *fileState, r *replaying) (ReplayOutcome, error) {
	o := ReplayOutcome{Quarantined: r.Quarantined}
	switch {
	case r.why != "":
		o.Reason += "; " + r.why
	case r.file && r.known:
		o.Taken, o.Reason = true, "its form is known now: load it again"
		s.account.Records--
		s.account.Quarantined--
		if _, err := tx.exec("update file set state = ?, problem = ? where id = ?", stateReopened, o.Reason, s.id); err != nil {
			return o, err
		}
	case r.file:
	default:
		o.Taken, o.Left = l.again(s, r)
		if !o.Taken {
			o.Code, o.Reason = r.records[0].Reject.Code, r.records[0].Reject.Reason
		}
	}
	o.State = quarantineOpen
	if o.Taken {
		o.State = quarantineReplayed
	}
	return o, nil
}

// again counts what one record has become and keeps its events for the flush. A record that is one broken record as before
// is not taken.
func (l *loader) again(s *fileState, r *replaying) (taken bool, left int) {
	rejected := 0
	for i := range r.records {
		if r.records[i].Kind == event.Rejected {
			rejected++
		}
	}
	if rejected > 0 && rejected == len(r.records) {
		return false, 0
	}
	t := &s.account.Tally
	t.Records--
	t.Quarantined--
	rows := newRows(newTexts(), newTexts(), len(r.records))
	if r.by != nil {
		rows.source = r.by.Source()
	}
	for i := range r.records {
		rec := &r.records[i]
		sum := sha256.Sum256(r.raw[rec.At-r.Begin : rec.At-r.Begin+rec.Size])
		switch rec.Kind {
		case event.Frame:
			continue
		case event.Accepted:
			rows.add(rec, rec.Form.String(), &sum)
		case event.Rejected:
			t.Quarantined++
			bad := newBad(rec, sum[:])
			bad.file = s
			l.bad = append(l.bad, bad)
		case event.Blank:
			t.Blank += rec.Lines
			t.Records += rec.Lines - 1
		case event.Skipped:
			t.Skipped++
		}
		t.Records++
	}
	rows.close()
	l.keepRows(s, rows)
	return true, rejected
}
