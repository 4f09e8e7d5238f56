package event

import (
	"bufio"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// transcoder makes UTF-8 of UTF-16 and UTF-32.
type transcoder struct {
	in    *bufio.Reader
	order binary.ByteOrder
	width int
	begun bool // the first character is passed, which may be a mark
	made  []byte
	out   []byte // of made, not given out yet
	err   error

	marked   func(Mark) // nil: nobody wants to come back
	at       int64      // bytes read
	expanded int64      // and made
	due      int64      // expanded, when the next mark is to be made
}

// transcodeAtOnce is how many bytes are converted in one go; less than what the reader before it holds.
const transcodeAtOnce = 16 << 10

func newTranscoder(in *bufio.Reader, order binary.ByteOrder, width int) *transcoder {
	// Two bytes become three at most, and four become four.
	return &transcoder{in: in, order: order, width: width, made: make([]byte, 0, transcodeAtOnce*3/2+utf8.UTFMax)}
}

func (t *transcoder) Read(p []byte) (int, error) {
	for len(t.out) == 0 && t.err == nil {
		t.fill()
	}
	if len(t.out) > 0 {
		n := copy(p, t.out)
		t.out = t.out[n:]
		return n, nil
	}
	return 0, t.err
}

func (t *transcoder) fill() {
	if t.marked != nil && t.expanded >= t.due {
		t.marked(Mark{Expanded: t.expanded, Offset: t.at})
		t.due = t.expanded + markEvery
	}
	in, err := t.in.Peek(transcodeAtOnce)
	from := t.mark(in)
	used, out := from, t.made[:0]
	if t.width == 2 {
		used, out = t.units(in, from, out, err != nil)
	} else {
		for ; used+4 <= len(in); used += 4 {
			u := t.order.Uint32(in[used:])
			if u > utf8.MaxRune {
				u = utf8.RuneError
			}
			out = utf8.AppendRune(out, rune(u))
		}
	}
	if err != nil {
		if err == io.EOF && used < len(in) { // a part of a character
			used, out = len(in), utf8.AppendRune(out, utf8.RuneError)
		}
		t.err = err
	}
	_, _ = t.in.Discard(used) // they were peeked at
	t.at += int64(used)
	t.expanded += int64(len(out))
	t.out = out
}

// mark is how long the mark is that says which way round the text is written, where there is one.
func (t *transcoder) mark(in []byte) int {
	if t.begun || len(in) < t.width {
		return 0
	}
	t.begun = true
	if t.width == 2 && t.order.Uint16(in) == 0xfeff || t.width == 4 && t.order.Uint32(in) == 0xfeff {
		return t.width
	}
	return 0
}

// units converts UTF-16 from a place on. The first of a pair that is not whole is left for the next time, if there is one.
func (t *transcoder) units(in []byte, from int, out []byte, last bool) (used int, converted []byte) {
	i := from
	shift, beyond := 0, uint64(0xff80ff80ff80ff80)
	if t.order == binary.BigEndian {
		shift, beyond = 8, 0x80ff80ff80ff80ff
	}
	for i+2 <= len(in) {
		// Logs are ASCII for the most part: four characters at once.
		for i+8 <= len(in) {
			four := binary.LittleEndian.Uint64(in[i:])
			if four&beyond != 0 {
				break
			}
			four >>= shift
			four |= four >> 8
			out = binary.LittleEndian.AppendUint32(out, uint32(four&0xffff)|uint32(four>>16)&0xffff0000)
			i += 8
		}
		if i+2 > len(in) {
			break
		}
		u := rune(t.order.Uint16(in[i:]))
		if utf16.IsSurrogate(u) {
			second := rune(utf8.RuneError)
			if i+4 <= len(in) {
				second = rune(t.order.Uint16(in[i+2:]))
			} else if !last {
				break
			}
			if u = utf16.DecodeRune(u, second); u != utf8.RuneError {
				i += 2
			}
		}
		out = utf8.AppendRune(out, u)
		i += 2
	}
	return i, out
}
