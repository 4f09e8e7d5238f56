package guides

import (
	"testing"
	"time"
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

// Published files are read as well as they can be: any text gives detections or mistakes, never both nor neither.
func FuzzPublished(f *testing.F) {
	f.Add("x.toml", buttons)
	f.Add("x.toml", "[hunt]\nname='a'\nuuid='b'\nlanguage=['ES|QL']\nquery=['''\nfrom x | where @timestamp > now() - 3 days\n''', \"select 1\"]\nnotes=['- a\\n b']\nmitre=['AML.T0051']\n")
	f.Add("x.yaml", sentinelRule)
	f.Add("x.json", packedRules)
	f.Add("x.yml", "title: a\nlogsource: {}\ndetection: {}\nlevel: high\ntags: [attack.t1499]\n")
	f.Add("x.json", `{"resources":[{"type":"Microsoft.OperationalInsights/workspaces/providers/alertRules","kind":"Scheduled","properties":{"displayName":"a","query":"T | take 1","queryFrequency":"PT1H","queryPeriod":"PT1H","severity":"Low","triggerOperator":"GreaterThan","triggerThreshold":0}}]}`)
	f.Add("x.ndjson", `{"rule_id":"a","name":"b","type":"esql","language":"esql","query":"from x","severity":"low","risk_score":21,"from":"now-1h","interval":"10m","note":"!{investigate{\"label\":\"c\",\"providers\":[[{\"field\":\"a\",\"excluded\":false,\"queryType\":\"phrase\",\"value\":\"{{a}}\",\"valueType\":\"string\"}]]}}"}`)
	f.Add("x.toml", "[metadata]\nrule_ids=['a']\n[[exceptions]]\n[[exceptions.items]]\nname='b'\n[[exceptions.items.entries]]\nfield='c'\ntype='match_any'\noperator='included'\nvalue=['d']\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		start := time.Now()
		list, err := Read(name, []byte(text))
		_, _, _ = readExceptions(name, []byte(text))
		_ = ReadFiles([]File{{Path: name, Data: []byte(text)}})
		if took := time.Since(start); took > time.Minute {
			t.Errorf("it took %v", took)
		}
		if (err == nil) == (len(list) == 0) {
			t.Errorf("%d detections, error %v", len(list), err)
		}
		for _, e := range syntax.Errors(err) {
			if e.Span.Start < 0 || e.Span.Start > len(e.File.Text) || e.Span.End > len(e.File.Text) {
				t.Errorf("%v: span %v outside the text", e, e.Span)
			}
			_ = e.Caret()
		}
		for _, d := range list {
			if d.Rule.ID == "" || d.Rule.Title == "" || d.Rule.State == "" && (d.Rule.Query == "" || d.Rule.Every <= 0 || d.Rule.Lookback <= 0) {
				t.Errorf("%+v", d.Rule)
			}
			keys := map[string]bool{}
			for _, s := range d.Guide.Steps() {
				if s.Key == "" || keys[s.Key] {
					t.Errorf("step %+v", s)
				}
				keys[s.Key] = true
			}
		}
	})
}
