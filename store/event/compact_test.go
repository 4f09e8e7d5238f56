package event

import "testing"

// FuzzCompact holds the writing of a body from its bytes against that from its tree.
func FuzzCompact(f *testing.F) {
	for _, text := range []string{
		`{"b":1,"a":{"z":[1,2.50,1e3,-0,null,true],"y":""}}`, `{"a":1,"c":3,"b":2,"a":{"b":1,"a":2}}`, `[]`, `{}`, `"\u0041\n\"é\ud83d\ude00\ud800"`,
		`{"\u0062":1,"b":2,"a":{},"":[{"b":1,"a":0},]}`, "\"\xff\xfe\"", `{"é":1,"e":2,"\ud83d\ude00":3,"":4}`, `12345678901234567890`, `{"a":1`, `{"a":1} x`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		tree, ok := Tree(text)
		var c compacter
		got, fits := c.compact([]byte("x"), text)
		if fits != ok {
			t.Fatalf("%q: compact %v, a tree %v", text, fits, ok)
		}
		if want := string(plain([]byte("x"), tree)); ok && string(got) != want {
			t.Fatalf("%q:\n got %q\nwant %q", text, got, want)
		}
		if again, _ := c.compact(nil, text); ok && string(got[1:]) != string(again) {
			t.Fatalf("%q: a second time %q, not %q", text, again, got[1:])
		}
	})
}
