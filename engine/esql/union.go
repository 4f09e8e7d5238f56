package esql

import (
	"sort"
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// Tables put under each other, and the fields that are of different types in them.

// union puts tables under each other. A field of different types in different tables has the type that the commands behind
// convert it to; where they use it otherwise, it has none.
func (l *lowerer) union(at syntax.Span, inputs []plan.Node, scopes []*scope) plan.Node {
	l.agree(at, inputs, scopes)
	types := map[string]column.Type{}
	var names []string
	u := &scope{gone: map[string]bool{}, time: scopes[0].time}
	for _, s := range scopes {
		u.open, u.guess = u.open || s.open, u.guess || s.guess
		for _, c := range s.columns {
			t, seen := types[c.name]
			switch {
			case !seen:
				names = append(names, c.name)
				types[c.name] = c.typ
			case t == column.Null || sameText(t, c.typ):
				types[c.name] = c.typ
			case c.typ != column.Null && t != c.typ:
				types[c.name] = column.Unsupported
			}
		}
	}
	sort.SliceStable(names, func(i, j int) bool {
		_, a := metadata[names[i]]
		_, b := metadata[names[j]]
		return !a && b || a == b && !a && names[i] < names[j]
	})
	n := &plan.Union{Inputs: inputs}
	for _, name := range names {
		c := scoped{name: name, typ: types[name]}
		if c.typ == column.Unsupported {
			c.types = typesByTable(name, inputs, scopes)
		}
		u.columns = append(u.columns, c)
	}
	for _, s := range scopes {
		places := make([]int, len(names))
		for i, name := range names {
			places[i] = s.find(name)
			if types[name] == column.Unsupported {
				places[i] = -1
			}
		}
		n.Sources = append(n.Sources, places)
	}
	n.Base = plan.Base{Out: u.schema(), At: at}
	l.scope = u
	return n
}

// typesByTable says which type a field has in which table.
func typesByTable(name string, inputs []plan.Node, scopes []*scope) string {
	var parts []string
	for i, s := range scopes {
		at := s.find(name)
		if at < 0 {
			continue
		}
		where := "a subquery"
		plan.Walk(inputs[i], func(n plan.Node) {
			if scan, ok := n.(*plan.Scan); ok {
				where = scan.Table
			}
		})
		parts = append(parts, s.columns[at].typ.String()+" in "+where)
	}
	return strings.Join(parts, ", ")
}

// agree converts the fields of which tables know different types, each table's to the one type that the commands behind ask
// for. Dates in milliseconds and in nanoseconds are the latter without being asked.
func (l *lowerer) agree(at syntax.Span, inputs []plan.Node, scopes []*scope) {
	types := map[string][]column.Type{}
	for _, s := range scopes {
		for _, c := range s.columns {
			if t := types[c.name]; c.typ != column.Null && (len(t) == 0 || t[0] != c.typ && !sameText(t[0], c.typ)) {
				types[c.name] = append(t, c.typ)
			}
		}
	}
	for i, s := range scopes {
		made := map[string]plan.Expr{}
		l.scope = s
		for _, c := range s.columns {
			ts := types[c.name]
			if len(ts) < 2 || c.typ == column.Unsupported {
				continue
			}
			if how := conversion(c.name, l.behind); how != nil {
				made[c.name] = l.expr(how)
			} else if len(ts) == 2 && isTime(ts[0]) && isTime(ts[1]) {
				made[c.name] = l.convert(s.col(s.find(c.name), at), column.Nanos)
			}
		}
		if len(made) == 0 {
			continue
		}
		next := s.with(append([]scoped(nil), s.columns...))
		exprs := make([]plan.Expr, len(s.columns))
		for k, c := range s.columns {
			exprs[k] = s.col(k, at)
			if e := made[c.name]; e != nil {
				exprs[k], next.columns[k] = e, scopedExpr(c.name, e)
			}
		}
		next.gone = s.gone
		inputs[i], scopes[i] = l.project(inputs[i], at, exprs, next, true), next
	}
}

// conversion is the one conversion that commands put a column through, up to where another takes its name; nil where one uses
// it as it is, or two convert it differently.
func conversion(name string, commands []command) expr {
	var found expr
	plain := false
	look := func(e expr) {
		inside := map[expr]bool{}
		walk(e, func(x expr) {
			if r, ok := x.(*ref); ok && r.name == name && !inside[x] {
				plain = true
			}
			to, value := converts(x)
			if r, ok := value.(*ref); ok && r.name == name {
				inside[value] = true
				if known, _ := converts(found); found != nil && known != to {
					plain = true
				}
				found = x
			}
		})
	}
	result := func() expr {
		if plain {
			return nil
		}
		return found
	}
	for _, c := range commands {
		switch c := c.(type) {
		case *dissect:
			look(c.input)
		case *drop, *keep: // takes it along or does away with it
		case *eval:
			for _, f := range c.fields {
				if look(f.value); f.name != nil && f.name.text == name {
					return result()
				}
			}
		case *grok:
			look(c.input)
		case *limit:
			for _, e := range c.by {
				look(e)
			}
		case *sortBy:
			for _, k := range c.keys {
				look(k.value)
			}
		case *stats:
			for _, f := range append(append([]field(nil), c.aggs...), c.by...) {
				look(f.value)
				look(f.where)
			}
			if !c.inline {
				return result()
			}
		case *where:
			look(c.cond)
		default: // which may use it in any way
			return nil
		}
	}
	return result()
}

// converts is the function that an expression converts with, and what it converts; "" for none.
func converts(e expr) (function string, value expr) {
	switch e := e.(type) {
	case *cast:
		return castTypes[strings.ToLower(e.to)], e.value
	case *call:
		if name := strings.ToLower(e.name); strings.HasPrefix(name, "to_") && len(e.args) == 1 {
			return name, e.args[0]
		}
	}
	return "", nil
}
