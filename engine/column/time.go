package column

import "time"

// A Time is a count of 100 ns ticks since 1970-01-01T00:00Z. Ticks, not nanoseconds, because KQL's datetime spans the
// years 1 to 9999, which 64 bits of nanoseconds do not; ES|QL's date (milliseconds) fits exactly too.

// Tick units.
const (
	Microsecond int64 = 10
	Millisecond       = 1000 * Microsecond
	Second            = 1000 * Millisecond
	Minute            = 60 * Second
	Hour              = 60 * Minute
	Day               = 24 * Hour
)

// TicksAtEpoch is the .NET tick count (since 0001-01-01) of the Unix epoch.
const TicksAtEpoch = 621355968000000000

// FromTime is the tick count of a time, rounded down.
func FromTime(t time.Time) int64 {
	return t.Unix()*Second + int64(t.Nanosecond())/100
}

// ToTime is the UTC time of a tick count.
func ToTime(ticks int64) time.Time {
	s := ticks / Second
	r := ticks % Second
	if r < 0 {
		s, r = s-1, r+Second
	}
	return time.Unix(s, r*100).UTC()
}

// FromNanos is the tick count of nanoseconds since the epoch, rounded down.
func FromNanos(ns int64) int64 {
	t := ns / 100
	if ns%100 < 0 {
		t--
	}
	return t
}
