// Package plan is the one tree that both languages become. A plan is bound: every column is a place in its input, every
// call a row of the function table, every type known. What a language means (names of unnamed columns, coercions, where
// EVAL puts a column) is settled by its front end while lowering; exec only does what the nodes say.
package plan

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/syntax"
)

// Node is one stage. The set is closed, alphabetical:
// Aggregate, Apply, Expand, Extract, Filter, Given, Join, Limit, MakeSeries, Project, Rows, Scan, Shared, Sort, Steps,
// Union, Windowed.
type Node interface {
	// Schema is the columns that come out, in order.
	Schema() []column.Field
	// Span is the stage's place in the query's text; its slice is what "why it fired" shows.
	Span() syntax.Span
	node()
}

// MostColumns is how many columns the stages of a plan may have together. Every stage lists its own, so a text of a megabyte could have a
// thousand times as many; the widest table under a hundred stages has a fiftieth.
const MostColumns = 1_000_000

// Base is what every node has.
type Base struct {
	Out []column.Field
	At  syntax.Span
	// Hidden stages were not written by the user as a stage of their own and have no row in the stage counts.
	Hidden bool
}

func (b *Base) Schema() []column.Field { return b.Out }
func (b *Base) Span() syntax.Span      { return b.At }
func (*Base) node()                    {}
func (b *Base) hidden() bool           { return b.Hidden }

// Aggregate makes one row a group. Out is in the language's order (ES|QL: aggregates, then keys; KQL: keys first), and
// Keys and Aggs say where each goes. Without keys there is exactly one row, also over no input.
type Aggregate struct {
	Base
	Input Node
	Keys  []Key
	Aggs  []Agg
	// Explode puts a row with a multi-valued key into the group of each distinct value (ES|QL).
	Explode bool
	// Inline keeps the input's rows and adds each row's group's aggregates (ES|QL INLINE STATS). A place in Out that no
	// Agg and no Key takes holds the input's column of the same place.
	Inline bool
}

// Key is a grouping expression and its place in Out, -1 for none.
type Key struct {
	Expr Expr
	Out  int
}

// Agg is one aggregate: an Aggregate row over arguments. An expression over aggregates is a Project on top.
type Agg struct {
	Call *Call // its Func is an Aggregate row; Args are over the input
	// Where keeps only some rows for this aggregate (ES|QL "agg WHERE cond"); nil for all.
	Where Expr
	Out   int
}

// Expand makes several rows of one (MV_EXPAND, mv-expand). A place in Out that no column and no index takes holds the
// input's column of the same place.
type Expand struct {
	Input Node
	Base
	// Columns are expanded in parallel: the shorter ones are padded with nulls.
	Columns []ExpandColumn
	// Index is the place in Out of a row counter (KQL with_itemindex), or -1.
	Index int
	// KeepEmpty makes one row of null values, rather than none. Empty arrays and bags always make no row.
	KeepEmpty bool
	// Array expands a bag into [key, value] pairs (KQL kind=array) rather than into single-key bags.
	Array bool
	Limit int // rows made of one row at the most; 0 for no limit
}

// ExpandColumn is one expanded column.
type ExpandColumn struct {
	Expr Expr
	Out  int // place in Out, of the type there
	// Cast makes a value, which may be nil, one of the type in Out (KQL "to typeof(...)"); nil where it is one already.
	Cast func(any) any
}

// Extract adds columns read out of a text by a pattern (GROK, DISSECT, KQL parse, parse-where, parse-kv). A place in Out
// that is not one of Outs holds the input's column of the same place.
type Extract struct {
	Base
	Input   Node
	Text    Expr
	Pattern Pattern
	Place   function.Place // for warnings
	// Outs are the places in Out that the pattern's columns take, in the pattern's order.
	Outs []int
	// Only keeps just the rows that match (parse-where).
	Only bool
}

// Pattern reads columns out of a text.
type Pattern interface {
	// Extract gives the pattern's columns for one text: nil for a column that got nothing, []any for several values. ok
	// is false for no match; values, where not nil, are then what the columns get all the same. An error ends the query,
	// unless it is function.ErrLongText, which is a warning.
	Extract(text string) (values []any, ok bool, err error)
}

// Filter keeps the rows for which the condition is true.
type Filter struct {
	Base
	Input Node
	Cond  Expr
}

// JoinKind is how rows without a partner are treated.
type JoinKind uint8

// The kinds of join.
const (
	InnerUnique JoinKind = iota // KQL's default: the left side keeps one row a key
	Inner
	LeftOuter
	RightOuter
	FullOuter
	LeftSemi
	LeftAnti
	RightSemi
	RightAnti
	LeftMark // every left row, with whether its key is among the right ones: null where the one is null, or else one of the others
	// LeftGather is every left row, once, with the values of all its partners put together (ES|QL ENRICH). It has one key; of several
	// values each has partners, and null has none.
	LeftGather
)

// Join pairs rows of two inputs whose keys are equal. Out is the left columns and then the right ones or the mark, or one
// side's.
type Join struct {
	Base
	Kind        JoinKind
	Left, Right Node
	LeftKeys    []Expr // over the left input
	RightKeys   []Expr // over the right input
	// Cond is asked of two rows with equal keys, over the left columns and then the right ones; nil but for LeftOuter. Where it
	// is not true they are no partners.
	Cond Expr
	// Within says, of LeftGather, that the left key is an address and the right one the text of a block, which equals every address in it.
	Within bool
	// Nulls says that a null key equals a null key (KQL); else it equals nothing.
	Nulls bool
	// Blank pads texts with "" and not with null (KQL has no null strings).
	Blank bool
	// Place names the join in warnings of keys of several values, which then equal nothing (ES|QL).
	Place function.Place
}

// Limit keeps the first N rows (by group, where By is given: ES|QL LIMIT n BY).
type Limit struct {
	Base
	Input Node
	N     int64
	By    []Expr
}

// MakeSeries makes arrays over a regular axis (KQL make-series). Out is the keys, the series, then the axis.
type MakeSeries struct {
	Base
	Input          Node
	Aggs           []Agg
	Defaults       []Expr // of each aggregate, for bins without rows; nil for 0
	Axis           Expr
	From, To, Step Expr // constants; From and To may be nil
	Keys           []Key
	AxisOut        int
	// NonEmpty gives a series of defaults where there is no row at all.
	NonEmpty bool
}

// Project makes exactly the columns of Out, one expression each, over the input. EVAL, extend, KEEP, DROP, RENAME and
// project are all this node: columns that stay are Cols.
type Project struct {
	Base
	Input Node
	Exprs []Expr
}

// Rows is a table written in the query (ROW, datatable, print) or made by a rule (range).
type Rows struct {
	Base
	Batch *column.Batch
}

// Scan reads a table of the catalog. Out holds only the columns that the query uses, once pruned.
type Scan struct {
	Base
	Table string
	// Columns are the names in the table that Out's columns come from.
	Columns []string
	// Time is the table's time column, which windows filter on.
	Time string
}

// Shared is a subplan used in several places (KQL let): it runs once a run of the whole plan.
type Shared struct {
	Base
	Name  string
	Input Node
}

// SortKey is one key of an order.
type SortKey struct {
	Expr       Expr
	Desc       bool
	NullsFirst bool
}

// Sort orders rows, stably. Strings compare as bytes.
type Sort struct {
	Base
	Input Node
	Keys  []SortKey
}

// Union puts inputs one after the other. Sources say, for each input, which of its columns each column of Out is: -1 for
// none: null, or with Blank the empty string in columns of strings.
type Union struct {
	Base
	Inputs  []Node
	Sources [][]int
	Blank   bool
}

// Windowed is Project over the whole ordered input at once: some expression calls a Window row.
type Windowed struct {
	Base
	Input Node
	Exprs []Expr
}

// Hidden tells whether a node is not a stage of its own to the user.
func Hidden(n Node) bool {
	h, ok := n.(interface{ hidden() bool })
	return ok && h.hidden()
}
