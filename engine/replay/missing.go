package replay

import (
	"context"
	"slices"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// A rule that gave nothing says little when the field it asks about is in no event at all. A need is a set of fields of
// which at least one must have a value somewhere for the plan to give a row: those that one condition of a filter reads, itself
// or through what was computed before. A condition that is true of a row without values ("is null", isempty, !=) needs nothing.

// field is a column of a scanned table, or one that no table has.
type field struct{ table, name string }

type need []field

// Cover is how far the events of a span carry what a plan asks about.
type Cover struct {
	Events int // of the plan's tables
	// Carrying are the events that meet every need there is of their table. Fields that only the records themselves hold are
	// not counted here: to read them all would take longer than the rule.
	Carrying int
	// Missing are the fields without which the plan cannot give a row, and which no event carries.
	Missing []string
	// Unsure are those that no record carries of as many as were to be looked into, where there are more: they count as carried.
	Unsure []string
}

// lookedIn is in how many places of a time records are looked into that are too many to look into all of them.
const lookedIn = 16

// Covered looks at all events of [from, to), and into no more than so many records of a table. What it says depends on the events alone, never on
// how long anything took.
func Covered(ctx context.Context, src exec.Source, root plan.Node, from, to int64, most int) (Cover, error) {
	t := tracer{known: map[plan.Node][]need{}, bare: bare{ctx: ctx, known: map[plan.Node][]*column.Vector{}}}
	t.fields(root)
	var c Cover
	if err := ctx.Err(); err != nil {
		return c, err
	}
	carried := map[field]bool{}
	seen := map[string]bool{}
	for _, scan := range exec.Scans(root) {
		if seen[scan.Table] || scan.Time == "" {
			continue
		}
		seen[scan.Table] = true
		before := c.Events
		dear, err := c.table(ctx, src, scan, t.needs, carried, from, to)
		if err != nil {
			return c, err
		}
		whole := c.Events-before <= most
		found, err := lookInto(ctx, src, scan.Table, dear, from, to, most, whole)
		if err != nil {
			return c, err
		}
		for _, name := range dear {
			f := field{scan.Table, name}
			if !found[name] && !whole && !carried[f] {
				c.Unsure = append(c.Unsure, name)
			}
			carried[f] = carried[f] || found[name] || !whole
		}
	}
	for _, n := range t.needs {
		if slices.ContainsFunc(n, func(f field) bool { return carried[f] }) {
			continue
		}
		for _, f := range n {
			if !slices.Contains(c.Missing, f.name) {
				c.Missing = append(c.Missing, f.name)
			}
		}
	}
	if len(c.Missing) > 0 {
		c.Carrying = 0 // of what is missing everywhere, those that were not looked into have none either
	}
	return c, nil
}

// lookInto finds which of some fields the records of a table carry: all of them, or as many as may be, in several places of the time.
func lookInto(ctx context.Context, src exec.Source, table string, fields []string, from, to int64, most int, whole bool) (map[string]bool, error) {
	found := map[string]bool{}
	parts := int64(lookedIn)
	if whole {
		parts = 1
	}
	for i := range parts {
		begin, end := part(from, to, i, parts), part(from, to, i+1, parts)
		if err := exec.Carried(ctx, src, table, fields, found, begin, end, most/int(parts)); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// part is where one of some parts of a time begins.
func part(from, to, i, parts int64) int64 {
	if i == parts {
		return to
	}
	return from + (to-from)/parts*i
}

// table counts the events of one table and notes which fields they carry, but for those that are dear to look at.
func (c *Cover) table(ctx context.Context, src exec.Source, scan *plan.Scan, needs []need, carried map[field]bool, from, to int64) (dear []string, err error) {
	deep, _ := src.(exec.Deep)
	var packed [][]string // for each need what is told without the records
	for _, n := range needs {
		var names []string
		costly := false
		for _, f := range n {
			switch {
			case f.table != scan.Table:
			case deep != nil && deep.Deep(f.table, f.name):
				costly = true
				if !slices.Contains(dear, f.name) {
					dear = append(dear, f.name)
				}
			default:
				names = append(names, f.name)
			}
		}
		if len(names) > 0 && !costly {
			packed = append(packed, names)
		}
		if costly {
			dear = append(dear, names...)
		}
	}
	count, err := exec.Count(ctx, src, scan.Table, scan.Time, packed, from, to)
	if err != nil {
		return nil, err
	}
	c.Events += count.Events
	c.Carrying += count.Carrying
	for name := range count.Carried {
		carried[field{scan.Table, name}] = true
	}
	return dear, nil
}

// tracer follows columns back to the fields they are made of, and gathers needs on its way.
type tracer struct {
	known map[plan.Node][]need
	needs []need
	bare  bare
}

// fields are, for each column of a node, the fields it is made of.
func (t *tracer) fields(n plan.Node) []need {
	if known, ok := t.known[n]; ok {
		return known
	}
	out := t.trace(n)
	t.known[n] = out
	return out
}

func (t *tracer) trace(n plan.Node) []need {
	out := make([]need, len(n.Schema()))
	switch n := n.(type) {
	case *plan.Scan:
		for i, name := range n.Columns {
			if name != n.Time {
				out[i] = need{{n.Table, name}}
			}
		}
	case *plan.Filter:
		in := t.fields(n.Input)
		for _, cond := range plan.Conjuncts(n.Cond) {
			t.add(cond, in, t.bare.row(n.Input))
		}
		copy(out, in)
	case *plan.Project:
		in := t.fields(n.Input)
		for i, x := range n.Exprs {
			out[i] = reads(x, in)
		}
	case *plan.Windowed:
		in := t.fields(n.Input)
		for i, x := range n.Exprs {
			out[i] = reads(x, in)
		}
	case *plan.Aggregate:
		in := t.fields(n.Input)
		if n.Inline {
			copy(out, in)
		}
		for _, k := range n.Keys {
			if k.Out >= 0 {
				out[k.Out] = reads(k.Expr, in)
			}
		}
		for _, g := range n.Aggs {
			if t.bare.counts(g, t.bare.row(n.Input)) {
				continue
			}
			out[g.Out] = reads(g.Call, in)
			if g.Where != nil {
				out[g.Out] = out[g.Out].with(reads(g.Where, in)...)
			}
		}
	case *plan.Expand:
		copy(out, t.fields(n.Input))
		for _, c := range n.Columns {
			out[c.Out] = reads(c.Expr, t.fields(n.Input))
		}
	case *plan.Extract:
		copy(out, t.fields(n.Input))
		for _, c := range n.Outs {
			out[c] = reads(n.Text, t.fields(n.Input))
		}
	case *plan.Sort, *plan.Limit, *plan.Shared:
		copy(out, t.fields(plan.Inputs(n)[0]))
	case *plan.Union:
		// What one input cannot give, another may: needs below a union are not those of the plan.
		before := len(t.needs)
		for i, in := range n.Inputs {
			fields := t.fields(in)
			for c, from := range n.Sources[i] {
				if from >= 0 {
					out[c] = out[c].with(fields[from]...)
				}
			}
		}
		if len(n.Inputs) > 1 {
			t.needs = t.needs[:before]
		}
	case *plan.Join:
		left := t.fields(n.Left)
		if n.Kind == plan.Inner || n.Kind == plan.InnerUnique {
			copy(out, append(slices.Clone(left), t.fields(n.Right)...))
		} else if n.Kind != plan.RightSemi && n.Kind != plan.RightAnti {
			copy(out, left)
		}
	}
	return out
}

// add is the need of a condition.
func (t *tracer) add(cond plan.Expr, in []need, row []*column.Vector) {
	if v, told := t.bare.value(cond, row); told && isTrue(v) || !told && acceptsNull(cond) {
		return
	}
	if n := reads(cond, in); len(n) > 0 {
		t.needs = append(t.needs, n)
	}
}

// reads are the fields that an expression is made of.
func reads(x plan.Expr, in []need) need {
	var n need
	plan.EachCol(x, func(c *plan.Col) {
		n = n.with(in[c.Index]...)
	})
	for _, name := range plan.Absent(x) {
		n = n.with(field{name: name})
	}
	return n
}

// with is a need of more fields, each once: a table that stands in itself twice, and so on, has no more fields for that.
func (n need) with(more ...field) need {
	for _, f := range more {
		if !slices.Contains(n, f) {
			n = append(n[:len(n):len(n)], f)
		}
	}
	return n
}

// untrue tells whether a part of a condition is false, and not null, for want of a field.
func untrue(x plan.Expr) bool {
	switch x := x.(type) {
	case *plan.Lit:
		return len(x.Absent) > 0 && !x.Value.IsNull(0)
	case *plan.Call:
		return slices.ContainsFunc(x.Args, untrue)
	}
	return false
}

// logic are the names of the connectives, which take nulls but are not true of nothing but nulls; negation is not among
// them, since what it negates may be a condition that takes nulls.
var logic = map[string]bool{"and": true, "or": true, "AND": true, "OR": true}

// acceptsNull tells whether an expression may have a value although every field it reads is null.
func acceptsNull(x plan.Expr) bool {
	call, ok := x.(*plan.Call)
	if !ok || call.Func.Means == function.MeansNotNull {
		return false
	}
	if call.Func.Name == "not" && slices.ContainsFunc(call.Args, untrue) {
		return true
	}
	if (call.Func.Nulls || call.Func.Lazy != nil) && !logic[call.Func.Name] && call.Func.Kind == function.Scalar {
		return true
	}
	return slices.ContainsFunc(call.Args, acceptsNull)
}
