package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/esql"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// anyTable is a catalog that has an open table without fields for every name.
type anyTable struct{ fields []column.Field }

func (c anyTable) Table(name string) (*plan.Table, bool) {
	return &plan.Table{Name: name, Open: c.fields == nil, Fields: c.fields}, true
}

func (anyTable) Names() []string { return nil }

func runESQLRules(tally *tally, _ string, cases []caseLine) {
	for _, raw := range cases {
		var c struct{ ID, Query string }
		raw.into(tally.t, &c)
		if tally.skip(c.ID) {
			continue
		}
		_, _, err := esql.Plan(context.Background(), syntax.NewFile("query", c.Query), anyTable{}, nil)
		switch errs := syntax.Errors(err); {
		case err == nil:
			tally.pass()
		case len(errs) == 0:
			tally.fail(c.ID, "an error without a place: %v", err)
		default:
			tally.refuse(c.ID, errs[0].Caret())
		}
	}
}

type esqlSignature struct {
	Function string
	Kind     string
	Params   []struct {
		Type     string
		Optional bool
	}
	Variadic bool
	Returns  string
}

// runESQLSignatures type-checks a call for each signature of the functions that exist here.
func runESQLSignatures(tally *tally, _ string, cases []caseLine) {
	for _, raw := range cases {
		var s esqlSignature
		raw.into(tally.t, &s)
		id := signatureID(s)
		if tally.skip(id) {
			continue
		}
		got, err := typeOfCall(s)
		switch {
		case err != nil && (strings.Contains(err.Error(), "unknown function") || strings.Contains(err.Error(), " is not supported")):
			tally.unsupported++
		case err != nil:
			tally.fail(id, "%v", err)
		case got != caseTypes[s.Returns]:
			tally.fail(id, "the type is %s", got)
		default:
			tally.pass()
		}
	}
}

func signatureID(s esqlSignature) string {
	types := make([]string, len(s.Params))
	for i, p := range s.Params {
		types[i] = p.Type
	}
	return fmt.Sprintf("%s(%s)->%s", s.Function, strings.Join(types, ","), s.Returns)
}

// settingArguments are the arguments that must be constants, and settingValues constants for them.
var (
	settingArguments = map[string][]int{"count_distinct": {1}, "percentile": {1}, "top": {1, 2}}
	settingValues    = map[string]string{"integer": "5", "long": "5::long", "unsigned_long": "5::unsigned_long", "double": "5.5", "keyword": `"asc"`, "text": `"asc"`}
)

func typeOfCall(s esqlSignature) (column.Type, error) {
	table := anyTable{fields: []column.Field{{Name: "@timestamp", Type: column.Time}}}
	if s.Returns == "date_nanos" && (s.Function == "tbucket" || s.Function == "tstep") { // it is of the type of the table's time
		table.fields[0].Type = column.Nanos
	}
	var args []string
	for i, p := range s.Params {
		name := fmt.Sprintf("p%d", i)
		switch p.Type {
		case "time_duration":
			name = "1 hour"
		case "date_period":
			name = "1 day"
		default:
			if constants := settingArguments[s.Function]; slices.Contains(constants, i) {
				name = settingValues[p.Type]
				break
			}
			table.fields = append(table.fields, column.Field{Name: name, Type: caseTypes[p.Type]})
		}
		args = append(args, name)
	}
	if s.Variadic && len(args) == 1 {
		args = append(args, args[0])
	}
	text := fmt.Sprintf("%s(%s)", s.Function, strings.Join(args, ", "))
	span := column.Null
	switch {
	case s.Kind == "agg":
		text = "FROM t | STATS x = " + text
	case s.Kind == "grouping":
		text = "FROM t | STATS BY x = " + text
	case caseTypes[s.Returns] == column.Duration || caseTypes[s.Returns] == column.Period: // which no column holds
		span = caseTypes[s.Returns]
		text = "FROM t | EVAL x = @timestamp + " + text
	default:
		text = "FROM t | EVAL x = " + text
	}
	node, _, err := esql.Plan(context.Background(), syntax.NewFile("query", text), table, nil)
	if err != nil {
		return 0, err
	}
	for _, f := range node.Schema() {
		if f.Name == "x" && span != column.Null && f.Type == column.Time {
			return span, nil
		}
		if f.Name == "x" {
			return f.Type, nil
		}
	}
	return 0, fmt.Errorf("no column x in %v", node.Schema())
}
