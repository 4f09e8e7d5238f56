package exec

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// A property of a column that nobody has read has few values in many rows: who called, which tier. What is made of such a property
// alone ("tostring(AdditionalFields.input_user)") is made once for each value, and each row says which is its own.

// few is what an expression gives for each of a few values, and which of them each row has.
type few struct {
	places []int32
	values *column.Vector
}

// spread is the value of each row.
func (f *few) spread() *column.Vector {
	if f == nil {
		return nil
	}
	return f.values.Gather(f.places)
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
	n := f.values.Len
	args := make([]*column.Vector, len(x.Args))
	for i, a := range x.Args {
		if lit, ok := a.(*plan.Lit); ok {
			args[i] = e.constant(lit, n)
		} else {
			args[i] = f.values
		}
	}
	// Warnings count rows. Where there are any, every row is computed by itself.
	env := &function.Env{Context: e.env.Context, AsOf: e.env.AsOf, Limits: e.env.Limits}
	values, err := (&evaluator{env: env, constants: e.constants, table: e.table, scalars: e.scalars}).invoke(x, args, n)
	if err != nil || len(env.Warnings()) > 0 {
		return nil, err
	}
	return &few{f.places, values}, nil
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
	places, list, err := reader.Property(e.env.Context, v.Ints, key.Value.Str(0))
	if err != nil {
		return nil, err
	}
	values := &column.Vector{Type: column.Dynamic, Len: len(list), Anys: list, Nulls: column.NewBitmap(len(list))}
	for i, x := range list {
		if x == nil {
			values.Nulls.Set(i)
		}
	}
	for i := range places {
		if v.Nulls.Has(i) {
			places[i] = 0
		}
	}
	f := &few{places, values}
	f.values, err = e.finish(x, values, nil)
	return f, err
}
