package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"casebook/engine"
)

// A small month for rules of any kind: calls in bursts and alone, some of them exactly where windows begin and end, some without a user, some
// without a time, around the night in which Europe's clocks change, and some an hour ahead of all others. It is read by rules that chance
// makes up, which stand once more in plain Go beside the text that their publisher would write.

// call is one record of the small month.
type call struct {
	number      int
	at          time.Time // zero for a record without a time
	user, model string    // a user may be missing: ""
}

// month is the calls of two vendors, each in order of time.
type month struct{ bedrock, openAI []call }

var monthStart = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)

const monthDays = 31

// someMonth makes calls up.
func someMonth(r *rand.Rand) month {
	number := 0
	vendor := func() (calls []call) {
		taken := map[time.Time]bool{}
		add := func(at time.Time, who int) {
			for taken[at] {
				at = at.Add(time.Millisecond)
			}
			taken[at] = true
			number++
			calls = append(calls, call{number, at, []string{"ann", "bob", "eve", ""}[(who+r.IntN(4)/3)%4], []string{"small", "large"}[r.IntN(2)]})
		}
		for range 8 + r.IntN(8) {
			at := monthStart.Add(time.Duration(r.Int64N(monthDays*24*60)) * time.Minute)
			switch r.IntN(6) {
			case 0:
				at = at.Truncate(24 * time.Hour) // where days begin
			case 1:
				at = time.Date(2026, time.March, 28, 21+r.IntN(6), 0, 0, 0, time.UTC)
			}
			who := r.IntN(4)
			for range 1 + r.IntN(16) {
				add(at, who)
				switch r.IntN(6) {
				case 0:
					at = at.Truncate(10 * time.Minute).Add(10 * time.Minute) // on a border
				case 1:
					at = at.Add(time.Duration(r.IntN(40)) * time.Minute)
				default:
					at = at.Add(time.Duration(r.IntN(200_000)) * time.Millisecond)
				}
			}
		}
		for range r.IntN(3) { // of a clock that is ahead
			add(monthStart.Add(monthDays*24*time.Hour+time.Duration(r.IntN(90))*time.Minute), 0)
		}
		slices.SortFunc(calls, func(a, b call) int { return a.at.Compare(b.at) })
		for range r.IntN(4) {
			number++
			calls = append(calls, call{number: number, user: "ann", model: "small"})
		}
		return calls
	}
	return month{vendor(), vendor()}
}

// dated are the calls that some window can hold.
func dated(calls []call) []call {
	return slices.DeleteFunc(slices.Clone(calls), func(c call) bool { return c.at.IsZero() })
}

func callAt(c call) time.Time { return c.at }

// span is from the first call of either vendor to the last.
func (m month) span() (first, last time.Time) {
	for _, c := range slices.Concat(dated(m.bedrock), dated(m.openAI)) {
		if first.IsZero() || c.at.Before(first) {
			first = c.at
		}
		if c.at.After(last) {
			last = c.at
		}
	}
	return first, last
}

// windows calls f for each tick of a schedule whose window holds any of the calls, with the calls in it.
func windows(calls []call, every, back time.Duration, f func(t time.Time, window []call)) {
	if calls = dated(calls); len(calls) == 0 {
		return
	}
	ticks(calls[0].at, calls[len(calls)-1].at, every, max(every, back), func(t, _ time.Time) {
		if window := between(calls, callAt, t.Add(-back), t); len(window) > 0 {
			f(t, window)
		}
	})
}

// monthHit is a hit of a rule over the small month: what its SIEM makes of it, and what it is folded by here.
type monthHit struct {
	refFate
	from, to time.Time // its window
	entity   string
	calls    []int // numbers
	without  bool  // it is no hit: the run's rows do not set the rule off
	silent   bool  // it says that something did not happen
	looked   int   // at so many calls in its window
	rows     int   // of a run without hits
}

// ran are the scheduled runs that had rows, as texts.
func ran(hits []monthHit) (texts []string) {
	for from := 0; from < len(hits); {
		h, to := hits[from], from+1
		for to < len(hits) && hits[to].Tick.Equal(h.Tick) {
			to++
		}
		outcome, rows := engine.OutcomeHit, to-from
		switch {
		case h.without:
			outcome, rows = engine.OutcomeClean, h.rows
		case len(h.Row) == 0: // what stands for a run that had none
			rows = 0
		}
		texts = append(texts, scheduledText(h.Rule, h.Tick, outcome, rows, h.looked))
		from = to
	}
	return texts
}

func scheduledText(rule string, tick time.Time, outcome engine.Outcome, rows, events int) string {
	return fmt.Sprintf("%s run at %s: %s, %d rows of %d events", rule, tick.UTC().Format("02 15:04:05"), outcome, rows, events)
}

// endedText says how a rule ended over the calls there are.
func endedText(rule string, outcome engine.Outcome, hits, events, carrying int) string {
	return fmt.Sprintf("%s: %s, %d hits, %d events, %d with all fields", rule, outcome, hits, events, carrying)
}

// end is how plain Go would have a rule end.
func end(rule published, m month, hits []monthHit) string {
	n := len(slices.DeleteFunc(slices.Clone(hits), func(h monthHit) bool { return h.without }))
	events, carrying, seen := rule.covered(m)
	outcome := engine.OutcomeClean
	switch {
	case n > 0:
		outcome = engine.OutcomeHit
	case carrying == 0 || !seen:
		outcome = engine.OutcomeNoData
	}
	return endedText(idOf(rule), outcome, n, events, carrying)
}

// folded are the alerts that hits come to, as texts: hits of one entity while their windows overlap, and a silence while its windows touch.
func folded(hits []monthHit) []string {
	type alert struct {
		monthHit
		first, last time.Time
		hits        int
		calls       map[int]bool
	}
	var list []*alert
	latest := map[string]*alert{}
	for _, h := range hits {
		if h.without {
			continue
		}
		a := latest[h.entity]
		if a == nil || h.from.After(a.to) || h.from.Equal(a.to) && !h.silent {
			a = &alert{monthHit: h, first: h.Tick, calls: map[int]bool{}}
			latest[h.entity] = a
			list = append(list, a)
		}
		a.to, a.last = h.to, h.Tick
		a.hits++
		for _, n := range h.calls {
			a.calls[n] = true
		}
	}
	texts := make([]string, len(list))
	for i, a := range list {
		texts[i] = alertText(a.Rule, a.entity, a.first, a.last, a.from, a.to, a.hits, len(a.calls))
	}
	return texts
}

func alertText(rule, entity string, first, last, from, to time.Time, hits, events int) string {
	at := func(t time.Time) string { return t.UTC().Format("02 15:04:05") }
	return fmt.Sprintf("%s %q from %s to %s, window %s to %s, %d hits of %d events", rule, entity, at(first), at(last), at(from), at(to), hits, events)
}

// published is a rule as its publisher writes it, and what plain Go makes of it. Users that are excepted are those of Elastic's exceptions.
type published interface {
	file() (name, text string)
	hits(m month, excepted string) []monthHit
	// covered are the calls that it is about, how many of them say all that it asks, and whether any window holds one.
	covered(m month) (events, carrying int, seen bool)
}

// records are the calls as their vendors write them, in no order.
func (m month) records(r *rand.Rand) []string {
	quoted := func(name, value string) string {
		if value == "" {
			return ""
		}
		return fmt.Sprintf("%q:%q,", name, value)
	}
	stamped := func(name string, at time.Time) string {
		if at.IsZero() {
			return quoted(name, "yesterday")
		}
		return quoted(name, stamp(at))
	}
	var lines []string
	for _, c := range m.bedrock {
		identity := ""
		if c.user != "" {
			identity = fmt.Sprintf(`"identity":{"arn":%q},`, c.user)
		}
		lines = append(lines, fmt.Sprintf(`{"schemaType":"ModelInvocationLog","schemaVersion":"1.0",%s%s"accountId":"123456789012","region":"us-east-1","requestId":"00000000-0000-4000-8000-%012d",`+
			`"operation":"InvokeModel","modelId":%q,"input":{"inputContentType":"application/json","inputBodyJson":{"messages":[]}}}`, stamped("timestamp", c.at), identity, c.number, c.model))
	}
	for _, c := range m.openAI {
		lines = append(lines, fmt.Sprintf(`{%s"EventUid":"call-%d","ModelName":%q,"EventVendor":"OpenAI","EventProduct":"OpenAI API Platform","EventSchema":"AgentEvent","EventType":"ChatCompletion","AdditionalFields":{%s"tools":null},"Type":"ASimAgentEventLogs"}`,
			stamped("TimeGenerated", c.at), c.number, c.model, quoted("input_user", c.user)))
	}
	r.Shuffle(len(lines), func(i, k int) { lines[i], lines[k] = lines[k], lines[i] })
	return lines
}
