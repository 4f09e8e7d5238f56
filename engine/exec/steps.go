package exec

import (
	"casebook/engine/column"
	"casebook/engine/plan"
)

// The state machine keeps at most one unfinished match at each step. Every row is shown to the steps from the last to the
// first. At a step, the match that stands at the step before moves up if the row satisfies the condition; failing that,
// the match that stands at the step itself takes the row in; failing that, the first step begins a new match.

func (r *run) steps(n *plan.Steps) (stream, error) {
	return r.whole(n.Input, func(b *batch) (*batch, error) {
		columns := make([]*column.Vector, len(b.Columns))
		for i, v := range b.Columns {
			var err error
			if columns[i], err = v.Read(r.env.Context); err != nil {
				return nil, err
			}
		}
		m, err := r.newMachine(n, b.with(columns))
		if err != nil {
			return nil, err
		}
		for i := range b.Len {
			if i&63 == 0 {
				if err := r.env.Context.Err(); err != nil {
					return nil, err
				}
			}
			if err := m.row(i); err != nil {
				return nil, err
			}
		}
		for k, s := range m.at {
			m.leave(k, s)
		}
		return m.result(), nil
	})
}

type machine struct {
	*run
	node     *plan.Steps
	in       *batch
	fields   []column.Field // of the row that expressions are over
	defaults []any
	at       []*match // the match that stands at each step
	matches  int64
	out      []*column.Builder
	sets     [][]int64
}

// match is an unfinished match: for each step, its last row.
type match struct {
	id     int64
	rows   [][]any // nil for a step without a row
	events []int64
}

func (r *run) newMachine(n *plan.Steps, b *batch) (*machine, error) {
	m := &machine{run: r, node: n, in: b, at: make([]*match, len(n.Steps))}
	one := append(append([]column.Field(nil), n.Input.Schema()...), n.Declared...)
	for range len(n.Steps) + 1 {
		m.fields = append(m.fields, one...)
	}
	for i, f := range n.Declared {
		var x any
		if f.Type == column.String {
			x = ""
		}
		if i < len(n.Defaults) && n.Defaults[i] != nil {
			v, err := r.fold(n.Defaults[i])
			if err != nil {
				return nil, err
			}
			x = v.Value(0)
		}
		m.defaults = append(m.defaults, x)
	}
	for _, f := range n.Out {
		m.out = append(m.out, column.NewBuilder(f.Type, b.Len))
	}
	return m, nil
}

// row shows row i to every step.
func (m *machine) row(i int) error {
	input := make([]any, len(m.in.Columns))
	for c, v := range m.in.Columns {
		input[c] = v.Value(i)
	}
	for k := len(m.node.Steps) - 1; k >= 0; k-- {
		if k > 0 && m.at[k-1] != nil {
			ok, err := m.holds(k, input, m.at[k-1])
			if err != nil {
				return err
			}
			if ok {
				m.leave(k, m.at[k])
				m.leave(k-1, m.at[k-1])
				m.at[k], m.at[k-1] = m.at[k-1], nil
				if err := m.enter(k, i, input); err != nil {
					return err
				}
				continue
			}
		}
		if m.at[k] != nil {
			ok, err := m.holds(k, input, m.at[k])
			if err != nil {
				return err
			}
			if ok {
				if err := m.enter(k, i, input); err != nil {
					return err
				}
				continue
			}
		}
		if k > 0 {
			continue
		}
		fresh := &match{id: m.matches, rows: make([][]any, len(m.node.Steps))}
		ok, err := m.holds(0, input, fresh)
		if err != nil {
			return err
		}
		if ok {
			m.leave(0, m.at[0])
			m.matches++
			m.at[0] = fresh
			if err := m.enter(0, i, input); err != nil {
				return err
			}
		}
	}
	return nil
}

// view is the one row that a step's expressions are over.
func (m *machine) view(input, declared []any, s *match) *batch {
	b := &batch{Batch: column.Batch{Len: 1}}
	width := len(input) + len(declared)
	for c, f := range m.fields {
		builder := column.NewBuilder(f.Type, 1)
		step, place := c/width-1, c%width
		switch {
		case step < 0 && place < len(input):
			builder.Value(input[place])
		case step < 0:
			builder.Value(declared[place-len(input)])
		case s.rows[step] != nil:
			builder.Value(s.rows[step][place])
		case place >= len(input):
			builder.Value(m.defaults[place-len(input)])
		case f.Type == column.String:
			builder.Str("")
		default:
			builder.Null()
		}
		b.Columns = append(b.Columns, builder.Vector())
	}
	return b
}

func (m *machine) holds(k int, input []any, s *match) (bool, error) {
	v, err := m.eval(m.node.Steps[k].Cond, m.view(input, m.defaults, s))
	if err != nil {
		return false, err
	}
	return len(truths(v)) == 1, nil
}

// enter puts a row into the match that stands at a step.
func (m *machine) enter(k, i int, input []any) error {
	s := m.at[k]
	declared := append([]any(nil), m.defaults...)
	for _, a := range m.node.Steps[k].Assign {
		v, err := m.eval(a.Expr, m.view(input, declared, s))
		if err != nil {
			return err
		}
		declared[a.Column] = v.Value(0)
	}
	s.rows[k] = append(append([]any(nil), input...), declared...)
	s.events = append(s.events, m.in.origin(i)...)
	if m.node.Steps[k].Output == plan.OutputAll {
		m.put(k, s, m.in.origin(i))
	}
	return nil
}

// leave ends a match's stay at a step.
func (m *machine) leave(k int, s *match) {
	if s != nil && m.node.Steps[k].Output == plan.OutputLast {
		m.put(k, s, s.events)
	}
}

func (m *machine) put(k int, s *match, events []int64) {
	from := 0
	for c, b := range m.out {
		if c == m.node.Match {
			b.Int(s.id)
			continue
		}
		b.Value(s.rows[k][from])
		from++
	}
	m.sets = append(m.sets, merge(events))
}

func (m *machine) result() *batch {
	out := &batch{}
	for _, b := range m.out {
		out.Columns = append(out.Columns, b.Vector())
	}
	out.Len = len(m.sets)
	if m.opt.Lineage {
		out.sets = m.sets
	}
	return out
}
