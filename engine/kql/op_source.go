package kql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

func (b *binder) datatable(o *opDatatable) *relation {
	width := len(o.columns)
	if width == 0 {
		b.errorf(o.span, "a datatable needs a column")
		return nil
	}
	if len(o.values)%width != 0 {
		b.errorf(o.span, "%d values do not fill rows of %d columns", len(o.values), width)
		return nil
	}
	n := len(o.values) / width
	rows := &plan.Rows{Batch: &column.Batch{Len: n}}
	rows.At = o.span
	taken := map[string]bool{}
	for k, c := range o.columns {
		if taken[c.name] || c.tabular || c.anything {
			b.errorf(c.at, "a column '%s' is already there, or is no column", c.name)
			return nil
		}
		taken[c.name] = true
		build := column.NewBuilder(c.typ, n)
		for i := range n {
			v := b.datum(o.values[i*width+k], c.typ)
			if v == nil {
				return nil
			}
			if c.typ == column.Dynamic && !v.Value.IsNull(0) {
				build.Any(v.Value.Anys[0])
			} else {
				build.Value(v.Value.Value(0))
			}
		}
		rows.Batch.Columns = append(rows.Batch.Columns, build.Vector())
		rows.Out = append(rows.Out, column.Field{Name: c.name, Type: c.typ})
	}
	return &relation{node: rows}
}

// datum is a value of a datatable, converted to its column's type: what cannot be is null.
func (b *binder) datum(x expr, t column.Type) *plan.Lit {
	v := b.scalar(&row{constant: true}, x)
	if v == nil {
		return nil
	}
	if v.Type() != t {
		v = b.cast(v, t, false)
	}
	l, ok := v.(*plan.Lit)
	if !ok {
		b.errorf(x.place(), "expected a literal of type %s", typeWord(t))
		return nil
	}
	return l
}

func (b *binder) rangeOp(s *scope, o *opRange) *relation {
	r := &row{scope: s, constant: true}
	from, to, step := b.scalar(r, o.from), b.scalar(r, o.to), b.scalar(r, o.step)
	if from == nil || to == nil || step == nil {
		return nil
	}
	if v, ok := constant(step); ok && (v == int64(0) || v == 0.0 || v == column.Span(0)) {
		b.errorf(o.step.place(), "a range needs a step that is not zero")
		return nil
	}
	t := from.Type()
	switch {
	case t == column.Time && to.Type() == column.Time && step.Type() == column.Duration:
	case t == column.Duration && to.Type() == t && step.Type() == t:
	case isNumber(t) && isNumber(to.Type()) && isNumber(step.Type()):
		t = wider(t, wider(to.Type(), step.Type()))
		from, to, step = b.cast(from, t, false), b.cast(to, t, false), b.cast(step, t, false)
	default:
		b.errorf(o.span, "no range from %s to %s in steps of %s", typeWord(t), typeWord(to.Type()), typeWord(step.Type()))
		return nil
	}
	// Not computed while the query is read: it may be long.
	array := &plan.Call{Func: function.Lookup(function.KQL, "range values")[0], Args: []plan.Expr{from, to, step}, T: column.Dynamic, At: o.span}
	one := project(oneRow(o.span), []plan.Expr{array}, []column.Field{{Name: o.name, Type: column.Dynamic}}, o.span, true)
	col := &plan.Col{Index: 0, Name: o.name, T: column.Dynamic, At: o.span}
	n := &plan.Expand{Input: one, Columns: []plan.ExpandColumn{{Expr: col, Out: 0, Cast: function.ExpandCast(t)}}, Index: -1}
	n.Out, n.At = []column.Field{{Name: o.name, Type: t}}, o.span
	return &relation{node: n, ordered: true}
}

func (b *binder) getschema(rel *relation, o *opGetschema) *relation {
	names := []column.Field{{Name: "ColumnName", Type: column.String}, {Name: "ColumnOrdinal", Type: column.Long},
		{Name: "DataType", Type: column.String}, {Name: "ColumnType", Type: column.String}}
	n, ord, data, typ := column.NewBuilder(column.String, 8), column.NewBuilder(column.Long, 8), column.NewBuilder(column.String, 8), column.NewBuilder(column.String, 8)
	for i, c := range rel.cols() {
		n.Str(c.Name)
		ord.Int(int64(i))
		data.Str(netTypes[typeWord(c.Type)])
		typ.Str(typeWord(c.Type))
	}
	rows := &plan.Rows{Batch: &column.Batch{Len: len(rel.cols()), Columns: []*column.Vector{n.Vector(), ord.Vector(), data.Vector(), typ.Vector()}}}
	rows.Out, rows.At = names, o.span
	return &relation{node: rows}
}

var netTypes = map[string]string{
	"bool": "System.SByte", "int": "System.Int32", "long": "System.Int64", "real": "System.Double", "decimal": "System.Data.SqlTypes.SqlDecimal",
	"string": "System.String", "datetime": "System.DateTime", "timespan": "System.TimeSpan", "guid": "System.Guid", "dynamic": "System.Object",
}
