package engine_test

import (
	"testing"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
)

// TestKQLAddressesOnTheMap looks addresses up in a table that somebody brought: the smallest block tells, of either family.
func TestKQLAddressesOnTheMap(t *testing.T) {
	table := &plan.Table{Name: "geo_info_from_ip_address", Key: "net"}
	batch := &column.Batch{Len: 5}
	for _, c := range []struct {
		name  string
		cells []any
	}{
		{"country", []any{"North", "South", "Inner", "None", "Six"}},
		{"net", []any{"10.0.0.0/8", "20.1.2.3", "10.1.0.0/16", "no block", "2001:db8::/32"}},
		{"latitude", []any{"1.5", "-33", nil, "2", "x"}},
		{"city", []any{"A", "B", nil, "C", "D"}},
	} {
		b := column.NewBuilder(column.String, batch.Len)
		for _, x := range c.cells {
			b.Value(x)
		}
		table.Fields = append(table.Fields, column.Field{Name: c.name, Type: column.String})
		batch.Columns = append(batch.Columns, b.Vector())
	}
	source := exec.NewMemory()
	source.Add(table, batch)
	answerKQLOf(t, source, []kqlAnswer{
		{`print geo_info_from_ip_address("10.2.0.1"), geo_info_from_ip_address("10.1.0.1"), geo_info_from_ip_address("2001:db8::1")`, "print_0 print_1 print_2",
			`{"country":"North","state":"","city":"A","latitude":1.5,"longitude":null}|{"country":"Inner","state":"","city":"","latitude":null,"longitude":null}|{"country":"Six","state":"","city":"D","latitude":null,"longitude":null}`},
		{`print d = parse_json('{"ip":"20.1.2.3"}') | project c = tostring(geo_info_from_ip_address(d.ip).country), geo_info_from_ip_address("20.1.2.4"), x = tostring(geo_info_from_ip_address("x").city)`,
			"c Column1 x", "South|null|"},
		{`datatable(ip:string)["::ffff:20.1.2.3", "", "10.1.255.255"] | where isnotempty(geo_info_from_ip_address(ip).country) | summarize n = count() by place = strcat(geo_info_from_ip_address(ip).country)`,
			"place n", "South|1\nInner|1"},
	})
}
