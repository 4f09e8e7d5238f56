package guides

import (
	"encoding/json"
	"fmt"
	"strings"

	"casebook/engine/syntax"
)

// The mistakes of an exported rule were found in what it was written as to be read; they are told at the value in its own line.

// placed are the mistakes of a rule at their places in its line.
func (e *export) placed(r exportedRule, h *host) syntax.List {
	file := &syntax.File{Name: e.path, Text: r.text, Line: r.line, Column: 1}
	var list syntax.List
	for _, found := range h.errs {
		one := *found
		one.Message = strings.ReplaceAll(one.Message, "a TOML ", "a ")
		one.File, one.Span = file, valueOf(r.text, keyAt(h.file.Text, found.Span.Start))
		list.Add(&one)
	}
	return list
}

// wrongState is the state of a rule with mistakes: the first with its line, its column and what to do, and how many more there are.
func wrongState(mistakes syntax.List) string {
	first := mistakes[0]
	text := "unsupported: line " + first.Brief()
	if first.Hint != "" {
		text += " (" + first.Hint + ")"
	}
	if more := len(mistakes) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

// keyAt is the key of a rule that a place in its TOML belongs to: the one of its line, or that of the table it stands in.
func keyAt(text string, at int) string {
	lines := strings.Split(text[:min(at, len(text))], "\n")
	last := len(lines) - 1
	rest, _, _ := strings.Cut(text[min(at, len(text)):], "\n")
	key, _, ok := strings.Cut(lines[last]+rest, "=")
	for i := last; i >= 0; i-- {
		header := strings.Trim(strings.TrimSpace(lines[i]), "[]")
		if table, in := strings.CutPrefix(header, "rule."); in && strings.HasPrefix(strings.TrimSpace(lines[i]), "[") {
			key, _, _ = strings.Cut(table, ".")
			break
		}
		if header == "rule" {
			break
		}
		if !ok { // within a text of several lines
			key, _, ok = strings.Cut(lines[i], "=")
		}
	}
	return strings.Trim(strings.TrimSpace(key), `"'`)
}

// valueOf is where the value of a key of a JSON object stands, of a text what is between its quotes; the whole of it where there is none.
func valueOf(text, key string) syntax.Span {
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return syntax.Span{End: len(text)}
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			break
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			break
		}
		if name != key {
			continue
		}
		end := int(d.InputOffset())
		s := syntax.Span{Start: end - len(value), End: end}
		if value[0] == '"' {
			s.Start, s.End = s.Start+1, s.End-1
		}
		return s
	}
	return syntax.Span{End: len(text)}
}
