package esql

import "strings"

// usages are what stands in the brackets of the functions whose arguments are often mixed up, for whoever did.
var usages = map[string]string{
	"bucket":          "x, width or x, number of buckets, from, to",
	"case":            "condition, value, …, otherwise",
	"cidr_match":      `address, "10.0.0.0/8", …`,
	"clamp":           "x, least, greatest",
	"date_diff":       `"seconds", from, to`,
	"date_extract":    `"hour_of_day", date`,
	"date_format":     `"yyyy-MM-dd", date`,
	"date_parse":      `"yyyy-MM-dd", text`,
	"date_trunc":      "1 hour, date",
	"date_unit_count": `"day", "month", date`,
	"ends_with":       "text, end",
	"first":           "x, @timestamp",
	"hash":            `"sha256", text`,
	"ip_prefix":       "address, bits of an IPv4, bits of an IPv6",
	"json_extract":    "text, path",
	"last":            "x, @timestamp",
	"left":            "text, length",
	"locate":          "text, part, from",
	"log":             "base, x",
	"mv_append":       "x, y",
	"mv_concat":       "x, separator",
	"mv_contains":     "x, values",
	"mv_percentile":   "x, percent",
	"mv_slice":        "x, from, to",
	"mv_sort":         `x, "desc"`,
	"mv_zip":          "x, y, separator",
	"percentile":      "x, percent",
	"pow":             "base, exponent",
	"repeat":          "text, times",
	"replace":         "text, pattern, with",
	"right":           "text, length",
	"round":           "x, decimals",
	"split":           "text, separator",
	"starts_with":     "text, start",
	"substring":       "text, from, length",
	"top":             `x, number of values, "desc"`,
	"weighted_avg":    "x, weight",
}

// usage is a call as it is meant to be written; "" where there is nothing to mix up.
func usage(name string) string {
	if inside, ok := usages[strings.ToLower(name)]; ok {
		return strings.ToUpper(name) + "(" + strings.ReplaceAll(inside, " or ", ") or "+strings.ToUpper(name)+"(") + ")"
	}
	return ""
}
