package function

import (
	"math"
	"slices"
)

// How figures lie to one another. Lines are straight in degrees, also on the earth; what lies on a figure's edge lies in the
// figure, as in the vendor's engine.

// join is the figure of all the values of a row.
func (f *figure) join(g figure) {
	f.spots, f.lines, f.areas = append(f.spots, g.spots...), append(f.lines, g.lines...), append(f.areas, g.areas...)
}

func (f *figure) empty() bool { return len(f.spots)+len(f.lines)+len(f.areas) == 0 }

// segments calls a function for each straight piece of the lines and of the edges.
func (f *figure) segments(do func(a, b vertex)) {
	for _, line := range f.lines {
		pieces(line, do)
	}
	for _, a := range f.areas {
		for _, ring := range a {
			pieces(ring, do)
		}
	}
}

func pieces(line []vertex, do func(a, b vertex)) {
	for i := 1; i < len(line); i++ {
		do(line[i-1], line[i])
	}
}

// corners calls a function for every position.
func (f *figure) corners(do func(p vertex)) {
	for _, p := range f.spots {
		do(p)
	}
	for _, line := range f.lines {
		for _, p := range line {
			do(p)
		}
	}
	for _, a := range f.areas {
		for _, ring := range a {
			for _, p := range ring {
				do(p)
			}
		}
	}
}

// side is on which side of the line from a to b a position lies: 0 on it, but for what rounding makes of that.
func side(a, b, p vertex) int {
	v := (b.x-a.x)*(p.y-a.y) - (b.y-a.y)*(p.x-a.x)
	scale := (math.Abs(b.x-a.x)+math.Abs(b.y-a.y))*(math.Abs(p.x-a.x)+math.Abs(p.y-a.y)) + math.SmallestNonzeroFloat64
	switch {
	case math.Abs(v) <= 1e-12*scale:
		return 0
	case v > 0:
		return 1
	}
	return -1
}

func onPiece(a, b, p vertex) bool {
	return side(a, b, p) == 0 && p.x >= min(a.x, b.x) && p.x <= max(a.x, b.x) && p.y >= min(a.y, b.y) && p.y <= max(a.y, b.y)
}

func meet(a, b, c, d vertex) bool {
	if side(a, b, c)*side(a, b, d) < 0 && side(c, d, a)*side(c, d, b) < 0 {
		return true
	}
	return onPiece(a, b, c) || onPiece(a, b, d) || onPiece(c, d, a) || onPiece(c, d, b)
}

// in tells how a position lies to a ring: 1 inside, 0 on it, -1 outside.
func in(ring []vertex, p vertex) int {
	inside, on := false, false
	pieces(ring, func(a, b vertex) {
		on = on || onPiece(a, b, p)
		if (a.y > p.y) != (b.y > p.y) && p.x < (b.x-a.x)*(p.y-a.y)/(b.y-a.y)+a.x {
			inside = !inside
		}
	})
	switch {
	case on:
		return 0
	case inside:
		return 1
	}
	return -1
}

// in tells how a position lies to an area.
func (a area) in(p vertex) int {
	where := in(a[0], p)
	for _, hole := range a[1:] {
		where = min(where, -in(hole, p))
	}
	return where
}

// covers tells whether a position lies in the figure or on it.
func (f *figure) covers(p vertex) bool {
	if slices.Contains(f.spots, p) {
		return true
	}
	for _, line := range f.lines {
		found := false
		pieces(line, func(a, b vertex) { found = found || onPiece(a, b, p) })
		if found {
			return true
		}
	}
	return slices.ContainsFunc(f.areas, func(a area) bool { return a.in(p) >= 0 })
}

// intersects tells whether two figures share a position.
func (f *figure) intersects(g *figure) bool {
	found := false
	f.corners(func(p vertex) { found = found || g.covers(p) })
	g.corners(func(p vertex) { found = found || f.covers(p) })
	if found {
		return true
	}
	f.segments(func(a, b vertex) {
		g.segments(func(c, d vertex) { found = found || meet(a, b, c, d) })
	})
	return found
}

// within tells whether the whole of f lies in g.
func (f *figure) within(g *figure) bool {
	if f.empty() {
		return false
	}
	all := true
	f.corners(func(p vertex) { all = all && g.covers(p) })
	f.segments(func(a, b vertex) { all = all && g.coversSegment(a, b) })
	for _, a := range f.areas { // an edge may lie in g and the middle over a hole, or on lines alone
		for _, other := range g.areas {
			for _, hole := range other[1:] {
				all = all && !slices.ContainsFunc(hole, func(p vertex) bool { return a.in(p) > 0 })
			}
		}
		all = all && len(g.areas) > 0
	}
	return all
}

// coversSegment cuts a straight piece where it meets the edges of the figure: each part lies in it or not as a whole.
func (f *figure) coversSegment(a, b vertex) bool {
	cuts := []float64{0, 1}
	f.segments(func(c, d vertex) {
		dx, dy, ex, ey := b.x-a.x, b.y-a.y, d.x-c.x, d.y-c.y
		if div := dx*ey - dy*ex; div != 0 {
			if t := ((c.x-a.x)*ey - (c.y-a.y)*ex) / div; t > 0 && t < 1 {
				cuts = append(cuts, t)
			}
			return
		}
		for _, p := range []vertex{c, d} {
			if onPiece(a, b, p) {
				cuts = append(cuts, math.Hypot(p.x-a.x, p.y-a.y)/math.Hypot(dx, dy))
			}
		}
	})
	slices.Sort(cuts)
	for i := 1; i < len(cuts); i++ {
		if t := (cuts[i-1] + cuts[i]) / 2; cuts[i]-cuts[i-1] > 1e-12 && !f.covers(vertex{a.x + t*(b.x-a.x), a.y + t*(b.y-a.y)}) {
			return false
		}
	}
	return true
}

// meanRadius is in metres.
const meanRadius = 6_371_008.7714

// overEarth is the distance of two places over the earth as a sphere, in metres. The vendor's engine keeps each place as
// two whole numbers of 32 bits, and so rounds it by some millimetres before it measures.
func overEarth(a, b vertex) float64 {
	cell := func(x, span float64) float64 {
		step := span / (1 << 32)
		return math.Floor(min(x, span/2-step)/step) * step
	}
	rad := func(x float64) float64 { return x * (math.Pi / 180) }
	lat1, lat2 := rad(cell(a.y, 180)), rad(cell(b.y, 180))
	dLat, dLon := lat1-lat2, rad(cell(a.x, 360)-cell(b.x, 360))
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(lat1)*math.Cos(lat2)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * meanRadius * math.Asin(math.Sqrt(min(1, h)))
}

// box is the least rectangle around a figure: left, right, top, bottom. On the earth it may cross the line where the day
// changes, where that makes it narrower: left is then the greater.
func (f *figure) box(earth bool) (left, right, top, bottom float64) {
	left, right, bottom, top = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	west, east := math.Inf(-1), math.Inf(1) // the greatest longitude below 0, the least from 0
	f.corners(func(p vertex) {
		left, right, bottom, top = min(left, p.x), max(right, p.x), min(bottom, p.y), max(top, p.y)
		if p.x < 0 {
			west = max(west, p.x)
		} else {
			east = min(east, p.x)
		}
	})
	if earth && left < 0 && right >= 0 && 360-east+west < right-left {
		return east, west, top, bottom
	}
	return left, right, top, bottom
}
