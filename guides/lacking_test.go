package guides

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
)

func TestLacking(t *testing.T) {
	list, err := Read("slips.yaml", []byte(`id: slips
name: Slips
kind: Scheduled
severity: Low
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: OpenAIChatCompletions | summarize n = count() by User = ActorUsername
entityMappings:
- entityType: Account
  fieldMappings:
  - {identifier: Name, columnName: User}
  - {identifier: UPNSuffix, columnName: Suffix}
customDetails: {Calls: n, Tool: ToolName}
alertDetailsOverride:
  alertDisplayNameFormat: "{{User}} made {{calls}}"
  alertDescriptionFormat: "{{n}} of {{User}}"
  alertSeverityColumnName: Sev
`))
	if err != nil {
		t.Fatal(err)
	}
	got := list[0].Lacking([]column.Field{{Name: "User", Type: column.String}, {Name: "n", Type: column.Long}})
	want := []string{
		"the result has no column Suffix, so Account.UPNSuffix is empty in every alert",
		"the result has no column ToolName, so the detail Tool is empty in every alert",
		"the result has no column calls, so every alert has the rule's own title",
		"the result has no column Sev, so every alert has the rule's own severity",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
