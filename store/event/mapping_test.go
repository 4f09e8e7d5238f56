package event

import (
	"strings"
	"testing"

	"casebook/engine/column"
)

func TestMappedTimes(t *testing.T) {
	for _, tt := range []struct{ format, text, want string }{
		{"", "2026-03-01T10:00:00.5Z", "2026-03-01T10:00:00.5Z"},
		{"unix", "1772359200", "2026-03-01T10:00:00Z"},
		{"unix", "1772359200.25", "2026-03-01T10:00:00.25Z"},
		{"unix", "-0.25", "1969-12-31T23:59:59.75Z"},
		{"unix_ms", "1772359200000", "2026-03-01T10:00:00Z"},
		{"unix_us", "1772359200000001", "2026-03-01T10:00:00.000001Z"},
		{"unix_ns", "1772359200000000001", "2026-03-01T10:00:00.000000001Z"},
		{"unix_ns", "99999999999999999999", ""},
		{"unix", "9999999999999", ""},
		{"unix", "soon", ""},
		{"%d/%b/%Y:%H:%M:%S %z", "01/Mar/2026:11:00:00 +0100", "2026-03-01T10:00:00Z"},
		{"%Y-%m-%d %H:%M:%S.%f", "2026-03-01 10:00:00.123456", "2026-03-01T10:00:00.123456Z"},
		{"%Y-%m-%d", "2026-02-30", ""},
		{"%Y-%m-%d", "1600-01-01", ""},
	} {
		read, err := readerOfTimes(tt.format)
		if err != nil {
			t.Errorf("%s: %v", tt.format, err)
			continue
		}
		got, _, ok := read(tt.text)
		if want, _, good := stamp(tt.want); ok != good || ok && got != want {
			t.Errorf("%q as %q is %d (%t), want %s", tt.text, tt.format, got, ok, tt.want)
		}
	}
	for _, format := range []string{"rfc", "%Q", "%Y year", "%"} {
		if _, err := readerOfTimes(format); err == nil {
			t.Errorf("the format %q was taken", format)
		}
	}
}

// TestMappedRecords holds records against the columns of a mapping: what fits becomes an event, what does not is told.
func TestMappedRecords(t *testing.T) {
	m, err := NewMapping("web", []MappedColumn{
		{Name: "ts", Path: "ts", Type: column.Time, Time: true}, {Name: "who", Path: "a.b.who", Type: column.String, Slot: User},
		{Name: "dotted", Path: "x.y", Type: column.String}, {Name: "n", Path: "n", Type: column.Long, Slot: PromptTokens},
		{Name: "f", Path: "f", Type: column.Double}, {Name: "yes", Path: "yes", Type: column.Bool}, {Name: "any", Path: "any", Type: column.Dynamic},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ record, why string }{
		{`{"ts":"2026-03-01T10:00:00Z","a":{"b":{"who":"ada"}},"x.y":"z","n":1,"f":1.5,"yes":true,"any":{"k":[1]}}`, ""},
		{`{"n":"12","f":"1e3","yes":"FALSE","any":"text","unknown":{}}`, ""},
		{`{"n":1.0,"a":{"b":7}}`, ""},
		{`{"n":1.5}`, "want a long, found 1.5"},
		{`{"n":9223372036854775808}`, "want a long, found 9223372036854775808"},
		{`{"n":true}`, "want a long"},
		{`{"f":1e999}`, "want a double"},
		{`{"f":"NaN"}`, "want a double"},
		{`{"yes":1}`, "want a boolean"},
		{`{"ts":"yesterday"}`, `want a datetime, found "yesterday"`},
		{`{"a":{"b":{"who":["x"]}}}`, `want a string, found ["x"]`},
		{`{"n":null}`, "none of the columns of web"},
		{`{"other":1}`, "none of the columns of web"},
		{`7`, "a JSON object was wanted"},
		{`{"n":1`, "JSON ends"},
	} {
		records := read(t, []byte(tt.record+"\n"), Reading{Mapping: m})
		if len(records) != 1 {
			t.Errorf("%s: %d records", tt.record, len(records))
			continue
		}
		r := &records[0]
		if (r.Kind == Accepted) != (tt.why == "") || !strings.Contains(r.Reject.Reason, tt.why) {
			t.Errorf("%s: kind %d, %q; want %q", tt.record, r.Kind, r.Reject.Reason, tt.why)
		}
	}
	e := read(t, []byte(`{"ts":"2026-03-01T10:00:00Z","a":{"b":{"who":"ada"}},"n":5}`), Reading{Mapping: m})[0].Event
	if e.Source != "web" || e.User != "ada" || e.PromptTokens != Some(5) || !e.Dated || len(e.Values) != 2 || e.Key == [16]byte{} {
		t.Errorf("%+v", e)
	}
	// A Bedrock record is a row like any other, if its fields are asked for.
	b, err := NewMapping("calls", []MappedColumn{{Name: "t", Path: "timestamp", Type: column.Time, Time: true}, {Name: "model", Path: "modelId", Type: column.String}})
	if err != nil {
		t.Fatal(err)
	}
	if e := read(t, []byte(converse+"\n"), Reading{Mapping: b})[0].Event; e.Source != "calls" || len(e.Values) != 1 {
		t.Errorf("%+v", e)
	}
	// Envelopes are opened as ever.
	if got := read(t, []byte(`{"records":[{"n":1},{"n":2}]}`), Reading{Mapping: m}); len(of(got, Accepted)) != 2 {
		t.Errorf("%+v", got)
	}
}

func TestBadMappings(t *testing.T) {
	at := MappedColumn{Name: "ts", Path: "ts", Type: column.Time, Time: true}
	for _, tt := range []struct {
		name    string
		columns []MappedColumn
		why     string
	}{
		{"web", nil, "no column is the time"},
		{"web", []MappedColumn{at, at}, "two of that name"},
		{"web", []MappedColumn{at, {Name: "t2", Type: column.Time, Time: true}}, "the time is"},
		{"web", []MappedColumn{at, {Name: "n", Type: column.Long, Format: "iso"}}, "only a datetime or date_nanos has a format"},
		{"web", []MappedColumn{at, {Name: "n", Type: column.Long, Slot: User}}, "wants a column of another type"},
		{"web", []MappedColumn{{Name: "ts", Type: column.Long, Time: true}}, "is a datetime"},
		{"openai", []MappedColumn{at}, "another meaning"},
		{"logs-aws_bedrock.invocation-*", []MappedColumn{at}, "a name is of letters"},
		{"..hidden", []MappedColumn{at}, "a name is of letters"},
		{".", []MappedColumn{at}, "another meaning"},
		{"logs-aws_bedrock.invocation-default", []MappedColumn{at}, "another meaning"},
		{"", []MappedColumn{at}, "another meaning"},
	} {
		if _, err := NewMapping(tt.name, tt.columns); err == nil || !strings.Contains(err.Error(), tt.why) {
			t.Errorf("%s %+v: %v, want %q", tt.name, tt.columns, err, tt.why)
		}
	}
}
