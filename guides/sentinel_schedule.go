package guides

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"casebook/engine"
)

// When a Sentinel rule runs, and what Sentinel itself would not take of what it says.

// schedule fills in what a hunting query does not say, and looks at what a rule does.
func (s *sentinel) schedule() {
	d, r := s.d, &s.d.Rule
	if d.Kind == KindHunt {
		r.OneAlert = false
		r.Every, r.Lookback = 24*time.Hour, kqlReach(r.Query)
		d.Chosen = append(d.Chosen, "every", "lookback")
	}
	if r.Severity == "" {
		r.Severity = engine.Medium
		d.Chosen = append(d.Chosen, "severity")
	}
	if r.State != "" {
		return
	}
	switch {
	case s.keys["query"] == nil:
		s.fault(s.span(s.root), "want a query in this rule")
	case d.Type == "NRT":
		s.everyMinute()
	case r.Every == 0 || r.Lookback == 0:
		if len(s.errs) == 0 {
			s.fault(s.span(s.root), "want both queryFrequency and queryPeriod")
		}
	case d.Kind == KindRule:
		s.bounds()
	}
}

// everyMinute is the schedule of NRT rules, which have none of their own and raise an alert for any row.
func (s *sentinel) everyMinute() {
	r := &s.d.Rule
	for _, key := range []string{"queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"} {
		if s.keys[key] != nil {
			s.unapplied("%s: an NRT rule looks each minute at that minute, and any row is an alert", key)
		}
	}
	r.Every, r.Lookback, r.Trigger = time.Minute, time.Minute, engine.Trigger{}
}

// The bounds that Sentinel sets to scheduled rules.
const (
	leastPeriod      = 5 * time.Minute
	mostPeriod       = 14 * 24 * time.Hour
	mostSuppression  = 24 * time.Hour
	mostQuery        = 10_000 // characters
	usualSuppression = 5 * time.Hour
)

// bounds notes where a rule is one that Sentinel would not take; here it runs as it says.
func (s *sentinel) bounds() {
	r := &s.d.Rule
	for _, part := range []struct {
		is   bool
		text string
	}{
		{r.Every > r.Lookback, "Sentinel refuses a rule that runs less often than it looks back: some events are never looked at"},
		{r.Every < leastPeriod || r.Every > mostPeriod, "Sentinel refuses a queryFrequency under 5 minutes or over 14 days"},
		{r.Lookback < leastPeriod || r.Lookback > mostPeriod, "Sentinel refuses a queryPeriod under 5 minutes or over 14 days"},
		{r.Suppress.Duration > mostSuppression, "Sentinel refuses a suppressionDuration over 24 hours"},
		{len([]rune(r.Query)) > mostQuery, "Sentinel refuses a query of more than 10,000 characters"},
		{r.Trigger.Operator == "lt" && r.Trigger.Threshold == 0, "no number of rows is less than 0: the rule can never raise an alert"},
	} {
		if part.is {
			s.d.Notices = append(s.d.Notices, part.text)
		}
	}
}

// suppression counts only when it is switched on.
func (s *sentinel) suppression(on *yaml.Node) {
	if !s.yes(on) {
		return
	}
	if n := s.keys["suppressionDuration"]; n != nil {
		s.d.Rule.Suppress.Duration = s.duration(n)
		return
	}
	s.d.Rule.Suppress.Duration = usualSuppression
	s.d.Notices = append(s.d.Notices, "suppression is on without a suppressionDuration: 5 hours, as Sentinel has it")
}

// status is what its publisher says of a rule's age.
func (s *sentinel) status(n *yaml.Node) {
	if text := s.text(n); !strings.EqualFold(text, "Available") && !strings.EqualFold(text, "Preview") {
		s.d.Notices = append(s.d.Notices, "its publisher calls it "+strings.ToLower(text))
	}
}

func (s *sentinel) unapplied(format string, args ...any) {
	s.d.Unapplied = append(s.d.Unapplied, fmt.Sprintf(format, args...))
}

// each calls read with every known key of a mapping. Others are noted with their line: the rule runs without them.
func (s *sentinel) each(n *yaml.Node, known []string, read func(name string, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		s.fault(s.span(n), "want keys and values").WithHint("known are %s", strings.Join(known, ", "))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case !contains(known, key.Value):
			s.d.Notices = append(s.d.Notices, fmt.Sprintf("line %d: a key that casebook does not know here: %s", key.Line, key.Value))
		case value.Tag != "!!null":
			read(key.Value, value)
		}
	}
}
