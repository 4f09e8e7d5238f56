package store

import "encoding/binary"

// part is a pack of some of a pack's rows: those of a span.
func (p *pack) part(sp span) *pack {
	if p == nil {
		return nil
	}
	q := *p
	q.n = sp.to - sp.from
	if p.kind == packText {
		q.partTexts(p, sp)
		return &q
	}
	if sp.rows == nil {
		from := (sp.skip + sp.from) * p.width
		q.bytes = append([]byte(nil), p.bytes[from:from+q.n*p.width]...)
	} else {
		q.bytes = p.bytesOf(sp.rows[sp.from:sp.to])
	}
	if max(len(p.words), len(p.values)) > 2*q.n {
		q.partList()
	}
	return &q
}

// bytesOf are the numbers of some rows as they are packed.
func (p *pack) bytesOf(rows []int32) []byte {
	b := make([]byte, len(rows)*p.width)
	switch p.width {
	case 1:
		for i, row := range rows {
			b[i] = p.bytes[row]
		}
	case 2:
		for i, row := range rows {
			binary.LittleEndian.PutUint16(b[2*i:], binary.LittleEndian.Uint16(p.bytes[2*row:]))
		}
	default:
		for i, row := range rows {
			copy(b[i*p.width:], p.bytes[int(row)*p.width:int(row+1)*p.width])
		}
	}
	return b
}

// partTexts takes the texts of a span's rows.
func (p *pack) partTexts(from *pack, sp span) {
	offsets, texts := make([]uint64, 1, p.n+1), []byte(nil)
	for i := range p.n {
		texts = append(texts, from.text(sp.place(i))...)
		offsets = append(offsets, uint64(len(texts)))
	}
	p.width = widthOf(uint64(len(texts)))
	p.bytes = append(packCodes(offsets, p.width), texts...)
}

// partList leaves out of a long list what no row has. The first place keeps its meaning.
func (p *pack) partList() {
	words, values := p.words, p.values
	p.words, p.values = nil, nil
	moved, codes := map[uint64]uint64{0: 0}, make([]uint64, p.n)
	keep := func(code uint64) {
		if code < uint64(len(words)) {
			p.words = append(p.words, words[code])
		}
		if code < uint64(len(values)) {
			p.values = append(p.values, values[code])
		}
	}
	keep(0)
	p.codes(codes, 0)
	for i, code := range codes {
		to, ok := moved[code]
		if !ok && code < uint64(max(len(words), len(values))) {
			to = uint64(len(moved))
			moved[code] = to
			keep(code)
		}
		codes[i] = to
	}
	p.bytes = packCodes(codes, p.width)
}
