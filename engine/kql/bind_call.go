package kql

import (
	"strings"

	"casebook/engine/function"
	"casebook/engine/plan"
)

// special are the calls that the binder answers itself.
var special = words(`now ago ingestion_time bin_auto toscalar materialize columnifexists column_ifexists pack_all bag_pack_columns column_names_of
 prev next row_number row_cumsum row_rank_dense row_rank_min row_window_session around typeof count_ table
 iscolumnexists estimate_data_size assert extract extractjson extract_json percentile_tdigest geo_info_from_ip_address`)

func (b *binder) call(r *row, x *call) plan.Expr {
	if g := r.scope.find(x.name); g != nil {
		if g.lambda == nil {
			b.errorf(x.nameAt, "'%s' is no function", x.name)
			return nil
		}
		return b.apply(r, g, x.name, x.span, x.args)
	}
	if special[x.name] {
		return b.special(r, x)
	}
	rows := rowsOf(x)
	if len(rows) == 0 || rows[0].Signature == nil {
		b.unknownCall(x)
		return nil
	}
	if rows[0].Kind == function.Aggregate {
		return b.aggregate(r, x, rows)
	}
	args, ok := b.args(r, x)
	if !ok {
		return nil
	}
	return b.pick(x, rows, args)
}

// rowsOf are the rows of a call. What merges sketches is an aggregate of one argument and a function of several.
func rowsOf(x *call) []*function.Row {
	if len(x.args) > 1 {
		if rows := function.Lookup(function.KQL, x.name+" several"); rows != nil {
			return rows
		}
	}
	return function.Lookup(function.KQL, x.name)
}

func (b *binder) unknownCall(x *call) {
	if function.Lookup(function.KQL, x.name+" values") != nil {
		b.errorf(x.nameAt, "the function '%s' gives several columns", x.name).WithHint("extend them first: extend (a, b) = %s(…)", x.name)
		return
	}
	if reason, ok := outside[x.name]; ok {
		b.errorf(x.nameAt, "the function '%s' is not supported", x.name).WithHint("%s", reason)
		return
	}
	e := b.errorf(x.nameAt, "unknown function '%s'", x.name)
	if here, ok := functionsElsewhere[strings.ToLower(x.name)]; ok {
		e.WithHint("KQL has %s", here)
		return
	}
	known := []string{}
	for _, n := range function.Names(function.KQL) {
		if rows := function.Lookup(function.KQL, n); rows[0].Signature != nil {
			known = append(known, n)
		}
	}
	for n := range special {
		known = append(known, n)
	}
	nearest(e, x.name, known)
}

// onlyArg is the argument of a call that has one.
func onlyArg(x *call) expr {
	if len(x.args) != 1 {
		return nil
	}
	return x.args[0].x
}

func (b *binder) args(r *row, x *call) ([]plan.Expr, bool) {
	if _, all := onlyArg(x).(*star); all && x.name == "pack_array" {
		return columnRefs(r.cols, x.span), true
	}
	args := make([]plan.Expr, len(x.args))
	ok := true
	for i, a := range x.args {
		if len(a.names) > 0 {
			b.errorf(a.nameAt, "the function '%s' takes no named arguments", x.name)
			ok = false
			continue
		}
		if s, all := a.x.(*star); all {
			e := b.errorf(s.span, "'*' cannot be an argument of '%s'", x.name)
			if x.name == "count" {
				e.WithHint("count() counts rows")
			}
			ok = false
			continue
		}
		if args[i] = b.scalar(r, a.x); args[i] == nil {
			ok = false
		}
	}
	return args, ok
}

// pick chooses the first row that takes the arguments as they are or, failing that, with dynamic values read as texts.
func (b *binder) pick(x *call, rows []*function.Row, args []plan.Expr) plan.Expr {
	c, err := b.overload(x, rows, args)
	if err != nil {
		b.errs.Add(err)
		return nil
	}
	return b.fold(c)
}
