package kql

import (
	"sort"
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// op binds an operator over a table; rel is nil for the operators that make their own.
func (b *binder) op(s *scope, rel *relation, o op) *relation {
	switch o := o.(type) {
	case *opDatatable:
		return b.datatable(o)
	case *opPrint:
		return b.print(s, o)
	case *opRange:
		return b.rangeOp(s, o)
	case *opUnion:
		return b.union(s, rel, o)
	case *opSearch:
		return b.search(s, rel, o)
	case *opFind:
		return b.find(s, o)
	case *opRender:
		return rel
	case *opCount:
		return b.countOp(rel, o)
	case *opDistinct:
		return b.distinct(s, rel, o)
	case *opExtend:
		return b.extend(s, rel, o.items, o.span)
	case *opSerialize:
		r := b.extend(s, &relation{node: rel.node, ordered: true}, o.items, o.span)
		return r
	case *opGetschema:
		return b.getschema(rel, o)
	case *opProject:
		return b.project(s, rel, o)
	case *opWhere:
		return b.where(s, rel, o.cond, o.span)
	case *opTake:
		n, ok := b.constantInt(s, o.n, "take")
		if !ok {
			return nil
		}
		return b.limit(rel, n, o.span)
	case *opSample:
		return b.sample(s, rel, o)
	case *opSort:
		return b.sort(s, rel, o.keys, o.span, false)
	case *opTop:
		return b.top(s, rel, o)
	case *opSummarize:
		return b.summarize(s, rel, o)
	}
	return b.op2(s, rel, o)
}

func (b *binder) countOp(rel *relation, o *opCount) *relation {
	row := function.Lookup(function.KQL, "count")[0]
	n := &plan.Aggregate{Input: rel.node, Aggs: []plan.Agg{{Call: &plan.Call{Func: row, T: column.Long, At: o.span}}}}
	name := "Count"
	if o.as != "" {
		name = o.as
	}
	n.Out, n.At = []column.Field{{Name: name, Type: column.Long}}, o.span
	return &relation{node: n}
}

func (b *binder) limit(rel *relation, n int64, s syntax.Span) *relation {
	l := &plan.Limit{Input: rel.node, N: max(n, 0)}
	l.Out, l.At = rel.cols(), s
	return &relation{node: l, ordered: rel.ordered, name: rel.name}
}

func (b *binder) sample(s *scope, rel *relation, o *opSample) *relation {
	n, ok := b.constantInt(s, o.n, "sample")
	if !ok {
		return nil
	}
	if o.of != nil {
		if rel = b.distinct(s, rel, &opDistinct{at: o.at, exprs: []expr{o.of}}); rel == nil {
			return nil
		}
	}
	return b.limit(rel, n, o.span)
}

func (b *binder) where(s *scope, rel *relation, cond expr, at syntax.Span) *relation {
	r := &row{scope: s, cols: rel.cols(), ordered: rel.ordered}
	x := b.scalar(r, cond)
	if x == nil {
		return nil
	}
	if x.Type() != column.Bool {
		b.errorf(cond.place(), "the condition must be a boolean, found %s", typeWord(x.Type()))
		return nil
	}
	return b.filter(rel, r, x, at)
}

func (b *binder) filter(rel *relation, r *row, x plan.Expr, at syntax.Span) *relation {
	in, cols := rel.node, rel.cols()
	if r.window {
		// The condition asks for neighbours: it becomes a column first.
		out := append(append([]column.Field{}, cols...), column.Field{Name: "$where", Type: column.Bool})
		w := &plan.Windowed{Input: in, Exprs: append(columnRefs(cols, at), x)}
		w.Out, w.At, w.Hidden = out, at, true
		in, x = w, &plan.Col{Index: len(cols), Name: "$where", T: column.Bool, At: at}
	}
	f := &plan.Filter{Input: in, Cond: x}
	f.Out, f.At = in.Schema(), at
	if !r.window {
		return &relation{node: f, ordered: rel.ordered, name: rel.name}
	}
	return &relation{node: project(f, columnRefs(cols, at), cols, at, true), ordered: rel.ordered, name: rel.name}
}

// over puts expressions over a table, as a projection or, where they look at neighbours, a window.
func over(rel *relation, r *row, exprs []plan.Expr, out []column.Field, s syntax.Span) *relation {
	if r.window {
		w := &plan.Windowed{Input: rel.node, Exprs: exprs}
		w.Out, w.At = out, s
		return &relation{node: w, ordered: rel.ordered}
	}
	return &relation{node: project(rel.node, exprs, out, s, false), ordered: rel.ordered}
}

// item is a bound "name = x" of extend and its like: usually one column.
type item struct {
	x    plan.Expr
	name string
	said bool
}

// items binds the expressions of extend, project, print and serialize.
func (b *binder) items(r *row, list []named, rest bool) ([][]item, bool) {
	ok := true
	var all [][]item
	for _, n := range list {
		if _, star := n.x.(*star); star {
			b.errorf(n.x.place(), "'*' cannot stand here")
			ok = false
			continue
		}
		if several, done := b.series(r, n, rest); done {
			if several == nil {
				ok = false
				continue
			}
			all = append(all, several)
			continue
		}
		x := b.scalar(r, n.x)
		if x == nil {
			ok = false
			continue
		}
		it := item{x: x, name: autoName(n.x)}
		if len(n.names) > 1 {
			b.errorf(n.nameAt, "%d names for 1 column", len(n.names))
			ok = false
			continue
		}
		if len(n.names) == 1 {
			it.name, it.said = n.names[0], true
		}
		all = append(all, []item{it})
	}
	return all, ok
}

func (b *binder) extend(s *scope, rel *relation, list []named, at syntax.Span) *relation {
	cols := rel.cols()
	r := &row{scope: s, cols: cols, ordered: rel.ordered}
	all, ok := b.items(r, list, false)
	if !ok {
		return nil
	}
	exprs, out := columnRefs(cols, at), append([]column.Field{}, cols...)
	taken := newNamer(cols)
	set := map[string]bool{}
	for i, items := range all {
		for _, it := range items {
			if it.name == "" {
				it.name = taken.numbered("Column")
			}
			if set[it.name] && it.said {
				b.errorf(list[i].span(), "a column '%s' is already given here", it.name)
				return nil
			}
			set[it.name] = true
			f := column.Field{Name: it.name, Type: it.x.Type()}
			if k := indexOf(out, it.name); k >= 0 {
				exprs[k], out[k] = it.x, f
				continue
			}
			taken.taken[it.name] = true
			exprs, out = append(exprs, it.x), append(out, f)
		}
	}
	res := over(rel, r, exprs, out, at)
	res.name = rel.name
	return res
}

func (b *binder) project(s *scope, rel *relation, o *opProject) *relation {
	r := &row{scope: s, cols: rel.cols(), ordered: rel.ordered}
	all, ok := b.items(r, o.items, true)
	if !ok {
		return nil
	}
	exprs, out, ok := b.columns(all, o.items, "Column", 1)
	if !ok {
		return nil
	}
	return over(rel, r, exprs, out, o.span)
}

// columns names the columns that items make, without doubles.
func (b *binder) columns(all [][]item, list []named, prefix string, from int) ([]plan.Expr, []column.Field, bool) {
	taken := newNamer(nil)
	for _, n := range list {
		for _, s := range n.names {
			taken.taken[s] = true
		}
		if x, ok := n.x.(*name); ok && len(n.names) == 0 && from > 0 {
			taken.taken[x.text] = true
		}
	}
	exprs, out := []plan.Expr{}, []column.Field{}
	for i, items := range all {
		for _, it := range items {
			_, plain := list[i].x.(*name)
			plain = plain && from > 0
			switch {
			case it.said || plain && len(items) == 1:
				if indexOf(out, it.name) >= 0 {
					b.errorf(list[i].span(), "a column '%s' is already there", it.name)
					return nil, nil, false
				}
			case it.name == "" && from == 0:
				it.name = taken.free(prefix + strconv.Itoa(len(out)))
			case it.name == "":
				it.name = taken.numbered(prefix)
			default:
				it.name = taken.free(it.name)
			}
			exprs, out = append(exprs, it.x), append(out, column.Field{Name: it.name, Type: it.x.Type()})
		}
	}
	return exprs, out, true
}

func (b *binder) print(s *scope, o *opPrint) *relation {
	r := &row{scope: s, cols: nil, constant: true}
	all, ok := b.items(r, o.items, false)
	if !ok {
		return nil
	}
	// print names nothing after what it is made of, but for what makes several columns.
	for i, items := range all {
		if len(items) == 1 && len(o.items[i].names) == 0 {
			items[0].name = ""
		}
	}
	exprs, out, ok := b.columns(all, o.items, "print_", 0)
	if !ok {
		return nil
	}
	return &relation{node: project(oneRow(o.span), exprs, out, o.span, false), ordered: true}
}

func (b *binder) distinct(s *scope, rel *relation, o *opDistinct) *relation {
	r := &row{scope: s, cols: rel.cols(), keys: map[string]bool{}}
	var by []named
	for _, x := range o.exprs {
		if _, all := x.(*star); all {
			for _, c := range rel.cols() {
				by = append(by, named{x: &name{at: at{x.place()}, text: c.Name}})
			}
			continue
		}
		by = append(by, named{x: x})
	}
	keys, names, ok := b.keys(r, by)
	if !ok {
		return nil
	}
	n := &plan.Aggregate{Input: rel.node}
	for i, k := range keys {
		n.Keys = append(n.Keys, plan.Key{Expr: k, Out: i})
		n.Out = append(n.Out, column.Field{Name: names[i], Type: k.Type()})
	}
	n.At = o.span
	return &relation{node: n}
}

func (b *binder) sort(s *scope, rel *relation, keys []order, at syntax.Span, hidden bool) *relation {
	r := &row{scope: s, cols: rel.cols(), ordered: rel.ordered}
	n := &plan.Sort{Input: rel.node}
	for _, k := range keys {
		x := b.scalar(r, k.x)
		if x == nil {
			return nil
		}
		if x.Type() == column.Dynamic {
			b.errorf(k.x.place(), "a dynamic value has no order").WithHint("cast it: tolong(…), tostring(…)")
			return nil
		}
		n.Keys = append(n.Keys, sortKeys(b, x, k)...)
	}
	n.Out, n.At, n.Hidden = rel.cols(), at, hidden
	return &relation{node: n, ordered: true, name: rel.name}
}

// sortKeys orders nulls as said or, unsaid, first when ascending and last when descending. NaN goes with null.
func sortKeys(b *binder, x plan.Expr, k order) []plan.SortKey {
	first := !k.desc
	if k.nulls != "" {
		first = k.nulls == "first"
	}
	key := plan.SortKey{Expr: x, Desc: k.desc, NullsFirst: first}
	if x.Type() != column.Double && x.Type() != column.Decimal {
		return []plan.SortKey{key}
	}
	number := b.make("number or null", x.Span(), x.Type(), x)
	key.Expr = number
	return []plan.SortKey{key, {Expr: b.make("isnull", x.Span(), column.Bool, x), Desc: !first}}
}

func (b *binder) top(s *scope, rel *relation, o *opTop) *relation {
	n, ok := b.constantInt(s, o.n, "top")
	if !ok {
		return nil
	}
	sorted := b.sort(s, rel, []order{o.key}, o.span, true)
	if sorted == nil {
		return nil
	}
	return b.limit(sorted, n, o.span)
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
	array := b.make("range values", o.span, column.Dynamic, from, to, step)
	if array == nil {
		return nil
	}
	one := project(oneRow(o.span), []plan.Expr{array}, []column.Field{{Name: o.name, Type: column.Dynamic}}, o.span, true)
	col := &plan.Col{Index: 0, Name: o.name, T: column.Dynamic, At: o.span}
	n := &plan.Expand{Input: one, Columns: []plan.ExpandColumn{{Expr: col, Out: 0, Cast: function.ExpandCast(t)}}, Index: -1}
	n.Out, n.At = []column.Field{{Name: o.name, Type: t}}, o.span
	return &relation{node: n, ordered: true}
}

// sortedNames puts names into the order that project-reorder asks for.
func sortedNames(cols []column.Field, places []int, word string) []int {
	list := append([]int{}, places...)
	if word == "" {
		return list
	}
	less := func(x, y string) bool { return x < y }
	if strings.HasPrefix(word, "granny") {
		less = naturally
	}
	sort.SliceStable(list, func(i, j int) bool {
		x, y := cols[list[i]].Name, cols[list[j]].Name
		if strings.HasSuffix(word, "desc") {
			return less(y, x)
		}
		return less(x, y)
	})
	return list
}

// naturally compares names with numbers in them by the numbers: a2 before a10.
func naturally(x, y string) bool {
	for x != "" && y != "" {
		i, j := figures(x), figures(y)
		if i > 0 && j > 0 {
			m, _ := strconv.ParseUint(x[:i], 10, 64)
			n, _ := strconv.ParseUint(y[:j], 10, 64)
			if m != n {
				return m < n
			}
			x, y = x[i:], y[j:]
			continue
		}
		if x[0] != y[0] {
			return x[0] < y[0]
		}
		x, y = x[1:], y[1:]
	}
	return len(x) < len(y)
}

func figures(s string) int {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}
