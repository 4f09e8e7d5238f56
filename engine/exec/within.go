package exec

import (
	"net/netip"

	"casebook/engine/column"
)

// An address finds the blocks that it is in by its first bits: as many look-ups as there are different lengths.

// blocks are the rows of blocks of addresses.
type blocks struct {
	rows    map[netip.Prefix][]int32
	lengths map[int]bool // of IPv4 below 0: -1 - bits
}

// blocksOf reads the blocks of a column; a text that is none is in no way.
func blocksOf(v *column.Vector) *blocks {
	b := &blocks{rows: map[netip.Prefix][]int32{}, lengths: map[int]bool{}}
	for i := range v.Len {
		for at, to := v.Range(i); at < to; at++ {
			p, err := netip.ParsePrefix(v.Str(at))
			if err != nil {
				continue
			}
			p = p.Masked()
			b.rows[p] = append(b.rows[p], int32(i))
			b.lengths[length(p.Addr(), p.Bits())] = true
		}
	}
	return b
}

func length(a netip.Addr, bits int) int {
	if a.Is4() {
		return -1 - bits
	}
	return bits
}

// around adds the rows of the blocks that an address is in.
func (b *blocks) around(rows []int32, a netip.Addr) []int32 {
	for bits := range a.BitLen() + 1 {
		if b.lengths[length(a, bits)] {
			p, _ := a.Prefix(bits) // of no more bits than it has
			rows = append(rows, b.rows[p]...)
		}
	}
	return rows
}

// within are the partners of each left row as partners gives them, where the right key is a block and the left one an address.
func (j *joining) within(left, right *column.Vector) (partners, start []int32, err error) {
	known := blocksOf(right)
	start = make([]int32, j.left.Len+1)
	for i := range j.left.Len {
		from := len(partners)
		for at, to := left.Range(i); at < to; at++ {
			if a, err := netip.ParseAddr(left.Str(at)); err == nil {
				partners = known.around(partners, a.Unmap())
			}
		}
		partners = ordered(partners, from)
		if start[i+1], err = j.counted(partners); err != nil {
			return nil, nil, err
		}
	}
	return partners, start, nil
}
