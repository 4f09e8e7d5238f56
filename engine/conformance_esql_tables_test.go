package engine_test

import (
	"cmp"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// readTable reads a table of the suite as a document store would keep it: several values sorted, equal keywords once.
func readTable(t *testing.T, path string) (*plan.Table, *column.Batch) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := readRows(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	table := &plan.Table{Name: strings.TrimSuffix(filepath.Base(path), ".csv")}
	var builders []*column.Builder
	var kinds []string
	for _, head := range rows[0] {
		name, kind, _ := strings.Cut(strings.TrimSpace(head), ":")
		kind = strings.TrimSpace(kind)
		table.Fields = append(table.Fields, column.Field{Name: name, Type: caseTypes[kind]})
		builders = append(builders, column.NewBuilder(caseTypes[kind], len(rows)))
		kinds = append(kinds, kind)
		if name == "@timestamp" {
			table.Time = name
		}
	}
	body := rows[1:]
	if table.Time != "" { // sources give their rows in the order of time
		at := slices.IndexFunc(table.Fields, func(f column.Field) bool { return f.Name == table.Time })
		slices.SortStableFunc(body, func(a, b []string) int { return cmp.Compare(strings.TrimSpace(a[at]), strings.TrimSpace(b[at])) })
	}
	for _, row := range body {
		for k, cell := range row {
			values, err := cellValues(kinds[k], strings.TrimSpace(cell))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			builders[k].Multi(values)
		}
	}
	batch := &column.Batch{Len: len(rows) - 1}
	for _, b := range builders {
		batch.Columns = append(batch.Columns, b.Vector())
	}
	return table, batch
}

// readRows splits a file into cells; a comma in brackets or behind a backslash is part of a cell.
func readRows(f *os.File) ([][]string, error) {
	var out [][]string
	r := csv.NewReader(f)
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	rows, err := r.ReadAll()
	for _, row := range rows {
		var cells []string
		open := false
		for _, part := range row {
			if open || len(cells) > 0 && strings.HasSuffix(cells[len(cells)-1], `\`) {
				cells[len(cells)-1] = strings.TrimSuffix(cells[len(cells)-1], `\`) + "," + part
			} else {
				cells = append(cells, part)
			}
			last := strings.TrimSpace(cells[len(cells)-1])
			open = strings.HasPrefix(last, "[") && !strings.HasSuffix(last, "]")
		}
		out = append(out, cells)
	}
	return out, err
}

func cellValues(kind, cell string) ([]any, error) {
	if cell == "" {
		return nil, nil
	}
	parts := []string{cell}
	if inner, ok := strings.CutPrefix(cell, "["); ok {
		inner = strings.TrimSuffix(inner, "]")
		if inner == "" {
			return nil, nil
		}
		parts = strings.Split(inner, ",")
	}
	t := caseTypes[kind]
	var values []any
	for _, p := range parts {
		x, err := cellValue(kind, t, strings.TrimSpace(p))
		if err != nil {
			return nil, err
		}
		values = append(values, x)
	}
	sort.SliceStable(values, func(i, j int) bool { return column.Compare(t, values[i], values[j]) < 0 })
	if t == column.String {
		values = slices.Compact(values)
	}
	return values, nil
}

func cellValue(kind string, t column.Type, s string) (any, error) {
	switch kind {
	case "integer", "long", "short", "byte":
		return strconv.ParseInt(s, 10, 64)
	case "float":
		x, err := strconv.ParseFloat(s, 32)
		return float64(float32(x)), err
	case "half_float":
		x, err := strconv.ParseFloat(s, 64)
		return halfFloat(x), err
	case "scaled_float": // kept in hundredths
		x, err := strconv.ParseFloat(s, 64)
		return math.Round(x*100) / 100, err
	case "double":
		return strconv.ParseFloat(s, 64)
	case "unsigned_long":
		return strconv.ParseUint(s, 10, 64)
	case "keyword", "text":
		return s, nil
	}
	return function.ReadLiteral(s, t, "")
}

// halfFloat is the nearest number that 16 bits hold.
func halfFloat(x float64) float64 {
	if x == 0 {
		return 0
	}
	_, exponent := math.Frexp(x)
	unit := math.Ldexp(1, max(exponent-11, -24))
	return math.RoundToEven(x/unit) * unit
}
