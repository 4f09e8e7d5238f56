package event

import (
	_ "embed"
	"strings"
	"sync"

	"casebook/engine/column"
)

// Tables of a Log Analytics workspace have columns whether or not a record fills them, and of types that an export does not tell: a CSV has
// nothing but texts. So of the tables that most rules ask for, the columns are known; others that a record brings are found as in any table.

//go:embed workspace.txt
var workspaceText string

// workspace are the columns of the tables that are known, but for the time.
var workspace = sync.OnceValue(func() map[string]map[string]column.Type {
	types := map[string]column.Type{"int": column.Int, "long": column.Long, "real": column.Double, "bool": column.Bool, "datetime": column.Time, "dynamic": column.Dynamic}
	tables := map[string]map[string]column.Type{}
	var columns map[string]column.Type
	for line := range strings.Lines(workspaceText) {
		line = strings.TrimSpace(line)
		head, list, isHead := strings.Cut(line, ":")
		switch {
		case line == "" || line[0] == '#':
			continue
		case isHead && types[head] == 0:
			columns = map[string]column.Type{}
			for _, name := range strings.Fields(head) {
				tables[name] = columns
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
			columns[name] = t
		}
	}
	return tables
})
