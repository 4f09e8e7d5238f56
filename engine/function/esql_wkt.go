package function

import (
	"fmt"
	"strconv"
	"strings"

	"casebook/engine/column"
)

// Figures of ES|QL are kept as their well-known text, in one canonical spelling: "POINT (1.0 2.0)". That is also how the
// language shows them and compares them.

// vertex is one position: x is the longitude on the earth, y the latitude.
type vertex struct{ x, y float64 }

// figure is what a well-known text describes.
type figure struct {
	spots []vertex
	lines [][]vertex
	areas []area
}

// area is a polygon: its outer ring, then its holes.
type area [][]vertex

// figureKinds are the kinds of figures, and how many brackets are around their positions.
var figureKinds = map[string]int{
	"POINT": 1, "MULTIPOINT": 1, "LINESTRING": 1, "LINEARRING": 1, "MULTILINESTRING": 2, "POLYGON": 2, "MULTIPOLYGON": 3, "BBOX": 1,
}

// ReadFigure reads a well-known text as a value of one of the types for places: its canonical spelling.
func ReadFigure(s string, t column.Type) (string, error) {
	r := wktReader{rest: s, earth: t == column.GeoPoint || t == column.GeoShape}
	var f figure
	kind, err := r.read(&f)
	if err == nil && r.token() != "" {
		err = fmt.Errorf("nothing more was expected")
	}
	if point := t == column.GeoPoint || t == column.CartesianPoint; err == nil && point && kind != "POINT" {
		err = fmt.Errorf("expected POINT, found %s", kind)
	}
	if err != nil {
		return "", err
	}
	return r.canonical.String(), nil
}

// figureOf is what a canonical text describes.
func figureOf(s string) figure {
	var f figure
	r := wktReader{rest: s}
	_, _ = r.read(&f)
	return f
}

// wktReader reads a text, and spells it again as it goes.
type wktReader struct {
	rest      string
	earth     bool
	depth     int
	canonical strings.Builder
}

// deepestFigure is how many collections may lie in one another.
const deepestFigure = 50

// token is the next word, number or sign; "" at the end.
func (r *wktReader) token() string {
	r.rest = strings.TrimLeft(r.rest, " \t\r\n")
	n := strings.IndexAny(r.rest, "(), \t\r\n")
	switch {
	case n < 0:
		n = len(r.rest)
	case n == 0:
		n = 1
	}
	t := r.rest[:n]
	r.rest = r.rest[n:]
	return t
}

func (r *wktReader) next(want string) error {
	if t := r.token(); t != want {
		return fmt.Errorf("expected %s, found %q", want, t)
	}
	return nil
}

// read reads one figure and adds it to f.
func (r *wktReader) read(f *figure) (kind string, err error) {
	kind = strings.ToUpper(r.token())
	switch kind {
	case "ENVELOPE":
		kind = "BBOX"
	case "GEOMETRYCOLLECTION":
		return kind, r.collection(f)
	}
	brackets, ok := figureKinds[kind]
	if !ok {
		return kind, fmt.Errorf("there is no figure %q", kind)
	}
	r.canonical.WriteString(kind)
	if before := r.rest; strings.EqualFold(r.token(), "EMPTY") {
		r.canonical.WriteString(" EMPTY")
		return kind, nil
	} else {
		r.rest = before
	}
	r.canonical.WriteString(" ")
	return kind, r.nested(brackets, kind, func(lists [][]vertex) error { return f.add(kind, lists) })
}

func (r *wktReader) collection(f *figure) error {
	if r.depth++; r.depth > deepestFigure {
		return fmt.Errorf("collections lie too deep in one another")
	}
	defer func() { r.depth-- }()
	r.canonical.WriteString("GEOMETRYCOLLECTION")
	if before := r.rest; strings.EqualFold(r.token(), "EMPTY") {
		r.canonical.WriteString(" EMPTY")
		return nil
	} else {
		r.rest = before
	}
	r.canonical.WriteString(" ")
	return r.series(func() error {
		_, err := r.read(f)
		return err
	})
}

// series reads what one reads, in brackets and with commas between.
func (r *wktReader) series(one func() error) error {
	if err := r.next("("); err != nil {
		return err
	}
	r.canonical.WriteString("(")
	for {
		if err := one(); err != nil {
			return err
		}
		switch t := r.token(); t {
		case ",":
			r.canonical.WriteString(", ")
		case ")":
			r.canonical.WriteString(")")
			return nil
		default:
			return fmt.Errorf("expected , or ), found %q", t)
		}
	}
}

// nested reads lists of positions in so many brackets; of areas, it gives each with its rings.
func (r *wktReader) nested(brackets int, kind string, done func(lists [][]vertex) error) error {
	var lists [][]vertex
	switch {
	case kind == "BBOX":
		var list []vertex
		err := r.series(func() error {
			x, err := r.number()
			list = append(list, vertex{x, 0})
			return err
		})
		if err != nil {
			return err
		}
		lists = [][]vertex{list}
	case brackets == 1:
		var list []vertex
		err := r.series(func() error {
			p, err := r.position(kind)
			list = append(list, p)
			return err
		})
		if err != nil {
			return err
		}
		lists = [][]vertex{list}
	case brackets == 2:
		err := r.series(func() error {
			return r.nested(1, kind, func(inner [][]vertex) error { lists = append(lists, inner...); return nil })
		})
		if err != nil {
			return err
		}
	default:
		return r.series(func() error { return r.nested(2, kind, done) })
	}
	return done(lists)
}

// position reads the numbers of one position; of several points each may have brackets of its own. A height is read and left.
func (r *wktReader) position(kind string) (vertex, error) {
	before := r.rest
	inner := kind == "MULTIPOINT" && r.token() == "("
	if !inner {
		r.rest = before
	}
	x, err := r.number()
	if err != nil {
		return vertex{}, err
	}
	r.canonical.WriteString(" ")
	y, err := r.number()
	if err != nil {
		return vertex{}, err
	}
	before = r.rest
	if t := r.token(); t != "," && t != ")" && t != "" {
		if _, err := strconv.ParseFloat(t, 64); err != nil {
			return vertex{}, fmt.Errorf("expected a number, found %q", t)
		}
	} else {
		r.rest = before
	}
	switch {
	case r.earth && (x < -180 || x > 180):
		return vertex{}, fmt.Errorf("invalid longitude %s; must be between -180.0 and 180.0", javaDouble(x))
	case r.earth && (y < -90 || y > 90):
		return vertex{}, fmt.Errorf("invalid latitude %s; must be between -90.0 and 90.0", javaDouble(y))
	case inner:
		return vertex{x, y}, r.next(")")
	}
	return vertex{x, y}, nil
}

func (r *wktReader) number() (float64, error) {
	t := r.token()
	x, err := strconv.ParseFloat(t, 64)
	if err != nil || strings.ContainsAny(t, "xXpP_nNiI") {
		return 0, fmt.Errorf("expected a number, found %q", t)
	}
	r.canonical.WriteString(javaDouble(x))
	return x, nil
}

// add takes one figure's positions in.
func (f *figure) add(kind string, lists [][]vertex) error {
	switch kind {
	case "POINT", "MULTIPOINT":
		if kind == "POINT" && len(lists[0]) != 1 {
			return fmt.Errorf("a POINT has one position, found %d", len(lists[0]))
		}
		f.spots = append(f.spots, lists[0]...)
	case "BBOX": // left, right, top, bottom
		b := lists[0]
		if len(b) != 4 {
			return fmt.Errorf("a BBOX has 4 numbers, found %d", len(b))
		}
		left, right, top, bottom := b[0].x, b[1].x, b[2].x, b[3].x
		f.areas = append(f.areas, area{{{left, bottom}, {right, bottom}, {right, top}, {left, top}, {left, bottom}}})
	case "POLYGON", "MULTIPOLYGON":
		for _, ring := range lists {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				return fmt.Errorf("a ring of a polygon has at least 4 positions and ends where it starts")
			}
		}
		f.areas = append(f.areas, lists)
	default:
		for _, line := range lists {
			if len(line) < 2 {
				return fmt.Errorf("a line has at least 2 positions")
			}
		}
		f.lines = append(f.lines, lists...)
	}
	return nil
}
