// Package guides holds detections: a rule, and what to do when it fires.
//
// casebook's own are Markdown files (library/*.md): front matter, the rule's query in a fence, and sections of steps, some
// with a live query of their own. Rules that others published come through the same door, unmodified: Elastic's TOML and
// Sentinel's YAML. Whatever the format, a query keeps its place in the file that a person wrote, so that an error points there.
package guides

import (
	"time"

	"casebook/engine"
	"casebook/engine/syntax"
)

// Detection is a rule with its guide and what its publisher says of it.
type Detection struct {
	Rule   engine.Rule
	Guide  Guide
	Kind   Kind
	Format Format
	Type   string // what its publisher calls such a rule: esql, eql, new_terms, threshold, Scheduled, NRT …
	Source string // the path it was read from

	Description    string
	Setup          string
	References     []string
	FalsePositives []string
	Authors        []string
	License        string
	Version        string
	// Published is what the detection is modelled on, where casebook wrote its own.
	Published Publication
	// Chosen names the front-matter keys whose values are casebook's choice and not the publisher's.
	Chosen []string

	// Techniques are the rule's ATLAS, ATT&CK and OWASP references, with each as its author wrote it.
	Techniques []Technique
	Tactics    []string
	// Highlights are fields that the publisher wants an analyst to see first. Some may no longer exist.
	Highlights []string
	Exceptions []Exception
	// Filters are conditions on the source's events that stand beside the query in the file, in the query's language. They are in it.
	Filters  []string
	Entities []Entity
	// Details maps a name to the result column that an alert shows under it.
	Details map[string]string
	// Headline is how an alert's title and text are made from its row, if not from the rule's.
	Headline Headline
	// NoIncident alerts stand by themselves; else GroupBy are what, beside Rule.Group, puts alerts into one incident.
	NoIncident bool
	GroupBy    struct{ AlertDetails, CustomDetails []string }
	// BuildingBlock rules feed other rules; their alerts are not shown by themselves.
	BuildingBlock bool
	// Disabled rules are published switched off.
	Disabled bool

	// Notices are remarks of the reader: a key it does not know, a macro it cannot use.
	Notices []string
	// Unapplied is what the file asks of its SIEM and casebook does not do, each with what that means.
	Unapplied []string
}

// Kind says whether a detection is meant to run on a schedule or when someone hunts.
type Kind string

// The kinds.
const (
	KindRule Kind = "rule"
	KindHunt Kind = "hunt"
)

// Format is how a detection's file is written.
type Format string

// The formats.
const (
	FormatCasebook     Format = "casebook"
	FormatElasticRule  Format = "elastic rule"
	FormatElasticHunt  Format = "elastic hunt"
	FormatSentinelRule Format = "sentinel rule"
	FormatSentinelHunt Format = "sentinel hunt"
	FormatSigma        Format = "sigma"
)

// Publication names the published detection that one of casebook's own is modelled on.
type Publication struct{ Name, By, ID, Version string }

// Technique is one reference to a public catalogue of attacks.
type Technique struct {
	Framework string // ATLAS, ATT&CK or OWASP
	ID        string // AML.T0015, T1499, LLM04
	Written   string // as the author put it: "Mitre Atlas: T0015"
}

// Entity says which result columns name a thing that an alert is about, as Sentinel maps them.
type Entity struct {
	Type    string            // Account, IP, CloudApplication …
	Columns map[string]string // identifier -> result column
}

// Exception keeps some events from a rule: all of its entries must hold.
type Exception struct {
	Name    string
	Entries []ExceptionEntry
	Expires time.Time // it counts for runs before; zero for always
	Source  string    // the file that it stands in
}

// ExceptionEntry is one condition of an exception on a field of the source.
type ExceptionEntry struct {
	Field    string
	Operator string // match, match_any, exists, wildcard
	Values   []string
	Excluded bool
}

// Headline holds formats of an alert's words, with {{column}} for the row's values.
type Headline struct{ Title, Text, TacticsColumn string }

// Guide is what to do when a rule fires.
type Guide struct{ Sections []Section }

// Steps is every step of the guide, in order.
func (g Guide) Steps() []Step {
	var all []Step
	for _, s := range g.Sections {
		all = append(all, s.Steps...)
	}
	return all
}

// Section is a headed part of a guide.
type Section struct {
	Title string
	Level int    // of its heading, from 1
	Text  string // prose and plain lists, Markdown
	Steps []Step
}

// Step is one question of a guide, or one thing to do.
type Step struct {
	Key    string // stays the same when the text is edited, so that answers stay with it
	Text   string
	Detail string // Markdown
	Level  int    // 0, or how many steps it stands under

	// Manual steps cannot be answered from logs that casebook reads: they take a note.
	Manual bool
	// A live step has a query. File holds the same text with its place, for errors.
	Language engine.Language
	Query    string
	File     *syntax.File
	Params   []string // the names that Bind must give values, in order of appearance

	// Elsewhere is a query for a system that casebook cannot ask (osquery): shown, never run.
	Elsewhere string
}

// Live tells whether the step has a query to run.
func (s Step) Live() bool { return s.Query != "" }
