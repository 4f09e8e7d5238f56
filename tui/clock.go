package tui

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // jump hosts and containers have no zones of their own

	"casebook/engine/column"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// Clock shows times in the analyst's zone and reads those that are typed. It is the only place that knows the zone: the engine,
// the store, reports, CSV and JSON know UTC. A time that is shown in full says its zone; in a table the heading says it. The zero
// Clock is UTC.
type Clock struct {
	zone *time.Location
	year int  // that times are of where they do not say
	long bool // lists have room for whole times
}

// ClockIn is the clock of a zone: a name of the IANA database, UTC, or local for the machine's own.
func ClockIn(name string) (Clock, error) {
	switch strings.ToLower(name) {
	case "utc", "z":
		return Clock{}, nil
	case "local":
		return Clock{zone: time.Local}, nil
	case "":
		return Clock{}, fmt.Errorf("want a zone such as Europe/Berlin, local or UTC, found none")
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return Clock{}, fmt.Errorf("want a zone such as Europe/Berlin, America/New_York, local or UTC, found %q; zones go by region and city, and case counts", name)
	}
	return Clock{zone: zone}, nil
}

func (c Clock) utc() bool { return c.zone == nil || c.zone == time.UTC }

// In is a time on the clock.
func (c Clock) In(t time.Time) time.Time {
	if c.utc() {
		return t.UTC()
	}
	return t.In(c.zone)
}

// about is the clock for a time that is now: times of its year need not say which.
func (c Clock) about(now int64) Clock {
	c.year = c.In(column.ToTime(now)).Year()
	return c
}

// wide is the width of a screen from which on lists show whole times.
const wide = 120

// on is the clock for lists of a width.
func (c Clock) on(width int) Clock {
	c.long = width >= wide
	return c
}

// inList is a time in a list: with its year where there is room, or where it is not now's.
func (c Clock) inList(t time.Time) string {
	switch t = c.In(t); {
	case c.long:
		return t.Format(Millis)
	case t.Year() != c.year:
		return t.Format(Seconds)
	}
	return t.Format(listForm)
}

// String is the zone's name.
func (c Clock) String() string {
	switch {
	case c.utc():
		return "UTC"
	case c.zone == time.Local:
		return "local"
	}
	return c.zone.String()
}

// The forms in which times are shown.
const (
	Minutes = "2006-01-02 15:04"
	Seconds = "2006-01-02 15:04:05"
	Millis  = "2006-01-02 15:04:05.000"

	clockForm = "15:04:05"
	dayForm   = "01-02 15:04:05" // within a year
	listForm  = "01-02 15:04:05.000"
)

// Full is a time that names its zone, as it is at that time: 02:14Z, 04:14 CEST, 05:14+03.
func (c Clock) Full(t time.Time, form string) string {
	t = c.In(t)
	name := t.Format("MST")
	switch {
	case c.utc():
		name = "Z"
	case name[0] != '+' && name[0] != '-':
		name = " " + name
	}
	return t.Format(form) + name
}

// FullTick is Full for the engine's ticks.
func (c Clock) FullTick(ticks int64, form string) string { return c.Full(column.ToTime(ticks), form) }

// Span is from when to when, the end with its day where that is another.
func (c Clock) Span(from, to int64) string {
	form := clockForm
	if c.bareTick(from, time.DateOnly) != c.bareTick(to, time.DateOnly) {
		form = Seconds
	}
	return c.FullTick(from, Seconds) + " - " + c.FullTick(to, form)
}

// bare is a time where something beside it names the zone.
func (c Clock) bare(t time.Time, form string) string { return c.In(t).Format(form) }

func (c Clock) bareTick(ticks int64, form string) string { return c.bare(column.ToTime(ticks), form) }

// value is a time out of a query's result, without the parts that are zero: a minute's bin reads as a minute.
func (c Clock) value(t time.Time) string {
	form := Minutes
	switch {
	case t.Nanosecond() != 0:
		form = Millis
	case t.Second() != 0:
		form = Seconds
	}
	return c.Full(t, form)
}

// city is the zone in a heading: which of a zone's two times of the year a row is in, its date says.
func (c Clock) city() string {
	name := c.String()
	return strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}

// timeTitle is the heading of the times in lists of events.
var timeTitle = safe.Own("TIME (UTC)")

// table is a table whose titles name the zone, and whose times have the room they take. Titles are written for UTC; no column gets
// narrower than its title.
func (c Clock) table(t widget.Table) *widget.Table {
	if c.utc() && !c.long {
		return &t
	}
	t.Columns = slices.Clone(t.Columns)
	for i := range t.Columns {
		if c.long && t.Columns[i].Title.String() == timeTitle.String() {
			t.Columns[i].Width = max(t.Columns[i].Width, len(Millis))
		}
		if title, ok := strings.CutSuffix(t.Columns[i].Title.String(), "(UTC)"); ok && !c.utc() {
			t.Columns[i].Title = safe.Escape(title + "(" + c.city() + ")")
			t.Columns[i].Width = max(t.Columns[i].Width, t.Columns[i].Title.Width())
			t.Columns[i].Least = max(t.Columns[i].Least, t.Columns[i].Title.Width())
		}
	}
	return &t
}

// seen is when something was seen, to the minute; of another year than now's, to the day.
func (c Clock) seen(ticks int64) safe.Text {
	if ticks == 0 {
		return safe.Own("-")
	}
	if c.In(column.ToTime(ticks)).Year() != c.year {
		return safe.Escape(c.bareTick(ticks, time.DateOnly))
	}
	return safe.Escape(c.bareTick(ticks, "01-02 15:04"))
}

// scope is the workbench's now, with the zone by its name.
func (c Clock) scope(now int64) string { return c.bareTick(now, Minutes) + " " + c.String() }

// midnight is when the day of a time began.
func (c Clock) midnight(t time.Time) time.Time {
	t = c.In(t)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// hours counts times by the hour of their day.
func (c Clock) hours(times []int64) [24]int64 {
	var hours [24]int64
	for _, t := range times {
		hours[c.In(column.ToTime(t)).Hour()]++
	}
	return hours
}

// typedForms are the ways a time can be typed; those without a date are of the day of now.
var typedForms = []string{"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02T15", "2006-01-02", "15:04:05", "15:04"}

// Read reads a time as people type it, in ticks: on this clock unless it ends in Z or an offset, or -2h before now.
func (c Clock) Read(text string, now int64) (int64, error) {
	given := text
	text = strings.Replace(strings.TrimSpace(text), " ", "T", 1)
	if back, ok := strings.CutPrefix(text, "-"); ok {
		d, err := parseSpan(back)
		return now - int64(d/100), err
	}
	zone := c.In(time.Time{}).Location()
	if rest, ok := strings.CutSuffix(text, "Z"); ok {
		text, zone = rest, time.UTC
	}
	for _, form := range typedForms {
		for _, form := range []string{form, form + "Z07:00"} {
			at, err := time.ParseInLocation(form, text, zone)
			if err != nil {
				continue
			}
			if at.Year() == 0 {
				y, m, d := column.ToTime(now).In(at.Location()).Date()
				at = time.Date(y, m, d, at.Hour(), at.Minute(), at.Second(), 0, at.Location())
			}
			return column.FromTime(at), nil
		}
	}
	return 0, fmt.Errorf("a time is 2026-06-08T02:00, 02:00 or -2h, not %q", given)
}

// word is a time as the words of a filter write it: one that Read takes for the same instant.
func (c Clock) word(ticks int64) string {
	form := "2006-01-02T15:04:05.999999999"
	if ticks%column.Minute == 0 {
		form = "2006-01-02T15:04"
	}
	text := c.bareTick(ticks, form)
	if back, err := c.Read(text, ticks); err != nil || back != ticks {
		return column.ToTime(ticks).Format(form) + "Z" // an hour that a zone has twice
	}
	return text
}

// toUTC is a filter with its times as any clock reads them, for colleagues and other days.
func (c Clock) toUTC(filter string, now int64) string {
	return c.retimed(filter, func(value string) string {
		at, err := c.Read(value, now)
		switch {
		case err != nil:
			return value
		case strings.Contains(value, "-"):
			return Clock{}.word(at) + "Z"
		}
		return column.ToTime(at).Format(clockForm) + "Z" // of any day
	})
}

// fromUTC is a filter that toUTC wrote, or a clock of UTC.
func (c Clock) fromUTC(filter string) string {
	return c.retimed(filter, func(value string) string { return value + "Z" })
}

// saysZone tells whether a typed time needs no clock: it ends in Z or an offset, or counts back from now.
var saysZone = regexp.MustCompile(`^-|(Z|[+-]\d\d:\d\d)$`).MatchString

// retimed is a filter with the times changed that any other clock would read otherwise.
func (c Clock) retimed(filter string, change func(string) string) string {
	if c.utc() {
		return filter
	}
	words := splitWords(filter)
	for i, w := range words {
		name, value, _ := strings.Cut(w, ":")
		value = strings.ReplaceAll(strings.Trim(value, `"`), " ", "T")
		if bare := strings.TrimPrefix(name, "~"); (bare == "from" || bare == "to") && !saysZone(value) {
			words[i] = name + ":" + change(value)
		}
	}
	return strings.Join(words, " ")
}
