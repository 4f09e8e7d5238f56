package exec

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"sort"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// Rules that are replayed one after the other ask for the same columns of the same events again and again. A Keeper stands
// before a source and keeps what was read of it, column by column, until it holds so much; from then on what it does not have
// goes through. It is for a time in which the source does not change, and for one goroutine.

// Keeper is a Source that keeps what it has read.
type Keeper struct {
	Source
	room   int // bytes
	tables map[string]*kept
}

// Keep is a source that keeps about so many bytes of what is read through it.
func Keep(src Source, bytes int) *Keeper {
	return &Keeper{Source: src, room: bytes, tables: map[string]*kept{}}
}

// kept is what is held of a table: runs of events, by time, none overlapping another.
type kept struct {
	table *plan.Table
	runs  []*heldRun
	// passing tables have no events that could be told again, such as the alerts, which change: they are not held.
	passing bool
}

// heldRun is all the events of [from, to), in chunks that a query gets as batches.
type heldRun struct {
	from, to int64
	columns  []string
	chunks   []*chunk
}

// chunk is some events with the columns of its run, the time first.
type chunk struct {
	events  []int64
	columns []*column.Vector
}

// chunkRows is about how many rows a chunk has: enough that what is done once a batch costs little.
const chunkRows = 8 << 10

// Scan reads from what is kept, and keeps what it reads.
func (k *Keeper) Scan(ctx context.Context, r Request) (Scanner, error) {
	t, ok := k.Table(r.Table)
	if !ok || t.Time == "" || r.From == math.MinInt64 || r.To == math.MaxInt64 {
		return k.Source.Scan(ctx, r)
	}
	held := k.tables[r.Table]
	if held == nil {
		held = &kept{table: t}
		k.tables[r.Table] = held
	}
	if held.passing {
		return k.Source.Scan(ctx, r)
	}
	return &keptScanner{keeper: k, kept: held, ctx: ctx, request: r, at: r.From}, nil
}

// keptScanner goes through a request's span: runs that are held, and gaps between them.
type keptScanner struct {
	keeper  *Keeper
	kept    *kept
	ctx     context.Context
	request Request
	at      int64 // what comes before it is read
	ready   []*column.Batch
	through Scanner // reads a gap for which there is no room
}

// Close ends the scan.
func (s *keptScanner) Close() error {
	s.at, s.ready = s.request.To, nil
	if s.through == nil {
		return nil
	}
	err := s.through.Close()
	s.through = nil
	return err
}

// Next gives the next batch.
func (s *keptScanner) Next() (*column.Batch, error) {
	for {
		if s.through != nil {
			b, err := s.through.Next()
			if err == nil || !errors.Is(err, io.EOF) {
				return b, err
			}
			if err := s.through.Close(); err != nil {
				return nil, err
			}
			s.through = nil
		}
		if len(s.ready) > 0 {
			b := s.ready[0]
			s.ready = s.ready[1:]
			return b, nil
		}
		if s.at >= s.request.To {
			return nil, io.EOF
		}
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.advance(); err != nil {
			return nil, err
		}
	}
}

// advance gets ready what comes next: a run that is held, or a gap.
func (s *keptScanner) advance() error {
	runs := s.kept.runs
	i := sort.Search(len(runs), func(i int) bool { return runs[i].to > s.at })
	if i < len(runs) && runs[i].from <= s.at {
		if ok, err := s.complete(runs[i]); err != nil {
			return err
		} else if !ok { // the source has changed under it
			s.kept.runs = slices.Delete(runs, i, i+1)
			return nil
		}
		s.serve(runs[i])
		return nil
	}
	end := s.request.To
	if i < len(runs) {
		end = min(end, runs[i].from)
	}
	gap := s.request
	gap.From, gap.To = s.at, end
	var run *heldRun
	if s.keeper.room > 0 {
		var err error
		if run, err = s.read(gap); err != nil {
			return err
		}
	}
	if run == nil || s.kept.passing {
		var err error
		s.at = end
		s.through, err = s.keeper.Source.Scan(s.ctx, gap)
		return err
	}
	s.kept.runs = slices.Insert(runs, i, run)
	s.serve(run)
	return nil
}

// read reads a gap's events.
func (s *keptScanner) read(gap Request) (*heldRun, error) {
	run := &heldRun{from: gap.From, to: gap.To, columns: []string{s.kept.table.Time}}
	for _, name := range gap.Columns {
		if !slices.Contains(run.columns, name) {
			run.columns = append(run.columns, name)
		}
	}
	var parts []*batch
	rows := 0
	flush := func() {
		if rows == 0 {
			return
		}
		fields := make([]column.Field, len(run.columns))
		for i, v := range parts[0].Columns {
			fields[i].Type = v.Type
		}
		all := concat(fields, parts)
		run.chunks = append(run.chunks, &chunk{all.Events, all.Columns})
		for _, v := range all.Columns {
			s.keeper.room -= size(v)
		}
		s.keeper.room -= 8 * all.Len
		parts, rows = nil, 0
	}
	err := s.each(run.columns, gap.From, gap.To, func(b *column.Batch) bool {
		if s.kept.passing = b.Events == nil; s.kept.passing {
			return false
		}
		parts, rows = append(parts, &batch{Batch: *b}), rows+b.Len
		if rows >= chunkRows {
			flush()
		}
		return true
	})
	flush()
	return run, err
}

// each calls f with every batch of columns of a span, until f has enough.
func (s *keptScanner) each(columns []string, from, to int64, f func(*column.Batch) bool) error {
	in, err := s.keeper.Source.Scan(s.ctx, Request{Table: s.request.Table, Columns: columns, From: from, To: to})
	if err != nil {
		return err
	}
	for {
		b, err := in.Next()
		if errors.Is(err, io.EOF) {
			return in.Close()
		}
		if err != nil {
			return errors.Join(err, in.Close())
		}
		if b.Len > 0 && !f(b) {
			return in.Close()
		}
	}
}

// complete reads the columns that a run lacks. It answers false where the events are no longer those of the run.
func (s *keptScanner) complete(run *heldRun) (bool, error) {
	var missing []string
	for _, name := range s.request.Columns {
		if !slices.Contains(run.columns, name) && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return true, nil
	}
	parts := make([][]*batch, len(run.chunks))
	at, row, same := 0, 0, true
	err := s.each(missing, run.from, run.to, func(b *column.Batch) bool {
		for from := 0; from < b.Len && same; {
			if same = at < len(run.chunks); !same {
				break
			}
			c := run.chunks[at]
			n := min(b.Len-from, len(c.events)-row)
			if same = b.Events != nil && slices.Equal(b.Events[from:from+n], c.events[row:row+n]); !same {
				break
			}
			parts[at] = append(parts[at], &batch{Batch: *b.Slice(from, from+n)})
			if from, row = from+n, row+n; row == len(c.events) {
				at, row = at+1, 0
			}
		}
		return same
	})
	if err != nil || !same || at < len(run.chunks) {
		return false, err
	}
	for i, c := range run.chunks {
		fields := make([]column.Field, len(missing))
		for k, v := range parts[i][0].Columns {
			fields[k].Type = v.Type
		}
		for _, v := range concat(fields, parts[i]).Columns {
			c.columns = append(c.columns, v)
			s.keeper.room -= size(v)
		}
	}
	run.columns = append(run.columns, missing...)
	return true, nil
}

// serve gets ready what the request wants of a run.
func (s *keptScanner) serve(run *heldRun) {
	places := make([]int, len(s.request.Columns))
	for i, name := range s.request.Columns {
		places[i] = slices.Index(run.columns, name)
	}
	end := min(run.to, s.request.To)
	for _, c := range run.chunks {
		lo, hi := between(c.columns[0].Ints, s.at, end)
		if lo == hi {
			continue
		}
		b := &column.Batch{Len: len(c.events), Events: c.events, Columns: make([]*column.Vector, len(places))}
		for i, p := range places {
			b.Columns[i] = c.columns[p]
		}
		s.ready = append(s.ready, b.Slice(lo, hi))
	}
	s.at = end
}

// size is about how many bytes a vector takes.
func size(v *column.Vector) int {
	return 8*len(v.Ints) + 8*len(v.Floats) + 4*len(v.Codes) + 128*len(v.Anys) + 4*len(v.Offsets) + 8*len(v.Nulls)
}

// Deep tells the columns that the source must decode from records.
func (k *Keeper) Deep(table, column string) bool {
	d, ok := k.Source.(Deep)
	return ok && d.Deep(table, column)
}

// Sought tells whether the source can look for texts of a column.
func (k *Keeper) Sought(table, column string) bool {
	s, ok := k.Source.(Seeker)
	return ok && s.Sought(table, column)
}

// Seek has the source look for texts.
func (k *Keeper) Seek(ctx context.Context, events []int64, ask *Ask) ([]int32, error) {
	return k.Source.(Seeker).Seek(ctx, events, ask)
}

// Foresee tells the source what will be asked.
func (k *Keeper) Foresee(asks []*Ask) {
	if s, ok := k.Source.(Seeker); ok {
		s.Foresee(asks)
	}
}
