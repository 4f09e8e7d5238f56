package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"casebook/engine"
)

// How the rules of a call stand, in one line.

// notYet counts the rules that casebook does not run yet, by the publisher's name for their type.
type notYet map[string]int

func (n notYet) said() string {
	types := slices.Collect(maps.Keys(n))
	slices.SortFunc(types, func(a, b string) int { return cmp.Or(n[b]-n[a], strings.Compare(a, b)) })
	all := 0
	for i, name := range types {
		all += n[name]
		types[i] = fmt.Sprintf("%s %s", count(n[name]), harmless(name))
	}
	text := count(all) + " not yet supported"
	if len(types) > 0 {
		text += " (" + strings.Join(types, ", ") + ")"
	}
	return text
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
