package engine

import (
	"context"

	"casebook/engine/exec"
	"casebook/engine/replay"
)

// Missing names the fields that a query needs for a row and that no event of a window carries. An empty answer of such a query
// says nothing.
func Missing(ctx context.Context, q *Query, src exec.Source, w Window) ([]string, error) {
	cover, err := replay.Covered(ctx, src, q.Plan, w.From, w.To)
	return cover.Missing, err
}
