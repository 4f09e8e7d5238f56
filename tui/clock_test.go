package tui

import (
	"strings"
	"testing"
	"time"

	"casebook/engine/column"
)

func clockIn(t *testing.T, name string) Clock {
	t.Helper()
	c, err := ClockIn(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFullTimesNameTheirZone(t *testing.T) {
	for _, tt := range []struct{ zone, month, want string }{
		{"UTC", "06", "2026-06-08 02:14Z"},
		{"utc", "06", "2026-06-08 02:14Z"},
		{"Europe/Berlin", "06", "2026-06-08 04:14 CEST"},
		{"Europe/Berlin", "12", "2026-12-08 03:14 CET"},
		{"Europe/Istanbul", "06", "2026-06-08 05:14+03"},
		{"Asia/Kathmandu", "06", "2026-06-08 07:59+0545"},
	} {
		at, err := time.Parse(time.RFC3339, "2026-"+tt.month+"-08T02:14:00Z")
		if err != nil {
			t.Fatal(err)
		}
		if got := clockIn(t, tt.zone).Full(at, Minutes); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.zone, got, tt.want)
		}
	}
}

func TestWrongZones(t *testing.T) {
	for _, name := range []string{"", "Berlin", "../etc/passwd", "Mars/Olympus"} {
		if c, err := ClockIn(name); err == nil || !strings.Contains(err.Error(), "want a zone such as Europe/Berlin") {
			t.Errorf("ClockIn(%q) = %v, %v", name, c, err)
		}
	}
}

// What is typed is of the zone, unless it says another.
func TestTypedTimes(t *testing.T) {
	now := column.FromTime(time.Date(2026, 6, 8, 23, 30, 0, 0, time.UTC)) // the 9th in Berlin
	for _, tt := range []struct{ zone, typed, want string }{
		{"UTC", "2026-06-08 02:14", "2026-06-08T02:14:00Z"},
		{"UTC", "02:14", "2026-06-08T02:14:00Z"},
		{"UTC", "2026-06-08T02:14:05.5Z", "2026-06-08T02:14:05.5Z"},
		{"UTC", "2026-06-08T02:14+02:00", "2026-06-08T00:14:00Z"},
		{"UTC", "-2h", "2026-06-08T21:30:00Z"},
		{"Europe/Berlin", "2026-06-08 02:14", "2026-06-08T00:14:00Z"},
		{"Europe/Berlin", "2026-12-08", "2026-12-07T23:00:00Z"},
		{"Europe/Berlin", "02:14", "2026-06-09T00:14:00Z"},
		{"Europe/Berlin", "02:14Z", "2026-06-08T02:14:00Z"},
		{"Europe/Berlin", "2026-06-08T02:14Z", "2026-06-08T02:14:00Z"},
		{"Europe/Berlin", "2026-06-08T02:14:07-05:00", "2026-06-08T07:14:07Z"},
	} {
		at, err := clockIn(t, tt.zone).Read(tt.typed, now)
		if got := column.ToTime(at).Format(time.RFC3339Nano); err != nil || got != tt.want {
			t.Errorf("%s: %q is %s, %v; want %s", tt.zone, tt.typed, got, err, tt.want)
		}
	}
	if _, err := (Clock{}).Read("yesterday", now); err == nil {
		t.Error("yesterday was read as a time")
	}
}

// The words that zooming writes mean the instants it meant, the hours that a zone has twice among them.
func TestTimeWordsAreReadBack(t *testing.T) {
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"} {
		c := clockIn(t, zone)
		for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2026; at = at.Add(30 * time.Minute) {
			tick := column.FromTime(at)
			if back, err := c.Read(c.word(tick), 0); err != nil || back != tick {
				t.Fatalf("%s: %s is written %s, which is %s (%v)", zone, at, c.word(tick), column.ToTime(back), err)
			}
		}
	}
}

// A filter that is kept means the same to a colleague in another zone.
func TestKeptFiltersSayTheirZone(t *testing.T) {
	now := column.FromTime(time.Date(2026, 6, 8, 12, 0, 0, 0, time.UTC))
	berlin := clockIn(t, "Europe/Berlin")
	filter := `user:x from:2026-06-08T02:14 ~to:05:00 last:2h from:-2h to:2026-06-08T09:00+02:00 from:"2026-06-09 00:00"`
	kept := berlin.toUTC(filter, now)
	want := `user:x from:2026-06-08T00:14Z ~to:03:00:00Z last:2h from:-2h to:2026-06-08T09:00+02:00 from:2026-06-08T22:00Z`
	if kept != want {
		t.Errorf("kept as %s\n   want %s", kept, want)
	}
	if got := berlin.fromUTC("from:2026-06-08T00:14 user:x"); got != "from:2026-06-08T00:14Z user:x" {
		t.Errorf("a filter of UTC is read as %s", got)
	}
	if got := (Clock{}).toUTC(filter, now); got != filter {
		t.Errorf("a clock of UTC changes what is kept: %s", got)
	}
}

// Every screen shows the zone's times and none in UTC.
func TestScreensKeepToTheZone(t *testing.T) {
	a := desk(t, scene(attacker))
	a.Clock = clockIn(t, "Asia/Kathmandu").about(a.AsOf) // no hour of it is an hour of UTC
	sized(a, 140, 40)
	visit := func(where string) {
		t.Helper()
		shown := text(a)
		for _, utc := range []string{"UTC", "02:14", "02:30Z", "00Z"} {
			if strings.Contains(shown, utc) {
				t.Errorf("%s shows %q:\n%s", where, utc, shown)
			}
		}
		if !strings.Contains(shown, "Kathmandu") {
			t.Errorf("%s does not name the zone:\n%s", where, shown)
		}
	}
	visit("alerts")
	press(a, "enter")
	for range alertParts {
		visit("alert")
		press(a, "tab")
	}
	press(a, "t")
	visit("timeline")
	press(a, "tab")
	visit("rhythm")
	press(a, "i")
	for _, key := range []string{"1", "3", "enter", "4", "6", "7"} {
		press(a, key)
		visit(key)
	}
	press(a, "4", "/", "'from:2026-06-08T07:59 to:08:10", "enter")
	if got, want := text(a), "17 events"; !strings.Contains(got, want) {
		t.Errorf("the zone's own times choose other events:\n%s", got)
	}
}

// TestSpanOverDays: an end on another day says which.
func TestSpanOverDays(t *testing.T) {
	day := func(d, h int) int64 { return column.FromTime(time.Date(2026, 3, d, h, 0, 0, 0, time.UTC)) }
	for _, tt := range []struct {
		from, to int64
		want     string
	}{
		{day(4, 1), day(4, 3), "2026-03-04 01:00:00Z - 03:00:00Z"},
		{day(4, 0), day(5, 0), "2026-03-04 00:00:00Z - 2026-03-05 00:00:00Z"},
	} {
		if got := (Clock{}).Span(tt.from, tt.to); got != tt.want {
			t.Errorf("%s, want %s", got, tt.want)
		}
	}
}
