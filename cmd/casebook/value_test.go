package main

import (
	"math"
	"testing"

	"casebook/engine/column"
	"casebook/tui"
)

func TestValues(t *testing.T) {
	object := column.NewObject()
	object.Set("b", int64(1))
	object.Set("a", []any{"x", nil, column.Ticks(0)})
	for _, tt := range []struct {
		name        string
		typ         column.Type
		v           any
		plain, json string
	}{
		{"null", column.Long, nil, "", "null"},
		{"long", column.Long, int64(-7), "-7", "-7"},
		{"unsigned", column.ULong, uint64(1 << 63), "9223372036854775808", "9223372036854775808"},
		{"whole double", column.Double, 5000.0, "5000.0", "5000.0"},
		{"double", column.Double, 0.1, "0.1", "0.1"},
		{"huge double", column.Double, 1e300, "1e+300", "1e+300"},
		{"not a number", column.Double, math.NaN(), "NaN", `"NaN"`},
		{"bool", column.Bool, true, "true", "true"},
		{"markup and a line end", column.String, "<b>\n", "<b>\n", `"<b>\n"`},
		{"time", column.Time, int64(17_000_000_000_000_000), "2023-11-14T22:13:20.000Z", `"2023-11-14T22:13:20.000Z"`},
		{"time with 100 ns", column.Time, int64(1), "1970-01-01T00:00:00.0000001Z", `"1970-01-01T00:00:00.0000001Z"`},
		{"time before the epoch", column.Nanos, int64(-1), "1969-12-31T23:59:59.999999999Z", `"1969-12-31T23:59:59.999999999Z"`},
		{"timespan", column.Duration, -(column.Day + 2*column.Minute + 5), "-1.00:02:00.0000005", `"-1.00:02:00.0000005"`},
		{"several values", column.String, []any{"a", "b"}, "[a, b]", `["a","b"]`},
		{"dynamic", column.Dynamic, object, `{"b":1,"a":["x",null,"1970-01-01T00:00:00.000Z"]}`, `{"b":1,"a":["x",null,"1970-01-01T00:00:00.000Z"]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := plain(tui.Clock{}, tt.typ, tt.v); got != tt.plain {
				t.Errorf("plain: got %s, want %s", got, tt.plain)
			}
			if got := string(appendJSON(nil, tt.typ, tt.v)); got != tt.json {
				t.Errorf("JSON: got %s, want %s", got, tt.json)
			}
		})
	}
}

func TestFormula(t *testing.T) {
	for _, s := range []string{"=1+1", "+1", "-1", "@x", " =x", "\t=x", "\t", "\r", "\n=x", "\x00", "＝x", "＋1", "－1", "＠x", `=HYPERLINK("http://x","y")`, "=cmd|' /C calc'!A0"} {
		if !formula(s) {
			t.Errorf("%q would be taken for a formula", s)
		}
	}
	for _, s := range []string{"", "a=1", "user@example.com", "1-1"} {
		if formula(s) {
			t.Errorf("%q is no formula", s)
		}
	}
}

func TestCounts(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", -123456: "-123,456", 1234567: "1,234,567"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %s, want %s", n, got, want)
		}
	}
}
