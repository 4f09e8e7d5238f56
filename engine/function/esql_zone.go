package function

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // the same zones everywhere

	"casebook/engine/column"
)

// Zones of time, as options of functions name them.

var offsetOfZone = regexp.MustCompile(`^(?:UTC|GMT)?([+-])(\d\d?)(?::?(\d\d))?$`)

// ReadZone reads a zone: its name ("Europe/Paris") or how far it is from UTC ("+02:00").
func ReadZone(s string) (*time.Location, error) {
	if m := offsetOfZone.FindStringSubmatch(s); m != nil {
		d, err := time.ParseDuration(m[1] + m[2] + "h" + "0" + m[3] + "m")
		if err == nil && d.Abs() <= 18*time.Hour && m[3] < "60" {
			return time.FixedZone(s, int(d.Seconds())), nil
		}
	}
	if strings.EqualFold(s, "Z") || s == "GMT" {
		return time.UTC, nil
	}
	if s != "" && s != "Local" {
		if zone, err := time.LoadLocation(s); err == nil {
			return zone, nil
		}
	}
	return nil, fmt.Errorf("cannot read %q as a zone of time: write it like Europe/Paris or +02:00", s)
}

// inZone is when clocks in a zone show what a time shows in UTC. Where they show it twice it is the first, and where never, as
// much later as they are put forward.
func inZone(at time.Time, zone *time.Location) time.Time {
	offset := func(t time.Time) time.Duration {
		_, seconds := t.In(zone).Zone()
		return time.Duration(seconds) * time.Second
	}
	before, after := offset(at.AddDate(0, 0, -1)), offset(at.AddDate(0, 0, 1))
	if first := at.Add(-before); offset(first) == before {
		return first.UTC()
	}
	if second := at.Add(-after); offset(second) == after {
		return second.UTC()
	}
	return at.Add(-before).UTC()
}

// namesZone tells whether the text of a time, which can be read, says of which zone it is.
func namesZone(s string) bool {
	_, clock, _ := strings.Cut(s, "T")
	return strings.ContainsAny(clock, "Z+-")
}

var esqlZones = []*Row{
	scalar("$date_parse_in", "the date that a text says in a format, of a zone of time where it names none", func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		formats, zones := compiled[*dateFormat]{make: newDateFormat}, compiled[*time.Location]{make: ReadZone}
		return Map3(column.Time, func(env *Env, pattern, s, zone string) (int64, bool) {
			f, err := formats.get(pattern)
			if err == nil {
				var in *time.Location
				if in, err = zones.get(zone); err == nil {
					var at time.Time
					if at, err = f.readIn(s, in); err == nil {
						return fromTime(column.Time, at), true
					}
				}
			}
			return overflow[int64](env, "java.lang.IllegalArgumentException: "+err.Error())
		})(env, args, n)
	}, column.Time, str, str, str),
}
