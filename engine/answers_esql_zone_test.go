package engine_test

import "testing"

// TestESQLTimeZone: what days and hours there are is a matter of the zone that a query sets; dates stay instants.
func TestESQLTimeZone(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		// A text that names no zone is of the query's, unless an option says which.
		{`SET time_zone = "Europe/Paris"; ROW s = "2023-01-15T00:00:00.000" | EVAL a = DATE_PARSE(s), b = s::datetime, c = "2023-07-15"::datetime, d = DATE_PARSE("yyyy-MM-dd HH:mm", "2023-07-15 12:00"), e = DATE_PARSE("yyyy-MM-dd", "2023-07-15", {"time_zone": "UTC"}), f = "2023-01-15T00:00:00Z"::date_nanos, g = DATE_PARSE("yyyy", "2023", {"locale": "en"}) | DROP s`,
			`a:date, b:date, c:date, d:date, e:date, f:date_nanos, g:date
			2023-01-14T23:00:00.000Z, 2023-01-14T23:00:00.000Z, 2023-07-14T22:00:00.000Z, 2023-07-15T10:00:00.000Z, 2023-07-15T00:00:00.000Z, 2023-01-15T00:00:00.000Z, 2022-12-31T23:00:00.000Z`},
		{`SET time_zone = "+02:00"; ROW d = ["2024-06-01T21:59:59Z", "2024-06-01T22:00:00Z"] | MV_EXPAND d | EVAL d = d::datetime | WHERE d >= "2024-06-02" AND d < "2024-06-02T00:00:01"`, `d:date
			2024-06-01T22:00:00.000Z`},
		{`SET time_zone = "UTC", unmapped_fields = "fail"; SET time_zone = "+02:00", unmapped_fields = "nullify"; FROM calls | LIMIT 1 | EVAL h = HOUR(@timestamp) | KEEP h, nope`, `h:long, nope:null
			10, null
			# notice: the field nope is in no loaded table and taken as null`},
		{`SET time_zone = "+02:00"; FROM calls | WHERE KQL("@timestamp >= 2026-03-09") | KEEP @timestamp`, `@timestamp:date
			2026-03-08T23:59:59.999Z`},

		// Parts, names, formats.
		{`SET time_zone = "America/New_York"; ROW d = ["2024-03-10T06:59:59Z", "2024-03-10T07:00:00Z", "2024-07-01T03:30:00Z"] | MV_EXPAND d | EVAL d = d::datetime, h = DATE_EXTRACT("hour_of_day", d), day = DAY_NAME(d), m = MONTH_NAME(d), f = DATE_FORMAT("yyyy-MM-dd HH:mm", d), e = DATE_EXTRACT("epoch_day", d), s = DATE_EXTRACT("instant_seconds", d), n = DAYS_IN_MONTH(d) | DROP d`,
			`h:long, day:keyword, m:keyword, f:keyword, e:long, s:long, n:long
			1, "Sunday", "March", "2024-03-10 01:59", 19792, 1710053999, 31
			3, "Sunday", "March", "2024-03-10 03:00", 19792, 1710054000, 31
			23, "Sunday", "June", "2024-06-30 23:30", 19904, 1719804600, 30`},

		// Days are by the clocks; so are hours, where clocks are set by half of one.
		{`SET time_zone = "Europe/Paris"; ROW d = ["2024-03-31T00:30:00Z", "2024-03-31T12:00:00Z", "2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"] | MV_EXPAND d | EVAL d = d::datetime, day = DATE_TRUNC(1 day, d), month = DATE_TRUNC(1 month, d), hour = DATE_TRUNC(1 hour, d), three = DATE_TRUNC(3 hours, d) | DROP d`,
			`day:date, month:date, hour:date, three:date
			2024-03-30T23:00:00.000Z, 2024-02-29T23:00:00.000Z, 2024-03-31T00:00:00.000Z, 2024-03-30T23:00:00.000Z
			2024-03-30T23:00:00.000Z, 2024-02-29T23:00:00.000Z, 2024-03-31T12:00:00.000Z, 2024-03-31T10:00:00.000Z
			2024-10-26T22:00:00.000Z, 2024-09-30T22:00:00.000Z, 2024-10-27T00:00:00.000Z, 2024-10-26T22:00:00.000Z
			2024-10-26T22:00:00.000Z, 2024-09-30T22:00:00.000Z, 2024-10-27T01:00:00.000Z, 2024-10-26T22:00:00.000Z`},
		// 02:15 is skipped, and midnight is in Santiago: what starts there starts when clocks are put forward.
		{`SET time_zone = "Europe/Paris"; ROW d = "2024-03-31T01:10:00Z"::datetime | EVAL d = DATE_TRUNC(45 minutes, d)`, `d:date
			2024-03-31T01:00:00.000Z`},
		{`SET time_zone = "America/Santiago"; ROW d = "2024-09-08T12:00:00Z"::date_nanos | EVAL d = DATE_TRUNC(1 day, d)`, `d:date_nanos
			2024-09-08T04:00:00.000Z`},
		{`SET time_zone = "+05:00"; ROW @timestamp = "2024-05-10T00:04:49.000Z"::datetime | STATS n = COUNT(*) BY a = TBUCKET(3 hours), b = BUCKET(@timestamp, 1 day), c = BIN(@timestamp, 1 week)`, `n:long, a:date, b:date, c:date
			1, 2024-05-09T22:00:00.000Z, 2024-05-09T19:00:00.000Z, 2024-05-05T19:00:00.000Z`},

		// Days between, and days later: a day may have 23 hours, and hours are hours.
		{`SET time_zone = "Europe/Paris"; ROW a = "2024-03-30T12:00:00"::datetime, b = "2024-03-31T12:00:00"::datetime | EVAL days = DATE_DIFF("day", a, b), hours = DATE_DIFF("hour", a, b), month = DATE_DIFF("month", a, "2024-04-30T12:00:00"), c = a + 1 day, d = a + 24 hours, e = b - 1 week, f = "2024-03-30T02:30:00"::datetime + 1 day | DROP a, b`,
			`days:integer, hours:integer, month:integer, c:date, d:date, e:date, f:date
			1, 23, 1, 2024-03-31T10:00:00.000Z, 2024-03-31T11:00:00.000Z, 2024-03-24T11:00:00.000Z, 2024-03-31T01:30:00.000Z`},
		{`SET time_zone = "Europe/Paris"; ROW a = "2024-10-27T01:30:00Z"::datetime | EVAL a = a + 0 days, b = "2024-10-26T02:30:00"::datetime + 1 day`, `a:date, b:date
			2024-10-27T01:30:00.000Z, 2024-10-27T00:30:00.000Z`},

		{`SET time_zone = "Europe/Paris"; ROW @timestamp = ["2024-03-30T22:59:59Z", "2024-03-30T23:00:00.001Z"] | MV_EXPAND @timestamp | EVAL @timestamp = @timestamp::datetime | WHERE TRANGE("2024-03-31", "2024-04-01") AND NOT TRANGE(1 day)`, `@timestamp:date
			2024-03-30T23:00:00.001Z`},

		// The last setting counts, and UTC is no zone of its own.
		{`SET time_zone = "Asia/Tokyo"; SET time_zone = "UTC"; ROW d = "2024-01-01"::datetime | EVAL s = d::keyword, h = DATE_EXTRACT("hour_of_day", d)`, `d:date, s:keyword, h:long
			2024-01-01T00:00:00.000Z, "2024-01-01T00:00:00.000Z", 0`},
		{`SET time_zone = "Asia/Tokyo"; ROW d = ["2024-01-01", "2024-01-02"]::datetime, n = null | EVAL h = DATE_EXTRACT("hour_of_day", d), x = DAY_NAME(n) | DROP n`, `d:date, h:long, x:keyword
			[2023-12-31T15:00:00.000Z, 2024-01-01T15:00:00.000Z], null, null
			# warning: Line 1:99: evaluation of [DATE_EXTRACT("hour_of_day", d)] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:99: java.lang.IllegalArgumentException: single-value function encountered multi-value`},
	})
}
