package kql

import (
	"casebook/engine/column"
	"casebook/engine/plan"
)

// external is externaldata: files on the network, in whose place stand files that the user named, as lookups that are called
// like the URLs. Nothing is fetched. A lookup's first line names its columns; those of the query are taken in their order.
func (b *binder) external(s *scope, o *opExternal) *relation {
	if len(o.columns) == 0 || len(o.urls) == 0 {
		b.errorf(o.span, "externaldata wants columns and the URL of a file")
		return nil
	}
	names := map[string]bool{}
	for _, c := range o.columns {
		if names[c.name] || c.tabular || c.anything {
			b.errorf(c.at, "a column '%s' is already there, or is no column", c.name)
			return nil
		}
		names[c.name] = true
	}
	var tables []*relation
	for _, x := range o.urls {
		url, ok := b.text(&row{scope: s, constant: true}, x)
		if !ok {
			return nil
		}
		t, ok := b.catalog.Table(url)
		if !ok {
			e := b.errorf(x.place(), "there is no file here for '%s', and casebook works without a network", url)
			e.WithHint("bring one, its columns named in its first line: casebook rules lookup add '%s' FILE.csv", url)
			e.Absent, e.Lookup = url, true
			return nil
		}
		if len(t.Fields) < len(o.columns) {
			b.errorf(o.columns[len(t.Fields)].at, "the file for '%s' has %d columns, and %d are wanted", url, len(t.Fields), len(o.columns))
			return nil
		}
		rel := b.scan(t, &name{at: at{x.place()}, text: url})
		exprs, out := make([]plan.Expr, len(o.columns)), make([]column.Field, len(o.columns))
		for i, f := range columnRefs(rel.cols(), o.span)[:len(o.columns)] {
			c := o.columns[i]
			if out[i] = (column.Field{Name: c.name, Type: c.typ}); f.Type() == column.String && c.typ == column.Dynamic {
				exprs[i] = b.make("todynamic", o.span, column.Dynamic, f)
			} else if exprs[i] = b.cast(f, c.typ, false); exprs[i] == nil {
				b.errorf(c.at, "the column '%s' of the file is a %s, and a %s is wanted", t.Fields[i].Name, typeWord(f.Type()), typeWord(c.typ))
				return nil
			}
		}
		tables = append(tables, &relation{node: project(rel.node, exprs, out, o.span, true)})
	}
	if len(tables) == 1 {
		return tables[0]
	}
	return b.united(tables, false, "", o.span)
}
