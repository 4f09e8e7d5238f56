// Package function is the one table of what queries can call: operators, scalar functions, aggregates and window functions
// of both languages. A row says a function's name, signatures, treatment of nulls and multi-values, one line of
// documentation, and carries the code that computes it over vectors. Where the languages differ, they have different rows.
package function

import (
	"context"
	"fmt"
	"sync"

	"casebook/engine/column"
	"casebook/engine/literal"
)

// Kind is how a function is called.
type Kind uint8

// The kinds.
const (
	Scalar    Kind = iota // one value a row, from that row alone
	Aggregate             // one value a group
	Window                // one value a row, from the whole ordered input: prev, row_number
)

// Meaning marks the rows whose meaning the engine uses when it moves conditions towards the source. A comparison may be
// marked only when it is not true for a null or several values on either side, and compares texts by their bytes.
type Meaning uint8

// The meanings.
const (
	MeansNothing Meaning = iota
	MeansAnd             // true exactly where both arguments are
	MeansOr              // true exactly where one of the arguments is
	MeansEqual
	MeansLess
	MeansLessEqual
	MeansGreater
	MeansGreaterEqual
	MeansIn       // the first argument equals one of the others
	MeansWithin   // the first argument, an address, is in one of the blocks that the others are
	MeansIsNull   // true exactly where there is no value
	MeansNotNull  // true exactly where there is one
	MeansProperty // of a dynamic value, by its name; nothing where it has none
	MeansFilled   // its one argument, or "" where there is no value
	MeansCase     // its one text argument with letters of the other case
	MeansJoined   // its text arguments one after the other
	MeansEither   // one of its arguments
	MeansChoice   // condition, value, condition, value …, and perhaps a value for the rest
)

// Row is one function of one language; a name may have several rows (overloads), of which the front end picks one.
type Row struct {
	Name string // as the language spells it; operators by their symbol: "+", "=="
	Kind Kind
	Doc  string // one line for people

	// Params are the argument types. Variadic repeats the last one. Optional is how many trailing ones may be left out.
	Params   []column.Type
	Optional int
	Variadic bool
	Returns  column.Type
	// Signature replaces the above in KQL rows, whose arguments are of kinds (any number, any array) rather than of types.
	Signature *Signature

	// Nulls: a scalar row is given a null argument only when it says so; else the result is null without a call.
	Nulls bool
	// Multi: a scalar row is given multi-values only when it says so; else a multi-value gives null and a warning.
	Multi bool

	// Silent: of single values, and an aggregate of any, the row never warns. Several: it may give several where it is given single ones.
	Silent, Several bool
	// Adds: an aggregate that warns only where the numbers add up to more than their type holds.
	Adds bool

	// Means tells the engine what the row means, where it can use that.
	Means Meaning
	// Needs is what must stand in the text of the first argument for the row to be true; nil where nothing must. The arguments
	// behind the first are constants.
	Needs func(args []*column.Vector) literal.Need

	// Exactly one of these is the code. Lazy is for scalar rows (CASE, COALESCE, iff) that ask for their arguments one at
	// a time, over the rows that still need them; they see nulls and multi-values whatever Nulls and Multi say.
	Eval Eval                                          // Scalar and Window
	Lazy Lazy                                          // Scalar
	New  func(env *Env, args []column.Type) Aggregator // Aggregate
}

// Eval computes n rows. A scalar row without Multi gets no vector with Offsets. Where a row without Nulls has a null
// argument, the result is null whatever Eval puts there, but Eval must not warn of it. The result's type may be any of the
// right kind: the caller gives it the type that the plan says.
type Eval func(env *Env, args []*column.Vector, n int) (*column.Vector, error)

// Lazy computes n rows of type t out of count arguments. arg evaluates argument k over some rows: all of them when rows
// is nil, else those named, in that order.
type Lazy func(env *Env, t column.Type, count, n int, arg Arg) (*column.Vector, error)

// Arg evaluates one argument over some rows.
type Arg func(k int, rows []int32) (*column.Vector, error)

// Aggregator gathers one aggregate over all groups of a query.
//
// Add takes a batch: row i belongs to group groups[i]. Groups are numbered from 0 as they appear, and the aggregator grows
// to hold groups it has not seen. Constant arguments (a percentile's rank) are whole vectors like any other.
type Aggregator interface {
	Add(groups []int32, args []*column.Vector, n int) error
	// Result is one row a group, in group order; groups that were never added have the aggregate's value over nothing.
	Result(groups int) (*column.Vector, error)
}

// Env is what a running query gives its functions.
type Env struct {
	Context context.Context
	AsOf    int64 // NOW() and now(), in ticks (column.Time)
	Limits  Limits

	mu       sync.Mutex
	warnings map[string]int
	order    []string
	failures map[Place]int // how many different ones were told

	root  *Env // where warnings are gathered; nil for itself
	place Place
}

// Place is a call in the text of a query, for the warnings of languages that name it.
type Place struct {
	Line, Column int
	Text         string
}

// Named is an error that says where in the query it came about.
func (p Place) Named(err error) error {
	if p.Line == 0 {
		return err
	}
	return fmt.Errorf("line %d:%d, %s: %w", p.Line, p.Column, p.Text, err)
}

// At is the env for one call: its warnings say where they come from, as ES|QL does. Without a place it is the env itself.
func (e *Env) At(p Place) *Env {
	if p.Line == 0 {
		return e
	}
	root := e
	if e.root != nil {
		root = e.root
	}
	return &Env{Context: e.Context, AsOf: e.AsOf, Limits: e.Limits, root: root, place: p}
}

// LimitError says which limit a query ran into. What came before it stands: the run is partial.
type LimitError struct {
	What  string // what there was too much of, as a plural: "groups"
	Limit int
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("more than %d %s: narrow the query", e.Limit, e.What)
}

// Limits keep one query from taking the machine.
type Limits struct {
	RegexProgram int // instructions of a compiled regular expression
	RegexText    int // bytes of one matched text; in KQL, of one that the largest expression matches
	Groups       int // groups of one aggregation
	Values       int // values kept by one VALUES, make_set or make_list
	Rows         int // rows of one expanded, joined or generated table
}

// DefaultLimits are what a query gets that asks for nothing else.
var DefaultLimits = Limits{RegexProgram: 10_000, RegexText: 64 << 10, Groups: 1_000_000, Values: 1_048_576, Rows: 10_000_000}

// Warn notes something that a person should know of the result, such as a value that became null. Equal texts are counted.
func (e *Env) Warn(text string) { e.warn("null", text) }

// Warned is how often there was a warning so far.
func (e *Env) Warned() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := 0
	for _, count := range e.warnings {
		n += count
	}
	return n
}

// WarnFalse is Warn of a condition that counts as false.
func (e *Env) WarnFalse(text string) { e.warn("false", text) }

// mostWarnings is how many different failures of one call are told.
const mostWarnings = 20

func (e *Env) warn(result, text string) {
	root := e
	if e.root != nil {
		root = e.root
	}
	root.mu.Lock()
	defer root.mu.Unlock()
	if e.root == nil {
		root.note(text)
		return
	}
	at := fmt.Sprintf("Line %d:%d: ", e.place.Line, e.place.Column)
	root.note(at + "evaluation of [" + e.place.Text + "] failed, treating result as " + result + ". Only first 20 failures recorded.")
	if root.warnings[at+text] == 0 {
		if root.failures[e.place] == mostWarnings {
			return
		}
		if root.failures == nil {
			root.failures = map[Place]int{}
		}
		root.failures[e.place]++
	}
	root.note(at + text)
}

func (e *Env) note(text string) {
	if e.warnings == nil {
		e.warnings = map[string]int{}
	}
	if e.warnings[text] == 0 {
		e.order = append(e.order, text)
	}
	e.warnings[text]++
}

// Warning is a text that was warned of, and how often.
type Warning struct {
	Text  string
	Count int
}

// Warnings is what was warned of, in the order it first came up.
func (e *Env) Warnings() []Warning {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := make([]Warning, len(e.order))
	for i, text := range e.order {
		list[i] = Warning{text, e.warnings[text]}
	}
	return list
}
