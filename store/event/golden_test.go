package event

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"casebook/engine/column"

	"casebook/engine/literal"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Each testdata/VENDOR/*.jsonl has beside it what comes of it: for each span its place and kind, for each event the fields
// that its view shows.
func TestGolden(t *testing.T) {
	logs, err := filepath.Glob("testdata/*/*.jsonl")
	if err != nil || len(logs) == 0 {
		t.Fatalf("no logs in testdata: %v", err)
	}
	for _, path := range logs {
		t.Run(path, func(t *testing.T) {
			got := describe(t, readFile(t, path))
			golden := strings.TrimSuffix(path, ".jsonl") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; run go test -update and look at the difference\n%s", golden, got)
			}
		})
	}
}

// TestGlancedValuesStay holds what is read at a glance against what is read of the whole record, and overwrites records whose columns were read, as whoever reads one record after another does.
func TestGlancedValuesStay(t *testing.T) {
	logs, err := filepath.Glob("testdata/*/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, path := range logs {
		for _, r := range of(readFile(t, path), Accepted) {
			table, _ := tableOf(r.Event.Source)
			raw := bytes.Clone(r.Raw)
			x, err := Glance(r.Event.Source, raw, nil)
			if err != nil {
				t.Fatal(err)
			}
			whole, err := Detail(r.Raw, nil)
			if err != nil {
				t.Fatal(err)
			}
			type value struct {
				column *Column
				now    string
				later  any
			}
			var values []value
			for i := range table.Columns {
				if c := &table.Columns[i]; c.From == FromRaw {
					v := x.Value(table, c)
					if w := whole.Value(table, c); !reflect.DeepEqual(v, w) {
						t.Errorf("%s, line %d, %s: %#v at a glance, %#v of the whole record", path, r.Line, c.Name, v, w)
					}
					for _, key := range Keys(table, c) {
						if v != nil && !NewSpelling([]literal.Need{literal.Of(key, false)}, []int{0}).Find(r.Raw, &literal.Found{})[0] {
							t.Errorf("%s, line %d, %s: %#v without the key %q", path, r.Line, c.Name, v, key)
						}
					}
					values = append(values, value{c, fmt.Sprintf("%#v", v), v})
				}
			}
			clear(raw)
			for _, v := range values {
				read++
				if later := fmt.Sprintf("%#v", v.later); later != v.now {
					t.Errorf("%s, line %d, %s: %s becomes %s", path, r.Line, v.column.Name, v.now, later)
				}
			}
		}
	}
	if read == 0 {
		t.Error("no column was read")
	}
}

func describe(t *testing.T, records []Record) string {
	var b strings.Builder
	for _, r := range records {
		fmt.Fprintf(&b, "line %d, bytes %d+%d: ", r.Line, r.Offset, r.Length)
		switch r.Kind {
		case Frame:
			b.WriteString("frame\n")
			continue
		case Blank:
			fmt.Fprintf(&b, "%d blank\n", r.Lines)
			continue
		case Rejected:
			fmt.Fprintf(&b, "rejected: %s\n", r.Reject.Error())
			continue
		case Skipped:
			fmt.Fprintf(&b, "skipped: %s\n", r.Reject.Error())
			continue
		}
		e := r.Event
		fmt.Fprintf(&b, "%s %x", e.Source, e.Key[:4])
		if e.Flags != 0 {
			fmt.Fprintf(&b, " (%s)", strings.Join(e.Flags.Names(), ", "))
		}
		b.WriteByte('\n')
		if e.UserName != "" || e.UserRole != "" {
			fmt.Fprintf(&b, "  user %q role %q session %q\n", e.UserName, e.UserRole, e.UserSession)
		}
		x, err := Detail(r.Raw, nil)
		if err != nil {
			t.Fatal(err)
		}
		table, ok := tableOf(e.Source)
		if !ok {
			t.Fatalf("no view of %s", e.Source)
		}
		for _, f := range x.Fields(table) {
			if c, _ := table.Column(f.Name); c.From == Constant {
				continue
			}
			fmt.Fprintf(&b, "  %s = %s\n", f.Name, inLiteral(f))
		}
	}
	return b.String()
}

func inLiteral(f Named) string {
	if n, ok := f.Value.(int64); ok && f.Type == column.Time {
		return column.ToTime(n).Format("2006-01-02T15:04:05.0000000Z")
	}
	return string(appendJSON(nil, f.Value))
}

// tableOf is the view that shows a source's events best: the narrowest.
func tableOf(source string) (*Table, bool) {
	for _, t := range tables {
		for _, s := range t.Sources {
			if s == source {
				return t, true
			}
		}
	}
	return nil, false
}
