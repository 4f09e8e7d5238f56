package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"casebook/engine"
	"casebook/tui/safe"
)

// How the rules of a call stand, in one line.

// notYet counts the rules that casebook does not run yet, by the publisher's name for their type.
type notYet map[string]int

func (n notYet) said() string {
	all, kinds := byKind(n)
	return count(all) + " not yet supported" + kinds
}

// A folder that nobody knows may have as many kinds as files, and endings as long as names may be.
const (
	mostKinds   = 12
	longestKind = 24
)

// byKind is how many there are in all, and how many of each kind, the most first.
func byKind(n map[string]int) (all int, kinds string) {
	names := slices.Collect(maps.Keys(n))
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(n[b]-n[a], strings.Compare(a, b)) })
	rest := 0
	for i, name := range names {
		all += n[name]
		if i >= mostKinds {
			rest += n[name]
		}
		names[i] = fmt.Sprintf("%s %s", count(n[name]), safe.Escape(name).ClipMiddle(longestKind).String())
	}
	if len(names) > mostKinds {
		names = append(names[:mostKinds], count(rest)+" others")
	}
	if len(names) > 0 {
		kinds = " (" + strings.Join(names, ", ") + ")"
	}
	return all, kinds
}

// tally says how many rules ended in each way, and what was done about them this time.
func tally(ended []*ended) string {
	outcomes := map[engine.Outcome]int{}
	how := map[howRun]int{}
	waiting := notYet{}
	for _, e := range ended {
		outcomes[e.run.Outcome]++
		how[e.how]++
		if e.run.Outcome == engine.OutcomeUnsupported {
			waiting[typeOf(e.rule.Detection)]++
		}
	}
	var ends []string
	for _, o := range []engine.Outcome{engine.OutcomeHit, engine.OutcomeClean, engine.OutcomeNoData, engine.OutcomePartial, engine.OutcomeFailed,
		engine.OutcomeUnsupported, engine.OutcomeRefused} {
		switch n := outcomes[o]; {
		case n == 0:
		case o == engine.OutcomeUnsupported:
			ends = append(ends, waiting.said())
		default:
			ends = append(ends, count(n)+" "+string(o))
		}
	}
	text := plural(len(ended), "rule")
	if len(ends) > 0 {
		text += ": " + strings.Join(ends, ", ")
	}
	for _, part := range []struct {
		how  howRun
		text string
	}{{runNew, "run for the first time"}, {runStale, "stale and run again"}, {runUnchanged, "unchanged"}} {
		if n := how[part.how]; n > 0 {
			text += fmt.Sprintf("; %s %s", count(n), part.text)
		}
	}
	return text
}
