package function

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// An expression with & or ~ is run by derivatives: what an expression says of the rest of a text once it has read one
// character is an expression again. Those that come up are the states of a machine that is built as texts need it, up to a
// limit. Brzozowski showed that there are finitely many once equal ones are told apart from different ones as below.

// derivatives is such a machine.
type derivatives struct {
	limit int
	mu    sync.Mutex
	terms map[string]*term
	start *term
}

// term is a normalised expression; equal ones are one term.
type term struct {
	op    byte // c characters, e empty text, . sequence of two, | either, & both, ~ none, * any number of times
	class []runeRange
	parts []*term
	id    int
	empty bool // it matches the empty text
	next  map[rune]*term
}

// mostRemembered is how many characters a term remembers the way from; texts of odd scripts must not fill the memory.
const mostRemembered = 4096

func newDerivatives(tree *luceneNode, limit int) (matcher, error) {
	d := &derivatives{limit: limit, terms: map[string]*term{}}
	var err error
	if d.start, err = d.build(tree); err != nil {
		return nil, err
	}
	return d.match, nil
}

// match runs the machine. It fails where a text would need more states than there may be.
func (d *derivatives) match(s string) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := d.start
	for _, c := range s {
		next, ok := at.next[c]
		if !ok {
			var err error
			if next, err = d.after(at, c); err != nil {
				return false, err
			}
			if at.next == nil {
				at.next = map[rune]*term{}
			}
			if len(at.next) < mostRemembered {
				at.next[c] = next
			}
		}
		if at = next; at.none() {
			return false, nil
		}
	}
	return at.empty, nil
}

// build makes terms of a tree.
func (d *derivatives) build(n *luceneNode) (*term, error) {
	parts := make([]*term, len(n.parts))
	for i, p := range n.parts {
		var err error
		if parts[i], err = d.build(p); err != nil {
			return nil, err
		}
	}
	switch n.op {
	case 'c':
		return d.term('c', n.class)
	case 'e':
		return d.term('e', nil)
	case '.':
		return d.sequence(parts...)
	case '*':
		return d.repeated(parts[0], n.least, n.most)
	}
	return d.term(n.op, nil, parts...)
}

func (d *derivatives) sequence(parts ...*term) (*term, error) {
	all := parts[len(parts)-1]
	for i := len(parts) - 2; i >= 0; i-- {
		var err error
		if all, err = d.term('.', nil, parts[i], all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// repeated is a term so many times: written out, as far as it is counted.
func (d *derivatives) repeated(x *term, least, most int) (*term, error) {
	all, err := d.term('e', nil)
	if most < 0 && err == nil {
		all, err = d.term('*', nil, x)
	}
	for range most - least {
		if err == nil {
			if all, err = d.term('.', nil, x, all); err == nil {
				var none *term
				if none, err = d.term('e', nil); err == nil {
					all, err = d.term('|', nil, none, all)
				}
			}
		}
	}
	for range least {
		if err == nil {
			all, err = d.term('.', nil, x, all)
		}
	}
	return all, err
}

func (t *term) none() bool { return t.op == 'c' && len(t.class) == 0 }

// term is the term of an operator and its parts, normalised: parts of | and & are flat, sorted and once each, and what
// changes nothing is left out.
func (d *derivatives) term(op byte, class []runeRange, parts ...*term) (*term, error) {
	switch op {
	case '.':
		a, b := parts[0], parts[1]
		switch {
		case a.none() || b.op == 'e':
			return a, nil
		case b.none() || a.op == 'e':
			return b, nil
		case a.op == '.': // to the right
			rest, err := d.term('.', nil, a.parts[1], b)
			if err != nil {
				return nil, err
			}
			return d.term('.', nil, a.parts[0], rest)
		}
	case '*':
		if parts[0].op == '*' || parts[0].op == 'e' {
			return parts[0], nil
		}
	case '~':
		if parts[0].op == '~' {
			return parts[0].parts[0], nil
		}
	case '|', '&':
		var flat []*term
		for _, p := range parts {
			if p.op == op {
				flat = append(flat, p.parts...)
			} else {
				flat = append(flat, p)
			}
		}
		everything := func(t *term) bool { return t.op == '~' && t.parts[0].none() }
		neutral, final := (*term).none, everything
		if op == '&' {
			neutral, final = everything, (*term).none
		}
		if i := slices.IndexFunc(flat, final); i >= 0 {
			return flat[i], nil
		}
		kept := slices.DeleteFunc(slices.Clone(flat), neutral)
		if len(kept) == 0 {
			return flat[0], nil
		}
		slices.SortFunc(kept, func(a, b *term) int { return a.id - b.id })
		if kept = slices.Compact(kept); len(kept) == 1 {
			return kept[0], nil
		}
		parts = kept
	}
	var key strings.Builder
	key.WriteByte(op)
	for _, r := range class {
		fmt.Fprintf(&key, "%x-%x,", r.low, r.high)
	}
	for _, p := range parts {
		fmt.Fprintf(&key, "%d,", p.id)
	}
	if t, ok := d.terms[key.String()]; ok {
		return t, nil
	}
	if len(d.terms) >= d.limit {
		return nil, &LimitError{What: "states of a regular expression", Limit: d.limit}
	}
	t := &term{op: op, class: class, parts: parts, id: len(d.terms)}
	t.empty = t.matchesEmpty()
	d.terms[key.String()] = t
	return t, nil
}

func (t *term) matchesEmpty() bool {
	empty := func(p *term) bool { return p.empty }
	switch t.op {
	case 'e', '*':
		return true
	case '.':
		return t.parts[0].empty && t.parts[1].empty
	case '|':
		return slices.ContainsFunc(t.parts, empty)
	case '&':
		return !slices.ContainsFunc(t.parts, func(p *term) bool { return !p.empty })
	case '~':
		return !t.parts[0].empty
	}
	return false
}

// after is what a term says of the rest of a text that begins with a character.
func (d *derivatives) after(t *term, c rune) (*term, error) {
	switch t.op {
	case 'c':
		if slices.ContainsFunc(t.class, func(r runeRange) bool { return r.low <= c && c <= r.high }) {
			return d.term('e', nil)
		}
		return d.term('c', nil)
	case 'e':
		return d.term('c', nil)
	case '.':
		first, err := d.after(t.parts[0], c)
		if err != nil {
			return nil, err
		}
		whole, err := d.term('.', nil, first, t.parts[1])
		if err != nil || !t.parts[0].empty {
			return whole, err
		}
		second, err := d.after(t.parts[1], c)
		if err != nil {
			return nil, err
		}
		return d.term('|', nil, whole, second)
	case '*':
		first, err := d.after(t.parts[0], c)
		if err != nil {
			return nil, err
		}
		return d.term('.', nil, first, t)
	}
	parts := make([]*term, len(t.parts))
	for i, p := range t.parts {
		var err error
		if parts[i], err = d.after(p, c); err != nil {
			return nil, err
		}
	}
	return d.term(t.op, nil, parts...)
}

// settled is ranges in order, with none touching another.
func settled(class []runeRange) []runeRange {
	sorted := slices.Clone(class)
	slices.SortFunc(sorted, func(a, b runeRange) int { return int(a.low - b.low) })
	var out []runeRange
	for _, r := range sorted {
		if n := len(out); n > 0 && r.low <= out[n-1].high+1 {
			out[n-1].high = max(out[n-1].high, r.high)
			continue
		}
		out = append(out, r)
	}
	return out
}

// otherRunes are the characters in none of some settled ranges.
func otherRunes(class []runeRange) []runeRange {
	var out []runeRange
	from := rune(0)
	for _, r := range class {
		if r.low > from {
			out = append(out, runeRange{from, r.low - 1})
		}
		from = r.high + 1
	}
	if from <= unicode.MaxRune {
		out = append(out, runeRange{from, unicode.MaxRune})
	}
	return out
}
