package kql

import (
	"strings"

	"casebook/engine/function"
	"casebook/engine/plan"
)

// checks look at constant arguments that a function cannot work with: the place of the wrong one and the problem.
var checks = map[string]func([]plan.Expr) (int, string){
	"format_datetime": checkFormat(function.CheckDatetimeFormat), "format_timespan": checkFormat(function.CheckTimespanFormat),
	"datetime_add": checkPart(function.DateUnits), "datetime_diff": checkPart(function.DateUnits), "datetime_part": checkPart(function.DateParts), "datepart": checkPart(function.DateParts),
	"replace_regex": checkRegexAt(1), "trim": checkRegexAt(0), "trim_start": checkRegexAt(0), "trim_end": checkRegexAt(0),
	"hash": checkHash, "hash_xxhash64": checkHash,
	"dcount": checkAccuracy(1), "dcountif": checkAccuracy(2), "countof": checkKind,
	"geo_distance_2points": checkSphere(4), "geo_point_in_circle": checkSphere(5),
	"extract_all": checkGroups, "replace": checkRegexAt(0), "extractall": checkGroups, "indexof_regex": checkRegexAt(1),
}

func checkFormat(check func(string) error) func([]plan.Expr) (int, string) {
	return func(args []plan.Expr) (int, string) {
		s, ok := constant(args[1])
		if !ok {
			return 1, "the format must be a constant"
		}
		if text, ok := s.(string); ok {
			if err := check(text); err != nil {
				return 1, err.Error()
			}
		}
		return 0, ""
	}
}

// checkPart wants one of some parts of a datetime.
func checkPart(known []string) func([]plan.Expr) (int, string) {
	return func(args []plan.Expr) (int, string) {
		s, ok := constant(args[0])
		if !ok {
			return 0, "the part must be a constant"
		}
		if text, _ := s.(string); !has(known, strings.ToLower(text)) {
			return 0, "unknown part of a datetime '" + text + "': " + strings.Join(known, ", ")
		}
		return 0, ""
	}
}

// checkSphere wants no spheroid.
func checkSphere(i int) func([]plan.Expr) (int, string) {
	return func(args []plan.Expr) (int, string) {
		if i < len(args) {
			if v, _ := constant(args[i]); v != false {
				return i, "distances on a spheroid are not supported: leave this out for the sphere"
			}
		}
		return 0, ""
	}
}

// checkGroups wants a regular expression with a group to extract.
func checkGroups(args []plan.Expr) (int, string) {
	if i, problem := checkRegexAt(0)(args); problem != "" {
		return i, problem
	}
	if s, ok := constant(args[0]); ok {
		if text, _ := s.(string); function.RegexGroups(text) == 0 {
			return 0, "the regular expression has no group to extract"
		}
	}
	return 0, ""
}

func checkRegexAt(i int) func([]plan.Expr) (int, string) {
	return func(args []plan.Expr) (int, string) {
		if s, ok := constant(args[i]); ok {
			text, _ := s.(string)
			if err := function.CheckRegex(text); err != nil {
				return i, "the regular expression cannot be read: " + err.Error()
			}
		}
		return 0, ""
	}
}

// checkAccuracy wants one of the accuracies that dcount has, though it counts exactly with each of them here.
func checkAccuracy(i int) func([]plan.Expr) (int, string) {
	return func(args []plan.Expr) (int, string) {
		if len(args) > i {
			value, ok := constant(args[i])
			if n, whole := value.(int64); !ok || !whole || n < 0 || n > 4 {
				return i, "the accuracy wants a constant from 0 to 4"
			}
		}
		return 0, ""
	}
}

func checkKind(args []plan.Expr) (int, string) {
	if len(args) > 2 {
		if kind, ok := constant(args[2]); !ok || kind != "normal" && kind != "regex" {
			return 2, "the kind of countof wants 'normal' or 'regex'"
		}
	}
	return 0, ""
}

func checkHash(args []plan.Expr) (int, string) {
	if t := args[0].Type(); !function.CheckHash(t) {
		return 0, "hash() of a " + typeWord(t) + " is not supported: how its bytes are written is not specified"
	}
	return 0, ""
}
