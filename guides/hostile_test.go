package guides

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Files made to wear a reader down are refused in little time; none may take the process with it.
func TestHostileFiles(t *testing.T) {
	front := "---\nid: x\ntitle: x\nseverity: low\nevery: 1h\nlookback: 1h\nentity: a\n"
	rule := front + "---\n```esql\nfrom x\n```\n# s\n"
	elastic := "[rule]\nname='n'\nrule_id='i'\nseverity='low'\ntype='esql'\nfrom='now-1h'\nquery='from x'\nnote='''\n"
	laughs := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		p := string(c - 1)
		laughs += string(c) + ": &" + string(c) + " [*" + strings.Repeat(p+",*", 8) + p + "]\n"
	}
	fill := func(unit string) string { return strings.Repeat(unit, (maxFile-2000)/len(unit)) }
	for _, tt := range []struct {
		name, path, text string
		fine             bool // read after all, as well as it can be
	}{
		{"too large", "x.md", strings.Repeat("x", maxFile+1), false},
		{"aliases without end", "x.yaml", laughs, false},
		{"aliases in front matter", "x.md", "---\n" + laughs + "---\n", false},
		{"anchor of itself", "x.yaml", "a: &a [*a]\n", false},
		{"tag", "x.yaml", "id: !!python/object/apply:os.system [x]\n", false},
		{"merge key", "x.yaml", "a: {b: 1}\n<<: {c: 2}\n", false},
		{"many documents", "x.yaml", "name: a\nquery: b\n" + strings.Repeat("---\nname: a\n", 1000), false},
		{"repeated key", "x.yaml", "id: a\nid: b\n", false},
		{"deep flow", "x.yaml", "a: " + fill("["), false},
		{"deep blocks", "x.yaml", deep(1400), false},
		{"many unknown keys", "x.md", front + manyKeys(60_000) + "---\n", false},
		{"deep arrays in TOML", "x.toml", "a = " + fill("["), false},
		{"deep tables in TOML", "x.toml", "a = " + fill("{a="), false},
		{"long dotted key in TOML", "x.toml", fill("a.") + "a = 1", false},
		{"long dotted header in TOML", "x.toml", "[" + fill("a.") + "a]\n", false},
		{"repeated table in TOML", "x.toml", "[rule]\n[rule]\n", false},
		{"steps without end", "x.md", rule + fill("- [ ] a {#a}\n"), false},
		{"steps under steps", "x.md", rule + stairs(700), false},
		{"one step of many lines", "x.md", rule + "- [ ] a\n" + fill("  b\n") + "  {#a}\n", true},
		{"prose of many lines", "x.md", rule + fill("b\n"), true},
		{"marks", "x.md", rule + "- [ ] " + fill("{#") + "\n", false},
		{"bullets", "x.toml", elastic + fill("- a\n") + "'''", true},
		{"bullet of many lines", "x.toml", elastic + "- a\n" + fill("b\n") + "'''", true},
		{"deep lists in JSON", "x.json", `{"alertRules": ` + fill("["), false},
		{"a template of many broken rules in one line", "x.json", "[" + fill(`{"type":"alertRules","properties":{"query":1}},`) + "1]", false},
		{"a template of many rules in one line", "x.json", "[" + fill(`{"name":"a","type":"alertRules","kind":"NRT","properties":{"displayName":"b","query":"T"}},`) + "1]", true},
		{"a template too large", "x.json", `["alertRules", "` + strings.Repeat("x", maxExport) + `"]`, false},
		{"buttons", "x.toml", elastic + fill("!{osquery{}}") + "'''", true},
		{"lines that are no JSON", "x.ndjson", `{"rule_id":"a","type":"esql"}` + "\n" + fill("x\n"), false},
		{"rules without anything", "x.ndjson", fill(`{"rule_id":1,"type":"esql"}` + "\n"), false},
		{"deep JSON", "x.ndjson", `{"rule_id":"a","type":"esql","filters":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "}", true},
		{"deeper JSON", "x.ndjson", `{"rule_id":"a","type":"esql","filters":` + fill("["), false},
		{"buttons that never end", "x.toml", elastic + fill("!{investigate{\"a\":[") + "'''", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			list, err := Read(tt.path, []byte(tt.text))
			if err == nil != tt.fine {
				t.Errorf("%d detections, %.300v", len(list), err)
			}
			if err != nil {
				if n := len(err.Error()); n > 20_000 {
					t.Errorf("%d bytes of complaint", n)
				}
			}
			// A bound on work, not a benchmark: what grows with the square of a file takes minutes.
			if d := time.Since(start); d > time.Minute {
				t.Errorf("took %v", d)
			}
		})
	}
}

func deep(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i) + "- [ ] a {#a}\n")
	}
	return b.String()
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	return b.String()
}
