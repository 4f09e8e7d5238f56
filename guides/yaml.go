package guides

import (
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"casebook/engine/syntax"
)

// YAML is read as nodes and never into values, so that every mistake has its place, and so that what makes YAML dangerous
// is refused by name: anchors and aliases (which can grow without end), merge keys, tags, several documents, repeated keys.

// yamlFile is one YAML document inside a host file.
type yamlFile struct {
	*host
	root *yaml.Node
}

var (
	yamlPlace = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	// The library counts lines from 0 in what its parser, not its scanner, complains of.
	yamlEarly = regexp.MustCompile(`^did not find expected (key|node|'|<)`)
)

// yaml parses text, whose lines are the host's lines.
func (h *host) yaml(text, what string) (*yamlFile, bool) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var doc yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		message, at := err.Error(), 0
		if p := yamlPlace.FindStringSubmatch(message); p != nil {
			message = message[len(p[0]):]
			if n, err := strconv.Atoi(p[1]); err == nil {
				if yamlEarly.MatchString(message) {
					n++
				}
				at = h.at(n, 1)
			}
		}
		h.fault(h.lineFrom(at), "want %s in YAML: %s", what, message)
		return nil, false
	}
	y := &yamlFile{host: h}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		h.fault(h.lineFrom(h.at(2, 1)), "want %s of keys and values", what)
		return nil, false
	}
	y.root = doc.Content[0]
	if !y.plain(y.root, 0) {
		return nil, false
	}
	var more yaml.Node
	if err := decoder.Decode(&more); err == nil {
		h.fault(y.span(&more), "want one document a file, found another")
		return nil, false
	}
	return y, true
}

// plain refuses what a rule has no use for.
func (y *yamlFile) plain(n *yaml.Node, depth int) bool {
	switch {
	case depth > maxDepth:
		y.fault(y.span(n), "want values at most %d deep", maxDepth)
		return false
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		y.fault(y.span(n), "want no anchors or aliases in a rule")
		return false
	case n.Style&yaml.TaggedStyle != 0:
		y.fault(y.span(n), "want no tags in a rule, found %s", n.Tag)
		return false
	}
	keys := map[string]bool{}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			switch {
			case c.Kind != yaml.ScalarNode:
				y.fault(y.span(c), "want a word as a key")
				return false
			case c.Tag == "!!merge":
				y.fault(y.span(c), "want no merge keys in a rule")
				return false
			case keys[c.Value]:
				y.fault(y.span(c), "want each key once, found %s again", c.Value)
				return false
			}
			keys[c.Value] = true
		}
		if !y.plain(c, depth+1) {
			return false
		}
	}
	return true
}

// span is where a node stands.
func (y *yamlFile) span(n *yaml.Node) syntax.Span {
	s := y.at(n.Line, n.Column)
	end := s + len(n.Value)
	if n.Kind != yaml.ScalarNode || n.Style != 0 {
		end = y.lineFrom(s).End
	}
	return syntax.Span{Start: s, End: min(end, y.lineFrom(s).End)}
}

// lineFrom is the rest of a line.
func (h *host) lineFrom(at int) syntax.Span {
	if i := strings.IndexByte(h.file.Text[at:], '\n'); i >= 0 {
		return syntax.Span{Start: at, End: at + i}
	}
	return syntax.Span{Start: at, End: len(h.file.Text)}
}

// each calls read with every known key of a mapping, notes the unknown ones, and tells which were there.
func (y *yamlFile) each(n *yaml.Node, known []string, read func(name string, value *yaml.Node)) map[string]bool {
	seen := map[string]bool{}
	if n.Kind != yaml.MappingNode {
		y.fault(y.span(n), "want keys and values").WithHint("known are %s", strings.Join(known, ", "))
		return seen
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		if !contains(known, name) {
			nearest(y.fault(y.span(n.Content[i]), "want a known key, found %s", name), name, known)
			continue
		}
		if n.Content[i+1].Tag == "!!null" {
			continue
		}
		seen[name] = true
		read(name, n.Content[i+1])
	}
	return seen
}

// text is a scalar as it is written.
func (y *yamlFile) text(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		y.fault(y.span(n), "want a word or a text")
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// word is a text that must be one of a few.
func (y *yamlFile) word(n *yaml.Node, known ...string) string {
	text := y.text(n)
	if !contains(known, text) {
		e := y.fault(y.span(n), "want one of %s, found %q", strings.Join(known, ", "), text)
		if near := syntax.Nearest(text, known); near != "" {
			e.WithHint("did you mean %s?", near)
		}
		return ""
	}
	return text
}

// items are the values of a list; a single value is a list of one.
func (y *yamlFile) items(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

func (y *yamlFile) texts(n *yaml.Node) []string {
	var list []string
	for _, item := range y.items(n) {
		list = append(list, y.text(item))
	}
	return list
}

// words is a mapping of texts to texts.
func (y *yamlFile) words(n *yaml.Node) map[string]string {
	if n.Kind != yaml.MappingNode {
		y.fault(y.span(n), "want names and values")
		return nil
	}
	m := map[string]string{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		m[n.Content[i].Value] = y.text(n.Content[i+1])
	}
	return m
}

func (y *yamlFile) count(n *yaml.Node, least, most int) int {
	i, err := strconv.Atoi(y.text(n))
	if err != nil || i < least || i > most {
		y.fault(y.span(n), "want a whole number from %d to %d, found %q", least, most, n.Value)
		return 0
	}
	return i
}

// queryAt is a query and where it stands: a block's lines are all indented alike; in a folded or quoted text only the line is exact.
func (y *yamlFile) queryAt(n *yaml.Node) (query string, line, column, indent int) {
	y.text(n)
	query = strings.TrimRight(n.Value, " \t\n")
	line, column = n.Line, n.Column
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		line, column = n.Line+1, 1
		for i := n.Line; i < len(y.lines); i++ {
			if !y.lines[i].blank() {
				indent = y.lines[i].indent()
				column = indent + 1
				break
			}
		}
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		column++
	}
	if query == "" {
		y.fault(syntax.Span{Start: y.at(n.Line, n.Column), End: y.at(n.Line, n.Column)}, "want a query, found nothing")
	}
	return query, line, column, indent
}
