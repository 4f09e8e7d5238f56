package event

import "casebook/engine/column"

// Source is one vendor's kind of record: how it is recognised and decoded, and the small fields its events carry.
type Source struct {
	Name  string
	Title string // for people
	// Small are the fields that Event.Values may hold, in this order, under the names the views use.
	Small []column.Field
	// Loose says of each small field whether its values are kept as JSON, to be read as what the column is (Value.Text); nil for none.
	Loose []bool
	found *fields // in the place of Small, where the fields are those that were found: all of them loose
}

// Field is a small field by its place, and whether it is loose.
func (s *Source) Field(at int) (f column.Field, loose, ok bool) {
	switch {
	case s.found != nil:
		f.Name, ok = s.found.name(at)
		return f, true, ok
	case at >= len(s.Small):
		return f, false, false
	}
	return s.Small[at], s.Loose != nil && s.Loose[at], true
}

// Place is where a small field of a name stands, given a place if it has none.
func (s *Source) Place(name string) int {
	if s.found != nil {
		return s.found.place(name)
	}
	return s.place(name)
}

// Count is how many small fields there are.
func (s *Source) Count() int {
	if s.found != nil {
		return s.found.count()
	}
	return len(s.Small)
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
