package function

import (
	"math"

	"casebook/engine/column"
)

// Lines on the Earth, whose edges are the shortest ways on the sphere, and the directions of such ways.

var kqlLines = []*Row{
	scalarRow("geo_line_length(dynamic) real", "how many metres a GeoJSON line has", rowwise(column.Double, func(_ *Env, a []any) any {
		lines, ok := linesOf(a[0])
		if !ok {
			return nil
		}
		sum := 0.0
		for edge := range edgesOf(lines) {
			sum += edge[0].metres(edge[1])
		}
		return sum
	})),
	scalarRow("geo_distance_point_to_line(number, number, dynamic) real", "how many metres a place is from a GeoJSON line", rowwise(column.Double, func(_ *Env, a []any) any {
		at, ok1 := place(a[0], a[1])
		lines, ok2 := linesOf(a[2])
		if !ok1 || !ok2 {
			return nil
		}
		least := math.Inf(1)
		for edge := range edgesOf(lines) {
			least = min(least, at.metresToEdge(edge[0], edge[1]))
		}
		return least
	})),
	scalarRow("geo_azimuth(number, number, number, number) real", "the direction of a place from another one, in radians from north over east", rowwise(column.Double, func(_ *Env, a []any) any {
		from, ok1 := place(a[0], a[1])
		to, ok2 := place(a[2], a[3])
		if !ok1 || !ok2 || from.noWay(to) {
			return nil
		}
		return from.direction(to)
	})),
	scalarRow("geo_angle(number, number, number, number, number, number) real", "the angle at a place between the ways from another one and to a third, in radians with the clock", rowwise(column.Double, func(_ *Env, a []any) any {
		from, ok1 := place(a[0], a[1])
		over, ok2 := place(a[2], a[3])
		to, ok3 := place(a[4], a[5])
		if !ok1 || !ok2 || !ok3 || from.noWay(over) || over.noWay(to) {
			return nil
		}
		return wholeTurn(over.direction(to) - over.direction(from))
	})),
}

// noWay tells whether there is no shortest way to a place: it is the same one, or that at the other end of the Earth.
func (a spot) noWay(b spot) bool {
	c := a.cross(b)
	return c.dot(c) < 1e-30
}

// direction is where a way to another place sets out to.
func (a spot) direction(b spot) float64 {
	east, north := spot{-a.y, a.x, 0}, spot{-a.z * a.x, -a.z * a.y, a.x*a.x + a.y*a.y}
	if a.x == 0 && a.y == 0 {
		east, north = spot{0, 1, 0}, spot{-a.z, 0, 0}
	}
	return wholeTurn(math.Atan2(east.dot(b), north.dot(b)))
}

// wholeTurn is an angle from 0 to below a whole turn.
func wholeTurn(x float64) float64 {
	if x = math.Mod(x, 2*math.Pi); x < 0 {
		x += 2 * math.Pi
	}
	return x
}

// linesOf are the places of each line of a GeoJSON value.
func linesOf(x any) ([][]spot, bool) {
	list, ok := shapes(x, "LineString")
	var lines [][]spot
	for _, l := range list {
		points, isList := l.([]any)
		if !isList || len(points) < 2 {
			return nil, false
		}
		var line []spot
		for i, p := range points {
			pair, _ := p.([]any)
			if len(pair) != 2 {
				return nil, false
			}
			at, ok := place(pair[0], pair[1])
			if !ok || i > 0 && at.dot(line[i-1]) < 0 && at.noWay(line[i-1]) {
				return nil, false
			}
			line = append(line, at)
		}
		lines = append(lines, line)
	}
	return lines, ok && len(lines) > 0
}

// edgesOf goes over the edges of lines. One that several lines share is one edge, whichever way they take it.
func edgesOf(lines [][]spot) func(func([2]spot) bool) {
	return func(yield func([2]spot) bool) {
		seen := map[[2]spot]int{}
		for n, line := range lines {
			for i, to := range line[1:] {
				edge, back := [2]spot{line[i], to}, [2]spot{to, line[i]}
				if k, ok := seen[edge]; ok && k != n {
					continue
				}
				if k, ok := seen[back]; ok && k != n {
					continue
				}
				seen[edge] = n
				if !yield(edge) {
					return
				}
			}
		}
	}
}

// metresToEdge is how far a place is from the nearest one of an edge.
func (a spot) metresToEdge(from, to spot) float64 {
	pole := from.cross(to)
	if inside := pole.cross(from).dot(a) > 0 && to.cross(pole).dot(a) > 0; !inside {
		return min(a.metres(from), a.metres(to))
	}
	return math.Abs(math.Atan2(a.dot(pole), math.Sqrt(a.cross(pole).dot(a.cross(pole))))) * earthRadius
}
