package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Elastic's rules and hunts over the small month.

// elasticMonth is a rule of type esql, or a hunt. Its rows are events, or groups of them by user, and by the day of some zone too.
type elasticMonth struct {
	id          string
	hunt        bool
	every, back time.Duration
	from, to    string // as the rule writes them
	begin, end  func(t time.Time) time.Time
	groups      bool
	zone        *time.Location // of the days that are grouped by; nil for no days
	age         bool           // rows say how old their event is, which another run says otherwise
	named       bool           // only calls that say whose they are
	ingested    bool           // its windows are to go by when an event came in, which is when it happened here
	least       int
	limit       int // alerts of a run
	by          []string
	duration    time.Duration
	missing     string
}

// someElastic is a rule that chance makes up, of days of one of some zones.
func someElastic(r *rand.Rand, id string, groups bool, zones []*time.Location) published {
	e := &elasticMonth{id: id, groups: groups, limit: []int{1, 2, 5, 100}[r.IntN(4)], least: 1 + r.IntN(4), age: r.IntN(2) == 0}
	e.named, e.ingested = r.IntN(3) == 0, r.IntN(3) == 0
	e.every = []time.Duration{5 * time.Minute, 10 * time.Minute, time.Hour, 24 * time.Hour}[r.IntN(4)]
	e.back = []time.Duration{e.every / 2, e.every, e.every + 4*time.Minute, 3 * e.every, e.every * 3 / 2}[r.IntN(5)]
	e.from = fmt.Sprintf("now-%dm", int(e.back.Minutes()))
	if e.back%time.Minute != 0 {
		e.from = fmt.Sprintf("now-%ds", int(e.back.Seconds()))
	}
	e.begin = func(t time.Time) time.Time { return t.Add(-e.back) }
	switch {
	case e.every == 24*time.Hour && r.IntN(2) == 0:
		e.from, e.back = "now-1d/d", 48*time.Hour
		e.begin = func(t time.Time) time.Time { return t.Truncate(24 * time.Hour).Add(-24 * time.Hour) }
	case e.every >= time.Hour && r.IntN(3) == 0:
		e.from, e.back = "now/h", time.Hour
		e.begin = func(t time.Time) time.Time { return t.Truncate(time.Hour) }
	}
	switch r.IntN(4) {
	case 0:
		e.to, e.end = "now-1m", func(t time.Time) time.Time { return t.Add(-time.Minute) }
	case 1:
		e.to, e.end = "now/d", func(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }
	}
	if groups && !strings.Contains(e.from+e.to, "/") && r.IntN(2) == 0 {
		e.zone = zones[r.IntN(len(zones))]
	}
	if r.IntN(3) > 0 {
		e.by = [][]string{{"user.id"}, {"user.id", "model"}, {"model"}}[r.IntN(3)]
		e.duration = []time.Duration{0, 30 * time.Minute, 6 * time.Hour}[r.IntN(3)]
		e.missing = []string{"suppress", "doNotSuppress"}[r.IntN(2)]
	}
	return e
}

// someHunt is a hunt that chance makes up: each UTC midnight over as long before it as its query speaks of.
func someHunt(r *rand.Rand, id string) published {
	days := 1 + r.IntN(4)
	e := &elasticMonth{id: id, hunt: true, groups: r.IntN(3) > 0, every: 24 * time.Hour, back: time.Duration(days) * 24 * time.Hour, least: 1 + r.IntN(6), limit: 100}
	e.from = fmt.Sprintf("now() - %d days", days)
	e.begin = func(t time.Time) time.Time { return t.Add(1 - e.back) }
	return e
}

func (e *elasticMonth) query() string {
	var q strings.Builder
	if e.zone != nil {
		fmt.Fprintf(&q, "set time_zone = %q; ", e.zone.String())
	}
	q.WriteString("from logs-aws_bedrock.invocation-* metadata _id")
	if e.hunt {
		fmt.Fprintf(&q, "\n| where @timestamp > %s", e.from)
	}
	if e.named {
		q.WriteString("\n| where user.id is not null")
	}
	q.WriteString("\n| rename gen_ai.request.model.id as model")
	switch {
	case e.zone != nil:
		fmt.Fprintf(&q, "\n| stats n = count(*) by user.id, day = date_trunc(1 day, @timestamp)\n| where n >= %d\n| sort user.id nulls last, day", e.least)
	case e.groups:
		fmt.Fprintf(&q, "\n| stats n = count(*) by user.id\n| where n >= %d\n| sort user.id nulls last", e.least)
	case e.age:
		q.WriteString("\n| eval age = date_diff(\"minutes\", @timestamp, now())\n| keep @timestamp, user.id, model, age\n| sort @timestamp")
	default:
		q.WriteString("\n| keep @timestamp, user.id, model\n| sort @timestamp")
	}
	return q.String()
}

func (e *elasticMonth) file() (name, text string) {
	if e.hunt {
		return e.id + ".toml", fmt.Sprintf("[hunt]\nauthor = \"someone\"\ndescription = \"Calls.\"\nuuid = %q\nname = %q\nlanguage = [\"ES|QL\"]\nlicense = \"none\"\nquery = ['''\n%s\n''']\n", e.id, e.id, e.query())
	}
	var b strings.Builder
	fmt.Fprintf(&b, "[rule]\nrule_id = %q\nname = %q\ntype = \"esql\"\nlanguage = \"esql\"\nseverity = \"low\"\nrisk_score = 21\ninterval = \"%dm\"\nfrom = %q\nmax_signals = %d\n",
		e.id, e.id, int(e.every.Minutes()), e.from, e.limit)
	if e.to != "" {
		fmt.Fprintf(&b, "to = %q\n", e.to)
	}
	if e.ingested {
		b.WriteString("timestamp_override = \"event.ingested\"\n")
	}
	fmt.Fprintf(&b, "query = '''\n%s\n'''\n", e.query())
	if len(e.by) > 0 {
		fmt.Fprintf(&b, "[rule.alert_suppression]\ngroup_by = [%s]\nmissing_fields_strategy = %q\n", `"`+strings.Join(e.by, `", "`)+`"`, e.missing)
		if e.duration > 0 {
			fmt.Fprintf(&b, "duration = {value = %d, unit = \"m\"}\n", int(e.duration.Minutes()))
		}
	}
	return e.id + ".toml", b.String()
}

// rows are those of one run, in its order.
func (e *elasticMonth) rows(t time.Time, window []call) (list []monthHit) {
	row := func(user string, columns map[string]any, calls ...int) {
		columns["user.id"] = nil
		if user != "" {
			columns["user.id"] = user
		}
		list = append(list, monthHit{refFate: refFate{refHit: refHit{e.id, t, columns}}, from: t.Add(-e.back), to: t, entity: user, calls: calls})
	}
	if !e.groups {
		for _, c := range window {
			columns := map[string]any{"@timestamp": stamp(c.at), "model": c.model}
			if e.age && !e.hunt {
				columns["age"] = float64(t.Sub(c.at) / time.Minute)
			}
			row(c.user, columns, c.number)
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
		if e.zone != nil {
			y, m, d := c.at.In(e.zone).Date()
			g.day = time.Date(y, m, d, 0, 0, 0, 0, e.zone).UTC()
		}
		groups[g] = append(groups[g], c.number)
	}
	var keys []group
	for g, calls := range groups {
		if len(calls) >= e.least {
			keys = append(keys, g)
		}
	}
	last := func(user string) string { return cmp.Or(user, "~") } // behind all names
	slices.SortFunc(keys, func(a, b group) int { return cmp.Or(cmp.Compare(last(a.user), last(b.user)), a.day.Compare(b.day)) })
	for _, g := range keys {
		columns := map[string]any{"n": float64(len(groups[g]))}
		if e.zone != nil {
			columns["day"] = stamp(g.day)
		}
		row(g.user, columns, groups[g]...)
	}
	return list
}

// hits are Elastic's: events are raised once, groups by every run; a run raises so many; and like rows are counted by the first.
func (e *elasticMonth) hits(m month, excepted string) (list []monthHit) {
	type rest struct {
		until time.Time
		alert int
	}
	resting := map[string]rest{}
	raised := map[int]bool{}
	alerts := 0
	windows(m.bedrock, e.every, e.back, func(t time.Time, window []call) {
		all := len(window)
		window = slices.DeleteFunc(slices.Clone(window), func(c call) bool {
			return excepted != "" && c.user == excepted || e.named && c.user == "" || c.at.Before(e.begin(t)) || e.end != nil && c.at.After(e.end(t))
		})
		used, inRun := 0, map[string]int{}
		for _, h := range e.rows(t, window) {
			by, whole := "", len(e.by) > 0
			for _, field := range e.by {
				by += fmt.Sprint(h.Row[field], ";")
				whole = whole && (h.Row[field] != nil || e.missing == "suppress")
			}
			w := resting[by]
			switch {
			case !e.groups && raised[h.calls[0]]:
				h.fate = "repeated"
			case used == e.limit:
				h.fate = "over-cap"
			case whole && inRun[by] > 0:
				h.fate, h.alert = "suppressed", inRun[by]
			case whole && t.Before(w.until):
				h.fate, h.alert = "suppressed", w.alert
			default:
				alerts++
				h.fate, h.alert = "alert", alerts
				if whole {
					inRun[by], resting[by] = alerts, rest{t.Add(e.duration), alerts}
				}
			}
			if h.fate == "alert" || h.fate == "suppressed" {
				used++
				raised[h.calls[0]] = !e.groups
			}
			h.entity, h.looked = e.entity(h), all
			list = append(list, h)
		}
	})
	return list
}

func (e *elasticMonth) covered(m month) (events, carrying int, seen bool) {
	windows(m.bedrock, e.every, e.back, func(time.Time, []call) { seen = true })
	for _, c := range dated(m.bedrock) {
		if events++; !e.named || c.user != "" {
			carrying++
		}
	}
	return events, carrying, seen
}

// entity is the value of the first field that suppression goes by and that the row has, or its user.
func (e *elasticMonth) entity(h monthHit) string {
	for _, field := range append(slices.Clone(e.by), "user.id") {
		if v := h.Row[field]; v != nil {
			return v.(string)
		}
	}
	return ""
}
