package function

import (
	"maps"
	"slices"
)

// Words are what a function of ES|QL knows as one of its arguments, in order; nil for an argument that can be anything.
func Words(name string, argument int) []string {
	switch {
	case (name == "date_diff" || name == "date_unit_count") && argument == 0:
		return slices.Sorted(maps.Keys(diffUnits))
	case name == "date_extract" && argument == 0:
		return slices.Sorted(maps.Keys(dateParts))
	case name == "date_unit_count" && argument == 1:
		return slices.DeleteFunc(slices.Sorted(maps.Keys(diffUnits)), func(unit string) bool { _, ok := calendarUnit(unit); return !ok })
	case name == "fmt_bytes" && argument == 1, name == "fmt_bytes_si" && argument == 1:
		return unitNames(binaryBytes)
	case name == "fmt_duration" && argument == 1:
		return unitNames(spans)
	case name == "hash" && argument == 0:
		return slices.Sorted(maps.Keys(hashes))
	case name == "mv_sort" && argument == 1, name == "top" && argument == 2:
		return []string{"asc", "desc"}
	}
	return nil
}

// CheckText tells whether a text can be the argument at a place of so many of a function of ES|QL, where it has to be a pattern.
func CheckText(name string, argument, of int, s string) error {
	switch name {
	case "replace":
		if argument == 1 {
			return CheckReplace(s)
		}
	case "date_format", "date_parse", "$date_parse_in":
		if argument == 0 && of > 1 {
			return CheckDateFormat(s, name != "date_format")
		}
	case "mv_rlike":
		if argument > 0 {
			return CheckRLike(s)
		}
	}
	return nil
}
