package report

import (
	"testing"

	"casebook/store"
)

// TestEntryText says what answers came to: one that is empty again is one that was taken back, and one that never
// had a word is what was pinned.
func TestEntryText(t *testing.T) {
	for payload, want := range map[string]string{
		`{"object":"who","after":{"value":"yes","text":"she was"}}`:                                          "who: YES: she was",
		`{"object":"who","after":{"value":"","text":"lambda-x"}}`:                                            "who: lambda-x",
		`{"object":"who","after":{"value":"","pinned":[3,4]}}`:                                               "who: 2 events pinned",
		`{"object":"who","after":null}`:                                                                      "who: taken back",
		`{"object":"who","before":null,"after":{"value":"","rows":{"Int64":0,"Valid":true}}}`:                "who: pinned that there is no row",
		`{"object":"who","before":{"value":"no"},"after":{"value":""}}`:                                      "who: taken back",
		`{"object":"who","before":{"value":"no","pinned":[3]},"after":{"value":"","pinned":[3]}}`:            "who: taken back",
		`{"object":"answer","kind":"answer","from":{"value":"no","text":"why"},"to":{"value":"","text":""}}`: "answer: taken back",
	} {
		if got := EntryText(&store.Entry{Action: "answer", Payload: payload}); got != want {
			t.Errorf("%s: got %q, want %q", payload, got, want)
		}
	}
}
