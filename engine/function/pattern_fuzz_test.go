package function

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// FuzzRLike compiles and tries Lucene expressions; FuzzLike holds wildcards to what regular expressions say of them.
func FuzzRLike(f *testing.F) {
	for _, s := range []string{"a.*b", "[^a-c]{2,3}|x?", "a&b~c", "<1-31>", "@#", `"a"\.`, "(", "*sh.{1,2}-c*"} {
		f.Add(s, "aab")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 200 || len(text) > 200 {
			t.Skip()
		}
		start := time.Now()
		match, err := compileRLike(pattern, DefaultLimits.RegexProgram)
		if err == nil {
			first, wrong := match(text)
			if again, _ := match(text); wrong == nil && first != again {
				t.Errorf("%q of %q is %v and then %v", pattern, text, first, again)
			}
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%q took %v", pattern, took)
		}
	})
}

func FuzzLike(f *testing.F) {
	for _, s := range []string{"a*b?", `\*\\`, "", "**", "é?", `a\`} {
		f.Add(s, "ab")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 100 || len(text) > 100 {
			t.Skip()
		}
		var b strings.Builder
		escaped := false
		for _, r := range pattern {
			switch {
			case escaped:
				b.WriteString(regexp.QuoteMeta(string(r)))
				escaped = false
			case r == '\\':
				escaped = true
			case r == '*':
				b.WriteString(".*")
			case r == '?':
				b.WriteByte('.')
			default:
				b.WriteString(regexp.QuoteMeta(string(r)))
			}
		}
		if escaped {
			b.WriteString(`\\`)
		}
		want := regexp.MustCompile(`(?s)\A(?:` + b.String() + `)\z`).MatchString(text)
		if got := CompileLike(pattern).Match(text); got != want {
			t.Errorf("%q of %q: got %v, want %v", pattern, text, got, want)
		}
	})
}

// FuzzDateFormat: what a pattern writes of a time it reads as one that it writes alike.
func FuzzDateFormat(f *testing.F) {
	for _, s := range []string{"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "EEE, d MMM uuuu", "YYYY-'W'ww", "[yyyy]", "''", "h:mm a", "G", "yyyyyyyyyyyyyyyyyyyyyy"} {
		f.Add(s, "2024-01-02", int64(1704164645))
	}
	f.Fuzz(func(t *testing.T, pattern, text string, at int64) {
		if len(pattern) > 100 || at < -1e10 || at > 1e11 {
			t.Skip()
		}
		format, err := newDateFormat(pattern)
		if err != nil {
			return
		}
		written := format.write(time.Unix(at, 0).UTC())
		if len(written) > 100*len(pattern)+100 {
			t.Errorf("%q writes %d bytes", pattern, len(written))
		}
		if CheckDateFormat(pattern, true) == nil {
			_, _ = format.read(written)
			_, _ = format.read(text)
		}
	})
}
