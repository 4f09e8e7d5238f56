package engine_test

import "testing"

// TestKQLValues asks what becomes of values at the edges: of texts that are cut, read and taken apart, of elements that are
// expanded, of what is missing. Kusto itself was asked by others, who published what it said.
func TestKQLValues(t *testing.T) {
	answerKQL(t, []kqlAnswer{
		// A part that begins before its text is empty, and so is one whose start or length is missing.
		{`datatable(s:string)["kusto"] | project substring(s, -9), substring(s, -9, 3), substring(s, -2, 9), substring(s, 1, -1), substring(s, 9), substring(s, 1, int(null)), substring(s, long(null))`,
			"Column1 Column2 Column3 Column4 Column5 Column6 Column7", "||to||||"},

		// Hexadecimal is read as a whole number, never as a real one.
		{`datatable(s:string)["0x1f", " 7 ", "+4", "5.", "1_0"] | project tolong(s), todouble(s)`, "s s1", "31|null\n7|7.0\n4|4.0\nnull|5.0\nnull|null"},
		{`print todatetime("3.4.2021"), todatetime("12.31.2021 5:06"), todatetime("31.12.2021")`, "print_0 print_1 print_2", "2021-03-04T00:00:00.0000000Z|2021-12-31T05:06:00.0000000Z|null"},
		{`print hash_md5(""), hash_sha1(tostring(int(null))), hash_sha256("") == "", strlen(hash_md5(" "))`, "print_0 print_1 print_2 print_3", "||True|32"},

		// In a dynamic literal a timespan is its ticks, texts beside each other are one, and numbers may be hexadecimal.
		{`print dynamic([1s, time(00:00:02), -0x10, 0xff]), tostring(pack_array(1s)), dynamic({"k": 'it''s' " one"})`, "print_0 print_1 print_2", `[10000000,20000000,-16,255]|["00:00:01"]|{"k":"its one"}`},

		// An element becomes a number only from a number, a boolean from a whole one, a datetime or a guid from a text.
		{`print a = dynamic([2, 2.5, "7", true, null]) | mv-expand n = a to typeof(int), b = a to typeof(bool), r = a to typeof(real), d = a to typeof(datetime), t = a to typeof(timespan), m = a to typeof(decimal) | project-away a`,
			"n b r d t m", "2|True|2.0|null|null|null\n2|null|2.5|null|null|null\nnull|null|null|null|null|null\nnull|True|null|null|null|null\nnull|null|null|null|null|null"},
		{`print a = dynamic(["5f5f5f5f-0000-0000-0000-000000000001", "2020-02-03"]) | mv-expand g = a to typeof(guid), d = a to typeof(datetime) | project g, d`, "g d", "5f5f5f5f-0000-0000-0000-000000000001|null\nnull|2020-02-03T00:00:00.0000000Z"},
		{`print d = dynamic([1, 2]) | mv-expand d limit 0 | count`, "Count", "0"},
		{`datatable(a:dynamic, b:dynamic)[dynamic([]), dynamic(["x"]), dynamic([]), dynamic([]), dynamic({"k":1}), dynamic([1, 2]), dynamic(null), dynamic([3])] | mv-expand with_itemindex=a a, b`, "a b a1",
			`null|x|0` + "\n" + `{"k":1}|1|0` + "\n" + `null|2|1` + "\n" + `null|3|0`},

		// What is missing among terms is the empty term, which every text has.
		{`print "x" has_any (dynamic([null])), "x" has_any (dynamic([])), "x" has_all (dynamic([])), "x" has_all (dynamic(["y", null])), "x1 y" has_any (dynamic([1, "x1"]))`, "print_0 print_1 print_2 print_3 print_4", "True|False|True|False|True"},
		{`datatable(s:string)["a_b", "ab", "a1", "xa b"] | project s has "a", s has "a ", s has " b", s has "_"`, "Column1 Column2 Column3 Column4", "True|False|False|True\nFalse|False|False|False\nFalse|False|False|False\nFalse|False|True|False"},

		// Beside a text an array or a bag is what it is written as.
		{`datatable(d:dynamic)[dynamic([]), dynamic(["all"]), dynamic({}), dynamic({"k":1}), dynamic("[]"), dynamic(null), dynamic(1)] | project d == "[]", d != "[]", d in ("{}", '["all"]'), '{"k":1}' == d, d == "1", d !in~ ('["ALL"]', "[]")`,
			"Column1 Column2 Column3 Column4 Column5 Column6",
			"True|False|False|False|False|False\nFalse|True|True|False|False|False\nFalse|True|True|False|False|True\nFalse|True|False|True|False|True\nTrue|False|False|False|False|False\nFalse|True|False|False|False|True\nFalse|True|False|False|False|True"},

		// Groups that an expression does not have are left out; without any that it has, all of them are meant.
		{`print s = "k1=v1;k2=v2" | project extract_all(@"(\w+)=(\w+)", dynamic([2, 9]), s), extract_all(@"(\w+)=(\w+)", dynamic([9]), s), extract_all(@"(\w+)=(\w+)", dynamic([2, 1]), s), isnull(extract_all(@"(\d{3})", s))`,
			"Column1 Column2 Column3 Column4", `["v1","v2"]|[["k1","v1"],["k2","v2"]]|[["v1","k1"],["v2","k2"]]|True`},

		// A URL is taken apart as it stands.
		{`print u = parse_url("https://me:pw@[::1]:8443/a%20b/?z=1&a=%31&z=2&=x&y=#end") | project u.Scheme, u.Host, u.Port, u.Path, u.Username, u.Password, u["Query Parameters"], u.Fragment`,
			"u_Scheme u_Host u_Port u_Path u_Username u_Password u_Query Parameters u_Fragment", `https|[::1]|8443|/a%20b/|me|pw|{"a":"%31","z":["1","2"]}|end`},
		{`datatable(s:string)["HTTP://Me@H.io/", "http://h.io/?q=1", "http://h.io/p/", "//h.io/p", "words", ""] | extend u = parse_url(s) | project u.Scheme, u.Host, u.Path`, "u_Scheme u_Host u_Path",
			"HTTP|Me@H.io|\nhttp|h.io|/\nhttp|h.io|/p/\n||\n||\n||"},
		{`print parse_urlquery("b=2&a=1&b=3&c")`, "print_0", `{"Query Parameters":{"a":"1","b":["2","3"]}}`},

		// Of an address in dotted figures the prefix is one of IPv4, however it is written; a zone is no part of an address.
		{`datatable(s:string)["::ffff:10.1.2.3/16", "10.1.2.3/16", "fe80::1%eth0", "::ffff:10.1.2.3/120", "10.1.2.3/33", "1::2::3"] | project parse_ipv6(s)`, "Column1",
			"0000:0000:0000:0000:0000:ffff:0a01:0000\n0000:0000:0000:0000:0000:ffff:0a01:0000\nfe80:0000:0000:0000:0000:0000:0000:0001\n\n\n"},

		// parse: a typed column before the last star may find no value; a regular expression wants booleans and reals written out.
		{`print s = "p=1;q=zz" | parse kind=relaxed s with "p=" p ";q=" q:long * | project p, q`, "p q", "1|null"},
		{`datatable(s:string)["v=1", "v=TRUE", "v=.5", "v=0.5"] | parse kind=regex s with "v=" b:bool | parse kind=regex s with "v=" r:real | project b, r`, "b r", "null|1.0\nTrue|null\nnull|null\nnull|0.5"},
		{`datatable(s:string)["n=1,m=x", "n=a,m=x"] | parse-where s with "n=" n:int ",m=" m | project n, m`, "n m", "1|x"},
		{`datatable(s:string)["a=1,b=zz,c=3"] | parse s with "a=" a:long ",b=" b:long ",c=" c | project a, b, c`, "a b c", "null|null|"},

		// One column is left of two that have the same name, in the place of the bag's.
		{`datatable(n:long, o:long, d:dynamic)[1, 2, dynamic({"a":"x","n":7})] | evaluate bag_unpack(d, columnsConflict="keep_source")`, "o a n", "2|x|1"},
		// What rounds a percentile is called after it; a column that is found gives its name, and what stands in for one none.
		{`datatable(y:real)[1.26, 2.5] | summarize round(percentile(y, 50), 1), percentile(y, 50)`, "percentile_y_50 percentile_y_501", "1.3|1.26"},
		{`print a = 1 | project column_ifexists("a", 0), column_ifexists("b", 2)`, "a Column1", "1|2"},

		{`let v = 5; datatable(x:long)[1, 2] | summarize n = count() by v`, "Column1 n", "5|2"},
		{`let v = 5; print x = 1 | project x, v | distinct v`, "v", "5"},

		// Booleans have an order; a text between elements needs an array, and anything else is its own text.
		{`datatable(b:bool)[true, false, bool(null)] | project b > false, b <= false, b between (false .. true)`, "Column1 Column2 Column3", "True|False|True\nFalse|True|True\nnull|null|null"},
		{`print strcat_array(dynamic("abc"), "-"), strcat_array(dynamic([1, true, null, {"k":"v"}]), "-"), strcat_array(dynamic(null), "-")`, "print_0 print_1 print_2", `abc|1-true--{"k":"v"}|`},

		{`print series_dot_product(dynamic([1, 2, 3]), 2), series_dot_product(0.5, dynamic([4])), series_dot_product(dynamic([1, "x", 3]), dynamic([2, 2, 2, 2])), series_dot_product(dynamic([]), 1)`, "print_0 print_1 print_2 print_3", "12.0|2.0|8.0|0.0"},
		{`print round(series_cosine_similarity(dynamic([3, 4, 9]), dynamic([4, 3])), 6), series_cosine_similarity(dynamic([]), dynamic([1]))`, "print_0 print_1", "0.96|null"},
		{`print z = zlib_compress_to_base64_string("once"), g = gzip_compress_to_base64_string("once") | project z, zlib_decompress_from_base64_string(z), gzip_decompress_from_base64_string(g), gzip_compress_to_base64_string("")`,
			"z Column1 Column2 Column3", "eAEBBAD7/29uY2UENQGm|once|once|"},

		// The bin that a timestamp falls into counts from the start; without a start or an end it counts from the data's.
		{`datatable(t:long, v:long)[7, 1, 12, 2, 29, 4] | make-series s = sum(v), n = count() default = 9 on t from 5 to 31 step 10`, "s n t", "[3,0,4]|[2,9,1]|[5,15,25]"},
		{`datatable(t:long, v:real)[3, 1.5, 11, 2.5] | make-series m = max(v) default = real(null) on t step 4`, "m t", "[1.5,null,2.5]|[0,4,8]"},

		// scan: what a step keeps of a run of rows, what it gives away, and what the steps before it had. The last step goes on as long as its rows do.
		{`datatable(t:long, e:string)[1, "in", 2, "try", 3, "try", 4, "out", 5, "in", 6, "out"] | sort by t asc
			| scan with_match_id=m declare (tries:long=0) with (step i output=none: e == "in"; step w output=last: e == "try" => tries = iff(w.tries == 0, 1, w.tries + 1); step o: e == "out" => tries = w.tries;)`,
			"t e tries m", "3|try|2|0\n4|out|2|0\n6|out|2|0"},
		{`range x from 1 to 6 step 1 | scan declare (run:long=0) with (step s: true => run = iff(s.run + x > 6, x, s.run + x);)`, "x run", "1|1\n2|3\n3|6\n4|4\n5|5\n6|6"},

		// partition: each part is a table of its own, and what is numbered in it begins anew.
		{`datatable(k:string, v:long)["b", 5, "a", 1, "b", 7, "a", 4] | partition hint.strategy=native by k (sort by v desc | extend r = row_number(), gap = v - next(v)) | sort by k asc, r asc`,
			"k v r gap", "a|4|1|3\na|1|2|null\nb|7|1|2\nb|5|2|null"},
		{`let U = datatable(who:string, n:long)["a", 1, "b", 2, "a", 3]; datatable(k:string)["a", "b", "c"] | partition hint.strategy=legacy by k { U | where who == toscalar(k) | summarize n = sum(n) | extend key = toscalar(k) } | sort by key asc`,
			"n key", "4|a\n2|b\n0|c"},
		{`datatable(k:string, v:long)["b", 5, "a", 1, "b", 7] | partition by k (as part | extend share = todouble(v) / toscalar(part | summarize sum(v)) | where share > 0.5) | sort by k asc`, "k v share", "a|1|1.0\nb|7|0.5833333333333334"},

		// The default join takes one left row of each key, null ones too.
		{`datatable(k:long, a:string)[long(null), "x", long(null), "y", 1, "z"] | join (datatable(k:long, b:string)[long(null), "p", long(null), "q"]) on k | project a, b | sort by b asc`, "a b", "x|p\nx|q"},
		{`datatable(k:long)[1, 1, 2] | join (datatable(k:long)[1, 2, 2]) on k | count`, "Count", "3"},
		{`datatable(k:long)[1, 1, 2] | join kind=inner (datatable(k:long)[1, 2, 2]) on k | count`, "Count", "4"},

		// Ranks of what is rounded, of spans of time, of what has weights; what is counted apart, of several kinds.
		// A datetime divided by a timespan is the time since the first day of the first year, in such spans.
		{`print n = datetime(0001-01-02)/1h, days = datetime(2024-01-01 12:00)/1d, clock = datetime(2024-01-01 13:45)%1d, none = datetime(null)/1h`, "n days clock none", "24.0|738885.5|13:45:00|null"},
		{`datatable(d:timespan)[1h, 4h, 2h, 8h] | summarize percentiles(d, 25, 75), percentile(d, 76)`, "percentile_d_25 percentile_d_75 percentile_d_76", "01:00:00|04:00:00|08:00:00"},
		{`datatable(v:real, w:long)[1.5, 0, 2.5, 3, 3.5, 1] | summarize percentilesw(v, w, 1, 75, 76)`, "percentile_v_1 percentile_v_75 percentile_v_76", "2.5|2.5|3.5"},
		{`datatable(t:datetime, b:bool, g:guid)[datetime(2024-01-01), true, guid(5f5f5f5f-0000-0000-0000-000000000001), datetime(null), false, guid(null), datetime(2024-01-01), true, guid(5f5f5f5f-0000-0000-0000-000000000001)] | summarize dcount(t), dcount(b), dcount(g, 2), dcountif(b, isnotnull(t))`,
			"dcount_t dcount_b dcount_g dcountif_b", "1|2|1|1"},
		{`range i from 1 to 4 step 1 | extend p = prev(i, 2), q = next(i, 3, 0) | where i > 1 | extend d = i - prev(i)`, "i p q d", "2|null|0|null\n3|1|0|1\n4|2|0|1"},
	})
}
