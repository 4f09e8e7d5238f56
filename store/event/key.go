package event

import (
	"crypto/sha256"
	"encoding/binary"

	"casebook/store/native"
)

// Identity. The same call reaches an analyst in several forms: as a line of an S3 object and as a message of a
// CloudWatch export, as an item of the API's list and as a row of a portal's CSV. Their bytes differ, so the key is made from
// what they mean: the source, the request's id, the time in milliseconds (what every form keeps), the operation, and the
// event's other fields, so that two calls that share an id but not their content stay two. Bodies read in
// from elsewhere take no part: they may be at hand in one form and not in the other.
//
// A key says "the same content". Whether two records with one key are one happening is for the store to say, by where
// they stand: twice in the same file is two happenings (the k-th record of a key in a file is its k-th occurrence), and
// the k-th of one file and the k-th of another are the same one. Where a record has no id at all the key
// is of its bytes, so that only exact copies are taken for one.

// appendIdentity writes what an event's key is made from. id is the vendor's identifier of the happening; with none, content is
// what identifies it.
func (e *Event) appendIdentity(b []byte, id string, content []byte) []byte {
	text := func(s string) {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	number := func(n Opt) {
		if !n.Set {
			b = append(b, 0)
			return
		}
		b = binary.LittleEndian.AppendUint64(append(b, 1), uint64(n.Int))
	}
	text(e.Source)
	text(id)
	text(e.Action)
	text(e.User)
	text(e.Model)
	text(e.Error)
	number(Opt{Int: e.Time / 1e6, Set: e.Dated})
	number(e.PromptTokens)
	number(e.CompletionTokens)
	number(e.RequestSize)
	number(e.ResponseSize)
	if id == "" {
		b = append(b, content...)
	}
	return b
}

// keys makes the keys of a block's events all at once, which takes half as long as one by one.
type keys struct {
	text   []byte
	places []native.Place
	of     []int // the records they are for
	sums   [][sha256.Size]byte
}

func (k *keys) begin() {
	k.text, k.places, k.of = k.text[:0], k.places[:0], k.of[:0]
}

func (k *keys) add(record int, e *Event, id string, content []byte) {
	from := len(k.text)
	k.text = e.appendIdentity(k.text, id, content)
	k.places = append(k.places, native.Place{From: uint32(from), To: uint32(len(k.text))})
	k.of = append(k.of, record)
}

// settle gives the records their keys. A record that was read anew, or given up, has more than one; the last one counts.
func (k *keys) settle(records []Record) {
	k.sum()
	for i, at := range k.of {
		if at < len(records) && records[at].Kind == Accepted {
			copy(records[at].Event.Key[:], k.sums[i][:])
		}
	}
}

func (k *keys) sum() {
	if cap(k.sums) < len(k.places) {
		k.sums = make([][sha256.Size]byte, len(k.places)+len(k.places)/4)
	}
	k.sums = k.sums[:len(k.places)]
	native.Sums(k.sums, k.text, k.places)
}

// only gives an event its key that was decoded by itself.
func (k *keys) only(e *Event) {
	k.sum()
	copy(e.Key[:], k.sums[len(k.sums)-1][:])
}
