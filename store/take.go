package store

import (
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"casebook/store/event"
)

// How better copies take the place of those that the store shows (copy.go). A load keeps them in segments that wait, and at its end writes the
// segments anew that hold the events they are of: an event keeps its id, so that all that was said of it still holds. The files' accounts
// follow: the file whose copy is shown is the one whose record was accepted, the other's is a duplicate, whichever was read first. A load that
// was killed leaves its copies waiting, and the next one sees to them.
//
// Segments that are written anew take the others' place under a new seal, as merged ones do (merge.go).

// writeBetter lets copies wait for the places of the events that they are of.
func (l *loader) writeBetter(tx *Tx, better []ref) error {
	var last int64
	if err := tx.row("select coalesce(max(id), 0) from segment").Scan(&last); err != nil {
		return err
	}
	if err := l.writeSegments(tx, better); err != nil {
		return err
	}
	_, err := tx.exec("update segment set replaced = -1 where id > ?", last)
	return err
}

// takeOver lets better copies that wait take their places.
func (l *loader) takeOver() error {
	var some bool
	if err := l.db.readers.QueryRowContext(l.ctx, "select exists (select 1 from segment where replaced < 0)").Scan(&some); err != nil || !some {
		return err
	}
	err := l.db.write(l.ctx, "take better copies of events", func(tx *Tx) error { return tx.takeOver(l.load) })
	if errors.Is(err, errUnmergeable) {
		return nil // verify tells why
	}
	return err
}

// taking is what better copies do to the store.
type taking struct {
	tx     *Tx
	late   map[int64]event.Flags // of events whose bodies came late
	pinned map[int64]bool
	files  map[int64]*Tally
	open   map[int64][]byte // of files that are not at their end: keys whose records are duplicates now
	spans  []takenSpan
	newest int64
}

type takenSpan struct {
	source       string
	since, until int64
}

func (tx *Tx) takeOver(load int64) error {
	waiting, err := tx.betterSegments()
	if err != nil || len(waiting) == 0 {
		return err
	}
	if _, err := tx.db.segments(tx.ctx, tx); err != nil {
		return err
	}
	find := tx.db.finder()
	of := map[*segment][]*segment{} // the waiting segments that have copies of a segment's events
	gone := map[int64]bool{}
	for _, w := range waiting {
		gone[w.id] = true
		ids, err := readNumbered(tx.ctx, tx, w)
		if err != nil {
			return err
		}
		for place := range w.count {
			at, err := find.find(tx.ctx, ids.event(place))
			if err != nil {
				return err
			}
			s := at.segment
			if s == nil {
				continue
			}
			if list := of[s]; len(list) == 0 || list[len(list)-1] != w {
				of[s] = append(list, w)
			}
			gone[s.id] = true
		}
	}
	run, err := tx.sealsOf(len(gone), func(s *sealed) (n int) {
		for id := range gone {
			if s.covers(id) {
				n++
			}
		}
		return n
	})
	if err != nil {
		return err
	}
	before, err := tx.marks()
	if err != nil {
		return err
	}
	t := &taking{tx: tx, files: map[int64]*Tally{}, open: map[int64][]byte{}}
	if err := t.begin(); err != nil {
		return err
	}
	targets := slices.Collect(maps.Keys(of))
	byTime(targets)
	for _, s := range targets {
		took, err := t.segment(s, of[s])
		if err != nil {
			return err
		}
		if !took {
			delete(gone, s.id)
		}
	}
	if err := t.end(); err != nil {
		return err
	}
	return tx.sealAnew(load, run, before, gone)
}

// betterSegments are those of the copies that wait.
func (tx *Tx) betterSegments() (list []*segment, err error) {
	err = each(tx.ctx, tx, "select "+segmentColumns+" from segment where replaced < 0 order by id", nil, func(scan func(...any) error) error {
		s, err := scanSegment(scan)
		list = append(list, s)
		return err
	})
	return list, err
}

func (t *taking) begin() error {
	t.late, t.pinned = map[int64]event.Flags{}, map[int64]bool{}
	if err := t.tx.row("select coalesce(max(max(first + count - 1, last)), 0) from segment").Scan(&t.newest); err != nil {
		return err
	}
	if err := each(t.tx.ctx, t.tx, "select event, flags from late order by id", nil, func(scan func(...any) error) error {
		var id int64
		var flags event.Flags
		err := scan(&id, &flags)
		t.late[id] = flags
		return err
	}); err != nil {
		return err
	}
	return each(t.tx.ctx, t.tx, "select event from case_pin where kind = ? and not withdrawn", []any{PinEvent}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		t.pinned[id] = true
		return err
	})
}

// segment writes a segment's events anew where one of them has a better copy; others that its events have may wait too.
func (t *taking) segment(s *segment, waiting []*segment) (took bool, err error) {
	l := &loader{db: t.tx.db, ctx: t.tx.ctx, account: &Account{}}
	m := merger{loader: l, tx: t.tx, files: map[int64]*fileState{}, texts: newTexts(), values: newTexts()}
	for _, x := range append([]*segment{s}, waiting...) {
		if err := m.read(x); err != nil {
			return false, err
		}
	}
	ids, err := t.tx.db.numbered(t.tx.ctx, s)
	if err != nil {
		return false, err
	}
	shown := slices.Clone(m.refs[:s.count])
	best := make([]stand, s.count)
	for i, r := range shown {
		best[i] = l.standOf(r.part, r.row)
		if flags, ok := t.late[r.id]; ok {
			best[i].elsewhere = flags&event.BodyElsewhere != 0
		}
	}
	for _, r := range m.refs[s.count:] {
		at, ok := ids.place(r.id)
		if !ok || t.pinned[r.id] {
			continue
		}
		stand := l.standOf(r.part, r.row)
		first, err := l.before(&stand, &best[at])
		if err != nil {
			return false, err
		}
		if first {
			shown[at], best[at], took = r, stand, true
		}
	}
	if !took {
		return false, nil
	}
	cells := map[int32]map[int32][]smallCell{}
	for i, r := range shown {
		if was := m.refs[i]; r != was {
			if err := t.take(l, s.source, was, r, cells); err != nil {
				return false, err
			}
		}
	}
	if err := l.settleWords(t.tx); err != nil {
		return false, err
	}
	return true, l.writeSegments(t.tx, shown)
}

// take counts that one copy of an event takes the place of another.
func (t *taking) take(l *loader, source string, was, is ref, cells map[int32]map[int32][]smallCell) error {
	for _, x := range []struct {
		ref
		n int64
	}{{was, -1}, {is, 1}} {
		id := l.parts[x.part].file.id
		tally := t.files[id]
		if tally == nil {
			tally = &Tally{}
			t.files[id] = tally
		}
		tally.Accepted += x.n
		tally.Duplicate -= x.n
		if x.time == undatedTime {
			tally.Undated += x.n
		}
	}
	old, now := &l.parts[was.part], &l.parts[is.part]
	key := old.keys[was.row]
	t.open[old.file.id] = binary.LittleEndian.AppendUint32(append(t.open[old.file.id], key[:]...), uint32(was.occurrence))
	if _, ok := t.late[is.id]; ok {
		sizes := [2]int64{now.numbers[2][is.row], now.numbers[3][is.row]}
		if _, err := t.tx.exec("insert into late (event, newest, request, response, flags) values (?,?,?,?,?)", is.id, t.newest, sizes[0], sizes[1], int64(now.flags[is.row])); err != nil {
			return err
		}
	}
	// Of other vendors' events the record itself may say something else: their forms are not the same text in another wrapping.
	if is.time != undatedTime && (source != event.Bedrock || !sameFields(l, was, is, cells)) {
		t.touch(takenSpan{source, min(was.time, is.time), max(was.time, is.time)})
	}
	return nil
}

// touch notes that rules may find something else in a span.
func (t *taking) touch(x takenSpan) {
	if n := len(t.spans) - 1; n >= 0 && t.spans[n].source == x.source && x.since >= t.spans[n].since && x.since <= t.spans[n].until+minuteNS {
		t.spans[n].until = max(t.spans[n].until, x.until)
		return
	}
	t.spans = append(t.spans, x)
}

// sameFields tells whether two rows say the same in all fields.
func sameFields(l *loader, a, b ref, cells map[int32]map[int32][]smallCell) bool {
	p, q := &l.parts[a.part], &l.parts[b.part]
	if a.time != b.time || p.set[a.row] != q.set[b.row] {
		return false
	}
	for i := range p.words {
		if i != wordForm && p.words[i][a.row] != q.words[i][b.row] {
			return false
		}
	}
	for i := range p.numbers {
		if p.numbers[i][a.row] != q.numbers[i][b.row] {
			return false
		}
	}
	for i := range p.ids {
		if p.ids[i].uuids[a.row] != q.ids[i].uuids[b.row] || string(p.ids[i].text(a.row)) != string(q.ids[i].text(b.row)) {
			return false
		}
	}
	return slices.EqualFunc(cellsOf(l, a, cells), cellsOf(l, b, cells), func(x, y smallCell) bool { return x.field == y.field && x.value == y.value })
}

// cellsOf are the small fields of a row, in the order of the fields.
func cellsOf(l *loader, r ref, cells map[int32]map[int32][]smallCell) []smallCell {
	rows := cells[r.part]
	if rows == nil {
		rows = map[int32][]smallCell{}
		for _, c := range l.parts[r.part].small {
			rows[c.row] = append(rows[c.row], c)
		}
		cells[r.part] = rows
	}
	return rows[r.row]
}

// end writes what has come of it to the files and for the rules.
func (t *taking) end() error {
	for id, n := range t.files {
		if _, err := t.tx.exec("update file set accepted = accepted + ?, duplicate = duplicate + ?, undated = undated + ? where id = ?", n.Accepted, n.Duplicate, n.Undated, id); err != nil {
			return err
		}
	}
	for id, keys := range t.open {
		if _, err := t.tx.exec("insert into again (file, part, keys) select id, (select count(*) from again where file = ?1), ?2 from file where id = ?1 and state in (?, ?)",
			id, keys, stateReading, stateFollowing); err != nil {
			return err
		}
	}
	for _, x := range t.spans {
		if _, err := t.tx.exec("insert into taken (source, newest, since, until) values (?,?,?,?)", x.source, t.newest, x.since, x.until); err != nil {
			return err
		}
	}
	return nil
}

// touchedTaken are the spans in which events were taken over by other copies after a run of a rule that knew of no event behind one.
func (db *DB) touchedTaken(ctx context.Context, sources []string, after int64) (spans []takenSpan, err error) {
	err = each(ctx, db.readers, "select source, since, until from taken where newest >= ?", []any{after}, func(scan func(...any) error) error {
		var x takenSpan
		err := scan(&x.source, &x.since, &x.until)
		if slices.Contains(sources, x.source) {
			spans = append(spans, x)
		}
		return err
	})
	return spans, db.trouble("look for copies of events", err)
}
