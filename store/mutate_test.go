package store

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"casebook/testdata/hostile"
)

// samples are logs of all vendors and deliveries: those of the decoders' tests, and those beside the project where they are present; each
// also packed and as UTF-16.
func samples(t *testing.T) (all [][]byte) {
	t.Helper()
	for _, root := range []string{"event/testdata", "testdata/form", "../../shared/logs"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) == ".golden" {
				return nil // they need not be there
			}
			text, err := os.ReadFile(path)
			if err != nil || len(text) > 100<<10 {
				return err
			}
			all = append(all, text)
			for _, pack := range packers(t) {
				all = append(all, pack(text))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 16 {
		t.Fatalf("%d samples", len(all))
	}
	return all
}

// packers write a text in the packings and encodings that logs come in.
func packers(t *testing.T) []func([]byte) []byte {
	t.Helper()
	encoder, err := zstdEncoder()
	if err != nil {
		t.Fatal(err)
	}
	gzip := func(text []byte) []byte { return []byte(gzipped(t, string(text))) }
	zstd := func(text []byte) []byte { return encoder.EncodeAll(text, nil) }
	wide := func(text []byte) []byte {
		b := []byte{0xff, 0xfe}
		for _, u := range utf16.Encode([]rune(string(text))) {
			b = append(b, byte(u), byte(u>>8))
		}
		return b
	}
	return []func([]byte) []byte{gzip, zstd, wide, func(text []byte) []byte { return gzip(wide(text)) }, func(text []byte) []byte { return zstd(wide(text)) },
		func(text []byte) []byte { return slices.Concat(gzip(text[:len(text)/2]), gzip(text[len(text)/2:])) }}
}

// mutationSeed is another where CASEBOOK_SEED names one, to look further than every run does.
func mutationSeed() int64 {
	seed, err := strconv.ParseInt(os.Getenv("CASEBOOK_SEED"), 10, 64)
	if err != nil {
		return 4
	}
	return seed
}

// TestMutated loads sound files with changes made to them, some hundred files at a time.
func TestMutated(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(mutationSeed()))
	seeds := [][]byte{[]byte(lines(0, 20)), []byte("[" + strings.ReplaceAll(strings.TrimSpace(lines(0, 9)), "\n", ",\n") + "]"), []byte(gzipped(t, lines(0, 60)))}
	for _, h := range hostile.Inputs() {
		if len(h.Data) < 32<<10 {
			seeds = append(seeds, h.Data)
		}
	}
	seeds = append(seeds, samples(t)...)
	packings := packers(t)
	rounds := 80
	if testing.Short() {
		rounds = 5
	}
	for round := range rounds {
		dir := t.TempDir()
		for i := range 125 {
			data := bytes.Clone(seeds[r.Intn(len(seeds))])
			for range 1 + r.Intn(8) {
				if len(data) == 0 {
					break
				}
				switch at, to := r.Intn(len(data)), r.Intn(len(data)); r.Intn(8) {
				case 0:
					data[at] ^= 1 << r.Intn(8)
				case 1:
					data[at] = "{}[]\",:\\\n\r\x00\xff0 "[r.Intn(14)]
				case 2:
					data = data[:at]
				case 3:
					data = append(data[:min(at, to)], data[max(at, to):]...)
				case 4:
					data = append(data, data[at:]...)
				case 5: // some bytes twice
					data = slices.Insert(data, at, data[at:min(len(data), at+1+to%40)]...)
				case 6: // two lines in each other's place
					parts := bytes.SplitAfter(data, []byte("\n"))
					i, j := at%len(parts), to%len(parts)
					parts[i], parts[j] = parts[j], parts[i]
					data = bytes.Join(parts, nil)
				default:
					copy(data[at:], data[to:])
				}
			}
			if r.Intn(3) == 0 { // what is broken is the text, and the packing is sound
				data = packings[r.Intn(len(packings))](data)
			}
			write(t, filepath.Join(dir, fmt.Sprint(i)), string(data))
		}
		db := fresh(t)
		a := load(t, db, dir)
		settled(t, a)
		if v, err := db.Verify(context.Background(), VerifyOptions{}); err != nil || !v.Sound() {
			t.Errorf("%+v %v", v, err)
		}
		again := load(t, db, dir)
		if again.Total.Accepted != 0 || again.Total.Records != a.Total.Records {
			t.Errorf("loaded again: %+v, the first time %+v", again.Total, a.Total)
		}
		if t.Failed() {
			t.Fatalf("round %d of %s", round, dir)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}
