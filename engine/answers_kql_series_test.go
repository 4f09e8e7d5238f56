package engine_test

import (
	"context"
	"strings"
	"testing"

	"casebook/engine/exec"
	"casebook/engine/kql"
	"casebook/engine/syntax"
)

// TestKQLSeasons asks for what repeats in series, what is foretold from it, and what stands out of it.
func TestKQLSeasons(t *testing.T) {
	// Five weeks of hours with a weekend, a rise, noise, and six points far outside.
	const weeks = `range t from 1 to 840 step 1
		| extend y = hash(t) % 1000 / 500.0 + iff(t / 24 % 7 >= 5, 5.0, 15.0) - (t % 24 / 10) * (t % 24 / 10) + t / 72.0
		| extend y = case(t in (150, 200, 780), y - 8.0, t in (300, 400, 600), y + 8.0, y) | summarize y = make_list(y)`
	const flagged = ` | project at = range(1, 840), flag | mv-expand at to typeof(long), flag to typeof(long) | where flag != 0
		| summarize count(), at = strcat_array(make_list(strcat(at, iff(flag > 0, "+", "-"))), " ")`
	answerKQL(t, []kqlAnswer{
		// The rise hides what stands out, unless it is taken for a trend: then all six do, and a higher threshold changes nothing.
		{weeks + ` | extend (flag, score, base) = series_decompose_anomalies(y)` + flagged, "count_ at", "1|150-"},
		{weeks + ` | extend (flag, score, base) = series_decompose_anomalies(y, 1.5, -1, "linefit")` + flagged, "count_ at", "6|150- 200- 300+ 400+ 600+ 780-"},
		{weeks + ` | extend (flag, score, base) = series_decompose_anomalies(y, 2.5, 168, "linefit")` + flagged, "count_ at", "6|150- 200- 300+ 400+ 600+ 780-"},
		{weeks + ` | extend f = series_decompose_forecast(y, 24) | project array_length(f), abs(todouble(f[839]) - 27.7) < 1.5`, "Column1 Column2", "840|True"},

		// One name is one column; no names are all three.
		{`print s = dynamic([1, 1, 1, 9, 1, 1, 1, 1]) | extend flag = series_decompose_anomalies(s, 1.5, 0)`, "s flag", "[1,1,1,9,1,1,1,1]|[0,0,0,1,0,0,0,0]"},
		{`print s = dynamic([5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 50]) | extend (flag, score, base) = series_decompose_anomalies(s, 1.5, 0) | project flag, todouble(score[11]) > 1e6, isfinite(todouble(score[11])), todouble(score[0])`,
			"flag Column1 Column2 score_0", "[0,0,0,0,0,0,0,0,0,0,0,1]|True|True|0.0"},
		{`print s = range(0.1, 4.9, 0.1) | extend (flag, score, base) = series_decompose_anomalies(s, 1.5, 0, "linefit") | project array_sum(flag), series_stats_dynamic(score).max < 0.001`,
			"Column1 Column2", "0.0|True"},
		{`print s = dynamic([1, 5]) | project series_decompose_anomalies(s, 1.5, 0, "none", 0, "tukey")`,
			"series_decompose_anomalies_s_ad_flag series_decompose_anomalies_s_ad_score series_decompose_anomalies_s_baseline", "[0,0]|[-0.5,0.5]|[0.0,0.0]"},
		{`print s = dynamic(["a", 1]) | project flag = series_decompose_anomalies(s), array_length(series_seasonal(s))`,
			"flag Column1", "null|null"},

		// A season of four points with a rise; too short a series and noise have none.
		{`print s = dynamic([1, 4, 9, 4, 2, 5, 10, 5, 3, 6, 11, 6]) | project series_seasonal(s), series_seasonal(s, 0), series_seasonal(s, 2)[1]`, "Column1 Column2 Column3",
			"[2.0,5.0,10.0,5.0,2.0,5.0,10.0,5.0,2.0,5.0,10.0,5.0]|[0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0]|5.0"},
		{`print series_seasonal(dynamic([1, 9, 1, 9, 1, 9]))[1], series_seasonal(dynamic([3, 3, 3, 3, 3, 3, 3, 3, 3, 3]))[1], series_seasonal(dynamic([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]))[1]`,
			"print_0 print_1 print_2", "0.0|0.0|0.0"},
		{`print s = dynamic([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) | extend f = series_decompose_forecast(s, 4, 0)`, "s f", "[1,2,3,4,5,6,7,8,9,10]|[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0]"},

		// Tukey's fences are the quartiles; other percentiles are scaled as a normal distribution's are.
		{`print series_outliers(dynamic([0, 1, 2, 3, 4, null]), "tukey"), series_outliers(dynamic([0, 1, 2, 3, 12, -1]), "tukey", -1)`, "print_0 print_1",
			"[-0.5,0.0,0.0,0.0,0.5,0.0]|[-0.5,0.0,0.0,0.0,4.5,0.0]"},
		{`print o = series_outliers(range(0, 100)) | project round(todouble(o[100]), 4), o[50], round(todouble(o[0]), 4)`, "o_100 o_50 o_0", "0.2375|0.0|-0.2375"},
		{`print o = series_outliers(range(0, 100), "ctukey", 0, 25, 75) | project o[100]`, "o_100", "0.5"},
		{`print series_outliers(dynamic([1, 2]), "other"), series_outliers(dynamic([1, 2]), "ctukey", 0, 1, 75)`, "print_0 print_1", "null|null"},
	})
}

// TestKQLWarnings says where an answer is our own measure, or not as exact as Kusto's.
func TestKQLWarnings(t *testing.T) {
	for call, want := range map[string]string{
		`todecimal(strcat("0.00012345678901234500", s[99]))`: "",
		`todecimal(strcat("1234567890.1234567", s[99]))`:     "15 are kept",
		"series_seasonal(s)":                                 "found one of 4 points",
		"series_decompose_anomalies(s, 1.5, 0)":              "",
		"series_decompose_forecast(s, 9)":                    "found no season",
	} {
		source := exec.NewMemory()
		root, _, err := kql.Plan(context.Background(), syntax.NewFile("query", "datatable(s:dynamic)[dynamic([1, 4, 9, 4, 2, 5, 10, 5, 3, 6, 11, 6])] | project "+call), source, nil)
		if err != nil {
			t.Fatal(err)
		}
		result, err := exec.Run(context.Background(), root, source, exec.Options{AsOf: kqlAsOf})
		if err != nil {
			t.Fatal(err)
		}
		if got := result.Warnings; len(got) == 0 != (want == "") || want != "" && !strings.Contains(got[0].Text, want) {
			t.Errorf("%s warns %v, want %q", call, got, want)
		}
	}
}
