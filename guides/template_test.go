package guides

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// packedRules is a template as a workspace exports it and as solutions are packed: rules, one with a mistake, a hunting query
// in a template of its own, and a parser that is no rule.
const packedRules = `{
  "variables": {
    "hunt": {"contentId": "[variables('huntId')]"},
    "huntId": "many-keys"
  },
  "resources": [
    {
      "name": "[concat(parameters('workspace'),'/Microsoft.SecurityInsights/AAAA2D3E-1111-4222-8333-444455556666')]",
      "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
      "kind": "Scheduled",
      "properties": {
        "displayName": "Keys open to all",
        "description": "Anybody can encrypt.",
        "severity": "High",
        "enabled": false,
        "query": "AWSCloudTrail\n| where EventName == \"CreateKey\"",
        "queryFrequency": "PT1H",
        "queryPeriod": "P1D",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 2,
        "suppressionDuration": "PT5H",
        "suppressionEnabled": true,
        "startTimeUtc": null,
        "tactics": ["Impact"],
        "techniques": ["T1486"],
        "entityMappings": [{"entityType": "IP", "fieldMappings": [{"identifier": "Address", "columnName": "SourceIpAddress"}]}],
        "eventGroupingSettings": {"aggregationKind": "AlertPerResult"},
        "customDetails": null
      }
    },
    {
      "name": "named", "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules", "kind": "Scheduled",
      "properties": {"name": "Named as in YAML", "severity": "Low", "query": "AWSCloudTrail", "queryFrequency": "PT1H", "queryPeriod": "PT1H"}
    },
    {
      "name": "broken", "type": "Microsoft.SecurityInsights/AlertRuleTemplates", "kind": "Scheduled",
      "properties": {"displayName": "Broken", "severity": "Hihg", "query": "T", "queryFrequency": "PT1H", "queryPeriod": "PT1H"}
    },
    {
      "name": "[concat(parameters('workspace'),'/Microsoft.SecurityInsights/BuiltInFusion')]",
      "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules", "kind": "Fusion",
      "properties": {"enabled": true}
    },
    {
      "type": "Microsoft.OperationalInsights/workspaces/providers/contentTemplates",
      "properties": {
        "contentId": "[variables('hunt').contentId]",
        "mainTemplate": {
          "resources": [
            {"type": "Microsoft.OperationalInsights/savedSearches", "name": "[variables('nowhere')]", "properties": {
              "category": "Hunting Queries", "displayName": "Many keys", "query": "AWSCloudTrail | where TimeGenerated > ago(7d)", "version": 2,
              "tags": [{"name": "description", "value": "Who makes keys."}, {"name": "tactics", "value": "Impact,Discovery"}, {"name": "techniques", "value": "T1486, T1526"}]}},
            {"type": "Microsoft.OperationalInsights/savedSearches", "name": "p", "properties": {"category": "Parser", "displayName": "P", "query": "T"}}
          ]
        }
      }
    }
  ]
}`

func TestTemplates(t *testing.T) {
	shelf := ReadFiles([]File{{Path: "all.json", Data: []byte(packedRules)}})
	if len(shelf.Refused) != 1 || len(shelf.Files) != 1 || len(shelf.Detections) != 4 {
		t.Fatalf("%d refused, %d files, %d rules", len(shelf.Refused), len(shelf.Files), len(shelf.Detections))
	}
	if got, want := shelf.Refused[0].Err.Error(), `all.json:37:59: want a known severity, found "Hihg" (did you mean high?)`; got != want {
		t.Errorf("the mistake is %s, want %s", got, want)
	}
	rule, named, fusion, hunt := shelf.Detections[0], shelf.Detections[1], shelf.Detections[2], shelf.Detections[3]
	if named.Rule.Title != "Named as in YAML" {
		t.Errorf("a rule whose name stands under the key of YAML is called %q", named.Rule.Title)
	}
	type facts struct {
		ID, Title, Query, Severity string
		Every, Lookback, Rest      time.Duration
		Threshold                  int
		OneAlert, Disabled         bool
		Entity, Tactics            []string
		Techniques                 int
	}
	for _, tt := range []struct {
		d    *Detection
		want facts
	}{
		{rule, facts{ID: "aaaa2d3e-1111-4222-8333-444455556666", Title: "Keys open to all", Query: "AWSCloudTrail\n| where EventName == \"CreateKey\"", Severity: "high",
			Every: time.Hour, Lookback: 24 * time.Hour, Rest: 5 * time.Hour, Threshold: 2, Disabled: true, Entity: []string{"SourceIpAddress"}, Tactics: []string{"Impact"}, Techniques: 1}},
		{hunt, facts{ID: "many-keys", Title: "Many keys", Query: "AWSCloudTrail | where TimeGenerated > ago(7d)", Severity: "medium",
			Every: 24 * time.Hour, Lookback: 7 * 24 * time.Hour, Entity: sentinelSubjects, Tactics: []string{"Impact", "Discovery"}, Techniques: 2}},
	} {
		r := tt.d.Rule
		got := facts{r.ID, r.Title, r.Query, string(r.Severity), r.Every, r.Lookback, r.Suppress.Duration, r.Trigger.Threshold, r.OneAlert, tt.d.Disabled, r.Entity, tt.d.Tactics, len(tt.d.Techniques)}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Error(diff)
		}
	}
	if fusion.Rule.ID != "BuiltInFusion" || fusion.Rule.State != "unsupported: rules of kind Fusion are not run yet" {
		t.Errorf("a rule of another kind is %q: %s", fusion.Rule.ID, fusion.Rule.State)
	}
	if text := rule.Rule.Text; !strings.HasPrefix(text, "{\n      \"name\"") || !strings.HasSuffix(text, "null\n      }\n    }") {
		t.Errorf("the rule's own text is %q", text)
	}
	if rule.Rule.File != "all.json#aaaa2d3e-1111-4222-8333-444455556666" {
		t.Errorf("mistakes in its query are told of %s", rule.Rule.File)
	}
}

// A file in a folder that is no template of rules is counted, and one that is meant to be is refused with its place.
func TestNoTemplates(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`{"resources": []}`, "want a template that holds rules"},
		{`{"a": "alertRules"}`, "want a template that holds rules"},
		{"{\"alertRules\": [1,\n 2", "x.json:2:2: want a template in JSON: unexpected EOF"},
		{`{"alertRules": nil}`, "x.json:1:16: want a template in JSON: invalid character 'i'"},
		{`{"alertRules": 1} 2`, "more follows the first value"},
	} {
		_, err := Read("x.json", []byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s is read as %v, want %s", tt.text, err, tt.want)
		}
	}
}
