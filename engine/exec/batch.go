package exec

import (
	"context"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
)

// batch is a batch on its way through a plan, with where its rows come from.
//
// While rows are still events (scanned, filtered, expanded), Batch.Events has the id of each. Once rows are made of many
// events, sets has their ids, ascending. Neither is there when nobody asked for lineage.
type batch struct {
	column.Batch
	sets [][]int64
	// times is each row's event time, where a replay needs it after the query has dropped the column.
	times []int64
}

// with is a batch of the same rows under other columns.
func (b *batch) with(columns []*column.Vector) *batch {
	return &batch{Batch: column.Batch{Len: b.Len, Columns: columns, Events: b.Events}, sets: b.sets, times: b.times}
}

func (b *batch) gather(rows []int32) *batch {
	g := &batch{Batch: *b.Batch.Gather(rows)}
	if b.sets != nil {
		g.sets = make([][]int64, len(rows))
		for i, r := range rows {
			if r >= 0 {
				g.sets[i] = b.sets[r]
			}
		}
	}
	if b.times != nil {
		g.times = make([]int64, len(rows))
		for i, r := range rows {
			if r >= 0 {
				g.times[i] = b.times[r]
			}
		}
	}
	return g
}

// gatherUntil is gather of many rows, which ends after a column once the query was cancelled: what is left behind takes no more memory.
func (b *batch) gatherUntil(ctx context.Context, rows []int32) (*batch, error) {
	g := b.with(nil).gather(rows)
	g.Columns = make([]*column.Vector, len(b.Columns))
	var from, to *column.Vector
	for i, v := range b.Columns {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if v != from {
			from, to = v, v.Gather(rows)
		}
		g.Columns[i] = to
	}
	return g, nil
}

func (b *batch) slice(from, to int) *batch {
	if from == 0 && to == b.Len {
		return b
	}
	s := &batch{Batch: *b.Batch.Slice(from, to)}
	if b.sets != nil {
		s.sets = b.sets[from:to]
	}
	if b.times != nil {
		s.times = b.times[from:to]
	}
	return s
}

// traced tells whether the rows know their events.
func (b *batch) traced() bool { return b.Events != nil || b.sets != nil }

// origin is the ids of the events behind row i.
func (b *batch) origin(i int) []int64 {
	switch {
	case b.sets != nil:
		return b.sets[i]
	case b.Events != nil:
		return b.Events[i : i+1]
	}
	return nil
}

// origins is origin of every row, or nil when rows do not know their events.
func (b *batch) origins() [][]int64 {
	if b.sets != nil || b.Events == nil {
		return b.sets
	}
	sets := make([][]int64, b.Len)
	for i := range sets {
		sets[i] = b.Events[i : i+1]
	}
	return sets
}

// concat puts batches of one schema one after the other; it ends after a column once the query was cancelled.
// Columns of which all parts lack the values stay empty.
func concat(ctx context.Context, fields []column.Field, parts []*batch) (*batch, error) {
	if len(parts) == 1 {
		return parts[0], nil
	}
	all := &batch{Batch: column.Batch{Columns: make([]*column.Vector, len(fields))}}
	events, timed, traced := true, true, false
	for _, p := range parts {
		all.Len += p.Len
		timed = timed && p.times != nil // rows that were aggregated have no time of their own
		events = events && p.Events != nil
		traced = traced || p.traced()
	}
	if timed && all.Len > 0 {
		all.times = make([]int64, 0, all.Len)
	}
	if events && all.Len > 0 {
		all.Events = make([]int64, 0, all.Len)
	}
	if err := fitting(parts); err != nil {
		return nil, err
	}
	vectors, blank := make([]*column.Vector, len(parts)), unneeded(all.Len)
	for c, f := range fields {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(parts) == 0 {
			all.Columns[c] = column.NullVector(f.Type, 0)
			continue
		}
		empty := true
		for i, p := range parts {
			vectors[i] = p.Columns[c]
			empty = empty && vectors[i].Type.Kind() == column.NoKind
		}
		if empty {
			all.Columns[c] = blank
			continue
		}
		all.Columns[c] = column.Concat(f.Type, vectors)
	}
	for _, p := range parts {
		if timed {
			all.times = append(all.times, p.times...)
		}
		switch {
		case events:
			all.Events = append(all.Events, p.Events...)
		case traced && p.traced():
			all.sets = append(all.sets, p.origins()...)
		case traced:
			all.sets = append(all.sets, make([][]int64, p.Len)...)
		}
	}
	return all, nil
}

// mostTable is how many bytes a table may take that is put together of parts: well below what a query may have, since the parts are there as
// well. A table that stands in itself twice, and so on, has as many rows as anybody likes, and is made at once.
const mostTable = 384 << 20

// fitting is an error where parts would make too large a table.
func fitting(parts []*batch) error {
	size := 0
	for _, p := range parts {
		size += 8*(len(p.Events)+len(p.times)) + 24*len(p.sets)
		for _, v := range p.Columns {
			size += 8*(len(v.Ints)+len(v.Floats)+len(v.Nulls)) + 4*(len(v.Codes)+len(v.Offsets)) + 16*len(v.Anys)
		}
	}
	if size > mostTable {
		return &function.LimitError{What: "bytes of one table", Limit: mostTable}
	}
	return nil
}

// merge is the ids in any of the sets, ascending and once each.
func merge(sets ...[]int64) []int64 {
	var all []int64
	for _, s := range sets {
		all = append(all, s...)
	}
	return settle(all)
}

// settle sorts ids in place and drops repeats.
func settle(ids []int64) []int64 {
	if !slices.IsSorted(ids) {
		slices.Sort(ids)
	}
	return slices.Compact(ids)
}
