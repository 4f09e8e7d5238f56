package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
)

// Twins are files that are byte for byte the same under different names: logs that were copied, moved to an archive, handed over twice. They
// hold the same records at the same places, so that only the first that comes is decoded. Every other one has a row of its own all the same,
// with its hash and its account, in which what the first one brought is a duplicate.
//
// Which of the names events are told under must not depend on which file came first (copy.go), so that a twin whose name comes before
// exchanges it with the file that the events are of: nothing else tells the two apart. The seals over both are made anew for that.
//
// A file that is gone from where it was is read from where a twin of it is (heldFile).

// The states of files that were read to their end, and whose bytes are known by their hash.
const readToEnd = "state not in ('reading', 'reopened', 'body')"

// fileByHash is a file with these bytes that was loaded to its end in a form: the one of this name, if there is one, else a twin. Nil when the
// file has to be read: when there is none, and when its copies of events may come before those of others that its twin's copies came behind.
func (db *DB) fileByHash(ctx context.Context, path string, sum []byte, form string) (file *fileRow, twin bool, err error) {
	const same = "select " + fileColumns + " from file where sha256 = ?1 and form = ?2 and " + readToEnd
	for i, query := range []string{
		"select " + fileColumns + " from file indexed by file_path where path = ?3 and sha256 = ?1 and form = ?2 and " + readToEnd + " limit 1",
		same + " order by id limit 1",
		same + " order by accepted desc, id limit 1",
	} {
		f, err := scanFile(db.readers.QueryRowContext(ctx, query, sum, form, []byte(path)).Scan)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			if i == 0 {
				continue
			}
			return nil, false, nil
		case err != nil:
			return nil, false, db.trouble("look for a file", err)
		case i == 0 || f.tally.Duplicate == 0 || compareNames(path, string(f.path)) > 0:
			return &f, i > 0, nil
		}
	}
	return nil, false, nil
}

// again finds out whether the bytes of a file were loaded before. One that an earlier load was stopped in is gone on with, though a twin of it
// was loaded meanwhile: its row is there already.
func (f *feed) again(r *reading) (err error) {
	r.known, r.twin, err = f.db.fileByHash(f.ctx, r.path, r.sum[:], mappedForm(f.mapping))
	if r.twin && r.resumed != nil {
		r.known, r.twin = nil, false
	}
	return err
}

// knownAgain sees to a file whose bytes were loaded before.
func (l *loader) knownAgain(s *fileState) error {
	r := s.reading
	if r.known == nil {
		return nil
	}
	if r.twin {
		l.twins = append(l.twins, s)
	}
	if l.options.Keep {
		return l.keepKnown(r)
	}
	return nil
}

// settleTwins writes the rows of twins that were recognised, and gives each group of them the name that comes first.
func (l *loader) settleTwins() error {
	if len(l.twins) == 0 {
		return nil
	}
	twins := l.twins
	l.twins = nil
	err := l.db.write(l.ctx, "write down files that are loaded already under other names", func(tx *Tx) error {
		before, err := tx.marks()
		if err != nil {
			return err
		}
		if err := l.enterTwins(tx, twins); err != nil {
			return err
		}
		var ids []int64
		for _, s := range twins {
			ids = append(ids, s.id)
		}
		slices.Sort(ids)
		if err := tx.seal(l.load, before, ids, nil); err != nil {
			return err
		}
		pairs, err := tx.misnamed(twins)
		if err != nil || len(pairs) == 0 {
			return err
		}
		return tx.exchangeNames(l.load, pairs)
	})
	l.bad = nil
	return err
}

// enterTwins makes rows for files, with all that is known of their twins.
func (l *loader) enterTwins(tx *Tx, twins []*fileState) error {
	for _, s := range twins {
		r := s.reading
		modified, device, inode := identity(r.info)
		row, err := tx.exec(`insert into file (load, path, size, modified, device, inode, sha256, expanded, form, encoding, state, problem, checkpoint, records, duplicate, blank, skipped)
			select ?, ?, size, ?, ?, ?, sha256, expanded, form, encoding, state, iif(state = ?, ?, problem), checkpoint, records, records - blank - skipped, blank, skipped from file where id = ?`,
			l.load, []byte(r.path), modified, device, inode, stateComplete, s.account.Problem, r.known.id)
		if err != nil {
			return err
		}
		if s.id, err = row.LastInsertId(); err != nil {
			return err
		}
		if s.account.Quarantined == 0 {
			continue
		}
		s.account.Quarantined, l.bad = 0, l.bad[:0]
		err = each(tx.ctx, tx, "select line, begin, length, sha256, raw, code, reason, form from quarantine where file = ? and state = ? order by id", []any{r.known.id, quarantineOpen}, func(scan func(...any) error) error {
			b := badRecord{file: s}
			err := scan(&b.line, &b.begin, &b.length, &b.sum, &b.raw, &b.code, &b.reason, &b.form)
			l.bad = append(l.bad, b)
			s.account.Quarantined++
			return err
		})
		if err == nil {
			err = l.flushBad(tx)
		}
		if err != nil {
			return err
		}
		if _, err := tx.exec("update file set quarantined = ?1, duplicate = duplicate - ?1 where id = ?2", s.account.Quarantined, s.id); err != nil {
			return err
		}
	}
	return nil
}

// misnamed are the pairs of a file that events are of and its twin whose name comes before. What is pinned in a case stays as it was pinned.
func (tx *Tx) misnamed(twins []*fileState) (pairs [][2]int64, err error) {
	paths := map[int64]string{}
	for _, s := range twins {
		of := s.reading.known.id
		if _, ok := paths[of]; !ok {
			var path string
			err := tx.row("select cast(path as text) from file where id = ? and accepted > 0", of).Scan(&path)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return nil, err
			}
			paths[of] = path
		}
		if is := s.reading.path; paths[of] != "" && compareNames(is, paths[of]) < 0 {
			paths[of] = is
			pairs = append(pairs, [2]int64{of, s.id})
		}
	}
	if len(pairs) == 0 {
		return nil, nil
	}
	pinned, err := tx.pinnedFiles()
	return slices.DeleteFunc(pairs, func(p [2]int64) bool { return pinned[p[0]] }), err
}

// pinnedFiles are the files of events that are pinned in cases.
func (tx *Tx) pinnedFiles() (map[int64]bool, error) {
	var ids []int64
	err := each(tx.ctx, tx, "select distinct event from case_pin where kind = ? and not withdrawn", []any{PinEvent}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	if _, err := tx.db.segments(tx.ctx, tx); err != nil {
		return nil, err
	}
	find, files := tx.db.finder(), map[int64]bool{}
	for _, id := range ids {
		at, err := find.find(tx.ctx, id)
		if err != nil {
			return nil, err
		}
		if at.segment == nil {
			continue
		}
		p, err := readPack(tx.ctx, tx, at.segment, packFile)
		if err != nil {
			return nil, err
		}
		file, _ := p.number(at.place)
		files[file] = true
	}
	return files, nil
}

// exchangeNames lets files exchange what tells them from their twins, under a new seal.
func (tx *Tx) exchangeNames(load int64, pairs [][2]int64) error {
	ids := map[int64]bool{}
	for _, p := range pairs {
		ids[p[0]], ids[p[1]] = true, true
	}
	run, err := tx.sealsOf(len(ids), func(s *sealed) (n int) {
		for _, id := range unroll(nil, s.Files) {
			if ids[id] {
				n++
			}
		}
		return n
	})
	if errors.Is(err, errUnmergeable) {
		return nil // verify tells why
	}
	if err != nil {
		return err
	}
	before, err := tx.marks()
	if err != nil {
		return err
	}
	for _, p := range pairs {
		var was [2][6]any
		for i, id := range p {
			x := &was[i]
			if err := tx.row("select load, path, modified, device, inode, problem from file where id = ?", id).Scan(&x[0], &x[1], &x[2], &x[3], &x[4], &x[5]); err != nil {
				return err
			}
		}
		for i, id := range p {
			x := &was[1-i]
			if _, err := tx.exec("update file set load = ?, path = ?, modified = ?, device = ?, inode = ?, problem = ? where id = ?", x[0], x[1], x[2], x[3], x[4], x[5], id); err != nil {
				return err
			}
		}
	}
	return tx.sealAnew(load, run, before, nil)
}
