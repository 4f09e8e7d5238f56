package guides

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFolder: of all that may stand in a folder each is read, refused with a reason or counted, and links neither read a file twice, nor
// one outside, nor go round.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	in := func(path string) string { return filepath.Join(dir, path) }
	for _, path := range []string{"rules/a.yaml", "rules/.data/b.txt", "rules/.data/hidden.yaml", "outside/c.yaml"} {
		if err := os.MkdirAll(filepath.Dir(in(path)), 0o755); err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf(clonedRule, filepath.Base(path), "Scheduled") + "query: OpenAIChatCompletions\n"
		if err := os.WriteFile(in(path), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"README.md", "notes.txt", "LICENSE", "more.txt"} {
		if err := os.WriteFile(in("rules/"+path), []byte("Text.\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{
		"again.yaml": "a.yaml", "b.yaml": ".data/b.txt", "c.yaml": "../outside/c.yaml", "absolute.yaml": in("outside/c.yaml"),
		"d.yaml": "missing", "e.yaml": "e.yaml", "up": "..", "down": "../outside", "self": ".", "f.yaml": "pipe.yaml", "notes": "/dev/null",
	} {
		if err := os.Symlink(target, in("rules/"+name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("rules", in("named")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(in("rules/pipe.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, root := range []string{in("rules"), in("named"), in("rules") + "/../rules/."} {
		shelf, err := ReadDir(root)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range shelf.Detections {
			got = append(got, d.Rule.ID+" in "+strings.TrimPrefix(d.Source, filepath.Clean(root)))
		}
		for _, r := range shelf.Refused {
			got = append(got, strings.TrimPrefix(r.Path, filepath.Clean(root))+": "+strings.ReplaceAll(r.Err.Error(), root, "DIR"))
		}
		want := []string{
			"a.yaml in /a.yaml", "b.txt in /b.yaml",
			"/absolute.yaml: a link to a file outside of DIR is not followed: name that file too",
			"/c.yaml: a link to a file outside of DIR is not followed: name that file too",
			"/d.yaml: a link that leads nowhere: no such file or directory",
			"/down: a link to a folder outside of DIR is not followed: name that folder too",
			"/e.yaml: a link that leads nowhere: too many levels of symbolic links",
			"/pipe.yaml: want a file, found a pipe",
			"/up: a link to a folder outside of DIR is not followed: name that folder too",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", root, diff)
		}
		others := map[string]int{".md": 1, ".txt": 2, "without ending": 1, ".data/": 1, "links": 4}
		if diff := cmp.Diff(others, shelf.Others); diff != "" {
			t.Errorf("%s (-want +got):\n%s", root, diff)
		}
	}
}
