package event

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
)

// A property read alone is the one that the tree has, and so is the last that all of them together give.
func TestProperty(t *testing.T) {
	for _, text := range []string{
		`{"a":1,"b":{"a":2},"c":[{"a":3}]}`, `{"b":1}`, `{"a":1,"a":"last"}`, `{"\u0061":"escaped"}`, `{"a":null}`, ` {"x":"a"} `, `[{"a":1}]`, `"a"`, `{"a":1`,
		`{"a":1}x`, `{"a":"\ud83d\ude00"}`, `{"a":tru}`, `{}`, ``, `null`, `{"a":[1,{"a":{}}],"b":"\\"}`, `{"b":{"a":1},"a":{"a":[]}}`, `{"a":12345678901234567890}`,
	} {
		var want any
		tree, _ := Tree([]byte(text))
		if o, ok := tree.(*column.Object); ok {
			want = o.Value("a")
		}
		if diff := cmp.Diff(want, Property(text, "a")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
		var last any
		Properties(text, func(key string, value []byte) {
			if key == "a" {
				last, _ = Tree(value)
			}
		})
		if diff := cmp.Diff(want, last); diff != "" {
			t.Errorf("%s, one of all (-want +got):\n%s", text, diff)
		}
	}
}
