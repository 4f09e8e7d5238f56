package plan

import (
	"context"

	"casebook/engine/column"
)

// Prober is a catalog that can run a plan which reads none of its tables, so that what depends on data written in the query
// itself (the columns of KQL's bag_unpack) is known while the query is read.
type Prober interface {
	Probe(ctx context.Context, n Node) (*column.Batch, error)
}
