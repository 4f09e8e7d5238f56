package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"casebook/store"
)

var monthSeeds = flag.Int("months", 12, "how many small months are worked over in an order that chance makes up")

// monthly is a store that is worked over.
type monthly struct {
	*testing.T
	r        *rand.Rand
	dir      string
	all      month
	lines    []string                       // that are still to come
	parts    int                            // that came
	rules    []func(r *rand.Rand) published // that make each rule up anew
	now      []published                    // as they are; nil for one that is not there
	excepted []string                       // a user of each rule
	verdicts map[int64]store.Alert
	did      []string
}

func (m *monthly) casebook(want []int, args ...string) string {
	m.Helper()
	m.did = append(m.did, strings.ReplaceAll(strings.Join(args, " "), m.dir+"/", ""))
	code, out, errs := casebook(append([]string{"--store", filepath.Join(m.dir, "casebook.db")}, args...)...)
	if !slices.Contains(want, code) {
		m.Fatalf("exit code %d\n%.1000s\n%.3000s\nafter\n%s", code, out, errs, strings.Join(m.did, "\n"))
	}
	return out
}

func (m *monthly) write(name, text string) string {
	m.Helper()
	path := filepath.Join(m.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		m.Fatal(err)
	}
	return path
}

// load brings some of the records that are still to come.
func (m *monthly) load() {
	n := min(len(m.lines), 1+m.r.IntN(100))
	m.parts++
	m.casebook([]int{0}, "load", m.write(fmt.Sprintf("part%d.jsonl", m.parts), strings.Join(m.lines[:n], "\n")+"\n"))
	m.lines = m.lines[n:]
}

// loaded are the calls that came.
func (m *monthly) loaded() (was month) {
	left := map[int]bool{}
	for _, line := range m.lines {
		left[numberIn(line)] = true
	}
	is := func(calls []call) []call {
		return slices.DeleteFunc(slices.Clone(calls), func(c call) bool { return left[c.number] })
	}
	return month{is(m.all.bedrock), is(m.all.openAI)}
}

// edit gives a rule another text, brings it, or takes it away.
func (m *monthly) edit() {
	i := m.r.IntN(len(m.rules))
	if m.now[i] != nil && m.excepted[i] == "" && m.r.IntN(4) == 0 {
		name, _ := m.now[i].file()
		m.casebook([]int{0}, "rules", "rm", filepath.Join(m.dir, name))
		m.now[i] = nil
		return
	}
	m.add(i)
}

func (m *monthly) add(i int) {
	m.now[i] = m.rules[i](m.r)
	name, text := m.now[i].file()
	m.casebook([]int{0}, "rules", "add", "--replace", m.write(name, text))
}

// except takes a user out of what an Elastic rule sees, or takes that back.
func (m *monthly) except() {
	i := m.r.IntN(len(m.rules))
	e, is := m.now[i].(*elasticMonth)
	if !is {
		return
	}
	name := "except-" + e.id + ".toml"
	if m.excepted[i] != "" {
		m.excepted[i] = ""
		m.casebook([]int{0}, "rules", "rm", filepath.Join(m.dir, name))
		return
	}
	m.excepted[i] = []string{"ann", "bob"}[m.r.IntN(2)]
	m.casebook([]int{0}, "rules", "add", "--replace", m.write(name, fmt.Sprintf("[metadata]\nrule_ids = [%q]\n[[exceptions]]\n[[exceptions.items]]\nname = \"one\"\n[[exceptions.items.entries]]\nfield = \"user.id\"\ntype = \"match\"\noperator = \"included\"\nvalue = %q\n",
		e.id, m.excepted[i])))
}

func (m *monthly) open() *store.DB {
	m.Helper()
	db, err := store.Open(filepath.Join(m.dir, "casebook.db"), store.Options{})
	if err != nil {
		m.Fatal(err)
	}
	return db
}

func (m *monthly) alerts(db *store.DB) []store.Alert {
	m.Helper()
	list, err := db.Alerts(m.Context(), store.AlertFilter{Stale: true, Order: store.ByTime}, store.Cursor{}, 1<<20)
	if err != nil {
		m.Fatal(err)
	}
	return list
}

// judge closes some alert.
func (m *monthly) judge() {
	db := m.open()
	defer db.Close()
	list := m.alerts(db)
	if len(list) == 0 {
		return
	}
	a := list[m.r.IntN(len(list))]
	m.did = append(m.did, fmt.Sprintf("close alert %d: %s %q", a.ID, a.Rule, a.Entity))
	a, err := db.SetState(m.Context(), a.ID, store.State{Status: store.Closed, Class: store.Classes()[m.r.IntN(4)]}, a.Version)
	if err != nil {
		m.Fatal(err)
	}
	m.verdicts[a.ID] = a
}

// detect runs the rules in some way, and looks at what there is after one that leaves nothing out.
func (m *monthly) detect() {
	switch m.r.IntN(8) {
	case 0:
		m.casebook([]int{0, 3}, "detect", "--budget", "1ns")
	case 1:
		m.casebook([]int{0}, "detect", "--as-of", stamp(monthStart.Add(time.Duration(m.r.IntN(monthDays*24))*time.Hour)))
	case 2:
		for _, rule := range m.now {
			if rule != nil && m.r.IntN(2) == 0 {
				m.casebook([]int{0}, "detect", "--rule", idOf(rule))
			}
		}
	case 3:
		m.casebook([]int{0}, "detect", "--again")
		m.compare()
	default:
		m.compare()
	}
}

// compare wants of the store what plain Go makes of the calls that came.
func (m *monthly) compare() {
	m.Helper()
	was := m.loaded()
	var want, got, wantAlerts, gotAlerts, wantRuns, gotRuns, wantEnds, gotEnds []string
	ours := map[string]bool{}
	for i, rule := range m.now {
		if rule == nil {
			continue
		}
		ours[idOf(rule)] = true
		hits := rule.hits(was, m.excepted[i])
		for _, h := range hits {
			want = append(want, fmt.Sprintf("%s %d events", h.key(), len(h.calls)))
		}
		wantAlerts = append(wantAlerts, folded(hits)...)
		wantRuns = append(wantRuns, ran(hits)...)
		wantEnds = append(wantEnds, end(rule, was, hits))
	}
	for line := range strings.Lines(m.casebook([]int{0}, "detect", "--every-run", "--json")) {
		var h struct {
			Rule                    string
			Tick                    time.Time
			Row                     map[string]any
			Fate                    string
			Alert, Incident, Events int
		}
		if err := json.Unmarshal([]byte(line), &h); err != nil {
			m.Fatalf("%v: %s", err, line)
		}
		if ours[h.Rule] {
			got = append(got, fmt.Sprintf("%s %d events", refFate{refHit{h.Rule, h.Tick, h.Row}, h.Fate, h.Alert, h.Incident}.key(), h.Events))
		}
	}
	db := m.open()
	defer db.Close()
	list := m.alerts(db)
	at := func(ticks int64) time.Time { return time.Unix(0, ticks*100) }
	runs, err := db.Runs(m.Context(), "", 1<<20)
	if err != nil {
		m.Fatal(err)
	}
	for _, r := range runs {
		if !ours[r.Rule] {
			continue
		}
		gotEnds = append(gotEnds, endedText(r.Rule, r.Outcome, r.Hits, r.Events, r.Carrying))
		ticks, err := db.RuleTicks(m.Context(), r.Rule, math.MinInt64, 1<<20)
		if err != nil {
			m.Fatal(err)
		}
		for _, t := range ticks {
			gotRuns = append(gotRuns, scheduledText(t.Rule, at(t.Tick), t.Outcome, t.Rows, t.Events))
		}
	}
	for _, a := range list {
		if ours[a.Rule] && !a.Stale {
			gotAlerts = append(gotAlerts, alertText(a.Rule, a.Entity, at(a.First), at(a.Last), at(a.Window.From), at(a.Window.To), a.Hits, a.Events))
		}
	}
	for _, part := range []struct {
		what      string
		want, got []string
	}{{"hits", want, got}, {"alerts", wantAlerts, gotAlerts}, {"scheduled runs", wantRuns, gotRuns}, {"ends of rules", wantEnds, gotEnds}} {
		if diff := onlyIn(part.want, part.got, "reference ") + onlyIn(part.got, part.want, "casebook "); diff != "" {
			texts := ""
			for i, rule := range m.now {
				if rule != nil {
					name, text := rule.file()
					texts += fmt.Sprintf("--- %s (but %q)\n%s", name, m.excepted[i], text)
				}
			}
			m.Fatalf("%s only one has:\n%.3000s\nafter\n%s\n%s", part.what, diff, strings.Join(m.did, "\n"), texts)
		}
	}
	m.keptVerdicts(list)
}

// idOf is a rule's id, which its file is called by.
func idOf(rule published) string {
	name, _ := rule.file()
	return strings.TrimSuffix(name, filepath.Ext(name))
}

// onlyIn are the texts of a list that another does not have as often, each on a line.
func onlyIn(list, other []string, who string) string {
	count := map[string]int{}
	for _, text := range other {
		count[text]++
	}
	var b strings.Builder
	for _, text := range list {
		if count[text]--; count[text] < 0 {
			b.WriteString(who + text + "\n")
		}
	}
	return b.String()
}

// keptVerdicts wants every verdict where it was given, and no alert without one that a verdict was given to the time of.
func (m *monthly) keptVerdicts(list []store.Alert) {
	m.Helper()
	found := 0
	for _, a := range list {
		v, is := m.verdicts[a.ID]
		if !is {
			continue
		}
		found++
		if a.Status != v.Status || a.Class != v.Class || a.Rule != v.Rule || a.Entity != v.Entity {
			m.Errorf("the verdict on %+v is now\n%+v\nafter\n%s", v, a, strings.Join(m.did, "\n"))
		}
		for _, other := range list {
			if _, judged := m.verdicts[other.ID]; a.Stale && !judged && !other.Stale && other.Rule == a.Rule && other.Entity == a.Entity && other.EntityField == a.EntityField &&
				other.Window.From < a.Window.To && a.Window.From < other.Window.To {
				m.Errorf("the verdict on\n%+v is not on\n%+v\nafter\n%s", a, other, strings.Join(m.did, "\n"))
			}
		}
	}
	if found != len(m.verdicts) {
		m.Errorf("%d of %d verdicts are left, after\n%s", found, len(m.verdicts), strings.Join(m.did, "\n"))
	}
}

// numberIn is the number of the call that a record is of.
func numberIn(line string) (n int) {
	for _, before := range []string{`-4000-8000-`, `"EventUid":"call-`} {
		if _, rest, ok := strings.Cut(line, before); ok {
			_, _ = fmt.Sscanf(rest, "%d", &n)
		}
	}
	return n
}

// TestAnyOrderIsTheReference: records that come in pieces, rules that are edited, excepted from, taken away and run in part, and verdicts
// in between, in any order, leave what plain Go says of all that came, and every verdict on its alert.
func TestAnyOrderIsTheReference(t *testing.T) {
	var zones []*time.Location
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, zone)
	}
	seeds := *monthSeeds
	if testing.Short() {
		seeds /= 2
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(seed), 7))
			m := &monthly{T: t, r: r, dir: t.TempDir(), all: someMonth(r), verdicts: map[int64]store.Alert{}}
			m.lines = m.all.records(r)
			m.rules = []func(r *rand.Rand) published{
				func(r *rand.Rand) published { return someElastic(r, "events", false, zones) },
				func(r *rand.Rand) published { return someElastic(r, "groups", true, zones) },
				func(r *rand.Rand) published { return someHunt(r, "hunt") },
				func(r *rand.Rand) published { return someSentinel(r, "scheduled", "Scheduled", zones) },
				func(r *rand.Rand) published { return someSentinel(r, "minutely", "NRT", zones) },
				func(r *rand.Rand) published { return someSentinel(r, "hunting", "", zones) },
			}
			m.now, m.excepted = make([]published, len(m.rules)), make([]string, len(m.rules))
			m.load()
			for i := range m.rules {
				m.add(i)
			}
			for len(m.lines) > 0 || r.IntN(4) > 0 {
				switch r.IntN(8) {
				case 0, 1:
					if len(m.lines) > 0 {
						m.load()
					}
				case 2:
					m.edit()
				case 3:
					m.except()
				case 4:
					m.judge()
				default:
					m.detect()
				}
			}
			for i := range m.rules {
				if m.now[i] == nil {
					m.add(i)
				}
			}
			m.compare()
		})
	}
}
