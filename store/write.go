package store

import (
	"cmp"
	"database/sql"
	"slices"
	"strconv"

	"casebook/store/event"
)

// segmentRows is the most events a segment has. Larger ones are written and scanned a little faster; smaller ones are skipped more
// often, and are less to read where a page or one event is wanted.
const segmentRows = 1 << 14

// flushEvents writes the events that are new, in segments.
func (l *loader) flushEvents(tx *Tx) error {
	if l.waiting == 0 {
		return nil
	}
	if err := l.settleWords(tx); err != nil {
		return err
	}
	fresh, err := l.fresh(tx)
	if err == nil && len(fresh) > 0 {
		err = l.writeSegments(tx, fresh)
	}
	if err == nil && len(l.seen.better) > 0 {
		err = l.writeBetter(tx, l.seen.better)
	}
	return err
}

// settleWords finds the store's words for those of the rows that wait.
func (l *loader) settleWords(tx *Tx) error {
	for i := range l.parts {
		p := &l.parts[i]
		p.word, p.value = l.words.translate(p.texts, p.known), l.values.translate(p.values, p.json)
	}
	return l.words.settle(tx)
}

// writeSegments writes rows that wait.
func (l *loader) writeSegments(tx *Tx, fresh []ref) (err error) {
	w := segmentWriter{loader: l, segmentRoom: &l.room, tx: tx}
	if err := tx.row("select coalesce((select max(max(first + count - 1, last)) from segment), 0) + 1").Scan(&w.next); err != nil {
		return err
	}
	if w.insert, err = tx.PrepareContext(tx.ctx, "insert into pack ("+packRowColumns+") values (?,?,?,?,?,?,?,?,?,?)"); err != nil {
		return err
	}
	defer w.insert.Close()
	// Segments are of one source; events without a time come first, in segments of their own.
	for _, list := range l.bySource(fresh) {
		slices.SortFunc(list, func(a, b ref) int {
			return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.id, b.id), cmp.Compare(a.part, b.part), cmp.Compare(a.row, b.row))
		})
		dated, _ := slices.BinarySearchFunc(list, int64(undatedTime+1), func(r ref, t int64) int { return cmp.Compare(r.time, t) })
		for _, run := range [][]ref{list[:dated], list[dated:]} {
			if len(run) == 0 {
				continue
			}
			segments := (len(run) + segmentRows - 1) / segmentRows
			for part := range slices.Chunk(run, (len(run)+segments-1)/segments) {
				if err := w.write(part); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// bySource parts rows by their sources, in the order in which those come up.
func (l *loader) bySource(fresh []ref) [][]ref {
	source := func(r *ref) uint32 {
		p := &l.parts[r.part]
		return p.word[p.words[wordSource][r.row]]
	}
	first := source(&fresh[0])
	if !slices.ContainsFunc(fresh, func(r ref) bool { return source(&r) != first }) {
		return [][]ref{fresh}
	}
	var lists [][]ref
	places := map[uint32]int{}
	for i := range fresh {
		at, ok := places[source(&fresh[i])]
		if !ok {
			at = len(lists)
			places[source(&fresh[i])] = at
			lists = append(lists, nil)
		}
		lists[at] = append(lists[at], fresh[i])
	}
	return lists
}

// segmentWriter packs events of one source, sorted by time, field by field.
type segmentWriter struct {
	*loader
	*segmentRoom
	tx     *Tx
	insert *sql.Stmt
	next   int64 // the id of the next event
	id     int64 // of the segment
	rows   []ref
}

// segmentRoom is what a segment is put together in, kept for the next.
type segmentRoom struct {
	codes  []uint32
	wide   []uint64
	ints   []int64
	null   []bool
	places []uint32 // by the loader's words and JSON: a place in the pack's list
	list   []uint32
	at     []int32 // by the batch's rows: one more than the place in the segment
	cells  [][]placed
	times  []int64 // of minutes
	sums   [4][]int64
	texts  []byte
}

func (w *segmentWriter) write(rows []ref) error {
	n := len(rows)
	w.rows, w.codes, w.wide, w.ints, w.null = rows, grown(w.codes, n), grown(w.wide, n), grown(w.ints, n), grown(w.null, n)
	w.places = grown(w.places, max(len(w.words.list), len(w.values.list)))
	p := &w.parts[rows[0].part]
	source := p.known[p.words[wordSource][rows[0].row]]
	ids := w.given()
	first, last := w.next, int64(0)
	if ids != nil {
		first, last = slices.Min(ids), slices.Max(ids)
	}
	r, err := w.tx.exec("insert into segment (source, first, count, since, until, last) values (?,?,?,?,?,?)", source, first, n, rows[0].time, rows[n-1].time, last)
	if err != nil {
		return err
	}
	if w.id, err = r.LastInsertId(); err != nil {
		return err
	}
	if ids != nil {
		if err := w.field(packEvent, packInts(ids, nil, w.wide)); err != nil {
			return err
		}
	} else {
		w.next += int64(n)
	}
	for i, slot := range textSlots {
		if err := w.field(slot.String(), w.packWords(i)); err != nil {
			return err
		}
	}
	if err := w.field(packForm, w.packWords(wordForm)); err != nil {
		return err
	}
	if err := w.numbers(); err != nil {
		return err
	}
	for i, slot := range idSlots {
		if err := w.field(slot.String(), w.packIDs(i)); err != nil {
			return err
		}
	}
	if err := w.hashes(); err != nil {
		return err
	}
	if err := w.minutes(); err != nil {
		return err
	}
	return w.small(source)
}

// given are the ids that the events have already, unless those are a run, which begins where the next id is then.
func (w *segmentWriter) given() []int64 {
	if w.rows[0].id == 0 {
		return nil
	}
	run := true
	for i, r := range w.rows {
		w.ints[i] = r.id
		run = run && r.id == w.rows[0].id+int64(i)
	}
	if w.next = w.rows[0].id; run {
		return nil
	}
	return w.ints[:len(w.rows)]
}

// grown is a slice of n, used again where it is long enough.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// field writes a pack.
func (w *segmentWriter) field(field string, p *pack) error {
	if p == nil {
		return nil
	}
	row := packRow{w.id, field, p}
	w.tx.packs = append(w.tx.packs, row)
	_, err := w.insert.ExecContext(w.tx.ctx, row.values()...)
	return err
}

// packRow is a row of the packs' table.
type packRow struct {
	segment int64
	field   string
	*pack
}

const packRowColumns = "segment, field, kind, rows, width, base, divisor, none, words, bytes"

func (r *packRow) values() []any {
	var none, list any
	if r.nullable {
		none = int64(r.none)
	}
	if r.list != "" {
		list = r.list
	}
	return []any{r.segment, r.field, string(r.kind), r.n, r.width, r.base, r.divisor, none, list, r.bytes}
}

func (w *segmentWriter) packWords(column int) *pack {
	w.list = append(w.list[:0], 0)
	for i, r := range w.rows {
		p := &w.parts[r.part]
		word := p.word[p.words[column][r.row]]
		if word == 0 {
			w.codes[i] = 0
			continue
		}
		place := w.places[word]
		if place == 0 {
			place = uint32(len(w.list))
			w.list = append(w.list, word)
			w.places[word] = place
		}
		w.codes[i] = place
	}
	list := []byte("[0")
	for _, word := range w.list[1:] {
		w.places[word] = 0
		list = strconv.AppendInt(append(list, ','), w.words.ids[word], 10)
	}
	p := packPlaces(packWord, w.codes, len(w.list)-1)
	if p != nil {
		p.list = string(append(list, ']'))
	}
	return p
}

// numbers writes the fields that are whole numbers.
func (w *segmentWriter) numbers() error {
	write := func(field string, of func(p *part, row int32) int64) error {
		for i, r := range w.rows {
			w.ints[i] = of(&w.parts[r.part], r.row)
		}
		return w.field(field, packInts(w.ints, nil, w.wide))
	}
	for i, slot := range numberSlots {
		for j, r := range w.rows {
			p := &w.parts[r.part]
			w.ints[j], w.null[j] = p.numbers[i][r.row], p.set[r.row]&(1<<i) == 0
		}
		if err := w.field(slot.String(), packInts(w.ints, w.null, w.wide)); err != nil {
			return err
		}
	}
	for i, r := range w.rows {
		w.ints[i], w.null[i] = r.time, r.time == undatedTime
	}
	if err := w.field(event.Time.String(), packInts(w.ints, w.null, w.wide)); err != nil {
		return err
	}
	for i, r := range w.rows {
		w.ints[i] = int64(r.occurrence)
	}
	if err := w.field(packOccurrence, packInts(w.ints, nil, w.wide)); err != nil {
		return err
	}
	for _, x := range []struct {
		field string
		of    func(p *part, row int32) int64
	}{
		{packFile, func(p *part, _ int32) int64 { return p.file.id }},
		{packBegin, func(p *part, row int32) int64 { return p.begins[row] }},
		{packLength, func(p *part, row int32) int64 { return p.lengths[row] }},
		{packLine, func(p *part, row int32) int64 { return p.lines[row] }},
		{packFlags, func(p *part, row int32) int64 { return int64(p.flags[row]) }},
	} {
		if err := write(x.field, x.of); err != nil {
			return err
		}
	}
	return nil
}

// packIDs packs UUIDs, or texts as soon as one of them is none.
func (w *segmentWriter) packIDs(column int) *pack {
	some := false
	for _, r := range w.rows {
		c := &w.parts[r.part].ids[column]
		if len(c.text(r.row)) > 0 {
			return w.packTexts(column)
		}
		some = some || c.uuids[r.row] != uuid{}
	}
	if !some {
		return nil
	}
	b := make([]byte, 0, 16*len(w.rows))
	for _, r := range w.rows {
		b = append(b, w.parts[r.part].ids[column].uuids[r.row][:]...)
	}
	return &pack{kind: packUUID, n: len(w.rows), width: 16, bytes: b}
}

func (w *segmentWriter) packTexts(column int) *pack {
	return packTexts(len(w.rows), &w.texts, func(b []byte, i int) []byte {
		r := &w.rows[i]
		c := &w.parts[r.part].ids[column]
		if id := c.uuids[r.row]; id != (uuid{}) {
			return id.appendTo(b)
		}
		return append(b, c.text(r.row)...)
	})
}

func (w *segmentWriter) hashes() error {
	n := len(w.rows)
	keys, heads, sums := make([]byte, 0, keySize*n), make([]byte, 0, keyHeadSize*n), make([]byte, 0, 32*n)
	for _, r := range w.rows {
		p := &w.parts[r.part]
		key := &p.keys[r.row]
		keys = append(keys, key[:]...)
		heads = append(heads, key[keyHeadAt:keyHeadAt+keyHeadSize]...)
		sums = append(sums, p.sums[r.row][:]...)
	}
	for _, x := range []struct {
		field string
		bytes []byte
	}{{packKey, keys}, {packHead, heads}, {packSum, sums}} {
		if err := w.field(x.field, &pack{kind: packHash, n: n, width: len(x.bytes) / n, bytes: x.bytes}); err != nil {
			return err
		}
	}
	return nil
}
