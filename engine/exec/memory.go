package exec

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sort"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// Memory is a Source of tables held in memory.
type Memory struct {
	tables map[string]*memoryTable
	// Takes says that predicates of requests are applied, as a store would. Otherwise only the time bounds are.
	Takes bool
}

type memoryTable struct {
	table   *plan.Table
	batches []*column.Batch
}

// NewMemory is a source without tables.
func NewMemory() *Memory { return &Memory{tables: map[string]*memoryTable{}} }

// Add puts a table in. Its batches have the table's columns in the order of its fields, and are in the order of its time
// column where it has one. Rows without event ids are numbered from 1.
func (m *Memory) Add(t *plan.Table, batches ...*column.Batch) {
	next := int64(1)
	for i, b := range batches {
		if b.Events == nil {
			numbered := *b
			numbered.Events = make([]int64, b.Len)
			for j := range numbered.Events {
				numbered.Events[j] = next
				next++
			}
			batches[i] = &numbered
		}
	}
	m.tables[t.Name] = &memoryTable{t, batches}
}

// Table implements plan.Catalog.
func (m *Memory) Table(name string) (*plan.Table, bool) {
	t, ok := m.tables[name]
	if !ok {
		return nil, false
	}
	return t.table, true
}

// Names implements plan.Catalog.
func (m *Memory) Names() []string {
	var names []string
	for name := range m.tables {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Scan implements Source.
func (m *Memory) Scan(_ context.Context, r Request) (Scanner, error) {
	t, ok := m.tables[r.Table]
	if !ok {
		return nil, fmt.Errorf("there is no table %q", r.Table)
	}
	s := &memoryScanner{request: r, batches: t.batches, time: -1, takes: m.Takes}
	for _, name := range append(slices.Clone(r.Columns), whereColumns(r.Where)...) {
		at := slices.IndexFunc(t.table.Fields, func(f column.Field) bool { return f.Name == name })
		if at < 0 && !t.table.Open {
			return nil, fmt.Errorf("table %q has no column %q", r.Table, name)
		}
		s.columns = append(s.columns, at)
	}
	s.time = slices.IndexFunc(t.table.Fields, func(f column.Field) bool { return f.Name == t.table.Time })
	return s, nil
}

// Exact implements Exact: it is of what it takes, but for what NaN meets.
func (m *Memory) Exact(table string, p Predicate) bool {
	t, ok := m.tables[table]
	return ok && m.Takes && !slices.ContainsFunc(t.table.Fields, func(f column.Field) bool {
		return f.Type == column.Double && slices.Contains(whereColumns([]Predicate{p}), f.Name)
	})
}

// whereColumns are the columns of predicates and their alternatives, in their order.
func whereColumns(where []Predicate) []string {
	var names []string
	for _, p := range where {
		names = append(append(names, p.Column), whereColumns(p.Or)...)
	}
	return names
}

type memoryScanner struct {
	request Request
	columns []int // of the request's columns, then of its predicates; -1 for unknown
	time    int
	takes   bool
	batches []*column.Batch
}

func (s *memoryScanner) Close() error { return nil }

func (s *memoryScanner) Next() (*column.Batch, error) {
	for len(s.batches) > 0 {
		b := s.batches[0]
		s.batches = s.batches[1:]
		from, to := 0, b.Len
		if s.time >= 0 {
			times := b.Columns[s.time].Ints
			from = sort.Search(b.Len, func(i int) bool { return times[i] >= s.request.From })
			to = sort.Search(b.Len, func(i int) bool { return times[i] >= s.request.To })
		}
		if from >= to {
			continue
		}
		b = b.Slice(from, to)
		if s.takes && len(s.request.Where) > 0 {
			b = s.where(b)
		}
		out := &column.Batch{Len: b.Len, Events: b.Events}
		for _, c := range s.columns[:len(s.request.Columns)] {
			if c < 0 {
				out.Columns = append(out.Columns, column.NullVector(column.Null, b.Len))
			} else {
				out.Columns = append(out.Columns, b.Columns[c])
			}
		}
		return out, nil
	}
	return nil, io.EOF
}

// where applies the predicates, plainly.
func (s *memoryScanner) where(b *column.Batch) *column.Batch {
	var rows []int32
	for i := range b.Len {
		columns, all := s.columns[len(s.request.Columns):], true
		holds := func(p Predicate) bool {
			c := columns[0]
			columns = columns[1:]
			if c < 0 {
				return p.Holds(column.Null, nil)
			}
			return p.Holds(b.Columns[c].Type, b.Columns[c].Value(i))
		}
		for _, p := range s.request.Where {
			one := holds(p)
			for _, other := range p.Or {
				one = holds(other) || one
			}
			all = all && one
		}
		if all {
			rows = append(rows, int32(i))
		}
	}
	return b.Gather(rows)
}

// Holds tells whether a value of a type, as column.Vector.Value gives it, satisfies the predicate itself.
func (p Predicate) Holds(t column.Type, x any) bool {
	switch p.Op {
	case IsNull:
		return x == nil
	case NotNull:
		return x != nil
	}
	if _, many := x.([]any); x == nil || many {
		return false
	}
	if f, ok := x.(float64); ok && f != f {
		return true // what NaN is compared with, only a language knows
	}
	if p.Op == In {
		list, _ := p.Value.([]any)
		return slices.ContainsFunc(list, func(y any) bool { return column.Compare(t, x, y) == 0 })
	}
	c := column.Compare(t, x, p.Value)
	switch p.Op {
	case Less:
		return c < 0
	case LessEqual:
		return c <= 0
	case Greater:
		return c > 0
	case GreaterEqual:
		return c >= 0
	}
	return c == 0
}

// Probe implements plan.Prober.
func (m *Memory) Probe(ctx context.Context, n plan.Node) (*column.Batch, error) {
	return Probe(ctx, n)
}

// Assumed implements plan.Prober.
func (m *Memory) Assumed() []column.Field { return nil }

// Probe runs a plan that reads no table.
func Probe(ctx context.Context, n plan.Node) (*column.Batch, error) {
	got, err := Run(ctx, n, NewMemory(), Options{})
	if err != nil {
		return nil, err
	}
	return got.Batch, nil
}
