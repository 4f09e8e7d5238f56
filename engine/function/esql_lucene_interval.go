package function

import (
	"fmt"
	"strconv"
	"strings"
)

// Intervals of numbers in RLIKE: <1-12>.

// interval reads <n-m> behind its <: decimal numbers from one to another. Where both are written in as many figures, so is
// every number between them; else zeros may stand before it.
func (t *lucene) interval() (*luceneNode, error) {
	start := t.at
	for t.at < len(t.in) && t.in[t.at] != '>' {
		t.at++
	}
	low, high, ok := strings.Cut(string(t.in[start:t.at]), "-")
	from, err1 := strconv.ParseUint(low, 10, 31)
	to, err2 := strconv.ParseUint(high, 10, 31)
	if !t.accept('>') || !ok || err1 != nil || err2 != nil {
		return nil, fmt.Errorf("bad regular expression: expected two numbers as in <1-12> at character %d", start)
	}
	if from > to {
		from, to, low, high = to, from, high, low
	}
	if len(low) == len(high) {
		return &luceneNode{op: '|', parts: figures(low, high)}, nil
	}
	zeros := &luceneNode{op: '*', most: -1, parts: []*luceneNode{one('0')}}
	either := &luceneNode{op: '|'}
	low, high = strconv.FormatUint(from, 10), strconv.FormatUint(to, 10)
	for n := len(low); n <= len(high); n++ {
		a, b := "1"+strings.Repeat("0", n-1), strings.Repeat("9", n)
		if n == len(low) {
			a = low
		}
		if n == len(high) {
			b = high
		}
		either.parts = append(either.parts, figures(a, b)...)
	}
	return &luceneNode{op: '.', parts: []*luceneNode{zeros, either}}, nil
}

// figures are expressions for the numbers from one to another, written in equally many figures.
func figures(low, high string) []*luceneNode {
	if low == high {
		return []*luceneNode{plainTextNode([]rune(low))}
	}
	a, b := rune(low[0]), rune(high[0])
	if len(low) == 1 {
		return []*luceneNode{{op: 'c', class: []runeRange{{a, b}}}}
	}
	zeros, nines := strings.Repeat("0", len(low)-1), strings.Repeat("9", len(low)-1)
	var all []*luceneNode
	add := func(first *luceneNode, rest []*luceneNode) {
		all = append(all, &luceneNode{op: '.', parts: []*luceneNode{first, {op: '|', parts: rest}}})
	}
	if a == b {
		add(one(a), figures(low[1:], high[1:]))
		return all
	}
	if low[1:] != zeros {
		add(one(a), figures(low[1:], nines))
		a++
	}
	if high[1:] != nines {
		add(one(b), figures(zeros, high[1:]))
		b--
	}
	if a <= b {
		n := len(low) - 1
		add(&luceneNode{op: 'c', class: []runeRange{{a, b}}}, []*luceneNode{{op: '*', least: n, most: n, parts: []*luceneNode{{op: 'c', class: digitClass}}}})
	}
	return all
}
