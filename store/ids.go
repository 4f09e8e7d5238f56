package store

import (
	"encoding/binary"
	"errors"
)

// Lists of event ids are kept as the differences between neighbours, zigzag and base 128: events behind a hit stand
// close together, so that an id takes one byte or two.

func packIDs(ids []int64) []byte {
	b := make([]byte, 0, 2*len(ids))
	last := int64(0)
	for _, id := range ids {
		b = binary.AppendVarint(b, id-last)
		last = id
	}
	return b
}

func unpackIDs(b []byte) ([]int64, error) {
	ids := make([]int64, 0, len(b))
	last := int64(0)
	for len(b) > 0 {
		d, n := binary.Varint(b)
		if n <= 0 {
			return nil, errors.New("a list of event ids is damaged")
		}
		last += d
		ids = append(ids, last)
		b = b[n:]
	}
	return ids, nil
}
