package event

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"casebook/testdata/hostile"
)

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
	for _, h := range hostile.Streams() {
		t.Run(h.Name, func(t *testing.T) {
			if testing.Short() && h.Size() > 200<<20 {
				t.Skip("a gigabyte is read without -short only")
			}
			runtime.GC()
			sum := count(t, h.Open())
			if sum.bytes != h.Size() {
				t.Errorf("%d bytes in spans, want %d", sum.bytes, h.Size())
			}
			for kind, want := range map[Kind]int{Accepted: h.Accepted, Rejected: h.Quarantined, Blank: h.Blank, Skipped: 0} {
				if h.Quarantined >= 0 && sum.kinds[kind] != want {
					t.Errorf("%d of kind %d, want %d: %v", sum.kinds[kind], kind, want, sum.reject)
				}
			}
			if h.Code != "" && (len(sum.reject) == 0 || sum.reject[0].Code != h.Code) {
				t.Errorf("rejected for %v, want %s", sum.reject, h.Code)
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
	_, err := NewReader(bytes.NewReader(make([]byte, 4<<20)), Reading{})
	var why *Reject
	if !errors.As(err, &why) || why.Code != CodeBinary {
		t.Errorf("a sparse file opens with %v, want it refused", err)
	}
}
