package esql

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"casebook/engine/syntax"
)

func TestScratch(t *testing.T) {
	for _, name := range []string{"cases", "rules"} {
		f, err := os.Open("../../../shared/conformance/esql/" + name + ".jsonl")
		if err != nil {
			t.Skip(err)
		}
		s := bufio.NewScanner(f)
		s.Buffer(nil, 1<<24)
		bad, n := 0, 0
		for s.Scan() {
			var c struct{ ID, Query string }
			json.Unmarshal(s.Bytes(), &c)
			var errs syntax.List
			n++
			file := syntax.NewFile(c.ID, c.Query)
			q := parse(file, nil, &errs)
			if len(errs) > 0 {
				bad++
				for _, e := range errs {
					t.Log(e.Caret())
				}
				continue
			}
			one := printQuery(q, "\n| ")
			q = parse(syntax.NewFile("printed", one), nil, &errs)
			if len(errs) > 0 {
				t.Error(errs[0].Caret())
				continue
			}
			if two := printQuery(q, "\n| "); two != one {
				t.Errorf("%s\n--\n%s", one, two)
			}
		}
		t.Log(name, bad, n)
	}
}
