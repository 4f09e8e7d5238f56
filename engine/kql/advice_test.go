package kql

import (
	"context"
	"strings"
	"testing"

	"casebook/engine/syntax"
)

// TestAdvice makes the mistakes of somebody who knows other query languages better: each is told once, with what to do.
func TestAdvice(t *testing.T) {
	for _, tt := range []struct{ query, want string }{
		{`T | where TimeGenerated > ago(1 d)`, "1:33: expected ')', found 'd' (a time is a number and its unit together, such as 7d, 1h or 30m)"},
		{`T | where ModelName = "gpt-4"`, "1:21: expected '|', ';' or the end of the query, found '=' (== compares; = gives a name)"},
		{`T | where ModelName like "gpt%"`, "1:21: the operator 'like' is not supported (use has, contains, startswith or matches regex)"},
		{`T | where ModelName == "a" && Tokens > 5`, "1:28: unexpected characters '&&' (the word is 'and')"},
		{`T | where ModelName == "a" || Tokens > 5`, "1:29: expected an operator, found '|' (the word is 'or')"},
		{`T | where ModelName == "a" AND Tokens > 5`, "1:28: expected '|', ';' or the end of the query, found 'AND' (write it in small letters: and)"},
		{`T | where ModelName == “a”`, "1:24: unexpected character '“' (a string stands in plain quotes: \" or ')\n1:26: unexpected character '”' (a string stands in plain quotes: \" or ')"},
		{`T | where ModelName startwith "g"`, "1:21: expected '|', ';' or the end of the query, found 'startwith' (did you mean 'startswith'?)"},
		{`T | where ModelName not in ("a")`, "1:21: expected '|', ';' or the end of the query, found 'not' (write !in)"},
		{`T | where not ModelName == "a"`, "1:15: expected '|', ';' or the end of the query, found 'ModelName' (write not(…))"},
		{`T | where !isempty(ModelName)`, "1:11: expected an expression, found '!' (write not(…))"},
		{`T | where ModelName is null`, "1:21: expected '|', ';' or the end of the query, found 'is' (use isnull() or isempty())"},
		{`T | where ModelName in "a", "b"`, "1:24: expected '(', found a string (write in (…, …))"},
		{`T | where ModelName in ("a", T)`, "1:30: a list of several values holds no table (a table is a list alone: in (Table); with others toscalar(Table | summarize make_set(x)) is one of them)"},
		{`T | where ModelName !in~ ((T | project ModelName), "a") or ModelName has_any (T, T)`, strings.Join([]string{
			"1:28: a list of several values holds no table (a table is a list alone: in (Table); with others toscalar(Table | summarize make_set(x)) is one of them)",
			"1:79: a list of several values holds no table (a table is a list alone: in (Table); with others toscalar(Table | summarize make_set(x)) is one of them)",
			"1:82: a list of several values holds no table (a table is a list alone: in (Table); with others toscalar(Table | summarize make_set(x)) is one of them)"}, "\n")},
		{`T | where Tokens between 1 and 2`, "1:26: expected '(', found '1' (write between (… .. …))"},
		{`T | where Tokens between (1, 2)`, "1:28: expected '..', found ',' (write between (… .. …))"},
		{`T | where ModelName == Claude`, "1:24: unknown column or name 'Claude' (a text stands in quotes: \"Claude\")"},
		{`T | where Tokens > "5"`, "1:18: the operator '>' is not defined for long and string (write the number without quotes)"},
		{`T | where ModelName > Tokens`, "1:21: the operator '>' is not defined for string and long (cast the text with tolong() or todouble())"},
		{`T | where TimeGenerated > "2024-01-01"`, "1:25: the operator '>' is not defined for datetime and string (write datetime(2024-01-31) for a time)"},
		{`T | extend x = TimeGenerated - "1h"`, "1:30: the operator '-' is not defined for datetime and string (write 1h, 30m or 7d for a timespan)"},
		{`T | extend x = Tokens + ModelName`, "1:23: the operator '+' is not defined for long and string (strcat() puts texts together)"},
		{`T | where TimeGenerated > ago("1d")`, "1:31: the function 'ago' wants a timespan here, found string (write it without quotes, with its unit: 1d, 6h or 30m)"},
		{`T | summarize count() by bin(TimeGenerated, "1h")`, "1:45: the function 'bin' wants a timespan here, found string (write it without quotes, with its unit: 1d, 6h or 30m)"},
		{`T | summarize count by ModelName`, "1:15: unknown column or name 'count' (the function is written count())"},
		{`T | summarize count(*) by ModelName`, "1:21: '*' cannot be an argument of 'count' (count() counts rows)"},
		{`T | summarize make_list(ModelName), by Tokens`, "1:37: expected an expression, found the keyword 'by' (take the comma before it away, or write ['by'] if it is a name)"},
		{`T | summarize n = count() by ModelName | where count_ > 5`, "1:48: unknown column or name 'count_' (the columns here are ModelName, n)"},
		{`T | where count() > 5`, "1:11: the aggregate 'count' can only stand in summarize or make-series (summarize first, then where)"},
		{`T | count()`, "1:10: expected '|', ';' or the end of the query, found '(' (the operator count takes no parentheses)"},
		{`T | select ModelName`, "1:5: unknown operator 'select' (KQL's operator is project)"},
		{`select ModelName from T`, "1:8: expected '|', ';' or the end of the query, found 'ModelName' (a query begins with its table: Table | project …)"},
		{`T, U | count`, "1:2: expected '|', ';' or the end of the query, found ',' (write union T, … to read several tables)"},
		{`T | project ModelName as m`, "1:23: expected '|', ';' or the end of the query, found 'as' (a name stands before its value: name = …)"},
		{`T | sort by ModelName descending`, "1:23: expected '|', ';' or the end of the query, found 'descending' (write desc)"},
		{`T | extend x = substr(ModelName, 1)`, "1:16: unknown function 'substr' (KQL has substring())"},
		{`T | where contains(ModelName, "a")`, "1:11: expected an expression, found the keyword 'contains' (it is an operator: x contains …)"},
		{`T | extend x = case(Tokens > 5, "a", Tokens > 3, "b")`, "1:16: the function 'case' takes arguments by 2s, and found 4 (2 at a time, and 1 more)"},
		{`T | where TimeGenerated > 2024-01-01`, "1:25: the operator '>' is not defined for datetime and long (write datetime(2024-01-31) for a time)"},
		{`T | where TimeGenerated - ago(1d) > 5`, "1:35: the operator '>' is not defined for timespan and long (write 1h, 30m or 7d for a timespan)"},
		{`T | extend d = todynamic(ModelName) | where d.n > "5"`, "1:49: the operator '>' is not defined for dynamic and string (cast what is dynamic: tostring(…), tolong(…))"},
		{`T | extend x = 1 y = 2`, "1:18: expected '|', ';' or the end of the query, found 'y' (a comma stands between columns)"},
		{`T | where ModelName == "a" Tokens > 5`, "1:28: expected '|', ';' or the end of the query, found 'Tokens' ('and' or 'or' stands between conditions)"},
		{`T | extend d = split(ModelName, "-").0`, "1:38: expected a property's name, found '0' (an element is written [0])"},
		{`T | extend twice = Tokens * 2, more = twice + 1`, "1:39: unknown column or name 'twice' (a column that the same operator makes is not there yet: use a second one)"},
		{`T | where ModelName has ("a", "b")`, "1:29: expected ')', found ',' (write has_any (…, …) for one of several texts)"},
		{`T | summarize avg(ModelName)`, "1:19: the function 'avg' wants a number, a timespan or a datetime here, found string"},
		{`let f = (x) { x + 1 }; print f(1)`, "1:11: expected ':', found ')' (write a type behind it: x:long or x:string)"},
		{`/* all */ T | count`, "1:1: expected an expression, found '/' (a comment begins with //)"},
		{`T | extend d = format_datetime(TimeGenerated, "DD.MM.yyyy")`, "1:47: 'DD' is no part of a format, such as yyyy-MM-dd HH:mm:ss"},
		{`T | mv-expand ModelName`, "1:15: expected a dynamic value to expand, found string (make an array of it: parse_json(…) or split(…))"},
		{`T | join kind=outer (T) on ModelName`, "1:10: unknown kind of join 'outer' (the kinds are anti, fullouter, inner, innerunique, leftanti, leftantisemi, leftouter, leftsemi, rightanti, rightantisemi, rightouter, rightsemi)"},
		{`T | join (T) on ModelName == Other`, "1:17: expected $left.column or $right.column (on $left.a == $right.b, or on a where both sides have it)\n1:30: expected $left.column or $right.column (on $left.a == $right.b, or on a where both sides have it)"},
		{`let x = 5 T | take x`, "1:11: expected '|', ';' or the end of the query, found 'T' (a let ends with ';')"},
		{`T | count; | where Count > 5`, "1:12: expected an expression, found '|' (take the ';' before it away)"},
		{`let f = (a:long, b:long = 2) { a + b }; T | where Tokens > f(1, 2, 3)`, "1:60: the function 'f' wants 1 to 2 arguments, found 3"},
		{`T | fork (count) (take 1)`, "1:5: the operator 'fork' is not supported (it gives several tables: ask for each in a query of its own)"},

		{`T where ModelName == "a"`, "1:3: expected '|', ';' or the end of the query, found 'where' (a bar stands before an operator: | where …)"},
		{`T | where (ModelName == "a" | count`, "1:36: expected ')', found the end of the query (the '(' at 1:11 is not closed)"},
		{`T | where ModelName == "a") | count`, "1:27: expected '|', ';' or the end of the query, found ')' (there is no '(' that it closes)"},
		{`T | where ModelName == d["user] == "u1"`, "1:39: the string that begins here has no end"},
		{`T | extend x = extract("(\d+)", 1, ModelName)`, "1:26: unknown escape in a string: write \\\\ for a backslash, or begin the string with @"},
		{`T | where ModelName LIKE "gpt%"`, "1:21: expected '|', ';' or the end of the query, found 'LIKE' (use has, contains, startswith or matches regex)"},
		{`T | where ModelName matches "a.*"`, "1:29: expected 'regex', found a string (write matches regex \"…\")"},
		{`T | where ModelName =~ /a.*/`, "1:24: expected an expression, found '/' (a pattern stands in quotes: matches regex \"…\")"},
		{`T | where ModelName contains ("a" or "b")`, "1:35: the operator 'or' wants booleans on both sides (one of several texts is asked for with has_any (…, …) or in (…, …))"},
		{`T | where ModelName != null`, "1:24: unknown column or name 'null' (isnull(x) and isnotnull(x) ask for it, isempty(x) of a text)"},
		{`T | where isnull ModelName`, "1:18: expected '|', ';' or the end of the query, found 'ModelName' (a function is called with parentheses: isnull(…))"},
		{`T | where TimeGenerated between (datetime(2026-03-01) and now())`, "1:55: expected '..', found 'and' (write between (… .. …))"},
		{`T | where TimeGenerated between ("2026-03-01" .. now())`, "1:34: the operator '>=' is not defined for datetime and string (write datetime(2024-01-31) for a time)"},
		{`T | extend age = now - TimeGenerated`, "1:18: unknown column or name 'now' (the function is written now())"},
		{`T | project ModelName Tokens`, "1:23: expected '|', ';' or the end of the query, found 'Tokens' (a comma stands between columns)"},
		{`T | extend x = strcat(ModelName "a")`, "1:33: expected ')', found a string (a comma stands between values)"},
		{`T | summarize count() ModelName`, "1:23: expected '|', ';' or the end of the query, found 'ModelName' (by stands before the keys: summarize … by …)"},
		{`T | summarize by ModelName count()`, "1:28: expected '|', ';' or the end of the query, found 'count' (a comma stands between columns, and aggregates before by)"},
		{`T | summarize count() group by ModelName`, "1:23: expected '|', ';' or the end of the query, found 'group' (by alone stands before the keys)"},
		{`T | summarize n = count() by ModelName having n > 5`, "1:40: expected '|', ';' or the end of the query, found 'having' (write | where behind it)"},
		{`T | summarize n = count() by ModelName | where count > 5`, "1:48: unknown column or name 'count' (the columns here are ModelName, n)"},
		{`T | summarize percentile(95, Tokens)`, "1:30: the rank must be a constant (the column comes first: percentile(column, 95))"},
		{`T | count by ModelName`, "1:11: expected '|', ';' or the end of the query, found 'by' (write summarize count() by …)"},
		{`T | top by Tokens`, "1:9: expected an expression, found the keyword 'by' (how many stands before by: top 10 by …)"},
		{`T || count`, "1:4: expected an operator, found '|' (one bar is enough)"},
		{`| T | count`, "1:1: expected a query, found '|' (a query begins with its table: Table | where …)"},
		{`union T T`, "1:9: expected '|', ';' or the end of the query, found 'T' (a comma stands between tables)"},
		{`SELECT * FROM T WHERE a = 1`, "1:15: expected '|', ';' or the end of the query, found 'T' (a query begins with its table: Table | project …)"},
		{`index = main | stats count`, "1:7: expected '|', ';' or the end of the query, found '=' (a name is given by let x = …; and a query begins with its table)\n1:16: unknown operator 'stats' (KQL's operator is summarize)"},
		{`let x = 5`, "1:10: expected a query, found the end of the text (a let only gives a name: the query stands behind its ';')"},
		{`let f(a:long) = { a }; print f(1)`, "1:6: expected '=', found '(' (write let f = (…) { … })"},
		{`T | parse ModelName with "a" n:number`, "1:32: unknown type 'number' (the types are bool, datetime, decimal, dynamic, guid, int, long, real, string, timespan)"},
		{`T | where a == 1 # a comment`, "1:18: unexpected character '#' (a comment begins with //)"},

		// One mistake a stage, and what follows from none of them.
		{`T | where foo(1) | sort by Tokans | extend y = bar(2) | where y > 1 | sort y | take`, strings.Join([]string{
			"1:11: unknown function 'foo'",
			"1:28: unknown column or name 'Tokans' (did you mean 'Tokens'?)",
			"1:48: unknown function 'bar'",
			"1:76: expected 'by', found 'y'",
			"1:84: expected an expression, found the end of the query"}, "\n")},
	} {
		t.Run(tt.query, func(t *testing.T) {
			tables := catalog{"T": {Name: "T", Time: "TimeGenerated", Fields: fields(`TimeGenerated:datetime ModelName:string Tokens:long
 a:long b:long c:long d:long e:long f:long`)}}
			_, _, err := Plan(context.Background(), syntax.NewFile("q", tt.query), tables, nil)
			if err == nil {
				t.Fatal("the query was read without a mistake")
			}
			var got []string
			for _, e := range syntax.Errors(err) {
				got = append(got, strings.TrimPrefix(e.Error(), "q:"))
			}
			if s := strings.Join(got, "\n"); s != tt.want {
				t.Errorf("\n got %s\nwant %s", s, tt.want)
			}
		})
	}
}
