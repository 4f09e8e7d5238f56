package event

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// repeated is a long stream that nobody has to hold.
type repeated struct {
	parts []string
	times []int
	at    int
	rest  string
}

func (r *repeated) Read(p []byte) (int, error) {
	for r.rest == "" {
		if r.at == len(r.parts) {
			return 0, io.EOF
		}
		if r.times[r.at] <= 0 {
			r.at++
			continue
		}
		r.times[r.at]--
		r.rest = r.parts[r.at]
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// tally reads a stream a block at a time and keeps no more than counts, and the most memory in use.
type tally struct {
	kinds  [5]int
	bytes  int64
	reject []Reject
	most   uint64
}

func count(t *testing.T, in io.Reader) tally {
	t.Helper()
	reader, err := NewReader(in, Reading{})
	if err != nil {
		t.Fatal(err)
	}
	var d Decoder
	var records []Record
	var sum tally
	for blocks := 0; ; blocks++ {
		b, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return sum
		}
		if err != nil {
			t.Fatal(err)
		}
		records = d.Decode(b, records[:0])
		for _, r := range records {
			if r.Offset != sum.bytes {
				t.Fatalf("a record at %d, want one at %d", r.Offset, sum.bytes)
			}
			sum.bytes += r.Length
			if r.Kind == Blank {
				sum.kinds[Blank] += int(r.Lines)
				continue
			}
			sum.kinds[r.Kind]++
			if r.Kind == Rejected && len(sum.reject) < 10 {
				sum.reject = append(sum.reject, r.Reject)
			}
		}
		b.Release()
		if blocks%64 == 0 {
			// What is live counts, not what the collector has not come round to.
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			sum.most = max(sum.most, m.HeapAlloc)
		}
	}
}

func TestGiants(t *testing.T) {
	// A collector that is kept from running by a busy machine is not a reader that holds on to memory.
	defer debug.SetGCPercent(debug.SetGCPercent(25))
	r := invocationOf("hello")
	mega := strings.Repeat("a", 1<<20)
	for _, tt := range []struct {
		name  string
		parts []string
		times []int
		want  [5]int // accepted, rejected, blank, skipped; frames are not compared
		code  string
	}{
		{"C21 a line of 100 MB", []string{r + "\n", `{"a":"`, mega, "\"}\n", r + "\n"}, []int{1, 1, 100, 1, 1}, [5]int{2, 1}, CodeLong},
		{"C21 without its end", []string{r + "\n", `{"a":"`, mega, "\n" + r + "\n"}, []int{1, 1, 40, 1}, [5]int{2, 1}, CodeLong},
		{"a long line of words", []string{r + "\n", mega, "\n" + r + "\n"}, []int{1, 40, 1}, [5]int{2, 1}, CodeLong},
		{"C22 empty lines", []string{"\n", r}, []int{2_000_000, 1}, [5]int{1, 0, 2_000_000}, ""},
		{"C26 brackets without end", []string{"[", "\n" + r + "\n"}, []int{4 << 20, 1}, [5]int{0, -1}, ""},
		{"C26 brackets in a record", []string{r + "\n", `{"a":`, "[", "\n", r + "\n"}, []int{1, 1, 1 << 20, 1, 1}, [5]int{2, 1}, CodeJSON},
		{"C29 a million keys", []string{r + "\n", `{"schemaType":"ModelInvocationLog"`, `,"k":1`, "}\n" + r}, []int{1, 1, 1_000_000, 1}, [5]int{2, 1}, CodeJSON},
		{"C47 one array", []string{"[" + r, "," + r, "]"}, []int{1, 79_999, 1}, [5]int{80_000}, ""},
		{"C47 one envelope", []string{`{"records": [` + r, ",\n" + r, "]}"}, []int{1, 79_999, 1}, [5]int{80_000}, ""},
		{"C30 a long record, then a broken line", []string{r + "\n", r[:len(r)-3], mega, "\"}}\n", `{"a":{"b":` + "\n", r + "\n", "\n"}, []int{1, 1, 6, 1, 1, 3, 2}, [5]int{4, 2, 2}, CodeJSON},
		{"C47 a giant in an array", []string{"[" + r + `,{"a":"`, mega, `"},` + r + "]"}, []int{1, 20, 1}, [5]int{2, 1}, CodeLong},
	} {
		t.Run(tt.name, func(t *testing.T) {
			total := int64(0)
			for i, p := range tt.parts {
				total += int64(len(p) * tt.times[i])
			}
			runtime.GC()
			sum := count(t, &repeated{parts: tt.parts, times: tt.times})
			if sum.bytes != total {
				t.Errorf("%d bytes in spans, want %d", sum.bytes, total)
			}
			for _, kind := range []Kind{Accepted, Rejected, Blank, Skipped} {
				if tt.want[1] >= 0 && sum.kinds[kind] != tt.want[kind] {
					t.Errorf("%d of kind %d, want %d: %v", sum.kinds[kind], kind, tt.want[kind], sum.reject)
				}
			}
			if tt.code != "" && (len(sum.reject) == 0 || sum.reject[0].Code != tt.code) {
				t.Errorf("rejected for %v, want %s", sum.reject, tt.code)
			}
			if sum.most > 256<<20 {
				t.Errorf("%d MiB of memory in use, want at most 256", sum.most>>20)
			}
		})
	}
}

func TestBombs(t *testing.T) {
	bomb := zipped(bytes.Repeat([]byte(strings.Repeat(" ", 1023)+"\n"), 80<<10))
	sum := count(t, bytes.NewReader(bomb))
	if sum.bytes > 80<<20 || len(sum.reject) != 1 || sum.reject[0].Code != CodeBomb {
		t.Errorf("%d bytes read of a bomb, rejected for %v", sum.bytes, sum.reject)
	}
	_, err := NewReader(&repeated{parts: []string{strings.Repeat("\x00", 4096)}, times: []int{1 << 20}}, Reading{})
	var why *Reject
	if !errors.As(err, &why) || why.Code != CodeBinary {
		t.Errorf("a sparse file opens with %v, want it refused", err)
	}
}
