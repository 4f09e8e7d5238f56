package kql

import (
	"sort"
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// Operators that choose, name and order columns.

// chosen is the columns that patterns name, in the patterns' order, each once.
func (b *binder) chosen(cols []column.Field, list []expr) ([]int, bool) {
	var places []int
	seen, ok := map[int]bool{}, true
	for _, x := range list {
		n, isName := x.(*name)
		if !isName {
			b.errorf(x.place(), "expected a column's name")
			ok = false
			continue
		}
		found := matching(cols, n.text, n.pattern)
		if len(found) == 0 {
			nearest(b.stranger(b.errorf(n.span, "unknown column '%s'", n.text), n.text), n.text, fieldNames(cols))
			ok = false
		}
		for _, i := range found {
			if !seen[i] {
				seen[i] = true
				places = append(places, i)
			}
		}
	}
	return places, ok
}

// picked is a projection of some columns.
func picked(rel *relation, places []int, o op) *relation {
	cols := rel.cols()
	exprs, out := make([]plan.Expr, len(places)), make([]column.Field, len(places))
	for k, i := range places {
		exprs[k] = &plan.Col{Index: i, Name: cols[i].Name, T: cols[i].Type, At: o.place()}
		out[k] = cols[i]
	}
	return &relation{node: project(rel.node, exprs, out, o.place(), false), ordered: rel.ordered}
}

func (b *binder) pickColumns(rel *relation, o *opPick) *relation {
	places, ok := b.chosen(rel.cols(), o.exprs)
	if !ok {
		return nil
	}
	in := map[int]bool{}
	for _, i := range places {
		in[i] = true
	}
	places = places[:0]
	for i := range rel.cols() {
		if in[i] != o.away {
			places = append(places, i)
		}
	}
	return picked(rel, places, o)
}

func (b *binder) byNames(s *scope, rel *relation, o *opProjectByNames) *relation {
	var places []int
	seen := map[int]bool{}
	for _, x := range o.exprs {
		v := b.scalar(&row{scope: s, constant: true}, x)
		if v == nil {
			return nil
		}
		value, ok := constant(v)
		var names []string
		switch value := value.(type) {
		case string:
			names = []string{value}
		case []any:
			for _, e := range value {
				n, isText := e.(string)
				if !isText {
					ok = false
				}
				names = append(names, n)
			}
		default:
			ok = false
		}
		if !ok {
			b.errorf(x.place(), "project-by-names wants constant names")
			return nil
		}
		for _, n := range names {
			for _, i := range matching(rel.cols(), n, true) {
				if !seen[i] {
					seen[i] = true
					places = append(places, i)
				}
			}
		}
	}
	return picked(rel, places, o)
}

func (b *binder) rename(rel *relation, o *opProjectRename) *relation {
	cols := rel.cols()
	out := append([]column.Field{}, cols...)
	for _, it := range o.items {
		old, ok := it.x.(*name)
		if !ok || len(it.names) != 1 {
			b.errorf(it.span(), "expected new = old")
			return nil
		}
		i := indexOf(cols, old.text)
		if i < 0 {
			nearest(b.stranger(b.errorf(old.span, "unknown column '%s'", old.text), old.text), old.text, fieldNames(cols))
			return nil
		}
		if out[i].Name != cols[i].Name {
			b.errorf(old.span, "the column '%s' is renamed twice", old.text)
			return nil
		}
		out[i].Name = it.names[0]
	}
	seen := map[string]bool{}
	for _, f := range out {
		if seen[f.Name] {
			b.errorf(o.span, "two columns would be called '%s'", f.Name)
			return nil
		}
		seen[f.Name] = true
	}
	return &relation{node: project(rel.node, columnRefs(cols, o.span), out, o.span, false), ordered: rel.ordered}
}

func (b *binder) reorder(rel *relation, o *opProjectReorder) *relation {
	cols := rel.cols()
	// A name comes before a pattern that it also matches, wherever the star stands.
	named := map[int]bool{}
	for _, k := range o.exprs {
		if n, ok := k.x.(*name); ok && !n.pattern {
			if i := indexOf(cols, n.text); i >= 0 {
				named[i] = true
			}
		}
	}
	var places []int
	seen := map[int]bool{}
	for k, ord := range o.exprs {
		n, ok := ord.x.(*name)
		if !ok {
			b.errorf(ord.x.place(), "expected a column's name")
			return nil
		}
		found := matching(cols, n.text, n.pattern)
		if len(found) == 0 {
			nearest(b.stranger(b.errorf(n.span, "unknown column '%s'", n.text), n.text), n.text, fieldNames(cols))
			return nil
		}
		for _, i := range sortedNames(cols, found, o.words[k]) {
			if !seen[i] && (!n.pattern || !named[i]) {
				seen[i] = true
				places = append(places, i)
			}
		}
	}
	for i := range cols {
		if !seen[i] {
			places = append(places, i)
		}
	}
	return picked(rel, places, o)
}

// sortedNames puts names into the order that project-reorder asks for.
func sortedNames(cols []column.Field, places []int, word string) []int {
	list := append([]int{}, places...)
	if word == "" {
		return list
	}
	less := func(x, y string) bool { return x < y }
	if strings.HasPrefix(word, "granny") {
		less = naturally
	}
	sort.SliceStable(list, func(i, j int) bool {
		x, y := cols[list[i]].Name, cols[list[j]].Name
		if strings.HasSuffix(word, "desc") {
			return less(y, x)
		}
		return less(x, y)
	})
	return list
}

// naturally compares names with numbers in them by the numbers: a2 before a10.
func naturally(x, y string) bool {
	for x != "" && y != "" {
		i, j := figures(x), figures(y)
		if i > 0 && j > 0 {
			m, _ := strconv.ParseUint(x[:i], 10, 64)
			n, _ := strconv.ParseUint(y[:j], 10, 64)
			if m != n {
				return m < n
			}
			x, y = x[i:], y[j:]
			continue
		}
		if x[0] != y[0] {
			return x[0] < y[0]
		}
		x, y = x[1:], y[1:]
	}
	return len(x) < len(y)
}

func figures(s string) int {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}
