package event

import "casebook/engine/column"

// Source is one vendor's kind of record: how it is recognised and decoded, and the small fields its events carry.
type Source struct {
	Name  string
	Title string // for people
	// Small are the fields that Event.Values may hold, in this order, under the names the views use.
	Small []column.Field
}

// The names of the sources, as Event.Source holds them.
const (
	Bedrock     = "aws_bedrock"  // model invocation logs
	Azure       = "azure_openai" // diagnostic logs: RequestResponse, Audit
	OpenAI      = "openai"       // chat completions, as the API lists them or Sentinel keeps them
	Agent       = "agent"        // other vendors' rows of ASimAgentEventLogs
	OpenAIAudit = "openai_audit" // audit logs of an OpenAI organisation
	CloudTrail  = "cloudtrail"   // CloudTrail records
)

var sources = []*Source{bedrockSource, azureSource, gatewaySource, llmSource, openaiSource, agentSource, auditSource, cloudtrailSource}

// SourceOf is the source of that name.
func SourceOf(name string) (*Source, bool) {
	for _, s := range sources {
		if s.Name == name {
			return s, true
		}
	}
	return nil, false
}

// place is where a small field stands; it is for tables of places made when the program starts.
func (s *Source) place(name string) int {
	for i, f := range s.Small {
		if f.Name == name {
			return i
		}
	}
	return -1
}

var tables = []*Table{bedrockTable, azureTable, diagnosticsTable, gatewayTable, llmTable, completionsTable, agentTable, auditTable, cloudtrailTable, trailTable}
