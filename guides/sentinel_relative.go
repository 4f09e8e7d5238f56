package guides

import (
	"go.yaml.in/yaml/v3"

	"casebook/engine"
)

// Beside analytic rules and hunting queries a solution of Sentinel holds their relatives: custom detections of Defender XDR,
// which look back by a table of their own, and summary rules, which write a table and raise nothing. They are recognised by what only
// they have, and not run yet.

// relative reads what such a file says of itself, if it is one.
func (s *sentinel) relative() bool {
	keys := s.keys
	if n := keys["properties"]; n != nil && n.Kind == yaml.MappingNode {
		keys = keysOf(n)
	}
	d := s.d
	switch {
	case keys["queryCondition"] != nil && keys["detectionAction"] != nil:
		d.Type, d.Rule.State = "CustomDetection", "unsupported: custom detections of Defender XDR are not run yet"
	case s.keys["destinationTable"] != nil && s.keys["query"] != nil:
		d.Type, d.Rule.State = "summary", "unsupported: summary rules are not run yet"
	default:
		return false
	}
	alert := map[string]*yaml.Node{}
	if n := keys["detectionAction"]; n != nil && keysOf(n)["alertTemplate"] != nil {
		alert = keysOf(keysOf(n)["alertTemplate"])
	}
	d.Format, d.Kind, d.Rule.Language, d.Rule.Severity = FormatSentinelRule, KindRule, engine.KQL, engine.Medium
	for _, part := range []struct {
		n    *yaml.Node
		take func(n *yaml.Node)
	}{
		{keys["id"], func(n *yaml.Node) { d.Rule.ID = s.text(n) }},
		{keys["name"], func(n *yaml.Node) { d.Rule.Title = s.text(n) }},
		{keys["displayName"], func(n *yaml.Node) { d.Rule.Title = s.text(n) }},
		{keys["description"], func(n *yaml.Node) { d.Description = s.unquoted(n) }},
		{alert["description"], func(n *yaml.Node) { d.Description = s.unquoted(n) }},
		{alert["severity"], s.severity},
	} {
		if part.n != nil {
			part.take(part.n)
		}
	}
	if d.Rule.Title == "" || len(d.Rule.Title) > maxTitle {
		s.fault(s.span(s.root), "want a displayName of at most %d bytes", maxTitle)
	}
	if d.Rule.ID == "" {
		d.Rule.ID = slug(d.Rule.Title)
	}
	d.Guide = readNote(d, d.Description, nil)
	return true
}
