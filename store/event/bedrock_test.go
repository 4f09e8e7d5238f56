package event

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func TestElasticSample(t *testing.T) {
	records := readFile(t, shared(t, "aws_bedrock/elastic_test-aws-bedrock.log"))
	for _, r := range of(records, Rejected) {
		t.Errorf("line %d: %v", r.Line, &r.Reject)
	}
	var want []map[string]any
	expected(t, shared(t, "aws_bedrock/elastic_expected_derived.json"), &want)
	events := of(records, Accepted)
	if len(events) != len(want) {
		t.Fatalf("%d events, want %d", len(events), len(want))
	}
	unknown := map[string]bool{"gen_ai.policy.match_detail": true}
	for _, c := range bedrockTable.Columns {
		if name := c.Field.Name; strings.HasPrefix(name, "aws_bedrock.") && !strings.HasSuffix(name, "completion_text") {
			unknown[name] = true // the expectation leaves the copies out
		}
	}
	for i, r := range events {
		compare(t, bedrockTable, r, want[i], unknown)
	}
}
