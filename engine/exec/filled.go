package exec

import (
	"context"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// KQL has no text that is null: what a table does not tell is "". That every text goes through such a call is no reason to read the column
// for all rows of a query, of which ten may be wanted.

// filled reads texts, "" where there is none.
type filled struct{ column.Unread }

// Values are those of the reader below, of which a list is no text.
func (f filled) Values(ctx context.Context, rows []int64) ([]any, error) {
	values, err := f.Unread.Values(ctx, rows)
	for i, x := range values {
		if _, text := x.(string); !text {
			values[i] = ""
		}
	}
	return values, err
}

// unreadFilled is a call that fills a column which nobody has read, to be read when somebody asks; nil for any other expression.
func (r *run) unreadFilled(x plan.Expr, b *batch) *column.Vector {
	call, ok := x.(*plan.Call)
	if !ok || !r.once || call.Func.Means != function.MeansFilled {
		return nil
	}
	c, ok := call.Args[0].(*plan.Col)
	if !ok {
		return nil
	}
	v := b.Columns[c.Index]
	if v.Unread == nil || v.Nulls != nil || v.Type != column.String {
		return nil
	}
	late := *v
	late.Unread = filled{v.Unread}
	return &late
}
