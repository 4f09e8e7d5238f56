package guides

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"casebook/engine/syntax"
)

// JSON is read into the nodes that YAML is read into, so that a rule is the same rule in either, and every mistake has its place.

// maxNested is how deep the values of a JSON file may lie in one another: templates hold templates.
const maxNested = 100

// jsonReader turns a text's tokens into nodes.
type jsonReader struct {
	h       *host
	decoder *json.Decoder
	text    string
	skipped int // bytes before the text
	at      int // how far into the text lines were counted
	line    int
	column  int // characters of that line up to counted
	counted int
	spans   map[*yaml.Node]syntax.Span // of objects and lists
}

// json reads a whole text, whose places are the host's, and tells where its objects and lists stand.
func (h *host) json() (root *yaml.Node, spans map[*yaml.Node]syntax.Span, ok bool) {
	text := strings.TrimPrefix(h.file.Text, "\ufeff")
	r := &jsonReader{h: h, decoder: json.NewDecoder(strings.NewReader(text)), text: text, skipped: len(h.file.Text) - len(text), line: 1, spans: map[*yaml.Node]syntax.Span{}}
	r.decoder.UseNumber()
	root, err := r.value(0)
	if err == nil {
		if _, err = r.decoder.Token(); errors.Is(err, io.EOF) {
			return root, r.spans, true
		} else if err == nil {
			err = errors.New("more follows the first value")
		}
	}
	at := r.at + r.skipped
	h.fault(syntax.Span{Start: at, End: min(at+1, len(h.file.Text))}, "want a template in JSON: %v", err)
	return nil, nil, false
}

// value reads the next value.
func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	n := r.place()
	start := r.at + r.skipped
	token, err := r.decoder.Token()
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, err
	case depth > maxNested:
		return nil, errors.New("its values lie too deep in one another")
	}
	switch token := token.(type) {
	case json.Delim:
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		if token == '{' {
			n.Kind, n.Tag = yaml.MappingNode, "!!map"
		}
		for r.decoder.More() { // of an object's keys and values in turn
			c, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, c)
		}
		if _, err := r.decoder.Token(); errors.Is(err, io.EOF) {
			return nil, io.ErrUnexpectedEOF
		} else if err != nil {
			return nil, err
		}
		r.spans[n] = syntax.Span{Start: start, End: int(r.decoder.InputOffset()) + r.skipped}
	case string:
		n.Tag, n.Value, n.Style = "!!str", token, yaml.DoubleQuotedStyle
	case json.Number:
		n.Tag, n.Value = "!!float", token.String()
	case bool:
		n.Tag, n.Value = "!!bool", map[bool]string{true: "true", false: "false"}[token]
	case nil:
		n.Tag, n.Value = "!!null", "null"
	}
	return n, nil
}

// place is a node at the next token.
func (r *jsonReader) place() *yaml.Node {
	at := int(r.decoder.InputOffset())
	for at < len(r.text) && strings.IndexByte(" \t\r\n,:", r.text[at]) >= 0 {
		at++
	}
	for ; r.at < at; r.at++ {
		if r.text[r.at] == '\n' {
			r.line, r.column, r.counted = r.line+1, 0, r.at+1
		}
	}
	// Columns are counted on, since a whole template may stand in one line.
	r.column += utf8.RuneCountInString(r.text[r.counted:at])
	r.counted = at
	return &yaml.Node{Kind: yaml.ScalarNode, Line: r.line, Column: r.column + 1}
}
