package event

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	kgzip "github.com/klauspost/compress/gzip"
)

// texts are data of several kinds: nothing, noise, one byte over and over, words, logs.
func inflateData() map[string][]byte {
	r := rand.New(rand.NewSource(2))
	noise := make([]byte, 70_000)
	_, _ = r.Read(noise)
	few := make([]byte, 60_000)
	for i := range few {
		few[i] = "ab"[r.Intn(2)]
	}
	return map[string][]byte{
		"nothing": {}, "one": {'x'}, "noise": noise, "zeros": make([]byte, 1<<19), "two letters": few,
		"logs": invocations(200), "far repeats": append(append(append([]byte{}, noise[:32<<10]...), noise[:32<<10]...), noise[:100]...),
		"words": []byte(strings.Repeat("the quick brown fox ", 5_000)),
	}
}

func TestInflate(t *testing.T) {
	for name, data := range inflateData() {
		for _, level := range []int{gzip.HuffmanOnly, 0, 1, 6, 9} {
			var packed bytes.Buffer
			for _, part := range [][]byte{data[:len(data)/3], data[len(data)/3:]} {
				z, err := gzip.NewWriterLevel(&packed, level)
				if err != nil {
					t.Fatal(err)
				}
				z.Name, z.Comment, z.Extra = "name", "comment", []byte("extra")
				_, _ = z.Write(part)
				_ = z.Close()
			}
			for how, in := range map[string]io.Reader{
				"whole": bytes.NewReader(packed.Bytes()), "in halves": iotest.HalfReader(bytes.NewReader(packed.Bytes())),
				"a byte at a time": iotest.OneByteReader(bytes.NewReader(packed.Bytes())),
			} {
				if how != "whole" && level != 6 {
					continue
				}
				got, err := io.ReadAll(newInflater(in))
				if err != nil || !bytes.Equal(got, data) {
					t.Fatalf("%s at level %d read %s: %d bytes of %d, %v", name, level, how, len(got), len(data), err)
				}
			}
		}
	}
}

func FuzzInflate(f *testing.F) {
	for _, data := range inflateData() {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(data[:min(len(data), 3000)])
		_ = z.Close()
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := io.ReadAll(io.LimitReader(newInflater(bytes.NewReader(data)), 8<<20))
		z, wantErr := gzip.NewReader(bytes.NewReader(data))
		var want []byte
		if wantErr == nil {
			want, wantErr = io.ReadAll(io.LimitReader(z, 8<<20))
		}
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%v, the standard library %v", err, wantErr)
		}
		if err == nil && !bytes.Equal(got, want) {
			t.Fatalf("%d bytes, the standard library %d, not the same", len(got), len(want))
		}
		if n := min(len(got), len(want)); !bytes.Equal(got[:n], want[:n]) {
			t.Fatal("not the same before the fault")
		}
	})
}

func BenchmarkInflate(b *testing.B) {
	data := invocations(2000)
	if p := os.Getenv("GZIP"); p != "" { // a file of one's own
		f, _ := os.ReadFile(p)
		z, _ := kgzip.NewReader(bytes.NewReader(f))
		data, _ = io.ReadAll(z)
	}
	packed := zipped(data)
	for name, open := range map[string]func(io.Reader) io.Reader{
		"ours":      func(r io.Reader) io.Reader { return newInflater(r) },
		"klauspost": func(r io.Reader) io.Reader { z, _ := kgzip.NewReader(r); return z },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				z := open(bytes.NewReader(packed))
				if n, err := io.Copy(io.Discard, z); err != nil || n != int64(len(data)) {
					b.Fatal(n, err)
				}
				if f, ok := z.(*inflater); ok {
					inflaters.Put(f)
				}
			}
		})
	}
}
