package engine_test

import "casebook/engine"

// doubtful are hostile queries that only the benchmark cancels: what they call stands near to what has been late, once.
var doubtful = []longQuery{
	// Many short lists, and lists of lists: each call is short, and a batch of them long.
	{"INLINE STATS by lists", engine.ESQL, `FROM rows | STATS v = VALUES(n) BY k = n % 300 | INLINE STATS c = COUNT(*) BY v | SORT c`},
	{"aggregates of lists", engine.ESQL, `FROM rows | STATS v = VALUES(n) BY k = n % 1000 | STATS a = COUNT_DISTINCT(v), b = MEDIAN(v), c = TOP(v, 1000, "asc"), d = VALUES(v), e = STD_DEV(v), f = MEDIAN_ABSOLUTE_DEVIATION(v)`},
	{"sort by lists", engine.ESQL, `FROM rows | STATS v = VALUES(s), w = VALUES(n) BY k = n % 5000 | SORT v DESC, w | EVAL x = MV_COUNT(v)`},
	{"functions of lists", engine.ESQL, `FROM rows | STATS v = VALUES(n), s = VALUES(s) BY k = n % 400 | EVAL a = MV_SORT(v, "desc"), b = MV_MEDIAN(v), c = MV_ZIP(s, s, "-"), d = MV_DEDUPE(s), e = MV_SLICE(s, 0, 1000), f = MV_PSERIES_WEIGHTED_SUM(TO_DOUBLE(v), 1.5), g = MV_PERCENTILE(v, 50), h = MV_MEDIAN_ABSOLUTE_DEVIATION(v)`},
	{"sets of lists", engine.KQL, `rows | summarize l = make_list(n) by k = n % 400 | extend u = set_union(l, l), d = set_difference(l, pack_array(1)), i = set_intersect(l, l), j = jaccard_index(l, l), e = set_equals(l, l)`},
	{"lists as texts", engine.KQL, `rows | summarize l = make_list(bag_pack(s, n)) by k = n % 400 | extend t = tostring(l), u = dynamic_to_json(l), z = zip(l, l), p = treepath(l), q = array_sort_asc(l)`},
	{"lists of lists", engine.KQL, `rows | summarize l = make_list(n) by k = n % 300 | summarize m = make_list(pack_array(l, l)) | extend t = tostring(m), u = dynamic_to_json(m), s = set_union(m, m), p = treepath(m)`},
	{"series of lists", engine.KQL, `rows | summarize l = make_list(n) by k = n % 400 | extend f = series_fit_line(l), o = series_outliers(l), d = series_decompose_anomalies(l), q = series_fft(l), m = series_dot_product(l, l), a = series_fill_linear(l)`},
	{"sets of bags", engine.KQL, `rows | summarize s = make_set(bag_pack(s, n, 'n', n)), b = make_bag(bag_pack(s, n)), l = make_list(pack_array(s, n)) by n % 2`},
	{"distinct bags", engine.KQL, `rows | extend b = bag_pack(s, n, 'n', pack_array(n, s)) | summarize dcount(tostring(b)), take_any(b), s = make_set(b) by n % 500`},
	{"arg_max of all", engine.KQL, `rows | extend b = bag_pack(s, n) | summarize arg_max(n, *), arg_min(TimeGenerated, *) by s`},
	{"percentiles", engine.KQL, `rows | summarize percentiles_array(n, 5, 50, 95), percentilesw(n, n, 5, 50), tdigest(n), hll(s), stdev(n), variance(n) by n % 1000`},

	// Whole tables: what stands behind a sort or a join has its rows all at once.
	{"aggregates after a sort", engine.KQL, `rows | sort by s asc | summarize make_set(s), make_list(n), dcount(n), percentile(n, 50), arg_max(n, *) by n % 1000`},
	{"one group after a sort", engine.KQL, `rows | sort by s asc | summarize make_set(s), dcount(s), tdigest(n), b = make_bag(bag_pack(s, n))`},
	{"filters after a sort", engine.KQL, `rows | extend ` + columns(50) + ` | sort by n desc | where n > 5 | where x7 > 9 and s has "user" | sort by x9 asc`},
	{"cases after a sort", engine.KQL, `rows | sort by s asc | extend c = case(n % 3 == 0, s, n % 3 == 1, strcat(s, 'x'), tostring(n)), i = iff(n > 5, bag_pack(s, n), dynamic(null)), d = coalesce(s, tostring(n))`},
	{"patterns after a sort", engine.KQL, `rows | sort by s asc | parse s with "user" u:long | parse kind=regex s with r"[a-z]+" v`},
	{"expansion after a sort", engine.KQL, `rows | sort by s asc | extend a = pack_array(n, s) | mv-expand a | summarize count() by tostring(a)`},
	{"make-series after a sort", engine.KQL, `rows | sort by s asc | make-series c = count(), d = dcount(s) on n from 0 to 1000000 step 1000 by k = n % 100`},
	{"LIMIT BY after a sort", engine.ESQL, `FROM rows | SORT s | LIMIT 900000 | LIMIT 1 BY s, n | EVAL x = CASE(n > 5, s, n > 3, CONCAT(s, "x"), "z")`},
	{"GROK after a sort", engine.ESQL, `FROM rows | SORT s | LIMIT 900000 | GROK s "%{WORD:a}%{NUMBER:b}" | DISSECT s "us%{c}r%{d}" | STATS c = COUNT(*) BY a, b, d`},
	{"few keys", engine.KQL, `rows | take 3000 | extend k = 1 | join kind=inner (rows | take 3000 | extend k = 1, t = s) on k | summarize dcount(strcat(s, t))`},
	{"semi joins", engine.KQL, `rows | join kind=leftanti (rows | where n % 2 == 0) on s | join kind=rightsemi (rows) on s | lookup kind=leftouter (rows | project s, m = n) on s`},
	{"sort by bags", engine.KQL, `rows | take 120000 | extend b = bag_pack('n', pack_array(n, s), 's', s) | sort by tostring(b) desc | extend l = prev(b)`},
	{"mv-apply of a long list", engine.KQL, `rows | summarize l = make_list(n), m = make_list(s) | mv-apply a = l to typeof(long), b = m to typeof(string) on (sort by b asc, a desc | summarize x = make_list(b))`},
	{"scan of many columns", engine.KQL, `rows | extend ` + columns(900) + ` | sort by n asc | scan with (step a: n > 0; step b: n > a.x7;)`},
	{"distinct", engine.KQL, `rows | sort by n asc | distinct s, n | sample-distinct 900000 of s | top-hitters 1000 of s`},
	{"union of sorted", engine.KQL, `union (rows | sort by s asc), (rows | sort by n asc), (rows | extend z = bag_pack(s, n)) | summarize count() by s | sort by count_`},

	// Long texts of one row.
	{"long texts", engine.KQL, `texts | extend t = strrep(text, 150) | extend a = split(t, 'zz'), b = extract_all(@'(a{2}b)', t), c = indexof(t, 'zz'), d = trim('[ab]+', t), e = replace_regex(t, '[ab]{3}', 'c'), f = parse_xml(t), g = parse_url(t), h = gzip_compress_to_base64_string(t)`},
	{"points of a text", engine.KQL, `texts | extend c = unicode_codepoints_from_string(text) | extend s = unicode_codepoints_to_string(c), r = array_reverse(c), p = series_fft(c), q = translate(text, text, text), u = punycode_from_string(text)`},
	{"long JSON", engine.KQL, `texts | extend j = parse_json(strcat('[', replace_string(strrep(text, 100), 'ab', '{"a":1},'), '0]')) | extend t = tostring(j), p = treepath(j), a = array_length(j), b = set_union(j, j), e = extract_json('$[5].a', tostring(j))`},
	{"long key values", engine.KQL, `texts | extend t = replace_string(strrep(text, 100), 'ab', 'k=v ') | parse-kv t as (k: string, v: string) with (pair_delimiter=' ', kv_delimiter='=')`},
	{"long lists of texts", engine.ESQL, `FROM texts | EVAL p = SPLIT(REPEAT(text, 10), "b") | EVAL a = MV_SORT(p), b = MV_CONCAT(TO_UPPER(p), ","), c = MV_ZIP(p, p), d = MV_DEDUPE(p) | MV_EXPAND p | STATS COUNT(*) BY p`},
	{"paths and shapes", engine.ESQL, `FROM texts | EVAL t = CONCAT("LINESTRING(", REPLACE(REPEAT(text, 10), "ab", "1 2,"), "3 4)"), u = URL_DECODE(text), v = TO_GEOSHAPE(t)`},
}
