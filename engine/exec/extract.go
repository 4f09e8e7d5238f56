package exec

import (
	"errors"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

func (r *run) extract(n *plan.Extract) (stream, error) {
	return r.each(n.Input, func(b *batch) (*batch, error) { return r.extracted(n, b) })
}

// found is what a pattern read out of one text.
type found struct {
	values []any
	ok     bool
}

func (e *evaluator) extracted(n *plan.Extract, b *batch) (*batch, error) {
	text, err := e.eval(n.Text, b)
	if err != nil {
		return nil, err
	}
	builders := make([]*column.Builder, len(n.Outs))
	for k, out := range n.Outs {
		builders[k] = column.NewBuilder(n.Out[out].Type, b.Len)
	}
	seen := map[uint32]found{}
	var rows []int32
	for i := range b.Len {
		if err := e.env.Context.Err(); err != nil {
			return nil, err
		}
		got, err := e.read(n.Pattern, text, i, seen)
		if errors.Is(err, function.ErrLongText) {
			e.env.At(n.Place).Warn(err.Error())
		} else if err != nil && e.env.Context.Err() == nil {
			return nil, n.Place.Named(err)
		} else if err != nil {
			return nil, err
		}
		if n.Only && !got.ok {
			continue
		}
		rows = append(rows, int32(i))
		for k, b := range builders {
			if got.values == nil {
				b.Null()
			} else {
				b.Value(got.values[k])
			}
		}
	}
	if len(rows) < b.Len {
		if b, err = e.gather(b, rows); err != nil {
			return nil, err
		}
	}
	columns := make([]*column.Vector, len(n.Out))
	for k, out := range n.Outs {
		columns[out] = builders[k].Vector()
	}
	for i := range columns {
		if columns[i] == nil {
			columns[i] = b.Columns[i]
		}
	}
	return b.with(columns), nil
}

// read reads each text of a row; what several texts have for one column becomes several values.
func (e *evaluator) read(p plan.Pattern, text *column.Vector, i int, seen map[uint32]found) (found, error) {
	from, to := text.Range(i)
	if text.Type.Kind() != column.StringKind || from == to {
		return found{}, nil
	}
	var all found
	for at := from; at < to; at++ {
		code := text.Codes[at]
		one, ok := seen[code]
		if !ok {
			var err error
			if one, err = e.readText(p, text.Dict.Values[code]); err != nil {
				return found{}, err
			}
			seen[code] = one
		}
		all = both(all, one)
	}
	return all, nil
}

func (e *evaluator) readText(p plan.Pattern, text string) (one found, err error) {
	if len(text) < longText {
		one.values, one.ok, err = p.Extract(text)
		return one, err
	}
	var beyond found
	var wrong error
	err = Beside(e.env.Context, func() { beyond.values, beyond.ok, wrong = p.Extract(text) })
	if err != nil { // what runs on may still write to it
		return found{}, err
	}
	return beyond, wrong
}

func both(a, b found) found {
	if a.values == nil {
		return b
	}
	if !b.ok {
		return a
	}
	sum := found{make([]any, len(a.values)), true}
	for k := range sum.values {
		var list []any
		for _, x := range []any{a.values[k], b.values[k]} {
			switch x := x.(type) {
			case nil:
			case []any:
				list = append(list, x...)
			default:
				list = append(list, x)
			}
		}
		switch len(list) {
		case 0:
		case 1:
			sum.values[k] = list[0]
		default:
			sum.values[k] = list
		}
	}
	return sum
}
