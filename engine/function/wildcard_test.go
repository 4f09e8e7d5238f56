package function

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Patterns of texts and stars are matched by bytes; that is the same as walking them, whatever the text.
func TestWildcardPartsWalk(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func(alphabet []string, most int) string {
		var b strings.Builder
		for range random.IntN(most) {
			b.WriteString(alphabet[random.IntN(len(alphabet))])
		}
		return b.String()
	}
	both := 0
	for range 200_000 {
		w := CompileLike(some([]string{"a", "b", "é", "*", "*", `\*`, `\`, "\ufffd", "?"}, 7))
		text := some([]string{"a", "b", "é", "*", `\`, "\xff", "\xc3", "\ufffd"}, 8)
		if w.parts == nil {
			continue
		}
		want := w.walk(text)
		if got := w.find(text); got != want {
			t.Fatalf("%q in %q: %t, walked %t", w.parts, text, got, want)
		}
		if want {
			both++
		}
	}
	if both < 1000 {
		t.Errorf("only %d matched", both)
	}
}
