package event

import (
	"crypto/sha256"
	"encoding/binary"
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

// seal gives an event its key. id is the vendor's identifier of the happening; with none, content is what identifies it.
func (e *Event) seal(scratch []byte, id string, content []byte) []byte {
	b := scratch[:0]
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
	sum := sha256.Sum256(b)
	copy(e.Key[:], sum[:])
	return b
}
