package function

import (
	"math"
	"slices"

	"casebook/engine/column"
)

var kqlSeries = seriesRows()

func seriesRows() []*Row {
	each := func(name, doc string, f func(float64) float64) *Row {
		return scalarRow("series_"+name+"(array) dynamic", doc, arrays1(func(l, _ []any) any {
			out := make([]any, len(l))
			for i, x := range l {
				if v, ok := dynamicNumber(x); ok {
					out[i] = f(v)
				}
			}
			return out
		}))
	}
	rows := []*Row{
		each("abs", "the elements without their signs", math.Abs),
		each("sign", "the signs of the elements", func(x float64) float64 {
			switch {
			case x > 0:
				return 1
			case x < 0:
				return -1
			}
			return 0
		}),
		each("exp", "e to the power of each element", math.Exp), each("log", "the logarithms of the elements", math.Log),
		each("sin", "the sines", math.Sin), each("cos", "the cosines", math.Cos), each("tan", "the tangents", math.Tan),
		each("asin", "the angles of sines", math.Asin), each("acos", "the angles of cosines", math.Acos), each("atan", "the angles of tangents", math.Atan),
		each("floor", "the elements rounded down", math.Floor), each("ceiling", "the elements rounded up", math.Ceil),
		scalarRow("series_sum(array) real", "the sum of a series", fold(0, func(a, x float64) float64 { return a + x }, plainly)),
		scalarRow("series_product(array) real", "the product of a series", fold(1, func(a, x float64) float64 { return a * x }, plainly)),
		scalarRow("series_magnitude(array) real", "the length of a vector", fold(0, func(a, x float64) float64 { return a + x*x }, math.Sqrt)),
		scalarRow("series_dot_product(array, array) real", "the dot product", rowwise(column.Double, dotProduct)),
		scalarRow("series_dot_product(array, number) real", "the dot product with a series of one number", rowwise(column.Double, dotProduct)),
		scalarRow("series_dot_product(number, array) real", "the dot product with a series of one number", rowwise(column.Double, dotProduct)),
		scalarRow("series_cosine_similarity(array, array, real?, real?) real", "the cosine of the angle between vectors", rowwise(column.Double, func(_ *Env, a []any) any {
			x, y, ok := numberPairs(a[0], a[1])
			if !ok || len(x) == 0 {
				return nil
			}
			return dot(x, y) / math.Sqrt(dot(x, x)*dot(y, y))
		})),
		scalarRow("series_pearson_correlation(array, array) real", "the correlation of two series", rowwise(column.Double, func(_ *Env, a []any) any {
			x, ok1 := realsOf(a[0])
			y, ok2 := realsOf(a[1])
			if !ok1 || !ok2 || len(x) != len(y) || len(x) == 0 {
				return nil
			}
			return correlation(x, y)
		})),
		scalarRow("series_fill_const(array, number?, number?) dynamic =first", "a series with a value for what is missing", arrays1(func(l, a []any) any {
			value := any(int64(0))
			if len(a) > 0 {
				value = a[0]
			}
			out := append([]any{}, l...)
			for i, x := range out {
				if missing(x, a, 1) {
					out[i] = value
				}
			}
			return out
		})),
		scalarRow("series_fill_forward(array, number?) dynamic =first", "a series with the value before for what is missing", arrays1(func(l, a []any) any {
			out := append([]any{}, l...)
			for i := 1; i < len(out); i++ {
				if missing(out[i], a, 0) {
					out[i] = out[i-1]
				}
			}
			return out
		})),
		scalarRow("series_fill_backward(array, number?) dynamic =first", "a series with the value after for what is missing", arrays1(func(l, a []any) any {
			out := append([]any{}, l...)
			for i := len(out) - 2; i >= 0; i-- {
				if missing(out[i], a, 0) {
					out[i] = out[i+1]
				}
			}
			return out
		})),
		scalarRow("series_fir(array, array, bool?, bool?) dynamic =first", "a series through a filter", arraysLong(filtered)),
		scalarRow("series_fit_line values(array) dynamic", "the line that fits a series best", arrays1(func(l, _ []any) any { return fitLine(l) })),
		scalarRow("series_fit_line_dynamic(array) dynamic", "the line that fits a series best, in a bag", arrays1(func(l, _ []any) any {
			return named(fitLine(l), "rsquare", "slope", "variance", "rvariance", "interception", "line_fit")
		})),
		scalarRow("series_stats values(array, bool!?) dynamic", "what there is to say of a series", arrays1(func(l, a []any) any { return stats(l, a) })),
		scalarRow("series_stats_dynamic(array, bool!?) dynamic", "what there is to say of a series, in a bag", arrays1(func(l, a []any) any {
			s, ok := stats(l, a).([]any)
			if !ok {
				return nil
			}
			o := named(s, "min", "min_idx", "max", "max_idx", "avg", "stdev", "variance")
			if bag, ok := o.(*column.Object); ok {
				sum := 0.0
				for _, x := range l {
					v, _ := dynamicNumber(x)
					sum += v
				}
				bag.Set("sum", sum)
				bag.Set("len", int64(len(l)))
			}
			return o
		})),
	}
	for _, op := range []struct {
		name string
		f    func(a, b float64) float64
	}{{"add", func(a, b float64) float64 { return a + b }}, {"subtract", func(a, b float64) float64 { return a - b }},
		{"multiply", func(a, b float64) float64 { return a * b }}, {"divide", func(a, b float64) float64 { return a / b }}, {"pow", math.Pow}} {
		rows = append(rows, pairwise("series_"+op.name, "two series, element by element: "+op.name, func(a, b float64) any {
			if r := op.f(a, b); !math.IsNaN(r) && !math.IsInf(r, 0) {
				return r
			}
			return op.f(a, b)
		})...)
	}
	for _, op := range []struct {
		name string
		f    func(a, b float64) bool
	}{{"greater", func(a, b float64) bool { return a > b }}, {"greater_equals", func(a, b float64) bool { return a >= b }},
		{"less", func(a, b float64) bool { return a < b }}, {"less_equals", func(a, b float64) bool { return a <= b }},
		{"equals", func(a, b float64) bool { return a == b }}, {"not_equals", func(a, b float64) bool { return a != b }}} {
		rows = append(rows, pairwise("series_"+op.name, "two series, element by element: "+op.name, func(a, b float64) any { return op.f(a, b) })...)
	}
	return rows
}

// pairwise are the rows of a function of two series, or a series and a number.
func pairwise(name, doc string, f func(a, b float64) any) []*Row {
	eval := rowwise(column.Dynamic, func(_ *Env, a []any) any {
		x, isX := a[0].([]any)
		y, isY := a[1].([]any)
		n := len(x)
		if isX && isY {
			n = max(len(x), len(y))
		} else if isY {
			n = len(y)
		} else if !isX {
			return nil
		}
		at := func(list []any, is bool, one any, i int) (float64, bool) {
			if !is {
				return dynamicNumber(one)
			}
			if i >= len(list) {
				return 0, false
			}
			return dynamicNumber(list[i])
		}
		out := make([]any, n)
		for i := range out {
			p, ok1 := at(x, isX, a[0], i)
			q, ok2 := at(y, isY, a[1], i)
			if ok1 && ok2 {
				out[i] = f(p, q)
			}
		}
		return out
	})
	return []*Row{scalarRow(name+"(array, array) dynamic", doc, eval), scalarRow(name+"(array, number) dynamic", doc, eval), scalarRow(name+"(number, array) dynamic", doc, eval)}
}

func plainly(x float64) float64 { return x }

func fold(start float64, f func(a, x float64) float64, end func(float64) float64) Eval {
	return rowwise(column.Double, func(_ *Env, a []any) any {
		l, ok := a[0].([]any)
		if !ok {
			return nil
		}
		sum := start
		for _, x := range l {
			if v, ok := dynamicNumber(x); ok {
				sum = f(sum, v)
			}
		}
		return end(sum)
	})
}

// realsOf is an array of nothing but numbers.
func realsOf(x any) ([]float64, bool) {
	l, ok := x.([]any)
	if !ok {
		return nil, false
	}
	out := make([]float64, len(l))
	for i, e := range l {
		if out[i], ok = dynamicNumber(e); !ok {
			return nil, false
		}
	}
	return out, true
}

// numberPairs are the numbers that stand in the same places of two series, of which the longer one is cut; a number is a
// series of itself. What is no number is left out.
func numberPairs(a, b any) (x, y []float64, ok bool) {
	p, isList := a.([]any)
	q, isList2 := b.([]any)
	switch {
	case isList && !isList2:
		q = slices.Repeat([]any{b}, len(p))
	case isList2 && !isList:
		p = slices.Repeat([]any{a}, len(q))
	case !isList:
		return nil, nil, false
	}
	for i := range min(len(p), len(q)) {
		f, ok1 := dynamicNumber(p[i])
		g, ok2 := dynamicNumber(q[i])
		if ok1 && ok2 {
			x, y = append(x, f), append(y, g)
		}
	}
	return x, y, true
}

func dotProduct(_ *Env, a []any) any {
	x, y, ok := numberPairs(a[0], a[1])
	if !ok {
		return nil
	}
	return dot(x, y)
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}

func correlation(x, y []float64) float64 {
	n := float64(len(x))
	var sx, sy float64
	for i := range x {
		sx, sy = sx+x[i], sy+y[i]
	}
	var xx, yy, xy float64
	for i := range x {
		dx, dy := x[i]-sx/n, y[i]-sy/n
		xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
	}
	return xy / math.Sqrt(xx*yy)
}

// missing tells whether an element stands for nothing: null, or the placeholder that argument at gives.
func missing(x any, a []any, at int) bool {
	if at < len(a) && a[at] != nil {
		return sameDynamic(x, a[at])
	}
	return x == nil
}

// filtered is the convolution of a series with a filter, normalised where the filter adds up to something unless it is said
// otherwise, and moved to the middle where it is said.
func filtered(env *Env, l, a []any) any {
	x, ok1 := realsOf(any(l))
	f, ok2 := realsOf(a[0])
	if !ok1 || !ok2 || len(f) == 0 {
		return nil
	}
	sum := 0.0
	for _, c := range f {
		sum += c
	}
	normal, center := true, false
	for _, c := range f {
		normal = normal && c >= 0
	}
	if len(a) > 1 {
		normal, _ = a[1].(bool)
	}
	if len(a) > 2 {
		center, _ = a[2].(bool)
	}
	shift := 0
	if center {
		shift = len(f) / 2
	}
	out := make([]any, len(x))
	for i := range x {
		if stopped(env) != nil {
			return nil
		}
		r := 0.0
		for k, c := range f {
			if at := i - k + shift; at >= 0 && at < len(x) {
				r += c * x[at]
			}
		}
		if normal && sum != 0 {
			r /= sum
		}
		out[i] = r
	}
	return out
}

// fitLine is the line of least squares: how well it fits, its slope, the variance of the series and of what the line leaves,
// where it begins, and its points.
func fitLine(l []any) []any {
	y, ok := realsOf(any(l))
	n := float64(len(y))
	if !ok || len(y) < 2 {
		return nil
	}
	var sx, sy, sxx, sxy float64
	for i, v := range y {
		x := float64(i)
		sx, sy, sxx, sxy = sx+x, sy+v, sxx+x*x, sxy+x*v
	}
	slope := (n*sxy - sx*sy) / (n*sxx - sx*sx)
	start := (sy - slope*sx) / n
	var total, left float64
	points := make([]any, len(y))
	for i, v := range y {
		p := start + slope*float64(i)
		points[i] = p
		total += (v - sy/n) * (v - sy/n)
		left += (v - p) * (v - p)
	}
	square := 1.0
	if total != 0 {
		square = 1 - left/total
	}
	return []any{square, slope, total / (n - 1), left / (n - 1), start, points}
}

// stats is null where the series holds what is no finite number, unless those are to be left out.
func stats(l, a []any) any {
	ignore := false
	if len(a) > 0 {
		ignore, _ = a[0].(bool)
	}
	var x []float64
	var at []int64
	for i, e := range l {
		v, ok := dynamicNumber(e)
		if ok = ok && !math.IsNaN(v) && !math.IsInf(v, 0); !ok && !ignore {
			return nil
		}
		if ok {
			x, at = append(x, v), append(at, int64(i))
		}
	}
	if len(x) == 0 {
		return nil
	}
	low, high, sum := 0, 0, 0.0
	for i, v := range x {
		if v < x[low] {
			low = i
		}
		if v > x[high] {
			high = i
		}
		sum += v
	}
	mean, squares := sum/float64(len(x)), 0.0
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	variance := 0.0
	if len(x) > 1 {
		variance = squares / float64(len(x)-1)
	}
	return []any{x[low], at[low], x[high], at[high], mean, math.Sqrt(variance), variance}
}

func named(values []any, keys ...string) any {
	if values == nil {
		return nil
	}
	o := column.NewObject()
	for i, k := range keys {
		o.Set(k, values[i])
	}
	return o
}
