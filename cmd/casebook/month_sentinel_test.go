package main

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Sentinel's scheduled rules, its rules that run each minute, and its hunting queries over the small month.

// sentinelMonth is such a rule. Its rows are events, or groups of them by user.
type sentinelMonth struct {
	id            string
	kind          string // Scheduled, NRT, or "" for a hunting query
	every, back   time.Duration
	begin         func(t time.Time) time.Time // what the query itself asks of its events' time
	since         string                      // in its words
	groups        bool
	zone          *time.Location // of the days that are grouped by; nil for no days
	named         bool           // only calls that say whose they are
	least         int
	operator      string
	threshold     int
	eachRow       bool // an alert
	rest          time.Duration
	matching      string // how alerts are put into incidents; "" for not at all
	groupLookback time.Duration
	reopen        bool // a closed incident takes an alert in; here none is closed
}

// someSentinel is a rule of a kind that chance makes up, of days of one of some zones.
func someSentinel(r *rand.Rand, id, kind string, zones []*time.Location) published {
	s := &sentinelMonth{id: id, kind: kind, groups: r.IntN(3) > 0, least: 1 + r.IntN(4), eachRow: r.IntN(2) == 0, named: r.IntN(3) == 0, reopen: r.IntN(2) == 0}
	if s.groups && r.IntN(3) == 0 {
		s.zone = zones[r.IntN(len(zones))]
	}
	switch kind {
	case "Scheduled":
		s.every = []time.Duration{5 * time.Minute, 30 * time.Minute, time.Hour, 24 * time.Hour}[r.IntN(4)]
		s.back = []time.Duration{s.every / 5, s.every, 2 * s.every, 3*s.every + time.Minute}[r.IntN(4)]
		if s.operator, s.threshold = []string{"gt", "gt", "lt", "eq", "ne"}[r.IntN(5)], r.IntN(3); s.triggers(0) && s.every < time.Hour {
			s.every, s.back = time.Hour, s.back*4 // silence is long
		}
		s.rest = []time.Duration{0, 0, time.Hour, 5 * time.Hour}[r.IntN(4)]
	case "NRT":
		s.every, s.back, s.operator = time.Minute, time.Minute, "gt"
	default:
		days := 1 + r.IntN(3)
		s.every, s.back, s.operator, s.eachRow = 24*time.Hour, time.Duration(days)*24*time.Hour, "gt", true
		s.since, s.begin = fmt.Sprintf("TimeGenerated > ago(%dd)", days), func(t time.Time) time.Time { return t.Add(1 - s.back) }
	}
	if kind == "Scheduled" && s.back > 20*time.Minute {
		switch r.IntN(5) {
		case 0:
			s.since, s.begin = "TimeGenerated >= startofday(now())", func(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }
		case 1:
			s.since, s.begin = "TimeGenerated >= ago(20m)", func(t time.Time) time.Time { return t.Add(-20 * time.Minute) }
		case 2: // an event came in when it happened
			s.since, s.begin = "ingestion_time() > ago(20m)", func(t time.Time) time.Time { return t.Add(1 - 20*time.Minute) }
		}
	}
	if kind != "" {
		s.matching = []string{"", "AllEntities", "AnyAlert", "Selected"}[r.IntN(4)]
		s.groupLookback = []time.Duration{time.Hour, 5 * time.Hour, 3 * 24 * time.Hour}[r.IntN(3)]
	}
	return s
}

func (s *sentinelMonth) file() (name, text string) {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("id: %s\nname: %s\nseverity: Low", s.id, s.id)
	if s.kind != "" {
		line("kind: %s", s.kind)
	}
	if s.kind == "Scheduled" {
		line("queryFrequency: PT%dM\nqueryPeriod: PT%dM\ntriggerOperator: %s\ntriggerThreshold: %d", int(s.every.Minutes()), int(s.back.Minutes()), s.operator, s.threshold)
	}
	if s.rest > 0 {
		line("suppressionEnabled: true\nsuppressionDuration: PT%dM", int(s.rest.Minutes()))
	}
	line("query: |\n  OpenAIChatCompletions")
	if s.since != "" {
		line("  | where %s", s.since)
	}
	line("  | extend ActorUser = tostring(AdditionalFields.input_user)")
	if s.named {
		line("  | where isnotempty(ActorUser)")
	}
	switch {
	case s.zone != nil:
		line("  | summarize Calls = count() by ActorUser, Day = startofday(datetime_utc_to_local(TimeGenerated, '%s'))\n  | where Calls >= %d\n  | sort by ActorUser asc, Day asc", s.zone, s.least)
	case s.groups:
		line("  | summarize Calls = count() by ActorUser\n  | where Calls >= %d\n  | sort by ActorUser asc", s.least)
	default:
		line("  | project TimeGenerated, ActorUser\n  | sort by TimeGenerated asc")
	}
	line("entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - {identifier: Name, columnName: ActorUser}")
	if s.kind == "" {
		return s.id + ".yaml", b.String()
	}
	if s.eachRow {
		line("eventGroupingSettings: {aggregationKind: AlertPerResult}")
	}
	if s.matching != "" {
		line("incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    reopenClosedIncident: %t\n    lookbackDuration: PT%dH\n    matchingMethod: %s", s.reopen, int(s.groupLookback.Hours()), s.matching)
		if s.matching == "Selected" {
			line("    groupByEntities: [Account]")
		}
	}
	return s.id + ".yaml", b.String()
}

// rows are those of one run, in its order. KQL's texts are empty where they are missing.
func (s *sentinelMonth) rows(t time.Time, window []call) (list []monthHit) {
	row := func(user string, columns map[string]any, calls ...int) {
		columns["ActorUser"] = user
		list = append(list, monthHit{refFate: refFate{refHit: refHit{s.id, t, columns}}, from: t.Add(-s.back), to: t, entity: user, calls: calls})
	}
	window = slices.DeleteFunc(slices.Clone(window), func(c call) bool { return s.begin != nil && c.at.Before(s.begin(t)) || s.named && c.user == "" })
	if !s.groups {
		for _, c := range window {
			row(c.user, map[string]any{"TimeGenerated": stamp(c.at)}, c.number)
		}
		return list
	}
	type group struct {
		user string
		day  time.Time
	}
	groups := map[group][]int{}
	for _, c := range window {
		g := group{user: c.user}
		if s.zone != nil {
			y, m, d := c.at.In(s.zone).Date()
			g.day = time.Date(y, m, d, 0, 0, 0, 0, time.UTC) // what a clock there shows
		}
		groups[g] = append(groups[g], c.number)
	}
	keys := slices.DeleteFunc(slices.Collect(maps.Keys(groups)), func(g group) bool { return len(groups[g]) < s.least })
	slices.SortFunc(keys, func(a, b group) int { return cmp.Or(cmp.Compare(a.user, b.user), a.day.Compare(b.day)) })
	for _, g := range keys {
		columns := map[string]any{"Calls": float64(len(groups[g]))}
		if s.zone != nil {
			columns["Day"] = stamp(g.day)
		}
		row(g.user, columns, groups[g]...)
	}
	return list
}

func (s *sentinelMonth) triggers(rows int) bool {
	return map[string]bool{"gt": rows > s.threshold, "lt": rows < s.threshold, "eq": rows == s.threshold, "ne": rows != s.threshold}[s.operator]
}

// hits are Sentinel's: a run whose number of rows sets the rule off raises one alert, or one a row, and the rule may rest then.
func (s *sentinelMonth) hits(m month, _ string) (list []monthHit) {
	first, last := m.span()
	type incident struct {
		number, alerts int
		until          time.Time
	}
	open := map[string]*incident{}
	var rests time.Time
	alerts, incidents := 0, 0
	calls := dated(m.openAI)
	ticks(first, last, s.every, max(s.every, s.back), func(t, _ time.Time) {
		window := between(calls, callAt, t.Add(-s.back), t)
		if len(window) == 0 && (!s.triggers(0) || t.Add(-s.back).Before(first) || t.After(last)) {
			return
		}
		rows := s.rows(t, window)
		resting := t.Before(rests)
		if !s.triggers(len(rows)) {
			if len(rows) > 0 {
				fate := "no-trigger"
				if resting {
					fate = "suppressed"
				}
				list = append(list, monthHit{refFate: idle(s.id, t, make([]string, len(rows)), fate)[0], without: true, looked: len(window), rows: len(rows)})
			}
			return
		}
		if len(rows) == 0 {
			rows = []monthHit{{refFate: refFate{refHit: refHit{s.id, t, map[string]any{}}}, from: t.Add(-s.back), to: t, silent: true}}
		}
		for i := range rows {
			rows[i].looked = len(window)
		}
		if resting {
			for i := range rows {
				rows[i].fate = "suppressed"
			}
			list = append(list, s.about(rows)...)
			return
		}
		for i := range rows {
			rows[i].fate = "alert"
			if i == 0 || s.eachRow && i < 150 {
				alerts++
				in := s.match(rows, i)
				was := open[in]
				if was == nil || s.matching == "" || was.until.Before(t) || was.alerts == 150 || s.matching == "Selected" && in == "" {
					incidents++
					was = &incident{number: incidents, until: t.Add(s.groupLookback)}
					open[in] = was
				}
				was.alerts++
				rows[i].incident = was.number
			} else {
				rows[i].incident = rows[i-1].incident
			}
			rows[i].alert = alerts
			if s.kind == "" {
				rows[i].incident = alerts
			}
		}
		rests = t.Add(s.rest)
		list = append(list, s.about(rows)...)
	})
	return list
}

func (s *sentinelMonth) covered(m month) (events, carrying int, seen bool) {
	windows(m.openAI, s.every, s.back, func(time.Time, []call) { seen = true })
	n := len(dated(m.openAI))
	return n, n, seen // each has the field that a user may be missing from
}

// about takes away whom hits are about where too few are there.
func (s *sentinelMonth) about(rows []monthHit) []monthHit {
	for i := range rows {
		if s.operator == "lt" {
			rows[i].entity, rows[i].silent = "", true
		}
	}
	return rows
}

// match is what alerts of one incident have in common.
func (s *sentinelMonth) match(rows []monthHit, i int) string {
	if s.matching == "AnyAlert" {
		return ""
	}
	if s.eachRow {
		rows = rows[i:min(i+1, len(rows))]
	}
	var users []string
	for _, h := range rows {
		if h.entity != "" {
			users = append(users, h.entity)
		}
	}
	slices.Sort(users)
	return strings.Join(slices.Compact(users), " ")
}
