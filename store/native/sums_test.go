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
		places := make([]Place, r.Intn(200))
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
	b.Run("one by one", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			for i, p := range places {
				sums[i] = sha256.Sum256(text[p.From:p.To])
			}
		}
	})
}
