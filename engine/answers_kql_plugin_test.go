package engine_test

import "testing"

// TestKQLPlugins asks what the documentation says of plugins that a few stages say.
func TestKQLPlugins(t *testing.T) {
	const states = `datatable(t:datetime, v:long, s:string)[datetime(2021-06-04), 11, "fine", datetime(2021-06-05), 15, "fine", datetime(2021-06-06), 2, "fine",
		datetime(2021-06-07), 19, "bad", datetime(2021-06-08), 12, "fine", datetime(2021-06-09), 7, "fine", datetime(2021-06-10), 9, "fine"] | sort by t asc | project v, s`
	const visits = `datatable(who:string, t:datetime)["Bob", datetime(2017 - 08 - 01), "David", datetime(2017-08-01), "David", datetime(2017-08-01), "John", datetime(2017-08-01),
		"Bob", datetime(2017-08-01), "Ananda", datetime(2017-08-02), "Atul", datetime(2017-08-02), "John", datetime(2017-08-02), "Ananda", datetime(2017-08-03),
		"Atul", datetime(2017-08-03), "Atul", datetime(2017-08-03), "John", datetime(2017-08-03), "Bob", datetime(2017-08-03), "Betsy", datetime(2017-08-04), "Bob", datetime(2017-08-05)]`
	answerKQL(t, []kqlAnswer{
		// Rows before and behind one where the condition is true come once and in their order; the row before them is not seen any more.
		{states + ` | evaluate rows_near(s == "bad", 2)`, "v s", "15|fine\n2|fine\n19|bad\n12|fine\n7|fine"},
		{states + ` | evaluate rows_near(s == "bad", 0, 1) | extend before = prev(v)`, "v s before", "19|bad|null\n12|fine|19"},
		{`range x from 1 to 20 step 1 | evaluate rows_near(x in (3, 5, 19), 1, 3) | summarize make_list(x)`, "list_x", "[2,3,4,5,6,7,8,18,19,20]"},
		{`range x from 1 to 4 step 1 | evaluate rows_near(prev(x) == 3, 9223372036854775807, 0) | count`, "Count", "4"},
		{`range x from 1 to 4 step 1 | evaluate rows_near(x == 9, 2) | count`, "Count", "0"},

		// A window sees the rows of its own bin and of those before it; what lies before the start is seen by the windows that reach back to it.
		{visits + ` | evaluate sliding_window_counts(who, t, datetime(2017-08-01), datetime(2017-08-07), 3d, 1d) | project d = dayofmonth(t), Count, Dcount | sort by d asc`, "d Count Dcount",
			"1|5|3\n2|8|5\n3|13|5\n4|9|5\n5|7|5\n6|2|2\n7|1|1"},
		{visits + ` | evaluate sliding_window_counts(who, t, datetime(2017-08-03), datetime(2017-08-04), 36h, 1d) | project d = dayofmonth(t), Count, Dcount | sort by d asc`, "d Count Dcount", "3|5|4\n4|1|1"},
		{`datatable(t:real, u:long, d:string)[0.5, 1, "a", 1.2, 2, "a", 3.7, 1, "b", -1.0, 5, "a", real(null), 1, "a", -2.0, 7, "a"] | evaluate sliding_window_counts(u, t, 0, 4.5, 2, 1, d) | sort by d asc, t asc`,
			"t d Count Dcount", "0.0|a|2|2\n1.0|a|2|2\n2.0|a|1|1\n3.0|b|1|1\n4.0|b|1|1"},

		// What all sketches so far have seen.
		{`range x from 1 to 100 step 1 | summarize a = hll(iff(x % 2 == 0, x, 0)), b = hll(iff(x % 3 == 0, x, 0)), c = hll(iff(x % 5 == 0, x, 0)) | evaluate dcount_intersect(a, b, c) | project s0 - 1, s1 - 1, s2 - 1`,
			"Column1 Column2 Column3", "50|16|3"},
		{`datatable(x:long)[] | summarize h = hll(x) | extend s0 = 1 | evaluate dcount_intersect(h, h) | project-away h`, "s0 s01 s1", "1|null|null"},

		// distinct names what it makes.
		{`datatable(s:string, n:long)["a", 1, "A", 1] | distinct x = tolower(s), n, strlen(s)`, "x n strlen_s", "a|1|1"},
	})
}
