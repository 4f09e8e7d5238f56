package guides

import (
	"testing"
	"unicode/utf8"

	"casebook/engine/syntax"
)

func FuzzMarkdown(f *testing.F) {
	files, err := library.ReadDir("library")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := library.ReadFile("library/" + file.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add("---\nid: x\n---\n```esql\nfrom x\n```\n# a\n- [ ] b {#c}\n  - [ ] d {#e}\n\n    ```kql\n    T\n    ```\n")
	f.Add("---\r\nid: [\r\n---\r\n- [")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := Read("fuzz.md", []byte(text))
		if err != nil {
			if len(list) != 0 {
				t.Error("detections beside an error")
			}
			for _, e := range syntax.Errors(err) {
				if e.Span.Start < 0 || e.Span.Start > len(e.File.Text) || utf8.ValidString(text) && e.Caret() == "" {
					t.Errorf("%v: span %v outside the text", e, e.Span)
				}
			}
			return
		}
		keys := map[string]bool{}
		for _, s := range list[0].Guide.Steps() {
			if s.Key == "" || keys[s.Key] || s.Text == "" || s.Live() && s.Manual {
				t.Errorf("step %+v", s)
			}
			keys[s.Key] = true
			if s.Live() && (s.File.Line < 1 || s.File.Text != s.Query) {
				t.Errorf("place of %s: %+v", s.Key, s.File)
			}
		}
		if list[0].Rule.Query == "" {
			t.Error("no query and no mistake")
		}
	})
}
