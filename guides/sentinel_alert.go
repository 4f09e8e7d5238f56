package guides

import (
	"sort"
	"time"

	"go.yaml.in/yaml/v3"
)

// What a Sentinel rule says of its alerts: whom they are about, how rows become alerts, and alerts incidents.

// stands is the event field that an entity's column stands for.
var stands = map[string]string{"Account": "user.id", "Host": "host.name", "IP": "source.ip"}

func (s *sentinel) entities(n *yaml.Node) {
	r := &s.d.Rule
	for _, item := range s.items(n) {
		e := Entity{Columns: map[string]string{}}
		var columns []string
		s.each(item, []string{"entityType", "fieldMappings"}, func(name string, v *yaml.Node) {
			if name == "entityType" {
				e.Type = s.text(v)
				return
			}
			for _, m := range s.items(v) {
				pair := s.words(m)
				e.Columns[pair["identifier"]] = pair["columnName"]
				columns = append(columns, pair["columnName"])
			}
		})
		if e.Type == "" {
			continue
		}
		s.d.Entities = append(s.d.Entities, e)
		for _, c := range columns {
			if !contains(r.Entity, c) {
				r.Entity = append(r.Entity, c)
			}
			if field := stands[e.Type]; field != "" {
				if r.Fields == nil {
					r.Fields = map[string]string{}
				}
				r.Fields[c] = field
			}
		}
	}
	// An account says more of whom an alert is about than what it used.
	sort.SliceStable(r.Entity, func(i, j int) bool { return r.Fields[r.Entity[i]] == "user.id" && r.Fields[r.Entity[j]] != "user.id" })
}

func (s *sentinel) grouping(n *yaml.Node) {
	s.each(n, []string{"aggregationKind"}, func(_ string, v *yaml.Node) {
		s.d.Rule.OneAlert = s.word(v, "SingleAlert", "AlertPerResult") == "SingleAlert"
	})
}

func (s *sentinel) incidents(n *yaml.Node) {
	g := &s.d.Rule.Group
	s.each(n, []string{"createIncident", "groupingConfiguration"}, func(name string, v *yaml.Node) {
		if name == "createIncident" {
			s.d.NoIncident = !s.yes(v)
			return
		}
		g.Lookback, g.Matching = 5*time.Hour, "AllEntities"
		s.each(v, []string{"enabled", "reopenClosedIncident", "lookbackDuration", "matchingMethod", "groupByEntities",
			"groupByAlertDetails", "groupByCustomDetails"}, func(name string, v *yaml.Node) {
			switch name {
			case "enabled":
				g.Enabled = s.yes(v)
			case "reopenClosedIncident":
				g.Reopen = s.yes(v)
			case "lookbackDuration":
				g.Lookback = s.duration(v)
			case "matchingMethod":
				g.Matching = s.word(v, "AllEntities", "AnyAlert", "Selected")
			case "groupByEntities":
				g.Entities = s.texts(v)
			case "groupByAlertDetails":
				s.d.GroupBy.AlertDetails = s.texts(v)
			case "groupByCustomDetails":
				s.d.GroupBy.CustomDetails = s.texts(v)
			}
		})
	})
}

func (s *sentinel) headline(n *yaml.Node) {
	h := &s.d.Headline
	s.each(n, []string{"alertDisplayNameFormat", "alertDescriptionFormat", "alertSeverityColumnName", "alertTacticsColumnName",
		"alertDynamicProperties"}, func(name string, v *yaml.Node) {
		switch name {
		case "alertDisplayNameFormat":
			h.Title = s.text(v)
		case "alertDescriptionFormat":
			h.Text = s.text(v)
		case "alertSeverityColumnName":
			s.d.Rule.Rating.SeverityColumn = s.text(v)
		case "alertTacticsColumnName":
			h.TacticsColumn = s.text(v)
		case "alertDynamicProperties":
			s.unapplied("alertDynamicProperties: an alert's link, product and provider are not made from its row")
		}
	})
}
