package event

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
)

// A property read alone is the one that the tree has.
func TestProperty(t *testing.T) {
	dynamics := &Dynamics{}
	texts := []string{
		`{"a":1,"b":{"a":2},"c":[{"a":3}]}`, `{"b":1}`, `{"a":1,"a":"last"}`, `{"\u0061":"escaped"}`, `{"a":null}`, ` {"x":"a"} `, `[{"a":1}]`, `"a"`, `{"a":1`,
		`{"a":1}x`, `{"a":"\ud83d\ude00"}`, `{"a":tru}`, `{}`, ``, `null`, `{"a":[1,{"a":{}}],"b":"\\"}`, `{"b":{"a":1},"a":{"a":[]}}`,
	}
	for round := range 3 { // asked again, they are remembered
		for _, text := range texts {
			var want any
			if o, ok := dynamics.Value(column.Raw(text)).(*column.Object); ok {
				want = o.Values["a"]
			}
			if diff := cmp.Diff(want, dynamics.Property(column.Raw(text), "a")); diff != "" {
				t.Errorf("%s, time %d (-want +got):\n%s", text, round, diff)
			}
		}
	}
}
