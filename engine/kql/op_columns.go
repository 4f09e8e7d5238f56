package kql

import (
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Calls that give several columns. Each has a row of the function table called "name values", which gives an array.

// callColumns are the columns that a call gives: each column's name and type.
var callColumns = map[string][]column.Field{
	"series_fit_line": fieldsOf("rsquare:real slope:real variance:real rvariance:real interception:real line_fit:dynamic"),
	"series_stats":    fieldsOf("min:real min_idx:long max:real max_idx:long avg:real stdev:real variance:real"),
	"series_fft":      fieldsOf("real:dynamic imag:dynamic"), "series_ifft": fieldsOf("real:dynamic imag:dynamic"),
	"series_decompose_anomalies": fieldsOf("ad_flag:dynamic ad_score:dynamic baseline:dynamic"),
	"series_decompose_forecast":  fieldsOf("baseline:dynamic seasonal:dynamic trend:dynamic residual:dynamic"),
	"series_decompose":           fieldsOf("baseline:dynamic seasonal:dynamic trend:dynamic residual:dynamic"),
	"series_fit_poly":            fieldsOf("rsquare:real coefficients:dynamic variance:real rvariance:real poly_fit:dynamic"),
	"series_fit_2lines": fieldsOf("rsquare:real split_idx:long variance:real rvariance:real line_fit:dynamic" +
		" right_rsquare:real right_slope:real right_interception:real right_variance:real right_rvariance:real" +
		" left_rsquare:real left_slope:real left_interception:real left_variance:real left_rvariance:real"),
}

func fieldsOf(list string) []column.Field {
	var fields []column.Field
	for _, s := range strings.Fields(list) {
		name, word, _ := strings.Cut(s, ":")
		fields = append(fields, column.Field{Name: name, Type: typeWords[word]})
	}
	return fields
}

// seriesColumns are the columns of a call and the names that an unnamed call gives them; nil for a call of one column.
func seriesColumns(c *call, args []plan.Expr) []column.Field {
	if fields, ok := callColumns[c.name]; ok {
		first := ""
		if len(c.args) > 0 {
			first = autoName(c.args[0].x)
		}
		out := make([]column.Field, len(fields))
		for i, f := range fields {
			out[i] = column.Field{Name: strings.Join([]string{c.name, first, f.Name}, "_"), Type: f.Type}
		}
		return out
	}
	if c.name != "array_sort_asc" && c.name != "array_sort_desc" {
		return nil
	}
	var out []column.Field
	for i, a := range args {
		if a.Type() == column.Dynamic {
			n := autoName(c.args[i].x)
			if n == "" {
				n = "array" + strconv.Itoa(i)
			}
			out = append(out, column.Field{Name: n + "_sorted", Type: column.Dynamic})
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// valuesOf binds a call that gives several columns, as an array of them; done is false for any other expression.
func (b *binder) valuesOf(r *row, x expr) (all plan.Expr, cols []column.Field, done bool) {
	c, ok := x.(*call)
	if !ok || r.scope.find(c.name) != nil || len(function.Lookup(function.KQL, c.name+" values")) == 0 {
		return nil, nil, false
	}
	if _, always := callColumns[c.name]; !always && len(c.args) < 2 {
		return nil, nil, false
	}
	args, ok := b.args(r, c)
	if !ok {
		return nil, nil, true
	}
	if cols = seriesColumns(c, args); cols == nil {
		return nil, nil, false
	}
	if last := len(args) - 1; len(cols) == last && args[last].Type() == column.Bool {
		args[last] = b.cast(args[last], column.Dynamic, false)
	}
	return b.pick(c, function.Lookup(function.KQL, c.name+" values"), args), cols, true
}

// series binds a call that gives several columns; done is false for any other expression. Where names are given, project
// keeps the columns that have none too, and extend does not.
func (b *binder) series(r *row, n named, rest bool) ([]item, bool) {
	all, cols, done := b.valuesOf(r, n.x)
	if !done || all == nil {
		return nil, done
	}
	if len(n.names) > len(cols) {
		b.errorf(n.nameAt, "%d names for %d columns", len(n.names), len(cols))
		return nil, true
	}
	var items []item
	for i, f := range cols {
		x := b.make("element", n.x.place(), column.Dynamic, all, lit(column.Long, int64(i), n.x.place()))
		it := item{x: b.cast(x, f.Type, false), name: f.Name}
		if i < len(n.names) {
			it.name, it.said = n.names[i], true
		}
		items = append(items, it)
	}
	if len(n.names) > 0 && !(rest && n.tuple) {
		items = items[:len(n.names)]
	}
	return items, true
}
