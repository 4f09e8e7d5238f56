package kql

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/plan"
	"casebook/engine/syntax"
)

var azure = catalog{
	"Logs":   {Name: "Logs", Time: "TimeGenerated", Fields: fields("TimeGenerated:datetime A:string N:long")},
	"Shared": {Name: "Shared", Time: "TimeGenerated", Open: true, Fields: fields("TimeGenerated:datetime A:string have_s:string")},
}

// What follows a table that nobody has is read for the mistakes that no column could mend.
func TestBehindMissingTables(t *testing.T) {
	for _, tt := range []struct {
		name, query string
		mistakes    []string
		absent      []string
	}{
		{"nothing to say", "Nowhere | where a == 'x' and b has_any ('c') | extend d = tostring(e.f) | summarize count() by d, bin(T, 1h) | project-away d | sort by count_ | project-rename g = h", nil, []string{"Nowhere"}},
		{"functions", "Nowhere\n| where frob(a) > 1 and parse_user_agent(b) == ''\n| summarize n = zap(c) by nup(d)",
			[]string{"2:9: unknown function 'frob'", "2:25: the function 'parse_user_agent' is not supported", "3:17: unknown function 'zap'", "3:27: unknown function 'nup'"}, []string{"Nowhere"}},
		{"tables in arguments", "Nowhere | join (Elsewhere | where zap(a) > 1) on b | where c in ((Logs | project A))", []string{"1:35: unknown function 'zap'"}, []string{"Nowhere"}},
		{"lets", "let a = Nowhere | extend b = frob(c); a | where d == 1 | extend e = zap(f)",
			[]string{"1:30: unknown function 'frob'", "1:69: unknown function 'zap'"}, []string{"Nowhere"}},
		{"what a fuzzy union leaves out", "let a = Nowhere | extend b = frob(c); union isfuzzy=true a, Logs", nil, nil},
		{"fuzzy, and nothing is left", "union isfuzzy=true Nowhere, (Elsewhere | extend b = 1)", nil, []string{"Nowhere", "Elsewhere"}},
		{"a function with lets of its own, left out", "let f = (t:string) { let i = table(t) | where A == 'x'; table(t) | join (i) on A }; let a = f('Logs'); let b = f('Nowhere'); union isfuzzy=true a, b", nil, nil},
		{"the same, and nothing is left", "let f = (t:string) { let i = table(t) | where A == 'x'; table(t) | join (i) on A }; union isfuzzy=true f('Nowhere'), (f('Elsewhere'))", nil, []string{"Nowhere", "Elsewhere"}},
		{"fuzzy, and a file that is not brought", "let f = materialize(externaldata(A:string) ['http://h/f.csv']); let u = (union isfuzzy=true (Nowhere | extend K = 'x'), (f | extend K = A)); u | join kind=innerunique (Logs) on $left.K == $right.A | project K", nil, nil},
		{"functions of a workspace", "_Im_Dns(starttime=ago(1d)) | where a == 1 | join kind=inner (Parser() | project a) on a", nil, []string{"_Im_Dns"}},
		{"a slip in a function's name", "materialise(Logs | where A == 'x') | where N > 1", []string{"1:1: unknown function 'materialise'"}, nil},
		{"a slip in a table's name", "Logz | where frob(a) == 1", []string{"1:1: unknown table 'Logz'", "1:14: unknown function 'frob'"}, nil},
		{"operators of many kinds", "Nowhere | as X | mv-expand a | parse b with 'c' d:long | make-series count() on T step 1h | top 5 by e | evaluate bag_unpack(f) | lookup Logs on A | union Logs | distinct g | invoke x() | serialize h = prev(i) | project-keep j* | project-reorder k | mv-apply l on (where l > 1) | sample 3 | getschema",
			nil, []string{"Nowhere"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Plan(context.Background(), syntax.NewFile("q", tt.query), azure, nil)
			mistakes, lacking := syntax.Sorted(err)
			var brief []string
			for _, m := range mistakes {
				brief = append(brief, m.Brief())
			}
			if diff := cmp.Diff(tt.mistakes, brief); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.absent, lacking.Tables); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A table that many services write to has every column whose name says its type.
func TestOpenTables(t *testing.T) {
	for _, tt := range []struct{ query, notice string }{
		{"Shared | where have_s == 'x'", ""},
		{"Shared | where none_s == 'x' and isempty(size_d)", "no loaded event of Shared has none_s: it is taken as empty"},
		{"Shared | extend id_s = column_ifexists('id_s', 'none') | where id_s == 'none'", ""},
		{"Shared | project A | join kind=inner (Shared | project A, x_s) on A, $left.A == $right.x_s", "no loaded event of Shared has x_s: it is taken as empty"},
	} {
		n, remarks, err := Plan(context.Background(), syntax.NewFile("q", tt.query), azure, nil)
		if err != nil {
			t.Errorf("%s: %v", tt.query, err)
			continue
		}
		got := ""
		if len(remarks.Notices) > 0 {
			got = remarks.Notices[0]
		}
		if got != tt.notice {
			t.Errorf("%s: %q", tt.query, remarks.Notices)
		}
		var absent []string
		plan.Walk(n, func(n plan.Node) {
			if p, ok := n.(*plan.Project); ok {
				for _, x := range p.Exprs {
					absent = append(absent, plan.Absent(x)...)
				}
			}
		})
		if (len(absent) > 0) != (tt.notice != "") {
			t.Errorf("%s: lacks %q", tt.query, absent)
		}
	}
	for _, query := range []string{"Shared | where none == 'x'", "Logs | where none_s == 'x'"} {
		if _, _, err := Plan(context.Background(), syntax.NewFile("q", query), azure, nil); err == nil {
			t.Errorf("%s: an unknown column was taken", query)
		}
	}
}

// A function that a workspace keeps is refused by its name, with what to do.
func TestFunctionsOfAWorkspace(t *testing.T) {
	for query, want := range map[string]string{
		"_Im_Dns(starttime=ago(1d)) | count": "it is one of ASIM's parsers: give their files to casebook rules add",
		"Doors() | count":                    "if a workspace keeps it, give its file to casebook rules add, or write let Doors = (…) { … }; before the query",
	} {
		_, _, err := Plan(context.Background(), syntax.NewFile("q", query), azure, nil)
		var wrong *syntax.Error
		if !errors.As(err, &wrong) || wrong.Hint != want {
			t.Errorf("%s: %v\nwant the hint %s", query, err, want)
		}
	}
}
