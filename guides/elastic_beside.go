package guides

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"casebook/engine/syntax"
)

// What an Elastic rule says beside its query. Its window and its filters are parts of the request that the query is sent with: they hold
// of the source's events, before any stage, so they become a stage right after FROM as exceptions do. What cannot be done here is
// named in Detection.Unapplied.

// schedule reads interval, from and to; Kibana's own defaults are 5 minutes, 6 minutes and now.
func (f *tomlFile) schedule(d *Detection, r *elasticRule) {
	every, back := r.Interval, r.From
	if every == "" {
		every = "5m"
	}
	if back == "" {
		back = "now-6m"
	}
	var ok bool
	if d.Rule.Every, ok = span(every); !ok {
		f.fault(f.texts["rule.interval"], "want an interval such as 10m, found %q", every)
	}
	if p := relative.FindStringSubmatch(back); p == nil || p[1] == "+" || p[1]+p[4] == "" {
		f.fault(f.texts["rule.from"], "want a start such as now-60m, found %q", back)
	} else {
		n, _ := strconv.Atoi(p[2])
		d.Rule.Lookback = time.Duration(n)*relativeLength[p[3]] + relativeLength[p[4]]
		if strings.ContainsAny(p[3], "My") || p[4] != "" { // no fixed length of time: the stretch holds it
			at, _ := relativeTo("NOW()", back, false)
			d.restrict("@timestamp >= " + at)
		}
	}
	switch p := relative.FindStringSubmatch(r.To); {
	case r.To == "" || r.To == "now":
	case p == nil:
		f.fault(f.texts["rule.to"], "want an end such as now-5m, found %q", r.To)
	case p[1] == "+":
		d.Unapplied = append(d.Unapplied, "to: windows end when the rule runs, and not "+r.To)
	default:
		at, _ := relativeTo("NOW()", r.To, false) // Kibana rounds both ends of a rule's window down
		d.restrict("@timestamp <= " + at)
	}
	if d.Rule.Lookback > 0 && d.Rule.Every > d.Rule.Lookback {
		d.Notices = append(d.Notices, "the rule runs less often than it looks back: some events are never looked at")
	}
}

// ownZone is a query that says of which zone its days are, also those of conditions that are put into it.
var ownZone = regexp.MustCompile(`(?i)\bset\s+time_zone\b`)

// relativeLength is how long a unit of a relative time is at the most.
var relativeLength = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "H": time.Hour, "d": 24 * time.Hour,
	"w": 7 * 24 * time.Hour, "M": 31 * 24 * time.Hour, "y": 366 * 24 * time.Hour}

// beside takes in what else bears on a run of an ES|QL rule, once its query and its state are known.
func (f *tomlFile) beside(d *Detection, file *elasticFile) {
	r := file.Rule
	if maturity, _ := file.Metadata["maturity"].(string); maturity != "" && maturity != "production" {
		d.Notices = append(d.Notices, "its publisher calls it "+maturity)
	}
	if d.Rule.State != "" {
		d.Filters = nil
		return
	}
	filters, ok := r.Filters.([]any)
	if !ok && r.Filters != nil {
		f.fault(f.within("rule.filters"), "want filters as Kibana writes them, a list of tables")
	}
	for i, filter := range filters {
		c, err := filterCondition(filter)
		switch {
		case err != nil:
			f.fault(f.within(fmt.Sprintf("rule.filters.%d.", i)), "filter %d cannot be applied: %v", i+1, err)
		case c != "":
			d.restrict(c)
		}
	}
	if len(d.Filters) > 0 && !d.restricted() {
		f.fault(f.texts["rule.query"], "want a query that begins with FROM, since the rule has filters or a window of its own")
	}
	if ownZone.MatchString(r.Query) && strings.Contains(strings.Join(d.Filters, " "), "DATE_TRUNC(") {
		f.fault(f.texts["rule.query"], "want a query without a time_zone of its own, since the rule's window or filters begin with a day or an hour of UTC")
	}
	for _, part := range []struct {
		value any
		text  string
	}{
		{r.Exceptions, "exceptions_list: Kibana keeps the lists that it names; exceptions in files are added with casebook rules add"},
		{r.TimestampOverride, fmt.Sprintf("timestamp_override: windows go by @timestamp and not by %v", r.TimestampOverride)},
		{r.Actions, "actions: nothing is done about an alert but to keep it"},
		{r.ResponseActions, "response_actions: nothing is done about an alert but to keep it"},
	} {
		if list, is := part.value.([]any); part.value != nil && (!is || len(list) > 0) && part.value != "@timestamp" {
			d.Unapplied = append(d.Unapplied, part.text)
		}
	}
}

// restrict keeps from a rule the events that do not meet a condition.
func (d *Detection) restrict(condition string) { d.Filters = append(d.Filters, condition) }

// restricted puts the filters into the query; false where it has no FROM.
func (d *Detection) restricted() bool {
	at := afterFrom(d.Rule.Query)
	if at < 0 {
		return false
	}
	d.add(at, " | WHERE "+strings.Join(d.Filters, " AND "))
	return true
}

// add puts a condition from elsewhere behind the query's FROM.
func (d *Detection) add(at int, condition string) {
	q := d.Rule.Query
	d.Rule.Query = q[:at] + condition + q[at:]
	d.Rule.Added = syntax.Span{Start: at, End: max(d.Rule.Added.End, at) + len(condition)}
}

// within is where the first text of a part of the file stands.
func (f *tomlFile) within(prefix string) (first syntax.Span) {
	for path, s := range f.texts {
		if strings.HasPrefix(path, prefix) && (first == syntax.Span{} || s.Start < first.Start) {
			first = s
		}
	}
	return first
}
