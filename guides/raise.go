package guides

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strings"

	"casebook/engine"
	"casebook/engine/plan"
)

// casebook folds overlapping hits of one entity into one alert. The SIEM that a rule was written for does otherwise, and
// whoever tunes a rule wants to see that too: what each run would have raised there, under its caps, its suppression and
// its grouping into incidents. ES|QL rules are raised as Elastic does, KQL rules as Sentinel does.

// Told is what a run of a rule came to: its hits, the fate of each, and the alerts it raised.
type Told struct {
	Tick   int64
	Hits   []engine.Hit
	Fates  []Fate
	Raised []Raised
}

// Fate is what becomes of one hit.
type Fate struct {
	How   How
	Alert int // the number of the alert it is in or was folded into, from 1; 0 for none
	// Incident is the number of the incident that alert belongs to, from 1; Elastic has none.
	Incident int
}

// How says how a hit met its fate.
type How string

// The fates.
const (
	HowAlert      How = "alert"      // it is, or is a part of, an alert of this run
	HowSuppressed How = "suppressed" // it was counted by an alert before it, or its rule was resting
	HowRepeated   How = "repeated"   // the same event was raised before
	HowOverCap    How = "over-cap"   // the run had more than is raised
	HowNoTrigger  How = "no-trigger" // the number of rows does not meet the rule's threshold
)

// Raised is one alert.
type Raised struct {
	Number   int
	Incident int
	Tick     int64
	Title    string
	Text     string // what the rule's format says of it; "" for none
	Severity engine.Severity
	Risk     int
	Hits     []int // by their places in the run
	Entities []Named
	Details  []Named
}

// Named are the values of one mapped entity, or of one field that suppression goes by.
type Named struct {
	Entity string
	Values []string
}

// Raiser is told of a rule's runs in the order of their ticks. Runs without hits need to be told of only when the rule's
// trigger can hold for no rows (lt, eq, ne).
type Raiser struct {
	d       *Detection
	each    func(tick int64, hits []engine.Hit) ([]Fate, []Raised)
	count   int
	pending []engine.Hit // of the run being fed

	// Elastic
	aggregates bool
	expanded   []string          // columns whose values make several rows of one event
	seen       map[[16]byte]bool // digests of what tells rows apart
	windows    map[string]window

	// Sentinel
	restsUntil int64
	incidents  []incident // that can still take alerts
	incidentNo int
}

// window is a time in which like hits are folded into one alert.
type window struct {
	until int64
	alert int
}

// NewRaiser begins with nothing raised. The plan of the rule's query tells whether its rows are events or groups of them.
func NewRaiser(d *Detection, query plan.Node) *Raiser {
	r := &Raiser{d: d, aggregates: aggregates(query), expanded: expanded(query), seen: map[[16]byte]bool{}, windows: map[string]window{}}
	r.each = r.elastic
	if d.Rule.Language == engine.KQL {
		r.each = r.sentinel
	}
	return r
}

func aggregates(n plan.Node) bool {
	if n == nil {
		return false
	}
	if a, ok := n.(*plan.Aggregate); ok && !a.Inline {
		return true
	}
	for _, input := range plan.Inputs(n) {
		if aggregates(input) {
			return true
		}
	}
	return false
}

// expanded are the columns that a query has made rows of their values of.
func expanded(n plan.Node) (names []string) {
	if n == nil {
		return nil
	}
	if x, ok := n.(*plan.Expand); ok {
		for _, c := range x.Columns {
			names = append(names, x.Out[c.Out].Name)
		}
	}
	for _, input := range plan.Inputs(n) {
		names = append(names, expanded(input)...)
	}
	return names
}

// Run gives the fate of each hit of one run, and the alerts that the run raised.
func (r *Raiser) Run(tick int64, hits []engine.Hit) ([]Fate, []Raised) {
	fates, raised := r.each(tick, hits)
	for i := range raised {
		for _, at := range raised[i].Hits {
			fates[at] = Fate{HowAlert, raised[i].Number, raised[i].Incident}
		}
	}
	return fates, raised
}

// Feed takes hits one by one, in the order in which a replay gives them, and tells of a run once the next one begins; Flush
// tells of the last.
func (r *Raiser) Feed(hit engine.Hit, tell func(Told) error) error {
	if len(r.pending) > 0 && r.pending[0].Tick != hit.Tick {
		if err := r.Flush(tell); err != nil {
			return err
		}
	}
	r.pending = append(r.pending, hit)
	return nil
}

// Idle is what becomes of a run whose rows do not set the rule off: while the rule rests it is not run at all. Runs before it have
// been told of.
func (r *Raiser) Idle(tick int64) How {
	if tick < r.restsUntil {
		return HowSuppressed
	}
	return HowNoTrigger
}

// Flush tells of the run whose hits were fed last, if there is one.
func (r *Raiser) Flush(tell func(Told) error) error {
	hits := r.pending
	r.pending = nil
	if len(hits) == 0 {
		return nil
	}
	fates, raised := r.Run(hits[0].Tick, hits)
	return tell(Told{hits[0].Tick, hits, fates, raised})
}

func (r *Raiser) alert(tick int64, hits ...int) Raised {
	r.count++
	return Raised{Number: r.count, Tick: tick, Hits: hits, Title: r.d.Rule.Title, Severity: r.d.Rule.Severity, Risk: r.d.Rule.Risk}
}

// own gives an alert of one row what its rule takes from the row: a title, a severity, a risk. What is empty or makes no sense
// leaves the rule's own.
func (r *Raiser) own(a *Raised, hit engine.Hit) {
	if title, ok := filled(r.d.Headline.Title, hit); ok {
		a.Title = title
	}
	a.Text, _ = filled(r.d.Headline.Text, hit)
	a.Severity, a.Risk = r.d.Rule.Rate(&hit)
}

var formatColumn = regexp.MustCompile(`\{\{\s*([^{}]+?)\s*\}\}`)

// filled is a format with a row's values; false when there is none, or when a column in it is empty.
func filled(format string, hit engine.Hit) (string, bool) {
	ok := format != ""
	text := formatColumn.ReplaceAllStringFunc(format, func(part string) string {
		values := hit.Texts(formatColumn.FindStringSubmatch(part)[1])
		if len(values) == 0 {
			ok = false
			return ""
		}
		return values[0]
	})
	if !ok {
		return "", false
	}
	return text, true
}

// elastic raises a row an alert, up to the cap. Rows that are events are raised once however many windows hold them; groups
// are raised by every run again. Suppression counts like rows into the first alert, for one run or for a time from it on;
// what it folds counts toward the cap.
func (r *Raiser) elastic(tick int64, hits []engine.Hit) ([]Fate, []Raised) {
	fates := make([]Fate, len(hits))
	var raised []Raised
	used := 0
	rule := &r.d.Rule
	inRun := map[string]int{}
	for i, hit := range hits {
		identity := r.identity(hit)
		if !r.aggregates && r.seen[identity] {
			fates[i] = Fate{How: HowRepeated}
			continue
		}
		if rule.MaxAlerts > 0 && used >= rule.MaxAlerts {
			fates[i] = Fate{How: HowOverCap}
			continue
		}
		used++
		if !r.aggregates {
			r.seen[identity] = true
		}
		group, suppress := r.group(hit)
		if suppress {
			if alert := inRun[group]; alert > 0 {
				fates[i] = Fate{How: HowSuppressed, Alert: alert}
				continue
			}
			if w, ok := r.windows[group]; ok && tick < w.until {
				fates[i] = Fate{How: HowSuppressed, Alert: w.alert}
				continue
			}
		}
		a := r.alert(tick, i)
		r.own(&a, hit)
		for _, by := range rule.Suppress.By {
			a.Entities = append(a.Entities, Named{by, hit.Texts(by)})
		}
		raised = append(raised, a)
		if suppress {
			inRun[group] = a.Number
			if d := rule.Suppress.Duration; d > 0 {
				r.windows[group] = window{tick + int64(d)/100, a.Number}
			}
		}
	}
	return fates, raised
}

// identity tells the events behind rows apart, as Elastic does by the id of the document and by the values that were expanded. What else a row
// says may be otherwise in the next run: how old its event is. Where a row has no id and is of several events, all of it is looked at.
func (r *Raiser) identity(hit engine.Hit) (sum [16]byte) {
	h := fnv.New128a()
	switch id := hit.Texts("_id"); {
	case len(id) == 1:
		fmt.Fprintf(h, "%q", id)
	case len(hit.Events) == 1:
		fmt.Fprint(h, hit.Events)
	default:
		fmt.Fprint(h, hit.Events, hit.Row)
	}
	for _, name := range r.expanded {
		fmt.Fprintf(h, ";%q", hit.Texts(name))
	}
	h.Sum(sum[:0])
	return sum
}

// group is what suppression goes by, and whether it applies: a row without one of the fields may be left alone.
func (r *Raiser) group(hit engine.Hit) (string, bool) {
	s := r.d.Rule.Suppress
	if len(s.By) == 0 {
		return "", false
	}
	var b strings.Builder
	for _, by := range s.By {
		values := hit.Texts(by)
		if len(values) == 0 && s.Missing == "doNotSuppress" {
			return "", false
		}
		fmt.Fprintf(&b, "%q;", values)
	}
	return b.String(), true
}
