// Package engine is the door of the engine: languages, queries, rules, runs and replays. Other rooms come in here.
package engine

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/syntax"
)

// Language is a query language.
type Language string

// The languages. EQL, Kibana query and Sigma rules are recognised by the readers of rules and not yet run.
const (
	ESQL Language = "esql"
	KQL  Language = "kql"
)

// Severity is how bad a rule says its hits are.
type Severity string

// The severities, in order.
const (
	Informational Severity = "informational"
	Low           Severity = "low"
	Medium        Severity = "medium"
	High          Severity = "high"
	Critical      Severity = "critical"
)

// Severities are all of them, the least first.
var Severities = []Severity{Informational, Low, Medium, High, Critical}

// Rank is a severity's place among all of them, -1 for none of them.
func (s Severity) Rank() int { return slices.Index(Severities, s) }

// Rule is a query with a name, a severity, a schedule and a look-back.
type Rule struct {
	ID       string
	Title    string
	Language Language
	Query    string
	// File is where the query stands, for errors: a host file and the place of the query's first byte in it.
	File         string
	Line, Column int
	Indent       int
	// Added is the part of Query that its file does not have: conditions that stand elsewhere.
	Added syntax.Span `json:"-"`
	// Text is the whole host file as it was read, which stays with whatever the rule raises.
	Text string

	Severity Severity
	Risk     int // 0 to 100
	// Rating gives an alert a severity and a risk of its own, from its rows.
	Rating   Rating `json:",omitzero"`
	Every    time.Duration
	Lookback time.Duration
	// MaxAlerts is the publisher's cap of alerts a run; hits beyond it are kept and marked.
	MaxAlerts int
	// Entity names the result columns that say whom a hit is about; the first that has a value is the alert's entity.
	Entity []string
	// Fields maps a result column to the event field it stands for, where names differ (ActorUser -> user.id).
	Fields map[string]string
	Tags   []string
	ATLAS  []string // AML.T0034
	ATTACK []string // T1499
	// Trigger compares the number of result rows of a run; the zero value means "more than 0".
	Trigger Trigger
	// OneAlert folds all rows of a run into one alert (Sentinel SingleAlert); else a row is an alert.
	OneAlert bool
	Group    Grouping
	Suppress Suppression
	// Functions are those that the query calls and a workspace keeps, and that they call.
	Functions []Function `json:",omitempty"`
	// State says why a rule is not run: "" for a rule that is, else "unsupported: …", in words.
	State string
}

// Print is a digest of all that decides what a rule gives. What else it depends on is for the caller to say.
func (r *Rule) Print(more ...[]byte) ([]byte, error) {
	bare := *r
	bare.File, bare.Line, bare.Column, bare.Indent, bare.Text = "", 0, 0, 0, ""
	text, err := json.Marshal(bare)
	if err != nil {
		return nil, fmt.Errorf("digest rule %s: %w", r.ID, err)
	}
	h := sha256.New()
	for _, part := range append([][]byte{text}, more...) {
		fmt.Fprintf(h, "%d:", len(part))
		h.Write(part)
	}
	return h.Sum(nil), nil
}

// Trigger is Sentinel's threshold on the number of rows.
type Trigger struct {
	Operator  string // gt, lt, eq, ne
	Threshold int
}

// Grouping is how Sentinel puts alerts into incidents.
type Grouping struct {
	Enabled  bool
	Lookback time.Duration
	Matching string   // AllEntities, AnyAlert, Selected
	Entities []string // with Selected
	Reopen   bool
}

// Suppression is when repeated alerts are folded at the source.
type Suppression struct {
	By       []string // Elastic: alert fields; empty for Sentinel's rule-wide suppression
	Duration time.Duration
	Missing  string // suppress or doNotSuppress
}

// Outcome is how a run of a rule ended.
type Outcome string

// The outcomes. Every run has exactly one.
const (
	OutcomeHit         Outcome = "hit"
	OutcomeClean       Outcome = "clean"
	OutcomePartial     Outcome = "partial" // a limit cut the run short
	OutcomeFailed      Outcome = "failed"
	OutcomeUnsupported Outcome = "unsupported" // its type does not run yet
	OutcomeRefused     Outcome = "refused"     // its query has a mistake, or something that nobody here knows
	OutcomeNoData      Outcome = "no-data"     // no event of its source, or none carries a field it needs
)

// Window is a half-open span of time [From, To), in ticks (column.Time).
type Window struct{ From, To int64 }

// Always is all of time, with room on both sides for a look-back.
func Always() []Window { return []Window{{math.MinInt64 / 2, math.MaxInt64 / 2}} }

// Hit is one result row of one scheduled run of a rule.
type Hit struct {
	Rule    string
	Tick    int64 // ticks
	Window  Window
	Index   int // of the row within its run
	Columns []column.Field
	Row     []any   // as column.Vector.Value gives it
	Events  []int64 // ids of the events that made it, ascending
	// OverCap marks a row beyond the publisher's cap for one run.
	OverCap bool
}

// Stage is one step of a query with the rows that came out of it.
type Stage struct {
	Text string // as written
	Rows int
}

// Result is what a query gave.
type Result struct {
	// Query is what ran: the query, or what it was over the events of its window.
	Query    *Query
	Columns  []column.Field
	Batch    *column.Batch
	Stages   []Stage
	Warnings []function.Warning
	// Events are, for each row, the ids of the events that made it.
	Events [][]int64
	// From is the earliest time that it asked a table for, in ticks; math.MinInt64 where it asked for all there is.
	From int64
	// Notices are remarks of the planner: a field taken as null because no table has it.
	Notices []string
}
