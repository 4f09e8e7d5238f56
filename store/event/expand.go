package event

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"

	"casebook/store/native"
)

// Expansion: what a file's bytes stand for. A place in the expanded stream is found again by expanding again, so this must
// never give other bytes for the same file.

var bom = []byte("\xef\xbb\xbf")

// What a stream may expand to. Logs compress 5 to 20 times; a ratio of 200 beyond the first 64 MiB is a bomb.
const (
	freely   = 64 << 20
	maxRatio = 200
)

// Stream is an expanded file.
type Stream struct {
	r          io.Reader
	Encoding   string // "", "gzip", "zstd", each with "+utf-16le" and the like
	transcoded bool
}

// Read gives the expanded bytes. An error that is a *Reject says what is wrong with the file: the bytes before it count.
func (s *Stream) Read(p []byte) (int, error) { return s.r.Read(p) }

// Mark is a place of a file where expanding can begin.
type Mark = native.Mark

// Enterable tells whether a file of an encoding has marks: one that is both packed and converted has none.
func Enterable(encoding string) bool {
	_, width := wideForm(encoding)
	return encoding == "gzip" || encoding == "zstd" || width > 0
}

// ExpandAt expands a file of an encoding from a mark on; r begins at the mark's offset.
func ExpandAt(r io.Reader, encoding string, m Mark) (io.Reader, error) {
	switch encoding {
	case "gzip":
		z := new(native.Reader)
		return z, z.ResetAt(r, m)
	case "zstd":
		return newFramed(bufio.NewReaderSize(r, 64<<10), nil)
	}
	order, width := wideForm(encoding)
	if width == 0 {
		return nil, fmt.Errorf("%q is not entered in the middle", encoding)
	}
	t := newTranscoder(bufio.NewReaderSize(r, 64<<10), order, width)
	t.begun = m.Offset > 0
	return t, nil
}

// Expand recognises how a file is packed by its first bytes, never by its name.
func Expand(r io.Reader) (*Stream, error) { return expand(r, nil) }

func expand(r io.Reader, marked func(Mark)) (*Stream, error) {
	counted := &counter{r: r}
	in := bufio.NewReaderSize(counted, 64<<10)
	head, err := in.Peek(16)
	if err != nil && err != io.EOF && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, fmt.Errorf("read the beginning: %w", err)
	}
	s := &Stream{}
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z := inflaters.Get().(*native.Reader)
		z.Marked = marked
		if err := z.Reset(in); err != nil {
			return nil, &Reject{CodeStream, "damaged gzip header: " + err.Error()}
		}
		s.Encoding = "gzip"
		in = bufio.NewReaderSize(&guarded{z: z, in: counted, what: "gzip"}, 64<<10)
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := newFramed(in, marked)
		if err != nil {
			return nil, &Reject{CodeStream, "damaged zstd header: " + err.Error()}
		}
		s.Encoding = "zstd"
		in = bufio.NewReaderSize(&guarded{z: z, in: counted, what: "zstd"}, 64<<10)
	}
	if s.Encoding != "" {
		head, err = in.Peek(16)
		if len(head) == 0 && err != nil && err != io.EOF {
			s.r = in // nothing before the fault: the reader will meet it
			return s, nil
		}
	}
	probe, _ := in.Peek(probeSize)
	if why := unfit(probe, s.Encoding); why != nil {
		return nil, why
	}
	s.r = in
	if name, order, width := unicodeForm(probe); width > 0 {
		if s.Encoding != "" {
			marked = nil // where it could be entered is not where the converted bytes are counted
		}
		s.Encoding = join(s.Encoding, name)
		s.transcoded = true
		t := newTranscoder(in, order, width)
		t.marked = marked
		s.r = t
	}
	return s, nil
}

// probeSize is how much of a stream is looked at before it is taken for a text.
const probeSize = 64 << 10

// unfit says why a stream that begins like this is not read at all; nil when it is.
func unfit(probe []byte, encoding string) error {
	why := packed(probe)
	_, _, wide := unicodeForm(probe)
	switch {
	case why != "" && encoding != "":
		return &Reject{CodeBinary, "packed twice: " + why + " inside " + encoding + "; unpack it once first"}
	case why != "":
		return &Reject{CodeBinary, why + " is not supported; unpack it first"}
	case len(probe) >= 512 && len(bytes.Trim(probe, "\x00")) == 0:
		return &Reject{CodeBinary, "nothing but NUL bytes at the beginning"}
	case wide > 0:
		return nil
	}
	if why := binaryForm(probe); why != "" {
		return &Reject{CodeBinary, why + " holds no logs"}
	}
	return nil
}

// mostWhole is the most that a file is expanded to in one go. What expands to more is entered at marks.
const mostWhole = 2 * markEvery

// expandWhole expands a small file that is at hand. It is not ok for whatever is odd about it: those go the long way.
func expandWhole(data []byte) (m *buffer, text []byte, encoding string, ok bool) {
	text = data
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		m, encoding = wholeBuffer(min(native.Expanded(data)+1, mostWhole)), "gzip"
		if text, ok = native.Expand(m.b[:0], data, mostWhole); !ok {
			m.release()
			return nil, nil, "", false
		}
		m.b = text[:0]
	}
	probe := text[:min(len(text), probeSize)]
	if _, _, wide := unicodeForm(probe); wide > 0 || unfit(probe, encoding) != nil {
		m.release()
		return nil, nil, "", false
	}
	return m, text, encoding, true
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "+" + b
}

// packed names the archives that are not taken.
func packed(head []byte) string {
	for _, m := range []struct{ magic, name string }{
		{"\x1f\x8b", "gzip"}, {"\x28\xb5\x2f\xfd", "zstd"}, {"PK\x03\x04", "a zip archive"}, {"PK\x05\x06", "a zip archive"},
		{"BZh", "bzip2"}, {"\xfd7zXZ\x00", "xz"}, {"7z\xbc\xaf", "a 7-Zip archive"}, {"\x04\x22\x4d\x18", "lz4"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.name
		}
	}
	return ""
}

func binaryForm(probe []byte) string {
	for _, m := range []struct{ magic, name string }{
		{"\x89PNG\r\n", "a PNG picture"}, {"\xff\xd8\xff", "a JPEG picture"}, {"GIF8", "a GIF picture"}, {"%PDF-", "a PDF document"},
		{"\x7fELF", "a program"}, {"SQLite format 3\x00", "an SQLite file"}, {"PAR1", "a Parquet file"}, {"Obj\x01", "an Avro file"},
	} {
		if bytes.HasPrefix(probe, []byte(m.magic)) {
			return m.name
		}
	}
	if len(probe) > 262 && string(probe[257:262]) == "ustar" {
		return "a tar archive"
	}
	return ""
}

// unicodeForm recognises UTF-16 and UTF-32 by their marks, or by where the NUL bytes of a JSON or CSV text fall.
func unicodeForm(b []byte) (name string, order binary.ByteOrder, width int) {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe, 0, 0}):
		return "utf-32le", binary.LittleEndian, 4
	case bytes.HasPrefix(b, []byte{0, 0, 0xfe, 0xff}):
		return "utf-32be", binary.BigEndian, 4
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return "utf-16le", binary.LittleEndian, 2
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return "utf-16be", binary.BigEndian, 2
	case len(b) < 4:
		return "", nil, 0
	}
	nul := func(i int) bool { return b[i] == 0 }
	switch {
	case !nul(0) && nul(1) && nul(2) && nul(3):
		return "utf-32le", binary.LittleEndian, 4
	case nul(0) && nul(1) && nul(2) && !nul(3):
		return "utf-32be", binary.BigEndian, 4
	case !nul(0) && nul(1) && !nul(2) && nul(3):
		return "utf-16le", binary.LittleEndian, 2
	case nul(0) && !nul(1) && nul(2) && !nul(3):
		return "utf-16be", binary.BigEndian, 2
	}
	return "", nil, 0
}

// wideForm is what unicodeForm has named.
func wideForm(name string) (order binary.ByteOrder, width int) {
	switch name {
	case "utf-16le":
		return binary.LittleEndian, 2
	case "utf-16be":
		return binary.BigEndian, 2
	case "utf-32le":
		return binary.LittleEndian, 4
	case "utf-32be":
		return binary.BigEndian, 4
	}
	return nil, 0
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// inflaters are kept for the next file: a bucket holds many small ones.
var inflaters = sync.Pool{New: func() any { return new(native.Reader) }}

// guarded stops at bombs and says in words what is wrong with a compressed stream.
type guarded struct {
	z    io.Reader
	in   *counter
	n    int64
	what string
	err  error // how it ended
}

func (g *guarded) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	if g.n > freely && g.n > maxRatio*g.in.n {
		g.end(&Reject{CodeBomb, fmt.Sprintf("%s that expands more than %d times; stopped after %d MiB", g.what, maxRatio, g.n>>20)})
		return 0, g.err
	}
	n, err := g.z.Read(p)
	g.n += int64(n)
	switch {
	case err == nil:
	case err == io.EOF:
		g.end(err)
	case errors.Is(err, gzip.ErrHeader):
		g.end(&Reject{CodeStream, "something that is no gzip follows the compressed data"})
	case errors.Is(err, io.ErrUnexpectedEOF):
		g.end(&Reject{CodeStream, "the " + g.what + " stream ends too early; the records before are loaded"})
	default:
		g.end(&Reject{CodeStream, "damaged " + g.what + " stream: " + err.Error()})
	}
	return n, g.err
}

// end keeps how the stream ended and lets go of what read it.
func (g *guarded) end(err error) {
	switch z := g.z.(type) {
	case *native.Reader:
		z.Marked = nil
		inflaters.Put(z)
	case *framed:
		z.z.Close()
	}
	g.z, g.err = nil, err
}
