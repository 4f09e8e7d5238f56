package engine_test

import (
	"strings"
	"testing"
)

// TestESQLUnitCounts: how many of a unit lie in the larger one around a date, which is not the same in every year.
func TestESQLUnitCounts(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW d = ["2023-02-15T12:00:00Z", "2024-02-15T12:00:00Z"] | EVAL d = d::datetime | MV_EXPAND d | EVAL m = DATE_UNIT_COUNT("day", "month", d), y = DATE_UNIT_COUNT("d", "YEARS", d), w = DATE_UNIT_COUNT("hours", "week", d), days = DAYS_IN_MONTH(d) | DROP d`,
			`m:long, y:long, w:long, days:long
			28, 365, 168, 28
			29, 366, 168, 29`},
		{`ROW d = "2024-12-31T23:59:59.999999999Z"::date_nanos | EVAL h = DATE_UNIT_COUNT("second", "hour", d), q = DATE_UNIT_COUNT("quarter", "year", d), n = DATE_UNIT_COUNT("nanosecond", "day", d), month = DATE_UNIT_COUNT("month", "week", d), month_days = DAYS_IN_MONTH(d) | DROP d`,
			`h:long, q:long, n:long, month:long, month_days:long
			3600, 4, 86400000000000, 0, 31`},
		{`ROW d = "2024-12-31"::datetime | EVAL n = DATE_UNIT_COUNT("day", CONCAT("d", "y"), d) | KEEP n`, `n:long
			null
			# warning: Line 1:43: evaluation of [DATE_UNIT_COUNT("day", CONCAT("d", "y"), d)] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:43: java.lang.IllegalArgumentException: [dy] is not a unit to count in: that is an hour, day, week, month or year`},
		{`ROW a = "2024-01-01"::datetime, b = 2.5 | EVAL same = RANGE_INTERSECTS(a, a), other = RANGE_INTERSECTS(b, 2.0), none = RANGE_INTERSECTS(a, null) | DROP a, b`,
			`same:boolean, other:boolean, none:boolean
			true, false, null`},
	})
}

// TestESQLEnrich: a row stays one row, with all that a table says of its column, which may have several values.
func TestESQLEnrich(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW model = "large" | ENRICH prices`, `model:keyword, price:double
			"large", [5, 6]`},
		{`ROW m = ["large", "small", "none"] | ENRICH _any:prices ON m WITH cost = price`, `m:keyword, cost:double
			["large", "small", "none"], [1, 5, 6]`},
		{`ROW price = "small", n = 1 | ENRICH prices ON price | EVAL more = price > 0`, `n:integer, price:double, more:boolean
			1, 1, true`},
		{`ROW m = ["none", "small"] | MV_EXPAND m | ENRICH prices ON m WITH a = price, b = price, a = price | WHERE a IS NULL OR b == 1`, `m:keyword, b:double, a:double
			"none", null, null
			"small", 1, 1`},
		{`FROM calls | ENRICH prices ON model | STATS n = COUNT(*), dear = COUNT(*) WHERE MV_MAX(price) > 5 BY user | SORT user`, `n:long, dear:long, user:keyword
			2, 1, "ana"
			2, 1, "ben"
			1, 0, "cyd"
			1, 1, null`},
	})
}

// TestESQLSubqueryOfAggregate: what one aggregate counts is asked of a subquery, and the others' rows stay.
func TestESQLSubqueryOfAggregate(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`FROM calls | STATS dear = COUNT(*) WHERE model IN (FROM prices | WHERE price > 4 | KEEP model), rest = COUNT(*) WHERE NOT model IN (FROM prices | WHERE price > 4 | KEEP model), n = COUNT(*) BY user | SORT user`, `dear:long, rest:long, n:long, user:keyword
			1, 1, 2, "ana"
			1, 1, 2, "ben"
			0, 1, 1, "cyd"
			1, 0, 1, null`},
		{`FROM calls | INLINE STATS dear = COUNT(*) WHERE model IN (FROM prices | WHERE price > 4 | KEEP model) BY user | WHERE dear == 1 | KEEP user, model, dear | SORT user, model`, `user:keyword, model:keyword, dear:long
			"ana", "large", 1
			"ana", "small", 1
			"ben", "large", 1
			"ben", "small", 1
			null, "large", 1`},
	})
}

// TestESQLNoColumns: rows stay when their columns go.
func TestESQLNoColumns(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`FROM calls | WHERE user == "ana" | KEEP user | DROP user | STATS n = COUNT(*)`, `n:long
			2`},
		{`FROM calls | DROP * | LIMIT 2 | EVAL one = 1 | STATS s = SUM(one), n = COUNT(one)`, `s:long, n:long
			2, 2`},
		{`FROM calls | STATS n = COUNT(*) BY user | DROP n, user | INLINE STATS users = COUNT(*) | LIMIT 1`, `users:long
			4`},
	})
}

// TestESQLSameGroups: a column with two names groups once, so that several values make no pairs of themselves.
func TestESQLSameGroups(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW a = ["x", "y"] | EVAL b = a | RENAME b AS c | STATS n = COUNT(*), both = CONCAT(a, c) BY a, c, d = a | SORT a`, `n:long, both:keyword, a:keyword, c:keyword, d:keyword
			1, "xx", "x", "x", "x"
			1, "yy", "y", "y", "y"`},
		{`ROW a = ["x", "y"] | EVAL b = a | MV_EXPAND b | STATS n = COUNT(*) BY a, b | STATS COUNT(*)`, `COUNT(*):long
			4`},
		{`ROW a = ["x", "y"] | EVAL b = a, a = MV_FIRST(a) | STATS n = COUNT(*) BY a, b | SORT b`, `n:long, a:keyword, b:keyword
			1, "x", "x"
			1, "x", "y"`},
		{`ROW a = ["x", "y"], e = "z" | FORK (EVAL b = a) (EVAL b = e) | STATS n = COUNT(*) BY a, b | STATS COUNT(*)`, `COUNT(*):long
			6`},
	})
}

// TestESQLOneOfSeveral: what a chain of ORs asks of one column is warned of once, with the column's name.
func TestESQLOneOfSeveral(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW a = ["10.0.0.1", "10.0.0.2"]::ip, b = 1 | WHERE b == 1 OR CIDR_MATCH(a, "10.0.0.0/30") OR a == "10.0.0.9" OR a IN ("10.0.0.7", "10.0.0.8") | KEEP b`, `b:integer
			1
			# warning: Line 1:74: evaluation of [a] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:74: java.lang.IllegalArgumentException: single-value function encountered multi-value`},
		{`ROW a = ["10.0.0.1", "10.9.0.1"] | MV_EXPAND a | EVAL a = a::ip | WHERE CIDR_MATCH(a, "10.9.0.0/16") OR CIDR_MATCH(a, "10.0.0.0/32")`, `a:ip
			"10.9.0.1"`},
	})
}

// TestESQLJoinConditions: rows may be looked up by comparisons, which may hold for several of a table or for none.
func TestESQLJoinConditions(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW paid = [4, 6, 0] | MV_EXPAND paid | LOOKUP JOIN prices ON paid >= price AND model != "large" | SORT paid`, `paid:integer, model:keyword, price:double
			0, null, null
			4, "small", 1
			6, "small", 1`},
		{`ROW least = 5, most = 10 | LOOKUP JOIN prices ON price >= least AND most > price | SORT price`, `least:integer, most:integer, model:keyword, price:double
			5, 10, "large", 5
			5, 10, "large", 6`},
		{`ROW m = "large", paid = 5 | LOOKUP JOIN prices ON m == model AND price != paid`, `m:keyword, paid:integer, model:keyword, price:double
			"large", 5, "large", 6`},
		{`ROW paid = [1, 100] | LOOKUP JOIN prices ON paid > price | LIMIT 1`, `paid:integer, model:keyword, price:double
			[1, 100], null, null
			# warning: Line 1:23: evaluation of [LOOKUP JOIN prices ON paid > price] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:23: java.lang.IllegalArgumentException: LOOKUP JOIN encountered multi-value`},
		{`FROM calls | LOOKUP JOIN prices ON tokens > price | STATS n = COUNT(*), found = COUNT(price) BY user | SORT user`, `n:long, found:long, user:keyword
			4, 3, "ana"
			7, 7, "ben"
			3, 3, "cyd"
			3, 3, null`},
	})
}

// TestESQLZones: a text without a zone means the time of the one that DATE_PARSE is given, over the changes of its clocks too.
func TestESQLZones(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW f = "yyyy-MM-dd HH:mm" | EVAL plain = DATE_PARSE(f, "2025-07-01 08:00", {"time_zone": "Europe/Rome"}), never = DATE_PARSE(f, "2025-03-30 02:15", {"time_zone": "Europe/Rome"}), twice = DATE_PARSE(f, "2025-10-26 02:15", {"time_zone": "Europe/Rome"}) | DROP f`,
			`plain:date, never:date, twice:date
			2025-07-01T06:00:00.000Z, 2025-03-30T01:15:00.000Z, 2025-10-26T00:15:00.000Z`},
		{`ROW z = DATE_PARSE("dd/MMM/yyyy:HH:mm:ss Z", "01/Jul/2025:08:00:00 -0400", {"time_zone": "Europe/Rome", "locale": "en"}), d = DATE_PARSE("strict_date_optional_time", "2025-07-01", {"time_zone": "-03:30"}), u = DATE_PARSE("strict_date_optional_time", "2025-07-01T00:00:00Z", {"time_zone": "-03:30"})`, `z:date, d:date, u:date
			2025-07-01T12:00:00.000Z, 2025-07-01T03:30:00.000Z, 2025-07-01T00:00:00.000Z`},
	})
}

// TestESQLDateFormats: dates are read letter by letter as Java's patterns mean them, capitals and all.
func TestESQLDateFormats(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW f = "dd MMM yyyy" | EVAL small = DATE_PARSE(f, "03 feb 2024"), big = DATE_PARSE(f, "03 Feb 2024"), day = DATE_PARSE("E, dd MMM uuuu", "Fri, 03 Feb 2024"), half = DATE_PARSE("yyyy-MM-dd hh:mm", "2024-02-03 10:11"), noon = DATE_PARSE("yyyy-MM-dd hh:mm a", "2024-02-03 12:11 AM") | DROP f`,
			`small:date, big:date, day:date, half:date, noon:date
			null, 2024-02-03T00:00:00.000Z, null, 2024-02-03T00:00:00.000Z, 2024-02-03T00:11:00.000Z
			# warning: Line 1:38: evaluation of [DATE_PARSE(f, "03 feb 2024")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:38: java.lang.IllegalArgumentException: failed to parse date field [03 feb 2024] with format [dd MMM yyyy]
			# warning: Line 1:110: evaluation of [DATE_PARSE("E, dd MMM uuuu", "Fri, 03 Feb 2024")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:110: java.lang.IllegalArgumentException: failed to parse date field [Fri, 03 Feb 2024] with format [E, dd MMM uuuu]`},
		{`ROW s = "2024-02-03T10:00:00" | EVAL x = DATE_PARSE("yyyy-MM-dd'T'HH:mm:ssX", CONCAT(s, "+02")), letter = DATE_PARSE("yyyy-MM-dd'T'HH:mm:ssZ", CONCAT(s, "Z")), colon = DATE_PARSE("yyyy-MM-dd'T'HH:mm:ssXXX", CONCAT(s, "-0200")), zone = DATE_PARSE("yyyy-MM-dd'T'HH:mm:ss z", CONCAT(s, " PST")), id = DATE_PARSE("yyyy-MM-dd'T'HH:mm:ss VV", CONCAT(s, " Asia/Tokyo")) | DROP s`,
			`x:date, letter:date, colon:date, zone:date, id:date
			2024-02-03T08:00:00.000Z, null, null, 2024-02-03T18:00:00.000Z, 2024-02-03T01:00:00.000Z
			# warning: Line 1:107: evaluation of [DATE_PARSE("yyyy-MM-dd'T'HH:mm:ssZ", CONCAT(s, "Z"))] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:107: java.lang.IllegalArgumentException: failed to parse date field [2024-02-03T10:00:00Z] with format [yyyy-MM-dd'T'HH:mm:ssZ]
			# warning: Line 1:169: evaluation of [DATE_PARSE("yyyy-MM-dd'T'HH:mm:ssXXX", CONCAT(s, "-0200"))] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:169: java.lang.IllegalArgumentException: failed to parse date field [2024-02-03T10:00:00-0200] with format [yyyy-MM-dd'T'HH:mm:ssXXX]`},
		{`ROW f = "yyyy DDD" | EVAL newyear = DATE_PARSE(f, "2024 001"), none = DATE_PARSE(f, "2024 000"), over = DATE_PARSE("HH n", "10 1500000000") | DROP f`,
			`newyear:date, none:date, over:date
			2024-01-01T00:00:00.000Z, null, null
			# warning: Line 1:71: evaluation of [DATE_PARSE(f, "2024 000")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:71: java.lang.IllegalArgumentException: failed to parse date field [2024 000] with format [yyyy DDD]
			# warning: Line 1:105: evaluation of [DATE_PARSE("HH n", "10 1500000000")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:105: java.lang.IllegalArgumentException: failed to parse date field [10 1500000000] with format [HH n]`},
		{`ROW f = "yyyy-MM-dd[ HH:mm[:ss]]||epoch_millis" | EVAL day = DATE_PARSE(f, "2024-02-03"), minute = DATE_PARSE(f, "2024-02-03 10:11"), count = DATE_PARSE(f, "5000"), run = DATE_PARSE("yyyyMMddHHmmssSSS", "20240203101112013"), ordinal = DATE_PARSE("basic_ordinal_date", "2024060"), part = DATE_PARSE("epoch_second", "1700000000.5") | DROP f`,
			`day:date, minute:date, count:date, run:date, ordinal:date, part:date
			2024-02-03T00:00:00.000Z, 2024-02-03T10:11:00.000Z, 1970-01-01T00:00:05.000Z, 2024-02-03T10:11:12.013Z, 2024-02-29T00:00:00.000Z, 2023-11-14T22:13:20.500Z`},
		{`ROW d = TO_DATETIME("2024-01-01T05:06:07.089Z") | EVAL era = DATE_FORMAT("G GGGG GGGGG", d), zone = DATE_FORMAT("X XXX x xxx Z ZZZZ O VV", d), second = DATE_FORMAT("epoch_second", d), part = DATE_FORMAT("yyyy[-MM]", d) | DROP d`,
			`era:keyword, zone:keyword, second:keyword, part:keyword
			"AD Anno Domini A", "Z Z +00 +00:00 +0000 GMT GMT Z", "1704085567.089", "2024-01"`},
	})
}

// TestESQLOddNumbers: texts are numbers as Java reads them, and a number without a digit before the place it is rounded at is 0.
func TestESQLOddNumbers(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW d = TO_DOUBLE("1d"), hex = TO_DOUBLE("0x1p3"), great = TO_DOUBLE("1e400"), none = TO_DOUBLE("NaN"), l = TO_LONG("9223372036854775808"), u = TO_UNSIGNED_LONG("18446744073709551616"), space = TO_UNSIGNED_LONG(" 1")`,
			`d:double, hex:double, great:double, none:double, l:long, u:unsigned_long, space:unsigned_long
			1, 8, null, null, 9223372036854775807, null, null
			# warning: Line 1:60: evaluation of [TO_DOUBLE("1e400")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:60: org.elasticsearch.xpack.esql.core.InvalidArgumentException: Number [1e400] is too large
			# warning: Line 1:87: evaluation of [TO_DOUBLE("NaN")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:87: org.elasticsearch.xpack.esql.core.InvalidArgumentException: [NaN] cannot be parsed as a number (NaN)
			# warning: Line 1:145: evaluation of [TO_UNSIGNED_LONG("18446744073709551616")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:145: org.elasticsearch.xpack.esql.core.InvalidArgumentException: [18446744073709551616] out of [unsigned_long] range
			# warning: Line 1:195: evaluation of [TO_UNSIGNED_LONG(" 1")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:195: java.lang.NumberFormatException: [ 1] is no decimal number`},
		{`ROW a = ROUND(99, -2), b = ROUND(151, -2), c = ROUND(99.0, -2), d = ROUND(-5, -1), e = ROUND(-15, -1)`, `a:integer, b:integer, c:double, d:integer, e:integer
			0, 200, 100, 0, -20`},
		{`ROW a = LOCATE("hello", "l", -2), b = LOCATE("hello", "l", -1), c = LOCATE("héllo", "", 100)`, `a:integer, b:integer, c:integer
			4, 0, 6`},
	})
}

// TestESQLBlocks: a block of IPv6 holds the addresses of IPv4 as those that stand for them.
func TestESQLBlocks(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW ip = TO_IP("10.0.0.5") | EVAL all = CIDR_MATCH(ip, "::/0"), one = CIDR_MATCH(ip, "::ffff:10.0.0.5"), mapped = CIDR_MATCH(ip, "::ffff:10.0.0.0/104"), bad = TO_IP(" 10.0.0.5") | DROP ip`,
			`all:boolean, one:boolean, mapped:boolean, bad:ip
			true, true, null, null
			# warning: Line 1:115: evaluation of [CIDR_MATCH(ip, "::ffff:10.0.0.0/104")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:115: java.lang.IllegalArgumentException: CIDR notation is not allowed with IPv6-mapped IPv4 address [::ffff:10.0.0.0 as it introduces ambiguity as to whether the prefix length should be interpreted as a v4 prefix length or a v6 prefix length
			# warning: Line 1:160: evaluation of [TO_IP(" 10.0.0.5")] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:160: java.lang.IllegalArgumentException: ' 10.0.0.5' is not an IP string literal.`},
	})
}

// TestESQLBounds: MV_GREATER, MV_LESS and MV_IN_RANGE hold every value against bounds, which an option includes or not.
func TestESQLBounds(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW v = [1, 5, 9] | EVAL a = MV_GREATER(v, 9), b = MV_GREATER(v, 9, {"include_bound": true}), c = MV_LESS(v, 1), d = MV_LESS(v, 1, {"include_bound": true}), e = MV_GREATER(v, null), f = MV_GREATER(null, 1), g = MV_LESS(v, [1, 2])`,
			`v:integer, a:boolean, b:boolean, c:boolean, d:boolean, e:boolean, f:boolean, g:boolean
			[1, 5, 9], false, true, false, true, false, false, false`},
		{`ROW v = [1, 5, 9] | EVAL a = MV_IN_RANGE(v, 9, 12), b = MV_IN_RANGE(v, 9, 12, {"include_lower": false}), c = MV_IN_RANGE(v, 4, 5, {"include_upper": false}), d = MV_IN_RANGE(v, 1, 5, {"include_lower": false, "include_upper": false}), e = MV_IN_RANGE(v, 4, 6, {"include_lower": false, "include_upper": false})`,
			`v:integer, a:boolean, b:boolean, c:boolean, d:boolean, e:boolean
			[1, 5, 9], true, false, false, false, true`},
		{`ROW a = MV_GREATER(["b", "a"], "a"), b = MV_LESS("10.0.0.1"::ip, "10.0.0.2"), c = MV_GREATER("1.10"::version, "1.9"), d = MV_LESS(NOW(), "2026-03-09", {"include_bound": true})`,
			`a:boolean, b:boolean, c:boolean, d:boolean
			true, true, true, true`},
	})
}

// TestESQLWritten: what JSON_STRING writes, and what URL_DECODE makes of bytes that are no text.
func TestESQLWritten(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW a = JSON_STRING("a", [1.0, 2.5], "b", null, "c\"\\", "x\ty é", "t", true), b = JSON_STRING("u", 18446744073709551615, "d", "2024-01-01"::datetime, "i", "::1"::ip), c = JSON_STRING(null, 1)`,
			`a:keyword, b:keyword, c:keyword
			"{\"a\":[1.0,2.5],\"b\":null,\"c\\\"\\\\\":\"x\\ty é\",\"t\":true}", "{\"u\":18446744073709551615,\"d\":\"2024-01-01T00:00:00.000Z\",\"i\":\"::1\"}", null`},
		{`ROW a = JSON_STRING(["a", "b"], 1)`, `a:keyword
			null
			# warning: Line 1:9: evaluation of [JSON_STRING(["a", "b"], 1)] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:9: java.lang.IllegalArgumentException: json_string keys must be single-valued`},
		{`ROW a = URL_DECODE("%E4x%E4%B8y%F0%9F%98%FF%C3%BC%F4%90z%ED%A0%80")`, `a:keyword
			"�x�y��ü��z���"`},
	})
}

// TestESQLPartsOfDates: the functions of a part of a date go by the zone of the query, as DATE_EXTRACT does.
func TestESQLPartsOfDates(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW d = "2024-07-19T13:05:09.123Z"::datetime | EVAL a = YEAR(d), b = MONTH(d), c = DAY(d), e = HOUR(d), f = HOUR("2024-01-01T05:00:00Z"), g = YEAR(d::date_nanos), h = DAY(null)`,
			`d:date, a:long, b:long, c:long, e:long, f:long, g:long, h:long
			2024-07-19T13:05:09.123Z, 2024, 7, 19, 13, 5, 2024, null`},
		{`SET time_zone = "America/New_York"; ROW d = "2024-01-01T02:00:00Z"::datetime | EVAL a = YEAR(d), b = MONTH(d), c = DAY(d), e = HOUR(d) | DROP d`,
			`a:long, b:long, c:long, e:long
			2023, 12, 31, 21`},
	})
}

// TestESQLKibana: in a Kibana query a date written in part is every instant that begins so, a number with a fraction is no whole
// one, and a text has one of the words.
func TestESQLKibana(t *testing.T) {
	kept := func(query, want string) esqlAnswer {
		return esqlAnswer{"FROM calls | WHERE KQL(\"" + strings.ReplaceAll(query, `"`, `\"`) + "\") | STATS n = COUNT(*)", "n:long\n" + want}
	}
	answerESQL(t, []esqlAnswer{
		kept(`@timestamp: 2026-03-01`, "4"), kept(`@timestamp > 2026-03-01`, "2"), kept(`@timestamp >= 2026-03-01`, "6"), kept(`@timestamp <= 2026-03-01`, "4"), kept(`@timestamp < 2026-03-02`, "4"),
		kept(`@timestamp: "2026-03-01T08:00"`, "2"), kept(`@timestamp: "2026-03-01T08"`, "3"), kept(`@timestamp: "2026-03-01T08:00:30Z"`, "1"), kept(`@timestamp: "2026-03-01T08:00:30.001Z"`, "0"),
		kept(`@timestamp: 2026-03`, "4"), kept(`@timestamp > 1772438400000`, "1"), kept(`@timestamp >= now-1d`, "1"), kept(`@timestamp < now/d`, "6"), kept(`@timestamp <= now-1w/w`, "6"), kept(`@timestamp < now-1w/w`, "4"),
		kept(`@timestamp >= 2026-03-01||+1d and @timestamp < 2026-03-01||+1M/M`, "2"),
		kept(`tokens: 10.5`, "0"), kept(`tokens: 10.0`, "1"), kept(`tokens >= 30.5 and tokens <= 49.5`, "1"), kept(`tokens > 30.5`, "3"), kept(`tokens < 1e30 and tokens >= -1e30`, "5"), kept(`tokens > 1e30 or tokens: 1e30`, "0"), kept(`cost: 1.25`, "1"),
		kept(`*`, "6"), kept(`*:*`, "6"), kept(`user: *`, "5"),
		kept(`prompt: more story`, "2"), kept(`prompt: "me a"`, "1"), kept(`prompt: STOR*`, "1"), kept(`prompt: te*t lock`, "2"), kept(`prompt: tell*`, "3"),
		{`FROM calls | STATS a = COUNT(*) WHERE @timestamp : "2026-03-01T08", b = COUNT(*) WHERE tokens : 10.5, c = COUNT(*) WHERE MATCH(tokens, "10"), d = COUNT(*) WHERE ok : "true", e = COUNT(*) WHERE cost : 4`, `a:long, b:long, c:long, d:long, e:long
			3, 0, 1, 3, 1`},
		{`SET time_zone = "+02:00"; FROM calls | WHERE KQL("@timestamp: 2026-03-09 and @timestamp >= now/d") | KEEP @timestamp`, `@timestamp:date
			2026-03-08T23:59:59.999Z`},
		{`FROM calls | STATS a = COUNT(*) WHERE KQL("user: ANA or tags: RE*", {"case_insensitive": true}), b = COUNT(*) WHERE KQL("user: ANA or tags: RE*")`, `a:long, b:long
			5, 0`},
		{`FROM calls | WHERE KQL("@timestamp: 2026-03-09", {"time_zone": "+02:00", "boost": 2.0}) AND KQL("@timestamp < 2026-03-09") | KEEP @timestamp`, `@timestamp:date
			2026-03-08T23:59:59.999Z`},
		{`ROW n = 1 | STATS c = COUNT(*) | WHERE c IN (FROM calls | WHERE KQL("tokens: 10") | STATS n = COUNT(*))`, `c:long
			1`},
	})
}
