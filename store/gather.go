package store

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
)

var errNoRows = sql.ErrNoRows

// part is the rows of a piece that wait to be written.
type part struct {
	*rows
	file   *fileState
	base   int      // how many rows of the batch stand before these
	word   []uint32 // the loader's number of each of the texts
	value  []uint32 // and of the JSON of small fields
	counts []int    // accepted events, by the text of their source
}

// accepted counts an event of a source.
func (p *part) accepted(source uint32) {
	for len(p.counts) <= int(source) {
		p.counts = append(p.counts, 0)
	}
	p.counts[source]++
}

// tell puts the counts into the file's account.
func (p *part) tell() {
	for source, n := range p.counts {
		if n > 0 {
			p.file.account.Sources[p.known[source]] += n
		}
	}
}

// numbering gives the texts of all workers numbers of the loader's own.
type numbering struct {
	texts
	of map[*texts][]uint32
}

// translate gives the loader's numbers of a worker's texts, of which known are those that rows were made with.
func (n *numbering) translate(worker *texts, known []string) []uint32 {
	if n.places == nil {
		n.texts, n.of = *newTexts(), map[*texts][]uint32{}
	}
	numbers := n.of[worker]
	for _, text := range known[min(len(numbers), len(known)):] {
		numbers = append(numbers, n.texts.of(text))
	}
	n.of[worker] = numbers
	return numbers
}

// words are the texts of fields. Which word of the store each is, is settled inside a transaction, where no other load can give the
// same word another id.
type words struct {
	numbering
	ids []int64 // the store's; as far as they are known
}

// settle finds the store's id of every word that has none yet.
func (w *words) settle(tx *Tx) error {
	for len(w.ids) == 0 {
		w.ids = append(w.ids, 0)
	}
	var insert, find *sql.Stmt
	for i := len(w.ids); i < len(w.list); i++ {
		if insert == nil {
			var err error
			// One that said what to do about a conflict, or returned the id, would copy the pages that it changes aside for every word.
			if insert, err = tx.PrepareContext(tx.ctx, "insert into word (text) values (?)"); err != nil {
				return err
			}
			defer insert.Close()
			if find, err = tx.PrepareContext(tx.ctx, "select id from word where text = ?"); err != nil {
				return err
			}
			defer find.Close()
		}
		var id int64
		err := find.QueryRowContext(tx.ctx, w.list[i]).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			var r sql.Result
			if r, err = insert.ExecContext(tx.ctx, w.list[i]); err == nil {
				id, err = r.LastInsertId()
			}
		}
		if err != nil {
			return err
		}
		w.ids = append(w.ids, id)
	}
	return nil
}

// keepRows keeps the events of a file for the next flush.
func (l *loader) keepRows(s *fileState, r *rows) {
	if r.len() > 0 {
		l.parts = append(l.parts, part{rows: r, file: s, base: l.waiting})
		l.waiting += r.len()
	}
}

// flush writes everything that waits in one transaction, so that the store always holds whole pieces of files and says
// how far each was read.
func (l *loader) flush() error {
	if len(l.touched) == 0 {
		return nil
	}
	l.log.wait()
	before := len(l.account.Files)
	err := l.db.write(l.ctx, "write events", func(tx *Tx) error {
		before, err := tx.marks()
		if err != nil {
			return err
		}
		if err := l.flushFiles(tx); err != nil {
			return err
		}
		if err := l.flushEvents(tx); err != nil {
			return err
		}
		if err := l.seen.again.flush(tx, l.touched); err != nil {
			return err
		}
		if err := l.flushEvidence(tx); err != nil {
			return err
		}
		if err := l.flushMarks(tx); err != nil {
			return err
		}
		if err := l.flushBad(tx); err != nil {
			return err
		}
		if err := l.closeFiles(tx); err != nil {
			return err
		}
		done, growing := l.toSeal()
		return tx.seal(l.load, before, done, growing)
	})
	if err != nil {
		// The words and segments that were not kept have ids that others may get.
		l.account.Files, l.words, l.values, l.seen = l.account.Files[:before], words{}, numbering{}, seen{}
		return err
	}
	if l.log != nil {
		l.log.tend(l.ctx)
	}
	rest := l.touched[:0]
	for _, s := range l.touched {
		s.saved = s.whole()
		l.settleAccount(s)
		if !s.done {
			rest = append(rest, s)
		}
	}
	l.touched = rest
	for i := range l.parts {
		l.spare.put(l.parts[i].rows)
	}
	clear(l.parts)
	l.parts, l.waiting, l.evid, l.marks, l.stretches, l.bad, l.held = l.parts[:0], 0, nil, nil, nil, nil, 0
	if l.words.full() || l.values.full() || len(l.words.of) > 64 {
		l.words, l.values = words{}, numbering{}
	}
	return nil
}

// form is what the files' rows say of the mapping that they are loaded by.
func (l *loader) form() string {
	if l.options.Mapping == nil {
		return ""
	}
	return mappedForm(l.options.Mapping.mapping)
}

// settleAccount puts a file into the load's account, once, and keeps it up to date there.
func (l *loader) settleAccount(s *fileState) {
	if !s.written {
		s.written = true
		l.account.Files = append(l.account.Files, s.account)
		s.number = int32(len(l.account.Files))
		return
	}
	l.account.Files[s.number-1] = s.account
}

// toSeal are the files that were read to their end since the last flush, and those that are followed, as far as they were read.
func (l *loader) toSeal() (done []int64, grow []growing) {
	for _, s := range l.touched {
		switch {
		case s.id == 0:
		case s.follow != nil:
			grow = append(grow, growing{s.id, []byte(s.reading.path), s.follow.offset, hex.EncodeToString(s.follow.sum.Sum(nil))})
		case s.done:
			done = append(done, s.id)
		}
	}
	slices.Sort(done)
	return done, grow
}

// flushFiles makes rows for the files that have none.
func (l *loader) flushFiles(tx *Tx) error {
	insert, err := tx.PrepareContext(tx.ctx, "insert into file (load, path, size, modified, device, inode, form) values (?,?,?,?,?,?,?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, s := range l.touched {
		if err := l.claim(tx, s); err != nil {
			return err
		}
		if s.id != 0 || s.reading.known != nil {
			continue
		}
		modified, device, inode := identity(s.reading.info)
		r, err := insert.ExecContext(tx.ctx, l.load, []byte(s.reading.path), s.size, modified, device, inode, l.form())
		if err != nil {
			return err
		}
		if s.id, err = r.LastInsertId(); err != nil {
			return err
		}
	}
	return nil
}

// claim makes a file that was left in the middle this load's own, unless someone else was faster: two that go on with the same file would
// count each other's events as happenings of their own.
func (l *loader) claim(tx *Tx, s *fileState) error {
	row := s.reading.resumed
	if row == nil || s.claimed || s.follow != nil {
		return nil
	}
	r, err := tx.exec("update file set load = ? where id = ? and load = ? and state = ? and checkpoint = ?", l.load, row.id, row.load, stateReading, row.checkpoint)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, &Trouble{Kind: Busy, Path: l.db.path, Text: strconv.Quote(s.reading.path) + " is being loaded by someone else, who went on with it first; try again"})
	}
	s.claimed = true
	return nil
}

// whole is what all loads took of a file, and how much of it they found to be there already.
func (s *fileState) whole() Tally {
	return Tally{Accepted: s.account.Accepted + s.before.Accepted, Duplicate: s.account.Duplicate - s.before.Accepted, Undated: s.account.Undated + s.before.Undated}
}

// closeFiles writes how far each file has come. A file's row counts what all loads of it took; its events may meanwhile have become those of
// other files, which have better copies of them.
func (l *loader) closeFiles(tx *Tx) error {
	update, err := tx.PrepareContext(tx.ctx, `update file set size=?, sha256=?, expanded=?, encoding=?, state=?, problem=?, checkpoint=?, resume_line=?, resume_form=?, records=?, quarantined=?, blank=?, skipped=?,
		accepted=accepted+?, duplicate=duplicate+?, undated=undated+? where id=?`)
	if err != nil {
		return err
	}
	defer update.Close()
	for _, s := range l.touched {
		if s.id == 0 {
			continue
		}
		a, now := &s.account, s.whole()
		var sum []byte
		if s.done && s.reading.sum != [32]byte{} {
			sum = s.reading.sum[:]
		}
		line := s.line
		if s.next < s.skip {
			line = 0 // the checkpoint is further on
		}
		_, err := update.ExecContext(tx.ctx, s.size, sum, a.Expanded, a.Encoding, a.State, a.Problem, max(s.next, s.skip), line, s.goes,
			a.Records, a.Quarantined, a.Blank, a.Skipped, now.Accepted-s.saved.Accepted, now.Duplicate-s.saved.Duplicate, now.Undated-s.saved.Undated, s.id)
		if err == nil && s.follow != nil {
			err = s.follow.save(tx, s.id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
