package native

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// Running is the SHA-256 of a text that comes in pieces. Its rounds wait for each other and leave half of the processor idle, which
// the sums of places of the text take.
type Running struct {
	running
	plain hash.Hash // instead, where no C helps
}

type running struct {
	h    [8]uint32
	size uint64
	rest [64]byte
}

// NewRunning is the sum of no text yet.
func NewRunning() *Running {
	r := &Running{running: running{h: [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}}}
	if !sumsAlongInC(&r.running, nil, nil, nil) {
		r.plain = sha256.New()
	}
	return r
}

// Size is how much of the text has come.
func (r *Running) Size() int64 { return int64(r.size) }

// Write goes on with the text.
func (r *Running) Write(piece []byte) (int, error) {
	r.Sums(nil, piece, nil)
	return len(piece), nil
}

// Sums goes on with the text and writes, as the function does, the SHA-256 of each of the piece's places.
func (r *Running) Sums(sums [][sha256.Size]byte, piece []byte, places []Place) {
	sums = sums[:len(places)]
	for _, p := range places {
		_ = piece[p.From:p.To]
	}
	if r.plain == nil && len(piece) > 0 && sumsAlongInC(&r.running, sums, piece, places) {
		return
	}
	if r.plain != nil {
		r.plain.Write(piece)
		r.size += uint64(len(piece))
	}
	Sums(sums, piece, places)
}

// Sum is the sum of the text so far.
func (r *Running) Sum() (sum [sha256.Size]byte) {
	if r.plain != nil {
		r.plain.Sum(sum[:0])
		return sum
	}
	end := r.running
	pad := make([]byte, 1, 2*len(r.rest))
	pad[0] = 0x80
	for (end.size+uint64(len(pad)))%64 != 56 {
		pad = append(pad, 0)
	}
	sumsAlongInC(&end, nil, binary.BigEndian.AppendUint64(pad, 8*end.size), nil)
	for i, word := range end.h {
		binary.BigEndian.PutUint32(sum[4*i:], word)
	}
	return sum
}
