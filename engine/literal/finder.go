package literal

import (
	"math"
	"strings"
)

// Finder tells which of several needs a text meets, in one pass over it.
//
// It looks at the text through a window as long as the shortest of what it looks for (at most widest), and there at the last two bytes:
// a table tells how far the window may go on before anything could end with them. Most windows go on by almost their length, so most
// bytes are never looked at (Wu and Manber). It may be used by several goroutines at once.
type Finder struct {
	needs  [][]int32 // the clauses of each need
	texts  []wanted
	window int
	shift  []uint8   // by two bytes; nil where there is nothing to find
	bucket []uint16  // by two bytes that end a window: a place in ends
	ends   [][]int32 // texts whose windows end alike
	clause int       // how many there are
	folded []folded  // clauses that characters beyond ASCII can meet
}

// wanted is a text with the clauses that it meets.
type wanted struct {
	bytes   string // in small letters, if it folds
	fold    bool
	clauses []int32
}

// The shortest texts that are looked for, and the widest window. A clause with a shorter text counts as met.
const (
	shortest = 3
	widest   = 12
)

// NewFinder makes a finder of needs.
func NewFinder(needs []Need) *Finder {
	f := &Finder{window: widest}
	places := map[Text]int32{}
	for _, n := range needs {
		var list []int32
		for _, c := range n {
			if texts, ok := c.plain(); ok {
				list = append(list, f.add(texts, places))
			}
		}
		f.needs = append(f.needs, list)
	}
	if len(f.texts) > 0 {
		f.index()
	}
	return f
}

// plain is a clause as it is looked for: of a text that folds only its longest run of ASCII. It is not ok where a text is too short.
func (c Clause) plain() (texts []Text, ok bool) {
	for _, t := range c {
		if t.Fold {
			best := ""
			for run := range strings.FieldsFuncSeq(t.Bytes, func(r rune) bool { return r >= 0x80 }) {
				if len(run) > len(best) {
					best = run
				}
			}
			t.Bytes = strings.ToLower(best)
		}
		if len(t.Bytes) < shortest {
			return nil, false
		}
		texts = append(texts, t)
	}
	return texts, true
}

func (f *Finder) add(texts []Text, places map[Text]int32) int32 {
	id := int32(f.clause)
	f.clause++
	var strange letters
	for _, t := range texts {
		at, ok := places[t]
		if !ok {
			at = int32(len(f.texts))
			places[t] = at
			f.texts = append(f.texts, wanted{bytes: t.Bytes, fold: t.Fold})
		}
		f.texts[at].clauses = append(f.texts[at].clauses, id)
		f.window = min(f.window, len(t.Bytes))
		if t.Fold {
			strange |= lettersOf(t.Bytes)
		}
	}
	if strange != 0 {
		f.folded = append(f.folded, folded{id, strange})
	}
	return id
}

func (f *Finder) index() {
	f.shift, f.bucket = make([]uint8, 1<<16), make([]uint16, 1<<16)
	for i := range f.shift {
		f.shift[i] = uint8(f.window - 1)
	}
	f.ends = [][]int32{nil}
	for at := range f.texts {
		t := &f.texts[at]
		for j := 1; j < f.window; j++ {
			for _, a := range cases(t.bytes[j-1], t.fold) {
				for _, b := range cases(t.bytes[j], t.fold) {
					two := int(a) | int(b)<<8
					f.shift[two] = min(f.shift[two], uint8(f.window-1-j))
					if j < f.window-1 {
						continue
					}
					if f.bucket[two] == 0 {
						if len(f.ends) > math.MaxUint16 {
							continue // cannot be: there are no more pairs of two bytes than that
						}
						f.bucket[two] = uint16(len(f.ends))
						f.ends = append(f.ends, nil)
					}
					if list := &f.ends[f.bucket[two]]; len(*list) == 0 || (*list)[len(*list)-1] != int32(at) {
						*list = append(*list, int32(at))
					}
				}
			}
		}
	}
}

func cases(c byte, fold bool) []byte {
	if fold && c >= 'a' && c <= 'z' {
		return []byte{c, c - 'a' + 'A'}
	}
	return []byte{c}
}

// Found is room for what a text meets, for one goroutine.
type Found struct {
	clauses []bool
	Met     []bool // by need
}

// Find notes which needs a text may meet.
func (f *Finder) Find(text []byte, found *Found) {
	if found.clauses == nil {
		found.clauses, found.Met = make([]bool, f.clause), make([]bool, len(f.needs))
	}
	clear(found.clauses)
	if f.shift != nil && f.search(text, found) > 0 && len(f.folded) > 0 {
		if strange := otherCases(text); strange != 0 {
			for _, c := range f.folded {
				found.clauses[c.clause] = found.clauses[c.clause] || c.of&strange != 0
			}
		}
	}
	for i, list := range f.needs {
		met := true
		for _, c := range list {
			met = met && found.clauses[c]
		}
		found.Met[i] = met
	}
}

// search notes the clauses that are met, and gives how many are not.
func (f *Finder) search(text []byte, found *Found) (left int) {
	left = f.clause
	last := f.window - 1
	shift := (*[1 << 16]uint8)(f.shift)
	for i := last; i < len(text); {
		two := uint16(text[i-1]) | uint16(text[i])<<8
		if s := shift[two]; s > 0 {
			i += int(s)
			continue
		}
		for _, at := range f.ends[f.bucket[two]] {
			if t := &f.texts[at]; t.begins(text[i-last:]) {
				for _, c := range t.clauses {
					if !found.clauses[c] {
						found.clauses[c] = true
						if left--; left == 0 {
							return 0
						}
					}
				}
			}
		}
		i++
	}
	return left
}

// begins tells whether a text begins with this one.
func (t *wanted) begins(text []byte) bool {
	if len(text) < len(t.bytes) {
		return false
	}
	text = text[:len(t.bytes)]
	if !t.fold {
		return string(text) == t.bytes
	}
	for i := range text {
		c := text[i]
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		if c != t.bytes[i] {
			return false
		}
	}
	return true
}
