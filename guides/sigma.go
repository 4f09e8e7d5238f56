package guides

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"casebook/engine"
)

// isSigma tells a Sigma rule, a correlation of such rules, or the head of a collection of them.
func isSigma(keys map[string]*yaml.Node) bool {
	return keys["logsource"] != nil && (keys["detection"] != nil || keys["action"] != nil) || keys["correlation"] != nil && keys["title"] != nil
}

// sigma reads what a Sigma rule says of itself; its detection is not run yet.
func (s *sentinel) sigma() {
	d := s.d
	d.Format, d.Kind, d.Type = FormatSigma, KindRule, "sigma"
	d.Rule.Language = "sigma"
	d.Rule.State = "unsupported: Sigma rules are not run yet"
	d.Rule.Severity = engine.Medium
	read := func(name string, take func(n *yaml.Node)) {
		if n := s.keys[name]; n != nil {
			take(n)
		}
	}
	read("title", func(n *yaml.Node) { d.Rule.Title = s.text(n) })
	read("id", func(n *yaml.Node) { d.Rule.ID = s.text(n) })
	read("level", s.severity)
	read("description", func(n *yaml.Node) { d.Description = s.text(n) })
	read("references", func(n *yaml.Node) { d.References = s.texts(n) })
	read("author", func(n *yaml.Node) { d.Authors = s.texts(n) })
	read("license", func(n *yaml.Node) { d.License = s.text(n) })
	read("falsepositives", func(n *yaml.Node) { d.FalsePositives = s.texts(n) })
	read("tags", func(n *yaml.Node) { d.Rule.Tags = s.texts(n) })
	for _, tag := range d.Rule.Tags {
		if strings.HasPrefix(tag, "attack.t") {
			d.writtenTechnique(strings.TrimPrefix(tag, "attack."), tag)
		}
	}
	if d.Rule.Title == "" || len(d.Rule.Title) > maxTitle {
		s.fault(s.span(s.root), "want a title of at most %d bytes", maxTitle)
	}
	if d.Rule.ID == "" {
		d.Rule.ID = slug(d.Rule.Title)
	}
	d.Guide = readNote(d, d.Description, nil)
}
