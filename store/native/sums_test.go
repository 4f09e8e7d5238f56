package native

import (
	"crypto/sha256"
	"math/rand"
	"testing"
)

func TestSums(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	text := make([]byte, 10_000)
	r.Read(text)
	for range 300 {
		places := make([]Place, r.Intn(60))
		for i := range places {
			size := r.Intn(300)
			if r.Intn(5) == 0 {
				size = r.Intn(5000)
			}
			from := r.Intn(len(text) - size)
			places[i] = Place{uint32(from), uint32(from + size)}
		}
		sums := make([][sha256.Size]byte, len(places))
		Sums(sums, text, places)
		for i, p := range places {
			if want := sha256.Sum256(text[p.From:p.To]); sums[i] != want {
				t.Fatalf("place %d of %v has %x, want %x", i, places, sums[i], want)
			}
		}
	}
	for size := range 200 {
		var sums [1][sha256.Size]byte
		Sums(sums[:], text, []Place{{7, uint32(7 + size)}})
		if want := sha256.Sum256(text[7 : 7+size]); sums[0] != want {
			t.Fatalf("%d bytes have %x, want %x", size, sums[0], want)
		}
	}
}

// TestRunning lets a text come in pieces of any size, each with places of its own.
func TestRunning(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	text := make([]byte, 300_000)
	r.Read(text)
	for _, most := range []int{1, 10, 63, 64, 65, 200, 5000, 100_000} {
		run := NewRunning()
		for at := 0; ; {
			if got, want := run.Sum(), sha256.Sum256(text[:at]); got != want || run.Size() != int64(at) {
				t.Fatalf("after %d bytes in pieces of up to %d the sum is %x of %d, want %x", at, most, got, run.Size(), want)
			}
			if at == len(text) || most == 1 && at > 300 {
				break
			}
			piece := text[at:min(len(text), at+r.Intn(most+1))]
			at += len(piece)
			places := make([]Place, r.Intn(40))
			for i := range places {
				from := r.Intn(len(piece) + 1)
				places[i] = Place{uint32(from), uint32(from + r.Intn(len(piece)-from+1))}
			}
			sums := make([][sha256.Size]byte, len(places))
			run.Sums(sums, piece, places)
			for i, p := range places {
				if want := sha256.Sum256(piece[p.From:p.To]); sums[i] != want {
					t.Fatalf("place %v of a piece of %d has %x, want %x", p, len(piece), sums[i], want)
				}
			}
		}
	}
}

func BenchmarkSums(b *testing.B) {
	text := make([]byte, 1<<20)
	var places []Place
	for at := 0; at+1800 < len(text); at += 1800 {
		places = append(places, Place{uint32(at), uint32(at + 1700 + at%100)})
	}
	sums := make([][sha256.Size]byte, len(places))
	b.Run("all", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			Sums(sums, text, places)
		}
	})
	b.Run("beside the whole", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		r := NewRunning()
		for b.Loop() {
			r.Sums(sums, text, places)
		}
	})
	b.Run("one by one", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			for i, p := range places {
				sums[i] = sha256.Sum256(text[p.From:p.To])
			}
		}
	})
}
