package main

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"casebook/engine"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/veil"
)

// The runs of rules as their SIEM would have told of them: every hit with its fate, and what was raised. casebook's own
// alerts are the same hits, folded; here nothing is folded that the SIEM would not fold.

// telling is the runs of one rule being told.
type telling struct {
	*app
	rule    *shelved
	until   int64
	json    bool
	veiled  bool
	raiser  *guides.Raiser
	fates   map[guides.How]int
	alerts  int
	highest int // number of an incident
	hits    int
	idle    []engine.RuleRun // runs whose rows did not set the rule off, that are still to be told of
	idled   int
}

// tellRuns tells of each run of the rules that ran.
func (a *app) tellRuns(ctx context.Context, db *store.DB, f *found, asJSON bool) error {
	on, err := db.Veil(ctx)
	if err != nil {
		return storeError(err)
	}
	for _, e := range f.ended {
		if e.rule.query == nil {
			continue
		}
		t := &telling{app: a, rule: e.rule, until: f.until, json: asJSON, veiled: on, fates: map[guides.How]int{},
			raiser: guides.NewRaiser(e.rule.Detection, e.rule.query.Plan)}
		ticks, err := db.RuleTicks(ctx, e.rule.Rule.ID, math.MinInt64, math.MaxInt32)
		if err != nil {
			return storeError(err)
		}
		for _, run := range ticks {
			if run.Outcome == engine.OutcomeClean && (t.until == 0 || run.Tick <= t.until) {
				t.idle = append(t.idle, run)
			}
		}
		err = db.HitsOfRule(ctx, e.rule.Rule.ID, func(h engine.Hit) error {
			if t.until != 0 && h.Tick > t.until {
				return nil
			}
			if err := t.idleBefore(h.Tick); err != nil {
				return err
			}
			return t.raiser.Feed(h, t.run)
		})
		if err == nil {
			err = t.idleBefore(math.MaxInt64)
		}
		if err == nil {
			err = t.raiser.Flush(t.run)
		}
		if err != nil {
			return storeError(err)
		}
		if err := t.sum(ctx, db); err != nil {
			return err
		}
	}
	return nil
}

// idleBefore tells of the runs before a tick whose rows did not set the rule off.
func (t *telling) idleBefore(tick int64) error {
	for ; len(t.idle) > 0 && t.idle[0].Tick < tick; t.idle = t.idle[1:] {
		if err := t.raiser.Flush(t.run); err != nil {
			return err
		}
		run := t.idle[0]
		t.idled++
		f := guides.Fate{How: t.raiser.Idle(run.Tick)}
		if t.json {
			b := append(headJSON(run.Rule, run.Tick, run.Window), `,"rows":`...)
			b = append(strconv.AppendInt(b, int64(run.Rows), 10), `,"fate":`...)
			if _, err := t.out.Write(append(appendString(b, string(f.How)), "}\n"...)); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(t.out, harmless(fmt.Sprintf("%s  %s  %s  %s", t.minute(run.Tick), t.shortID(run.Rule), fateText(f), plural(run.Rows, "row")))); err != nil {
			return err
		}
	}
	return nil
}

// run tells of one run.
func (t *telling) run(run guides.Told) error {
	raised := map[int]*guides.Raised{}
	for i := range run.Raised {
		a := &run.Raised[i]
		raised[a.Number] = a
		t.alerts++
		t.highest = max(t.highest, a.Incident)
	}
	for i, h := range run.Hits {
		t.hits++
		f := run.Fates[i]
		t.fates[f.How]++
		var a *guides.Raised
		if f.How == guides.HowAlert {
			a = raised[f.Alert]
			delete(raised, f.Alert) // its words are said once
		}
		if err := t.hit(h, f, a); err != nil {
			return err
		}
	}
	return nil
}

// hit tells of one hit, and of the alert that it is the first of.
func (t *telling) hit(h engine.Hit, f guides.Fate, a *guides.Raised) error {
	h.Row = veil.Row(h.Row, veil.Columns(t.rule.query, len(h.Row), t.veiled))
	if t.json {
		b := hitJSON(h)
		b = append(b, `,"fate":`...)
		b = appendString(b, string(f.How))
		for _, n := range []struct {
			name  string
			value int
		}{{"alert", f.Alert}, {"incident", f.Incident}} {
			if n.value > 0 {
				b = append(append(append(b, `,"`...), n.name...), `":`...)
				b = strconv.AppendInt(b, int64(n.value), 10)
			}
		}
		if a != nil {
			b = appendRaised(b, a)
		}
		_, err := t.out.Write(append(b, "}\n"...))
		return err
	}
	line := fmt.Sprintf("%s  %s  %s", t.minute(h.Tick), t.shortID(h.Rule), fateText(f))
	if a != nil && (a.Title != t.rule.Rule.Title || a.Severity != t.rule.Rule.Severity) {
		line += fmt.Sprintf("  %s, %s", a.Severity, a.Title)
	}
	for i, c := range h.Columns {
		said := plain(t.clock, c.Type, h.Row[i])
		if said == "" || f.How == guides.HowRepeated && c.Name != "_id" {
			continue // what a row has not, and what was said where it was raised, only makes the line long
		}
		line += "  " + c.Name + "=" + said
	}
	_, err := fmt.Fprintln(t.out, harmless(line))
	return err
}

// fateText is a hit's fate in words.
func fateText(f guides.Fate) string {
	text := string(f.How)
	switch f.How {
	case guides.HowAlert:
		text = fmt.Sprintf("alert %d", f.Alert)
	case guides.HowSuppressed:
		text = "suppressed while the rule rests"
		if f.Alert > 0 {
			text = fmt.Sprintf("suppressed into alert %d", f.Alert)
		}
	case guides.HowRepeated:
		text = "raised before"
	case guides.HowOverCap:
		text = "over the cap"
	case guides.HowNoTrigger:
		text = "not triggered"
	}
	if f.Incident > 0 {
		text += fmt.Sprintf(" of incident %d", f.Incident)
	}
	return text
}

func appendRaised(b []byte, a *guides.Raised) []byte {
	b = append(b, `,"raised":{"title":`...)
	b = appendString(b, a.Title)
	if a.Text != "" {
		b = append(b, `,"text":`...)
		b = appendString(b, a.Text)
	}
	b = append(b, `,"severity":`...)
	b = appendString(b, string(a.Severity))
	b = append(b, `,"risk":`...)
	b = strconv.AppendInt(b, int64(a.Risk), 10)
	b = append(b, `,"rows":`...)
	b = strconv.AppendInt(b, int64(len(a.Hits)), 10)
	for _, group := range []struct {
		name string
		list []guides.Named
	}{{"entities", a.Entities}, {"details", a.Details}} {
		if len(group.list) == 0 {
			continue
		}
		b = append(append(append(b, `,"`...), group.name...), `":[`...)
		for i, n := range group.list {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, `{"name":`...)
			b = appendString(b, n.Entity)
			b = append(b, `,"values":[`...)
			for k, v := range n.Values {
				if k > 0 {
					b = append(b, ',')
				}
				b = appendString(b, v)
			}
			b = append(b, "]}"...)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// sum says what all of a rule's runs come to, here and in its SIEM.
func (t *telling) sum(ctx context.Context, db *store.DB) error {
	if t.json || t.hits+t.idled == 0 {
		return nil
	}
	n, err := db.CountAlerts(ctx, store.AlertFilter{Rule: t.rule.Rule.ID})
	if err != nil {
		return storeError(err)
	}
	siem := "Elastic"
	if t.rule.Rule.Language == engine.KQL {
		siem = "Sentinel"
	}
	text := fmt.Sprintf("%s would have raised %s of %s", siem, plural(t.alerts, "alert"), plural(t.hits, "hit"))
	if t.rule.Kind == guides.KindHunt {
		text = "a hunt, which is run when someone asks; on a schedule " + text
	}
	if t.highest > 0 {
		text += " in " + plural(t.highest, "incident")
	}
	var rest []string
	for _, part := range []struct {
		how  guides.How
		text string
	}{{guides.HowSuppressed, "suppressed"}, {guides.HowRepeated, "raised before"}, {guides.HowOverCap, "over the cap"}, {guides.HowNoTrigger, "not triggered"}} {
		if k := t.fates[part.how]; k > 0 {
			rest = append(rest, count(k)+" "+part.text)
		}
	}
	if len(rest) > 0 {
		text += " (" + strings.Join(rest, ", ") + ")"
	}
	if t.idled > 0 {
		text += "; " + plural(t.idled, "run") + " had rows that do not set it off"
	}
	if t.rule.BuildingBlock {
		text += ", hidden as building blocks"
	}
	_, err = fmt.Fprintf(t.out, "%s: %s; here they are %s\n\n", harmless(t.shortID(t.rule.Rule.ID)), text, plural(n, "alert"))
	return err
}

// headJSON is the beginning of a run as a JSON object.
func headJSON(rule string, tick int64, window engine.Window) []byte {
	b := appendString([]byte(`{"rule":`), rule)
	b = appendString(append(b, `,"tick":`...), instant(tick))
	b = appendString(append(b, `,"window":{"from":`...), instant(window.From))
	b = appendString(append(b, `,"to":`...), instant(window.To))
	return append(b, '}')
}

// hitJSON is a hit as a JSON object, without its closing brace.
func hitJSON(h engine.Hit) []byte {
	b := append(headJSON(h.Rule, h.Tick, h.Window), `,"row":`...)
	b = appendRow(b, h.Columns, h.Row)
	b = append(b, `,"events":`...)
	return strconv.AppendInt(b, int64(len(h.Events)), 10)
}
