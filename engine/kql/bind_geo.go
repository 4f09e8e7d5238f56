package kql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// geoInfo is where an address is. The vendor looks that up in a bought table; here it is a lookup that the user brings and calls
// like the function: its key holds blocks of addresses, and country, state, city, latitude and longitude say where they are.
// Of several blocks that hold an address the smallest tells.

const geoInfo = "geo_info_from_ip_address"

func (b *binder) geoInfo(r *row, x *call) plan.Expr {
	if !b.count(x, 1, 1) {
		return nil
	}
	address := b.scalar(r, x.args[0].x)
	if address == nil {
		return nil
	}
	if t := address.Type(); t != column.String && t != column.Dynamic {
		b.errorf(x.args[0].x.place(), "the function '%s' wants a string here, found %s", x.name, typeWord(t))
		return nil
	}
	t, ok := b.catalog.Table(geoInfo)
	if !ok || len(t.Fields) == 0 {
		e := b.errorf(x.nameAt, "there is no table of places here for '%s'", geoInfo)
		e.WithHint("give it a file of network, country, state, city, latitude and longitude: casebook rules lookup add %s FILE.csv", geoInfo)
		e.Absent, e.Lookup = geoInfo, true
		return nil
	}
	key := t.Key
	if key == "" {
		key = t.Fields[0].Name
	}
	rel := b.scan(t, &name{at: at{x.nameAt}, text: geoInfo})
	said := func(word string, to column.Type) plan.Expr {
		i := indexOf(rel.cols(), word)
		if i < 0 {
			return lit(to, map[column.Type]any{column.String: ""}[to], x.nameAt)
		}
		return b.cast(&plan.Col{Index: i, Name: word, T: rel.cols()[i].Type, At: x.nameAt}, to, false)
	}
	args := []plan.Expr{b.make("network", x.nameAt, column.String, said(key, column.String))}
	for _, word := range function.GeoFields {
		to := column.String
		if word == "latitude" || word == "longitude" {
			to = column.Double
		}
		if args = append(args, said(word, to)); args[len(args)-1] == nil {
			b.errorf(x.nameAt, "the column '%s' of the lookup %s wants a %s", word, geoInfo, typeWord(to))
			return nil
		}
	}
	place := &plan.Call{Func: function.Lookup(function.KQL, "pack_array")[0], Args: args[1:], T: column.Dynamic, At: x.nameAt}
	pair := &plan.Call{Func: function.Lookup(function.KQL, "bag_pack")[0], Args: []plan.Expr{args[0], place}, T: column.Dynamic, At: x.nameAt}
	all := &plan.Aggregate{Input: project(rel.node, []plan.Expr{pair}, []column.Field{{Name: "place", Type: column.Dynamic}}, x.nameAt, true)}
	all.Out, all.At, all.Hidden = []column.Field{{Name: "places", Type: column.Dynamic}}, x.nameAt, true
	each := &plan.Col{Index: 0, Name: "place", T: column.Dynamic, At: x.nameAt}
	all.Aggs = []plan.Agg{{Call: &plan.Call{Func: function.Lookup(function.KQL, "make_bag")[0], Args: []plan.Expr{each}, T: column.Dynamic, At: x.nameAt}, Out: 0}}
	return b.make("place of address", x.span, column.Dynamic, address, &plan.Scalar{Input: all, T: column.Dynamic, At: x.nameAt})
}
