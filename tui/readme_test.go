package tui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var tourRow = regexp.MustCompile("(?m)^\\| (`.*?) \\| .* \\|$")

// TestReadmeTour types what the README's tour says, in its order, and ends with a closed case and its report.
func TestReadmeTour(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, tour, _ := strings.Cut(string(readme), "## A first case")
	tour, _, _ = strings.Cut(tour, "\n## ")
	t.Chdir(t.TempDir())
	a := sized(desk(t, scene(attacker)), 80, 24)
	rows := tourRow.FindAllStringSubmatch(tour, -1)
	if len(rows) < 8 {
		t.Fatalf("the tour has %d rows", len(rows))
	}
	for _, row := range rows {
		for _, word := range strings.Split(row[1], ", ") {
			switch key, named := strings.CutPrefix(word, "`"); {
			case named:
				press(a, strings.TrimSuffix(key, "`"))
			case word == "a number":
				press(a, "1")
			default:
				press(a, "'"+word)
			}
			if a.notice.bad {
				t.Errorf("%s of %s: %s", word, row[1], a.notice.said)
			}
		}
	}
	got := text(a)
	for _, want := range []string{"closed true-positive", "1 alert", "1 pin", "the story", "wrote "} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q at the end:\n%s", want, got)
		}
	}
	report, err := os.ReadFile("C-0001.md")
	if err != nil || !strings.Contains(string(report), "a question") {
		t.Errorf("the report: %v\n%s", err, report)
	}
}
