package native

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	library "github.com/klauspost/compress/gzip"
)

// texts are of the kinds that make different blocks.
func texts() map[string][]byte {
	r := rand.New(rand.NewSource(1))
	noise := make([]byte, 300<<10)
	r.Read(noise)
	skewed := make([]byte, 200<<10)
	for i := range skewed {
		skewed[i] = byte(int(r.ExpFloat64()*3) & 0xff)
	}
	var lines strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&lines, `{"schemaType":"ModelInvocationLog","timestamp":"2026-01-%02dT%02d:00:00Z","requestId":"%08x","text":"%s"}`+"\n",
			1+i%28, i%24, r.Uint32(), strings.Repeat("again ", r.Intn(40)))
	}
	far := append(bytes.Repeat([]byte("x"), 32768), noise[:100]...)
	return map[string][]byte{
		"empty": nil, "one": []byte("a"), "zeros": make([]byte, 1<<20), "noise": noise, "skewed": skewed, "lines": []byte(lines.String()),
		"pairs": bytes.Repeat([]byte("ab"), 5000), "short periods": []byte(strings.Repeat("abc", 999) + strings.Repeat("abcdefg", 99) + strings.Repeat("123456789", 99)),
		"far": append(far, far...),
	}
}

// members packs a text in many ways.
func members(text []byte) map[string][]byte {
	all := map[string][]byte{}
	for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, 1, 6, 9} {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, level)
		_, _ = z.Write(text[:len(text)/2])
		if level == 6 {
			_ = z.Flush() // an empty stored block
		}
		_, _ = z.Write(text[len(text)/2:])
		_ = z.Close()
		all[fmt.Sprint("level ", level)] = b.Bytes()
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Name, z.Comment, z.Extra = "../../etc/x\x1b[2J", "café", []byte("extra")
	_, _ = z.Write(text)
	_ = z.Close()
	all["named"] = b.Bytes()
	all["two"] = append(bytes.Clone(b.Bytes()), all["level 1"]...)
	return all
}

// byLibrary is what the library makes of a file, and how it ends.
func byLibrary(file []byte) ([]byte, error) {
	z, err := library.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, most))
}

const most = 64 << 20

func byReader(file []byte, how func(io.Reader) io.Reader) ([]byte, error) {
	var z Reader
	if err := z.Reset(how(bytes.NewReader(file))); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(&z, most))
}

func same(r io.Reader) io.Reader { return r }

// kind is what an error says, whatever it adds.
func kind(err error) string {
	var corrupt flate.CorruptInputError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &corrupt) || strings.HasPrefix(err.Error(), "flate: "):
		return "corrupt"
	}
	return err.Error()
}

// compare holds both ways to expand a file against the library.
func compare(t *testing.T, file []byte) {
	t.Helper()
	want, failed := byLibrary(file)
	for name, how := range map[string]func(io.Reader) io.Reader{"whole": same, "in bytes": iotest.OneByteReader, "ending early": iotest.DataErrReader} {
		if name == "in bytes" && len(file) > 1500 {
			continue
		}
		got, err := byReader(file, how)
		// Of a damaged file the library gives some symbols less where it ends too early, and some that are none where a block has no
		// codes at all; it also takes a file that ends inside a header's name for a whole one.
		alike := bytes.Equal(got, want)
		if err != nil && failed != nil {
			alike = bytes.HasPrefix(got, want) || bytes.HasPrefix(want, got)
		}
		if !alike {
			t.Fatalf("%s: %d bytes, %v; the library %d bytes, %v", name, len(got), err, len(want), failed)
		}
		early := err == io.ErrUnexpectedEOF
		if kind(err) != kind(failed) && !early && failed != io.ErrUnexpectedEOF {
			t.Fatalf("%s ends with %v, the library with %v", name, err, failed)
		}
	}
	prefix := []byte("before")
	got, ok := Expand(append(make([]byte, 0, 64), prefix...), file, most)
	switch {
	case ok && failed != nil:
		t.Fatalf("expanded to %d bytes, where the library fails with %v", len(got), failed)
	case ok && (!bytes.HasPrefix(got, prefix) || !bytes.Equal(got[len(prefix):], want)):
		t.Fatalf("expanded to other bytes: %d, the library %d", len(got)-len(prefix), len(want))
	}
}

func TestInflate(t *testing.T) {
	for name, text := range texts() {
		for how, file := range members(text) {
			t.Run(name+"/"+how, func(t *testing.T) {
				compare(t, file)
				if got, ok := Expand(nil, file, most); ok != hasC || ok && !bytes.Equal(got, bytes.Repeat(text, len(got)/max(1, len(text)))) {
					t.Fatalf("expanded to %d bytes, %v, want %d", len(got), ok, len(text))
				}
				for _, n := range []int{1, 9, 10, len(file) / 2, len(file) - 9, len(file) - 4, len(file) - 1} {
					if n >= 0 && n < len(file) {
						compare(t, file[:n])
					}
				}
				compare(t, append(bytes.Clone(file), "something else"...))
				compare(t, append(bytes.Clone(file), 0x1f, 0x8b))
			})
		}
	}
}

// TestCut ends a file at each of its bytes.
func TestCut(t *testing.T) {
	for _, name := range []string{"lines", "skewed", "pairs"} {
		text := texts()[name]
		for _, file := range members(text[:min(len(text), 1000)]) {
			for n := range file {
				compare(t, file[:n])
			}
		}
	}
}

// mutate changes some bits, bytes and stretches of a file.
func mutate(r *rand.Rand, file []byte) []byte {
	b := bytes.Clone(file)
	for range 1 + r.Intn(4) {
		if len(b) < 20 {
			break
		}
		i := 10 + r.Intn(len(b)-10)
		if r.Intn(2) == 0 {
			i = 10 + r.Intn(min(len(b)-10, 100)) // where the codes stand
		}
		switch r.Intn(5) {
		case 0:
			b[i] ^= 1 << r.Intn(8)
		case 1:
			b[i] = byte(r.Intn(256))
		case 2:
			b = append(b[:i], b[i+1:]...)
		case 3:
			b = append(b[:i], append([]byte{byte(r.Intn(256))}, b[i:]...)...)
		default:
			copy(b[i:], b[r.Intn(len(b)):])
		}
	}
	return b
}

func TestMutated(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	var files [][]byte
	for _, name := range []string{"lines", "skewed", "pairs", "short periods", "noise"} {
		text := texts()[name]
		for _, size := range []int{300, 5000, 60000} {
			packed := members(text[:min(len(text), size)])
			for _, how := range slices.Sorted(maps.Keys(packed)) {
				files = append(files, packed[how])
			}
		}
	}
	rounds := 20000
	if testing.Short() {
		rounds = 2000
	}
	for range rounds {
		compare(t, mutate(r, files[r.Intn(len(files))]))
	}
}

func FuzzInflate(f *testing.F) {
	for _, text := range texts() {
		for _, file := range members(text[:min(len(text), 2000)]) {
			f.Add(file)
		}
	}
	f.Fuzz(compare)
}

// TestTooMuch stops at the cap, and not before.
func TestTooMuch(t *testing.T) {
	text := texts()["zeros"]
	file := members(text)["level 6"]
	if _, ok := Expand(nil, file, len(text)-1); ok {
		t.Error("expanded to more than was allowed")
	}
	if got, ok := Expand(nil, file, len(text)); ok != hasC || ok && len(got) != len(text) {
		t.Errorf("%d bytes, %v", len(got), ok)
	}
}

func BenchmarkExpand(b *testing.B) {
	text := texts()["lines"]
	file := members(text)["level 6"]
	var out []byte
	b.Run("whole", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			out, _ = Expand(out[:0], file, most)
		}
	})
	b.Run("stream", func(b *testing.B) {
		var z Reader
		piece := make([]byte, 1<<20)
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			_ = z.Reset(bytes.NewReader(file))
			for {
				if _, err := z.Read(piece); err != nil {
					break
				}
			}
		}
	})
	b.Run("library", func(b *testing.B) {
		var z library.Reader
		piece := make([]byte, 1<<20)
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			_ = z.Reset(bytes.NewReader(file))
			for {
				if _, err := z.Read(piece); err != nil {
					break
				}
			}
		}
	})
}

// TestNoCodes reads a block whose literals have no codes at all.
func TestNoCodes(t *testing.T) {
	file := []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff\xec\xd0\xc1\x10\x00\x00\x00\x02\x30\x38\xf2\x87\x88\xa2\xdf\x6e\x06\x4b\x31\x60\xc0\x80\x01\x03")
	got, err := byReader(file, same)
	if hasC && (len(got) > 0 || kind(err) != "corrupt") {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, ok := Expand(nil, file, most); ok {
		t.Error("expanded whole")
	}
}
