package engine_test

import (
	"fmt"
	"strings"
	"testing"
)

// esqlAnswer is a query that the suites leave thin, and its answer: the columns with their types, a row a line, and what was said of it.
type esqlAnswer struct{ query, want string }

// answerESQL holds queries to their answers, over the tables of testdata/table.
func answerESQL(t *testing.T, answers []esqlAnswer) {
	t.Helper()
	for _, tt := range answers {
		t.Run(tt.query, func(t *testing.T) {
			for _, takes := range []bool{false, true} {
				got := strings.TrimSuffix(rowsOf(t, tt.query, ownTables(t, takes)), "\n")
				if want := strings.Join(lines(tt.want), "\n"); got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			}
		})
	}
}

// lines are the lines of a text without what indents them.
func lines(s string) []string {
	var out []string
	for _, line := range strings.Split(strings.TrimSpace(s), "\n") {
		out = append(out, strings.TrimSpace(line))
	}
	return out
}

// TestESQLValuesApart: the values of one row, the same in every row, become rows or groups that differ.
func TestESQLValuesApart(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW n = [1, 2, 3] | MV_EXPAND n | WHERE n >= 2`, `n:integer
			2
			3`},
		{`ROW n = [1, 2, 3] | MV_EXPAND n | STATS few = COUNT(n) WHERE n < 3, all = COUNT(*), kinds = COUNT(["a", "b"]) WHERE n == 1`, `few:long, all:long, kinds:long
			2, 3, 2`},
		{`ROW a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] | EVAL b = a, c = a, d = a, e = a, f = a, g = a, h = a | MV_EXPAND a | MV_EXPAND b | MV_EXPAND c | MV_EXPAND d | MV_EXPAND e | MV_EXPAND f | MV_EXPAND g | MV_EXPAND h | LIMIT 2 | KEEP a, h`, `a:integer, h:integer
			1, 1
			1, 2`},
		{`ROW n = [1, 2] | STATS s = SUM(n) BY n | WHERE n > 1`, `s:long, n:integer
			3, 2`},
		{`ROW n = [1, 2, 3] | STATS w = CASE(n == 2, 10, 1) * COUNT(*) BY n | SORT n`, `w:long, n:integer
			1, 1
			10, 2
			1, 3`},
		{`ROW n = [1, 2] | STATS n + SUM(n) BY n | SORT n`, `n + SUM(n):long, n:integer
			4, 1
			5, 2`},
	})
}

// TestESQLNumbers: sums and mathematics end in the figure that the vendor's end in.
func TestESQLNumbers(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW x = [-8.94, 1.92, 6.97, 14.74] | STATS s = SUM(x), m = AVG(x) * 4`, `s:double, m:double
			14.69, 14.69`},
		{`ROW x = 2 | EVAL s = SIN(x), t = TAN(x), p = POW(2.5, 7.25), l = LOG10(1000), h = HYPOT(0.1, 0.7)`, `x:integer, s:double, t:double, p:double, l:double, h:double
			2, 0.9092974268256817, -2.185039863261519, 767.4764585467135, 3, 0.7071067811865475`},
		{`ROW n = 1 | EVAL l = ROUND_TO(n, 0::LONG, 100), d = ROUND_TO(n, 0, 1.5), u = CASE(n == 1, 7, 18446744073709551615)`, `n:integer, l:long, d:double, u:unsigned_long
			1, 0, 0, 7`},
		{`ROW n = [9223372036854775807, 9223372036854775807] | STATS a = AVG(n), w = WEIGHTED_AVG(n, 2)`, `a:double, w:double
			9.223372036854776e+18, null
			# warning: Line 1:76: evaluation of [WEIGHTED_AVG(n, 2)] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:76: java.lang.ArithmeticException: long overflow`},
		{`ROW n = [1, 3] | STATS v = STD_VAR(n), w = VARIANCE(n)`, `v:double, w:double
			1, 1`},
	})
}

// TestESQLDates: patterns know weeks and quarters; what lies beyond all dates that are counted is null, with a warning.
func TestESQLDates(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW d = TO_DATETIME("2024-12-31T13:14:15.678Z") | EVAL week = DATE_FORMAT("YYYY-'w'ww W e", d), part = DATE_FORMAT("q QQ QQQ F N", d), zone = DATE_FORMAT("O ZZZZZ xxx", d) | KEEP week, part, zone`,
			`week:keyword, part:keyword, zone:keyword
			"2025-w01 5 3", "4 04 Q4 3 47655678000000", "GMT Z +00:00"`},
		{`ROW d = TO_DATETIME("2022-12-31") | EVAL week = DATE_FORMAT("Y w", d) | KEEP week`, `week:keyword
			"2022 53"`},
		{`ROW d = TO_DATETIME(9223372036854775807) | EVAL later = d > NOW(), next = d + 1 hour, past = d - 3 years | KEEP later, next, past`, `later:boolean, next:date, past:date
			true, null, null
			# warning: Line 1:9: evaluation of [TO_DATETIME(9223372036854775807)] failed, treating result as the furthest date. Only first 20 failures recorded.
			# warning: Line 1:9: java.lang.IllegalArgumentException: [9223372036854775807] is further away than dates are counted
			# warning: Line 1:75: evaluation of [d + 1 hour] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:75: java.lang.ArithmeticException: long overflow
			# warning: Line 1:94: evaluation of [d - 3 years] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:94: java.time.DateTimeException: the date is further away than dates are counted`},
		{`ROW d = TO_DATE_NANOS("1970-01-02") | EVAL past = d - 3 days | KEEP past`, `past:date_nanos
			null
			# warning: Line 1:51: evaluation of [d - 3 days] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:51: java.lang.IllegalArgumentException: date[1969-12-30T00:00:00.000Z] is before the epoch in 1970 and cannot be stored in nanosecond resolution`},
		{`ROW d = TO_DATETIME(0), long = true | EVAL d = d + CASE(long, 1 month, 1 day) | KEEP d`, `d:date
			1970-02-01T00:00:00.000Z`},
	})
}

// TestESQLWarnings: a condition of several values is false, not null; of many failures of one call, 20 are told.
func TestESQLWarnings(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW c = CASE([false, true], "a", "b")`, `c:keyword
			"b"
			# warning: Line 1:9: evaluation of [CASE([false, true], "a", "b")] failed, treating result as false. Only first 20 failures recorded.
			# warning: Line 1:9: java.lang.IllegalArgumentException: single-value function encountered multi-value`},
		{`ROW n = [1, 2], m = 3 | WHERE n == 1 OR m == 4 OR 2 == n OR m IN (3, 5)`, `n:integer, m:integer
			[1, 2], 3
			# warning: Line 1:31: evaluation of [n] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:31: java.lang.IllegalArgumentException: single-value function encountered multi-value`},
	})
	var texts []string
	for i := range 30 {
		texts = append(texts, fmt.Sprintf("%q", fmt.Sprint("x", i)))
	}
	got := rowsOf(t, "ROW n = ["+strings.Join(texts, ", ")+"] | EVAL n = TO_INTEGER(n)", ownTables(t, false))
	if n := strings.Count(got, "Cannot parse number"); n != 20 {
		t.Errorf("%d failures are told, want 20:\n%s", n, got)
	}
}

// TestESQLPatterns: REPLACE and GROK take what Java's and Ruby's expressions say beyond Go's.
func TestESQLPatterns(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW s = "$a[1]+$b[22] $c[3,4]" | EVAL n = REPLACE(s, """\$\w+\[\d++(?:,\d++)?\]""", "#"), f = REPLACE("foobar foobaz", "foo(?=baz)", "X"), d = REPLACE("aabb", "(.)\\1", "$1"), p = REPLACE("a-b, c", "(?=\\p{Punct})[^-]", "")`,
			`s:keyword, n:keyword, f:keyword, d:keyword, p:keyword
			"$a[1]+$b[22] $c[3,4]", "#+# #", "foobar Xbaz", "ab", "a-b c"`},
		{`ROW s = "user=bob id=7" | GROK s "(?<=user=)%{WORD:who} .*(?<n>\\d+)"`, `s:keyword, who:keyword, n:keyword
			"user=bob id=7", "bob", "7"`},
		// A number is never part of another, an address never of a longer one, and a time has seconds.
		{`ROW t = "v1.2.3 ms 10 ms" | GROK t "%{NUMBER:n:int} ms"`, `t:keyword, n:integer
			"v1.2.3 ms 10 ms", 10`},
		{`ROW t = ["110.1.2.3456", "from 10.1.2.3:80"] | GROK t "%{IPV4:ip}"`, `t:keyword, ip:keyword
			["110.1.2.3456", "from 10.1.2.3:80"], "10.1.2.3"`},
		// DISSECT: what is behind the last separator belongs to nothing; separators that come twice leave the next key empty, whatever its own.
		{`ROW t = ["a=1;b=2", "x,,y:z", "k=v;", "", "p,q"] | MV_EXPAND t | DISSECT t "%{}=%{v};" | DISSECT t "%{l},%{m}:%{n}" | DISSECT t "%{f},%{g}" | DROP t`, `v:keyword, l:keyword, m:keyword, n:keyword, f:keyword, g:keyword
			"1", null, null, null, null, null
			null, "x", "", "y:z", "x", ""
			"v", null, null, null, null, null
			null, null, null, null, null, null
			null, null, null, null, "p", "q"`},
		{`ROW t = "a,,b,,,c" | DISSECT t "%{u->},%{w},%{x}" | DISSECT t "%{?one},%{y->},%{z}"`, `t:keyword, u:keyword, w:keyword, x:keyword, y:keyword, z:keyword
			"a,,b,,,c", "a", "b", "", "", "b,,,c"`},
		{`ROW t = "08:15 or 12:30:05.25" | GROK t "%{TIME:at}"`, `t:keyword, at:keyword
			"08:15 or 12:30:05.25", "12:30:05.25"`},
		{`ROW t = """x \"no" 'a \' b' now""" | GROK t "%{QS:q}"`, `t:keyword, q:keyword
			"x \\\"no\" 'a \\' b' now", "'a \\' b'"`},
		{`ROW t = "Dez 24 18:00:01 web-1 sshd[42]: hello" | GROK t "%{SYSLOGBASE} %{GREEDYDATA:m}" | DROP t`, `timestamp:keyword, log.syslog.facility.code:integer, log.syslog.priority:integer, host.hostname:keyword, process.name:keyword, process.pid:integer, m:keyword
			"Dez 24 18:00:01", null, null, "web-1", "sshd", 42, "hello"`},
		{`ROW t = CONCAT("a", REPEAT("b", 70000)) | GROK t "%{WORD:w}" | EVAL r = REPLACE(t, "a", "") | DROP t`, `w:keyword, r:keyword
			null, null
			# warning: Line 1:43: evaluation of [GROK t "%{WORD:w}"] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:43: the text is longer than a pattern is matched against, treating result as null
			# warning: Line 1:73: evaluation of [REPLACE(t, "a", "")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:73: the text is longer than a pattern is matched against, treating result as null`},
	})
}

// TestESQLRow: a field of ROW may use those before it, and the last of equal names stands where it was written.
func TestESQLRow(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW a = 2, b = a * 3, a = a + b, c = CONCAT("n", a::string)`, `b:integer, a:integer, c:keyword
			6, 8, "n8"`},
		{`ROW a = [1, 2], b = MV_SUM(a), c = a + b`, `a:integer, b:integer, c:integer
			[1, 2], 3, null
			# warning: Line 1:36: evaluation of [a + b] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:36: java.lang.IllegalArgumentException: single-value function encountered multi-value`},
	})
}

// TestESQLNotices: what can be run and can hardly be meant is told.
func TestESQLNotices(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW a = "x" | WHERE a != null`, `a:keyword
			# notice: line 1:21: a comparison with null is never true: write IS NULL or IS NOT NULL`},
		{`ROW a = "x" | EVAL a == "x"`, `a:keyword, a == "x":boolean
			"x", true
			# notice: line 1:20: this compares, and makes a column called a == "x": a = … gives a value a name`},
		{`ROW a = "xyz" | WHERE a RLIKE "^x.*"`, `a:keyword
			# notice: line 1:31: RLIKE matches the whole text, and takes ^ and $ as signs like any other`},
		{`ROW a = "xyz" | WHERE a RLIKE "(?i)X.*"`, `a:keyword
			# notice: line 1:31: RLIKE takes (?i) as signs like any other: match TO_LOWER(field)`},
		{`FROM prices METADATA _source | LIMIT 1`, `model:keyword, price:double, _source:keyword
			"small", 1, null
			# notice: no table has _source: it is taken as null`},
		{`ROW d = "2024-12-30"::datetime | EVAL a = DATE_FORMAT("YYYY-mm-dd", d), b = DATE_FORMAT("yyyy-MM-DD", d), c = DATE_FORMAT("HH:mm", d), e = DATE_FORMAT("YYYY-'w'ww", d) | DROP d`, `a:keyword, b:keyword, c:keyword, e:keyword
			"2025-00-30", "2024-12-365", "00:00", "2025-w01"
			# notice: line 1:55: mm are minutes in a format: months are MM
			# notice: line 1:55: YYYY is the year of the week in a format: years are yyyy
			# notice: line 1:89: DD is the day of the year in a format: days of the month are dd`},
		{`FROM calls | STATS a = COUNT(tokens > 30), b = COUNT(tokens > 30 OR NULL), c = COUNT(*) WHERE tokens > 30`, `a:long, b:long, c:long
			5, 3, 3
			# notice: line 1:24: COUNT counts false, too: COUNT(*) WHERE tokens > 30 counts rows`},
		{`FROM calls | WHERE MATCH(user, "anna", {"fuzziness": 1, "max_expansions": 10}) | KEEP user | LIMIT 1`, `user:keyword
			"ana"
			# notice: line 1:57: every word with so few edits matches, where Elastic takes the first 10 in each part of an index`},
		{`FROM calls | SORT tokens DESC | LIMIT 2 | SORT user | INLINE STATS m = MAX(tokens) | KEEP user, m`, `user:keyword, m:integer
			"ana", 2000
			"ben", 2000
			# notice: line 1:55: the vendor's engine takes no INLINE STATS behind a SORT without a LIMIT: put the SORT behind it`},
	})
}

// TestESQLNanos: dates in nanoseconds begin in 1970 and end in 2262, and what lies beyond is not another date.
func TestESQLNanos(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW a = TO_DATE_NANOS("1969-12-31T23:59:59Z"), b = TO_DATE_NANOS("2263-01-01"), c = TO_DATE_NANOS("2300-01-01"::datetime), d = TO_DATE_NANOS("2262-04-11T23:47:16.854775807Z")`,
			`a:date_nanos, b:date_nanos, c:date_nanos, d:date_nanos
			null, null, null, 2262-04-11T23:47:16.854775807Z
			# warning: Line 1:9: evaluation of [TO_DATE_NANOS("1969-12-31T23:59:59Z")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:9: java.lang.IllegalArgumentException: date[1969-12-31T23:59:59.000Z] is before the epoch in 1970 and cannot be stored in nanosecond resolution
			# warning: Line 1:52: evaluation of [TO_DATE_NANOS("2263-01-01")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:52: java.lang.IllegalArgumentException: date[2263-01-01T00:00:00.000Z] is after 2262-04-11T23:47:16.854775807 and cannot be stored in nanosecond resolution
			# warning: Line 1:85: evaluation of [TO_DATE_NANOS("2300-01-01"::datetime)] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:85: java.lang.IllegalArgumentException: date[2300-01-01T00:00:00.000Z] is after 2262-04-11T23:47:16.854775807 and cannot be stored in nanosecond resolution`},
		{`ROW a = TO_DATE_NANOS(-1), b = TO_DATE_NANOS("x")`, `a:date_nanos, b:date_nanos
			null, null
			# warning: Line 1:9: evaluation of [TO_DATE_NANOS(-1)] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:9: java.lang.IllegalArgumentException: Nanosecond dates before 1970-01-01T00:00:00.000Z are not supported.
			# warning: Line 1:32: evaluation of [TO_DATE_NANOS("x")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:32: java.lang.IllegalArgumentException: failed to parse date field [x] with format [strict_date_optional_time_nanos]`},
	})
}

// TestESQLTypesByTable: a field of different types in different tables is used as what the query converts it to, and dates of
// different precision without being asked.
func TestESQLTypesByTable(t *testing.T) {
	const both = `FROM calls, (FROM prices | LIMIT 1 | EVAL tokens = "1000", ip = "10.0.0.9", user = "web", @timestamp = "2026-03-01T08:00:45.123456789Z"::date_nanos) | `
	answerESQL(t, []esqlAnswer{
		{both + `STATS s = SUM(tokens::integer), n = COUNT(*)`, `s:long, n:long
			3130, 7`},
		{both + `EVAL ip = TO_IP(ip) | WHERE CIDR_MATCH(ip, "10.0.0.0/24") | KEEP user, ip | SORT ip`, `user:keyword, ip:ip
			"ana", "10.0.0.1"
			"ben", "10.0.0.2"
			"ben", "10.0.0.2"
			"web", "10.0.0.9"`},
		{both + `WHERE ip::string == "10.0.0.9" OR tokens::long == 2000 | SORT @timestamp DESC | KEEP user, @timestamp`, `user:keyword, @timestamp:date_nanos
			"web", 2026-03-01T08:00:45.123456789Z
			"ben", 2026-03-01T08:00:30.000Z`},
		{both + `STATS n = COUNT(*) BY day = DATE_TRUNC(1 day, @timestamp::datetime) | SORT day | LIMIT 1`, `n:long, day:date
			5, 2026-03-01T00:00:00.000Z`},
	})
}
