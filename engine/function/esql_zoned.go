package function

import (
	"slices"
	"strings"
	"time"

	"casebook/engine/column"
)

// Rows for queries that SET time_zone: what a function does in UTC is done to what the clocks of the zone show ($local), and the date
// that comes of it is turned back ($utc). The zone is the last argument, a constant.

// byZone is the code of a row whose last argument is a zone.
func byZone(in func(zone *time.Location) Eval) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		last, zone := len(args)-1, time.UTC
		if n > 0 {
			var err error
			if zone, err = ReadZone(Reader[string](args[last])(0)); err != nil {
				return nil, err
			}
		}
		return in(zone)(env, args[:last], n)
	}
}

func offsetIn(zone *time.Location, at time.Time) time.Duration {
	_, seconds := at.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// wallClock is what clocks in a zone show, as a time in UTC.
func wallClock(at time.Time, zone *time.Location) time.Time { return at.Add(offsetIn(zone, at)) }

// showing is when clocks in a zone show what a time shows in UTC, the earlier first: once, twice, or never.
func showing(local time.Time, zone *time.Location) []time.Time {
	var all []time.Time
	for _, day := range []int{-1, 1} {
		offset := offsetIn(zone, local.AddDate(0, 0, day))
		if at := local.Add(-offset).UTC(); offsetIn(zone, at) == offset && (all == nil || !all[0].Equal(at)) {
			all = append(all, at)
		}
	}
	return all
}

// starts is when something starts that starts at a time of clocks in a zone. Where that is skipped, it is when clocks are put forward.
func starts(local time.Time, zone *time.Location) time.Time {
	if at := showing(local, zone); at != nil {
		return at[0]
	}
	forward, _ := local.Add(-offsetIn(zone, local.AddDate(0, 0, -1))).In(zone).ZoneBounds()
	return forward.UTC()
}

// startsBefore is starts of what has started at a time: where clocks show its start twice, the last one that has been.
func startsBefore(local, at time.Time, zone *time.Location) time.Time {
	for _, start := range slices.Backward(showing(local, zone)) {
		if !start.After(at) {
			return start
		}
	}
	return starts(local, zone)
}

// moved adds months and days to what clocks in a zone show. Where they show that twice, it is the time with the offset as before, and where
// never, as much later as they are put forward.
func moved(at time.Time, months, days int64, zone *time.Location) time.Time {
	if zone == time.UTC {
		return addPeriod(at, months, days)
	}
	local := addPeriod(wallClock(at, zone), months, days)
	if kept := local.Add(-offsetIn(zone, at)); offsetIn(zone, kept) == offsetIn(zone, at) {
		return kept
	}
	return inZone(local, zone)
}

// movePeriod moves a date by a period, times sign.
func movePeriod(t column.Type, sign int64, zone *time.Location) func(env *Env, at, p int64) (int64, bool) {
	return func(env *Env, at, p int64) (int64, bool) {
		months, days := unpackPeriod(p)
		to := moved(toTime(t, at), sign*months, sign*days, zone)
		c := fromTime(t, to)
		switch {
		case beyond(at) || toTime(t, c).Sub(to).Abs() > time.Second:
			return overflow[int64](env, "java.time.DateTimeException: the date is further away than dates are counted")
		case t == column.Nanos && c < 0:
			_, err := counted(t, to)
			return overflow[int64](env, "java.lang.IllegalArgumentException: "+err.Error())
		}
		return c, true
	}
}

func mapZoned(t column.Type, f func(at time.Time, zone *time.Location) time.Time) Eval {
	return byZone(func(zone *time.Location) Eval {
		return Map1(t, func(_ *Env, at int64) (int64, bool) { return fromTime(t, f(toTime(t, at), zone)), true })
	})
}

var esqlZoned = slices.Concat(
	each(instants, func(t column.Type) *Row {
		return scalar("$local", "what clocks in a zone show", mapZoned(t, wallClock), t, t, str)
	}),
	each(instants, func(t column.Type) *Row {
		return scalar("$utc", "when clocks in a zone show that", mapZoned(t, starts), t, t, str)
	}),
	each(instants, func(t column.Type) *Row {
		return scalar("$trunc_in", "the start of the span of time that a date falls into, by the clocks of a zone", byZone(func(zone *time.Location) Eval {
			trunc := truncDuration(t)
			return Map2(t, func(env *Env, span, n int64) (int64, bool) {
				at := toTime(t, n)
				local, ok := trunc(env, span, fromTime(t, wallClock(at, zone)))
				return fromTime(t, startsBefore(toTime(t, local), at, zone)), ok
			})
		}), t, column.Duration, t, str)
	}),
	pairs(instants, []column.Type{column.Period}, func(t, period column.Type) *Row {
		return scalar("$later_in", "a date so much later, by the clocks of a zone", byZone(func(zone *time.Location) Eval {
			return Map2(t, movePeriod(t, 1, zone))
		}), t, t, period, str)
	}),
	pairs(instants, []column.Type{column.Period}, func(t, period column.Type) *Row {
		return scalar("$earlier_in", "a date so much earlier, by the clocks of a zone", byZone(func(zone *time.Location) Eval {
			return Map2(t, movePeriod(t, -1, zone))
		}), t, t, period, str)
	}),
	each(instants, func(t column.Type) *Row {
		return multi(scalar("$read_in", "the date that a text says, of a zone where it names none", byZone(func(zone *time.Location) Eval {
			return elementwise(t, func(env *Env, s string) (int64, bool) {
				n, err := readTimeIn(s, t, zone)
				if err != nil {
					return overflow[int64](env, "java.lang.IllegalArgumentException: "+err.Error())
				}
				return n, true
			})
		}), t, column.String, t, str))
	}),
)

func readTimeIn(s string, t column.Type, zone *time.Location) (int64, error) {
	at, err := ReadTime(s)
	if err != nil {
		return 0, err
	}
	if !namesZone(s) {
		at = inZone(at, zone)
	}
	return counted(t, at)
}

// ShowsZone tells whether a format of DATE_FORMAT writes the zone of the date, or an instant whatever the zone.
func ShowsZone(pattern string) bool {
	f, err := newDateFormat(pattern)
	return err == nil && (f.formats[0].name != "" || showZone(f.formats[0].parts))
}

func showZone(parts []datePart) bool {
	return slices.ContainsFunc(parts, func(p datePart) bool {
		return p.letter != 0 && strings.IndexByte("XxZzVO", p.letter) >= 0 || showZone(p.optional)
	})
}

// CountsDays tells whether a unit of DATE_DIFF is a day or longer, which a zone decides where it begins.
func CountsDays(unit string) bool {
	switch diffUnits[unit] {
	case "day", "week", "month", "quarter", "year":
		return true
	}
	return false
}
