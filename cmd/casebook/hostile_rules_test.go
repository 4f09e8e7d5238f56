package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"casebook/testdata/hostile"
)

// TestHostileRuleFiles reads what somebody may hand an analyst as a rule: each is read or refused in little time, in few words that cannot act
// on a terminal.
func TestHostileRuleFiles(t *testing.T) {
	for _, r := range hostile.Rules() {
		t.Run(r.Name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), r.File)
			if err := os.WriteFile(file, []byte(r.Text), 0o600); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			code, out, errs := casebook("rules", "check", file)
			if took := time.Since(start); took > 2*time.Minute {
				t.Errorf("took %v", took)
			}
			said := out + errs
			if len(said) > 20_000 {
				t.Errorf("%d bytes of complaint", len(said))
			}
			if at := strings.IndexFunc(said, func(c rune) bool {
				return c < ' ' && c != '\n' || c == 0x7f || c >= 0x80 && c < 0xa0 || c == 0x202e || c == 0x2066
			}); at >= 0 {
				t.Errorf("%q is printed", said[at:min(len(said), at+20)])
			}
			switch {
			case r.Says == "?": // whether a pattern is taken is for its language to say
			case r.Says == "" && code != 0:
				t.Errorf("exit code %d: %.400s", code, said)
			case r.Says != "" && (code != exitFailure || !strings.Contains(said, r.Says)):
				t.Errorf("exit code %d, want %q: %.400s", code, r.Says, said)
			}
		})
	}
}
