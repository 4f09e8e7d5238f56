package guides

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
	"casebook/engine/syntax"
)

const clonedRule = `id: %s
name: A rule
severity: Low
kind: %s
queryFrequency: PT1H
queryPeriod: PT1H
`

// What a repository of rules holds beside rules that run: each file is told of by what it is, or left alone where it is no rule.
func TestCloned(t *testing.T) {
	scheduled := func(id string) string {
		return fmt.Sprintf(clonedRule, id, "Scheduled") + "query: OpenAIChatCompletions\n"
	}
	for _, tt := range []struct {
		name, text string
		want       string // the type, or what it is refused for; "" for what is left alone
		state      string
	}{
		{"bom.yaml", "\ufeff" + scheduled("bom"), "Scheduled", ""},
		{"small.yaml", fmt.Sprintf(clonedRule, "small", "scheduled") + "query: OpenAIChatCompletions\n", "Scheduled", ""},
		{"nulls.yaml", scheduled("nulls") + "entityMappings: null\nalertDetailsOverride: {alertTacticsColumnName: ~}\ncustomDetails:\n", "Scheduled", ""},
		{"fusion.yaml", fmt.Sprintf(clonedRule, "fusion", "Fusion"), "Fusion", "unsupported: rules of kind Fusion are not run yet"},
		{"noquery.yaml", fmt.Sprintf(clonedRule, "noquery", "Scheduled"), "1:1: want a query in this rule", ""},
		{"moved.yaml", "id: m\nname: Moved\ndescription: it is elsewhere now\n", "", ""},
		{"list.yaml", "- a\n- b\n", "", ""},
		{"empty.yaml", "", "", ""},
		{"comments.yaml", "# nothing\n\n", "", ""},
		{"deployment.yaml", "kind: Deployment\nmetadata: {name: x}\n", "", ""},
		{"two.yaml", scheduled("two") + "---\n" + scheduled("three"), "8:1: want one document a file, found another", ""},
		{"anchor.yaml", scheduled("anchor") + "tactics: &t [Impact]\n", "8:10: want no anchors or aliases in a rule", ""},
		{"tab.yaml", scheduled("tab") + "customDetails:\n\tA: B\n", "9:1: want a rule in YAML: found character that cannot start any token", ""},
		{"anchors.yml", "title: Anchors\nlogsource: {product: aws}\ndetection: {a: &a {b: c}, d: *a, condition: a}\n", "sigma", "unsupported: Sigma rules are not run yet"},
		{"several.yml", "title: Several\naction: global\nlogsource: {product: aws}\n---\ndetection: {a: {b: c}}\n", "sigma", "unsupported: Sigma rules are not run yet"},
		{"correlation.yml", "title: Often\ncorrelation: {type: event_count, rules: [a], timespan: 1h}\n", "sigma", "unsupported: Sigma rules are not run yet"},
		{"custom.yaml", "kind: CustomDetection\nproperties:\n  id: cd\n  displayName: A rule\n  queryCondition: {queryText: A}\n  detectionAction: {alertTemplate: {severity: low}}\n", "CustomDetection", "unsupported: custom detections of Defender XDR are not run yet"},
		{"graph.yaml", "displayName: A rule\nqueryCondition: {queryText: A}\ndetectionAction: {alertTemplate: {title: A}}\n", "CustomDetection", "unsupported: custom detections of Defender XDR are not run yet"},
		{"summary.yaml", "id: sr\ndisplayName: Sums\ndestinationTable: Sums_CL\nquery: A | summarize count()\nbinSize: 60\n", "summary", "unsupported: summary rules are not run yet"},
		{"nameless.yaml", "destinationTable: Sums_CL\nquery: A\n", "1:1: want a displayName of at most 500 bytes", ""},
		{"bom.toml", "\ufeff[rule]\nrule_id = \"tb\"\nname = \"A rule\"\ntype = \"eql\"\nseverity = \"low\"\nquery = \"any where true\"\n", "eql", "unsupported: rules of type eql are not run yet"},
		{"number.toml", "[rule]\nrule_id = \"n\"\nname = \"N\"\nseverity = \"low\"\nrisk_score = \"21\"\n", "5:14: want a whole number, found a TOML string", ""},
		{"hunt.toml", "[hunt]\nuuid = \"h\"\nname = \"A hunt\"\nlanguage = [\"EQL\", \"OSQuery\"]\nquery = [\"sequence by user.id [any where true] [any where true]\"]\n", "hunt", "unsupported: hunts in eql are not run yet"},
		{"long.yaml", scheduled(strings.Repeat("i", 300)), "want an id of at most 200 bytes, found 300", ""},
		{"pyproject.toml", "[tool]\nname = \"x\"\n", "", ""},
		{"page.md", "---\ntitle: A page\nlayout: wide\n---\nText.\n", "", ""},
		{"rule.md", "---\ntitle: A rule without most\nseverity: low\n---\nText.\n", "1:1: want id in the front matter", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, tt.name), []byte(tt.text), 0o644); err != nil {
				t.Fatal(err)
			}
			shelf, err := ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			got, state := "", ""
			for _, d := range shelf.Detections {
				got, state = d.Type, d.Rule.State
			}
			for _, r := range shelf.Refused {
				got = r.Err.Error()
				if all := syntax.Errors(r.Err); len(all) > 0 {
					got = all[0].Brief()
				}
			}
			if got != tt.want || state != tt.state || (got == "") != (len(shelf.Others) == 1) {
				t.Errorf("got %q, %q and %v others, want %q, %q", got, state, shelf.Others, tt.want, tt.state)
			}
		})
	}
}

// Each query of a hunt is in the language that it is written in, whichever the hunt names first.
func TestHuntLanguages(t *testing.T) {
	const hunt = `[hunt]
uuid = "h"
name = "A hunt"
language = ["ES|QL", "EQL", "OSQuery"]
query = ["FROM a | LIMIT 1", "process where process.name == \"x\"", "SELECT * FROM users", "sample by host [any where true] [any where true]"]
`
	list, err := Read("hunt.toml", []byte(hunt))
	if err != nil {
		t.Fatal(err)
	}
	var got []engine.Language
	for _, d := range list {
		got = append(got, d.Rule.Language)
	}
	if want := []engine.Language{"esql", "eql", "osquery", "eql"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMoment(t *testing.T) {
	for _, tt := range []struct {
		text string
		ends bool
		want string
	}{
		{"now", false, "?alert_time"},
		{"now-48h/h", false, "DATE_TRUNC(1 hour, ?alert_time - 48 hours)"},
		{"now/d", true, "DATE_TRUNC(1 day, ?alert_time) + 1 day - 1 millisecond"},
		{"", false, "other"},
	} {
		got, err := moment(tt.text, "other", tt.ends)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", tt.text, err, diff)
		}
	}
}
