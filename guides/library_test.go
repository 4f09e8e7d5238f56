package guides

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
)

// What was published of the five detections, apart from words: these are facts and must not drift.
func TestLibraryFacts(t *testing.T) {
	type facts struct {
		Language        engine.Language
		Severity        engine.Severity
		Risk, MaxAlerts int
		Every, Lookback time.Duration
		Entity          []string
		ATLAS, ATTACK   []string
	}
	const m, h = time.Minute, time.Hour
	want := map[string]facts{
		"azure-openai-denial-of-service": {"esql", "medium", 47, 100, 10 * m, 60 * m, []string{"azure.resource.name"}, []string{"AML.T0029"}, nil},
		"azure-openai-insecure-output":   {"esql", "low", 21, 100, 10 * m, 60 * m, []string{"azure.resource.name"}, nil, nil},
		"bedrock-denied-models":          {"esql", "high", 73, 100, 10 * m, 60 * m, []string{"user.id"}, []string{"AML.T0015", "AML.T0034"}, nil},
		"bedrock-resource-exhaustion":    {"esql", "medium", 47, 100, 24 * h, 24 * h, []string{"cloud.account.id"}, []string{"AML.T0034"}, nil},
		"openai-red-team-pacing":         {"kql", "medium", 47, 100, h, h, []string{"ActorUser"}, nil, []string{"T1526", "T1499"}},
	}
	got := map[string]facts{}
	for _, d := range load(t) {
		r := d.Rule
		got[r.ID] = facts{r.Language, r.Severity, r.Risk, r.MaxAlerts, r.Every, r.Lookback, r.Entity, r.ATLAS, r.ATTACK}
		if d.Setup == "" || d.Description == "" || len(d.References) == 0 || d.License == "" || d.Published.Name == "" || len(r.Tags) == 0 && d.Kind == KindRule {
			t.Errorf("%s: want setup, description, references, licence, origin and tags", r.ID)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestLibraryPacing(t *testing.T) {
	d := find(t, "openai-red-team-pacing")
	r := d.Rule
	if want := (engine.Trigger{Operator: "gt", Threshold: 0}); r.Trigger != want {
		t.Errorf("trigger %+v", r.Trigger)
	}
	want := engine.Grouping{Enabled: true, Lookback: 6 * time.Hour, Matching: "Selected", Entities: []string{"Account"}}
	if diff := cmp.Diff(want, r.Group); diff != "" || !r.OneAlert {
		t.Errorf("one alert %v, grouping %s", r.OneAlert, diff)
	}
	if diff := cmp.Diff([]Entity{{"Account", map[string]string{"Name": "ActorUser"}}}, d.Entities); diff != "" {
		t.Error(diff)
	}
	if r.Fields["ActorUser"] != "user.id" {
		t.Errorf("fields %v", r.Fields)
	}
}

// Every step of the library is live or says that no log can answer it, and every parameter is one that an alert can give.
func TestLibrarySteps(t *testing.T) {
	alert := map[string]bool{"alert_id": true, "window_from": true, "window_to": true, "alert_time": true, "user_id": true, "cloud_account_id": true, "azure_resource_name": true}
	rows := map[string]map[string]bool{ // columns of the rules' own rows
		"azure-openai-denial-of-service": {"target_time_window": true, "count": true, "avg_request_size": true},
		"bedrock-denied-models":          {"gen_ai_request_model_id": true},
	}
	for _, d := range load(t) {
		steps := map[string]int{}
		for _, s := range d.Guide.Sections {
			steps[s.Title] = len(s.Steps)
			for _, step := range s.Steps {
				if step.Live() == step.Manual {
					t.Errorf("%s: step %s is neither live nor manual", d.Rule.ID, step.Key)
				}
				for _, p := range step.Params {
					if !alert[p] && !rows[d.Rule.ID][p] {
						t.Errorf("%s: step %s wants ?%s, which no alert of this rule gives", d.Rule.ID, step.Key, p)
					}
				}
			}
		}
		if steps["Triage"] == 0 || d.Kind == KindRule && (steps["False positives"] == 0 || steps["Response"] == 0) {
			t.Errorf("%s: steps %v", d.Rule.ID, steps)
		}
	}
}

func load(t *testing.T) []*Detection {
	t.Helper()
	all, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func find(t *testing.T, id string) *Detection {
	t.Helper()
	for _, d := range load(t) {
		if d.Rule.ID == id {
			return d
		}
	}
	t.Fatalf("no %s in the library", id)
	return nil
}
