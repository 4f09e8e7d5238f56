package engine_test

import (
	"strings"
	"testing"

	"casebook/engine"
)

func TestWords(t *testing.T) {
	for lang, want := range map[engine.Language][]string{
		engine.ESQL: {"from", "stats", "where", "date_trunc(", "count("},
		engine.KQL:  {"summarize", "mv-expand", "where", "ago", "percentile("},
	} {
		words := engine.Words(lang)
		for _, w := range want {
			found := false
			for _, have := range words {
				found = found || have.Text == w || strings.HasPrefix(strings.ToLower(have.Doc), w)
			}
			if !found {
				t.Errorf("%s has no %s among its %d words", lang, w, len(words))
			}
		}
	}
}
