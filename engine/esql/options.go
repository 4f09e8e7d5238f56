package esql

import (
	"cmp"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
)

// The options in braces behind the arguments of a function, and what they make of its call.

// leadingZeros is the row of TO_IP that its one option asks for.
func (l *lowerer) leadingZeros(c *call) string {
	rows := map[string]string{"reject": "to_ip", "decimal": "$to_ip_decimal", "octal": "$to_ip_octal"}
	name := "to_ip"
	for _, o := range c.options {
		if o.key != "leading_zeros" {
			_ = l.fail(o.at, "the option %s of TO_IP is not known", o.key).WithHint("it has leading_zeros")
			return ""
		}
		how, _ := o.value.str()
		if name = rows[how]; name == "" {
			_ = l.fail(o.at, "leading_zeros cannot be %s", printLiteral(o.value)).WithHint("it knows reject, decimal, octal")
			return ""
		}
	}
	return name
}

// boundOptions are the options that say which bounds of a range belong to it.
var boundOptions = map[string][]string{"mv_greater": {"include_bound"}, "mv_in_range": {"include_lower", "include_upper"}, "mv_less": {"include_bound"}}

// bounded is the row of a function of ranges that its options ask for.
func (l *lowerer) bounded(c *call, known []string) string {
	name := strings.ToLower(c.name)
	included := map[string]bool{"include_lower": true, "include_upper": true}
	for _, o := range c.options {
		if !slices.Contains(known, o.key) {
			_ = l.fail(o.at, "the option %s of %s is not known", o.key, strings.ToUpper(name)).WithHint("it has %s", strings.Join(known, " and "))
			return ""
		}
		if o.value.value.Type != column.Bool {
			l.fail(o.at, "%s is true or false, found %s", o.key, printLiteral(o.value))
			return ""
		}
		included[o.key] = o.value.value.Ints[0] != 0
	}
	switch lower, upper := included["include_lower"], included["include_upper"]; {
	case name != "mv_in_range" && included["include_bound"]:
		return "$" + name + "_equal"
	case name != "mv_in_range" || lower && upper:
		return name
	case upper:
		return "$mv_in_range_above"
	case lower:
		return "$mv_in_range_below"
	}
	return "$mv_in_range_inside"
}

// zoned is a call of DATE_PARSE with the zone of time that its options ask for as an argument.
func (l *lowerer) zoned(c *call) *call {
	zone := l.zone
	for _, o := range c.options {
		how, _ := o.value.str()
		switch {
		case o.key == "time_zone":
			if _, err := function.ReadZone(how); err != nil {
				l.fail(o.at, "%v", err)
				return nil
			}
			zone = how
		case o.key != "locale":
			_ = l.fail(o.at, "the option %s of DATE_PARSE is not known", o.key).WithHint("it has time_zone and locale")
			return nil
		case how != "en" && !strings.HasPrefix(strings.ToLower(how), "en-"):
			l.fail(o.at, "dates are read in English alone, found the locale %s", printLiteral(o.value))
			return nil
		}
	}
	if len(c.args) != 2 {
		l.fail(c.at, "DATE_PARSE takes a format and a text before its options")
		return nil
	}
	with := *c
	with.args = append(slices.Clone(c.args), &literal{place: place{c.at}, value: oneString(cmp.Or(zone, "UTC"))})
	return &with
}
