package guides

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"casebook/engine/syntax"
)

// Sentinel exports rules, and its solutions are packed, as templates of Azure's resource manager: JSON in which a rule is a
// resource, its fields those of the published YAML under "properties". A template may hold other templates, and parsers,
// workbooks and connectors beside the rules, which are left alone. Of the template's own language only variables are looked up.

// templateFile reads the rules out of a template.
type templateFile struct {
	*host
	path      string
	variables map[string]*yaml.Node
	spans     map[*yaml.Node]syntax.Span
	list      []*Detection
}

func readTemplate(path string, data []byte) ([]*Detection, error) {
	if small := strings.ToLower(string(data)); !strings.Contains(small, "alertrule") && !strings.Contains(small, "savedsearches") {
		return nil, fmt.Errorf("%s: want a template that holds rules: %w", path, ErrNotRule)
	}
	h, err := open(path, data)
	if err != nil {
		return nil, err
	}
	root, spans, ok := h.json()
	if !ok {
		return nil, h.errs.Err()
	}
	t := &templateFile{host: h, path: path, variables: map[string]*yaml.Node{}, spans: spans}
	if n := keysOf(root)["variables"]; n != nil {
		t.variables = keysOf(n)
	}
	t.walk(root, "")
	if len(t.errs) >= maxFault { // not worth its rules
		return nil, t.errs.Err()
	}
	if len(t.list) == 0 && len(t.errs) == 0 {
		return nil, fmt.Errorf("%s: want a template that holds rules: %w", path, ErrNotRule)
	}
	return t.list, t.errs.Err()
}

// walk looks for rules in a value; content is the id of the content that the value is packed as.
func (t *templateFile) walk(n *yaml.Node, content string) {
	if len(t.errs) >= maxFault {
		return
	}
	if n.Kind != yaml.MappingNode {
		for _, c := range n.Content {
			t.walk(c, content)
		}
		return
	}
	keys := keysOf(n)
	if id := keys["contentId"]; id != nil {
		content = t.value(id)
	}
	if keys["type"] != nil && keys["properties"] != nil && t.resource(n, keys, content) {
		return
	}
	for i := 1; i < len(n.Content); i += 2 {
		t.walk(n.Content[i], content)
	}
}

// resource takes a resource in, if it is a rule or a hunting query.
func (t *templateFile) resource(n *yaml.Node, keys map[string]*yaml.Node, content string) bool {
	properties := keysOf(keys["properties"])
	kind := strings.ToLower(keys["type"].Value)
	switch kind = kind[strings.LastIndexByte(kind, '/')+1:]; {
	case kind == "alertrules" || kind == "alertruletemplates":
	case kind == "savedsearches" && properties["category"] != nil && strings.EqualFold(properties["category"].Value, "Hunting Queries"):
	default:
		return false
	}
	rule := &yaml.Node{Kind: yaml.MappingNode, Line: keys["properties"].Line, Column: keys["properties"].Column}
	add := func(name string, value *yaml.Node) {
		rule.Content = append(rule.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name, Line: value.Line, Column: value.Column}, value)
	}
	add("id", t.identity(keys, content))
	if kind == "savedsearches" {
		t.hunt(properties, add)
	} else {
		switch {
		case properties["displayName"] != nil:
			add("name", properties["displayName"])
		case properties["name"] == nil && keys["kind"] != nil: // such as Fusion, which has one rule
			add("name", keys["kind"])
		}
		if keys["kind"] != nil {
			add("kind", keys["kind"])
		}
		all := keys["properties"].Content
		for i := 0; i+1 < len(all); i += 2 {
			switch key := all[i].Value; {
			case key == "displayName", key == "name" && properties["displayName"] != nil:
			case key == "enabled" && kind != "alertrules": // a packed rule is switched on by who installs it
			default:
				rule.Content = append(rule.Content, all[i], all[i+1])
			}
		}
	}
	if d := t.read(rule); d != nil {
		at := t.spans[n]
		d.Rule.Text = t.file.Text[at.Start:at.End]
		t.list = append(t.list, d)
	}
	return true
}

// hunt names a saved query's parts as a published hunting query does.
func (t *templateFile) hunt(properties map[string]*yaml.Node, add func(string, *yaml.Node)) {
	for _, pair := range [][2]string{{"name", "displayName"}, {"query", "query"}} {
		if n := properties[pair[1]]; n != nil {
			add(pair[0], n)
		}
	}
	tags := properties["tags"]
	if tags == nil {
		return
	}
	for _, tag := range tags.Content {
		keys := keysOf(tag)
		if keys["name"] == nil || keys["value"] == nil {
			continue
		}
		switch name := keys["name"].Value; name {
		case "description":
			add(name, keys["value"])
		case "tactics", "techniques":
			list := &yaml.Node{Kind: yaml.SequenceNode, Line: keys["value"].Line, Column: keys["value"].Column}
			for _, word := range strings.FieldsFunc(keys["value"].Value, func(r rune) bool { return r == ',' || r == ' ' }) {
				one := *keys["value"]
				one.Value = word
				list.Content = append(list.Content, &one)
			}
			add(name, list)
		}
	}
}

// read reads one rule. A rule with mistakes is left out, and does not keep the others of its file out.
func (t *templateFile) read(rule *yaml.Node) *Detection {
	own := *t.host
	own.errs = nil
	y := &yamlFile{host: &own, root: rule}
	s := &sentinel{d: &Detection{Source: t.path}, yamlFile: y, keys: keysOf(rule)}
	if y.plain(rule, 0) {
		s.read()
	}
	if len(own.errs) > 0 {
		t.errs = append(t.errs, own.errs[:min(len(own.errs), max(maxFault-len(t.errs), 0))]...)
		return nil
	}
	// The query stands in one line of the file, and mistakes in it are told by its own lines.
	r := &s.d.Rule
	r.File, r.Line, r.Column = t.path+"#"+r.ID, 0, 0
	return s.d
}

var (
	guid        = regexp.MustCompile(`(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)
	lastWord    = regexp.MustCompile(`([\w.-]+)'\)*\]$`)
	variableRef = regexp.MustCompile(`^\[variables\('([^']+)'\)(?:\.([\w-]+))?\]$`)
)

// value is a text, looked up where it is the name of a variable.
func (t *templateFile) value(n *yaml.Node) string {
	for range 5 { // a variable may name another one
		p := variableRef.FindStringSubmatch(n.Value)
		if p == nil {
			break
		}
		next := t.variables[p[1]]
		if next != nil && p[2] != "" {
			next = keysOf(next)[p[2]]
		}
		if next == nil {
			break
		}
		n = next
	}
	return n.Value
}

// identity is a resource's own id: the last one in its name, else that of the content that it is packed as, else a word of its name.
func (t *templateFile) identity(keys map[string]*yaml.Node, content string) *yaml.Node {
	id := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Line: keys["type"].Line, Column: keys["type"].Column}
	for _, key := range []string{"name", "id"} {
		if n := keys[key]; n != nil {
			text := t.value(n)
			if all := guid.FindAllString(text, -1); all != nil {
				id.Value = strings.ToLower(all[len(all)-1])
				return id
			}
			switch p := lastWord.FindStringSubmatch(text); {
			case id.Value != "":
			case !strings.HasPrefix(text, "["):
				id.Value = text[strings.LastIndexByte(text, '/')+1:]
			case p != nil:
				id.Value = p[1]
			}
		}
	}
	if content != "" && !strings.HasPrefix(content, "[") {
		id.Value = content
	}
	return id
}
