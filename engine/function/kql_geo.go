package function

import (
	"math"
	"strings"

	"casebook/engine/column"
)

// Places on the Earth, as degrees of longitude and latitude on a sphere. Places that are none (a latitude of 91) give null.

var kqlPlaces = []*Row{
	scalarRow("geo_distance_2points(number, number, number, number, bool!?) real", "how many metres two places are apart", rowwise(column.Double, func(_ *Env, a []any) any {
		from, ok1 := place(a[0], a[1])
		to, ok2 := place(a[2], a[3])
		if !ok1 || !ok2 {
			return nil
		}
		return from.metres(to)
	})),
	scalarRow("geo_point_in_circle(number, number, number, number, number, bool!?) bool", "whether a place is at most so many metres from another one", rowwise(column.Bool, func(_ *Env, a []any) any {
		at, ok1 := place(a[0], a[1])
		centre, ok2 := place(a[2], a[3])
		radius, ok3 := dynamicNumber(a[4])
		if !ok1 || !ok2 || !ok3 || !(radius >= 0) {
			return nil
		}
		return at.metres(centre) <= radius
	})),
	scalarRow("geo_point_in_polygon(number, number, dynamic) bool", "whether a place is inside of a GeoJSON polygon", rowwise(column.Bool, func(_ *Env, a []any) any {
		at, ok := place(a[0], a[1])
		areas, valid := polygons(a[2])
		if !ok || !valid {
			return nil
		}
		for _, rings := range areas {
			if at.within(rings) {
				return true
			}
		}
		return false
	})),
	scalarRow("geo_point_to_geohash(number, number, integer?) string", "the cell of the geohash grid that a place is in", rowwise(column.String, func(_ *Env, a []any) any {
		letters := int64(5)
		if len(a) > 2 {
			letters, _ = a[2].(int64)
		}
		if _, ok := place(a[0], a[1]); !ok || letters < 1 || letters > 18 {
			return ""
		}
		lon, _ := dynamicNumber(a[0])
		lat, _ := dynamicNumber(a[1])
		return geohash(lon, lat, int(letters))
	})),
	scalarRow("geo_geohash_to_central_point(string) dynamic", "the middle of a cell of the geohash grid, as GeoJSON", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		x, y, ok := geohashCell(plainText(a[0]))
		if !ok {
			return nil
		}
		return geoJSON("Point", []any{(x.low + x.high) / 2, (y.low + y.high) / 2})
	})),
	scalarRow("geo_geohash_to_polygon(string) dynamic", "the edge of a cell of the geohash grid, as GeoJSON", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		x, y, ok := geohashCell(plainText(a[0]))
		if !ok {
			return nil
		}
		first := []any{x.low, y.low}
		return geoJSON("Polygon", []any{[]any{first, []any{x.high, y.low}, []any{x.high, y.high}, []any{x.low, y.high}, first}})
	})),
}

// geoJSON is a shape.
func geoJSON(kind string, coordinates any) *column.Object {
	o := column.NewObject()
	o.Set("type", kind)
	o.Set("coordinates", coordinates)
	return o
}

// spot is a place as a point of the unit sphere.
type spot struct{ x, y, z float64 }

func (a spot) dot(b spot) float64 { return a.x*b.x + a.y*b.y + a.z*b.z }

func (a spot) cross(b spot) spot {
	return spot{a.y*b.z - a.z*b.y, a.z*b.x - a.x*b.z, a.x*b.y - a.y*b.x}
}

// place is where a longitude and a latitude are.
func place(longitude, latitude any) (spot, bool) {
	lon, ok1 := dynamicNumber(longitude)
	lat, ok2 := dynamicNumber(latitude)
	if !ok1 || !ok2 || !(math.Abs(lon) <= 180) || !(math.Abs(lat) <= 90) {
		return spot{}, false
	}
	lon, lat = lon*math.Pi/180, lat*math.Pi/180
	return spot{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}, true
}

// earthRadius is the sphere's, in metres.
const earthRadius = 6371010

func (a spot) metres(b spot) float64 {
	c := a.cross(b)
	return math.Atan2(math.Sqrt(c.dot(c)), a.dot(b)) * earthRadius
}

// shapes are the coordinates of a GeoJSON value of one kind, or of each of several.
func shapes(x any, kind string) ([]any, bool) {
	o, ok := x.(*column.Object)
	if !ok {
		return nil, false
	}
	inner := o.Value("coordinates")
	list, ok := inner.([]any)
	switch o.Value("type") {
	case kind:
		return []any{inner}, ok
	case "Multi" + kind:
		return list, ok
	}
	return nil, false
}

// polygons are the rings of each polygon of a GeoJSON value: the first is its edge, the others are holes.
func polygons(x any) ([][][]spot, bool) {
	list, ok := shapes(x, "Polygon")
	var out [][][]spot
	for _, area := range list {
		rings, isList := area.([]any)
		if ok = ok && isList && len(rings) > 0; !ok {
			return nil, false
		}
		var shape [][]spot
		for _, r := range rings {
			edge := ring(r)
			if edge == nil {
				return nil, false
			}
			shape = append(shape, edge)
		}
		out = append(out, shape)
	}
	return out, ok
}

// ring is a closed line of at least three different places, without its last one, which is its first again; nil for anything
// else.
func ring(x any) []spot {
	points, ok := x.([]any)
	if !ok || len(points) < 4 || !sameDynamic(points[0], points[len(points)-1]) {
		return nil
	}
	var out []spot
	for _, p := range points[1:] {
		pair, ok := p.([]any)
		if !ok || len(pair) != 2 {
			return nil
		}
		at, ok := place(pair[0], pair[1])
		if !ok {
			return nil
		}
		out = append(out, at)
	}
	return out
}

// within tells whether a place is inside of the first ring and of none of the others.
func (a spot) within(rings [][]spot) bool {
	for i, r := range rings {
		if a.inside(r) != (i == 0) {
			return false
		}
	}
	return true
}

// inside tells whether a ring goes around a place: a look at its corners one after the other turns once. It also goes around
// the place at the other end of the Earth, which is further from its corners.
func (a spot) inside(ring []spot) bool {
	turn, near := 0.0, 0.0
	for i, from := range ring {
		to := ring[(i+1)%len(ring)]
		turn += math.Atan2(a.dot(a.flat(from).cross(a.flat(to))), a.flat(from).dot(a.flat(to)))
		near += a.dot(from)
	}
	return near > 0 && math.Abs(turn) > math.Pi
}

// flat is the direction from a place to another one.
func (a spot) flat(b spot) spot {
	d := a.dot(b)
	return spot{b.x - d*a.x, b.y - d*a.y, b.z - d*a.z}
}

// geohashLetters are the figures of the geohash grid: each halves a cell five times, the width first.
const geohashLetters = "0123456789bcdefghjkmnpqrstuvwxyz"

type extent struct{ low, high float64 }

// halve keeps the upper or the lower half.
func (e *extent) halve(upper bool) {
	if m := (e.low + e.high) / 2; upper {
		e.low = m
	} else {
		e.high = m
	}
}

func geohash(lon, lat float64, letters int) string {
	x, y := extent{-180, 180}, extent{-90, 90}
	var b strings.Builder
	across := true
	for range letters {
		figure := 0
		for range 5 {
			e, v := &y, lat
			if across {
				e, v = &x, lon
			}
			upper := v >= (e.low+e.high)/2
			e.halve(upper)
			if figure *= 2; upper {
				figure++
			}
			across = !across
		}
		b.WriteByte(geohashLetters[figure])
	}
	return b.String()
}

// geohashCell is the longitudes and latitudes of a cell.
func geohashCell(s string) (x, y extent, ok bool) {
	x, y = extent{-180, 180}, extent{-90, 90}
	across := true
	for _, c := range strings.ToLower(s) {
		figure := strings.IndexRune(geohashLetters, c)
		if figure < 0 {
			return x, y, false
		}
		for bit := 16; bit > 0; bit /= 2 {
			e := &y
			if across {
				e = &x
			}
			e.halve(figure&bit != 0)
			across = !across
		}
	}
	return x, y, s != "" && len(s) <= 18
}
