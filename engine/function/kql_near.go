package function

import (
	"strings"

	"casebook/engine/column"
)

// Functions that Kusto itself does not have and another engine of KQL, kusto-loco, has: queries written for it run here too.

var kqlNearnesses = []*Row{
	scalarRow("levenshtein(string, string) long", "how many letters to put in, take out or change to make one text of another (kusto-loco)",
		rowwise(column.Long, func(env *Env, a []any) any {
			d, _ := edits(env, []rune(plainText(a[0])), []rune(plainText(a[1])))
			return int64(d)
		})),
	scalarRow("string_similarity(string, string) real", "how alike two texts are, from 0 to 1 (kusto-loco)",
		rowwise(column.Double, func(env *Env, a []any) any {
			d, longest := edits(env, []rune(plainText(a[0])), []rune(plainText(a[1])))
			if longest == 0 {
				return 1.0
			}
			return 1 - float64(d)/float64(longest)
		})),
	scalarRow("datetime_to_iso(datetime) string", "a time as ISO 8601, without its zone (kusto-loco)", rowwise(column.String, func(_ *Env, a []any) any {
		t, ok := a[0].(int64)
		if !ok {
			return ""
		}
		return strings.TrimSuffix(FormatTime(t), "Z")
	})),
}

// edits is how many letters differ between two texts, and how many the longer one has.
func edits(env *Env, a, b []rune) (int, int) {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		if stopped(env) != nil {
			return 0, 0
		}
		corner := row[0]
		row[0] = i + 1
		for j, y := range b {
			change := corner
			if x != y {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, corner+1)
		}
	}
	return row[len(b)], max(len(a), len(b))
}
