package guides

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"casebook/engine"
	"casebook/engine/syntax"
)

// Elastic publishes rules and hunts as TOML. A rule of type esql runs; rules of other types are read all the same, guide
// included, and say in their State why they do not. Keys that mean nothing here are left alone; keys that nobody knows are
// named in the notices, since a rule may depend on them.

type elasticFile struct {
	Metadata  map[string]any   `toml:"metadata"`
	Rule      *elasticRule     `toml:"rule"`
	Hunt      *elasticHunt     `toml:"hunt"`
	Transform elasticTransform `toml:"transform"`
}

type elasticTransform struct {
	Investigate []investigation `toml:"investigate"`
	Osquery     []osquery       `toml:"osquery"`
}

type elasticRule struct {
	Author         []string `toml:"author"`
	Description    string   `toml:"description"`
	FalsePositives []string `toml:"false_positives"`
	From           string   `toml:"from"`
	To             string   `toml:"to"`
	Interval       string   `toml:"interval"`
	Index          []string `toml:"index"`
	Language       string   `toml:"language"`
	License        string   `toml:"license"`
	Name           string   `toml:"name"`
	Note           string   `toml:"note"`
	Query          string   `toml:"query"`
	References     []string `toml:"references"`
	RiskScore      int      `toml:"risk_score"`
	RuleID         string   `toml:"rule_id"`
	Setup          string   `toml:"setup"`
	Severity       string   `toml:"severity"`
	Tags           []string `toml:"tags"`
	Type           string   `toml:"type"`
	MaxSignals     int      `toml:"max_signals"`
	Version        any      `toml:"version"`
	BuildingBlock  string   `toml:"building_block_type"`
	Enabled        *bool    `toml:"enabled"`

	Threat      []elasticThreat `toml:"threat"`
	Suppression *struct {
		GroupBy  []string `toml:"group_by"`
		Duration *struct {
			Value int    `toml:"value"`
			Unit  string `toml:"unit"`
		} `toml:"duration"`
		Missing string `toml:"missing_fields_strategy"`
	} `toml:"alert_suppression"`
	Fields struct {
		Names []string `toml:"field_names"`
	} `toml:"investigation_fields"`
	RuleNameOverride string           `toml:"rule_name_override"`
	SeverityMapping  []elasticMapping `toml:"severity_mapping"`
	RiskMapping      []elasticMapping `toml:"risk_score_mapping"`
	Exceptions       any              `toml:"exceptions_list"`
	Filters          any              `toml:"filters"`

	TimestampOverride any `toml:"timestamp_override"`
	Actions           any `toml:"actions"`
	ResponseActions   any `toml:"response_actions"`

	// Known, and of no consequence for a run here: these rule types are not run.
	TimestampOverrideFallback any `toml:"timestamp_override_fallback_disabled"`
	TimestampField            any `toml:"timestamp_field"`
	EventCategoryOverride     any `toml:"event_category_override"`
	TiebreakerField           any `toml:"tiebreaker_field"`
	TimelineID                any `toml:"timeline_id"`
	TimelineTitle             any `toml:"timeline_title"`
	Threshold                 any `toml:"threshold"`
	NewTerms                  any `toml:"new_terms"`
	AnomalyThreshold          any `toml:"anomaly_threshold"`
	MachineLearningJob        any `toml:"machine_learning_job_id"`
	ThreatFilters             any `toml:"threat_filters"`
	ThreatIndex               any `toml:"threat_index"`
	ThreatIndicatorPath       any `toml:"threat_indicator_path"`
	ThreatLanguage            any `toml:"threat_language"`
	ThreatMapping             any `toml:"threat_mapping"`
	ThreatQuery               any `toml:"threat_query"`
	DataView                  any `toml:"data_view_id"`
	RequiredFields            any `toml:"required_fields"`
	RelatedIntegrations       any `toml:"related_integrations"`
	Throttle                  any `toml:"throttle"`
	Meta                      any `toml:"meta"`
	OutputIndex               any `toml:"output_index"`
	SavedID                   any `toml:"saved_id"`
}

// elasticMapping takes an alert's severity, or its risk, from one of its columns.
type elasticMapping struct {
	Field     string `toml:"field"`
	Operator  string `toml:"operator"`
	Value     string `toml:"value"`
	Severity  string `toml:"severity"`
	RiskScore any    `toml:"risk_score"`
}

type elasticThreat struct {
	Framework string `toml:"framework"`
	Tactic    struct {
		ID        string `toml:"id"`
		Name      string `toml:"name"`
		Reference string `toml:"reference"`
	} `toml:"tactic"`
	Technique []struct {
		ID           string `toml:"id"`
		Name         string `toml:"name"`
		Reference    string `toml:"reference"`
		Subtechnique []struct {
			ID        string `toml:"id"`
			Name      string `toml:"name"`
			Reference string `toml:"reference"`
		} `toml:"subtechnique"`
	} `toml:"technique"`
}

func readElastic(path string, data []byte) ([]*Detection, error) {
	h, err := open(path, data)
	if err != nil {
		return nil, err
	}
	var f elasticFile
	file, unknown := h.toml(&f)
	if file == nil {
		return nil, h.errs.Err()
	}
	var list []*Detection
	switch {
	case f.Rule != nil:
		list = []*Detection{file.rule(path, &f)}
	case f.Hunt != nil:
		list = file.hunt(path, f.Hunt)
	default:
		return nil, fmt.Errorf("%s: want a table [rule] or [hunt]: %w", path, ErrNotRule)
	}
	for _, d := range list {
		for _, key := range unknown {
			if strings.HasPrefix(key, "rule.") || strings.HasPrefix(key, "hunt.") {
				d.Notices = append(d.Notices, "a key that casebook does not know: "+key)
			}
		}
	}
	return list, h.errs.Err()
}

func (f *tomlFile) rule(path string, file *elasticFile) *Detection {
	r := file.Rule
	d := &Detection{Format: FormatElasticRule, Kind: KindRule, Type: r.Type, Source: path,
		Description: strings.TrimSpace(r.Description), Setup: trimHeading(r.Setup, "setup"),
		References: r.References, FalsePositives: trimAll(r.FalsePositives), Authors: r.Author, License: r.License,
		Highlights: r.Fields.Names, BuildingBlock: r.BuildingBlock != "", Disabled: r.Enabled != nil && !*r.Enabled}
	d.Rule = engine.Rule{ID: r.RuleID, Title: r.Name, File: path, Severity: engine.Severity(r.Severity), Risk: r.RiskScore,
		MaxAlerts: r.MaxSignals, Tags: r.Tags, Language: engine.Language(r.Language)}
	if d.Rule.MaxAlerts == 0 {
		d.Rule.MaxAlerts = 100
	}
	if r.Version != nil {
		d.Version = fmt.Sprint(r.Version)
	}
	f.place(&d.Rule, "rule.query", r.Query)
	f.identity(&d.Rule, "rule.")
	f.schedule(d, r)
	f.suppression(d, r)
	if r.RuleNameOverride != "" {
		d.Headline.Title = "{{" + r.RuleNameOverride + "}}"
	}
	for _, m := range r.RiskMapping {
		d.Rule.Rating.RiskColumns = append(d.Rule.Rating.RiskColumns, m.Field)
	}
	for i, m := range r.SeverityMapping {
		if !contains(severities, m.Severity) {
			nearest(f.fault(f.texts[fmt.Sprintf("rule.severity_mapping.%d.severity", i)], "want a known severity, found %q", m.Severity), m.Severity, severities)
		}
		d.Rule.Rating.Severities = append(d.Rule.Rating.Severities, engine.SeverityOf{Column: m.Field, Value: m.Value, Severity: engine.Severity(m.Severity)})
	}
	d.Rule.Entity = entityColumns(d.Rule.Suppress.By)
	for _, t := range r.Threat {
		d.threat(t)
	}
	d.tagTechniques(r.Tags)
	m := &macros{d: d, from: tables(r.Query, r.Index)}
	text := m.take(r.Note, file.Transform.Investigate, file.Transform.Osquery)
	d.Guide = readNote(d, text, m.list)
	d.Rule.State = elasticState(r)
	f.beside(d, file)
	return d
}

// identity wants what every rule must have.
func (f *tomlFile) identity(r *engine.Rule, prefix string) {
	id := map[string]string{"rule.": "rule_id", "hunt.": "uuid"}[prefix]
	switch {
	case r.ID == "" && !f.left[prefix+id]:
		f.fault(syntax.Span{}, "want %s in this rule", id)
	case (r.Title == "" || len(r.Title) > maxTitle) && !f.left[prefix+"name"]:
		f.fault(f.texts[prefix+"name"], "want a name of at most %d bytes", maxTitle)
	}
	if !contains(severities, string(r.Severity)) && !f.left[prefix+"severity"] {
		nearest(f.fault(f.texts[prefix+"severity"], "want a known severity, found %q", r.Severity), string(r.Severity), severities)
	}
}

func (f *tomlFile) suppression(d *Detection, r *elasticRule) {
	s := r.Suppression
	if s == nil {
		return
	}
	d.Rule.Suppress = engine.Suppression{By: s.GroupBy, Missing: s.Missing}
	if s.Duration != nil {
		var ok bool
		if d.Rule.Suppress.Duration, ok = span(strconv.Itoa(s.Duration.Value) + s.Duration.Unit); !ok {
			f.fault(syntax.Span{}, "want a suppression such as 1h, found %d%s", s.Duration.Value, s.Duration.Unit)
		}
	}
	if s.Missing != "" && s.Missing != "suppress" && s.Missing != "doNotSuppress" {
		f.fault(f.texts["rule.alert_suppression.missing_fields_strategy"], "want suppress or doNotSuppress, found %q", s.Missing)
	}
}

// elasticState says why a rule does not run; "" for one that does.
func elasticState(r *elasticRule) string {
	switch {
	case r.Type == "esql" && r.Query != "":
		return ""
	case r.Type == "esql":
		return "unsupported: an esql rule without a query"
	case r.Type == "":
		return "unsupported: a rule without a type"
	case r.Language != "" && r.Language != r.Type:
		return fmt.Sprintf("unsupported: rules of type %s (%s) are not run yet", r.Type, r.Language)
	}
	return fmt.Sprintf("unsupported: rules of type %s are not run yet", r.Type)
}

func (d *Detection) threat(t elasticThreat) {
	if t.Tactic.Name != "" && !contains(d.Tactics, t.Tactic.Name) {
		d.Tactics = append(d.Tactics, t.Tactic.Name)
	}
	for _, one := range t.Technique {
		d.writtenTechnique(one.ID, one.ID+" "+one.Name)
		for _, sub := range one.Subtechnique {
			d.writtenTechnique(sub.ID, sub.ID+" "+sub.Name)
		}
	}
}

func (d *Detection) writtenTechnique(id, written string) {
	if t, ok := technique(id); ok {
		t.Written = strings.TrimSpace(written)
		d.addTechnique(t)
	} else if id != "" {
		d.Notices = append(d.Notices, "a technique that casebook does not know: "+id)
	}
}

// tagTechniques reads the ids that tags hold.
func (d *Detection) tagTechniques(texts []string) {
	for _, text := range texts {
		if t, ok := technique(text); ok && (t.Framework != "ATT&CK" || strings.Contains(text, "attack")) {
			d.addTechnique(t)
		}
	}
}

// subjects are the fields that say whom an alert is about, most telling first; Elastic's rules do not name one. Those of some vendors' logs stand
// under names of their own, which rules over those logs count by.
var subjects = []string{"user.id", "gen_ai.user.id", "aws.cloudtrail.user_identity.arn", "user.name", "user.email", "user.full_name",
	"client.user.name", "source.user.name", "okta.actor.alternate_id", "okta.actor.id", "o365.audit.UserId", "azure.signinlogs.properties.user_principal_name",
	"azure.signinlogs.properties.user_id", "azure.auditlogs.properties.initiated_by.user.userPrincipalName", "kubernetes.audit.user.username",
	"azure.resource.name", "source.ip", "client.ip", "okta.client.ip", "host.id", "host.name", "agent.id", "cloud.account.id"}

// entityColumns are the columns that suppression groups by, and then the subjects.
func entityColumns(by []string) []string {
	list := append([]string{}, by...)
	for _, s := range subjects {
		if !contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// fromCommand is a query up to the end of its FROM, before which there may be settings.
var fromCommand = regexp.MustCompile(`(?is)^(?:\s+|//[^\n]*\n|/\*.*?\*/|set\s[^;]*;)*from\s+([^|]*)`)

// tables is what an investigation of a rule searches: what its query reads, or the indices it lists.
func tables(query string, index []string) string {
	if p := fromCommand.FindStringSubmatch(query); p != nil {
		text := regexp.MustCompile(`//[^\n]*`).ReplaceAllString(p[1], "")
		if at := regexp.MustCompile(`(?i)\s+metadata\s`).FindStringIndex(text + " "); at != nil {
			text = text[:at[0]]
		}
		if text = strings.TrimSpace(text); text != "" && !strings.ContainsAny(text, "()\"`") {
			return strings.Join(strings.Fields(text), " ")
		}
	}
	var safe []string
	for _, name := range index {
		if !strings.ContainsAny(name, " \t\r\n|\"'`=:,()[]/") {
			safe = append(safe, name)
		}
	}
	if len(safe) == 0 {
		return "logs-*"
	}
	return strings.Join(safe, ", ")
}

// trimHeading takes off a first heading that only says what the text is.
func trimHeading(text, word string) string {
	text = strings.TrimSpace(text)
	first, rest, _ := strings.Cut(text, "\n")
	if h := headingLine.FindStringSubmatch(first); h != nil && strings.EqualFold(h[2], word) {
		return strings.TrimSpace(rest)
	}
	return text
}

func trimAll(list []string) []string {
	for i, text := range list {
		list[i] = strings.TrimSpace(text)
	}
	return list
}
