package guides

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
)

// shared is a folder of published rules and logs beside the repository, which not everyone has.
func shared(t *testing.T, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	full := filepath.Join(filepath.Dir(dir), "shared", path)
	if _, err := os.Stat(full); err != nil {
		t.Skipf("skipped: no published rules at ../shared/%s", path)
	}
	return full
}

func TestPublishedRules(t *testing.T) {
	dir := shared(t, "rules")
	shelf, err := ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range shelf.Refused {
		t.Errorf("%s: %v", r.Path, r.Err)
	}
	if len(shelf.Others) != 0 {
		t.Errorf("%v files taken for no rules", shelf.Others)
	}
	states := map[string]int{}
	for _, d := range shelf.Detections {
		r := d.Rule
		if len(d.Notices) > 0 {
			t.Errorf("%s: %v", d.Source, d.Notices)
		}
		kind := string(r.Language)
		if r.State != "" {
			kind = r.State
		}
		states[string(d.Format)+", "+kind]++
		if r.ID == "" || r.Title == "" || r.Severity == "" || d.Description == "" || len(r.Entity) == 0 && r.State == "" {
			t.Errorf("%s: %+v", d.Source, r)
		}
		if r.State == "" && (r.Every <= 0 || r.Lookback <= 0) {
			t.Errorf("%s: every %v over %v", d.Source, r.Every, r.Lookback)
		}
		if d.Format == FormatElasticRule && len(d.Guide.Steps()) < 4 {
			t.Errorf("%s: %d steps", d.Source, len(d.Guide.Steps()))
		}
		if d.Format != FormatSigma {
			place(t, d)
		}
	}
	want := map[string]int{
		"elastic hunt, esql": 2, "elastic rule, esql": 9, "sentinel rule, kql": 5, "sentinel hunt, kql": 2,
		"elastic rule, unsupported: rules of type eql are not run yet":               1,
		"elastic rule, unsupported: rules of type query (kuery) are not run yet":     6,
		"elastic rule, unsupported: rules of type new_terms (kuery) are not run yet": 3,
		"sigma, unsupported: Sigma rules are not run yet":                            2,
	}
	if d := cmp.Diff(want, states); d != "" {
		t.Error(d)
	}
}

// place checks that a query's place is where its file has it, line by line.
func place(t *testing.T, d *Detection) {
	t.Helper()
	data, err := os.ReadFile(d.Source)
	if err != nil {
		t.Fatal(err)
	}
	lines, r := strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n"), d.Rule
	for i, want := range strings.Split(r.Query, "\n") {
		at := r.Indent
		if i == 0 {
			at = r.Column - 1
		}
		got := lines[r.Line-1+i]
		if want != "" && got[min(at, len(got)):] != want {
			t.Errorf("%s:%d:%d: the query has %q there, the file %q", d.Source, r.Line+i, at+1, want, got)
			return
		}
	}
}

func TestElasticRule(t *testing.T) {
	dir := shared(t, "rules/elastic")
	read := func(name string) *Detection {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		list, err := Read(name, data)
		if err != nil {
			t.Fatal(err)
		}
		return list[0]
	}

	d := read("aws_bedrock_multiple_attempts_to_use_denied_models_by_user.toml")
	if d.Rule.Every != 10*time.Minute || d.Rule.Lookback != time.Hour || d.Rule.Risk != 73 || d.Rule.MaxAlerts != 100 {
		t.Errorf("%+v", d.Rule)
	}
	want := []Technique{{"ATLAS", "AML.T0015", "Mitre Atlas: T0015"}, {"ATLAS", "AML.T0034", "Mitre Atlas: T0034"}}
	if diff := cmp.Diff(want, d.Techniques); diff != "" {
		t.Error(diff)
	}
	var titles []string
	levels := 0
	for _, s := range d.Guide.Sections {
		titles = append(titles, s.Title)
		for _, step := range s.Steps {
			levels += step.Level
		}
	}
	if len(titles) != 5 || titles[2] != "Possible investigation steps" || levels != 3 {
		t.Errorf("sections %q, %d steps under steps", titles, levels)
	}

	d = read("execution_bedrock_high_risk_tool_invocation.toml")
	suppress := engine.Suppression{By: []string{"user.id", "cloud.account.id"}, Duration: time.Hour, Missing: "suppress"}
	if diff := cmp.Diff(suppress, d.Rule.Suppress); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"T1059"}, d.Rule.ATTACK); diff != "" || d.Rule.Entity[0] != "user.id" {
		t.Errorf("%s, entity %v", diff, d.Rule.Entity)
	}

	// Without an interval Kibana runs a rule each five minutes.
	if d = read("impact_bedrock_api_key_destructive_action.toml"); d.Rule.Every != 5*time.Minute || d.Rule.Lookback != 30*time.Minute {
		t.Errorf("every %v over %v", d.Rule.Every, d.Rule.Lookback)
	}
}

func TestSentinelRule(t *testing.T) {
	dir := shared(t, "rules/sentinel")
	shelf, err := ReadDir(filepath.Join(dir, "OpenAIConfigToAbuseChain.yaml"))
	if err != nil || len(shelf.Detections) != 1 {
		t.Fatal(err, shelf)
	}
	d := shelf.Detections[0]
	r := d.Rule
	if r.Every != time.Hour || r.Lookback != 24*time.Hour || r.Severity != engine.High || !r.OneAlert {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff(engine.Grouping{Enabled: true, Lookback: 24 * time.Hour, Matching: "Selected", Entities: []string{"Account"}}, r.Group); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"ActorEmail", "ConfigIp", "ModelName"}, r.Entity); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"ActorEmail": "user.id", "ConfigIp": "source.ip"}, r.Fields); diff != "" {
		t.Error(diff)
	}
	shelf, err = ReadDir(filepath.Join(dir, "OpenAIOffHoursOrGeoAnomaly.yaml"))
	if err != nil || len(shelf.Detections) != 1 {
		t.Fatal(err, shelf)
	}
	if d := shelf.Detections[0]; d.Kind != KindHunt || d.Rule.Lookback != 30*24*time.Hour || d.Rule.OneAlert {
		t.Errorf("%+v", d.Rule)
	}
}
