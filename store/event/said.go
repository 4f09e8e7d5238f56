package event

import "casebook/engine/column"

// said are the fields, besides those of type text, that hold what was said to a model or by it, or a body that does.
var said = map[string]bool{
	"EventOriginalRequestDetails": true, "EventOriginalResultDetails": true, "EventThoughtProcessDetails": true,
	"RequestBody": true, "ResponseBody": true, "BackendRequestBody": true, "BackendResponseBody": true, "TraceRecords": true,
	"RequestMessages": true, "ResponseMessages": true,
}

// Said tells whether a field of a table holds what people and models said to each other, or a record that does.
func Said(f column.Field) bool { return f.Type == column.Text || said[f.Name] }
