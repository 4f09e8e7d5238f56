package event

import (
	"testing"
	"time"
)

func TestStamp(t *testing.T) {
	for _, tt := range []struct {
		in, want string // want is empty where there is no such time
		zoned    bool
	}{
		{"2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z", true},
		{"2026-03-01t10:00:00z", "2026-03-01T10:00:00Z", true},
		{"2026-03-01 10:00:00", "2026-03-01T10:00:00Z", false},
		{"2026-03-01T10:00:00", "2026-03-01T10:00:00Z", false},
		{"2026-03-01T10:00:00 UTC", "2026-03-01T10:00:00Z", true},
		{"2026-03-01T10:00:00.1Z", "2026-03-01T10:00:00.1Z", true},
		{"2026-03-01T10:00:00,123Z", "2026-03-01T10:00:00.123Z", true},
		{"2026-03-01T10:00:00.1234567Z", "2026-03-01T10:00:00.1234567Z", true},
		{"2026-03-01T10:00:00.123456789Z", "2026-03-01T10:00:00.123456789Z", true},
		{"2026-03-01T10:00:00.1234567899Z", "2026-03-01T10:00:00.123456789Z", true},
		{"2026-03-01T10:00:00+14:00", "2026-02-28T20:00:00Z", true},
		{"2026-03-01T10:00:00-0330", "2026-03-01T13:30:00Z", true},
		{"2026-03-01T10:00:00+02", "2026-03-01T08:00:00Z", true},
		{"2026-03-01T10:00:00-00:00", "2026-03-01T10:00:00Z", true},
		{"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z", true},
		{"2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z", true},
		{"2026-03-01T24:00:00Z", "2026-03-02T00:00:00Z", true},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", true},
		{"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z", true},
		{"1700-01-01T00:00:00Z", "1700-01-01T00:00:00Z", true},
		{"1900-02-29T00:00:00Z", "", false},
		{"2026-02-30T00:00:00Z", "", false},
		{"2026-13-01T00:00:00Z", "", false},
		{"2026-00-01T00:00:00Z", "", false},
		{"2026-03-00T00:00:00Z", "", false},
		{"2026-03-01T24:00:01Z", "", false},
		{"2026-03-01T25:00:00Z", "", false},
		{"2026-03-01T10:60:00Z", "", false},
		{"2026-03-01T10:00:61Z", "", false},
		{"2026-03-01T10:00:00+19:00", "", false},
		{"2026-03-01T10:00:00.Z", "", false},
		{"2026-03-01T10:00:00Zulu", "", false},
		{"2026-03-01T10:00:00 Europe/Berlin", "", false},
		{"2026-03-01T10:00", "", false},
		{"2026-03-01", "", false},
		{"2026-3-1T10:00:00Z", "", false},
		{"0000-01-01T00:00:00Z", "", false},
		{"1601-01-01T00:00:00Z", "", false},
		{"9999-12-31T23:59:59Z", "", false},
		{"292278994-08-17T07:12:55Z", "", false},
		{"yesterday", "", false},
		{"", "", false},
	} {
		ns, zoned, ok := stamp(tt.in)
		if !ok {
			if tt.want != "" {
				t.Errorf("%q is not read, want %s", tt.in, tt.want)
			}
			continue
		}
		if got := time.Unix(0, ns).UTC().Format(time.RFC3339Nano); got != tt.want || zoned != tt.zoned {
			t.Errorf("%q is %s (zone %v), want %q (%v)", tt.in, got, zoned, tt.want, tt.zoned)
		}
	}
}

// TestLocal reads times as browsers show them to people of several countries.
func TestLocal(t *testing.T) {
	for _, tt := range []struct {
		in       string
		dayFirst bool
		want     string
	}{
		{"02/07/2025, 20:36:50.000", false, "2025-02-07T20:36:50Z"},
		{"02/07/2025, 20:36:50.125", true, "2025-07-02T20:36:50.125Z"},
		{"7/7/2026, 10:15:37.699 PM", false, "2026-07-07T22:15:37.699Z"},
		{"7/7/2026, 12:15:37 AM", false, "2026-07-07T00:15:37Z"},
		{"07.08.2026, 22:15:38,699", false, "2026-08-07T22:15:38.699Z"},
		{"07/08/2026 22:15:38,699", true, "2026-08-07T22:15:38.699Z"},
		{"7-8-2026 22:15:38,699", false, "2026-08-07T22:15:38.699Z"},
		{"2026-08-07, 8:36:50 p.m.", false, "2026-08-07T20:36:50Z"},
		{"2026/8/7 20:36:50", false, "2026-08-07T20:36:50Z"},
		{"31/02/2026, 20:36:50", true, ""},
		{"07.08.2026, 22:15:38,6x9", false, ""},
		{"yesterday", false, ""},
	} {
		got := ""
		if ns, ok := local(tt.in, tt.dayFirst); ok {
			got = time.Unix(0, ns).UTC().Format(time.RFC3339Nano)
		}
		if got != tt.want {
			t.Errorf("%q is %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestEpoch(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"1772359200", "2026-03-01T10:00:00Z"},
		{"1772359200123", "2026-03-01T10:00:00.123Z"},
		{"1772359200123456", "2026-03-01T10:00:00.123456Z"},
		{"1772359200123456789", "2026-03-01T10:00:00.123456789Z"},
		{"1772359200.25", "2026-03-01T10:00:00.25Z"},
		{"1772359200.0", "2026-03-01T10:00:00Z"},
		{"0", "1970-01-01T00:00:00Z"},
		{"-1", ""},
		{"99999999999999999999", ""},
		{"50000000000", ""},
	} {
		ns, ok := epoch([]byte(tt.in))
		got := ""
		if ok {
			got = time.Unix(0, ns).UTC().Format(time.RFC3339Nano)
		}
		if got != tt.want {
			t.Errorf("%s is %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{
		"callerIpAddress": "caller_ip_address", "AssetIdentity": "asset_identity", "Tenant": "tenant", "isRequestSuccess": "is_request_success",
		"requestURL": "request_url", "already_snake": "already_snake", "a_bC": "ab_c", "X": "x", "": "",
	} {
		if got := snake(in); got != want {
			t.Errorf("snake(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDoubles(t *testing.T) {
	for in, want := range map[string]string{
		"1.0": "1.0", "0.5": "0.5", "0.50": "0.5", "1e3": "1000.0", "1E7": "1.0E7", "12345678.9": "1.23456789E7", "0.001": "0.001",
		"0.0001": "1.0E-4", "-0.0": "-0.0", "1e400": "Infinity", "100.25": "100.25", "1.5e-10": "1.5E-10", "-0": "0", "-12": "-12",
	} {
		s := scanner{b: []byte(in)}
		if n := s.number(); n != len(want) {
			t.Errorf("%s is %d long written again, want %d", in, n, len(want))
		}
		tree, _ := Tree([]byte(in))
		if got := string(plain(nil, tree)); got != want {
			t.Errorf("%s is written again as %s, want %s", in, got, want)
		}
	}
}
