package guides

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"casebook/engine"
)

// Sentinel publishes analytic rules and hunting queries as YAML, in KQL. A hunting query has no schedule: it gets one as
// Elastic's hunts do. Sigma rules, custom detections and summary rules are YAML too;
// they are recognised and not yet run.

func readYAML(path string, data []byte) ([]*Detection, error) {
	h, err := open(path, data)
	if err != nil {
		return nil, err
	}
	text := strings.TrimPrefix(h.file.Text, "\ufeff")
	var doc yaml.Node
	if err := yaml.NewDecoder(strings.NewReader(text)).Decode(&doc); errors.Is(err, io.EOF) || err == nil && !isMapping(&doc) {
		return nil, fmt.Errorf("%s: want keys and values: %w", path, ErrNotRule)
	}
	s := &sentinel{d: &Detection{Source: path}}
	s.d.Rule.File = path
	if keys := keysOf(&doc); isSigma(keys) { // whose files may hold what makes YAML dangerous, and none of it is looked at
		s.yamlFile, s.keys = &yamlFile{host: h, root: doc.Content[0]}, keys
		s.sigma()
		return []*Detection{s.d}, h.errs.Err()
	}
	y, ok := h.yaml(text, "a rule")
	if !ok {
		return nil, h.errs.Err()
	}
	s.yamlFile, s.keys = y, keysOf(y.root)
	if s.relative() {
		return []*Detection{s.d}, h.errs.Err()
	}
	if s.keys["name"] == nil || s.keys["query"] == nil && (s.keys["kind"] == nil || s.keys["id"] == nil) {
		return nil, fmt.Errorf("%s: want a Sentinel rule (name, query) or a Sigma rule (logsource, detection): %w", path, ErrNotRule)
	}
	s.read()
	return []*Detection{s.d}, h.errs.Err()
}

func isMapping(doc *yaml.Node) bool {
	return len(doc.Content) > 0 && doc.Content[0].Kind == yaml.MappingNode
}

// keysOf are the values of a mapping, or of the one that a document is; one that is null is as if it were not there.
func keysOf(n *yaml.Node) map[string]*yaml.Node {
	keys := map[string]*yaml.Node{}
	if n.Kind == yaml.DocumentNode && isMapping(n) {
		n = n.Content[0]
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i+1].Tag != "!!null" {
			keys[n.Content[i].Value] = n.Content[i+1]
		}
	}
	return keys
}

// sentinel reads one rule of Sentinel.
type sentinel struct {
	*yamlFile
	keys map[string]*yaml.Node
	d    *Detection
}

// field reads one key of a Sentinel rule; a nil one means nothing for a run here.
var sentinelFields = map[string]func(s *sentinel, n *yaml.Node){
	"id":                    func(s *sentinel, n *yaml.Node) { s.d.Rule.ID = s.text(n) },
	"name":                  func(s *sentinel, n *yaml.Node) { s.d.Rule.Title = s.text(n) },
	"description":           func(s *sentinel, n *yaml.Node) { s.d.Description = s.unquoted(n) },
	"severity":              func(s *sentinel, n *yaml.Node) { s.severity(n) },
	"query":                 func(s *sentinel, n *yaml.Node) { s.query(n) },
	"queryFrequency":        func(s *sentinel, n *yaml.Node) { s.d.Rule.Every = s.duration(n) },
	"queryPeriod":           func(s *sentinel, n *yaml.Node) { s.d.Rule.Lookback = s.duration(n) },
	"triggerOperator":       func(s *sentinel, n *yaml.Node) { s.d.Rule.Trigger.Operator = s.operator(n) },
	"triggerThreshold":      func(s *sentinel, n *yaml.Node) { s.d.Rule.Trigger.Threshold = s.count(n, 0, 10_000) },
	"tactics":               func(s *sentinel, n *yaml.Node) { s.d.Tactics = s.texts(n) },
	"relevantTechniques":    func(s *sentinel, n *yaml.Node) { s.techniques(n) },
	"techniques":            func(s *sentinel, n *yaml.Node) { s.techniques(n) },
	"subTechniques":         func(s *sentinel, n *yaml.Node) { s.techniques(n) },
	"tags":                  func(s *sentinel, n *yaml.Node) { s.d.Rule.Tags = s.tags(n) },
	"version":               func(s *sentinel, n *yaml.Node) { s.d.Version = s.text(n) },
	"enabled":               func(s *sentinel, n *yaml.Node) { s.d.Disabled = !s.yes(n) },
	"isEnabled":             func(s *sentinel, n *yaml.Node) { s.d.Disabled = !s.yes(n) },
	"suppressionEnabled":    func(s *sentinel, n *yaml.Node) { s.suppression(n) },
	"status":                func(s *sentinel, n *yaml.Node) { s.status(n) },
	"entityMappings":        func(s *sentinel, n *yaml.Node) { s.entities(n) },
	"customDetails":         func(s *sentinel, n *yaml.Node) { s.d.Details = s.words(n) },
	"eventGroupingSettings": func(s *sentinel, n *yaml.Node) { s.grouping(n) },
	"incidentConfiguration": func(s *sentinel, n *yaml.Node) { s.incidents(n) },
	"alertDetailsOverride":  func(s *sentinel, n *yaml.Node) { s.headline(n) },

	"kind": nil, "metadata": nil, "requiredDataConnectors": nil, "suppressionDuration": nil, "author": nil, "displayName": nil,
	"templateVersion": nil, "alertRuleTemplateName": nil, "startTimeUtc": nil, "lastModifiedUtc": nil,
	// What Microsoft's repository says of a rule's origin.
	"source": nil, "support": nil, "categories": nil, "threatAnalysisTactics": nil, "threatAnalysisTechniques": nil,

	"sentinelEntitiesMappings": func(s *sentinel, _ *yaml.Node) {
		s.unapplied("sentinelEntitiesMappings: entities that the query itself makes are not read")
	},
}

func (s *sentinel) read() {
	d := s.d
	d.Rule.Language, d.Rule.OneAlert = engine.KQL, true
	s.kind()
	for i := 0; i+1 < len(s.root.Content); i += 2 {
		name := s.root.Content[i].Value
		read, known := sentinelFields[name]
		switch {
		case !known:
			d.Notices = append(d.Notices, "a key that casebook does not know: "+name)
		case read != nil && s.keys[name] != nil:
			read(s, s.root.Content[i+1])
		}
	}
	s.schedule()
	if d.Rule.ID == "" {
		s.fault(s.span(s.root), "want an id in this rule")
	}
	if d.Rule.Title == "" || len(d.Rule.Title) > maxTitle {
		at := s.root
		if n := s.keys["name"]; n != nil {
			at = n
		}
		s.fault(s.span(at), "want a name of at most %d bytes", maxTitle)
	}
	if len(d.Rule.Entity) == 0 {
		d.Rule.Entity = sentinelSubjects
	}
	d.Setup = s.connectors()
	d.Guide = readNote(d, d.Description, nil)
}

// sentinelSubjects are columns by which queries without entity mappings tend to say whom a row is about.
var sentinelSubjects = []string{"ActorUser", "ActorEmail", "ActorUsername", "UserPrincipalName", "AccountCustomEntity", "Account",
	"ActorIp", "SrcIpAddr", "IPAddress", "IPCustomEntity", "HostCustomEntity", "Computer"}

func (s *sentinel) kind() {
	d, kind := s.d, "Scheduled"
	if n := s.keys["kind"]; n != nil {
		kind = s.text(n)
		for _, known := range []string{"Scheduled", "NRT"} {
			if strings.EqualFold(kind, known) { // as published, scheduled too
				kind = known
			}
		}
	}
	d.Format, d.Kind, d.Type = FormatSentinelRule, KindRule, kind
	switch {
	case kind == "NRT":
		d.Rule.Every, d.Rule.Lookback = time.Minute, time.Minute
	case kind != "Scheduled":
		d.Rule.State = fmt.Sprintf("unsupported: rules of kind %s are not run yet", kind)
	case s.keys["queryFrequency"] == nil && s.keys["queryPeriod"] == nil:
		d.Format, d.Kind, d.Type = FormatSentinelHunt, KindHunt, "hunt"
		d.Rule.OneAlert = false
	}
}

var (
	isoDuration = regexp.MustCompile(`^P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?$`)
	isoUnits    = []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second}
)

// duration reads PT1H, P14D, or the short form 1h that Microsoft's repository uses.
func (s *sentinel) duration(n *yaml.Node) time.Duration {
	text := s.text(n)
	if d, ok := span(strings.ToLower(text)); ok {
		return d
	}
	total := time.Duration(0)
	if p := isoDuration.FindStringSubmatch(strings.ToUpper(text)); p != nil {
		for i, unit := range isoUnits {
			if v, err := strconv.Atoi(p[i+1]); err == nil {
				total += time.Duration(v) * unit
			}
		}
	}
	if total <= 0 || total > 10*366*24*time.Hour {
		s.fault(s.span(n), "want a length of time such as PT1H or P14D, found %q", text)
		return 0
	}
	return total
}

// kqlBack is how queries say how far they look back: ago(14d), let lookback = 14d, starttime - 14d, (endtime - starttime) * 7.
var kqlBack = regexp.MustCompile(`(?i)(?:\bago\s*\(\s*|\blet\s+\w+\s*=\s*|-\s*)(\d{1,4})(d|h|m)\b|-\s*start\w*\s*\)\s*\*\s*(\d{1,3})\b`)

// kqlReach is how far back a query looks by its own words, at least one day; a hunt that asks for the range it is run over
// looks back from where that begins.
func kqlReach(query string) time.Duration {
	const day = 24 * time.Hour
	longest, before := day, time.Duration(0)
	for _, p := range kqlBack.FindAllStringSubmatch(query, -1) {
		if times, err := strconv.Atoi(p[3]); err == nil {
			before = max(before, time.Duration(times)*day)
		} else if d, ok := span(p[1] + strings.ToLower(p[2])); ok {
			before = max(before, d)
		}
	}
	if strings.Contains(query, "{{StartTimeISO}}") {
		return day + before
	}
	return max(longest, before)
}

func (s *sentinel) severity(n *yaml.Node) {
	text := strings.ToLower(s.text(n))
	if !contains(severities, text) {
		nearest(s.fault(s.span(n), "want a known severity, found %q", n.Value), text, severities)
	}
	s.d.Rule.Severity = engine.Severity(text)
}

var operators = map[string]string{"gt": "gt", "lt": "lt", "eq": "eq", "ne": "ne",
	"greaterthan": "gt", "lessthan": "lt", "equal": "eq", "notequal": "ne"}

func (s *sentinel) operator(n *yaml.Node) string {
	op := operators[strings.ToLower(s.text(n))]
	if op == "" {
		s.fault(s.span(n), "want one of gt, lt, eq, ne, found %q", n.Value)
	}
	return op
}

func (s *sentinel) yes(n *yaml.Node) bool {
	text := strings.ToLower(s.text(n))
	if text != "true" && text != "false" {
		s.fault(s.span(n), "want true or false, found %q", n.Value)
	}
	return text == "true"
}

func (s *sentinel) techniques(n *yaml.Node) {
	for _, id := range s.texts(n) {
		s.d.writtenTechnique(id, id)
	}
}

// tags are words, or in Microsoft's repository names with values.
func (s *sentinel) tags(n *yaml.Node) []string {
	var list []string
	for _, item := range s.items(n) {
		if item.Kind != yaml.MappingNode {
			list = append(list, s.text(item))
			continue
		}
		for i := 0; i+1 < len(item.Content); i += 2 {
			list = append(list, item.Content[i].Value+": "+item.Content[i+1].Value)
		}
	}
	return list
}

// unquoted is a text without the quotation marks that many descriptions stand in.
func (s *sentinel) unquoted(n *yaml.Node) string {
	text := s.text(n)
	if len(text) > 1 && text[0] == '\'' && text[len(text)-1] == '\'' {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	return text
}

// connectors says what must be connected for the rule to see anything.
func (s *sentinel) connectors() string {
	n := s.keys["requiredDataConnectors"]
	if n == nil {
		return ""
	}
	var lines []string
	for _, item := range s.items(n) {
		if item.Kind != yaml.MappingNode {
			continue
		}
		var id string
		var types []string
		for i := 0; i+1 < len(item.Content); i += 2 {
			switch item.Content[i].Value {
			case "connectorId":
				id = s.text(item.Content[i+1])
			case "dataTypes":
				types = s.texts(item.Content[i+1])
			}
		}
		lines = append(lines, fmt.Sprintf("- connector %s: %s", id, strings.Join(types, ", ")))
	}
	return strings.Join(lines, "\n")
}

// query reads the rule's query.
func (s *sentinel) query(n *yaml.Node) {
	r := &s.d.Rule
	r.Query, r.Line, r.Column, r.Indent = s.queryAt(n)
}
