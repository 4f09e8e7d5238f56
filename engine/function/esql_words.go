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
	case name == "hash" && argument == 0:
		return slices.Sorted(maps.Keys(hashes))
	case name == "mv_sort" && argument == 1, name == "top" && argument == 2:
		return []string{"asc", "desc"}
	}
	return nil
}
