package event

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"
	"time"

	"casebook/engine/column"
)

// compare checks a record's fields against an expected document: every field that the document has and the view knows.
func compare(t *testing.T, table *Table, r Record, want map[string]any, unknown map[string]bool) {
	t.Helper()
	x, err := Detail(r.Raw, nil)
	if err != nil {
		t.Fatalf("line %d: %v", r.Line, err)
	}
	for name, value := range want {
		c, ok := table.Column(name)
		if !ok {
			if !unknown[name] {
				t.Errorf("line %d: %s is no column", r.Line, name)
			}
			continue
		}
		got := shown(x.Value(table, c), c.Type)
		if list, ok := value.([]any); ok && len(list) == 1 {
			value = list[0]
		}
		if !reflect.DeepEqual(got, value) {
			t.Errorf("line %d: %s\n got %#v\nwant %#v", r.Line, name, got, value)
		}
	}
	for _, c := range table.Columns {
		if got := x.Value(table, &c); got != nil && c.From != Constant && c.Field.Name != "event.original" {
			if _, ok := want[c.Field.Name]; !ok && !unknown[c.Field.Name] {
				t.Errorf("line %d: %s is %v, want it absent", r.Line, c.Field.Name, got)
			}
		}
	}
}

// shown is a value the way JSON and Elastic's expectations have it.
func shown(value any, t column.Type) any {
	switch v := value.(type) {
	case int64:
		if t == column.Time {
			return column.ToTime(v).Format("2006-01-02T15:04:05.000Z")
		}
		return float64(v)
	case time.Time:
		return v.Format(time.RFC3339)
	}
	return value
}

func expected(t *testing.T, path string, to any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatal(err)
	}
}
