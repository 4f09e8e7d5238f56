package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"casebook/store/event"
)

// Copies. One happening is told in several files and forms, and the store shows one of them as the event: its record, its place, what only
// that form tells. Which one must not depend on what was read first, or two analysts with the same files would see different events. So the
// copies of an event have an order of their own: a record with its bodies at hand comes before one without, the vendor's own form before
// those that wrap it, the longer before the shorter, since it tells more. What is alike in all that has an order all the same: by the
// hash, by where it stands in its file, and by the file's name.
//
// A copy that comes before the one that the store shows takes its place (take.go). What an analyst has pinned in a case stays as it was pinned.

// stand is what the order of copies goes by.
type stand struct {
	elsewhere   bool // a body of it is not at hand
	form        int
	length      int64
	sum         [32]byte
	line, begin int64
	file        int64
	path        string // of the file; "" to be looked up
}

func (s *stand) compare(o *stand) int {
	return cmp.Or(compareBools(s.elsewhere, o.elsewhere), cmp.Compare(s.form, o.form), cmp.Compare(o.length, s.length), bytes.Compare(s.sum[:], o.sum[:]),
		cmp.Compare(s.line, o.line), cmp.Compare(s.begin, o.begin))
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// before tells whether a copy comes before another one.
func (l *loader) before(a, b *stand) (bool, error) {
	if c := a.compare(b); c != 0 {
		return c < 0, nil
	}
	for _, s := range []*stand{a, b} {
		if s.path == "" {
			path, err := l.db.pathOf(l.ctx, s.file)
			if err != nil {
				return false, err
			}
			s.path = path
		}
	}
	return compareNames(a.path, b.path) < 0, nil
}

// compareNames orders files by their names, then by those of their folders, from the last up, so that it does not matter where the folders
// lie that two analysts have.
func compareNames(a, b string) int {
	from, to := strings.Split(a, "/"), strings.Split(b, "/")
	slices.Reverse(from)
	slices.Reverse(to)
	return slices.Compare(from, to)
}

// formOrder are the forms of records, the vendor's own first.
var formOrder = []event.FormKind{event.JSON, event.Timed, event.Message, event.Insights, event.TableRow, event.CSV}

// formRanks are the places of forms in their order, by their texts: few, and long where they name columns.
type formRanks struct {
	places map[string]int
	text   string // the one that was asked for last, and its place
	place  int
}

func (r *formRanks) of(text string) int {
	if text == r.text && r.places != nil {
		return r.place
	}
	place, ok := r.places[text]
	if !ok {
		if r.places == nil {
			r.places = map[string]int{}
		}
		form, err := event.ParseForm(text)
		if place = len(formOrder); err == nil {
			place = slices.Index(formOrder, form.Kind)
		}
		r.places[text] = place
	}
	r.text, r.place = text, place
	return place
}

// standOf is where a row that waits to be written stands.
func (l *loader) standOf(part, row int32) stand {
	p := &l.parts[part]
	s := stand{elsewhere: p.flags[row]&event.BodyElsewhere != 0, form: l.ranks.of(p.known[p.words[wordForm][row]]), length: p.lengths[row], sum: p.sums[row],
		line: p.lines[row], begin: p.begins[row], file: p.file.id}
	if p.file.reading != nil {
		s.path = p.file.reading.path
	}
	return s
}

// stands are where the events of a segment stand.
type stands struct {
	form, length, sum, line, begin, file, flags *pack
	forms                                       []string // the words
	ranks                                       *formRanks
}

func (l *loader) stands(ctx context.Context, tx *Tx, x *segment) (*stands, error) {
	dict, err := l.db.dictionary(ctx, tx)
	if err != nil {
		return nil, err
	}
	s := &stands{forms: dict.Values, ranks: &l.ranks}
	for field, into := range map[string]**pack{packForm: &s.form, packLength: &s.length, packSum: &s.sum, packLine: &s.line, packBegin: &s.begin, packFile: &s.file} {
		p, err := readPack(ctx, l.db.readers, x, field)
		if err != nil || p == nil && field == packSum {
			return nil, l.db.damaged(x, field, err)
		}
		*into = p
	}
	flags, err := readPack(ctx, l.db.readers, x, packFlags)
	if err != nil {
		return nil, l.db.damaged(x, packFlags, err)
	}
	late := map[string]*pack{packFlags: flags}
	err = l.db.amend(ctx, x, late, []string{packFlags})
	s.flags = late[packFlags]
	return s, err
}

func (s *stands) at(place int, x *stand) {
	x.sum = [32]byte(s.sum.hash(place))
	if word := int(s.form.word(place)); word < len(s.forms) {
		x.form = s.ranks.of(s.forms[word])
	}
	x.length, _ = s.length.number(place)
	x.line, _ = s.line.number(place)
	x.begin, _ = s.begin.number(place)
	x.file, _ = s.file.number(place)
	flags, _ := s.flags.number(place)
	x.elsewhere = event.Flags(flags)&event.BodyElsewhere != 0
}

// keptCopy is an occurrence that the store has of a key of a batch.
type keptCopy struct {
	next       int32 // of the same key: one more than its place; 0 for none
	occurrence int32
	id         int64
	stand      stand // told at once: of the segments that a batch meets, the packs are not kept
}

// rival finds who has the place of a row that the store or the batch has already: another row of the batch, or an event of the store.
func (s *seen) rival(k *group, occurrence int32, fresh []ref) (at int, kept *keptCopy) {
	for n := k.fresh; n > 0; n = fresh[n-1].before {
		if fresh[n-1].occurrence == occurrence {
			return int(n - 1), nil
		}
	}
	for n := k.kept; n > 0; n = s.kept[n-1].next {
		if s.kept[n-1].occurrence == occurrence {
			return -1, &s.kept[n-1]
		}
	}
	return -1, nil
}

// repeat counts a row that is a copy of another one, which it takes the place of if it comes before that.
func (l *loader) repeat(k *group, r ref, fresh []ref) error {
	at, kept := l.seen.rival(k, r.occurrence, fresh)
	is := l.standOf(r.part, r.row)
	switch {
	case at >= 0:
		old := fresh[at]
		was := l.standOf(old.part, old.row)
		first, err := l.before(&is, &was)
		if err != nil {
			return err
		}
		if first {
			r.before = old.before
			fresh[at], r = r, old
		}
	case kept != nil:
		first, err := l.before(&is, &kept.stand)
		if err != nil {
			return err
		}
		if first {
			r.id = kept.id
			l.seen.better = append(l.seen.better, r)
		}
	}
	if f := l.parts[r.part].file; !f.done {
		l.seen.again.add(f.id, k.key, r.occurrence)
	}
	return nil
}
