// Package exec runs plans over columns.
package exec

import (
	"context"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// Source gives a plan its events.
type Source interface {
	plan.Catalog
	// Scan reads columns of a table, in time order.
	Scan(ctx context.Context, r Request) (Scanner, error)
}

// Counter is a Source that counts events without giving them. What it cannot tell it answers with nil, and the engine counts.
type Counter interface {
	// Moments are the events of a table in [from, to), as momentsOf wants them.
	Moments(ctx context.Context, table string, grain, from, to int64) (*Moments, error)
	// Carrying is what Count asks.
	Carrying(ctx context.Context, table string, groups [][]string, from, to int64) (*Carrying, error)
}

// Exact is a Source that promises of some predicates that no row comes which fails them, so that nobody has to look again.
type Exact interface {
	Exact(table string, p Predicate) bool
}

// Request is what is asked of a source.
type Request struct {
	Table   string   // plan.Table.Name
	Columns []string // in this order; the batches' vectors have the types the table gives them
	// Types are the columns' types as the query was bound to them, of which a table may have others by now; nil: as the table has them.
	Types []column.Type
	// From and To bound the table's time column, half open, in ticks. Both are always set
	// (to the ends of int64 when there is no bound).
	From, To int64
	// Where are predicates that the source may apply if it can do so exactly; the engine applies them again, unless the source is Exact.
	Where []Predicate
	// Fleeting says that a batch, its columns' values included, is of no use any more when the next is asked for: the source may overwrite it.
	Fleeting bool
}

// Predicate is a comparison of a column with a constant that means the same in every source.
type Predicate struct {
	Column string
	Op     Op
	Value  any // as column.Vector.At gives it; nil with IsNull and NotNull; []any with In
	// Or are predicates of which one is enough if this one does not hold. They have none themselves.
	Or []Predicate
}

// Op is a comparison.
type Op uint8

// The comparisons. Strings compare as bytes. Null, and several values, satisfy none but IsNull
// and NotNull; NaN satisfies each, so that it comes to the query, which knows what its language says of it.
const (
	Equal Op = iota
	Less
	LessEqual
	Greater
	GreaterEqual
	In
	IsNull
	NotNull
)

// Scanner gives batches until io.EOF. Batches carry event ids and are in ascending (time, id) order.
type Scanner interface {
	Next() (*column.Batch, error)
	Close() error
}
