package kql

import (
	"casebook/engine/function"
	"casebook/engine/plan"
)

// checks look at constant arguments that a function cannot work with: the place of the wrong one and the problem.
var checks = map[string]func([]plan.Expr) (int, string){
	"format_datetime": checkFormat(function.CheckDatetimeFormat), "format_timespan": checkFormat(function.CheckTimespanFormat),
	"datetime_add": checkPart, "datetime_diff": checkPart, "datetime_part": checkPart, "datepart": checkPart,
	"replace_regex": checkRegexAt(1), "trim": checkRegexAt(0), "trim_start": checkRegexAt(0), "trim_end": checkRegexAt(0),
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

func checkPart(args []plan.Expr) (int, string) {
	s, ok := constant(args[0])
	if !ok {
		return 0, "the part must be a constant"
	}
	text, _ := s.(string)
	if !function.IsDatePart(text) {
		return 0, "unknown part of a datetime '" + text + "': year, quarter, month, week, day, hour, minute, second, millisecond, microsecond, nanosecond"
	}
	return 0, ""
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
