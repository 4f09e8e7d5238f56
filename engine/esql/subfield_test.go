package esql

import (
	"context"
	"strings"
	"testing"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// documents has a table that was found in documents, and one that was not.
type documents struct{}

func (documents) Table(name string) (*plan.Table, bool) {
	return &plan.Table{Name: name, Time: "@timestamp", Open: true, Found: name == "found", Fields: []column.Field{
		{Name: "@timestamp", Type: column.Time}, {Name: "p.name", Type: column.String}, {Name: "p.title", Type: column.String},
		{Name: "p.title.text", Type: column.Long}, {Name: "p.pid", Type: column.Long},
	}}, true
}

func (documents) Names() []string { return []string{"found", "other"} }

// What Elastic indexes of a text beside the text is there where a query names it, and no document has it itself.
func TestSubfields(t *testing.T) {
	for _, tt := range []struct{ in, columns, calls, notice string }{
		{`FROM found METADATA _id | WHERE p.name.caseless == "a" | KEEP p.name.caseless`, "p.name.caseless:keyword", "to_lower", "p.name.caseless is taken as p.name in small letters, as Elastic indexes it"},
		{`FROM found | KEEP p.name.*, p.name.text`, "p.name.text:keyword", "", "p.name.text is taken as p.name, as Elastic indexes it"},
		{`FROM found | KEEP p.title.text`, "p.title.text:long", "", ""},
		{`FROM found | EVAL x = p.pid.caseless | KEEP x`, "x:null", "", "the field p.pid.caseless is in no loaded table and taken as null"},
		{`FROM other | EVAL x = p.name.caseless | KEEP x`, "x:null", "", "the field p.name.caseless is in no loaded table and taken as null"},
	} {
		node, remarks, err := Plan(context.Background(), syntax.NewFile("query", tt.in), documents{}, nil)
		if err != nil {
			t.Errorf("%s\n%v", tt.in, err)
			continue
		}
		var columns, calls []string
		for _, c := range node.Schema() {
			columns = append(columns, c.Name+":"+c.Type.String())
		}
		plan.Walk(node, func(n plan.Node) {
			if p, ok := n.(*plan.Project); ok {
				for _, x := range p.Exprs {
					if c, ok := x.(*plan.Call); ok {
						calls = append(calls, c.Func.Name)
					}
				}
			}
		})
		if got := strings.Join(columns, " "); got != tt.columns || strings.Join(calls, " ") != tt.calls {
			t.Errorf("%s\n got %s by %s\nwant %s by %s", tt.in, got, calls, tt.columns, tt.calls)
		}
		if got := strings.Join(remarks.Notices, "; "); !strings.HasPrefix(got, tt.notice) || tt.notice == "" && got != "" {
			t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.notice)
		}
	}
}
