package tui

import "strings"

// changedLine is a line of two versions of a text: '+' of the second only, '-' of the first only, ' ' of both, '.' in place of count lines
// that are in both and far from any change.
type changedLine struct {
	sign  byte
	text  string
	count int
}

// mostComparedLines bounds the lines of each text that are held against each other; of longer ones all that differs is called changed.
const mostComparedLines = 1000

func linesOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// changedLines are the lines of two texts: those that both have, in an order that both have them in, and the others. What both begin and
// end with is set aside; of the rest the longest common sequence of lines is found.
func changedLines(before, after string) []changedLine {
	x, y := linesOf(before), linesOf(after)
	head, tail := 0, 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	var lines []changedLine
	put := func(sign byte, of []string) {
		for _, text := range of {
			lines = append(lines, changedLine{sign: sign, text: text})
		}
	}
	put(' ', x[:head])
	p, q := x[head:len(x)-tail], y[head:len(y)-tail]
	if len(p) > mostComparedLines || len(q) > mostComparedLines {
		put('-', p)
		put('+', q)
	} else {
		lines = append(lines, commonLines(p, q)...)
	}
	put(' ', x[len(x)-tail:])
	return lines
}

// commonLines holds two lists of lines against each other: common[i][j] is how many lines the rests p[i:] and q[j:] have in common.
func commonLines(p, q []string) []changedLine {
	common := make([][]int, len(p)+1)
	for i := range common {
		common[i] = make([]int, len(q)+1)
	}
	for i := len(p) - 1; i >= 0; i-- {
		for j := len(q) - 1; j >= 0; j-- {
			if p[i] == q[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var lines []changedLine
	for i, j := 0, 0; i < len(p) || j < len(q); {
		switch {
		case i < len(p) && j < len(q) && p[i] == q[j]:
			lines = append(lines, changedLine{sign: ' ', text: p[i]})
			i, j = i+1, j+1
		case j == len(q) || i < len(p) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, changedLine{sign: '-', text: p[i]})
			i++
		default:
			lines = append(lines, changedLine{sign: '+', text: q[j]})
			j++
		}
	}
	return lines
}

// nearChanges leaves away lines that are far from any change, and says how many.
func nearChanges(all []changedLine) []changedLine {
	near := make([]bool, len(all))
	for i, l := range all {
		if l.sign == ' ' {
			continue
		}
		for k := max(0, i-aroundChange); k <= min(len(all)-1, i+aroundChange); k++ {
			near[k] = true
		}
	}
	var lines []changedLine
	for i, l := range all {
		switch last := len(lines) - 1; {
		case near[i]:
			lines = append(lines, l)
		case last >= 0 && lines[last].sign == '.':
			lines[last].count++
		default:
			lines = append(lines, changedLine{sign: '.', count: 1})
		}
	}
	return lines
}
