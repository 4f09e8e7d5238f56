package event

import (
	_ "embed"
	"strings"
	"sync"

	"casebook/engine/column"
)

// Tables of a Log Analytics workspace have columns whether or not a record fills them, and of types that an export does not tell: a CSV has
// nothing but texts. So of the tables that most rules ask for, the columns are known; others that a record brings are found as in any table.
// Defender calls the time of its tables Timestamp, and Sentinel TimeGenerated: they have both names, whatever an export says.

//go:embed workspace.txt
var workspaceText string

// known is what is known of a table before it has records.
type known struct {
	columns map[string]column.Type // but for the time
	time    string                 // the other name that the time has, or ""
}

// workspace are the tables that are known.
var workspace = sync.OnceValue(func() map[string]*known {
	types := map[string]column.Type{"int": column.Int, "long": column.Long, "real": column.Double, "bool": column.Bool, "datetime": column.Time, "dynamic": column.Dynamic}
	tables := map[string]*known{}
	var table *known
	for line := range strings.Lines(workspaceText) {
		line = strings.TrimSpace(line)
		head, list, isHead := strings.Cut(line, ":")
		switch {
		case line == "" || line[0] == '#':
			continue
		case head == "time":
			table.time = strings.TrimSpace(list)
			continue
		case isHead && types[head] == 0:
			table = &known{columns: map[string]column.Type{}}
			for _, name := range strings.Fields(head) {
				tables[name] = table
			}
			continue
		case !isHead:
			head, list = "", line
		}
		t := column.String
		if isHead {
			t = types[head]
		}
		for _, name := range strings.Fields(list) {
			table.columns[name] = t
		}
	}
	return tables
})
