package kql

import (
	"strconv"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// special are the calls that the binder answers itself.
var special = words(`now ago bin_auto toscalar materialize columnifexists column_ifexists pack_all bag_pack_columns column_names_of
 prev next row_number row_cumsum row_rank_dense row_rank_min row_window_session around typeof count_ table
 iscolumnexists estimate_data_size assert extract extractjson extract_json`)

// outside are functions that exist and cannot be answered here, with the reason.
var outside = map[string]string{
	"_GetWatchlist":                  "it takes the alias of a watchlist",
	"externaldata":                   "it reads from the network",
	"external_table":                 "it reads from the network",
	"geo_info_from_ip_address":       "there is no table of places offline",
	"ingestion_time":                 "when a row was ingested is not kept",
	"rand":                           "a rule must answer the same twice",
	"new_guid":                       "a rule must answer the same twice",
	"cluster":                        "there is one store and no cluster",
	"database":                       "there is one store and no database",
	"current_principal":              "there is no principal offline",
	"current_cluster_endpoint":       "there is one store and no cluster",
	"current_database":               "there is one store and no database",
	"has_any_ipv4_lookup":            "",
	"hll":                            "its sketch is not specified",
	"hll_if":                         "its sketch is not specified",
	"hll_merge":                      "its sketch is not specified",
	"tdigest":                        "its sketch is not specified",
	"tdigest_merge":                  "its sketch is not specified",
	"merge_tdigest":                  "its sketch is not specified",
	"parse_user_agent":               "its patterns are not specified",
	"series_decompose_anomalies":     "its method is not specified",
	"series_decompose_forecast":      "its method is not specified",
	"row_rank":                       "use row_rank_dense or row_rank_min",
	"hash_many":                      "how it puts hashes together is not specified",
	"hash_combine":                   "how it puts hashes together is not specified",
	"series_periods_detect":          "how periods are found is not specified",
	"series_periods_validate":        "how periods are scored is not specified",
	"series_outliers":                "its scores are not specified",
	"gzip_compress_to_base64_string": "its bytes depend on the compressor",
	"zlib_compress_to_base64_string": "its bytes depend on the compressor",
	"ipv4_lookup":                    "",
	"cursor_after":                   "there are no cursors",
	"extent_id":                      "there are no extents",
	"extent_tags":                    "there are no extents",
	"current_principal_details":      "there is no principal offline",
	"current_principal_is_member_of": "there is no principal offline",
}

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
	rows := function.Lookup(function.KQL, x.name)
	if len(rows) == 0 || rows[0].Signature == nil {
		b.unknownCall(x)
		return nil
	}
	if rows[0].Kind == function.Aggregate {
		return b.aggregate(r, x, rows)
	}
	if x.name == "not" && len(x.args) == 1 {
		if v := b.scalar(r, x.args[0].x); v != nil {
			if v = b.asBool(v); v != nil {
				return b.make("not", x.span, column.Bool, v)
			}
			b.errorf(x.args[0].x.place(), "not() wants a boolean")
		}
		return nil
	}
	args, ok := b.args(r, x)
	if !ok || b.needsPeriod(x, args) {
		return nil
	}
	return b.pick(x, rows, args)
}

func (b *binder) unknownCall(x *call) {
	if reason, ok := outside[x.name]; ok {
		e := b.errorf(x.nameAt, "the function '%s' is not supported", x.name)
		if reason != "" {
			e.WithHint("%s", reason)
		}
		return
	}
	e := b.errorf(x.nameAt, "unknown function '%s'", x.name)
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

func (b *binder) args(r *row, x *call) ([]plan.Expr, bool) {
	args := make([]plan.Expr, len(x.args))
	ok := true
	for i, a := range x.args {
		if len(a.names) > 0 {
			b.errorf(a.nameAt, "the function '%s' takes no named arguments", x.name)
			ok = false
			continue
		}
		if s, all := a.x.(*star); all {
			b.errorf(s.span, "'*' cannot be an argument of '%s'", x.name)
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

func (b *binder) overload(x *call, rows []*function.Row, args []plan.Expr) (*plan.Call, *syntax.Error) {
	var first *syntax.Error
	for _, texts := range []bool{false, true} {
		for _, row := range rows {
			c, err := b.match(x, row, args, texts)
			if err == nil {
				return c, nil
			}
			if first == nil {
				first = err
			}
		}
	}
	return nil, first
}

// match fits arguments to a row: what it takes, or why it does not.
func (b *binder) match(x *call, row *function.Row, args []plan.Expr, texts bool) (*plan.Call, *syntax.Error) {
	sig := row.Signature
	least, most := arity(sig)
	if len(args) < least || (most >= 0 && len(args) > most) {
		return nil, syntax.Errorf(b.file, x.span, "the function '%s' wants %s, found %d", x.name, counted(least, most), len(args))
	}
	if n := blockOf(sig); n > 1 && (len(args)-len(sig.Args))%n != 0 {
		return nil, syntax.Errorf(b.file, x.span, "the function '%s' takes arguments by %ds, and found %d", x.name, n, len(args))
	}
	fitted := make([]plan.Expr, len(args))
	for i, a := range args {
		p := sig.Args[paramOf(sig, i, len(args))]
		if texts && a.Type() == column.Dynamic && p.Kind == "string" {
			a = b.cast(a, column.String, false)
		}
		f, want := b.fit(a, p.Kind)
		if want != "" {
			return nil, syntax.Errorf(b.file, x.args[i].x.place(), "the function '%s' wants %s here, found %s", x.name, want, typeWord(a.Type()))
		}
		if p.Constant {
			if _, ok := constant(f); !ok {
				return nil, syntax.Errorf(b.file, x.args[i].x.place(), "the function '%s' wants a constant here", x.name)
			}
		}
		fitted[i] = f
	}
	t, ok := b.result(sig, fitted)
	if !ok {
		return nil, syntax.Errorf(b.file, x.span, "the arguments of '%s' have no type in common", x.name)
	}
	if check := checks[x.name]; check != nil {
		if i, problem := check(fitted); problem != "" {
			return nil, syntax.Errorf(b.file, x.args[i].x.place(), "%s", problem)
		}
	}
	return &plan.Call{Func: row, Args: fitted, T: t, At: x.span}, nil
}

func arity(sig *function.Signature) (least, most int) {
	for _, a := range sig.Args {
		if a.Repeats {
			most = -1
		}
		if !a.Optional {
			least++
		}
	}
	if most == 0 {
		most = len(sig.Args)
	}
	return least, most
}

// blockOf is how many parameters repeat together.
func blockOf(sig *function.Signature) int {
	n := 0
	for _, a := range sig.Args {
		if a.Repeats {
			n++
		}
	}
	return n
}

func counted(least, most int) string {
	switch {
	case most < 0:
		return plural(least) + " or more"
	case least == most:
		return plural(least)
	}
	return plural(least) + " to " + plural(most)
}

func plural(n int) string {
	if n == 1 {
		return "1 argument"
	}
	return strconv.Itoa(n) + " arguments"
}

// paramOf is the parameter that argument i of n is for; repeated ones repeat as a group.
func paramOf(sig *function.Signature, i, n int) int {
	first, last := -1, -1
	for k, a := range sig.Args {
		if a.Repeats {
			if first < 0 {
				first = k
			}
			last = k
		}
	}
	if first < 0 || i < first {
		return i
	}
	after := len(sig.Args) - 1 - last
	if i >= n-after {
		return len(sig.Args) - (n - i)
	}
	return first + (i-first)%(last-first+1)
}

// fit converts an argument to its kind, or says what is wanted.
func (b *binder) fit(x plan.Expr, kind function.ParamKind) (plan.Expr, string) {
	t := x.Type()
	if want, ok := typeWords[string(kind)]; ok {
		switch {
		case t == want:
			return x, ""
		case want == column.Double && isNumber(t), want == column.Long && t == column.Int, want == column.Decimal && isNumber(t):
			return b.cast(x, want, false), ""
		case want == column.Int && t == column.Long:
			return b.cast(x, want, false), ""
		case want == column.Bool && t == column.Dynamic && !isLit(x), want == column.String && t == column.Dynamic && litNull(x):
			return b.cast(x, want, false), ""
		}
		return nil, "a " + typeWord(want)
	}
	switch kind {
	case "scalar", "common", "commonorder":
		return x, ""
	case "asstring":
		return b.cast(x, column.String, false), ""
	case "text":
		if t == column.String {
			return x, ""
		}
		if t == column.Dynamic {
			return x, ""
		}
		return nil, "a string"
	case "number":
		if isNumber(t) {
			return x, ""
		}
		return nil, "a number"
	case "isbool":
		if t == column.Bool {
			return x, ""
		}
		return nil, "a boolean"
	case "isdecimal":
		if t == column.Decimal {
			return x, ""
		}
		return nil, "a decimal"
	case "integer":
		if t == column.Long || t == column.Int {
			return b.cast(x, column.Long, false), ""
		}
		return nil, "a whole number"
	case "whole":
		if t == column.Long || t == column.Int {
			return x, ""
		}
		return nil, "a whole number"
	case "summable":
		if isNumber(t) || t == column.Time || t == column.Duration {
			return x, ""
		}
		return nil, "a number, datetime or timespan"
	case "orderable":
		if t != column.Dynamic && t != column.GUID {
			return x, ""
		}
		return nil, "a value that has an order"
	case "notdynamic":
		if t != column.Dynamic {
			return x, ""
		}
		return nil, "a value that is not dynamic"
	case "codepoints":
		if t == column.Dynamic || t == column.Long {
			return x, ""
		}
		if t == column.Int {
			return b.cast(x, column.Long, false), ""
		}
		return nil, "a whole number or an array of them"
	case "array", "bag":
		if t == column.Dynamic {
			return x, ""
		}
		return nil, "a dynamic " + string(kind)
	}
	return nil, string(kind)
}

// result is the type that a call gives; arguments of kind common are brought to their common type.
func (b *binder) result(sig *function.Signature, args []plan.Expr) (column.Type, bool) {
	switch sig.Result {
	case "same":
		return args[0].Type(), true
	case "promoted":
		return atLeastLong(args[0].Type()), true
	case "widest":
		t := args[0].Type()
		for _, a := range args[1:] {
			if isNumber(a.Type()) {
				t = wider(t, a.Type())
			}
		}
		if t == column.Int {
			t = column.Long
		}
		for i, a := range args {
			if isNumber(a.Type()) {
				args[i] = b.cast(a, t, false)
			}
		}
		return t, true
	case "common":
		return b.common(sig, args)
	}
	t, ok := typeWords[sig.Result]
	return t, ok
}

func (b *binder) common(sig *function.Signature, args []plan.Expr) (column.Type, bool) {
	t, seen := column.Null, false
	strict := false
	for i, a := range args {
		p := sig.Args[paramOf(sig, i, len(args))]
		if p.Kind == "commonorder" {
			strict = true
		}
		if p.Kind != "common" && p.Kind != "commonorder" {
			continue
		}
		switch s := a.Type(); {
		case s == column.Dynamic:
		case !seen:
			t, seen = s, true
		case s == t:
		case isNumber(s) && isNumber(t):
			t = wider(s, t)
		default:
			if strict {
				return 0, false
			}
			t = column.Dynamic
		}
	}
	if !seen {
		t = column.Dynamic
	}
	for i, a := range args {
		p := sig.Args[paramOf(sig, i, len(args))]
		if p.Kind == "common" || p.Kind == "commonorder" {
			args[i] = b.cast(a, t, false)
		}
	}
	return t, true
}
