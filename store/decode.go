package store

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"casebook/store/event"
	"casebook/store/native"
)

// worker has what one goroutine needs to decode.
type worker struct {
	decoder event.Decoder
	records []event.Record // used again: making and clearing them for every block costs as much as decoding
	texts   *texts
	values  *texts
	form    *event.Form
	named   string // the form's name
	places  []native.Place
	sums    [][sha256.Size]byte // of the places
	decoded func([]event.Record)
	mapping *event.Mapping
	spare   *spareRows
}

// decode decodes a block, puts its events into columns, counts the rest, and gives the block's memory back. What an earlier load
// took of the file is passed over.
func (w *worker) decode(r *reading, b *event.Block) piece {
	if w.texts == nil || w.texts.full() || w.values.full() {
		w.texts, w.values = newTexts(), newTexts()
	}
	p := piece{file: r, decoded: true, begin: b.Offset, end: b.Offset + b.Size()}
	w.records = w.decoder.Decode(b, w.records[:0])
	if w.decoded != nil {
		w.decoded(w.records)
	}
	w.sum(b)
	skip := int64(0)
	if r.resumed != nil {
		skip = r.resumed.checkpoint
	}
	next := b.Offset
	for i := range w.records {
		rec := &w.records[i]
		if rec.Offset != next {
			p.fault = fmt.Errorf("%s: the records do not tile the file: one ends at byte %d, the next begins at %d", r.path, next, rec.Offset)
			break
		}
		next += rec.Length
		if rec.Offset < skip || rec.Kind == event.Frame {
			continue
		}
		w.record(&p, b, rec, &w.sums[i])
	}
	if next != p.end && p.fault == nil {
		p.fault = fmt.Errorf("%s: the records end at byte %d of a block that ends at %d", r.path, next, p.end)
	}
	if p.rows != nil {
		p.rows.close()
	}
	clear(w.records)
	b.Release()
	return p
}

// record counts a record and keeps what the writer needs of it.
func (w *worker) record(p *piece, b *event.Block, rec *event.Record, sum *[sha256.Size]byte) {
	t := &p.tally
	t.Records++
	rec.Reject.Reason = strings.Clone(rec.Reject.Reason) // it may name what stands in the block
	switch rec.Kind {
	case event.Accepted:
		if p.rows == nil {
			p.rows = w.spare.take(w.texts, w.values, len(w.records))
			if w.mapping != nil {
				p.rows.source = w.mapping.Source()
			}
		}
		if rec.Form != w.form {
			w.form, w.named = rec.Form, rec.Form.String()
		}
		p.rows.add(rec, w.named, sum)
	case event.Rejected:
		t.Quarantined++
		if rec.Reject.Code == event.CodeStream || rec.Reject.Code == event.CodeBomb {
			p.broken = rec.Reject.Reason
		}
		if place, ok := placeOf(b, rec); ok {
			rec.Raw = b.Data[place.From:place.To] // quarantine keeps a place as it stands, to be decoded again
		}
		p.bad = append(p.bad, newBad(rec, sum[:]))
	case event.Blank:
		t.Blank += rec.Lines
		t.Records += rec.Lines - 1
	case event.Skipped:
		t.Skipped++
		if p.left == nil {
			p.left = map[string]int{}
		}
		p.left[rec.Reject.Reason]++
	default:
		p.fault = fmt.Errorf("%s: a record of a kind that the account does not know", p.file.path)
	}
}

// placeOf is where in its block a record stands; not ok for one that was too long to keep, which has given its head instead.
func placeOf(b *event.Block, rec *event.Record) (at native.Place, ok bool) {
	from := rec.At - b.Offset
	if from < 0 || from+rec.Size > int64(len(b.Data)) {
		return at, false
	}
	return native.Place{From: uint32(from), To: uint32(from + rec.Size)}, true
}

// sum hashes the places of the records that have events or go to quarantine.
func (w *worker) sum(b *event.Block) {
	w.places, w.sums = w.places[:0], grown(w.sums, len(w.records))
	for i := range w.records {
		var at native.Place
		if rec := &w.records[i]; rec.Kind == event.Accepted || rec.Kind == event.Rejected {
			at, _ = placeOf(b, rec)
		}
		w.places = append(w.places, at)
	}
	native.Sums(w.sums, b.Data, w.places)
	for i := range w.records {
		if rec := &w.records[i]; rec.Kind == event.Accepted || rec.Kind == event.Rejected {
			if _, ok := placeOf(b, rec); !ok {
				w.sums[i] = sha256.Sum256(rec.Raw)
			}
		}
	}
}
