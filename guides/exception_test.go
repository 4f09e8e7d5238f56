package guides

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const exceptions = `[metadata]
list_name = "Batch jobs"
rule_ids = ["00000000-0000-0000-0000-000000000001"]

[[exceptions]]
[exceptions.container]
list_id = "a"
type = "rule_default"

[[exceptions.items]]
name = "nightly"
type = "simple"
[[exceptions.items.entries]]
field = "user.id"
type = "match_any"
operator = "included"
value = ["ann", "b\"ob"]
[[exceptions.items.entries]]
field = "source.ip"
type = "exists"
operator = "excluded"

[[exceptions.items]]
name = "tests"
expire_time = "2026-03-04T12:00:00Z"
[[exceptions.items.entries]]
field = "azure.resource.name"
type = "wildcard"
operator = "included"
value = "test-*"
`

func TestExceptions(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"rule.toml":      buttons,
		"nightly.toml":   exceptions,
		"nobody.toml":    strings.Replace(exceptions, "000001", "000002", 1),
		"broken.toml":    strings.Replace(exceptions, `"wildcard"`, `"list"`, 1),
		"pyproject.toml": "[tool]\nx = 1\n",
		"README.md":      "# Rules\n",
		"bad.toml":       "[rule\n",
		"twice.toml":     buttons,
		"notes.txt":      "not looked at",
		".git/x.toml":    "not [ looked at",
	} {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	shelf, err := ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(shelf.Detections) != 1 || shelf.Others[".md"]+shelf.Others[".toml"] != 2 {
		t.Fatalf("%d detections, %v others", len(shelf.Detections), shelf.Others)
	}
	d := shelf.Detections[0]
	want := `// first a remark
from logs-a-*, logs-b-* metadata _id | WHERE NOT ((MV_INTERSECTS(TO_STRING(user.id), ["ann", "b\"ob"]) AND NOT source.ip IS NOT NULL) OR (COALESCE(MV_LIKE(TO_STRING(azure.resource.name), "test-*"), false) AND NOW() < TO_DATETIME("2026-03-04T12:00:00.000Z")))
| where x == 1
`
	if diff := cmp.Diff(want, d.Rule.Query); diff != "" || len(d.Exceptions) != 2 {
		t.Error(diff)
	}
	if got := d.Exceptions[1].String(); got != "tests: azure.resource.name wildcard test-*, until 2026-03-04 12:00Z" {
		t.Error(got)
	}
	var refused []string
	for _, r := range shelf.Refused {
		refused = append(refused, strings.ReplaceAll(r.Err.Error(), dir+"/", ""))
	}
	if diff := cmp.Diff([]string{
		"bad.toml:1:6: want TOML: expected ']' to close table name",
		`broken.toml: exception "tests": want match, match_any, wildcard or exists with its values on azure.resource.name, found "list"`,
		"twice.toml: want an id of its own, found 00000000-0000-0000-0000-000000000001, which rule.toml has",
		`nobody.toml: want rule_ids of rules that are here in the metadata of these exceptions, found ["00000000-0000-0000-0000-000000000002"]`,
	}, refused); diff != "" {
		t.Error(diff)
	}
	if _, err := ReadDir(filepath.Join(dir, "missing")); err == nil {
		t.Error("a folder that is not there was read")
	}
}

func TestAfterFrom(t *testing.T) {
	for query, want := range map[string]string{
		"from a // x | y\n| where b":     "from a",
		"FROM a":                         "FROM a",
		"// from\nfrom \"a|b\" /*|*/ |x": "// from\nfrom \"a|b\"",
		"SET time_zone = \"UTC\"; // from\nset a=1; from b | limit 1": "SET time_zone = \"UTC\"; // from\nset a=1; from b",
	} {
		if at := afterFrom(query); at < 0 || query[:at] != want {
			t.Errorf("%q: %d", query, at)
		}
	}
	for _, query := range []string{"row a = 1", "from (from a | limit 1), b", "", `set a = "x; y"; from c`} {
		if at := afterFrom(query); at != -1 {
			t.Errorf("%q: %d", query, at)
		}
	}
}
