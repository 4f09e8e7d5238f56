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

		{`print series_dot_product(dynamic([1, 2, 3]), 2), series_dot_product(0.5, dynamic([4])), series_dot_product(dynamic([1, "x"]), 2)`, "print_0 print_1 print_2", "12.0|2.0|null"},
		{`print z = zlib_compress_to_base64_string("once"), g = gzip_compress_to_base64_string("once") | project z, zlib_decompress_from_base64_string(z), gzip_decompress_from_base64_string(g), gzip_compress_to_base64_string("")`,
			"z Column1 Column2 Column3", "eAEBBAD7/29uY2UENQGm|once|once|"},
	})
}
