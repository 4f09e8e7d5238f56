package kql

import (
	"maps"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Plugins. Their call says which columns they give ("evaluate bag_unpack(d) : (a:string)"), or it is told by what they are called for.

// plugins are what evaluate can call.
var plugins map[string]func(*binder, *scope, *relation, *opEvaluate) *relation

func init() {
	plugins = map[string]func(*binder, *scope, *relation, *opEvaluate) *relation{
		"bag_unpack": (*binder).bagUnpack, "ipv4_lookup": (*binder).addressLookup, "ipv6_lookup": (*binder).addressLookup,
		"narrow": (*binder).narrow, "pivot": (*binder).pivot, "rows_near": (*binder).rowsNear, "sliding_window_counts": (*binder).slidingCounts,
		"dcount_intersect": (*binder).intersections,
	}
}

func (b *binder) evaluate(s *scope, rel *relation, o *opEvaluate) *relation {
	run := plugins[o.call.name]
	if run == nil {
		if reason, ok := outsidePlugins[o.call.name]; ok {
			b.errorf(o.call.nameAt, "the plugin '%s' is not supported", o.call.name).WithHint("%s", reason)
			return nil
		}
		nearest(b.errorf(o.call.nameAt, "unknown plugin '%s'", o.call.name), o.call.name, slices.Collect(maps.Keys(plugins)))
		return nil
	}
	if rel == nil {
		b.errorf(o.call.nameAt, "the plugin '%s' works on a table", o.call.name).WithHint("write Table | evaluate %s(…)", o.call.name)
		return nil
	}
	if o.columns != nil && o.call.name != "bag_unpack" && o.call.name != "pivot" {
		b.errorf(o.span, "the columns of '%s' are known, and cannot be given", o.call.name)
		return nil
	}
	return run(b, s, rel, o)
}

// pluginColumn is an argument that is a column's name.
func (b *binder) pluginColumn(r *row, o *opEvaluate, i int) *plan.Col {
	if i >= len(o.call.args) {
		b.errorf(o.call.span, "the plugin '%s' wants a column", o.call.name)
		return nil
	}
	x := b.scalar(r, o.call.args[i].x)
	if x == nil {
		return nil
	}
	c, ok := x.(*plan.Col)
	if !ok {
		b.errorf(o.call.args[i].x.place(), "the plugin '%s' wants a column here", o.call.name)
		return nil
	}
	return c
}

// unpacking is what bag_unpack was told.
type unpacking struct {
	bag      *plan.Col
	prefix   string
	conflict string
	ignored  map[string]bool
}

func (b *binder) unpackArgs(s *scope, rel *relation, o *opEvaluate) (*unpacking, bool) {
	u := &unpacking{conflict: "error", ignored: map[string]bool{}}
	if u.bag = b.pluginColumn(&row{scope: s, cols: rel.cols()}, o, 0); u.bag == nil {
		return nil, false
	}
	if u.bag.T != column.Dynamic {
		b.errorf(o.call.args[0].x.place(), "bag_unpack wants a dynamic column, found %s", typeWord(u.bag.T))
		return nil, false
	}
	names := []string{"", "OutputColumnPrefix", "columnsConflict", "ignoredProperties"}
	for i, a := range o.call.args[1:] {
		at := i + 1
		if len(a.names) > 0 {
			for at = 1; at < len(names) && names[at] != a.names[0]; at++ {
			}
		}
		v := b.scalar(&row{scope: s, constant: true}, a.x)
		if v == nil {
			return nil, false
		}
		value, _ := constant(v)
		text, isText := value.(string)
		list, isList := value.([]any)
		switch {
		case at == 1 && isText:
			u.prefix = text
		case at == 2 && (text == "error" || text == "replace_source" || text == "keep_source"):
			u.conflict = text
		case at == 3 && isList:
			for _, k := range list {
				if k, ok := k.(string); ok {
					u.ignored[k] = true
				}
			}
		default:
			b.errorf(a.span(), "bag_unpack wants a prefix, 'error', 'replace_source' or 'keep_source', and an array of keys")
			return nil, false
		}
	}
	return u, true
}

// bagUnpack makes a column of each key of a bag. Those that are found in the data come in the order of their names.
func (b *binder) bagUnpack(s *scope, rel *relation, o *opEvaluate) *relation {
	u, ok := b.unpackArgs(s, rel, o)
	if !ok {
		return nil
	}
	var exprs []plan.Expr
	var out []column.Field
	for i, c := range rel.cols() {
		if i != u.bag.Index {
			exprs = append(exprs, &plan.Col{Index: i, Name: c.Name, T: c.Type, At: o.span})
			out = append(out, c)
		}
	}
	if o.columns != nil {
		return b.unpackInto(rel, o, u, exprs, out)
	}
	keys, open, ok := b.keysIn(rel.node, u.bag, u.prefix, o)
	if !ok {
		return nil
	}
	for _, k := range keys {
		if u.ignored[k.Name] {
			continue
		}
		name := u.prefix + k.Name
		at := indexOf(out, name)
		if at >= 0 && u.conflict == "error" {
			b.errorf(o.call.span, "bag_unpack would make a second column '%s'", name).WithHint("write columnsConflict='replace_source' or 'keep_source'")
			return nil
		}
		x, t := b.slot(u.bag, k.Name, k.Type), k.Type
		if at >= 0 {
			// One column is left, in the place of the bag's.
			if u.conflict == "keep_source" {
				x, t = exprs[at], out[at].Type
			}
			exprs, out = append(exprs[:at], exprs[at+1:]...), append(out[:at], out[at+1:]...)
		}
		exprs = append(exprs, x)
		out = append(out, column.Field{Name: name, Type: t})
	}
	return &relation{node: project(rel.node, exprs, out, o.span, false), ordered: rel.ordered, open: open}
}

// unpackInto is bag_unpack with its columns given: just these or, after a star, the table's own before them.
func (b *binder) unpackInto(rel *relation, o *opEvaluate, u *unpacking, own []plan.Expr, cols []column.Field) *relation {
	var exprs []plan.Expr
	var out []column.Field
	for _, c := range o.columns {
		if c.tabular {
			b.errorf(c.at, "expected a column and its type")
			return nil
		}
		if c.anything {
			exprs, out = append(exprs, own...), append(out, cols...)
			continue
		}
		x := b.slot(u.bag, c.name[min(len(u.prefix), len(c.name)):], c.typ)
		if i := indexOf(cols, c.name); i >= 0 && u.conflict != "replace_source" && cols[i].Type == c.typ {
			x = own[i]
		} else if u.prefix != "" && (len(c.name) <= len(u.prefix) || c.name[:len(u.prefix)] != u.prefix) {
			x = lit(c.typ, nil, c.at)
		}
		if i := indexOf(out, c.name); i >= 0 {
			exprs[i], out[i].Type = x, c.typ
			continue
		}
		exprs, out = append(exprs, x), append(out, column.Field{Name: c.name, Type: c.typ})
	}
	return &relation{node: project(rel.node, exprs, out, o.span, false), ordered: rel.ordered}
}

func (b *binder) slot(bag *plan.Col, key string, t column.Type) plan.Expr {
	return b.cast(b.make("property", bag.At, column.Dynamic, bag, lit(column.String, key, bag.At)), t, false)
}

// narrow turns every row into one row a column: its number, the column's name, and the value as text.
func (b *binder) narrow(_ *scope, rel *relation, o *opEvaluate) *relation {
	if len(o.call.args) > 0 {
		b.errorf(o.call.span, "the plugin 'narrow' wants no arguments, found %d", len(o.call.args))
		return nil
	}
	names, values := []any{}, []plan.Expr{}
	for i, c := range rel.cols() {
		names = append(names, c.Name)
		values = append(values, b.cast(&plan.Col{Index: i, Name: c.Name, T: c.Type, At: o.span}, column.String, false))
	}
	out := []column.Field{{Name: "Row", Type: column.Long}, {Name: "Column", Type: column.Dynamic}, {Name: "Value", Type: column.Dynamic}}
	numbered := &plan.Windowed{Input: rel.node, Exprs: []plan.Expr{b.numbering(o, 0), lit(column.Dynamic, names, o.span), b.make("pack_array", o.span, column.Dynamic, values...)}}
	numbered.Out, numbered.At, numbered.Hidden = out, o.span, true
	n := &plan.Expand{Input: numbered, Index: -1}
	n.Out = []column.Field{out[0], {Name: "Column", Type: column.String}, {Name: "Value", Type: column.String}}
	for i := 1; i < 3; i++ {
		n.Columns = append(n.Columns, plan.ExpandColumn{Expr: &plan.Col{Index: i, Name: out[i].Name, T: column.Dynamic, At: o.span}, Out: i, Cast: function.ExpandCast(column.String)})
	}
	n.At = o.span
	return &relation{node: n, ordered: rel.ordered}
}

// numbering counts rows from a number on.
func (b *binder) numbering(o op, from int64) plan.Expr {
	return &plan.Call{Func: function.Lookup(function.KQL, "row_number")[0], T: column.Long, At: o.place(),
		Args: []plan.Expr{lit(column.Long, from, o.place()), lit(column.Bool, false, o.place())}}
}

// addressLookup joins addresses with the networks that hold them: each address is looked up under every length of prefix,
// so that a table of networks is only hashed.
func (b *binder) addressLookup(s *scope, rel *relation, o *opEvaluate) *relation {
	args := o.call.args
	if len(args) < 3 || len(args) > 4 {
		b.errorf(o.call.span, "the plugin '%s' wants a table, the address, the table's network and return_unmatched, found %d arguments", o.call.name, len(args))
		return nil
	}
	table := b.tabular(s, args[0].x)
	if table == nil || isFailed(table) {
		return table
	}
	address := b.pluginColumn(&row{scope: s, cols: rel.cols()}, o, 1)
	network := b.pluginColumn(&row{scope: s, cols: table.cols()}, o, 2)
	if address == nil || network == nil {
		return nil
	}
	if address.T != column.String || network.T != column.String {
		b.errorf(o.call.span, "the plugin '%s' compares strings", o.call.name)
		return nil
	}
	unmatched := false
	if len(args) == 4 {
		v := b.scalar(&row{scope: s, constant: true}, args[3].x)
		if v == nil {
			return nil
		}
		value, _ := constant(v)
		var ok bool
		if unmatched, ok = value.(bool); !ok {
			b.errorf(args[3].x.place(), "return_unmatched wants a boolean")
			return nil
		}
	}
	family := o.call.name[:4]
	width := len(rel.cols())
	numbered := &plan.Windowed{Input: rel.node, Exprs: append(columnRefs(rel.cols(), o.span), b.numbering(o, 1), b.make(family+" networks", o.span, column.Dynamic, address))}
	numbered.Out = append(append([]column.Field{}, rel.cols()...), column.Field{Name: "$number", Type: column.Long}, column.Field{Name: "$network", Type: column.Dynamic})
	numbered.At, numbered.Hidden = o.span, true
	shared := &plan.Shared{Name: o.call.name, Input: numbered}
	shared.Out, shared.At, shared.Hidden = numbered.Out, o.span, true
	each := &plan.Expand{Input: shared, Index: -1, Columns: []plan.ExpandColumn{{Expr: &plan.Col{Index: width + 1, Name: "$network", T: column.Dynamic, At: o.span},
		Out: width + 1, Cast: function.ExpandCast(column.String)}}}
	each.Out = append(append([]column.Field{}, numbered.Out[:width+1]...), column.Field{Name: "$network", Type: column.String})
	each.At, each.Hidden = o.span, true
	join := &plan.Join{Kind: plan.Inner, Left: each, Right: table.node, Blank: true,
		LeftKeys:  []plan.Expr{&plan.Col{Index: width + 1, Name: "$network", T: column.String, At: o.span}},
		RightKeys: []plan.Expr{b.make(family+" network", o.span, column.String, network)}}
	join.Out, join.At, join.Hidden = append(append([]column.Field{}, each.Out...), table.cols()...), o.span, true
	// The table's columns come after the rows' own, under names that are free.
	taken := newNamer(rel.cols())
	out := append([]column.Field{}, rel.cols()...)
	exprs := columnRefs(out, o.span)
	for i, c := range table.cols() {
		exprs = append(exprs, &plan.Col{Index: width + 2 + i, Name: c.Name, T: c.Type, At: o.span})
		out = append(out, column.Field{Name: taken.free(c.Name), Type: c.Type})
	}
	if !unmatched {
		return &relation{node: project(join, exprs, out, o.span, false)}
	}
	found := &plan.Shared{Name: o.call.name, Input: join}
	found.Out, found.At, found.Hidden = join.Out, o.span, true
	missing := &plan.Join{Kind: plan.LeftAnti, Left: shared, Right: found}
	number := &plan.Col{Index: width, Name: "$number", T: column.Long, At: o.span}
	missing.LeftKeys, missing.RightKeys = []plan.Expr{number}, []plan.Expr{number}
	missing.Out, missing.At, missing.Hidden = shared.Out, o.span, true
	both := &plan.Union{Inputs: []plan.Node{project(found, exprs, out, o.span, true), missing}, Sources: make([][]int, 2), Blank: true}
	for i := range out {
		both.Sources[0] = append(both.Sources[0], i)
		if i >= width {
			i = -1
		}
		both.Sources[1] = append(both.Sources[1], i)
	}
	both.Out, both.At = out, o.span
	return &relation{node: both}
}
