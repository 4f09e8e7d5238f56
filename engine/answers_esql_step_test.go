package engine_test

import "testing"

// TestESQLSteps: TSTEP counts from the beginning of a range, and names each stretch by its end, which belongs to it.
func TestESQLSteps(t *testing.T) {
	const times = `ROW t = ["2026-03-01T09:10:00Z", "2026-03-01T09:10:00.001Z", "2026-03-01T10:10:00Z", "2026-03-01T12:00:00Z"] | MV_EXPAND t | EVAL @timestamp = t::datetime | STATS n = COUNT(*) BY `
	answerESQL(t, []esqlAnswer{
		{times + `end = TSTEP(1 hour, "2026-03-01T09:10:00Z", "2026-03-01T11:00:00Z") | SORT end`, `n:long, end:date
			1, 2026-03-01T09:10:00.000Z
			2, 2026-03-01T10:10:00.000Z
			1, 2026-03-01T12:10:00.000Z`},
		{times + `end = TSTEP("90 minutes", "2026-03-01", "2026-03-02"::datetime) | SORT end`, `n:long, end:date
			3, 2026-03-01T10:30:00.000Z
			1, 2026-03-01T12:00:00.000Z`},
		{times + `end = TSTEP(2, "2026-03-01T09:00:00Z", "2026-03-01T12:00:01Z") | SORT end`, `n:long, end:date
			3, 2026-03-01T10:30:01.000Z
			1, 2026-03-01T12:00:02.000Z`},
		{`ROW t = ["2026-03-01T09:00:00.000000001Z", "2026-03-01T09:00:00.5Z"]::date_nanos | MV_EXPAND t | EVAL @timestamp = t | STATS n = COUNT(*) BY end = TSTEP(1000, "2026-03-01T09:00:00.000Z", "2026-03-01T09:00:00.999Z") | SORT end`, `n:long, end:date_nanos
			1, 2026-03-01T09:00:00.001Z
			1, 2026-03-01T09:00:00.500Z`},
		{`SET time_zone = "Asia/Kolkata"; ` + times + `end = TSTEP(24 hours, "2026-03-01", "2026-03-02")`, `n:long, end:date
			4, 2026-03-02T00:00:00.000Z`},
		{times + `day = DATE_FORMAT("dd", TSTEP(10 hours, "2026-03-01", "2026-03-02")) | SORT n`, `n:long, day:keyword
			4, "01"`},
	})
}
