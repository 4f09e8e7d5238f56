package esql

import "strings"

// What SET says before a query.

// refusedSettings are the settings that ES|QL has and casebook does not, with the reason.
var refusedSettings = map[string]string{
	"approximation":   "a detection must give the same answer twice",
	"project_routing": "there is one store here",
}

func (l *lowerer) settings(q *query) {
	for _, s := range q.settings {
		if strings.EqualFold(s.name, "time_zone") {
			l.setZone(s)
			continue
		}
		if !strings.EqualFold(s.name, "unmapped_fields") {
			if why, ok := refusedSettings[strings.ToLower(s.name)]; ok {
				l.fail(s.at, "the setting %s is not supported: %s", s.name, why)
			} else {
				_ = l.fail(s.at, "unknown setting %s", s.name).WithHint("there are unmapped_fields and time_zone")
			}
			continue
		}
		if v, ok := s.value.(*literal); ok {
			if how, _ := v.str(); strings.EqualFold(how, "nullify") || strings.EqualFold(how, "fail") {
				l.nullify, l.mapped = strings.EqualFold(how, "nullify"), strings.EqualFold(how, "fail")
				continue
			}
		}
		_ = l.fail(s.value.span(), "this value of unmapped_fields is not supported").WithHint(`unknown fields are "nullify" or "fail"`)
	}
}
