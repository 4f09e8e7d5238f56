package widget

import (
	"unicode"

	"casebook/tui/safe"
)

// Input is a line, or several, that a person types.
type Input struct {
	runes []rune
	at    int
	// Lines lets a line end be typed.
	Lines bool
}

// NewInput is an input that holds a text, the cursor at its end.
func NewInput(text string, lines bool) Input {
	r := []rune(text)
	return Input{runes: r, at: len(r), Lines: lines}
}

// String is what was typed.
func (in *Input) String() string { return string(in.runes) }

// At is the cursor's place, in bytes of the text.
func (in *Input) At() int { return len(string(in.runes[:in.at])) }

// Insert types a text at the cursor. Line ends become spaces where there is one line only.
func (in *Input) Insert(text string) {
	var add []rune
	for _, r := range text {
		if (r == '\n' || r == '\r') && !in.Lines {
			r = ' '
		}
		if r == '\r' {
			r = '\n'
		}
		add = append(add, r)
	}
	in.runes = append(in.runes[:in.at:in.at], append(add, in.runes[in.at:]...)...)
	in.at += len(add)
}

// Replace puts a text in place of the n bytes before the cursor: completion.
func (in *Input) Replace(n int, text string) {
	before := string(in.runes[:in.at])
	before = before[:max(0, len(before)-n)]
	tail := append([]rune{}, in.runes[in.at:]...)
	in.runes = append([]rune(before+text), tail...)
	in.at = len(in.runes) - len(tail)
}

// Edit does what an editing key says and tells whether it was one.
func (in *Input) Edit(key string) bool {
	switch key {
	case "left":
		in.at = max(0, in.at-1)
	case "right":
		in.at = min(len(in.runes), in.at+1)
	case "home":
		in.at = in.lineStart(in.at)
	case "end", "ctrl+e":
		in.at = in.lineEnd(in.at)
	case "backspace", "ctrl+h":
		in.cut(in.at-1, in.at)
	case "delete", "ctrl+d":
		in.cut(in.at, in.at+1)
	case "ctrl+w":
		in.cut(in.wordStart(), in.at)
	case "ctrl+u":
		in.cut(in.lineStart(in.at), in.at)
	case "ctrl+k":
		in.cut(in.at, in.lineEnd(in.at))
	case "up":
		return in.vertical(-1)
	case "down":
		return in.vertical(1)
	default:
		return false
	}
	return true
}

func (in *Input) cut(from, to int) {
	from, to = max(0, from), min(len(in.runes), to)
	in.runes = append(in.runes[:from:from], in.runes[to:]...)
	in.at = from
}

func (in *Input) lineStart(i int) int {
	for i > 0 && in.runes[i-1] != '\n' {
		i--
	}
	return i
}

func (in *Input) lineEnd(i int) int {
	for i < len(in.runes) && in.runes[i] != '\n' {
		i++
	}
	return i
}

func (in *Input) wordStart() int {
	i := in.at
	for i > 0 && unicode.IsSpace(in.runes[i-1]) {
		i--
	}
	for i > 0 && !unicode.IsSpace(in.runes[i-1]) {
		i--
	}
	return i
}

func (in *Input) vertical(n int) bool {
	if !in.Lines {
		return false
	}
	start := in.lineStart(in.at)
	column := in.at - start
	if n < 0 {
		if start == 0 {
			return false
		}
		above := in.lineStart(start - 1)
		in.at = min(above+column, start-1)
		return true
	}
	end := in.lineEnd(in.at)
	if end == len(in.runes) {
		return false
	}
	in.at = min(end+1+column, in.lineEnd(end+1))
	return true
}

// View is the line being typed after its prompt, scrolled so that the cursor, drawn as "_" or over its character, is seen.
func (in *Input) View(prompt safe.Text, width int) Line {
	l := Say(Strong, prompt)
	l.Append(inputLine(in.runes, in.at, width-prompt.Width()))
	return l
}

// Editor is the lines being typed, numbered as queries are; the cursor is drawn while they are typed.
func (in *Input) Editor(width, height int, typing bool) []Line {
	var lines []Line
	row, start := 0, 0
	for i := 0; i <= len(in.runes); i++ {
		if i < len(in.runes) && in.runes[i] != '\n' {
			continue
		}
		var l Line
		cursor := -1
		sign := safe.Own(" ")
		if in.at >= start && in.at <= i {
			row = len(lines)
			if typing {
				cursor, sign = in.at-start, safe.Own(">")
			}
		}
		l.Put(Strong, sign).PutIn(Faint, safe.Sprintf("%d ", len(lines)+1), 4, true)
		l.Append(inputLine(in.runes[start:i], cursor, width-5))
		lines = append(lines, l)
		start = i + 1
	}
	top := max(0, row-height+1)
	return Fill(lines[top:], height)
}

// inputLine is runes with the cursor at a place, or without one for -1, in a width.
func inputLine(runes []rune, at, width int) Line {
	var l Line
	if at < 0 {
		return Say(Plain, safe.Escape(string(runes)).Clip(width))
	}
	from := 0
	for from < at && safe.Escape(string(runes[from:at])).Width() > width-2 {
		from += max(1, width/2)
		from = min(from, at)
	}
	l.Put(Plain, safe.Escape(string(runes[from:at])))
	if at == len(runes) {
		l.Put(Current, safe.Own("_"))
		return l
	}
	l.Put(Current, safe.Escape(string(runes[at])))
	rest := safe.Escape(string(runes[at+1:]))
	head, _ := rest.Split(max(0, width-l.width))
	l.Put(Plain, head)
	return l
}
