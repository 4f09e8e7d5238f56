package kql

import (
	"strconv"
	"strings"

	"casebook/engine/column"
)

// Unnamed columns are called after what they are made of (x.a -> x_a, tostring(x) -> x, sum(x) -> sum_x) or else Column1
// and so on; a name that is taken gets the first number that is free.

// autoName is the name that an unnamed expression suggests, or "".
func autoName(x expr) string {
	switch x := x.(type) {
	case *name:
		return x.text
	case *path:
		if base := autoName(x.x); base != "" {
			return base + "_" + x.field
		}
		return x.field
	case *index:
		base := autoName(x.x)
		if l, ok := x.i.(*literal); ok && base != "" {
			switch v := l.value.(type) {
			case string:
				return base + "_" + v
			case int64:
				return base + "_" + strconv.FormatInt(v, 10)
			}
		}
		if base != "" {
			return base + "_"
		}
		return ""
	case *call:
		return callName(x)
	}
	return ""
}

func callName(x *call) string {
	first := ""
	if len(x.args) > 0 {
		first = autoName(x.args[0].x)
	}
	switch x.name {
	case "column_ifexists", "columnifexists":
		return x.column
	case "percentile", "percentilew":
		if n := len(x.args); n > 1 {
			if rank, ok := x.args[n-1].x.(*literal); ok {
				return "percentile_" + first + "_" + rankName(rank.value)
			}
		}
		return ""
	case "toscalar", "materialize":
		return ""
	case "bin_auto":
		return first
	}
	rows := rowsOf(x)
	if len(rows) == 0 || rows[0].Signature == nil {
		return ""
	}
	naming := rows[0].Signature.Naming
	if suffix, ok := strings.CutPrefix(naming, "suffix:"); ok && first != "" {
		return first + "_" + suffix
	}
	prefix, hasPrefix := strings.CutPrefix(naming, "prefix:")
	switch {
	case naming == "first":
		return first
	case naming == "only" && len(x.args) == 1:
		return first
	case strings.HasPrefix(naming, "is:"):
		return naming[len("is:"):]
	case naming == "name":
		return x.name + "_" + first
	case hasPrefix:
		return prefix + "_" + first
	}
	return ""
}

// namer hands out names of columns.
type namer struct {
	taken map[string]bool
	last  map[string]int // the last number that each name was given
}

func newNamer(cols []column.Field) *namer {
	n := &namer{taken: make(map[string]bool, len(cols)), last: map[string]int{}}
	for _, c := range cols {
		n.taken[c.Name] = true
	}
	return n
}

// free is the name, with the first number that makes it free if it is taken.
func (n *namer) free(name string) string {
	if n.taken[name] {
		return n.numbered(name)
	}
	n.taken[name] = true
	return name
}

// numbered is the next free ColumnN.
func (n *namer) numbered(prefix string) string {
	for {
		n.last[prefix]++
		if name := prefix + strconv.Itoa(n.last[prefix]); !n.taken[name] {
			n.taken[name] = true
			return name
		}
	}
}
