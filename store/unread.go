package store

import (
	"context"
	"slices"
	"strings"
	"sync"

	"casebook/engine/column"
	"casebook/store/event"
)

// recordColumns are the columns of a scan that only records have. They are decoded when somebody reads them: first the one column that a
// condition asks for, and when a second is wanted of the same events, all of the others with it.
type recordColumns struct {
	db      *DB
	table   *event.Table
	columns []scanColumn

	mu     sync.Mutex
	rows   []int64 // that were asked for last
	asked  string  // and of which column
	values map[string][]any
}

// inRecords reads one of the columns, of events by their ids.
type inRecords struct {
	*recordColumns
	name string
}

// Values decodes the records of rows.
func (r inRecords) Values(ctx context.Context, rows []int64) ([]any, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	same := slices.Equal(rows, r.rows)
	if same {
		if values := r.values[r.name]; values != nil {
			delete(r.values, r.name)
			return values, nil
		}
	}
	wanted := make([]scanColumn, 0, 1)
	for _, c := range r.columns {
		if c.Field.Name == r.name || same && r.asked != r.name && c.Field.Name != r.asked {
			wanted = append(wanted, c)
		}
	}
	values, err := r.read(ctx, rows, wanted)
	if err != nil {
		return nil, err
	}
	r.rows, r.asked, r.values = slices.Clone(rows), r.name, values
	own := values[r.name]
	delete(values, r.name)
	return own, nil
}

func (r *recordColumns) read(ctx context.Context, rows []int64, wanted []scanColumn) (map[string][]any, error) {
	all := make(map[string][]any, len(wanted))
	lists := make([][]any, len(wanted))
	for i, c := range wanted {
		lists[i] = make([]any, len(rows))
		all[c.Field.Name] = lists[i]
	}
	return all, r.db.glances(ctx, rows, func(row int, x *event.Details) error {
		for i := range wanted {
			lists[i][row] = own(wanted[i].told(r.table, x))
		}
		return nil
	})
}

// own is a value that may be a view of its record, which is gone when the next one is read.
func own(v any) any {
	switch v := v.(type) {
	case string:
		return strings.Clone(v)
	case []any:
		for i := range v {
			v[i] = own(v[i])
		}
	}
	return v
}

var _ column.Unread = inRecords{}
