package exec

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// A property of a column that nobody has read has few values in many rows: who called, which tier. What is made of such a property
// alone ("tostring(AdditionalFields.input_user)") is made once for each value that the reader has met, however many batches it comes in, and
// each row says which is its own.

// few is what an expression gives for each of a few values, and which of them each row has.
type few struct {
	places []int32
	values *column.Vector
	root   any // of the values it is made of
}

// spread is the value of each row.
func (f *few) spread() *column.Vector {
	if f == nil {
		return nil
	}
	return f.values.Gather(f.places)
}

// fewMade is what was made so far of values with one root.
type fewMade struct {
	root any
	pile column.Pile
	all  *column.Vector
}

// made is what an expression gives for values of which it may have been asked before; more computes those from one on.
func (e *evaluator) made(x *plan.Call, root any, n int, more func(from int) (*column.Vector, error)) (*column.Vector, error) {
	m := e.fews[x]
	if m == nil || m.root != root || m.all.Len > n {
		m = &fewMade{root: root, all: &column.Vector{}}
		m.pile.Begin(x.T)
	}
	if m.all.Len < n {
		v, err := more(m.all.Len)
		if v == nil || err != nil {
			return nil, err
		}
		m.pile.Add(v)
		m.all = m.pile.Shown()
	}
	if e.fews == nil {
		e.fews = map[*plan.Call]*fewMade{}
	}
	e.fews[x] = m
	return m.all, nil
}

// few computes a call that depends on one property alone; nil where it is no such call.
func (e *evaluator) few(x *plan.Call, b *batch) (*few, error) {
	if x.Func.Means == function.MeansProperty {
		if f, err := e.property(x, b); f != nil || err != nil {
			return f, err
		}
	}
	if x.Func.Kind != function.Scalar || x.Func.Lazy != nil || x.Func.Eval == nil {
		return nil, nil
	}
	inner := -1
	for i, a := range x.Args {
		switch a.(type) {
		case *plan.Lit:
		case *plan.Call:
			if inner >= 0 {
				return nil, nil
			}
			inner = i
		default:
			return nil, nil
		}
	}
	if inner < 0 {
		return nil, nil
	}
	f, err := e.few(x.Args[inner].(*plan.Call), b)
	if f == nil || err != nil {
		return nil, err
	}
	values, err := e.made(x, f.root, f.values.Len, func(from int) (*column.Vector, error) {
		n := f.values.Len - from
		args := make([]*column.Vector, len(x.Args))
		for i, a := range x.Args {
			if lit, ok := a.(*plan.Lit); ok {
				var err error
				if args[i], err = e.constant(lit, n); err != nil {
					return nil, err
				}
			} else {
				args[i] = f.values.Slice(from, f.values.Len)
			}
		}
		// Warnings count rows. Where there are any, every row is computed by itself.
		env := &function.Env{Context: e.env.Context, AsOf: e.env.AsOf, Limits: e.env.Limits}
		v, err := (&evaluator{env: env, constants: e.constants, table: e.table, scalars: e.scalars}).invoke(x, args, n)
		if err != nil || len(env.Warnings()) > 0 {
			return nil, err
		}
		return v, nil
	})
	if values == nil || err != nil {
		return nil, err
	}
	return &few{f.places, values, f.root}, nil
}

// property is a property of a column that nobody has read, read alone; nil for any other.
func (e *evaluator) property(x *plan.Call, b *batch) (*few, error) {
	of, ok := x.Args[0].(*plan.Col)
	if !ok {
		return nil, nil
	}
	reader, ok := b.Columns[of.Index].Unread.(column.Properties)
	if !ok {
		return nil, nil
	}
	key, ok := x.Args[1].(*plan.Lit)
	if !ok || key.Value.Type != column.String || key.Value.IsNull(0) {
		return nil, nil
	}
	v := b.Columns[of.Index]
	places, met, err := reader.Property(e.env.Context, v.Ints, key.Value.Str(0))
	if err != nil {
		return nil, err
	}
	if v.Nulls != nil {
		for i := range places {
			if v.Nulls.Has(i) {
				places[i] = 0
			}
		}
	}
	values, err := e.made(x, met.Root, len(met.Values), func(from int) (*column.Vector, error) {
		list := met.Values[from:]
		more := &column.Vector{Type: column.Dynamic, Len: len(list), Anys: list, Nulls: column.NewBitmap(len(list))}
		for i, x := range list {
			if x == nil {
				more.Nulls.Set(i)
			}
		}
		return e.finish(x, more, nil)
	})
	if err != nil {
		return nil, err
	}
	return &few{places, values, met.Root}, nil
}
