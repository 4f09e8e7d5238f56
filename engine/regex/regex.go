// Package regex matches Java's regular expressions (ES|QL's REPLACE) and Ruby's (GROK's). They are written anew as Go writes
// them; what Go's own package can hold runs there, in time linear in the text. Lookaround, atomic groups, possessive counts
// and references back need trying: they run on regexp2, which is given so much time for one text and no more.
package regex

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

// Flavor is whose expressions are meant.
type Flavor uint8

// The flavors. In Ruby's, ^ and $ stand at every line and a dot takes all but \n.
const (
	Java Flavor = iota
	Ruby
)

// ErrTooLong says that a text was not matched because there are too many ways to try.
var ErrTooLong = errors.New("the regular expression has too many ways to match one text: write it without nested repeats, or without lookaround and references back")

// errGroup says that a replacement names a group that is not there.
var errGroup = errors.New("illegal group reference")

const (
	// longest is how long one match may try. It is tried several times, so that a machine that stood still is not taken for a
	// hard text; all together are about what a person waits for a cancelled query. Where other programs have the machine, it is tried
	// once more for as long as patience.
	longest  = 25 * time.Millisecond
	tries    = 3
	patience = time.Second
	period   = 10 * time.Millisecond // how often regexp2 looks at the time
	// stack is how many numbers may be kept to come back to: a few for each character of the longest text.
	stack = 1 << 20
)

func init() { regexp2.SetTimeoutCheckPeriod(period) }

// Regex is a compiled expression.
type Regex struct {
	fast    *regexp.Regexp         // nil where Go cannot hold it
	slow    *regexp2.Regexp        // nil where it is never needed
	patient func() *regexp2.Regexp // as slow, for longer
	names   map[string]int
	count   int  // groups
	lines   bool // Go's expression means the same only over a text of one line
	words   bool // and this one only where words have none but ASCII's letters
	empty   bool // may match nothing
}

// Parse reads an expression. Compile is asked to compile what Go can hold; it refuses what it cannot or what is too large.
func Parse(expression string, flavor Flavor, compile func(string) (*regexp.Regexp, error)) (*Regex, error) {
	t, err := translate(expression, flavor)
	if err != nil {
		return nil, fmt.Errorf("bad regular expression: %w", err)
	}
	re := &Regex{names: t.names, count: t.groups, lines: t.lines, words: t.words}
	if re.fast, err = compile(t.fast.String()); err == nil {
		if re.empty = re.fast.MatchString(""); !re.lines && !re.words && !re.empty {
			return re, nil
		}
	}
	if re.slow, err = trying(t.exact.String(), longest); err != nil {
		text, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "error parsing regexp: "), " in `")
		return nil, fmt.Errorf("bad regular expression: %s", text)
	}
	re.patient = sync.OnceValue(func() *regexp2.Regexp {
		patient, _ := trying(t.exact.String(), patience) // which was compiled before
		return patient
	})
	return re, nil
}

// trying compiles what is matched by trying, for so long.
func trying(exact string, longest time.Duration) (*regexp2.Regexp, error) {
	re, err := regexp2.Compile(exact, regexp2.RE2, regexp2.OptionMaintainCaptureOrder(), regexp2.OptionMaxBacktrackingStackSize(stack))
	if err == nil {
		re.MatchTimeout = longest
	}
	return re, err
}

// Names are the named groups and their numbers.
func (r *Regex) Names() map[string]int { return r.names }

// What Go can hold and only takes otherwise at an end of a line or of a word is not answered by Go where trying takes too long: nobody
// could tell such an answer from a right one, and a rule that ends by name is looked after.

// Find is the first match: the start and the end of the match and of each group, -1 for a group without; nil for no match.
func (r *Regex) Find(text string) ([]int, error) {
	if r.plain(text) {
		return r.fast.FindStringSubmatchIndex(text), nil
	}
	m, err := r.try(func(re *regexp2.Regexp) (*regexp2.Match, error) { return re.FindStringMatch(text) })
	if m == nil || err != nil {
		return nil, err
	}
	return r.places(m), nil
}

// plain tells whether Go's expression means the same over a text.
func (r *Regex) plain(text string) bool {
	return r.fast != nil && !(r.lines && strings.ContainsAny(text, "\n\r\u0085\u2028\u2029")) && !(r.words && strings.ContainsFunc(text, isForeign))
}

// isForeign tells whether a character is one of a word that is not ASCII's.
func isForeign(r rune) bool {
	return r > unicode.MaxASCII && r != utf8.RuneError && unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Nl, unicode.Pc)
}

// try does what may run out of time, and again if it did.
func (r *Regex) try(find func(*regexp2.Regexp) (*regexp2.Match, error)) (*regexp2.Match, error) {
	m, err := find(r.slow)
	if err == nil {
		return m, nil
	}
	begun, before := time.Now(), used()
	for range tries - 1 {
		if m, err = find(r.slow); err == nil {
			return m, nil
		}
	}
	if used()-before < time.Since(begun)/2 {
		if m, err = find(r.patient()); err == nil {
			return m, nil
		}
	}
	return nil, ErrTooLong
}

// used is the time for which this program had a processor.
func used() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (r *Regex) places(m *regexp2.Match) []int {
	out := make([]int, 0, 2*(r.count+1))
	for _, g := range m.Groups() {
		if len(g.Captures) == 0 {
			out = append(out, -1, -1)
			continue
		}
		at, size := g.ByteRange()
		out = append(out, at, at+size)
	}
	return out
}

// all are the matches one behind the other, as Java finds them: right behind a match there may be one of nothing, which Go
// leaves out. Between them it may be asked to stop.
func (r *Regex) all(text string, stop func() error) ([][]int, error) {
	if r.plain(text) {
		found := r.fast.FindAllStringSubmatchIndex(text, -1)
		longer := false
		for _, m := range found {
			longer = longer || m[1] > m[0]
		}
		if !r.empty || !longer {
			return found, nil
		}
	}
	var found [][]int
	m, err := r.try(func(re *regexp2.Regexp) (*regexp2.Match, error) { return re.FindStringMatch(text) })
	for start, before := time.Now(), used(); m != nil && err == nil; {
		found = append(found, r.places(m))
		if err = stop(); err == nil && time.Since(start) > 100*longest && used()-before > 100*longest {
			err = ErrTooLong
		}
		if err == nil {
			last := m
			m, err = r.try(func(re *regexp2.Regexp) (*regexp2.Match, error) { return re.FindNextMatch(last) })
		}
	}
	return found, err
}
