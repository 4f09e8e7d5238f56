package function

import (
	"slices"
	"sort"
	"strings"
	"sync"
)

// Table is the functions of one language.
type Table uint8

// The tables. ES|QL compares function names without case, KQL with it.
const (
	ESQL Table = iota
	KQL
)

// Each file of rows has one slice, and the slice is named here: nothing registers itself.
var (
	esqlRows = esqlTable
	kqlRows  = append(silent(kqlSketches, kqlSeries, kqlSignals, kqlPlaces, kqlCells, kqlLines, kqlUnits, kqlNearnesses, kqlHashes, kqlDocuments, kqlPunycodes, kqlNetworks, kqlGeoAddresses, kqlEncodings, kqlAddresses, kqlConversions, kqlOperators, kqlMatches, kqlMath, kqlProbabilities, kqlStrings, kqlTimes, kqlBags, kqlArrays, kqlSets, kqlWindows, kqlAggregates), slices.Concat(kqlDecompositions, kqlCompressed, kqlWarning, bagKeysRows)...)
)

// silent marks rows that never warn.
func silent(rows ...[]*Row) []*Row {
	all := slices.Concat(rows...)
	for _, r := range all {
		r.Silent = true
	}
	return all
}

type index struct {
	rows  map[string][]*Row
	names []string
}

var indexes = [...]func() *index{
	ESQL: sync.OnceValue(func() *index { return newIndex(esqlRows, strings.ToLower) }),
	KQL:  sync.OnceValue(func() *index { return newIndex(kqlRows, strings.Clone) }),
}

func newIndex(rows []*Row, fold func(string) string) *index {
	x := &index{rows: map[string][]*Row{}}
	for _, r := range rows {
		name := fold(r.Name)
		if x.rows[name] == nil {
			x.names = append(x.names, r.Name)
		}
		x.rows[name] = append(x.rows[name], r)
	}
	sort.Strings(x.names)
	return x
}

// Lookup is the rows of a name, in the order in which they are to be tried; none when the language has no such function.
func Lookup(table Table, name string) []*Row {
	if table == ESQL {
		name = strings.ToLower(name)
	}
	return indexes[table]().rows[name]
}

// Names is every name of a table, sorted, operators included.
func Names(table Table) []string { return indexes[table]().names }
