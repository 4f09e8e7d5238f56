package engine_test

import (
	"strings"
	"testing"

	"casebook/engine/syntax"
)

// TestKQLRefusals asks what the language does not have: each query must be refused at a place, for the reasons that are given.
func TestKQLRefusals(t *testing.T) {
	for _, tt := range []struct{ query, reason string }{
		// A table inside a function cannot follow the row that the function is called for.
		{`let T = datatable(d:long)[1]; let f = (h:long) { toscalar(T | summarize min(d) - h) }; datatable(x:long)[5] | project f(x)`, "'h' depends on the row"},
		{`let T = datatable(d:long)[1]; let f = (h:long) { let low = toscalar(T | where d > h | count); low }; datatable(x:long)[5] | project f(x)`, "'h' depends on the row"},
		{`let f = (n:long) { assert(n > 0, "a positive number") }; print f(-1)`, "a positive number"},
		{`let a = Missing | where x > 1; print y = 1`, "unknown table 'Missing'"},
		{`let a = Missing | where x > 1; union isfuzzy=true a, (a | take 1), (print y = undefined)`, "unknown column or name 'undefined'"},
		{`let a = Missing | where x > 1; union isfuzzy=true (print y = 1), a | union a`, "unknown table 'Missing'"},

		// Statements, names and functions.
		{`let x = 1;; print x`, "expected a statement, found ';'"},
		{`;print 1`, "expected a statement, found ';'"},
		{`let x = 1; let x = 2; print x`, "the name 'x' was given before"},
		{`let f = (a:long) { let y = 1; let y = 2; a + y }; print f(1)`, "the name 'y' was given before"},
		{`let f = (a:long, a:long) { a }; print f(1, 2)`, "the parameter 'a' is there twice"},
		{`let f = (a:long = 1, b:long) { a }; print f(1, 2)`, "the parameter 'b' wants a default"},
		{`let f = (a:long, T:(x:long)) { T }; f(1, print x = 1)`, "tables come first"},
		{`let f = (T:(x:long, *)) { T }; print x = 1 | invoke f()`, "'*' stands alone"},
		{`declare query_parameters(x:long = "a"); print x`, "its default a string"},
		{`print typeof(long)`, "a type is no value"},

		// What a comparison makes is no operand of another one.
		{`print 1 == 1 == true`, "found '=='"},
		{`print 1 < 2 < 3`, "found '<'"},
		{`print 3 in (1, 2) == false`, "found '=='"},
		{`print "a" + "b" =~ "AB"`, "not defined for string and bool"},
		{`print x = 1 | render`, "expected the kind of chart"},

		{`print hash(true)`, "not supported"},

		// A dynamic value is no boolean, has no order, and is cast before it stands beside another type.
		{`print d = dynamic({"a": true}) | project not(d.a)`, "wants a bool here, found dynamic"},
		{`print d = dynamic({"a": 1}) | project iff(d.a, 1, 2)`, "wants a bool here, found dynamic"},
		{`print d = dynamic({"a": 1}) | project coalesce(d.a, 2)`, "no type in common"},
		{`print d = dynamic({"a": 1}) | project max_of(d.a, 2)`, "wants a value that has an order here"},
		{`print d = dynamic({"a": 1, "b": 1}) | where d.a == d.b`, "the operator '==' is not defined for dynamic and dynamic (cast what is dynamic"},
		{`print d = dynamic([1]) | where d != dynamic([2])`, "the operator '!=' is not defined for dynamic and dynamic"},
		{`print d = dynamic({"a": 1, "b": 1}) | where d.a < d.b`, "the operator '<' is not defined for dynamic and dynamic"},
		{`print d = dynamic({"t": 1}) | where d.t > ago(1h)`, "the operator '>' is not defined for dynamic and datetime"},
		{`print d = dynamic({"t": 1}) | where d.t between (1h .. 2h)`, "is not defined for dynamic and timespan"},
		{`print d = dynamic({"t": 1}) | extend x = 1h / d.t`, "the operator '/' is not defined"},
		{`print n = 5 | where n in~ (5)`, "compares strings, found long"},

		// Regular expressions are constants, except those that look for one match.
		{`print s = "a", r = "b" | project trim(r, s)`, "wants a constant here"},
		{`print s = "a", r = "b" | project replace_regex(s, r, "")`, "wants a constant here"},
		{`print s = "a", r = "(b)" | project extract_all(r, s)`, "wants a constant here"},

		{`print x = 1 | summarize count() by x, x`, "the key 'x' is there twice"},
		{`let T = view() { print x = "a" }; T | search in (T) "a"`, "begins a query"},

		// Windows.
		{`range x from 1 to 2 step 1 | serialize p = prev(5)`, "wants a column, found a constant"},
		{`print n = 1h | serialize c = row_cumsum(n)`, "wants a number, found timespan"},
		{`print ['sample'] = 1 | project sample + 1`, "the keyword 'sample'"},

		// Arguments and lists.
		{`print case(1 == 1, "a", 2 == 2, "b")`, "takes arguments by 2s"},
		{`print bag_pack("a", 1, "b")`, "takes arguments by 2s"},
		{`print countof("aa", "a", "glob")`, "'normal' or 'regex'"},
		{`range x from 1 to 3 step 1 | where x in 1`, "expected '('"},
		{`range x from 1 to 3 step 1 | summarize percentile(x, 101)`, "from 0 to 100"},
		{`range x from 1 to 3 step 1 | summarize dcount(x, 9)`, "from 0 to 4"},
		{`range x from 1 to 3 step 1 | make-series make_list(x) on x from 1 to 2 step 1`, "aggregates that give numbers"},
		{`let F = () { print x = 3 }; union F*`, "no table is called like"},
		{`print x = 1 | where assert(x > 0, "x")`, "wants a constant boolean"},
		{`datatable(d:dynamic)[1] | project estimate_data_size(d)`, "not supported"},

		{`range t from 1 to 3 step 1 | make-series n = count(), n = sum(t) on t step 1`, "a column 'n' is already there"},
		{`print datetime_add("dayofyear", 1, now())`, "unknown part of a datetime 'dayofyear'"},
		{`print datetime_part("week", now())`, "unknown part of a datetime 'week'"},
		{`print x = 1 | summarize percentile()`, "wants a value and a rank"},

		// What parse has not, and what a dynamic literal has not.
		{`print s = "a" | parse-where kind=relaxed s with "a" b`, "parse-where has no relaxed kind"},
		{`print s = "a" | parse s with "a" b "" c`, "an empty text separates nothing"},
		{`print s = "a" | parse flags=i s with "a" b`, "flags are of parse kind=regex alone"},
		{`print dynamic([datetime(null)])`, "a dynamic literal has no datetime(…)"},
		{`print dynamic({"a": bool(true)})`, "a dynamic literal has no bool(…)"},
		{`datatable(k:string, n:long)["a", 1] | summarize x = strcat(k, tostring(count())) by k`, "the column 'k' stands outside of aggregates"},

		// A column is made and renamed once; of decimals, fifteen figures are kept and more are refused.
		{`print d = dynamic([1]) | mv-expand d to typeof(long), d to typeof(string)`, "a column 'd' is already given here"},
		{`print d = dynamic([1]), e = dynamic([2]) | mv-apply x = d, x = e on (take 1)`, "a column 'x' is already given here"},
		{`print x = 1 | project-rename a = x, b = x`, "the column 'x' is renamed twice"},
		{`print decimal(1234567890123456.5)`, "decimals of more than 15 figures are not supported"},

		// Behind a table that is not there, functions are looked at all the same; a fuzzy union leaves all of it out.
		{`let f = (a:long) { a }; print x = f(1) | join (Missing | where f(x) > 1 and strlen(s) > nope(2)) on x | extend z = rand()`,
			"unknown table 'Missing'; unknown function 'nope'; the function 'rand' is not supported"},
		{`Missing | where foo(1) | evaluate bag_unpack(d) | join (_Im_Dns()) on x | lookup (_GetWatchlist("a")) on k`, "unknown table 'Missing'; unknown function 'foo'"},
		{`union isfuzzy=true (Missing | where foo(x) and rand() > 1), (print x = also(1))`, "unknown function 'also'"},

		// What is counted with is a whole number that makes sense.
		{`print x = 1 | take -1`, "take wants a number from 0 on, found -1"},
		{`print x = 1 | take 1e99`, "take wants a constant whole number"},
		{`print x = 1 | take 1.0`, "take wants a constant whole number"},
		{`print x = 1 | top -1 by x`, "top wants a number from 0 on, found -1"},
		{`print x = 1 | top-hitters -1 of x`, "top-hitters wants a number from 0 on, found -1"},
		{`print x = 1 | top-nested -2 of x by count()`, "top-nested wants a number from 0 on, found -2"},
		{`range x from 1 to 3 step 0`, "a step that is not zero"},
		{`range x from 1h to 3h step 0h`, "a step that is not zero"},
		{`print - -1`, "expected a value after the sign, found '-' (one sign is enough"},
		{`print x = 1 | where * > 1`, "'*' cannot stand before '>'"},
		{`print x = "a", y = "c" | where * !has "b"`, "'*' before '!has' is only clear where one column holds text, and here are 2 (write not(* has"},

		// What the language has and casebook has not is not called unknown.
		{`print rand()`, "the function 'rand' is not supported (a rule must answer the same twice)"},
		{`print geo_point_to_h3cell(1, 2, 3)`, "the function 'geo_point_to_h3cell' is not supported (of grids there are"},
		{`datatable(a:string)["x"] | where labels(a) has "x"`, "the function 'labels' is not supported (there are no graphs)"},
		{`datatable(a:string)["x"] | evaluate autocluster()`, "the plugin 'autocluster' is not supported (which patterns"},
		{`datatable(a:string)["x"] | evaluate ai_embeddings(a, "x")`, "the plugin 'ai_embeddings' is not supported (it asks a hosted model"},
		{`datatable(a:string)["x"] | evaluate rows_near(a == "x", 1)`, "needs ordered rows"},
		{`range x from 1 to 3 step 1 | evaluate rows_near(x, 1)`, "the condition must be a boolean, found long"},
		{`range x from 1 to 3 step 1 | evaluate rows_near(x == 1, -1)`, "rows_near wants a number from 0 on, found -1"},
		{`range x from 1 to 3 step 1 | evaluate rows_near(x == 1)`, "the plugin 'rows_near' wants 2 to 3 arguments, found 1"},
		{`range x from 1 to 3 step 1 | evaluate rows_near(x == 1, NumRows = 2)`, "takes no named arguments"},
		{`datatable(t:datetime, u:long)[] | evaluate sliding_window_counts(u, t, 0, 4, 2, 1)`, "wants a datetime here, found long"},
		{`datatable(t:long, u:long)[] | evaluate sliding_window_counts(u, t, 0, 4, 2, "week")`, "wants a long here, found string (bins of a week"},
		{`datatable(t:long, u:long)[] | evaluate sliding_window_counts(u, t, 0, 4, 2, 1, u + 1)`, "wants a column here"},
		{`datatable(t:long, u:long)[] | evaluate sliding_window_counts(u, t, 0, 4, 2, 1, t)`, "the column 't' cannot be a dimension here"},
		{`datatable(t:string, u:long)[] | evaluate sliding_window_counts(u, t, "a", "b", "c", "d")`, "wants a column of times or numbers here, found string"},
		{`datatable(t:long)[] | evaluate dcount_intersect(t, t)`, "wants what hll() gives here, found long"},
		{`datatable(t:string, u:long)[] | evaluate session_count(u, t, 1, 2, 1, 1)`, "the plugin 'session_count' is not supported (which of its windows"},
		{`datatable(a:string)["x"] | distinct (x, y) = a`, "2 names for 1 column"},
		{`datatable(a:string, b:string)["x", "y"] | summarize count() by (x, y) = a`, "2 names for 1 column"},
		{`datatable(a:string)["x"] | evaluate pivott(a)`, "unknown plugin 'pivott' (did you mean 'pivot'?)"},
		{`datatable(a:string)["x"] | graph-match (a)-->(b) project a`, "the operator 'graph-match' is not supported"},
		{`print convert_energy(1, "ThermEc", "Joule")`, "the unit 'ThermEc' of convert_energy() is not supported"},
		{`print geo_distance_2points(1, 2, 3, 4, true)`, "on a spheroid are not supported"},
		{`print s = dynamic([1, 2]) | project array_length(series_decompose(s, 0))`, "gives several columns (extend them first"},
		{`print x = 1 | render timechrt`, "expected the kind of chart, found 'timechrt' (the kinds are 3Dchart, anomalychart"},
		{`print a = 1 | lookup kind=fullouter (print a = 1) on a`, "unknown kind of lookup 'fullouter' (the kinds are inner, leftouter)"},
		{`datatable(v:long)[1] | sort by v | scan with_match_id=m partition by v with (step s: true;)`, "scan with with_match_id and partition by is not supported"},
	} {
		t.Run(tt.query, func(t *testing.T) {
			_, _, err := askKQL(tt.query)
			if err == nil {
				t.Fatal("the query was read without a mistake")
			}
			errs := syntax.Errors(err)
			if len(errs) == 0 {
				t.Fatalf("no place: %v", err)
			}
			for i, reason := range strings.Split(tt.reason, "; ") {
				if i >= len(errs) || !strings.Contains(errs[i].Error(), reason) {
					t.Errorf("the reasons are %q, want %q", errs, reason)
				}
			}
		})
	}
}
