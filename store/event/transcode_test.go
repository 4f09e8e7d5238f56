package event

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
	"unicode/utf8"
)

// slowly is what a transcoder has to make of a text: one character after the other.
func slowly(in []byte, order binary.ByteOrder) string {
	var units []uint16
	for ; len(in) >= 2; in = in[2:] {
		units = append(units, order.Uint16(in))
	}
	text := utf16.Decode(units)
	if len(text) > 0 && text[0] == 0xfeff {
		text = text[1:]
	}
	out := string(text)
	if len(in) > 0 {
		out += string(utf8.RuneError)
	}
	return out
}

// TestTranscode converts texts whose characters, halves of pairs and ends fall anywhere.
func TestTranscode(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "abcd", strings.Repeat("plain ASCII ", 40), "é", "漢字", "😀", "\x00", "\xff"}
	for _, order := range []interface {
		binary.ByteOrder
		binary.AppendByteOrder
	}{binary.LittleEndian, binary.BigEndian} {
		for round := range 400 {
			var in []byte
			if round%2 == 0 {
				in = order.AppendUint16(in, 0xfeff)
			}
			for range r.IntN(200) {
				for _, u := range utf16.Encode([]rune(pieces[r.IntN(len(pieces))])) {
					in = order.AppendUint16(in, u)
				}
				switch r.IntN(12) {
				case 0:
					in = order.AppendUint16(in, 0xd83d) // half a pair
				case 1:
					in = order.AppendUint16(in, 0xde00) // the other
				}
			}
			in = in[:len(in)-min(len(in), r.IntN(3))]
			var source io.Reader = bytes.NewReader(in)
			if round%3 == 0 {
				source = iotest.OneByteReader(source)
			}
			var places []Mark
			z := newTranscoder(bufio.NewReaderSize(source, 64<<10), order, 2)
			z.marked = func(m Mark) { places = append(places, m) }
			got, err := io.ReadAll(z)
			if want := slowly(in, order); err != nil || string(got) != want {
				t.Fatalf("%v, round %d: %d bytes, want %d, %v", order, round, len(got), len(want), err)
			}
			if len(places) == 0 || z.expanded != int64(len(got)) || z.at != int64(len(in)) {
				t.Fatalf("%v, round %d: %d marks, %d of %d bytes", order, round, len(places), z.at, len(in))
			}
		}
	}
}

// TestTranscodeFault passes on what broke the input off, behind what came before it.
func TestTranscodeFault(t *testing.T) {
	in := io.MultiReader(strings.NewReader("a\x00b\x00c"), iotest.ErrReader(io.ErrClosedPipe))
	got, err := io.ReadAll(newTranscoder(bufio.NewReaderSize(in, 64<<10), binary.LittleEndian, 2))
	if string(got) != "ab" || err != io.ErrClosedPipe {
		t.Errorf("%q, %v", got, err)
	}
}

func BenchmarkTranscode(b *testing.B) {
	var in []byte
	for _, u := range utf16.Encode([]rune(strings.Repeat(invocationOf("Ein Satz über Bären, dann noch einer.")+"\n", 4000))) {
		in = binary.LittleEndian.AppendUint16(in, u)
	}
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		_, _ = io.Copy(io.Discard, newTranscoder(bufio.NewReaderSize(bytes.NewReader(in), 64<<10), binary.LittleEndian, 2))
	}
}
