package function

import "math"

// ES|QL's mathematics are Java's, whose results are the nearest double in all but a few cases; Go's own are off by a last
// figure more often. So these functions take Go's result as a guess and correct it with an error of the guess that is
// computed in pairs of doubles, which hold about 106 bits.

// pair is the unevaluated sum of two doubles, the second at most half a unit of the first.
type pair struct{ hi, lo float64 }

func sumOf2(a, b float64) pair {
	s := a + b
	t := s - a
	return pair{s, (a - (s - t)) + (b - t)}
}

func product(a, b float64) pair {
	p := a * b
	return pair{p, math.FMA(a, b, -p)}
}

func (p pair) plus(q pair) pair {
	s, t := sumOf2(p.hi, q.hi), sumOf2(p.lo, q.lo)
	s = sumOf2(s.hi, s.lo+t.hi)
	return sumOf2(s.hi, s.lo+t.lo)
}

func (p pair) minus(q pair) pair { return p.plus(pair{-q.hi, -q.lo}) }

func (p pair) times(q pair) pair {
	x := product(p.hi, q.hi)
	return sumOf2(x.hi, x.lo+(p.hi*q.lo+p.lo*q.hi))
}

func (p pair) over(x float64) pair {
	q := p.hi / x
	rest := p.minus(product(q, x))
	return sumOf2(q, rest.hi/x)
}

func (p pair) value() float64 { return p.hi + p.lo }

var (
	halfPi = [3]float64{0x1.921fb54442d18p+00, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110}
	ln2    = [3]float64{0x1.62e42fefa39efp-01, 0x1.abc9e3b39803fp-56, 0x1.7b57a079a1934p-111}
	ln10   = pair{0x1.26bb1bbb55516p+01, -0x1.f48ad494ea3e9p-53}
)

// reduced is x less a whole number of steps, with that number.
func reduced(x float64, step [3]float64) (pair, float64) {
	k := math.Round(x / step[0])
	r := pair{x, 0}
	for _, part := range step {
		r = r.minus(product(k, part))
	}
	return r, k
}

// largestAngle is where the parts of halfPi stop being enough; no measurement of an angle is larger.
const largestAngle = 1 << 20

// sinCos is the sine and the cosine of an angle up to largestAngle.
func sinCos(x float64) (sin, cos pair) {
	r, k := reduced(x, halfPi)
	square := r.times(r)
	series := func(term pair, from float64) pair {
		total := term
		for n := from; n < 32; n += 2 {
			term = term.times(square).over(-n * (n + 1))
			total = total.plus(term)
		}
		return total
	}
	sin, cos = series(r, 2), series(pair{1, 0}, 1)
	switch int64(k) & 3 {
	case 1:
		return cos, pair{-sin.hi, -sin.lo}
	case 2:
		return pair{-sin.hi, -sin.lo}, pair{-cos.hi, -cos.lo}
	case 3:
		return pair{-cos.hi, -cos.lo}, sin
	}
	return sin, cos
}

func exactSin(x float64) float64 {
	if x == 0 || !(math.Abs(x) < largestAngle) {
		return math.Sin(x)
	}
	s, _ := sinCos(x)
	return s.value()
}

func exactCos(x float64) float64 {
	if !(math.Abs(x) < largestAngle) {
		return math.Cos(x)
	}
	_, c := sinCos(x)
	return c.value()
}

func exactTan(x float64) float64 {
	if x == 0 || !(math.Abs(x) < largestAngle) {
		return math.Tan(x)
	}
	s, c := sinCos(x)
	guess := s.hi / c.hi
	return guess + s.minus(c.times(pair{guess, 0})).hi/c.hi
}

// around corrects the guess of an angle by the sine of how far it is from the angle of the point (x, y) on the unit circle.
func around(guess float64, y, x pair) float64 {
	s, c := sinCos(guess)
	return guess + y.times(c).minus(x.times(s)).hi/y.times(s).plus(x.times(c)).hi
}

func exactAtan(x float64) float64 {
	if x == 0 || math.IsNaN(x) || math.Abs(x) > 1<<60 || math.Abs(x) < 1e-9 {
		return math.Atan(x)
	}
	return around(math.Atan(x), pair{x, 0}, pair{1, 0})
}

func exactAtan2(y, x float64) float64 {
	guess := math.Atan2(y, x)
	if size := math.Abs(x) + math.Abs(y); x == 0 || y == 0 || !(size < 1e100 && size > 1e-100) || math.Abs(guess) < 1e-9 {
		return guess
	}
	return around(guess, pair{y, 0}, pair{x, 0})
}

func exactAsin(x float64) float64 {
	if x == 0 || !(math.Abs(x) < 1) || math.Abs(x) < 1e-9 {
		return math.Asin(x)
	}
	return around(math.Asin(x), pair{x, 0}, leg(x))
}

func exactAcos(x float64) float64 {
	if !(math.Abs(x) < 1) {
		return math.Acos(x)
	}
	return around(math.Acos(x), leg(x), pair{x, 0})
}

// leg is the other side of a right triangle with one side x and the hypotenuse 1.
func leg(x float64) pair { return root(pair{1, 0}.minus(product(x, x))) }

func root(p pair) pair {
	if p.hi <= 0 {
		return pair{}
	}
	s := math.Sqrt(p.hi)
	return sumOf2(s, p.minus(product(s, s)).hi/(2*s))
}

func exactHypot(x, y float64) float64 {
	if size := max(math.Abs(x), math.Abs(y)); !(size < 1e150 && size > 1e-140) || x == 0 || y == 0 {
		return math.Hypot(x, y)
	}
	return root(product(x, x).plus(product(y, y))).value()
}

func exactCbrt(x float64) float64 {
	guess := math.Cbrt(x)
	if size := math.Abs(x); !(size < 1e300 && size > 1e-200) {
		return guess
	}
	cube := product(guess, guess).times(pair{guess, 0})
	return guess + pair{x, 0}.minus(cube).hi/(3*guess*guess)
}

// power of e as a pair and a power of two.
func expPair(x pair) (pair, int) {
	r, k := reduced(x.hi, ln2)
	r = r.plus(pair{x.lo, 0})
	term, total := r, r
	for n := 2.0; n < 28; n++ {
		term = term.times(r).over(n)
		total = total.plus(term)
	}
	return total.plus(pair{1, 0}), int(k)
}

func exactExp(x float64) float64 {
	if x == 0 || !(math.Abs(x) < 700) {
		return math.Exp(x)
	}
	p, k := expPair(pair{x, 0})
	return math.Ldexp(p.value(), k)
}

// logPair is the logarithm of a positive number that is not too small.
func logPair(x float64) pair {
	fraction, exponent := math.Frexp(x)
	if fraction < math.Sqrt2/2 {
		fraction, exponent = fraction*2, exponent-1
	}
	guess := math.Log(fraction)
	e, k := expPair(pair{-guess, 0})
	scale := math.Ldexp(1, k)
	rest := e.times(pair{fraction * scale, 0}).minus(pair{1, 0}) // how much fraction is more than the guess says
	log := pair{guess, 0}.plus(rest).minus(rest.times(rest).over(2))
	n := float64(exponent)
	return log.plus(product(n, ln2[0])).plus(product(n, ln2[1]))
}

func exactLog(x float64) float64 {
	if !(x > 1e-300 && x < math.Inf(1)) {
		return math.Log(x)
	}
	return logPair(x).value()
}

func exactLog10(x float64) float64 {
	if !(x > 1e-300 && x < math.Inf(1)) {
		return math.Log10(x)
	}
	l := logPair(x)
	guess := l.hi / ln10.hi
	return guess + l.minus(ln10.times(pair{guess, 0})).hi/ln10.hi
}

func exactPow(x, y float64) float64 {
	guess := math.Pow(x, y)
	if !(x > 1e-300 && x < math.Inf(1)) || x == 1 || y == 0 || !(guess > 1e-290 && guess < 1e300) {
		return guess
	}
	p, k := expPair(logPair(x).times(pair{y, 0}))
	return math.Ldexp(p.value(), k)
}

// The hyperbolic functions have their usual formulas over e**x - 1, as in Java.

func exactSinh(x float64) float64 {
	size, half := math.Abs(x), math.Copysign(0.5, x)
	switch {
	case size >= 22 && size < 700:
		return half * exactExp(size)
	case !(size < 22 && size > 1e-8):
		return math.Sinh(x)
	}
	t := math.Expm1(size)
	if size < 1 {
		return half * (2*t - t*t/(t+1))
	}
	return half * (t + t/(t+1))
}

func exactCosh(x float64) float64 {
	size := math.Abs(x)
	switch {
	case size >= 22 && size < 700:
		return exactExp(size) / 2
	case !(size < 22):
		return math.Cosh(x)
	case size < math.Ln2/2:
		t := math.Expm1(size)
		return 1 + t*t/(2*(1+t))
	}
	t := exactExp(size)
	return t/2 + 0.5/t
}

func exactTanh(x float64) float64 {
	size := math.Abs(x)
	if !(size < 22 && size > 1e-8) {
		return math.Tanh(x)
	}
	if size >= 1 {
		return math.Copysign(1-2/(math.Expm1(2*size)+2), x)
	}
	t := math.Expm1(-2 * size)
	return math.Copysign(-t/(t+2), x)
}
