package event

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// What is of no known form goes to quarantine with the three forms that it is most like. Likeness is that of words: a record's are its keys,
// any other text's are the words in it, and a form's are the keys that its records have. Two words are as like as the share of
// pairs of letters that they have in common, whatever their case and however they are joined ("request_id", "requestId"). A form is as like as the mean,
// harmonic, of how much of its keys is found in the record and how much of the record's words in the form. A key that few forms have tells more than
// one that many have. Where two forms are equally like, as those are that have nothing in common with the record, the one that is nearer in its
// number of keys is nearer. What has no key of any of the three is said to be like none.

// mostWords bounds the work on a record that nobody knows: what comes first tells enough.
const mostWords = 24

// sameWord is how like two words are of which one is a spelling of the other.
const sameWord = 0.8

// keys are the words of an object.
func (r *row) keys() []string {
	words := make([]string, 0, min(len(r.members), mostWords))
	for _, m := range r.members[:cap(words)] {
		words = append(words, string(m.key))
	}
	return words
}

// wordsOf are the words of a text that is no object.
func wordsOf(text []byte) []string {
	const start = 4 << 10
	words := strings.FieldsFunc(string(text[:min(len(text), start)]), func(c rune) bool {
		return c != '_' && c != '@' && c < 0x80 && !isLetter(byte(c))
	})
	return words[:min(len(words), mostWords)]
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// letters are the pairs of letters of a word, each once.
type letters struct {
	set   [26*26/64 + 1]uint64
	count int
}

func lettersOf(word string) (l letters) {
	last := -1
	for i := range len(word) {
		if !isLetter(word[i]) {
			continue
		}
		c := int(word[i]|0x20) - 'a'
		if last >= 0 {
			pair := 26*last + c
			if bit := uint64(1) << (pair % 64); l.set[pair/64]&bit == 0 {
				l.set[pair/64] |= bit
				l.count++
			}
		}
		last = c
	}
	return l
}

// like is how like two words are, from 0 to 1.
func (l *letters) like(o *letters) float64 {
	if l.count == 0 || o.count == 0 {
		return 0
	}
	both := 0
	for i := range l.set {
		both += bits.OnesCount64(l.set[i] & o.set[i])
	}
	return 2 * float64(both) / float64(l.count+o.count)
}

// formWord is a key of a form.
type formWord struct {
	letters
	weight float64
}

// formWords are the keys of all kinds, with what they tell.
var formWords = sync.OnceValue(func() [][]formWord {
	have := map[string]int{}
	for _, k := range kinds {
		for _, key := range k.keys {
			have[strings.ToLower(key)]++
		}
	}
	all := make([][]formWord, len(kinds))
	for i, k := range kinds {
		for _, key := range k.keys {
			all[i] = append(all[i], formWord{lettersOf(key), math.Log(1 + float64(len(kinds))/float64(have[strings.ToLower(key)]))})
		}
	}
	return all
})

// nearForm is how near a form is.
type nearForm struct {
	form  int
	like  float64
	found int // of its keys
	apart int // numbers of keys
}

// nearest names the three forms that words are most like.
func nearest(words []string) string {
	of := make([]letters, len(words))
	for i, word := range words {
		of[i] = lettersOf(word)
	}
	near := make([]nearForm, len(kinds))
	for i, keys := range formWords() {
		near[i] = nearTo(of, keys)
		near[i].form = i
	}
	slices.SortStableFunc(near, func(a, b nearForm) int { return cmp.Or(cmp.Compare(b.like, a.like), cmp.Compare(a.apart, b.apart)) })
	var names [3]string
	for i, n := range near[:len(names)] {
		k := &kinds[n.form]
		names[i] = fmt.Sprintf("%s (%d of %d keys)", k.name, n.found, len(k.keys))
	}
	text := "the nearest are " + strings.Join(names[:], ", ")
	if near[0].found+near[1].found+near[2].found == 0 {
		text = "like none of the known forms; " + text
	}
	return text
}

func nearTo(words []letters, keys []formWord) nearForm {
	n := nearForm{apart: max(len(words), len(keys)) - min(len(words), len(keys))}
	best := make([]float64, len(words)) // what each word is of the form
	got, all := 0.0, 0.0
	for i := range keys {
		key, like := &keys[i], 0.0
		for j := range words {
			one := words[j].like(&key.letters)
			like, best[j] = max(like, one), max(best[j], one)
		}
		// The square has a likeness of chance count for little.
		got, all = got+key.weight*like*like, all+key.weight
		if like >= sameWord {
			n.found++
		}
	}
	known := 0.0
	for _, one := range best {
		known += one * one
	}
	if got > 0 && known > 0 {
		of, in := got/all, known/float64(len(words))
		n.like = 2 * of * in / (of + in)
	}
	return n
}
