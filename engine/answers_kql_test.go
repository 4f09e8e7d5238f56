package engine_test

import (
	"strings"
	"testing"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/function"
)

// TestKQLAnswers asks what the language's documentation says and the suites leave thin: one query, its columns, its rows.
func TestKQLAnswers(t *testing.T) {
	answerKQL(t, []kqlAnswer{
		// Percentiles are nearest ranks: no value is made up between two.
		{`range x from 1 to 4 step 1 | summarize percentile(x, 50), percentile(x, 51)`, "percentile_x_50 percentile_x_51", "2|3"},
		{`datatable(x:real)[2.5, 1.5] | summarize percentiles(x, 0, 50, 100)`, "percentile_x_0 percentile_x_50 percentile_x_100", "1.5|1.5|2.5"},
		{`datatable(v:long, w:long)[10, 1, 20, 8, 30, 1] | summarize percentilew(v, w, 50), percentilesw_array(v, w, 5, 95)`, "percentile_v_50 percentiles_v", "20|[10,30]"},
		{`datatable(t:datetime)[datetime(2024-01-01), datetime(2024-01-03)] | summarize percentile(t, 100)`, "percentile_t_100", "2024-01-03T00:00:00.0000000Z"},
		{`datatable(x:long)[] | summarize percentile(x, 50), percentiles_array(x, 50)`, "percentile_x_50 percentiles_x", "null|[]"},

		// dcount counts values, not rows; null is no value, the empty text is one.
		{`datatable(s:string)["a", "", "a", "A"] | summarize dcount(s), count_distinct(s)`, "dcount_s count_distinct_s", "3|3"},
		{`datatable(n:long)[1, long(null), 1, 2] | summarize dcount(n), dcountif(n, n > 1)`, "dcount_n dcountif_n", "2|1"},
		{`range i from 1 to 5000 step 1 | summarize dcount(i % 7), make_set(i % 3, 2)`, "dcount_ set_", "7|[1,2]"},

		// What is made of an expression beside the greatest value has the number of its argument in its name.
		{`datatable(a:long, s:string)[1, "x", 3, "y"] | summarize arg_max(a, a * 2, s), take_any(a * 0), argmin(a, a + 1)`, "a max_a_arg1 s any_arg0 min_a min_a_arg1", "3|6|y|0|1|2"},
		{`datatable(a:long, s:string, k:long)[1, "x", 5, 3, "y", 5] | summarize argmax(a, *), arg_min(a, *) by k`, "k max_a max_a_s a s", "5|3|y|1|x"},
		{`datatable(a:long, s:string)[1, "x"] | summarize any(*), take_any(*)`, "any_a any_s a s", "1|x|1|x"},
		{`datatable(a:long, s:string)[] | summarize take_any(a), take_any(s)`, "a s", "null|"},
		{`datatable(a:long, s:string)[1, "x"] | project pack_array(*)`, "Column1", `[1,"x"]`},

		// An array's elements are cast, and texts are not read: "2" is no long.
		{`print a = dynamic([1, "2", 3.5, null]) | mv-expand a to typeof(long)`, "a", "1\nnull\n3\nnull"},
		{`print a = dynamic(["2024-01-01", "x", 5]) | mv-expand a to typeof(datetime)`, "a", "2024-01-01T00:00:00.0000000Z\nnull\nnull"},
		{`range t from datetime(2024-01-01) to datetime(2024-01-02) step 1d | summarize a = make_list(t) | mv-expand a to typeof(datetime)`, "a", "2024-01-01T00:00:00.0000000Z\n2024-01-02T00:00:00.0000000Z"},

		// A text is looked for among the texts of an array's values; a number is found where a text says it.
		{`print a = "50126" in (dynamic([50053, 50126])), b = "x" in~ (dynamic([1, "X"])), c = "5" !in (dynamic([5])), d = "true" in (dynamic([true])), e = "5" in (dynamic([5.5])), f = 5 in (dynamic(["5"]))`, "a b c d e f", "True|True|False|True|False|True"},
		{`datatable(r:string)["0", "50126", ""] | where r in (dynamic([50126, 0])) and r has_any (dynamic([50126]))`, "r", "50126"},

		// prev of a text is "" before the first row, of anything else null, unless a default is given.
		{`datatable(s:string, n:long)["a", 1, "b", 2] | serialize | extend p = prev(s), q = prev(n), d = next(n, 1, 9)`, "s n p q d", "a|1||null|2\nb|2|a|1|9"},
		{`datatable(n:long)[3, 1, 2] | sort by n asc | extend two = prev(n, 2, -1) | where prev(n) < n`, "n two", "2|-1\n3|1"},

		// A join of no kind keeps one left row a key; both keys stay.
		{`datatable(k:long, a:string)[1, "x", 1, "y", 2, "z"] | join (datatable(k:long, b:string)[1, "p", 1, "q"]) on k | sort by b asc`, "k a k1 b", "1|x|1|p\n1|x|1|q"},
		{`datatable(k:long, j:long)[1, 1, 1, 2] | join kind=leftanti (datatable(k:long, j:long)[1, 2]) on $left.k == $right.k and $left.j == $right.j`, "k j", "1|1"},
		{`datatable(k:string)["", "a"] | join kind=rightouter (datatable(k:string, n:long)["b", 1]) on k`, "k k1 n", "|b|1"},

		{`print x = 1, y = 2 | join (print x = 1, x1 = 3, y = 4) on x`, "x y x2 x1 y1", "1|2|1|3|4"},
		{`print x = 1, y = 2 | lookup (print x = 1, y = 3, y1 = 4) on x`, "x y y2 y1", "1|2|3|4"},
		{`print dynamic_to_json(datetime(2024-01-01)), dynamic_to_json(1h)`, "print_0 print_1", `"2024-01-01T00:00:00.0000000Z"|"01:00:00"`},

		// What hll and tdigest keep can be merged, and answers as if all had been seen at once.
		{`range x from 1 to 10 step 1 | summarize h = hll(x % 4) by x % 2 | summarize dcount_hll(hll_merge(h))`, "dcount_hll_hll_merge_h", "4"},
		{`range x from 1 to 10 step 1 | summarize h = hll(x), i = hll_if(x + 5, x > 2) | project dcount_hll(h), dcount_hll(hll_merge(h, i))`, "dcount_hll_h dcount_hll_hll_merged_result", "10|15"},
		{`range x from 1 to 1000 step 1 | summarize t = tdigest(x) by x % 3 | summarize t = tdigest_merge(t) | project percentile_tdigest(t, 50), percentiles_array_tdigest(t, dynamic([5, 100])), percentrank_tdigest(t, 685), rank_tdigest(t, 685)`,
			"percentile_tdigest_t percentile_tdigest_t1 Column1 Column2", "500|[50,1000]|68.5|685.0"},
		{`datatable(d:timespan, w:long)[1h, 1, 2h, 5, 3h, 1] | summarize t = tdigest(d, w) | project percentile_tdigest(t, 50, typeof(timespan)), rank_tdigest(t, 2h), tdigest_merge(t, t)[2]`,
			"percentile_tdigest_t Column1 tdigests_merge_result_2", "02:00:00|6.0|[2,10,2]"},
		{`datatable(x:long)[] | summarize hll(x), tdigest(x) | project isnull(hll_x), dcount_hll(hll_x), percentile_tdigest(tdigest_x, 50)`, "Column1 dcount_hll_hll_x percentile_tdigest_tdigest_x", "True|null|null"},
		{`print h = dynamic([[1024, 14], ["7", "8"], []]) | project dcount_hll(h), dcount_hll(dynamic([[1024, 14], [], [1]]))`, "dcount_hll_h dcount_hll_", "2|null"},

		// make-series leaves out the end, and fills only bins without rows.
		{`datatable(t:long, v:long)[1, 5, 3, long(null)] | make-series s = sum(v) default = -1 on t from 1 to 5 step 1`, "s t", "[5,-1,0,-1]|[1,2,3,4]"},
		{`datatable(t:long, g:string)[0, "a", 2, "b"] | make-series n = count() on t in range(0, 2, 1) by g | sort by g asc`, "g n t", "a|[1,0,0]|[0,1,2]\nb|[0,0,1]|[0,1,2]"},

		// has looks for whole terms, in any case.
		{`print "user_name=Bob" has "name", "username" has "name", "a.b.c" has "b.c", "a.bc" has "b", "x" has ""`, "print_0 print_1 print_2 print_3 print_4", "True|False|True|False|True"},
		{`print "one two" has_all ("TWO", "one"), "one two" has_any ("on", "tw"), "prefixed" hasprefix "PRE", "suffixed" hassuffix_cs "Fixed"`, "print_0 print_1 print_2 print_3", "True|False|True|False"},

		// A star stands for every column that holds text.
		{`datatable(s:string, t:string, n:long)["a b", "c", 1, "d", "e", 2] | where * matches regex "^[be]$" or * has "b"`, "s t n", "a b|c|1\nd|e|2"},
		{`datatable(s:string, n:long)["a b", 1, "d", 2] | where * !has "b"`, "s n", "d|2"},

		{`datatable(s:string)["port 443", "port 80"] | where s has_any (443, 8080) and s !in~ (443)`, "s", "port 443"},

		// Plugins whose columns are given, or found in data that is written in the query.
		{`datatable(n:long, d:dynamic)[1, dynamic({"z":1, "a":"x"}), 2, dynamic({"z":2.5})] | evaluate bag_unpack(d, "p_")`, "n p_a p_z", "1|x|1\n2||2.5"},
		{`datatable(n:long, d:dynamic)[1, dynamic({"z":1})] | evaluate bag_unpack(d) : (*, z:string, y:long)`, "n z y", "1|1|null"},
		{`datatable(n:long, d:dynamic)[1, dynamic({"n":7})] | evaluate bag_unpack(d, columnsConflict="replace_source")`, "n", "7"},
		{`datatable(who:string, what:string, n:long)["u", "r", 1, "u", "w", 2, "v", "w", 3] | evaluate pivot(what, sum(n)) | sort by who asc`, "who r w", "u|1|2\nv|0|3"},
		{`datatable(who:string, what:string)["u", "r", "v", "w"] | evaluate pivot(what) : (who:string, r:long, x:long) | sort by who asc`, "who r x", "u|1|0\nv|0|0"},
		{`datatable(a:long, b:string)[1, "x"] | evaluate narrow()`, "Row Column Value", "0|a|1\n0|b|x"},
		{`datatable(ip:string)["10.1.2.3", "11.0.0.1", "none"] | evaluate ipv4_lookup((datatable(net:string, name:string)["10.1.0.0/16", "inner", "10.0.0.0/8", "outer"]), ip, net, true)`, "ip net name",
			"10.1.2.3|10.1.0.0/16|inner\n10.1.2.3|10.0.0.0/8|outer\n11.0.0.1||\nnone||"},
		{`datatable(ip:string)["fe80::1"] | evaluate ipv6_lookup((datatable(net:string)["FE80:0::/64"]), ip, net)`, "ip net", "fe80::1|FE80:0::/64"},

		// find says where each row was found and packs what the condition does not name.
		{`let A = view() { datatable(u:string, n:long)["bob", 1] }; let B = view() { datatable(u:string, m:long)["eve", 2, "bob", 3] }; find in (A, B) where u == "bob"`, "source_ u pack_",
			`A|bob|{"n":1}` + "\n" + `B|bob|{"m":3}`},
		{`let A = view() { datatable(u:string, n:long)["bob", 1] }; find in (A) where n > 0 project n:string`, "source_ n", "A|1"},

		// Several arrays are put in the order of the first; one of another length is null.
		{`print array_sort_asc(dynamic([3, 1, 2]), dynamic(["c", "a", "b"]), dynamic([1]))`, "array0_sorted array1_sorted array2_sorted", `[1,2,3]|["a","b","c"]|null`},
		{`print x = array_sort_desc(dynamic([null, 1, 2]), dynamic(["n", "a", "b"]), false)[1]`, "x", `["n","b","a"]`},

		// Series taken apart with a period that is given: the median of each phase, then the trend, then what is left.
		{`print s = dynamic([1, 5, 1, 5, 9, 5]) | extend (base, season, trend, rest) = series_decompose(s, 2, "none")`, "s base season trend rest",
			"[1,5,1,5,9,5]|[1.0,5.0,1.0,5.0,1.0,5.0]|[1.0,5.0,1.0,5.0,1.0,5.0]|[0.0,0.0,0.0,0.0,0.0,0.0]|[0.0,0.0,0.0,0.0,8.0,0.0]"},
		{`print series_fill_linear(dynamic([null, 2, null, 6])), series_fill_linear(dynamic([1.0, null, 2.0]), real(null), false)`, "print_0 print_1", "[2,2,4,6]|[1.0,1.5,2.0]"},
		{`print series_iir(dynamic([1, 1, 1]), dynamic([1]), dynamic([1, -1]))`, "print_0", "[1.0,2.0,3.0]"},
		{`print y = dynamic([1, 4, 9, 16]) | project (r, c) = series_fit_poly(y, dynamic([1, 2, 3, 4]), 2) | project round(r, 6), array_length(c)`, "r Column1", "1.0|3"},
		{`print y = dynamic([1, 2, 3, 7, 5, 3]) | extend (r, at) = series_fit_2lines(y) | project at, round(r, 6)`, "at r", "3|1.0"},
		{`print f = series_fit_2lines_dynamic(dynamic([1, 2, 3, 7, 5, 3])) | project f.split_idx, round(todouble(f.right.slope), 6), round(todouble(f.left.slope), 6)`, "f_split_idx f_right_slope f_left_slope", "3|-2.0|1.0"},
		{`print y = dynamic([1, 0, 0, 0]) | extend (re, im) = series_fft(y) | extend (back) = series_ifft(re, im) | project re, round(todouble(back[0]), 6), abs(todouble(back[1])) < 0.001`, "re back_0 Column1", "[1.0,1.0,1.0,1.0]|1.0|True"},

		// The heaviest value of each level comes first; of those that weigh the same, the one that came up last.
		{`datatable(a:string, b:string, n:long)["p", "x", 1, "q", "y", 2, "p", "z", 1, "r", "x", 5] | top-nested of a by sum(n), top-nested 1 of b by sum(n)`, "a aggregated_a b aggregated_b",
			"r|5|x|5\nq|2|y|2\np|2|z|1"},
		{`datatable(a:string)["p", "q", "p", "r"] | top-hitters 2 of a`, "a approximate_count_a", "r|1\np|2"},

		// Texts of other kinds.
		{`print parse_xml("<a x='1'>t<b/><b>2</b></a>"), parse_xml("<a>")`, "print_0 print_1", `{"a":{"@x":"1","#text":"t","b":[null,"2"]}}|null`},
		{`print parse_command_line('run "a b" c\\"d', "windows"), parse_command_line("", "windows")`, "print_0 print_1", `["run","a b","c\"d"]|null`},
		{`print punycode_from_string("bücher"), punycode_to_string("bcher-kva"), punycode_domain_from_string("bücher.example"), punycode_domain_to_string("xn--bcher-kva.example")`,
			"print_0 print_1 print_2 print_3", "bcher-kva|bücher|xn--bcher-kva.example|bücher.example"},
		{`print indexof_regex("a1b22c", @"\d+"), indexof_regex("a1b22c", @"\d+", 0, -1, 2), indexof_regex("a", "b"), indexof_regex("a", "a", -1)`, "print_0 print_1 print_2 print_3", "1|3|-1|null"},
		{`print hash("") == hash(""), hash("a") != hash("b"), hash("a", 1)`, "print_0 print_1 print_2", "True|True|0"},
		{`print ipv4_range_to_cidr_list("10.0.0.1", "10.0.0.4")`, "print_0", `["10.0.0.1/32","10.0.0.2/31","10.0.0.4/32"]`},
		{`print replace_strings("cat, dog", dynamic(["cat", "dog", 1]), dynamic(["dog", "pig"])), replace_strings("this", dynamic(["is", "this"]), dynamic(["at", "x"]))`, "print_0 print_1", "dog, pig|that"},
		{`print bag_set_key(dynamic({"a":{"b":1}}), "$.a.c", 2), bag_set_key(dynamic({}), "a", dynamic([1])), bag_zip(dynamic(["a", 1]), dynamic(1))`, "print_0 print_1 print_2", `{"a":{"b":1,"c":2}}|{"a":[1]}|{"a":null}`},
		{`print tohex(-1), tohex(int(-1)), tohex(10, 4), tohex(4096, 2)`, "print_0 print_1 print_2 print_3", "ffffffffffffffff|ffffffff|000a|1000"},
		{`print indexof("abab", "b", 0, 3, 2), series_stats_dynamic(dynamic([1, null]), true).avg`, "print_0 print_1", "3|1.0"},
		{`print treepath(dynamic({"a":[1, {"b":2}]}))`, "print_0", `["['a']","['a'][0]","['a'][0]['b']"]`},

		// Clocks and bins that the query sets.
		{`set query_bin_auto_size = 1d; print bin_auto(datetime(2024-01-31 05:00))`, "print_0", "2024-01-31T00:00:00.0000000Z"},
		{`set query_now = datetime(2024-05-06); print from_ = todatetime('{{StartTimeISO}}'), to_ = "{{EndTimeISO}}"`, "from_ to_", "2024-05-05T00:00:00.0000000Z|2024-05-06T00:00:00.0000000Z"},
		{`set query_now = datetime(2024-05-06); print now(), ago(1d)`, "print_0 print_1", "2024-05-06T00:00:00.0000000Z|2024-05-05T00:00:00.0000000Z"},
		{`set query_bin_auto_size = 10; set query_bin_auto_at = 3; print x = 25 | summarize count() by bin_auto(x)`, "x count_", "23|1"},
		{`print todatetime("Wed, 14 Feb 24 05:06 GMT"), todatetime("Wednesday, 14-Feb-24 05:06:07"), todatetime("14 Feb 2024")`, "print_0 print_1 print_2",
			"2024-02-14T05:06:00.0000000Z|2024-02-14T05:06:07.0000000Z|2024-02-14T00:00:00.0000000Z"},

		{`print todatetime("2014-11-08 15:05:25 GMT"), todatetime("2014-11-08T15:05 GMT"), todatetime("Sat, 8 Nov 14 15:05:02 GMT")`, "print_0 print_1 print_2",
			"2014-11-08T15:05:25.0000000Z|2014-11-08T15:05:00.0000000Z|2014-11-08T15:05:02.0000000Z"},

		// A long text is matched like a short one.
		{`print t = strcat(strrep(strrep("a", 1000), 200), " secret 12") | project t matches regex "secret", extract(@"secret (\d+)", 1, t)`, "Column1 Column2", "True|12"},

		// A session begins anew at the distance that is given, and after a time that is missing.
		{`datatable(t:datetime)[datetime(2024-01-01 00:00), datetime(2024-01-01 00:05), datetime(null), datetime(2024-01-01 00:06)] | serialize | extend s = row_window_session(t, 1h, 5m)`, "t s",
			"2024-01-01T00:00:00.0000000Z|2024-01-01T00:00:00.0000000Z\n2024-01-01T00:05:00.0000000Z|2024-01-01T00:05:00.0000000Z\nnull|null\n2024-01-01T00:06:00.0000000Z|2024-01-01T00:06:00.0000000Z"},

		// Keywords are names where they are given, and in brackets where they are read.
		{`print title = 1, by = 2 | project ['title'], to = ['by']`, "title to", "1|2"},
		{`let one = () { print x = 1 }; one | union one`, "x", "1\n1"},

		// Views stand beside tables in wildcards; search and find look through them when nothing else is there to search.
		{`let V1 = view() { print x = 1 }; let V2 = view() { print x = 2 }; let F = () { print x = 3 }; union V* | sort by x asc`, "x", "1\n2"},
		{`let V1 = view() { print x = 1 }; let W = view() { print x = 2 }; union isfuzzy=true V*, None* | count`, "Count", "1"},
		{`let A = view() { range n from 1 to 3 step 1 }; let B = view() { range n from 3 to 4 step 1 }; search n == 3`, "$table n", "A|3\nB|3"},
		{`let A = view() { datatable(u:string, n:long)["bob", 1] }; let B = view() { datatable(u:string, m:long)["eve", 2] }; find u == "eve"`, "source_ u pack_", `B|eve|{"m":2}`},
		{`let A = datatable(x:long)[1, -1]; union isfuzzy=true (A | where x > 0), (Missing | where x > 0)`, "x", "1"},

		// The others of top-nested stand for what a level leaves out, and have nothing in the levels below.
		{`datatable(g:string, h:string, v:long)["a", "x", 5, "a", "y", 2, "b", "x", 4, "c", "z", 1] | top-nested 1 of g with others = "rest" by sum(v), top-nested 1 of h with others = "more" by n = sum(v) | sort by g asc, n desc`,
			"g aggregated_g h n", "a|7|x|5\na|7|more|2\nrest|5||null"},
		{`datatable(g:long)[1, 1, 2] | top-nested 5 of g with others = -1 by count()`, "g aggregated_g", "1|2\n2|1"},
		{`datatable(g:string)["a", "a", "b"] | top-hitters 2 of g | extend r = row_number()`, "g approximate_count_g r", "b|1|1\na|2|2"},

		// What the lexer knows: booleans in three ways, fenced texts, names that begin with figures, units of time.
		{"print True, FALSE, a = h~~~x \"y\"~~~, 4xx = 1, 200nanos == 2tick, 1hr == 60minutes | extend b = 4xx + 1", "print_0 print_1 a 4xx print_4 print_5 b", `True|False|x "y"|1|True|True|2`},

		// Orders bind tighter than equality, and texts are compared before anything else is.
		{`print true == 1 < 2, 1 + 2 between (2 .. 3), "a" =~ "A" == true, 2 > 1 != false`, "print_0 print_1 print_2 print_3", "True|True|True|True"},

		// Versions are compared by all their figures, of which a number keeps fifteen.
		{`datatable(a:string, b:string)["1.2.3.40", "1.2.3.41", "1.10", "1.9.9", "1.0", "1", "x", "1"] | project parse_version(a) == parse_version(b), parse_version(a) < parse_version(b), parse_version(a) >= parse_version(b)`,
			"Column1 Column2 Column3", "False|True|False\nFalse|False|True\nTrue|False|True\nFalse|null|null"},
		{`range x from 1 to 3 step 1 | consume | count`, "Count", "0"},

		// A fuzzy union leaves out what reads tables that are not there, behind functions, lets and joins too.
		{`let f = (t:string) { table(t) | where x > 0 }; let a = f("Missing"); let b = datatable(x:long)[1]; union isfuzzy=true a, b`, "x", "1"},
		{`let f = (t:string) { print k = 1 | join kind=inner (table(t)) on k }; union isfuzzy=true (f("Missing")), (imMissing(a=1) | where x > 0), (print x = 2)`, "x", "2"},

		// A text can be compared with a number that is written there; the number is read as a text.
		{`datatable(s:string)["0", "50125", ""] | summarize countif(s == 0), countif(s != 0), countif(0 == s), countif(s in (0, 50125))`, "countif_ countif_1 countif_2 countif_3", "1|2|1|2"},

		// White space around a value of parse-kv is none of it, unless it is quoted.
		{`print s = "a: x y , b: ' q '" | parse-kv s as (a:string, b:string) with (pair_delimiter=",", kv_delimiter=":", quote="'") | project strcat("<", a, ">"), strcat("<", b, ">")`, "Column1 Column2", "<x y>|< q >"},

		// The beta distribution and the test that is made of it.
		{`print round(beta_cdf(0.3, 2, 3), 9), round(beta_pdf(0.5, 2, 2), 9), round(beta_inv(0.3483, 2, 3), 9), isnan(beta_cdf(2, 1, 1)), isnan(beta_pdf(0.5, -1, 1)), beta_inv(1.5, 1, 1)`,
			"print_0 print_1 print_2 print_3 print_4 print_5", "0.3483|1.5|0.3|True|True|null"},
		{`print isnan(beta_inv(0.5, real(nan), 1)), isnan(beta_inv(0.5, 1e300, 1e300)), isnan(welch_test(1, real(nan), 10, 1, 2, 20))`, "print_0 print_1 print_2", "True|True|True"},
		{`print round(welch_test(10, 4, 5, 12, 4, 5), 6), welch_test(1, 1, 10, 1, 2, 20)`, "print_0 print_1", "0.152502|1.0"},

		// What a column takes, and what a query is sure of.
		{`datatable(s:string, n:long, i:int, b:bool)["ab", 1, 2, true, "é", 3, 4, false] | project estimate_data_size(*), estimate_data_size(s, n)`, "Column1 Column2", "15|10\n15|10"},
		{`let least = (n:long, s:string) { assert(n > 0, "a positive number") and strlen(s) > n }; datatable(s:string)["ab", "abc"] | where least(2, s)`, "s", "abc"},
		{`print round(12345, -2), round(-15, -1), round(14, -1), round(7, 2)`, "print_0 print_1 print_2 print_3", "12300|-20|10|7"},

		// A timespan longer than any is none.
		{`datatable(d:timespan)[10675198d] | project d + d, -d - d, d * 2, 2 * d, d * 1.5, d * 1, d - d, d * 0, d * -1`, "Column1 Column2 Column3 Column4 Column5 Column6 Column7 Column8 Column9",
			"null|null|null|null|null|10675198.00:00:00|00:00:00|00:00:00|-10675198.00:00:00"},

		// A function's arguments may come from the row; lets in it may use them.
		{`let f = (n:long) { let twice = n * 2; twice + 1 }; datatable(x:long)[1, 2] | summarize s = sum(f(x)), m = max(f(x + 1))`, "s m", "8|7"},
	})
}

// kqlAnswer is a query, the names of its columns, and its rows.
type kqlAnswer struct{ query, columns, rows string }

// answerKQL asks each query and compares what it gives.
func answerKQL(t *testing.T, answers []kqlAnswer) {
	t.Helper()
	answerKQLOf(t, exec.NewMemory(), answers)
}

func answerKQLOf(t *testing.T, source *exec.Memory, answers []kqlAnswer) {
	for _, tt := range answers {
		t.Run(tt.query, func(t *testing.T) {
			fields, rows, err := askKQLOf(source, tt.query)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, f := range fields {
				names = append(names, f.Name)
			}
			if got := strings.Join(names, " "); got != tt.columns {
				t.Errorf("columns\n got %s\nwant %s", got, tt.columns)
			}
			if got := rowTexts(fields, rows); got != tt.rows {
				t.Errorf("rows\n got %s\nwant %s", got, tt.rows)
			}
		})
	}
}

// rowTexts is rows as text, a line each.
func rowTexts(fields []column.Field, rows [][]any) string {
	lines := make([]string, len(rows))
	for i, row := range rows {
		cells := make([]string, len(row))
		for k, x := range row {
			cells[k] = "null"
			if x != nil {
				cells[k] = function.Text(column.Dynamic, x)
				if b, ok := x.(bool); ok && fields[k].Type == column.Bool {
					cells[k] = function.Text(column.Bool, b)
				}
			}
		}
		lines[i] = strings.Join(cells, "|")
	}
	return strings.Join(lines, "\n")
}
