package main

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// More rules as others publish them, of the kinds in which what becomes of a run hangs on the runs before it: events that several
// windows hold, a rule that rests after an alert, one that runs each minute, one that is raised by silence, one with more rows than
// are raised; and once more in plain Go, each run by itself over its whole window.

const elasticEvents = `[rule]
rule_id = "developers"
name = "Each call of a developer"
type = "esql"
language = "esql"
severity = "low"
risk_score = 21
interval = "10m"
from = "now-30m"
max_signals = 2
query = """
from logs-aws_bedrock.invocation-* metadata _id
| where user.id like "*AIDeveloper*"
| keep @timestamp, user.id, gen_ai.request.model.id
| sort @timestamp, user.id, gen_ai.request.model.id
"""
[rule.alert_suppression]
group_by = ["user.id"]
missing_fields_strategy = "suppress"
`

const elasticExcept = `[metadata]
rule_ids = ["developers"]
[[exceptions]]
[[exceptions.items]]
name = "one who may"
[[exceptions.items.entries]]
field = "user.id"
type = "wildcard"
operator = "included"
value = "*okafor*"
[[exceptions.items]]
name = "others, with a small model"
[[exceptions.items.entries]]
field = "user.id"
type = "wildcard"
operator = "excluded"
value = "*silva*"
[[exceptions.items.entries]]
field = "gen_ai.request.model.id"
type = "wildcard"
operator = "included"
value = "*haiku*"
`

const sentinelResting = `id: resting
name: Busy hours
severity: Low
kind: Scheduled
queryFrequency: PT1H
queryPeriod: PT1H
triggerOperator: gt
triggerThreshold: 1
suppressionEnabled: true
suppressionDuration: PT5H
query: |
  OpenAIChatCompletions
  | summarize Calls = count() by ActorUser = tostring(AdditionalFields.input_user)
  | where isnotempty(ActorUser) and Calls >= 2
  | sort by ActorUser asc
entityMappings:
  - entityType: Account
    fieldMappings:
      - {identifier: Name, columnName: ActorUser}
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    lookbackDuration: P3D
    matchingMethod: AllEntities
`

const sentinelMinutely = `id: minutely
name: Each minute
severity: Low
kind: NRT
query: |
  OpenAIChatCompletions
  | project ActorUser = tostring(AdditionalFields.input_user)
  | where ActorUser startswith "svc-"
  | sort by ActorUser asc
eventGroupingSettings: {aggregationKind: AlertPerResult}
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    lookbackDuration: PT5H
    matchingMethod: AnyAlert
`

const sentinelSilent = `id: silent
name: Nobody works
severity: Low
kind: Scheduled
queryFrequency: PT30M
queryPeriod: PT1H
triggerOperator: lt
triggerThreshold: 2
query: |
  OpenAIChatCompletions
  | summarize Calls = count() by ActorUser = tostring(AdditionalFields.input_user)
  | where isnotempty(ActorUser) and Calls >= 2
  | sort by ActorUser asc
`

const sentinelMany = `id: many
name: Each call of a day
severity: Low
kind: Scheduled
queryFrequency: P1D
queryPeriod: P1D
triggerOperator: gt
triggerThreshold: 0
query: |
  OpenAIChatCompletions
  | project TimeGenerated, ActorUser = tostring(AdditionalFields.input_user)
  | sort by TimeGenerated asc, ActorUser asc
eventGroupingSettings: {aggregationKind: AlertPerResult}
`

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// developers are events: a run raises two that no run has raised, and of one user one.
func (ref *reference) developers() (list []refFate) {
	raised := map[*refBedrock]bool{}
	alerts := 0
	ref.bedrockTicks(10*time.Minute, 30*time.Minute, func(t time.Time, window []refBedrock) {
		var events []*refBedrock
		for i := range window {
			e := &window[i]
			excepted := strings.Contains(e.user, "okafor") || !strings.Contains(e.user, "silva") && strings.Contains(e.model, "haiku")
			if strings.Contains(e.user, "AIDeveloper") && !excepted {
				events = append(events, e)
			}
		}
		slices.SortStableFunc(events, func(a, b *refBedrock) int {
			return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.user, b.user), cmp.Compare(a.model, b.model))
		})
		used := 0
		by := map[string]int{}
		for _, e := range events {
			f := refFate{refHit: refHit{"developers", t, map[string]any{"@timestamp": stamp(e.at), "user.id": e.user, "gen_ai.request.model.id": e.model}}}
			switch {
			case raised[e]:
				f.fate = "repeated"
			case used == 2:
				f.fate = "over-cap"
			default:
				used++
				raised[e] = true
				if f.fate, f.alert = "suppressed", by[e.user]; f.alert == 0 {
					alerts++
					by[e.user] = alerts
					f.fate, f.alert = "alert", alerts
				}
			}
			list = append(list, f)
		}
	})
	return list
}

// callers are the users of a window who called twice at least, and how often.
func callers(window []refOpenAI) (users []string, calls map[string]float64) {
	calls = map[string]float64{}
	for _, e := range window {
		if e.user != "" {
			calls[e.user]++
		}
	}
	return enough(calls, func(n float64) bool { return n >= 2 }), calls
}

func (ref *reference) openAITicks(every, lookback time.Duration, f func(t time.Time, window []refOpenAI)) {
	ticks(ref.openAI[0].at, ref.openAI[len(ref.openAI)-1].at, every, lookback, func(t, start time.Time) {
		if window := between(ref.openAI, openAIAt, start, t); len(window) > 0 {
			f(t, window)
		}
	})
}

// resting are all rows of a run in one alert, after which the rule does not run for five hours; alerts of the same users within
// three days of the first are one incident.
func (ref *reference) resting() (list []refFate) {
	type incident struct {
		number int
		until  time.Time
	}
	open := map[string]incident{}
	var rests time.Time
	alerts, incidents := 0, 0
	ref.openAITicks(time.Hour, time.Hour, func(t time.Time, window []refOpenAI) {
		users, calls := callers(window)
		f := refFate{fate: "suppressed"}
		switch {
		case len(users) < 2 && !t.Before(rests):
			list = append(list, idle("resting", t, users, "no-trigger")...)
			return // such a run comes to nothing
		case len(users) < 2:
			list = append(list, idle("resting", t, users, "suppressed")...)
			return
		case !t.Before(rests):
			alerts++
			in, ok := open[strings.Join(users, " ")]
			if !ok || t.After(in.until) {
				incidents++
				in = incident{incidents, t.Add(3 * 24 * time.Hour)}
				open[strings.Join(users, " ")] = in
			}
			f.fate, f.alert, f.incident = "alert", alerts, in.number
			rests = t.Add(5 * time.Hour)
		}
		for _, user := range users {
			f.refHit = refHit{"resting", t, map[string]any{"ActorUser": user, "Calls": calls[user]}}
			list = append(list, f)
		}
	})
	return list
}

// minutely are a row an alert, and all alerts of five hours one incident, as long as it has room.
func (ref *reference) minutely() (list []refFate) {
	var until time.Time
	alerts, incidents, held := 0, 0, 0
	ref.openAITicks(time.Minute, time.Minute, func(t time.Time, window []refOpenAI) {
		var users []string
		for _, e := range window {
			if strings.HasPrefix(e.user, "svc-") {
				users = append(users, e.user)
			}
		}
		slices.Sort(users)
		for _, user := range users {
			if t.After(until) || held == 150 {
				incidents++
				until, held = t.Add(5*time.Hour), 0
			}
			alerts++
			held++
			list = append(list, refFate{refHit{"minutely", t, map[string]any{"ActorUser": user}}, "alert", alerts, incidents})
		}
	})
	return list
}

// silent are runs of fewer than two rows, of which a run without any is told as one without columns. An hour in which nothing
// was logged at all counts if it lies within the time of the logs.
func (ref *reference) silent() (list []refFate) {
	alerts := 0
	first, last := ref.span()
	ticks(first, last, 30*time.Minute, time.Hour, func(t, start time.Time) {
		window := between(ref.openAI, openAIAt, start, t)
		if len(window) == 0 && (start.Before(first) || t.After(last)) {
			return
		}
		users, calls := callers(window)
		if len(users) >= 2 {
			list = append(list, idle("silent", t, users, "no-trigger")...)
			return
		}
		alerts++
		f := refFate{refHit{"silent", t, map[string]any{}}, "alert", alerts, alerts}
		if len(users) == 0 {
			list = append(list, f)
		}
		for _, user := range users {
			f.Row = map[string]any{"ActorUser": user, "Calls": calls[user]}
			list = append(list, f)
		}
	})
	return list
}

// span is the first and the last event of any vendor.
func (ref *reference) span() (first, last time.Time) {
	first, last = ref.openAI[0].at, ref.openAI[len(ref.openAI)-1].at
	for _, t := range []time.Time{ref.azure[0].at, ref.azure[len(ref.azure)-1].at, ref.bedrock[0].at, ref.bedrock[len(ref.bedrock)-1].at} {
		if t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	return first, last
}

// many are a row an alert up to the 149th; the 150th stands for the rest.
func (ref *reference) many() (list []refFate) {
	alerts := 0
	ref.openAITicks(24*time.Hour, 24*time.Hour, func(t time.Time, window []refOpenAI) {
		window = slices.Clone(window)
		slices.SortStableFunc(window, func(a, b refOpenAI) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.user, b.user)) })
		for i, e := range window {
			if i < 150 {
				alerts++
			}
			list = append(list, refFate{refHit{"many", t, map[string]any{"TimeGenerated": stamp(e.at), "ActorUser": e.user}}, "alert", alerts, alerts})
		}
	})
	return list
}
