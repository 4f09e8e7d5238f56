package guides

import (
	"maps"
	"slices"

	"casebook/engine"
)

// What Sentinel keeps to, by its documentation.
const (
	mostAlerts   = 150 // of one run, one a row; the last then stands for all rows
	mostEntities = 500 // of one alert, shared evenly among its mappings
	mostGrouped  = 150 // alerts of one incident
)

// incident is a group of alerts. Its time runs from its first alert and does not slide.
type incident struct {
	number, alerts int
	until          int64
	match          []Named
}

// sentinel compares the number of rows with the threshold, and makes one alert of all rows or one of each. After an alert a
// rule with suppression rests: its runs are left out altogether.
func (r *Raiser) sentinel(tick int64, hits []engine.Hit) ([]Fate, []Raised) {
	fates := make([]Fate, len(hits))
	rule := &r.d.Rule
	reason := HowAlert
	switch {
	case tick < r.restsUntil:
		reason = HowSuppressed
	case !triggers(rule.Trigger, rows(hits)):
		reason = HowNoTrigger
	}
	if reason != HowAlert {
		for i := range fates {
			fates[i].How = reason
		}
		return fates, nil
	}
	var raised []Raised
	all := make([]int, len(hits))
	for i := range all {
		all[i] = i
	}
	if rule.OneAlert || len(hits) == 0 {
		raised = append(raised, r.alert(tick, all...))
	} else {
		for i := range hits {
			if len(hits) > mostAlerts && i == mostAlerts-1 {
				raised = append(raised, r.alert(tick, all[i:]...))
				break
			}
			raised = append(raised, r.alert(tick, i))
		}
	}
	for i := range raised {
		a := &raised[i]
		told := a.Hits
		if len(raised) == mostAlerts && i == mostAlerts-1 {
			told = all // the one that stands for the rest tells of all
		}
		a.Entities, a.Details = r.entities(told, hits), r.details(told, hits)
		if len(a.Hits) == 1 {
			r.own(a, hits[a.Hits[0]])
		}
		a.Incident = r.incident(tick, a, hits)
	}
	if rule.Suppress.Duration > 0 {
		r.restsUntil = tick + int64(rule.Suppress.Duration)/100
	}
	return fates, raised
}

// rows is how many rows hits stand for: that there was none can be a hit.
func rows(hits []engine.Hit) int {
	if len(hits) == 1 && len(hits[0].Columns) == 0 {
		return 0
	}
	return len(hits)
}

// details are the values of the columns that the rule shows with its alerts, each once.
func (r *Raiser) details(of []int, hits []engine.Hit) []Named {
	var list []Named
	for _, name := range slices.Sorted(maps.Keys(r.d.Details)) {
		n := Named{Entity: name}
		for _, i := range of {
			for _, v := range hits[i].Texts(r.d.Details[name]) {
				if !slices.Contains(n.Values, v) {
					n.Values = append(n.Values, v)
				}
			}
		}
		list = append(list, n)
	}
	return list
}

func triggers(t engine.Trigger, rows int) bool {
	switch t.Operator {
	case "lt":
		return rows < t.Threshold
	case "eq":
		return rows == t.Threshold
	case "ne":
		return rows != t.Threshold
	}
	return rows > t.Threshold
}

// entities are the distinct values of every mapped entity over the rows of an alert, as many as an alert holds.
func (r *Raiser) entities(of []int, hits []engine.Hit) []Named {
	var list []Named
	if len(r.d.Entities) == 0 {
		return nil
	}
	share := mostEntities / len(r.d.Entities)
	for _, e := range r.d.Entities {
		n := Named{Entity: e.Type}
		for _, i := range of {
			for _, c := range sortedValues(e.Columns) {
				for _, v := range hits[i].Texts(c) {
					if len(n.Values) < share && !slices.Contains(n.Values, v) {
						n.Values = append(n.Values, v)
					}
				}
			}
		}
		slices.Sort(n.Values)
		list = append(list, n)
	}
	return list
}

func sortedValues(m map[string]string) []string {
	var list []string
	for _, v := range m {
		list = append(list, v)
	}
	slices.Sort(list)
	return list
}

// incident is the number of the incident that an alert goes to: the latest of its rule that is young enough, matches and
// has room, or a new one. Several accounts in one alert match as a set: the same alert without one of them does not.
func (r *Raiser) incident(tick int64, a *Raised, hits []engine.Hit) int {
	if r.d.NoIncident {
		return 0
	}
	group := r.d.Rule.Group
	match, comparable := r.match(a, hits)
	if !group.Enabled || !comparable {
		r.incidentNo++
		return r.incidentNo
	}
	r.incidents = slices.DeleteFunc(r.incidents, func(in incident) bool { return in.until < tick || in.alerts >= mostGrouped })
	for i := len(r.incidents) - 1; i >= 0; i-- {
		if in := &r.incidents[i]; slices.EqualFunc(in.match, match, sameValues) {
			in.alerts++
			return in.number
		}
	}
	r.incidentNo++
	r.incidents = append(r.incidents, incident{r.incidentNo, 1, tick + int64(group.Lookback)/100, match})
	return r.incidentNo
}

func sameValues(a, b Named) bool { return a.Entity == b.Entity && slices.Equal(a.Values, b.Values) }

// match is what must be the same for two alerts to share an incident; false when the rule chose nothing to go by, or what it
// chose is empty in this alert.
func (r *Raiser) match(a *Raised, hits []engine.Hit) ([]Named, bool) {
	group := r.d.Rule.Group
	switch group.Matching {
	case "AnyAlert":
		return nil, true
	case "Selected":
		var list []Named
		for _, e := range a.Entities {
			if slices.Contains(group.Entities, e.Entity) {
				list = append(list, e)
			}
		}
		for _, name := range r.d.GroupBy.CustomDetails {
			n := Named{Entity: "detail " + name}
			for _, i := range a.Hits {
				n.Values = append(n.Values, hits[i].Texts(r.d.Details[name])...)
			}
			slices.Sort(n.Values)
			n.Values = slices.Compact(n.Values)
			list = append(list, n)
		}
		for _, name := range r.d.GroupBy.AlertDetails {
			if name == "DisplayName" {
				list = append(list, Named{"title", []string{a.Title}})
			}
		}
		return list, slices.ContainsFunc(list, func(n Named) bool { return len(n.Values) > 0 })
	}
	return a.Entities, true
}
