package store

import (
	"math"
	"math/rand"
	"slices"
	"testing"
)

// reread gives a pack as it is read from the store: with what SQL keeps of it and nothing else.
func reread(t *testing.T, p *pack) *pack {
	t.Helper()
	q := &pack{kind: p.kind, n: p.n, width: p.width, base: p.base, divisor: p.divisor, none: p.none, nullable: p.nullable, bytes: p.bytes}
	if err := q.check(p.list); err != nil {
		t.Fatal(err)
	}
	return q
}

func TestPackInts(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for _, tt := range []struct {
		name  string
		value func(i int) int64
		width int
	}{
		{"all the same", func(int) int64 { return -7 }, 0},
		{"two", func(i int) int64 { return int64(i % 2) }, 1},
		{"milliseconds", func(i int) int64 { return 1_700_000_000_000_000_000 + int64(i)*1_000_000 }, 2},
		{"three bytes", func(i int) int64 { return int64(i)*4099 + int64(i%2) }, 3},
		{"ends of what there is", func(i int) int64 { return []int64{math.MinInt64, math.MaxInt64, 0, -1}[i%4] }, 8},
		{"below the least", func(i int) int64 { return math.MinInt64 + int64(i%3) }, 1},
		{"random", func(int) int64 { return int64(r.Uint64()) }, 8},
		{"half of what there is", func(i int) int64 { return int64(i%3-1) * (math.MaxInt64 / 2) }, 1},
	} {
		for _, nulls := range []int{0, 2, 1} { // none, some, all
			values, null := make([]int64, 1000), make([]bool, 1000)
			for i := range values {
				values[i], null[i] = tt.value(i), nulls > 0 && i%nulls == 0
			}
			p := packInts(values, null, make([]uint64, len(values)))
			if nulls == 1 {
				if p != nil {
					t.Errorf("%s: nothing but nulls has a pack", tt.name)
				}
				continue
			}
			if nulls == 0 && p.width != tt.width {
				t.Errorf("%s: %d bytes a row, want %d", tt.name, p.width, tt.width)
			}
			p = reread(t, p)
			all := make([]int64, 900)
			missing := p.numbers(all, 100)
			for i, want := range values {
				got, ok := p.number(i)
				if ok == null[i] || ok && got != want {
					t.Fatalf("%s: row %d is %d %v, want %d %v", tt.name, i, got, ok, want, !null[i])
				}
				if i >= 100 && (missing != nil && missing[i-100] != null[i] || !null[i] && all[i-100] != want) {
					t.Fatalf("%s: row %d read with others is %d, want %d", tt.name, i, all[i-100], want)
				}
			}
		}
	}
}

func TestPackPlacesAndTexts(t *testing.T) {
	for _, most := range []int{1, 255, 256, 70000} {
		codes := make([]uint32, 80000)
		for i := range codes {
			codes[i] = uint32(i % (most + 1))
		}
		p := packPlaces(packWord, codes, most)
		rows := p.find(nil, uint64(most), 10, len(codes)-10)
		var want []int32
		for i, c := range codes {
			if p.code(i) != uint64(c) {
				t.Fatalf("of %d: row %d is %d, want %d", most, i, p.code(i), c)
			}
			if c == uint32(most) && i >= 10 && i < len(codes)-10 {
				want = append(want, int32(i))
			}
		}
		if !slices.Equal(rows, want) {
			t.Errorf("of %d: found %d rows, want %d", most, len(rows), len(want))
		}
	}
	texts := []string{"", "a", "", "größer", "x\x00y", ""}
	p := reread(t, packTexts(len(texts), new([]byte), func(b []byte, i int) []byte { return append(b, texts[i]...) }))
	for i, want := range texts {
		if got := p.text(i); got != want {
			t.Errorf("text %d is %q, want %q", i, got, want)
		}
	}
}

// TestDamagedPacks reads packs whose bytes or list are not what their kind needs: an error, or null, but never a crash.
func TestDamagedPacks(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	kinds := []packKind{packWord, packInt, packUUID, packText, packJSON, packHash, "other"}
	lists := []string{"", "[0]", "[0,1,2]", "[null,\"a\"]", "[0,x]", "{}"}
	read := 0
	for range 20000 {
		p := &pack{kind: kinds[r.Intn(len(kinds))], n: r.Intn(5), width: r.Intn(40) - 2, base: r.Int63(), divisor: r.Int63(), bytes: make([]byte, r.Intn(100))}
		r.Read(p.bytes)
		if p.check(lists[r.Intn(len(lists))]) != nil {
			continue
		}
		read++
		for i := range p.n {
			switch p.kind {
			case packInt:
				p.number(i)
			case packWord:
				p.word(i)
			case packJSON:
				p.value(i)
			case packText, packUUID:
				p.text(i)
			case packHash:
				p.hash(i)
			}
		}
	}
	if read < 100 {
		t.Errorf("only %d were read", read)
	}
}

func TestUUIDs(t *testing.T) {
	for _, tt := range []struct {
		text string
		ok   bool
	}{
		{"00000000-0000-4000-8000-00000000abcd", true}, {"00000000-0000-4000-8000-00000000ABCD", false}, {"", false},
		{"00000000-0000-4000-8000-00000000abc", false}, {"000000000000-4000-8000-00000000abcd0", false}, {"0000000g-0000-4000-8000-00000000abcd", false},
		{"00000000-0000-4000-8000-0000-000abcd", false},
	} {
		if id, ok := parseUUID(tt.text); ok != tt.ok || ok && id.String() != tt.text {
			t.Errorf("%q is %v %v", tt.text, id, ok)
		}
	}
}
