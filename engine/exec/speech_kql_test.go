package exec

import (
	"fmt"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/kql"
)

// speakKQL is KQL.
func speakKQL() *speech {
	whole, numbers := []column.Type{column.Int, column.Long}, []column.Type{column.Int, column.Long, column.Double, column.Decimal}
	l := &speech{
		name: "KQL", planner: kql.Plan, table: function.KQL,
		source: "Logs", scalar: " | extend made = %s", total: " | summarize made = %s",
		literals: map[column.Type][]string{
			column.Bool: {"true", "false", "bool(null)"}, column.Int: {"int(1)", "int(-7)", "int(null)", "int(2147483647)"},
			column.Long: {"0", "1", "3", "-2", "9223372036854775807", "long(null)"}, column.Double: {"0.5", "-2.5", "1e300", "real(nan)", "real(+inf)", "real(null)", "3.0"},
			column.Decimal: {"decimal(1.5)", "decimal(-3)"},
			column.String:  {"'ann'", "'a'", "''", "'Ann'", "'a b'", "','", "'[a-c]+'", "'(a)(n)?'", "'yyyy-MM-dd'", "'10.0.0.0/8'", "'10.0.0.1'", "'$.k'", "'7'", "'2024-01-02'", "'day'", "'k'"},
			column.Time:    {"datetime(1970-01-01T00:00:07Z)", "now()", "ago(5s)", "datetime(null)"}, column.Duration: {"5s", "1h", "1d", "timespan(null)", "00:00:07"},
			column.GUID:    {"guid(74be27de-1e4e-49d9-b579-fe0b331d3642)"},
			column.Dynamic: {"dynamic([1,2,3])", "dynamic(['a','b'])", `dynamic({"k":[1,{"x":"y"}],"n":2.5})`, "dynamic(null)", "dynamic([])", "dynamic('ann')", "dynamic([3,1,null,2])"},
		},
		kinds: map[string][]column.Type{
			"string": {column.String}, "text": {column.String, column.Dynamic}, "number": numbers, "integer": whole, "whole": whole, "summable": {column.Long, column.Double, column.Duration},
			"orderable": {column.Long, column.String, column.Time, column.Double}, "array": {column.Dynamic}, "bag": {column.Dynamic}, "dynamic": {column.Dynamic}, "bool": {column.Bool},
			"datetime": {column.Time}, "timespan": {column.Duration}, "long": {column.Long}, "int": {column.Int, column.Long}, "real": {column.Double, column.Long}, "guid": {column.GUID}, "codepoints": {column.Long, column.Dynamic},
		},
		infix: []string{
			"({long} + {long})", "({long} - {integer})", "({integer} * {long})", "({long} / {long})", "({long} % {long})", "({double} / {double})", "({double} % {double})", "({long} * {double})", "-({long})",
			"({date} - {date})", "({date} + {time_duration})", "({time_duration} * {long})", "({time_duration} / {time_duration})", "({decimal} + {long})",
			"({long} == {long})", "({keyword} == {keyword})", "({long} != {double})", "({keyword} != {keyword})", "({date} >= {date})", "({time_duration} < {time_duration})", "({long} < {integer})", "({guid} == {guid})",
			"({keyword} =~ {keyword})", "({keyword} !~ {keyword})", "({keyword} has {keyword})", "({keyword} !has {keyword})", "({keyword} contains {keyword})", "({keyword} contains_cs {keyword!})", "({keyword} startswith {keyword})", "({keyword} endswith {keyword!})",
			"({keyword} hasprefix {keyword!})", "({keyword} has_cs {keyword!})", "({keyword} matches regex '[a-c]+.?')", "({keyword} in ({keyword!}, {keyword!}, {keyword}))", "({keyword} !in ({keyword!}, 'bob'))", "({keyword} in~ ('ANN', {keyword!}))",
			"({keyword} has_any ({keyword!}, 'b'))", "({keyword} has_all ({keyword!}, 'a'))", "({long} in (1, {long!}, 7))", "({long} between ({long} .. {long}))", "({date} between ({date} .. 5s))", "({long} !between (0 .. {long}))",
			"({boolean} and {boolean})", "({boolean} or {boolean})", "({dynamic}.k)", "({dynamic}[{long}])", "({dynamic}['n'])", "({dynamic}[-1])", "({keyword} in ((More | project S)))", "toscalar(More | summarize count())", "toscalar(More | where L > 2 | project S)",
			"toscalar(Logs | summarize max(L))", "({dynamic} has {keyword!})", "({dynamic} == {long})",
		},
		sources: []func(*speaker) string{
			func(m *speaker) string { return "Logs" },
			func(m *speaker) string { return "union Logs, More" },
			func(m *speaker) string {
				return "union withsource=From kind=" + m.pick("inner", "outer") + " More, Logs"
			},
			func(m *speaker) string {
				return "let few = Logs | where L > 1; let n = toscalar(few | count); union few, (More | where L < n), few"
			},
			func(m *speaker) string { return "let few = materialize(Logs | take 5); few | join kind=inner few on S" },
			func(m *speaker) string { return "search in (Logs, More) '" + m.pick("ann", "a", "7") + "'" },
			func(m *speaker) string {
				return `datatable(S:string, L:long, D:dynamic)["ann", 1, dynamic([1,2]), "", long(null), dynamic(null), "bob", 3, dynamic({"k":1})]`
			},
			func(m *speaker) string { return "range L from 1 to 9 step 2 | extend S = tostring(L)" },
		},
		tables: speechRows,
	}
	name := func(m *speaker) string { return m.any() }
	totals := func(m *speaker) string {
		return m.list(3, func() string { return m.fresh() + " = " + m.aggregate() })
	}
	by := func(m *speaker) string {
		if m.IntN(4) == 0 {
			return ""
		}
		return " by " + m.list(3, func() string {
			if m.IntN(2) == 0 {
				return name(m)
			}
			return m.fresh() + " = " + m.something()
		})
	}
	order := func(m *speaker) string {
		return m.list(2, func() string { return name(m) + m.pick("", " asc", " desc", " asc nulls last", " desc nulls first") })
	}
	text := func(m *speaker) string { return m.of(column.String) }
	long := func(m *speaker) string { return m.of(column.Long) }
	where := func(m *speaker) string { return "where " + m.condition() }
	extend := func(m *speaker) string {
		return m.pick("extend ", "extend ", "project S, L, ") + m.list(3, func() string { return m.fresh() + " = " + m.something() })
	}
	window := func(m *speaker) string {
		types := []column.Type{column.Long, column.String, column.Time, column.Double}
		t := types[m.IntN(len(types))]
		if forms := m.windows[t]; len(forms) > 0 {
			return "serialize " + m.fresh() + " = " + m.filled(forms[m.IntN(len(forms))], 1)
		}
		return "serialize " + m.fresh() + " = row_number()"
	}
	join := func(m *speaker) string {
		kind := m.pick("", "kind=inner ", "kind=innerunique ", "kind=leftouter ", "kind=rightouter ", "kind=fullouter ", "kind=leftsemi ", "kind=leftanti ", "kind=rightsemi ", "kind=rightanti ")
		right := m.pick("More", "Users", "(More | where L > 1)", "(Users | extend L = Level)", "(More | summarize N = count() by S, L)")
		return "join " + kind + right + " on " + m.pick("S", "S, L", "$left.S == $right.S", "L", "$left.S == $right.S, $left.L == $right.L", "S, I")
	}
	l.stages = []func(*speaker) string{
		where, where, where, extend, extend, extend, window, window, join, join, join,
		func(m *speaker) string { return "summarize " + totals(m) + by(m) },
		func(m *speaker) string { return "summarize " + totals(m) + by(m) },
		func(m *speaker) string {
			return "summarize " + totals(m) + " by bin(T, " + m.pick("1s", "7s", "1m") + "), S"
		},
		func(m *speaker) string { return "distinct " + m.list(3, func() string { return name(m) }) },
		func(m *speaker) string { return "sort by " + order(m) },
		func(m *speaker) string { return fmt.Sprintf("top %d by %s", m.IntN(9), name(m)) },
		func(m *speaker) string { return fmt.Sprintf("take %d", m.IntN(20)) },
		func(m *speaker) string { return "project-away " + name(m) },
		func(m *speaker) string { return "project-rename " + m.fresh() + " = " + name(m) },
		func(m *speaker) string { return "project-reorder " + name(m) + m.pick("", ", * asc", ", * desc") },
		func(m *speaker) string {
			return "mv-expand " + m.pick("", "with_itemindex=at ", "kind=array ") + m.pick("", "made_e = ") + m.of(column.Dynamic) + m.pick("", " to typeof(long)", " to typeof(string)", ", D") + m.pick("", " limit 2")
		},
		func(m *speaker) string {
			return "mv-apply item = " + m.of(column.Dynamic) + m.pick(" to typeof(long)", " to typeof(string)", "") + " on (" +
				m.pick("where isnotempty(tostring(item))", "summarize made_a = count(), made_m = max(tolong(item))", "top 1 by tostring(item)", "extend made_x = strcat(tostring(item), S) | take 2") + ")"
		},
		func(m *speaker) string {
			return m.pick("parse ", "parse-where ") + m.pick("", "kind=regex ", "kind=relaxed ") + text(m) + " with " +
				m.pick("w:string ' ' rest:string", "* 'a' n:long *", "'a' one:string ',' two:real", "* ':' scheme:string '/' host:dynamic")
		},
		func(m *speaker) string {
			return "parse-kv " + text(m) + " as (k:long, a:string) with (pair_delimiter=',', kv_delimiter='=')"
		},
		func(m *speaker) string {
			return "lookup " + m.pick("", "kind=inner ") + "(Users | extend L = Level) on " + m.pick("S", "S, L", "L")
		},
		func(m *speaker) string {
			return "union " + m.pick("", "kind=inner ", "kind=outer ", "withsource=Origin ") + m.pick("More", "Users", "(More | where L > 0 | project S, L = tostring(L))", "Logs, Users")
		},
		func(m *speaker) string {
			axis := m.pick("T from datetime(1970-01-01) to datetime(1970-01-01T00:01:00) step 5s", "T step 11s", "L from 0 to 9 step 2", "I from -7 to 4 step 1")
			return "make-series " + m.fresh() + " = " + m.pick("count()", "sum(L)", "avg(R)", "dcount(S)", "take_any(L)", "max(T)", m.aggregate()) + m.pick("", " default=7", " default=real(null)") +
				" on " + axis + m.pick("", " by S", " by S, B")
		},
		func(m *speaker) string {
			return fmt.Sprintf("top-nested %d of %s by count(), top-nested %d of %s by %s", 1+m.IntN(3), name(m), 1+m.IntN(2), name(m), m.pick("max(L)", "sum(L)", "dcount(S)"))
		},
		func(m *speaker) string {
			return "partition by " + text(m) + " (" + m.pick("top 1 by L", "summarize n = count() by L", "sort by L asc | extend made_p = prev(S)") + ")"
		},
		func(m *speaker) string {
			key := text(m)
			return "partition by " + key + " { More | where S == toscalar(" + key + ") " + m.pick("| count", "| top 1 by L", "| project L, made_k = toscalar("+key+")") + " }"
		},
		func(m *speaker) string {
			return "sort by T asc | scan " + m.pick("", "with_match_id=m ") + "declare (c:long = 0) with (step a output=" + m.pick("all", "last", "none") + ": " + m.condition() + " => c = a.c + 1; step b: " + m.condition() + m.pick("", " => c = a.c") + ";)"
		},
		func(m *speaker) string { return "as x | " + where(m) },
		func(m *speaker) string { return "count" },
		func(m *speaker) string { return "getschema" },
		func(m *speaker) string { return "evaluate narrow()" },
		func(m *speaker) string { return "evaluate pivot(S, count(), L) : (L:long, ann:long, bob:long)" },
		func(m *speaker) string {
			return "evaluate bag_unpack(" + m.of(column.Dynamic) + ") : (*, k:long, n:real)"
		},
		func(m *speaker) string { return "evaluate ipv4_lookup(Nets, " + text(m) + ", network)" },
		func(m *speaker) string { return "search '" + m.pick("ann", "b", "7") + "'" },
		func(m *speaker) string { return "where " + long(m) + " in ((More | where S has 'a' | project L))" },
	}
	return l
}
