package function

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"casebook/engine/column"
)

// Cells of the S2 grid. Each of the six faces of a cube around the Earth is a square that is quartered thirty times; a
// curve through all quarters numbers them. An id is three bits of the face, two bits a level, and a one behind them.

var kqlCells = []*Row{
	scalarRow("geo_point_to_s2cell(number, number, integer?) string", "the cell of the S2 grid that a place is in", rowwise(column.String, func(_ *Env, a []any) any {
		level := any(int64(11))
		if len(a) > 2 {
			level = a[2]
		}
		at, ok := place(a[0], a[1])
		if n, given := level.(int64); ok && given && n >= 0 && n <= finest {
			return cellAround(at, int(n)).token()
		}
		return ""
	})),
	scalarRow("geo_s2cell_to_central_point(string) dynamic", "the middle of a cell of the S2 grid, as GeoJSON", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		c, ok := cellOf(plainText(a[0]))
		if !ok {
			return nil
		}
		low, high := c.edges()
		return geoJSON("Point", c.at((low[0]+high[0])/2, (low[1]+high[1])/2).degrees())
	})),
	scalarRow("geo_s2cell_to_polygon(string) dynamic", "the edge of a cell of the S2 grid, as GeoJSON", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		c, ok := cellOf(plainText(a[0]))
		if !ok {
			return nil
		}
		low, high := c.edges()
		ring := []any{}
		for _, corner := range [][2]float64{low, {high[0], low[1]}, high, {low[0], high[1]}, low} {
			ring = append(ring, c.at(corner[0], corner[1]).degrees())
		}
		return geoJSON("Polygon", []any{ring})
	})),
}

// finest is the level of the smallest cells.
const finest = 30

// gridCell is the id of a cell.
type gridCell uint64

// The curve goes through the quarters of a cell in one of four ways: quarters says which one it comes to at each step, and
// turns how the curve lies in it, beside how it lies in the whole.
var (
	quarters = [4][4]int{{0, 1, 3, 2}, {0, 2, 3, 1}, {3, 2, 0, 1}, {3, 1, 0, 2}}
	turns    = [4]int{1, 0, 0, 3}
)

// cellAround is the cell of a level that a place is in.
func cellAround(p spot, level int) gridCell {
	face, u, v := p.onCube()
	across, up := gridPlace(u), gridPlace(v)
	id, way := uint64(face), face&1
	for k := finest - 1; k >= finest-level; k-- {
		quarter := across>>k&1<<1 | up>>k&1
		step := 0
		for quarters[way][step] != quarter {
			step++
		}
		id, way = id<<2|uint64(step), way^turns[step]
	}
	return gridCell((id<<1 | 1) << (2 * (finest - level)))
}

// cellOf reads a token: the id in base 16, without the zeros behind it.
func cellOf(token string) (gridCell, bool) {
	if token == "" || len(token) > 16 {
		return 0, false
	}
	id, err := strconv.ParseUint(token+strings.Repeat("0", 16-len(token)), 16, 64)
	return gridCell(id), err == nil && id>>61 < 6 && bits.TrailingZeros64(id)%2 == 0 && id<<3 != 0
}

func (c gridCell) token() string {
	s := strconv.FormatUint(uint64(c), 16)
	return strings.TrimRight(strings.Repeat("0", 16-len(s))+s, "0")
}

func (c gridCell) face() int { return int(c >> 61) }

// edges are the least and the greatest places of a cell on its face, from 0 to 1.
func (c gridCell) edges() (low, high [2]float64) {
	level := finest - bits.TrailingZeros64(uint64(c))/2
	across, up, way := 0, 0, c.face()&1
	for k := range level {
		step := int(c>>(2*(finest-1-k)+1)) & 3
		quarter := quarters[way][step]
		across, up, way = across<<1|quarter>>1, up<<1|quarter&1, way^turns[step]
	}
	size := math.Ldexp(1, -level)
	low = [2]float64{float64(across) * size, float64(up) * size}
	return low, [2]float64{low[0] + size, low[1] + size}
}

// at is a place on a cell's face as one on the Earth.
func (c gridCell) at(s, t float64) spot {
	u, v := stretch(s), stretch(t)
	return [6]spot{{1, u, v}, {-u, 1, v}, {-u, -v, 1}, {-1, -v, -u}, {v, -1, -u}, {v, u, -1}}[c.face()]
}

// onCube is the face that a place is on, and where on it, from -1 to 1.
func (a spot) onCube() (face int, u, v float64) {
	x, y, z := math.Abs(a.x), math.Abs(a.y), math.Abs(a.z)
	side, far := 2, a.z
	switch {
	case x > y && x > z:
		side, far = 0, a.x
	case y >= x && y > z:
		side, far = 1, a.y
	}
	if far < 0 {
		side += 3
	}
	flat := [6][2]float64{{a.y, a.z}, {-a.x, a.z}, {-a.x, -a.y}, {a.z, a.y}, {a.z, -a.x}, {-a.y, -a.x}}[side]
	return side, flat[0] / far, flat[1] / far
}

// gridPlace is the column or the row of the finest cells, which are made near to equal in area; stretch goes back.
func gridPlace(u float64) int {
	s := 0.5 * math.Sqrt(1+3*math.Abs(u))
	if u < 0 {
		s = 1 - s
	}
	return min(max(int(math.Floor(s*(1<<finest))), 0), 1<<finest-1)
}

func stretch(s float64) float64 {
	if s >= 0.5 {
		return (4*s*s - 1) / 3
	}
	return (1 - 4*(1-s)*(1-s)) / 3
}

// degrees are the longitude and the latitude of a place, which may be above or below the ground.
func (a spot) degrees() []any {
	x, y, z := a.x+0, a.y+0, a.z+0 // no zero is below zero: 180 degrees are not -180
	return []any{math.Atan2(y, x) * 180 / math.Pi, math.Atan2(z, math.Hypot(x, y)) * 180 / math.Pi}
}
