package store

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"casebook/testdata/hostile"
)

// samples are logs of all vendors and deliveries: those of the decoders' tests, and those beside the project where they are present; each
// also packed and as UTF-16.
func samples(t *testing.T) (all [][]byte) {
	t.Helper()
	for _, root := range []string{"event/testdata", "../../shared/logs"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) == ".golden" {
				return nil // they need not be there
			}
			text, err := os.ReadFile(path)
			if err != nil || len(text) > 100<<10 {
				return err
			}
			wide := []byte{0xff, 0xfe}
			for _, u := range utf16.Encode([]rune(string(text))) {
				wide = append(wide, byte(u), byte(u>>8))
			}
			encoder, err := zstdEncoder()
			if err != nil {
				return err
			}
			all = append(all, text, []byte(gzipped(t, string(text))), encoder.EncodeAll(text, nil), wide)
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

// TestMutated loads sound files with changes made to them, some hundred bytes at a time.
func TestMutated(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	seeds := [][]byte{[]byte(lines(0, 20)), []byte("[" + strings.ReplaceAll(strings.TrimSpace(lines(0, 9)), "\n", ",\n") + "]"), []byte(gzipped(t, lines(0, 60)))}
	for _, h := range hostile.Inputs() {
		if len(h.Data) < 32<<10 {
			seeds = append(seeds, h.Data)
		}
	}
	seeds = append(seeds, samples(t)...)
	rounds := 100
	if testing.Short() {
		rounds = 6
	}
	for round := range rounds {
		dir := t.TempDir()
		for i := range 100 {
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
			write(t, filepath.Join(dir, fmt.Sprint(i)), string(data))
		}
		a := load(t, fresh(t), dir)
		settled(t, a)
		if t.Failed() {
			t.Fatalf("round %d of %s", round, dir)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}
