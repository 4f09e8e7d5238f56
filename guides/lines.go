package guides

import (
	"strings"
	"unicode/utf8"

	"casebook/engine/syntax"
)

// Caps on what a file of rules may hold. A published rule is a few dozen KiB; past these a file is an accident or an attack.
const (
	maxFile   = 1 << 20  // bytes
	maxExport = 16 << 20 // bytes of a file of many rules, each of at most maxFile
	maxTitle  = 500      // bytes
	maxID     = 200      // bytes: it stands in every line that is printed of a rule
	maxSteps  = 1000     // of one guide
	maxLevel  = 4        // steps under steps
	maxDepth  = 32       // YAML and TOML nodes in nodes
	maxFault  = 20       // mistakes told of one file
)

// largest is how many bytes a file may have.
func largest(path string) int {
	if e := ending(path); e == ".json" || e == ".ndjson" {
		return maxExport
	}
	return maxFile
}

// host is a file being read, with the mistakes found in it so far.
type host struct {
	file  *syntax.File
	lines []line
	errs  syntax.List
}

// open checks what any file must be: of bearable size, and text.
func open(path string, data []byte) (*host, error) {
	if most := largest(path); len(data) > most {
		return nil, syntax.Errorf(syntax.NewFile(path, ""), syntax.Span{}, "want a file of at most %d MiB, found more", most>>20)
	}
	h := &host{file: syntax.NewFile(path, string(data))}
	h.lines = split(h.file.Text)
	if !utf8.Valid(data) {
		at := 0
		for r, n := utf8.DecodeRune(data); r != utf8.RuneError || n > 1; r, n = utf8.DecodeRune(data[at:]) {
			at += n
		}
		return nil, syntax.Errorf(h.file, syntax.Span{Start: at, End: at + 1}, "want UTF-8 text, found byte 0x%02x", data[at])
	}
	return h, nil
}

// fault notes a mistake and gives it back for a hint.
func (h *host) fault(s syntax.Span, format string, args ...any) *syntax.Error {
	e := syntax.Errorf(h.file, s, format, args...)
	if len(h.errs) < maxFault {
		h.errs.Add(e)
	}
	return e
}

// nearest adds the closest known name to a mistake, or else all of them.
func nearest(e *syntax.Error, name string, known []string) {
	if n := syntax.Nearest(name, known); n != "" {
		e.WithHint("did you mean %s?", n)
		return
	}
	e.WithHint("known are %s", strings.Join(known, ", "))
}

// at is the offset of a line and column, both from 1, columns in runes.
func (h *host) at(line, column int) int {
	if line < 1 || line > len(h.lines) {
		return len(h.file.Text)
	}
	l := h.lines[line-1]
	offset := 0
	for ; column > 1 && offset < len(l.text); column-- {
		_, n := utf8.DecodeRuneInString(l.text[offset:])
		offset += n
	}
	return l.start + offset
}

// line is one line of a file, without its end, and where it starts.
type line struct {
	text  string
	start int
}

func (l line) span() syntax.Span { return syntax.Span{Start: l.start, End: l.start + len(l.text)} }
func (l line) blank() bool       { return strings.TrimSpace(l.text) == "" }

// indent is how many spaces the line begins with.
func (l line) indent() int { return len(l.text) - len(strings.TrimLeft(l.text, " ")) }

func split(text string) []line {
	var lines []line
	for start := 0; start < len(text); {
		end := strings.IndexByte(text[start:], '\n')
		next := start + end + 1
		if end < 0 {
			end, next = len(text)-start, len(text)
		}
		lines = append(lines, line{strings.TrimSuffix(text[start:start+end], "\r"), start})
		start = next
	}
	return lines
}
