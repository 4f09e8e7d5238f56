package exec

import (
	"fmt"
	"strings"

	"casebook/engine/column"
	"casebook/engine/esql"
	"casebook/engine/function"
)

// speakESQL is ES|QL.
func speakESQL() *speech {
	l := &speech{
		name: "ES|QL", planner: esql.Plan, table: function.ESQL,
		source: "FROM logs", scalar: " | EVAL made = %s", total: " | STATS made = %s",
		literals: map[column.Type][]string{
			column.Bool: {"true", "false", "null::boolean"}, column.Int: {"0", "1", "-3", "7", "2147483647", "(1 / 0)"},
			column.Long: {"3000000000", "9223372036854775807", "-5::long", "2::long"}, column.ULong: {"18446744073709551615", "4::unsigned_long"},
			column.Double: {"0.5", "-2.5", "1e300", "(0.0 / 0.0)", "3.0"},
			column.String: {`"ann"`, `"a"`, `""`, `"a*"`, `"%{WORD:w} %{GREEDYDATA:g}"`, `","`, `"10.0.0.0/8"`, `"yyyy-MM-dd"`, `"2024-01-02T03:04:05Z"`, `["b", "ann", "b"]`, `"(a|b)+"`, `"day"`, `"UTC"`, `"$.k"`, `"7"`},
			column.Time:   {`"1970-01-01T00:00:07Z"::datetime`, "NOW()", `"1970-01-01"::date`}, column.Nanos: {`"1970-01-01T00:00:09.000000001Z"::date_nanos`},
			column.Duration: {"5 seconds", "1 minute", "1 hour"}, column.Period: {"1 day", "2 months"},
			column.IP: {`"10.0.0.1"::ip`, `"::1"::ip`}, column.Version: {`"1.2.3"::version`, `"1.10"::version`}, column.Text: {`"Ann says so"::text`},
		},
		infix: []string{
			"({integer} + {long})", "({long} - {long})", "({integer} * {integer})", "({long} / {integer})", "({double} % {double})", "({date} + {time_duration})", "({date} - {date_period})",
			"({integer} + {integer})", "({double} * {integer})", "-{integer}", "-{long}", "({unsigned_long} + {unsigned_long})",
			"({integer} == {long})", "({long} < {double})", "({keyword} == {keyword})", "({keyword} != {keyword})", "({keyword} >= {keyword!})", "({date} > {date})", "({ip} == {ip})", "({version} < {version})",
			"({boolean} AND {boolean})", "({boolean} OR {boolean})", "NOT {boolean}", "{keyword} IS NULL", "{long} IS NOT NULL", "{ip} IS NULL",
			`{keyword} LIKE "a*"`, `{keyword} LIKE ("*n", "b?b")`, `{keyword} RLIKE "[a-c]+.*"`, `{keyword} NOT LIKE "*"`, "{keyword} IN ({keyword}, {keyword!}, {keyword!})", "{integer} IN (1, 7, {long})", "{ip} IN ({ip}, {ip!})",
			"{keyword}::integer", "{keyword}::ip", "{keyword}::datetime", "{long}::keyword", "{double}::long", "{date}::long", "{keyword}::version", "{boolean}::integer", `{keyword}:"ann"`,
		},
		sources: []func(*speaker) string{
			func(m *speaker) string { return "FROM logs" },
			func(m *speaker) string { return "FROM logs METADATA _id, _index" },
			func(m *speaker) string { return "FROM logs, more" },
			func(m *speaker) string { return "FROM more, logs METADATA _index" },
			func(m *speaker) string { return "FROM (FROM logs | WHERE n > 1), (FROM more | EVAL x = 1)" },
			func(m *speaker) string {
				return `ROW a = ["ann", "bob", "ann"], n = 1, l = [3, 5000000000], ip = "10.1.2.3"::ip`
			},
		},
		tables: speechRows,
	}
	name := func(m *speaker) string { return m.any() }
	key := func(m *speaker) string {
		if m.IntN(2) == 0 {
			return m.any()
		}
		return m.fresh() + " = " + m.something()
	}
	totals := func(m *speaker) string {
		return m.list(3, func() string {
			s := m.fresh() + " = " + m.aggregate()
			if m.IntN(4) == 0 {
				s += " WHERE " + m.condition()
			}
			return s
		})
	}
	by := func(m *speaker) string {
		if m.IntN(4) == 0 {
			return ""
		}
		return " BY " + m.list(3, func() string { return key(m) })
	}
	order := func(m *speaker) string {
		return m.list(3, func() string { return m.any() + m.pick("", " ASC", " DESC", " DESC NULLS LAST", " NULLS FIRST") })
	}
	text := func(m *speaker) string { return m.of(column.String) }
	where := func(m *speaker) string { return "WHERE " + m.condition() }
	eval := func(m *speaker) string {
		return "EVAL " + m.list(3, func() string {
			if m.IntN(4) == 0 {
				return m.any() + " = " + m.something()
			}
			return m.fresh() + " = " + m.something()
		})
	}
	l.stages = []func(*speaker) string{
		where, where, where, eval, eval, eval,
		func(m *speaker) string { return "STATS " + totals(m) + by(m) },
		func(m *speaker) string { return "STATS " + totals(m) + by(m) },
		func(m *speaker) string { return "INLINE STATS " + totals(m) + by(m) },
		func(m *speaker) string { return "SORT " + order(m) },
		func(m *speaker) string { return fmt.Sprintf("SORT %s | LIMIT %d", order(m), m.IntN(20)) },
		func(m *speaker) string { return fmt.Sprintf("LIMIT %d BY %s", 1+m.IntN(3), name(m)) },
		func(m *speaker) string {
			return "KEEP " + m.list(5, func() string { return name(m) }) + m.pick("", ", *", ", made*")
		},
		func(m *speaker) string { return "DROP " + name(m) },
		func(m *speaker) string { return "RENAME " + name(m) + " AS " + m.fresh() },
		func(m *speaker) string { return "MV_EXPAND " + name(m) },
		func(m *speaker) string { return "MV_EXPAND " + text(m) },
		func(m *speaker) string {
			return "GROK " + text(m) + ` "` + m.pick("%{WORD:w}", "%{INT:i:int}.%{DATA:rest}", "(?<first>[a-z])%{GREEDYDATA:rest}", "%{IP:address}|%{NUMBER:number:double}") + `"`
		},
		func(m *speaker) string {
			return "DISSECT " + text(m) + ` "` + m.pick("%{one},%{two}", "%{one->} %{+one} %{?skip}", "%{scheme}://%{host}/%{rest}", "a%{rest}") + `"`
		},
		func(m *speaker) string {
			return "ENRICH users ON " + text(m) + m.pick("", " WITH team", " WITH grade = level")
		},
		func(m *speaker) string { return "ENRICH nets ON " + m.pick(m.of(column.IP), text(m)) },
		func(m *speaker) string { return "RENAME " + text(m) + " AS a | LOOKUP JOIN users ON a" },
		func(m *speaker) string { return "LOOKUP JOIN users ON a, n" },
		func(m *speaker) string {
			return "WHERE " + text(m) + " " + m.pick("IN", "NOT IN") + " (FROM more | WHERE n > 1 | KEEP a)"
		},
		func(m *speaker) string {
			return "FORK (WHERE " + m.condition() + ") (" + strings.ReplaceAll(eval(m), "|", "") + ") (STATS " + totals(m) + ")"
		},
		func(m *speaker) string { return "DEDUP " + name(m) },
		func(m *speaker) string { return "URI_PARTS parts = " + text(m) },
	}
	return l
}
