package event

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"casebook/engine/column"
)

// decoded is what a mapping makes of a record: its fields by name with their JSON, and why it is none.
func decoded(m *Mapping, record string) (fields []string, e Event, why *Reject) {
	d := Decoder{block: &Block{mapping: m, form: jsonForm}}
	why = d.record([]byte(record), &e)
	for _, v := range e.Values {
		f, _, _ := m.source.Field(v.Field)
		fields = append(fields, f.Name+"="+v.Text)
	}
	slices.Sort(fields)
	return fields, e, why
}

func findMapping(t *testing.T, name string, columns ...MappedColumn) *Mapping {
	t.Helper()
	for i := range columns {
		columns[i].Path = columns[i].Name
	}
	m, err := FindMapping(name, FoundFor(name), "", columns)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestFoundInRecords finds columns in records, each in the way of its table.
func TestFoundInRecords(t *testing.T) {
	for _, tt := range []struct{ table, record, want, why string }{
		{"logs-a", `{"@timestamp":"2026-03-01T10:00:00Z","a":{"b":1,"c":{"d":"x"}},"a.e":true}`, `a.b=1 a.c.d="x" a.e=true`, ""},
		{"logs-a", `{"@timestamp":1772359200000,"a":[{"b":1},{"b":[2,3],"c":null},null],"d":[],"e":{},"a.b":4}`, `a.b=[1,2,3,4]`, ""},
		{"logs-a", `{"_index":"i","_id":"x","_score":1,"_source":{"@timestamp":"2026-03-01T10:00:00Z","k":"v"}}`, `k="v"`, ""},
		{"logs-a", `{"@timestamp":"2026-03-01T10:00:00Z","é":"\u0041<\n"}`, `é="A<\n"`, ""},
		{"logs-a", `{"index":{"_id":"x"}}`, "", CodeControl},
		{"logs-a", `{"hits":{"hits":[]}}`, "", "jq -c"},
		{"logs-a", `{"TimeGenerated":"2026-03-01T10:00:00Z"}`, "", `infer = "sentinel"`},
		{"logs-a", `{"@timestamp":"yesterday"}`, "", `column "@timestamp" of logs-a: want a datetime, found "yesterday"`},
		{"logs-a", `{"x":1}`, "", "it has no @timestamp"},
		{"Signins", `{"TimeGenerated":"2026-03-01T10:00:00Z","A":{"b": 1},"B":[1, 2],"C":null,"D":"x","D":"y"}`, `A="{\"b\":1}" B="[1,2]" D="y"`, ""},
		{"Signins", `{"TimeGenerated":"2026-03-01T10:00:00Z","A":{"b":1,}}`, `A="{\"b\":1}"`, ""},
		{"Signins", `{"@timestamp":"2026-03-01T10:00:00Z"}`, "", `infer = "elastic"`},
	} {
		fields, e, why := decoded(findMapping(t, tt.table), tt.record)
		switch {
		case tt.why != "" && (why == nil || !strings.Contains(why.Error(), tt.why)):
			t.Errorf("%s: %v, want %s", tt.record, why, tt.why)
		case tt.why == "" && (why != nil || strings.Join(fields, " ") != tt.want || !e.Dated):
			t.Errorf("%s: %v %v\n got %s\nwant %s", tt.record, why, e.Dated, strings.Join(fields, " "), tt.want)
		}
	}
}

// TestFoundTypes holds the types of columns against all their values: joining them in any order gives the same.
func TestFoundTypes(t *testing.T) {
	for _, tt := range []struct {
		table, name, values string
		want                column.Type
		mixed               string
	}{
		{"logs-a", "n", `1 2`, column.Long, ""},
		{"logs-a", "n", `1 2.5`, column.Double, ""},
		{"logs-a", "n", `99999999999999999999`, column.Double, ""},
		{"logs-a", "b", `true [false,true]`, column.Bool, ""},
		{"logs-a", "b", `true 1`, column.String, "booleans and numbers"},
		{"logs-a", "b", `"" true`, column.Bool, ""},
		{"logs-a", "k", `"" ""`, column.String, ""},
		{"logs-a", "k", `"x" 1`, column.String, "numbers and texts"},
		{"logs-a", "k", `"2026-03-01T10:00:00Z" "x"`, column.String, ""},
		{"logs-a", "k", `"2026-03-01T10:00:00Z" 5`, column.String, "numbers and times"},
		{"logs-a", "k", `"2026-03-01T10:00:00Z" "2026-03-01T10:00:00+01:00"`, column.Time, ""},
		{"logs-a", "k", `"2026-03-01"`, column.String, ""},
		{"logs-a", "source.ip", `"10.0.0.1" ["::1","10.0.0.2"]`, column.IP, ""},
		{"logs-a", "dns.resolved_ip", `"10.0.0.1"`, column.IP, ""},
		{"logs-a", "source.ip", `"10.0.0.1" "unknown"`, column.String, ""},
		{"logs-a", "source.address", `"10.0.0.1"`, column.String, ""},
		{"Signins", "IPAddress", `"10.0.0.1"`, column.String, ""},
		{"Signins", "Any", `"{\"a\":1}" "[1]"`, column.Dynamic, ""},
		{"Signins", "Any", `"{\"a\":1}" "x"`, column.String, ""},
		{"Signins", "Any", `"{\"a\":1" `, column.String, ""},
		{"Signins", "properties_s", `"{\"a\":1}"`, column.String, ""},
		{"Signins", "count_d", `1`, column.Double, ""},
		{"Signins", "When_t", `"never"`, column.Time, ""},
	} {
		m := findMapping(t, tt.table)
		k := Kinds(0)
		values := strings.Fields(tt.values)
		for _, v := range values {
			k |= KindsOf(v)
		}
		got, _ := m.View(map[string]Kinds{tt.name: k}).Column(tt.name)
		if got.Type != tt.want || !got.Loose || m.Mixed(tt.name, k) != tt.mixed {
			t.Errorf("%s %s of %s is %v, of %q; want %v, of %q", tt.table, tt.name, tt.values, got.Type, m.Mixed(tt.name, k), tt.want, tt.mixed)
		}
	}
}

// TestKnownTables: tables that rules often ask for have their columns before a record brings them, whatever an export makes of the values.
func TestKnownTables(t *testing.T) {
	view := findMapping(t, "SigninLogs").View(map[string]Kinds{"ResultType": Wholes, "DurationMs": Words, "Status": Words, "More": Wholes})
	for name, want := range map[string]column.Type{"ResultType": column.String, "DurationMs": column.Long, "Status": column.Dynamic, "More": column.Long,
		"UserPrincipalName": column.String, "IsInteractive": column.Bool, "CreatedDateTime": column.Time, "TimeGenerated": column.Time} {
		if c, ok := view.Column(name); !ok || c.Type != want {
			t.Errorf("%s is %v %t, want %v", name, c, ok, want)
		}
	}
	for table, k := range workspace() {
		if k.columns["TimeGenerated"] != 0 || k.columns[k.time] != 0 || k.columns["Type"] != column.String || len(k.columns) < 7 {
			t.Errorf("%s: %d columns: %v", table, len(k.columns), k.columns)
		}
	}
	if len(workspace()) != 47 {
		t.Errorf("%d tables", len(workspace()))
	}
	if !findMapping(t, "Doors_CL").View(nil).Open || view.Open {
		t.Error("only tables that services make the columns of are open")
	}
}

// TestFit reads values as each type, as Elastic stores them where there are several.
func TestFit(t *testing.T) {
	for _, tt := range []struct {
		json string
		t    column.Type
		want any
	}{
		{`"b"`, column.String, "b"}, {`["b","a","b"]`, column.String, []any{"a", "b"}}, {`""`, column.String, ""}, {`7`, column.String, "7"}, {`true`, column.String, "true"},
		{`[3,1,3]`, column.Long, []any{int64(1), int64(3), int64(3)}}, {`[]`, column.Long, nil}, {`"x"`, column.Long, nil}, {`"12"`, column.Long, int64(12)},
		{`5000000000`, column.Int, nil}, {`5`, column.Int, int64(5)}, {`5`, column.Double, 5.0}, {`1e999`, column.Double, nil},
		{`"18446744073709551615"`, column.ULong, uint64(1<<64 - 1)}, {`-1`, column.ULong, nil},
		{`"TRUE"`, column.Bool, true}, {`"2026-03-01T10:00:00Z"`, column.Time, column.FromNanos(1772359200e9)}, {`1772359200000`, column.Time, column.FromNanos(1772359200e9)},
		{`"2026-03-01T10:00:00.000000001Z"`, column.Nanos, int64(1772359200e9 + 1)}, {`["10.0.0.1","x","2001:DB8::1"]`, column.IP, []any{"10.0.0.1", "2001:db8::1"}},
		{`["10.0.0.10","10.0.0.9"]`, column.IP, []any{"10.0.0.9", "10.0.0.10"}}, {`"1.10.0"`, column.Version, "1.10.0"}, {`"x"`, column.GUID, nil},
		{`"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"`, column.GUID, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}, {`"plain"`, column.Dynamic, "plain"},
	} {
		value, ok := Tree([]byte(tt.json))
		if got := Fit(value, tt.t); !ok || fmt.Sprint(got) != fmt.Sprint(tt.want) || fmt.Sprintf("%T", got) != fmt.Sprintf("%T", tt.want) {
			t.Errorf("%s as %v is %v (%T), want %v", tt.json, tt.t, got, got, tt.want)
		}
	}
}

// TestFoundSlots gives timelines who did what from where.
func TestFoundSlots(t *testing.T) {
	_, e, why := decoded(findMapping(t, "logs-a", MappedColumn{Name: "door", Type: column.String, Slot: Resource}),
		`{"@timestamp":"2026-03-01T10:00:00Z","user":{"name":["ada","bob"]},"source.ip":"10.0.0.1","event":{"action":"open"},"door":"d1"}`)
	if why != nil || e.User != "ada" || e.IP != "10.0.0.1" || e.Action != "open" || e.Resource != "d1" {
		t.Errorf("%+v %v", e, why)
	}
	_, e, why = decoded(findMapping(t, "AuditLogs"), `{"TimeGenerated":"2026-03-01T10:00:00Z","OperationName":"Add member","InitiatedBy":{"user":{"userPrincipalName":"ada"}}}`)
	if why != nil || e.User != "ada" || e.Action != "Add member" {
		t.Errorf("%+v %v", e, why)
	}
}

// TestManyFields: a record that would bring a column beyond the most there may be goes to quarantine; others stay.
func TestManyFields(t *testing.T) {
	m := findMapping(t, "logs-a")
	for i := range mostFields {
		m.fields.place(fmt.Sprint("k", i))
	}
	if _, _, why := decoded(m, `{"@timestamp":"2026-03-01T10:00:00Z","more":1}`); why == nil || why.Code != CodeRow || !strings.Contains(why.Reason, "10000") {
		t.Errorf("%v", why)
	}
	if fields, _, why := decoded(m, `{"k1":1,"@timestamp":"2026-03-01T10:00:00Z"}`); why != nil || len(fields) != 1 {
		t.Errorf("%q %v", fields, why)
	}
}

// TestLooseColumns are columns of a mapping that take several values, or have types of no field of their own.
func TestLooseColumns(t *testing.T) {
	m, err := NewMapping("web", []MappedColumn{
		{Name: "ts", Path: "ts", Type: column.Time, Time: true}, {Name: "who", Path: "who", Type: column.String, Many: true}, {Name: "n", Path: "n", Type: column.Long, Many: true},
		{Name: "ip", Path: "ip", Type: column.IP, Slot: IP}, {Name: "big", Path: "big", Type: column.ULong}, {Name: "at", Path: "at", Type: column.Nanos, Format: "unix_ns"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ record, want, why string }{
		{`{"who":["a","b",null],"n":[1,"2"],"ip":"10.0.0.1","big":18446744073709551615,"at":1772359200000000001}`,
			`at="2026-03-01T10:00:00.000000001Z" big="18446744073709551615" ip="10.0.0.1" n=["1","2"] who=["a","b"]`, ""},
		{`{"who":"a","n":[],"ip":""}`, `who="a"`, ""},
		{`{"n":[1,"x"]}`, "", `want a long, found [1,"x"]`},
		{`{"who":[["a"]]}`, "", "want a string"},
		{`{"ip":"10.0.0.300"}`, "", "want an ip, found"},
		{`{"ip":["10.0.0.3"]}`, "", "many = true"},
		{`{"big":-1}`, "", "want an unsigned_long"},
		{`{"at":"soon"}`, "", "want a date_nanos as unix_ns"},
	} {
		fields, e, why := decoded(m, tt.record)
		switch {
		case tt.why != "" && (why == nil || !strings.Contains(why.Error(), tt.why)):
			t.Errorf("%s: %v, want %s", tt.record, why, tt.why)
		case tt.why == "" && (why != nil || strings.Join(fields, " ") != tt.want):
			t.Errorf("%s: %v\n got %s\nwant %s", tt.record, why, strings.Join(fields, " "), tt.want)
		case tt.why == "" && strings.Contains(tt.record, `"10.0.0.1"`) && e.IP != "10.0.0.1":
			t.Errorf("the slot has %q", e.IP)
		}
	}
	for _, tt := range []struct {
		c    MappedColumn
		want string
	}{
		{MappedColumn{Name: "a", Type: column.Time, Time: true, Many: true}, "is one value"},
		{MappedColumn{Name: "a", Type: column.Dynamic, Many: true}, "holds a list as it is"},
		{MappedColumn{Name: "a", Type: column.String, Many: true, Slot: User}, "a slot holds one value"},
	} {
		if _, err := NewMapping("web", []MappedColumn{tt.c}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %q", tt.c, err, tt.want)
		}
	}
}

// TestFoundType: each row of a Log Analytics table says of which it is, in an export's words or else by the table's name.
func TestFoundType(t *testing.T) {
	for _, tt := range []struct {
		table string
		kinds map[string]Kinds
		from  Origin
		text  string
	}{
		{"SigninLogs", nil, Constant, "SigninLogs"},
		{"Doors_CL", map[string]Kinds{"Door": Words}, Constant, "Doors_CL"},
		{"SigninLogs", map[string]Kinds{"Type": Words}, FromSmall, ""},
	} {
		c, ok := findMapping(t, tt.table).View(tt.kinds).Column("Type")
		if !ok || c.From != tt.from || c.Text != tt.text || c.Type != column.String {
			t.Errorf("%s %v: %+v", tt.table, tt.kinds, c)
		}
	}
	if _, ok := findMapping(t, "logs-a").View(nil).Column("Type"); ok {
		t.Error("a document of an Elastic index has no column Type of its own")
	}
}

// TestOtherTime: Defender's tables have their time under both of its names, whichever a record has.
func TestOtherTime(t *testing.T) {
	for record, want := range map[string]string{
		`{"Timestamp":"2026-03-01T10:00:00Z","DeviceName":"a"}`:                                        `DeviceName="a"`,
		`{"TimeGenerated":"2026-03-01T10:00:00Z","DeviceName":"a"}`:                                    `DeviceName="a"`,
		`{"TimeGenerated":"2026-03-01T10:00:00Z","Timestamp":"2026-03-01T10:00:01Z","DeviceName":"a"}`: `DeviceName="a"`,
	} {
		m := findMapping(t, "DeviceInfo")
		fields, e, why := decoded(m, record)
		if got := strings.Join(fields, " "); why != nil || got != want || e.Time != 1772359200000000000 {
			t.Errorf("%s: %v at %d, %s", record, why, e.Time, got)
		}
		for _, name := range []string{"TimeGenerated", "Timestamp"} {
			if c, ok := m.View(nil).Column(name); !ok || c.From != FromSlot || c.Slot != Time || c.Type != column.Time {
				t.Errorf("%s is %+v", name, c)
			}
		}
	}
	if _, _, why := decoded(findMapping(t, "SigninLogs"), `{"Timestamp":"2026-03-01T10:00:00Z"}`); why == nil {
		t.Error("a sign-in has no Timestamp")
	}
	m := findMapping(t, "DeviceInfo", MappedColumn{Name: "Timestamp", Type: column.String})
	if c, _ := m.View(nil).Column("Timestamp"); c.Type != column.String {
		t.Error("what a mapping names is what it says")
	}
}
