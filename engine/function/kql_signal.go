package function

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// Series that are filtered, transformed and fitted.

var kqlSignals = []*Row{
	scalarRow("series_fill_linear(array, scalar?, bool?, scalar?) dynamic =first", "a series with what is missing on the line between its neighbours", arrays1(fillLinear)),
	scalarRow("series_iir(array, array, array) dynamic =first", "a series through a recursive filter", arraysLong(recursive)),
	scalarRow("series_fft values(array, array?) dynamic", "the spectrum of a series", arrays1(func(l, a []any) any { return fourier(l, a, false) })),
	scalarRow("series_ifft values(array, array?) dynamic", "the series of a spectrum", arrays1(func(l, a []any) any { return fourier(l, a, true) })),
	scalarRow("series_fit_2lines values(array) dynamic", "the two lines that fit a series best", arraysLong(func(env *Env, l, _ []any) any { return twoLines(env, l) })),
	scalarRow("series_fit_2lines_dynamic(array) dynamic", "the two lines that fit a series best, in a bag", arraysLong(func(env *Env, l, _ []any) any {
		lines := twoLines(env, l)
		if lines == nil {
			return nil
		}
		line := []string{"rsquare", "slope", "interception", "variance", "rvariance"}
		sides := []any{named(lines[5:10], line...), named(lines[10:15], line...)}
		return named(append(lines[:5:5], sides...), "rsquare", "split_idx", "variance", "rvariance", "line_fit", "right", "left")
	})),
	scalarRow("series_fit_poly values(array, array?, integer?) dynamic", "the polynomial that fits a series best", arrays1(fitPolynomial)),
}

func boxedReals(x []float64) []any {
	out := make([]any, len(x))
	for i, v := range x {
		out[i] = v
	}
	return out
}

// fillLinear fills gaps; a series of whole numbers stays one. Gaps at the ends take the nearest value unless told not to.
func fillLinear(l, a []any) any {
	out := append([]any{}, l...)
	var have []int
	whole := true
	for i, x := range out {
		if missing(x, a, 0) {
			out[i] = nil
			continue
		}
		if _, ok := dynamicNumber(x); !ok {
			return nil
		}
		_, isInt := x.(int64)
		whole = whole && isInt
		have = append(have, i)
	}
	if len(have) == 0 {
		constant := any(0.0)
		if len(a) > 2 {
			constant = a[2]
		}
		for i := range out {
			out[i] = constant
		}
		return out
	}
	edges := true
	if len(a) > 1 {
		edges, _ = a[1].(bool)
	}
	for k := 1; k < len(have); k++ {
		from, to := have[k-1], have[k]
		x, _ := dynamicNumber(out[from])
		y, _ := dynamicNumber(out[to])
		for i := from + 1; i < to; i++ {
			v := x + (y-x)*float64(i-from)/float64(to-from)
			if out[i] = v; whole {
				out[i] = int64(v)
			}
		}
	}
	if edges {
		first, last := have[0], have[len(have)-1]
		for i := range first {
			out[i] = out[first]
		}
		for i := last + 1; i < len(out); i++ {
			out[i] = out[last]
		}
	}
	return out
}

// recursive is y[i] = (b0 x[i] + b1 x[i-1] + … - a1 y[i-1] - …) / a0.
func recursive(env *Env, l, args []any) any {
	x, ok1 := realsOf(l)
	b, ok2 := realsOf(args[0])
	a, ok3 := realsOf(args[1])
	if !ok1 || !ok2 || !ok3 || len(a) == 0 || a[0] == 0 {
		return nil
	}
	y := make([]float64, len(x))
	for i := range x {
		if stopped(env) != nil {
			return nil
		}
		sum := 0.0
		for k := 0; k < len(b) && k <= i; k++ {
			sum += b[k] * x[i-k]
		}
		for k := 1; k < len(a) && k <= i; k++ {
			sum -= a[k] * y[i-k]
		}
		y[i] = sum / a[0]
	}
	return boxedReals(y)
}

// longestSpectrum keeps one row from taking the machine: a transform of any length takes its square of steps.
const longestSpectrum = 1 << 12

// fourier is the discrete transform, or its inverse, of a series of complex numbers: real parts and imaginary ones.
func fourier(l, a []any, inverse bool) any {
	re, ok := realsOf(l)
	switch {
	case !ok || len(re) == 0:
		return nil
	case len(re) > longestSpectrum:
		return &LimitError{What: "elements of a series that series_fft transforms", Limit: longestSpectrum}
	}
	im := make([]float64, len(re))
	if len(a) > 0 {
		if im, ok = realsOf(a[0]); !ok || len(im) != len(re) {
			return nil
		}
	}
	sign, scale := -1.0, 1.0
	if inverse {
		sign, scale = 1, 1/float64(len(re))
	}
	n := len(re)
	turns := make([]complex128, n)
	for k := range turns {
		turns[k] = cmplx.Rect(1, sign*2*math.Pi*float64(k)/float64(n))
	}
	outRe, outIm := make([]float64, n), make([]float64, n)
	for k := range n {
		var sum complex128
		for i := range n {
			sum += complex(re[i], im[i]) * turns[k*i%n]
		}
		outRe[k], outIm[k] = real(sum)*scale, imag(sum)*scale
	}
	return []any{boxedReals(outRe), boxedReals(outIm)}
}

// twoLines splits a series where a line for each part fits best. It gives up when the query was cancelled.
func twoLines(env *Env, l []any) []any {
	y, ok := realsOf(l)
	if !ok || len(y) < 4 {
		return nil
	}
	total := squares(y)
	var best []any
	least := math.Inf(1)
	for at := 2; at <= len(y)-2 && stopped(env) == nil; at++ {
		left, right := fitLine(l[:at]), fitLine(l[at:])
		points := append(append([]any{}, left[5].([]any)...), right[5].([]any)...)
		rest := 0.0
		for i, p := range points {
			d := y[i] - p.(float64)
			rest += d * d
		}
		if rest >= least {
			continue
		}
		least = rest
		square := 1.0
		if total != 0 {
			square = 1 - rest/total
		}
		n := float64(len(y) - 1)
		best = []any{square, int64(at), total / n, rest / n, points, right[0], right[1], right[4], right[2], right[3], left[0], left[1], left[4], left[2], left[3]}
	}
	return best
}

// squares is how far numbers are from their mean, squared and summed.
func squares(y []float64) float64 {
	mean, sum := 0.0, 0.0
	for _, v := range y {
		mean += v / float64(len(y))
	}
	for _, v := range y {
		sum += (v - mean) * (v - mean)
	}
	return sum
}

// fitPolynomial is the polynomial of least squares: how well it fits, its coefficients from the highest power down, the
// variance of the series and of what is left, and its points.
func fitPolynomial(l, a []any) any {
	y, ok := realsOf(l)
	degree := int64(1)
	x := make([]float64, len(y))
	for i := range x {
		x[i] = float64(i + 1)
	}
	if len(a) > 0 && a[0] != nil {
		if x, ok = realsOf(a[0]); len(x) != len(y) {
			return nil
		}
	}
	if len(a) > 1 {
		degree, _ = a[1].(int64)
	}
	if !ok || degree < 1 || degree > 20 || int(degree) >= len(y) {
		return nil
	}
	c := leastSquares(x, y, int(degree)+1)
	if c == nil {
		return nil
	}
	points, rest := make([]float64, len(y)), 0.0
	for i := range y {
		for k := len(c) - 1; k >= 0; k-- {
			points[i] = points[i]*x[i] + c[k]
		}
		rest += (y[i] - points[i]) * (y[i] - points[i])
	}
	total, square := squares(y), 1.0
	if total != 0 {
		square = 1 - rest/total
	}
	down := make([]float64, len(c))
	for k := range c {
		down[len(c)-1-k] = c[k]
	}
	n := float64(len(y) - 1)
	return []any{square, boxedReals(down), total / n, rest / n, boxedReals(points)}
}

// leastSquares solves for the coefficients, from the lowest power up, by Householder reflections; nil where there is no one
// solution.
func leastSquares(x, y []float64, terms int) []float64 {
	rows := make([][]float64, len(x))
	for i := range rows {
		rows[i] = make([]float64, terms+1)
		p := 1.0
		for k := range terms {
			rows[i][k] = p
			p *= x[i]
		}
		rows[i][terms] = y[i]
	}
	for k := range terms {
		norm := 0.0
		for i := k; i < len(rows); i++ {
			norm = math.Hypot(norm, rows[i][k])
		}
		if norm == 0 {
			return nil
		}
		if rows[k][k] > 0 {
			norm = -norm
		}
		v := make([]float64, len(rows))
		for i := k; i < len(rows); i++ {
			v[i] = rows[i][k]
		}
		v[k] -= norm
		vv := dot(v, v)
		for c := k; c <= terms; c++ {
			s := 0.0
			for i := k; i < len(rows); i++ {
				s += v[i] * rows[i][c]
			}
			for i := k; i < len(rows); i++ {
				rows[i][c] -= 2 * s / vv * v[i]
			}
		}
	}
	c := make([]float64, terms)
	for k := terms - 1; k >= 0; k-- {
		s := rows[k][terms]
		for j := k + 1; j < terms; j++ {
			s -= rows[k][j] * c[j]
		}
		if c[k] = s / rows[k][k]; math.IsNaN(c[k]) || math.IsInf(c[k], 0) {
			return nil
		}
	}
	return c
}

// transform is the discrete Fourier transform, in place, of as many numbers as a power of two. It gives up when the query was
// cancelled.
func transform(env *Env, z []complex128) {
	n := len(z)
	for i := range z {
		if j := int(bits.Reverse64(uint64(i)) >> (65 - bits.Len(uint(n)))); i < j {
			z[i], z[j] = z[j], z[i]
		}
	}
	turns := make([]complex128, n/2)
	for k := range turns {
		turns[k] = cmplx.Rect(1, -2*math.Pi*float64(k)/float64(n))
	}
	for size := 2; size <= n && stopped(env) == nil; size *= 2 {
		half, step := size/2, n/size
		for start := 0; start < n; start += size {
			for k := range half {
				a, b := z[start+k], z[start+k+half]*turns[k*step]
				z[start+k], z[start+k+half] = a+b, a-b
			}
		}
	}
}
