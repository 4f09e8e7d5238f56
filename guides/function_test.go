package guides

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
)

func TestFunctions(t *testing.T) {
	parser := "Parser: {Title: One}\nParserName: imOne\nEquivalentBuiltInParser: _Im_One\nParserParams:\n- {Name: from, Type: datetime, Default: datetime(null)}\n" +
		"- Name: result\n  Type: string\n  Default: '*'\n- {Name: quoted, Type: string, Default: '\"a\"'}\n- {Name: off, Type: bool, Default: false}\n- {Name: t, Type: 'table:(x:long)'}\n" +
		"ParserQuery: |\n    One\n    | where not(off)\n"
	params := `(from:datetime = datetime(null), result:string = '*', quoted:string = "a", off:bool = false, t:(x:long))`
	one := engine.Function{Name: "imOne", Params: params, Query: "One\n| where not(off)", File: "f.yaml", Line: 13, Column: 5, Indent: 4}
	two := one
	two.Name = "_Im_One"
	for _, tt := range []struct {
		name, text string
		want       []engine.Function
		err        string
	}{
		{"a parser", parser, []engine.Function{one, two}, ""},
		{"a solution's", "id: 1\nFunction: {Title: X}\nFunctionName: X\nFunctionAlias: X\nFunctionQuery: 'T | take 1'", []engine.Function{{Name: "X", Params: "()", Query: "T | take 1", Bare: true, File: "f.yaml", Line: 5, Column: 17}}, ""},
		{"a rule", "id: 1\nname: X\nquery: T", nil, ""},
		{"no name", "FunctionQuery: T", nil, "f.yaml:1:1: want a ParserName or a FunctionName"},
		{"a bad name", "FunctionName: a-b\nFunctionQuery: T", nil, `f.yaml:1:15: want a function's name, found "a-b"`},
		{"a parameter without a type", "ParserName: a\nParserQuery: T\nParserParams:\n- Name: x", nil, "f.yaml:4:3: want a Name and a Type of a parameter"},
		{"a parameter of a bad name", "ParserName: a\nParserQuery: T\nParserParams:\n- {Name: x y, Type: long}", nil, `f.yaml:4:10: want a parameter's name, found "x y"`},
		{"no query", "ParserName: a\nParserQuery: ''", nil, "f.yaml:2:14: want a query, found nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, is, err := readFunction("f.yaml", []byte(tt.text))
			switch {
			case tt.err != "":
				if !is || err == nil || err.Error() != tt.err {
					t.Errorf("is a function %t, and got %v\nwant %s", is, err, tt.err)
				}
			case err != nil || is != (tt.want != nil):
				t.Fatalf("is a function %t: %v", is, err)
			default:
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// Of two files with a function of one name the first is taken, and a rule is given those functions that it needs.
func TestFunctionsOfAShelf(t *testing.T) {
	function := func(name, query string) File {
		return File{name + ".yaml", []byte("FunctionName: " + strings.TrimRight(name, "2") + "\nFunctionQuery: " + query)}
	}
	rule := File{"r.yaml", []byte("id: r\nname: R\nquery: Outer | take 1\nqueryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0")}
	s := ReadFiles([]File{function("Outer", "union Inner, T"), function("Inner", "T"), function("Inner2", "U"), function("Other", "T"), rule})
	if len(s.Refused) != 1 || s.Refused[0].Err.Error() != "Inner2.yaml: want a function's name of its own, found Inner, which Inner.yaml has" || len(s.Files) != 4 {
		t.Errorf("refused %v of %d files", s.Refused, len(s.Files))
	}
	d := s.Detections[0]
	d.Call(s.Functions)
	var names []string
	for _, f := range d.Rule.Functions {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "Inner Outer" {
		t.Errorf("the rule is given %s", got)
	}
}
