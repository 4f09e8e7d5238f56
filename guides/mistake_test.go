package guides

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"casebook/engine/syntax"
)

var update = flag.Bool("update", false, "write what the tests got as what they want")

// Every file of testdata/mistake holds mistakes; beside it stands what a person is told, carets and all.
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/mistake/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, ".golden") {
			continue
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			list, err := Read(filepath.Base(name), data)
			if err == nil {
				t.Fatalf("read %d detections and no mistake", len(list))
			}
			var b strings.Builder
			for _, e := range syntax.Errors(err) {
				fmt.Fprintln(&b, e.Caret())
			}
			if b.Len() == 0 {
				fmt.Fprintln(&b, err)
			}
			golden := name + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if b.String() != string(want) {
				t.Errorf("got\n%s\nwant\n%s", b.String(), want)
			}
		})
	}
}
