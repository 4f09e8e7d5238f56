package function

import (
	"strings"
	"testing"
)

// TestUnitSizes reads the size of every unit, once each.
func TestUnitSizes(t *testing.T) {
	for kind, list := range units {
		words, seen := strings.Fields(list), map[string]bool{}
		if len(words)%2 != 0 {
			t.Fatalf("%s: a unit has no size", kind)
		}
		for i := 0; i < len(words); i += 2 {
			if x := size(words[i+1]); !(x > 0 && x < 1e30) {
				t.Errorf("%s: %s is %v", kind, words[i], x)
			}
			if seen[words[i]] {
				t.Errorf("%s: %s is there twice", kind, words[i])
			}
			seen[words[i]] = true
		}
	}
}
