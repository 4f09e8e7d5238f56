package exec

import (
	"math"
	"math/rand/v2"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// The tables that random queries ask: a column of each type, with what is hard in each, in two schemas that disagree, and look-ups.

var (
	logsTable = &plan.Table{Name: "logs", Time: "@timestamp", Fields: []column.Field{
		{Name: "@timestamp", Type: column.Time}, {Name: "a", Type: column.String}, {Name: "b", Type: column.String}, {Name: "n", Type: column.Int}, {Name: "l", Type: column.Long},
		{Name: "u", Type: column.ULong}, {Name: "d", Type: column.Double}, {Name: "ok", Type: column.Bool}, {Name: "ip", Type: column.IP}, {Name: "v", Type: column.Version},
		{Name: "at", Type: column.Time}, {Name: "ns", Type: column.Nanos}, {Name: "txt", Type: column.Text},
	}}
	moreTable = &plan.Table{Name: "more", Time: "@timestamp", Open: true, Fields: []column.Field{
		{Name: "@timestamp", Type: column.Time}, {Name: "a", Type: column.String}, {Name: "n", Type: column.Int}, {Name: "d", Type: column.Long}, {Name: "ok", Type: column.String}, {Name: "other", Type: column.Double},
	}}
	usersTable = &plan.Table{Name: "users", Key: "a", Fields: []column.Field{{Name: "a", Type: column.String}, {Name: "n", Type: column.Int}, {Name: "team", Type: column.String}, {Name: "level", Type: column.Long}}}
	netsTable  = &plan.Table{Name: "nets", Key: "network", Blocks: true, Fields: []column.Field{{Name: "network", Type: column.String}, {Name: "zone", Type: column.String}}}

	logsKQL = &plan.Table{Name: "Logs", Time: "T", Fields: []column.Field{
		{Name: "T", Type: column.Time}, {Name: "S", Type: column.String}, {Name: "S2", Type: column.String}, {Name: "I", Type: column.Int}, {Name: "L", Type: column.Long}, {Name: "R", Type: column.Double},
		{Name: "B", Type: column.Bool}, {Name: "D", Type: column.Dynamic}, {Name: "E", Type: column.Dynamic}, {Name: "At", Type: column.Time}, {Name: "G", Type: column.GUID}, {Name: "P", Type: column.Duration}, {Name: "C", Type: column.Decimal},
	}}
	moreKQL = &plan.Table{Name: "More", Time: "T", Fields: []column.Field{
		{Name: "T", Type: column.Time}, {Name: "S", Type: column.String}, {Name: "L", Type: column.Long}, {Name: "R", Type: column.String}, {Name: "I", Type: column.Int}, {Name: "Extra", Type: column.Dynamic},
	}}
	usersKQL = &plan.Table{Name: "Users", Fields: []column.Field{{Name: "S", Type: column.String}, {Name: "Team", Type: column.String}, {Name: "Level", Type: column.Long}}}
	netsKQL  = &plan.Table{Name: "Nets", Fields: netsTable.Fields}
)

var allTables = []*plan.Table{logsTable, moreTable, usersTable, netsTable, logsKQL, moreKQL, usersKQL, netsKQL}

// speechTables is a catalog of the tables without rows.
var speechTables = func() *Memory {
	m := NewMemory()
	for _, t := range allTables {
		m.Add(t)
	}
	return m
}()

// hard are values of each kind of which functions and operators think too little.
var hard = map[column.Type][]any{
	column.Bool: {true, false}, column.Int: {int64(0), int64(1), int64(2), int64(3), int64(-7), int64(math.MaxInt32), int64(math.MinInt32)},
	column.Long:   {int64(0), int64(1), int64(2), int64(3), int64(7), int64(-2), int64(5000), int64(math.MaxInt64), int64(math.MinInt64), int64(1) << 31},
	column.ULong:  {uint64(0), uint64(4), uint64(math.MaxUint64)},
	column.Double: {0.0, 0.5, 1.5, -2.5, 3.0, 1e300, math.Inf(1), math.Inf(-1), math.NaN(), 1e-9},
	column.String: {"ann", "bob", "Ann", "a", "", "a b", "a,b=2,k=7", "7", "-1.5", "10.0.0.1", "10.1.2.3", "::1", "2024-01-02T03:04:05Z", `{"k":[1,{"x":"y"}],"n":2}`, "É", "ß", "https://u@x.example:81/p/q.txt?k=v#f", "1.2.3", "x\xffy", "true", "am9zZQ==", "0x1F", "ann bob  cid"},
	column.IP:     {"10.0.0.1", "10.1.2.3", "192.168.0.7", "::1", "2001:db8::1"}, column.Version: {"1.2.3", "1.10.0", "1.2.3-rc1", "2"},
	column.Nanos: {int64(0), int64(9_000_000_001), int64(-5)}, column.Duration: {int64(0), int64(50_000_000), int64(36_000_000_000), int64(-7)},
	column.GUID: {"74be27de-1e4e-49d9-b579-fe0b331d3642", "00000000-0000-0000-0000-000000000000"}, column.Decimal: {0.0, 1.5, -3.25},
	column.Dynamic: {int64(1), "ann", true, 2.5, []any{}, []any{int64(1), int64(2), int64(3)}, []any{"b", nil, "a"}, []any{[]any{int64(1)}, "x"}, bag("k", []any{int64(1), "y"}, "n", int64(2)), bag(), bag("k", bag("x", "y")), []any{1.5, int64(-2)}},
}

// bag is an object of names and values.
func bag(pairs ...any) *column.Object {
	o := column.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

// speechRows are up to 25 rows a table, a second apart.
func speechRows(random *rand.Rand) *Memory {
	m := NewMemory()
	for _, t := range allTables {
		n := random.IntN(26)
		if t.Time == "" {
			n = random.IntN(6)
		}
		var batches []*column.Batch
		for at := 0; at < n; {
			var rows [][]any
			for range min(1+random.IntN(9), n-at) {
				var r []any
				for _, f := range t.Fields {
					r = append(r, hardValue(random, t, f, at))
				}
				rows = append(rows, r)
				at++
			}
			batches = append(batches, batchOf(t.Fields, rows...))
		}
		m.Add(t, batches...)
	}
	return m
}

func hardValue(random *rand.Rand, t *plan.Table, f column.Field, at int) any {
	one := func() any {
		list := hard[f.Type]
		switch {
		case f.Type == column.Text:
			list = hard[column.String]
		case f.Type == column.Time:
			return int64(random.IntN(40)) * column.Second
		case f.Name == "network":
			return []any{"10.0.0.0/8", "10.1.0.0/16", "::/0", "192.168.0.0/24", "none"}[random.IntN(5)]
		case f.Type == column.String && random.IntN(2) == 0: // so that keys meet
			return list[random.IntN(3)]
		}
		return list[random.IntN(len(list))]
	}
	esql := t.Name[0] >= 'a'
	switch {
	case f.Name == t.Time:
		return int64(at) * column.Second
	case random.IntN(6) == 0 && f.Name != "network":
		return nil
	case esql && f.Type != column.Text && f.Type != column.Time && random.IntN(5) == 0 && t.Time != "":
		return []any{one(), one(), one()}[:2+random.IntN(2)]
	}
	return one()
}
