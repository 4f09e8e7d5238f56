package kql

import (
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// specials are the calls whose meaning depends on where they stand.
var specials map[string]func(*binder, *row, *call) plan.Expr

func init() {
	specials = map[string]func(*binder, *row, *call) plan.Expr{
		"now": (*binder).now, "ingestion_time": (*binder).ingestionTime, "bin_auto": (*binder).binAuto, "ago": (*binder).ago, "toscalar": (*binder).toscalar, "materialize": (*binder).toscalar,
		"columnifexists": (*binder).columnIfExists, "column_ifexists": (*binder).columnIfExists, "iscolumnexists": (*binder).isColumnExists,
		"pack_all": (*binder).packAll, "bag_pack_columns": (*binder).packColumns, "column_names_of": (*binder).columnNames,
		"prev": (*binder).neighbour, "next": (*binder).neighbour,
		"row_number": (*binder).rowNumber, "row_cumsum": (*binder).rowSum, "row_rank_dense": (*binder).rowRank, "row_rank_min": (*binder).rowRank,
		"row_window_session": (*binder).rowSession, "around": (*binder).around, "typeof": (*binder).misplaced, "table": (*binder).misplaced,
		"count_": (*binder).misplaced, "estimate_data_size": (*binder).dataSize, "assert": (*binder).assert,
		"extract": (*binder).extract, "extractjson": (*binder).extractJSON, "extract_json": (*binder).extractJSON,
		"percentile_tdigest": (*binder).digestRank, geoInfo: (*binder).geoInfo,
	}
}

func (b *binder) special(r *row, x *call) plan.Expr { return specials[x.name](b, r, x) }

func (b *binder) misplaced(_ *row, x *call) plan.Expr {
	b.errorf(x.nameAt, "'%s' is not supported here", x.name)
	return nil
}

// count checks the number of arguments of a special call.
func (b *binder) count(x *call, least, most int) bool {
	if n := len(x.args); n < least || n > most {
		b.errorf(x.span, "the function '%s' wants %s, found %d", x.name, counted(least, most), n)
		return false
	}
	return true
}

func (b *binder) now(r *row, x *call) plan.Expr {
	if !b.count(x, 0, 1) {
		return nil
	}
	now := b.clock(x)
	if len(x.args) == 0 {
		return now
	}
	return b.shift(r, x, now, "datetime +")
}

func (b *binder) ago(r *row, x *call) plan.Expr {
	if !b.count(x, 1, 1) {
		return nil
	}
	return b.shift(r, x, b.clock(x), "datetime -")
}

// clock is the as-of instant, or the one that the query sets.
func (b *binder) clock(x *call) plan.Expr {
	if set := b.settings["query_now"]; set != nil {
		return &plan.Lit{Value: set.Value, At: x.span}
	}
	return &plan.Now{At: x.span}
}

// binAuto is bin_at with the size and the fixed point that the query sets.
func (b *binder) binAuto(r *row, x *call) plan.Expr {
	if !b.count(x, 1, 1) {
		return nil
	}
	v := b.scalar(r, x.args[0].x)
	if v == nil {
		return nil
	}
	size, point := b.settings["query_bin_auto_size"], b.settings["query_bin_auto_at"]
	if size == nil {
		b.errorf(x.nameAt, "bin_auto() has no size").WithHint("begin the query with set query_bin_auto_size = …;")
		return nil
	}
	t := v.Type()
	if point == nil {
		zero := map[column.Type]any{column.Double: 0.0, column.Time: int64(-column.TicksAtEpoch)}[t]
		if zero == nil {
			zero = int64(0)
		}
		point = lit(t, zero, x.span)
	}
	args := []plan.Expr{v, &plan.Lit{Value: size.Value, At: x.span}, &plan.Lit{Value: point.Value, At: x.span}}
	c := &call{at: x.at, name: "bin_at", nameAt: x.nameAt, args: []named{x.args[0], x.args[0], x.args[0]}}
	return b.pick(c, function.Lookup(function.KQL, "bin_at"), args)
}

func (b *binder) shift(r *row, x *call, now plan.Expr, op string) plan.Expr {
	d := b.scalar(r, x.args[0].x)
	if d == nil {
		return nil
	}
	if d.Type() != column.Duration {
		writeType(b.errorf(x.args[0].x.place(), "the function '%s' wants a timespan here, found %s", x.name, typeWord(d.Type())), "timespan", d)
		return nil
	}
	return b.make(op, x.span, column.Time, now, d)
}

func (b *binder) toscalar(r *row, x *call) plan.Expr {
	if !b.count(x, 1, 1) {
		return nil
	}
	e := x.args[0].x
	if !b.isTabular(r.scope, e) {
		v := b.scalar(&row{scope: r.scope, constant: true}, e)
		return v
	}
	t := b.tabular(r.scope, e)
	if t == nil || isFailed(t) {
		return nil
	}
	cols := t.cols()
	if len(cols) == 0 {
		b.errorf(e.place(), "the table has no column to take a value from")
		return nil
	}
	return &plan.Scalar{Input: t.node, T: cols[0].Type, At: x.span}
}

func (b *binder) columnIfExists(r *row, x *call) plan.Expr {
	if !b.count(x, 2, 2) {
		return nil
	}
	n, ok := b.text(r, x.args[0].x)
	if !ok {
		return nil
	}
	d := b.scalar(r, x.args[1].x)
	if d == nil {
		return nil
	}
	if i := indexOf(r.cols, n); i >= 0 && !r.constant {
		x.column = n
		return &plan.Col{Index: i, Name: n, T: r.cols[i].Type, At: x.span}
	}
	x.column = ""
	return d
}

func (b *binder) isColumnExists(r *row, x *call) plan.Expr {
	if !b.count(x, 1, 1) {
		return nil
	}
	n, ok := b.text(r, x.args[0].x)
	if !ok {
		return nil
	}
	return lit(column.Bool, indexOf(r.cols, n) >= 0, x.span)
}

// text is a constant string argument.
func (b *binder) text(r *row, e expr) (string, bool) {
	v := b.scalar(&row{scope: r.scope, constant: true}, e)
	if v == nil {
		return "", false
	}
	if value, ok := constant(v); ok {
		if s, ok := value.(string); ok {
			return s, true
		}
	}
	b.errorf(e.place(), "expected a constant string")
	return "", false
}

func (b *binder) packAll(r *row, x *call) plan.Expr {
	if !b.count(x, 0, 1) {
		return nil
	}
	skip := false
	if len(x.args) == 1 {
		v := b.scalar(&row{scope: r.scope, constant: true}, x.args[0].x)
		if v == nil {
			return nil
		}
		value, _ := constant(v)
		skip, _ = value.(bool)
	}
	var args []plan.Expr
	for i, c := range r.cols {
		args = append(args, lit(column.String, c.Name, x.span), &plan.Col{Index: i, Name: c.Name, T: c.Type, At: x.span})
	}
	name := "bag_pack"
	if skip {
		name = "bag_pack filled"
	}
	return b.make(name, x.span, column.Dynamic, args...)
}

func (b *binder) packColumns(r *row, x *call) plan.Expr {
	var args []plan.Expr
	for _, a := range x.args {
		v := b.scalar(r, a.x)
		c, ok := v.(*plan.Col)
		if !ok {
			if v != nil {
				b.errorf(a.x.place(), "bag_pack_columns() wants columns")
			}
			return nil
		}
		args = append(args, lit(column.String, c.Name, c.At), c)
	}
	return b.make("bag_pack", x.span, column.Dynamic, args...)
}

func (b *binder) columnNames(r *row, x *call) plan.Expr {
	if !b.count(x, 1, 1) {
		return nil
	}
	t := b.tabular(r.scope, x.args[0].x)
	if t == nil {
		return nil
	}
	list := []any{}
	for _, c := range t.cols() {
		list = append(list, c.Name)
	}
	return lit(column.Dynamic, list, x.span)
}

// around is "value between (center - delta .. center + delta)".
func (b *binder) around(r *row, x *call) plan.Expr {
	if !b.count(x, 3, 3) {
		return nil
	}
	lo := &binary{at: x.at, op: "-", opAt: x.span, l: x.args[1].x, r: x.args[2].x}
	hi := &binary{at: x.at, op: "+", opAt: x.span, l: x.args[1].x, r: x.args[2].x}
	return b.between(r, &between{at: x.at, x: x.args[0].x, lo: lo, hi: hi})
}

// typeLiteral is the type in a typeof(…) argument.
func (b *binder) typeLiteral(x *call, i int) (column.Type, bool) {
	if l, ok := x.args[i].x.(*literal); ok && b.isTypeLiteral(l) {
		s, _ := l.value.(string)
		return typeWords[s], true
	}
	b.errorf(x.args[i].x.place(), "expected typeof(…)")
	return 0, false
}

func (b *binder) isTypeLiteral(l *literal) bool {
	return l.typ == column.String && strings.HasPrefix(b.file.Slice(l.span), "typeof")
}

func (b *binder) extract(r *row, x *call) plan.Expr {
	if !b.count(x, 3, 4) {
		return nil
	}
	pattern, ok := b.text(r, x.args[0].x)
	if !ok {
		return nil
	}
	if err := function.CheckRegex(pattern); err != nil {
		b.errorf(x.args[0].x.place(), "the regular expression cannot be read: %v", err)
		return nil
	}
	return b.extracted(r, x, "extract text", b.scalar(r, x.args[0].x), b.scalar(r, x.args[1].x), b.scalar(r, x.args[2].x))
}

func (b *binder) extractJSON(r *row, x *call) plan.Expr {
	if !b.count(x, 2, 3) {
		return nil
	}
	p, ok := b.text(r, x.args[0].x)
	if !ok {
		return nil
	}
	if err := function.CheckJSONPath(p); err != nil {
		b.errorf(x.args[0].x.place(), "%v", err)
		return nil
	}
	return b.extracted(r, x, "extract_json text", b.scalar(r, x.args[0].x), b.scalar(r, x.args[1].x))
}

// extracted calls a row that gives text and casts it to the type of the last argument, if that is given.
func (b *binder) extracted(r *row, x *call, rowName string, args ...plan.Expr) plan.Expr {
	for i, a := range args {
		if a == nil {
			return nil
		}
		want := column.String
		if rowName == "extract text" && i == 1 {
			want = column.Long
		}
		fitted := a
		if a.Type() == column.Dynamic && i == len(args)-1 || a.Type() == column.Int && want == column.Long {
			fitted = b.cast(a, want, false)
		}
		if fitted.Type() != want {
			b.errorf(x.args[i].x.place(), "the function '%s' wants a %s here, found %s", x.name, typeWord(want), typeWord(a.Type()))
			return nil
		}
		args[i] = fitted
	}
	v := b.make(rowName, x.span, column.String, args...)
	if v == nil || len(x.args) == len(args) {
		return v
	}
	t, ok := b.typeLiteral(x, len(args))
	if !ok {
		return nil
	}
	if t == column.Dynamic {
		return b.make("parse_json", x.span, t, v)
	}
	return b.cast(v, t, false)
}

// assert is true, or the query is wrong; its condition is computed while the query is read.
func (b *binder) assert(r *row, x *call) plan.Expr {
	if !b.count(x, 2, 2) {
		return nil
	}
	v := b.scalar(r, x.args[0].x)
	message, ok := b.text(r, x.args[1].x)
	if v == nil || !ok {
		return nil
	}
	value, ok := constant(v)
	if !ok || v.Type() != column.Bool {
		b.errorf(x.args[0].x.place(), "the condition of assert() wants a constant boolean")
		return nil
	}
	if held, _ := value.(bool); !held {
		b.errorf(x.span, "assert() has failed: %s", message)
		return nil
	}
	return v
}

// dataSize is how many bytes the values of some columns take. What a dynamic value takes is not specified.
func (b *binder) dataSize(r *row, x *call) plan.Expr {
	var args []plan.Expr
	for _, a := range x.args {
		if _, all := a.x.(*star); all && !r.constant {
			args = append(args, columnRefs(r.cols, a.x.place())...)
			continue
		}
		v := b.scalar(r, a.x)
		if v == nil {
			return nil
		}
		if _, ok := v.(*plan.Col); !ok {
			b.errorf(a.x.place(), "estimate_data_size() wants columns")
			return nil
		}
		args = append(args, v)
	}
	if len(args) == 0 {
		b.errorf(x.span, "estimate_data_size() wants columns")
		return nil
	}
	for _, v := range args {
		if v.Type() == column.Dynamic {
			b.errorf(x.span, "estimate_data_size() of a dynamic column is not supported").WithHint("what a dynamic value takes is not specified")
			return nil
		}
	}
	return b.make("data size", x.span, column.Long, args...)
}

// digestRank is percentile_tdigest(digest, rank), and with typeof(…) what it gives as a value of that type.
func (b *binder) digestRank(r *row, x *call) plan.Expr {
	if !b.count(x, 2, 3) {
		return nil
	}
	plain := *x
	plain.args = x.args[:2]
	args, ok := b.args(r, &plain)
	if !ok {
		return nil
	}
	v := b.pick(&plain, rowsOf(&plain), args)
	if v == nil || len(x.args) == 2 {
		return v
	}
	t, ok := b.typeLiteral(x, 2)
	if !ok {
		return nil
	}
	return b.cast(v, t, false)
}
