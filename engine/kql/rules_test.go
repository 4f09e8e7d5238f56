package kql

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// catalog is tables by name.
type catalog map[string]*plan.Table

func (c catalog) Table(name string) (*plan.Table, bool) { t, ok := c[name]; return t, ok }

func (c catalog) Names() []string {
	var names []string
	for n := range c {
		names = append(names, n)
	}
	return names
}

func fields(list string) []column.Field {
	var out []column.Field
	for _, s := range strings.Fields(list) {
		name, word, _ := strings.Cut(s, ":")
		out = append(out, column.Field{Name: name, Type: typeWords[word]})
	}
	return out
}

// sentinelTables have the columns that the published rules read.
var sentinelTables = catalog{
	"OpenAIChatCompletions": {Name: "OpenAIChatCompletions", Time: "TimeGenerated", Fields: fields(`TimeGenerated:datetime ModelName:string ToolName:string
 EventRequestId:string EventFinishReasons:dynamic InputTokensUsed:long OutputTokensUsed:long AdditionalFields:dynamic`)},
	"OpenAIAuditLogs": {Name: "OpenAIAuditLogs", Time: "TimeGenerated", Fields: fields(`TimeGenerated:datetime EventType:string ActorSession:dynamic Project:dynamic
 EventDetails:dynamic Id:string`)},
}

func sharedDir(t *testing.T) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "..", "shared")
		}
	}
	return ""
}

func TestPublishedRules(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(sharedDir(t), "rules", "sentinel", "*.yaml"))
	if len(files) == 0 {
		t.Skip("skipped, the published rules are not beside the repository")
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			var rule struct{ Query string }
			if err := yaml.Unmarshal(data, &rule); err != nil {
				t.Fatal(err)
			}
			checkPlans(t, rule.Query)
		})
	}
}

func TestSeed(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(sharedDir(t), "seeds", "004*"))
	if len(files) == 0 {
		t.Skip("skipped, the seeds are not beside the repository")
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?s)query: \|\n(.*?)\nentityMappings`).FindSubmatch(data)
	if m == nil {
		t.Fatal("the seed has no query")
	}
	checkPlans(t, string(m[1]))
}

// checkPlans wants a plan or, for what cannot be answered offline, a refusal by name.
func checkPlans(t *testing.T, query string) {
	_, _, err := Plan(context.Background(), syntax.NewFile("query", query), sentinelTables, nil)
	if !strings.Contains(query, "geo_info_from_ip_address") {
		if err != nil {
			t.Error(err)
		}
		return
	}
	if err == nil || !strings.Contains(err.Error(), "geo_info_from_ip_address") {
		t.Errorf("want a refusal of geo_info_from_ip_address by name, got %v", err)
	}
}
