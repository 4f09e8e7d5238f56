package function

import (
	"fmt"
	"math"
	"slices"

	"casebook/engine/column"
)

// Functions over places. What they ask for has a plain meaning without an index; cells of grids do not belong here.

var (
	points = []column.Type{column.GeoPoint, column.CartesianPoint}
	places = []column.Type{column.GeoPoint, column.CartesianPoint, column.GeoShape, column.CartesianShape}
	// unordered are the types whose values can be told apart but not ordered, beside those that can.
	unordered = slices.Concat(anything, places)
)

// toFigure converts texts and places to a type of places.
func toFigure(name string, t column.Type, from ...column.Type) []*Row {
	rows := []*Row{multi(scalar(name, "the well-known text as "+t.String(), elementwise(t, func(env *Env, s string) (string, bool) {
		text, err := ReadFigure(s, t)
		if err != nil {
			return overflow[string](env, "java.lang.IllegalArgumentException: Failed to parse WKT: "+err.Error())
		}
		return text, true
	}), t, str))}
	return append(rows, each(from, func(f column.Type) *Row { return multi(scalar(name, "the place as "+t.String(), same(t), t, f)) })...)
}

// measured is a number of a figure.
func measured(name, doc string, types []column.Type, f func(g *figure, earth bool) float64) []*Row {
	return each(types, func(t column.Type) *Row {
		earth := t == column.GeoPoint || t == column.GeoShape
		return multi(scalar(name, doc, elementwise(column.Double, func(_ *Env, s string) (float64, bool) {
			g := figureOf(s)
			if g.empty() {
				return 0, false
			}
			return f(&g, earth), true
		}), column.Double, t))
	})
}

// related tells how the places of two rows lie to one another; several values of a row are one figure.
func related(name, doc string, test func(a, b *figure) bool) []*Row {
	rows := func(types ...column.Type) []*Row {
		return pairs(types, types, func(a, b column.Type) *Row {
			return multi(scalar(name, doc, func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
				known := compiled[figure]{make: func(s string) (figure, error) { return figureOf(s), nil }}
				whole := func(v *column.Vector, i int) *figure {
					var f figure
					from, to := v.Range(i)
					for at := from; at < to; at++ {
						one, _ := known.get(v.Str(at))
						if to == from+1 {
							return &one
						}
						f.join(one)
					}
					return &f
				}
				return mapRows(env, boolean, args, n, func(i int) (bool, bool) { return test(whole(args[0], i), whole(args[1], i)), true })
			}, boolean, a, b))
		})
	}
	return slices.Concat(rows(column.GeoPoint, column.GeoShape), rows(column.CartesianPoint, column.CartesianShape))
}

// distance is how far two points lie from one another.
func distance(t column.Type, doc string, between func(a, b vertex) float64) *Row {
	return scalar("st_distance", doc, Map2(column.Double, func(_ *Env, a, b string) (float64, bool) {
		f, g := figureOf(a), figureOf(b)
		if f.empty() || g.empty() {
			return 0, false
		}
		return between(f.spots[0], g.spots[0]), true
	}), column.Double, t, t)
}

// centre is the sum of the points so far.
type centre struct {
	x, y compensated
	n    int64
}

var esqlPlaces = slices.Concat(
	toFigure("to_geopoint", column.GeoPoint, column.GeoPoint),
	toFigure("to_geoshape", column.GeoShape, column.GeoPoint, column.GeoShape),
	toFigure("to_cartesianpoint", column.CartesianPoint, column.CartesianPoint),
	toFigure("to_cartesianshape", column.CartesianShape, column.CartesianPoint, column.CartesianShape),
	measured("st_x", "the longitude or x of the point", points, func(g *figure, _ bool) float64 { return g.spots[0].x }),
	measured("st_y", "the latitude or y of the point", points, func(g *figure, _ bool) float64 { return g.spots[0].y }),
	measured("st_xmin", "the least longitude or x of the place", places, func(g *figure, earth bool) float64 { x, _, _, _ := g.box(earth); return x }),
	measured("st_xmax", "the greatest longitude or x of the place", places, func(g *figure, earth bool) float64 { _, x, _, _ := g.box(earth); return x }),
	measured("st_ymin", "the least latitude or y of the place", places, func(g *figure, earth bool) float64 { _, _, _, y := g.box(earth); return y }),
	measured("st_ymax", "the greatest latitude or y of the place", places, func(g *figure, earth bool) float64 { _, _, y, _ := g.box(earth); return y }),
	each(places, func(t column.Type) *Row {
		shape, earth := column.GeoShape, t == column.GeoPoint || t == column.GeoShape
		if !earth {
			shape = column.CartesianShape
		}
		return scalar("st_envelope", "the least rectangle around the place", Map1(shape, func(_ *Env, s string) (string, bool) {
			g := figureOf(s)
			left, right, top, bottom := g.box(earth)
			return fmt.Sprintf("BBOX (%s, %s, %s, %s)", javaDouble(left), javaDouble(right), javaDouble(top), javaDouble(bottom)), !g.empty()
		}), shape, t)
	}),
	related("st_intersects", "true where the places share a point", (*figure).intersects),
	related("st_disjoint", "true where the places share no point", func(a, b *figure) bool { return !a.intersects(b) }),
	related("st_within", "true where the first place lies wholly in the second", (*figure).within),
	related("st_contains", "true where the second place lies wholly in the first", func(a, b *figure) bool { return b.within(a) }),
	[]*Row{
		distance(column.GeoPoint, "the distance of the points over the earth, in metres", overEarth),
		distance(column.CartesianPoint, "the distance of the points", func(a, b vertex) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }),
	},
	each(points, func(t column.Type) *Row {
		return aggregate("st_centroid_agg", "the mean of the points", t, func(_ *Env, s *centre, args []*column.Vector, i int) error {
			from, to := args[0].Range(i)
			for at := from; at < to; at++ {
				if f := figureOf(args[0].Str(at)); !f.empty() {
					s.x.add(f.spots[0].x)
					s.y.add(f.spots[0].y)
					s.n++
				}
			}
			return nil
		}, func(_ *Env, s *centre) any {
			if s.n == 0 {
				return nil
			}
			n := float64(s.n)
			return fmt.Sprintf("POINT (%s %s)", javaDouble(s.x.settled()/n), javaDouble(s.y.settled()/n))
		}, t)
	}),
)
