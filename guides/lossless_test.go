package guides

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
)

var (
	anyWord   = regexp.MustCompile(`[\pL\pN_]+`)
	anyButton = regexp.MustCompile(`!\{\w+\{.*"label":"([^"]*)"(?:,"description":"([^"]*)")?.*\}\}`)
)

// wordsOf are all words of a text, sorted: a guide keeps each as often as its publisher wrote it, wherever it puts it.
func wordsOf(texts ...string) []string {
	list := anyWord.FindAllString(strings.Join(texts, "\n"), -1)
	slices.Sort(list)
	return list
}

// guideWords are the words of a guide as a reader sees them.
func guideWords(g Guide) []string {
	var all []string
	for _, s := range g.Sections {
		all = append(all, s.Title, s.Text)
		for _, step := range s.Steps {
			all = append(all, step.Text, step.Detail)
		}
	}
	return wordsOf(all...)
}

// numbered are the numbers of numbered lists, which steps do not keep.
var numbered = regexp.MustCompile(`(?m)^\s*\d{1,3}[.)]\s`)

func TestGuidesLoseNothing(t *testing.T) {
	files, err := filepath.Glob("testdata/note/*.md")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text, err := toml.Marshal(map[string]any{"rule": map[string]any{"rule_id": "1", "name": "n", "severity": "low", "type": "esql", "language": "esql", "query": "from a", "note": string(data)}})
			if err != nil {
				t.Fatal(err)
			}
			list, err := Read("rule.toml", text)
			if err != nil {
				t.Fatal(err)
			}
			want := wordsOf(anyButton.ReplaceAllString(numbered.ReplaceAllString(string(data), ""), "$1 $2"))
			if strings.HasPrefix(list[0].Guide.Sections[0].Title, "Guide") {
				want = wordsOf(strings.Join(want, " "), "Guide")
			}
			if diff := cmp.Diff(want, guideWords(list[0].Guide)); diff != "" {
				t.Error(diff)
			}
			if len(list[0].Notices) > 0 {
				t.Error(list[0].Notices)
			}
		})
	}
}

func TestPublishedGuidesLoseNothing(t *testing.T) {
	shelf, err := ReadDir(shared(t, "rules"))
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, d := range shelf.Detections {
		if d.Format != FormatElasticRule {
			continue
		}
		var f struct{ Rule struct{ Note string } }
		if err := toml.Unmarshal([]byte(d.Rule.Text), &f); err != nil {
			t.Fatal(err)
		}
		want := wordsOf(numbered.ReplaceAllString(f.Rule.Note, ""))
		got := guideWords(d.Guide)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", d.Source, diff)
		}
		compared++
	}
	if compared < 15 {
		t.Errorf("%d guides compared", compared)
	}
}
