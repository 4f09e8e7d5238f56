package engine_test

import "testing"

// TestESQLAmounts: numbers for people, with one digit behind the point that is cut off and not rounded, but in a percentage.
func TestESQLAmounts(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW n = [0, 1023, 1536, 1047527, 1048576] | MV_EXPAND n | EVAL b = FMT_BYTES(n), si = FMT_BYTES_SI(n), kb = FMT_BYTES(n, "kb")`, `n:integer, b:keyword, si:keyword, kb:keyword
			0, "0b", "0B", "0kb"
			1023, "1023b", "1KB", "0.9kb"
			1536, "1.5kb", "1.5KB", "1.5kb"
			1047527, "1022.9kb", "1MB", "1022.9kb"
			1048576, "1mb", "1MB", "1024kb"`},
		{`ROW n = [-1, 0, 999, 1500, 90000000000, 172800000000000] | EVAL n = n::long | MV_EXPAND n | EVAL d = FMT_DURATION(n), s = FMT_DURATION(n, "S")`, `n:long, d:keyword, s:keyword
			-1, "-1", "-1"
			0, "0s", "0s"
			999, "999nanos", "9.9E-7s"
			1500, "1.5micros", "1.5E-6s"
			90000000000, "1.5m", "90s"
			172800000000000, "2d", "172800s"`},
		{`ROW n = 7340032 | EVAL pb = FMT_BYTES(n, "PB"), m = FMT_BYTES_SI(n, "mb"), least = FMT_BYTES(-1) | DROP n`, `pb:keyword, m:keyword, least:keyword
			"6.5E-9pb", "7.3MB", "-1b"`},
		{`ROW x = [0.5, 0.12349, 0.0625, -0.0004, 1.9996, 3.0] | MV_EXPAND x | EVAL p = FMT_PERCENT(x), whole = FMT_PERCENT(x::integer) | DROP x`, `p:keyword, whole:keyword
			"50%", "100%"
			"12.3%", "0%"
			"6.3%", "0%"
			"-0%", "0%"
			"200%", "200%"
			"300%", "300%"`},
		{`ROW n = -2 | EVAL b = FMT_BYTES(n), d = FMT_DURATION(n), u = FMT_BYTES(1, CONCAT("k", "g")) | DROP n`, `b:keyword, d:keyword, u:keyword
			null, null, null
			# warning: Line 1:23: evaluation of [FMT_BYTES(n)] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:23: java.lang.IllegalArgumentException: Values less than [-1] bytes are not supported: [-2]
			# warning: Line 1:41: evaluation of [FMT_DURATION(n)] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:41: java.lang.IllegalArgumentException: duration cannot be negative, was given [-2]
			# warning: Line 1:62: evaluation of [FMT_BYTES(1, CONCAT("k", "g"))] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:62: java.lang.IllegalArgumentException: Unsupported unit [kg], expected one of [b, kb, mb, gb, tb, pb]`},
		{`ROW n = [1, 2] | EVAL g = TO_GAUGE(n), d = TO_GAUGE(2.5)`, `n:integer, g:integer, d:double
			[1, 2], [1, 2], 2.5`},
	})
}
