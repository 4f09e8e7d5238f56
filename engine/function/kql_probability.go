package function

import (
	"math"

	"casebook/engine/column"
)

// The beta distribution, and the test that is made of it. Outside their ranges the density and the share are NaN; of a
// probability above 1 there is no inverse at all (null), as the documentation's tables show.

var kqlProbabilities = []*Row{
	scalarRow("beta_pdf(real, real, real) real", "the density of the beta distribution", Map3(column.Double, func(_ *Env, x, a, b float64) (float64, bool) {
		return betaDensity(x, a, b), true
	})),
	scalarRow("beta_cdf(real, real, real) real", "the share of the beta distribution up to a value", Map3(column.Double, func(_ *Env, x, a, b float64) (float64, bool) {
		return betaShare(x, a, b), true
	})),
	scalarRow("beta_inv(real, real, real) real", "the value up to which there is a share of the beta distribution", Map3(column.Double, func(_ *Env, p, a, b float64) (float64, bool) {
		return betaInverse(p, a, b), p <= 1
	})),
	scalarRow("welch_test(real, real, real, real, real, real) real", "how likely two samples' means differ by chance: mean, variance and count of each", rowwise(column.Double, welchTest)),
}

func betaDensity(x, a, b float64) float64 {
	if x <= 0 || x >= 1 || a <= 0 || b <= 0 {
		return math.NaN()
	}
	return math.Exp((a-1)*math.Log(x) + (b-1)*math.Log1p(-x) - logBeta(a, b))
}

func betaShare(x, a, b float64) float64 {
	if x < 0 || x > 1 || !shaped(a) || !shaped(b) {
		return math.NaN()
	}
	return incompleteBeta(x, a, b)
}

// shaped tells whether a number can be a parameter of the distribution. With larger ones the fraction below takes ever longer.
func shaped(a float64) bool { return a > 0 && a <= 10_000 }

// betaInverse halves the interval in which the value lies until no float is left between.
func betaInverse(p, a, b float64) float64 {
	if math.IsNaN(p) || p <= 0 || !shaped(a) || !shaped(b) {
		return math.NaN()
	}
	lo, hi := 0.0, 1.0
	for {
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			return mid
		}
		if incompleteBeta(mid, a, b) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
}

func logBeta(a, b float64) float64 {
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	return la + lb - lab
}

// incompleteBeta is the regularised incomplete beta function, by its continued fraction; that converges fast below the
// mean, and above it the other tail is computed.
func incompleteBeta(x, a, b float64) float64 {
	switch {
	case math.IsNaN(x + a + b):
		return math.NaN() // which the fraction would never come near
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2):
		return 1 - incompleteBeta(1-x, b, a)
	}
	front := math.Exp(a*math.Log(x)+b*math.Log1p(-x)-logBeta(a, b)) / a
	// Lentz's method, with a number near 0 where a divisor would be 0.
	const tiny, close = 1e-300, 1e-16
	away := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	f, c, d := 1.0, 1.0, 0.0
	for i := range 100_000 {
		m := float64(i / 2)
		term := 1.0
		switch {
		case i == 0:
		case i%2 == 0:
			term = m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		default:
			term = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		d = 1 / away(1+term*d)
		c = away(1 + term/c)
		f *= c * d
		if !(math.Abs(1-c*d) >= close) {
			break
		}
	}
	return front * (f - 1)
}

// welchTest is the two-sided p value of Welch's t test.
func welchTest(_ *Env, a []any) any {
	var v [6]float64
	for i, x := range a {
		f, ok := x.(float64)
		if !ok {
			return nil
		}
		v[i] = f
	}
	first, second := v[1]/v[2], v[4]/v[5]
	t := (v[0] - v[3]) / math.Sqrt(first+second)
	freedom := (first + second) * (first + second) / (first*first/(v[2]-1) + second*second/(v[5]-1))
	return incompleteBeta(freedom/(freedom+t*t), freedom/2, 0.5)
}
