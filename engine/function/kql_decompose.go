package function

import (
	"fmt"
	"math"
	"sort"
)

// Series taken apart into what repeats, where it goes and what is left, and the points that fit none of it.
//
// The parts are as the documentation says: at each phase of the period the median, then the mean or the line of what is
// left, then the rest. Points are scored by Tukey's fences. Those between other percentiles than the quartiles are scaled
// as the percentiles of a normal distribution are ("the normal inter-quantile range"), so that 1.5 means the same: only so
// do the documentation's examples find the points that their texts say, and no others.
//
// How the vendor finds a period is not documented. Here it is the lag, from 4 points to below half of the series, at which
// the series most resembles itself, more than noise would in 95 of 100 cases; every answer that rests on a period found so
// says it in a warning.

var kqlDecompositions = []*Row{
	scalarRow("series_seasonal(array, integer?) dynamic", "what repeats in a series", arraysLong(func(env *Env, l, a []any) any {
		x, ok := realsOf(l)
		if !ok {
			return nil
		}
		return boxedReals(seasonal(x, periodOf(env, "series_seasonal", x, argument(a, 0), seasonalResemblance), len(x)))
	})),
	scalarRow("series_decompose values(array, integer?, string?, integer?, real?) dynamic", "a series as baseline, seasonal part, trend and rest",
		arraysLong(func(env *Env, l, a []any) any {
			return decomposed(env, "series_decompose", l, decomposition{period: argument(a, 0), trend: argument(a, 1), test: argument(a, 2), least: argument(a, 3)}).boxed()
		})),
	scalarRow("series_decompose_forecast values(array, integer, integer?, string?, real?) dynamic", "a series with its last points foretold from those before",
		arraysLong(func(env *Env, l, a []any) any {
			how := decomposition{test: a[0], period: argument(a, 1), trend: argument(a, 2), least: argument(a, 3)}
			if how.trend == nil {
				how.trend = "linefit"
			}
			return decomposed(env, "series_decompose_forecast", l, how).boxed()
		})),
	scalarRow("series_decompose_anomalies values(array, real?, integer?, string?, integer?, string?, real?) dynamic",
		"which points of a series stand out from what repeats in it, how far, and where they should be", arraysLong(anomalies)),
	scalarRow("series_outliers(array, string?, number?, number?, number?) dynamic =first", "how far each point of a series lies outside of the rest",
		arrays1(func(l, a []any) any {
			low, high := 10.0, 90.0
			if p, ok := dynamicNumber(argument(a, 2)); ok {
				low = p
			}
			if p, ok := dynamicNumber(argument(a, 3)); ok {
				high = p
			}
			return outliers(l, argument(a, 1), argument(a, 0), low, high, 0)
		})),
}

// argument is what was written at a place, or nil where nothing was.
func argument(a []any, at int) any {
	if at < len(a) {
		return a[at]
	}
	return nil
}

// How much a series must resemble itself for a season to be taken for one, where the call does not say.
const (
	leastResemblance    = 0.6
	seasonalResemblance = 0.7
)

// decomposition is how a series is taken apart; nil is the default.
type decomposition struct{ period, trend, test, least any }

// parts are what a series was taken apart into.
type parts struct{ base, season, trend, rest []float64 }

func (p *parts) boxed() any {
	if p == nil {
		return nil
	}
	return []any{boxedReals(p.base), boxedReals(p.season), boxedReals(p.trend), boxedReals(p.rest)}
}

// decomposed takes a series apart; nil where it is none or how makes no sense. The last points, where told, are not learned
// from.
func decomposed(env *Env, name string, l []any, how decomposition) *parts {
	x, ok := realsOf(l)
	if !ok || len(x) == 0 {
		return nil
	}
	test, _ := how.test.(int64)
	learn := len(x) - int(test)
	if test < 0 || learn < 1 {
		return nil
	}
	least, ok := dynamicNumber(how.least)
	if !ok {
		least = leastResemblance
	}
	p := &parts{season: seasonal(x, periodOf(env, name, x[:learn], how.period, least), learn)}
	rest := make([]any, learn)
	for i := range rest {
		rest[i] = x[i] - p.season[i]
	}
	if p.trend = trendOf(rest, plainText(how.trend), len(x)); p.trend == nil {
		return nil
	}
	p.base, p.rest = make([]float64, len(x)), make([]float64, len(x))
	for i := range x {
		p.base[i] = p.season[i] + p.trend[i]
		p.rest[i] = x[i] - p.base[i]
	}
	return p
}

// trendOf is where values go, over n points; nil for a kind of trend that there is not.
func trendOf(values []any, kind string, n int) []float64 {
	trend := make([]float64, n)
	switch kind {
	case "", "avg":
		sum := 0.0
		for _, v := range values {
			sum += v.(float64)
		}
		for i := range trend {
			trend[i] = sum / float64(len(values))
		}
	case "linefit":
		line := fitLine(values)
		if line == nil {
			return nil
		}
		for i := range trend {
			trend[i] = line[4].(float64) + line[1].(float64)*float64(i)
		}
	case "none":
	default:
		return nil
	}
	return trend
}

// seasonal is, at each place of a period, the median of the first learn values there; 0 everywhere for no period.
func seasonal(x []float64, period, learn int) []float64 {
	out := make([]float64, len(x))
	for phase := range min(period, len(x)) {
		var values []float64
		for i := phase; i < learn; i += period {
			values = append(values, x[i])
		}
		if len(values) == 0 {
			continue
		}
		sort.Float64s(values)
		m := quantile(values, 0.5)
		for i := phase; i < len(x); i += period {
			out[i] = m
		}
	}
	return out
}

// anomalies is +1, -1 or 0 for each point, its score, and the baseline that it is held against.
func anomalies(env *Env, l, a []any) any {
	threshold, ok := dynamicNumber(argument(a, 0))
	if !ok {
		threshold = 1.5
	}
	p := decomposed(env, "series_decompose_anomalies", l, decomposition{period: argument(a, 1), trend: argument(a, 2), test: argument(a, 3), least: argument(a, 5)})
	if p == nil {
		return nil
	}
	size := 0.0
	for _, v := range l {
		if x, ok := dynamicNumber(v); ok {
			size = max(size, math.Abs(x))
		}
	}
	scores, ok := outliers(boxedReals(p.rest), nil, argument(a, 4), 10, 90, size).([]any)
	if !ok {
		return nil
	}
	flags := make([]any, len(scores))
	for i, s := range scores {
		switch s := s.(float64); {
		case s > threshold:
			flags[i] = int64(1)
		case s < -threshold:
			flags[i] = int64(-1)
		default:
			flags[i] = int64(0)
		}
	}
	return []any{flags, scores, boxedReals(p.base)}
}

// outliers scores points by how many times the range between two percentiles they lie outside of it. Nulls and what is to
// be ignored score 0. size is how large the numbers are that the points were computed of, if they are no larger themselves.
func outliers(l []any, ignore, kind any, low, high, size float64) any {
	scale := 1.0
	switch plainText(kind) {
	case "", "ctukey":
		scale = (normalQuantile(high) - normalQuantile(low)) / (normalQuantile(75) - normalQuantile(25))
	case "tukey":
		low, high = 25, 75
	default:
		return nil
	}
	if low < 2 || high > 98 || low >= high {
		return nil
	}
	var values []float64
	for _, x := range l {
		if v, ok := dynamicNumber(x); ok && !sameDynamic(x, ignore) {
			values = append(values, v)
			size = max(size, math.Abs(v))
		} else if x != nil && !ok {
			return nil
		}
	}
	sort.Float64s(values)
	scores := make([]any, len(l))
	for i, x := range l {
		scores[i] = 0.0
		if x != nil && !sameDynamic(x, ignore) {
			v, _ := dynamicNumber(x)
			scores[i] = ranges(v, quantile(values, low/100), quantile(values, high/100), scale, size)
		}
	}
	return scores
}

// leastWidth is the width of the narrowest range, as a share of the numbers it is a range of: what is narrower comes of how numbers
// are rounded. So where most points are the same, one that differs has a large score and no infinite one, and noise has none.
const leastWidth = 1e-9

// ranges is how many ranges a value lies above or below one.
func ranges(v, low, high, scale, size float64) float64 {
	if width := max(high-low, leastWidth*size); width > 0 {
		scale /= width
	}
	switch {
	case v > high:
		return (v - high) * scale
	case v < low:
		return (v - low) * scale
	}
	return 0
}

// normalQuantile is below what a percentage of a normal distribution lies.
func normalQuantile(percent float64) float64 { return math.Sqrt2 * math.Erfinv(percent/50-1) }

// periodOf is how many points a season has: those that were said, or as many as are found; 0 for no season.
func periodOf(env *Env, name string, x []float64, said any, least float64) int {
	if p, ok := said.(int64); ok && p >= 0 {
		return int(min(p, int64(len(x))))
	} else if ok && p != -1 {
		return 0
	}
	p, score := foundPeriod(env, x)
	if score < least {
		p = 0 // too little alike
	}
	env.Warn(fmt.Sprintf("%s: how Kusto finds a season is not documented; casebook measures how much the series resembles itself, and found %s: "+
		"write the number of points as an argument to be sure", name, seasonText(p)))
	return p
}

func seasonText(p int) string {
	if p == 0 {
		return "no season"
	}
	return fmt.Sprintf("one of %d points", p)
}

// shortestSeason is the least number of points of a season that is looked for, as documented.
const shortestSeason = 4

// foundPeriod is the lag at which a series, less its line, most resembles itself, and how much it does a point, at most 1.
// Single points far outside would hide a season, so the series is also looked at with these moved to the fences of Tukey's
// test.
func foundPeriod(env *Env, x []float64) (period int, score float64) {
	if len(x) < 2*shortestSeason {
		return 0, 0
	}
	line := fitLine(boxedReals(x))[5].([]any)
	rest, whole := make([]float64, len(x)), 0.0
	for i, v := range x {
		rest[i] = v - line[i].(float64)
		whole += v * v
	}
	sorted := append([]float64{}, rest...)
	sort.Float64s(sorted)
	q1, q3 := quantile(sorted, 0.25), quantile(sorted, 0.75)
	fence := 1.5 * (q3 - q1)
	clipped := make([]float64, len(x))
	for i, v := range rest {
		clipped[i] = min(max(v, q1-fence), q3+fence)
	}
	most := 2 / math.Sqrt(float64(len(x)))
	for _, s := range [][]float64{rest, clipped} {
		a := autocorrelation(env, s)
		if a[0] <= 1e-18*whole {
			continue
		}
		for k := shortestSeason; 2*k < len(x)-1; k++ {
			if r := a[k] / a[0]; a[k] > a[k-1] && a[k] >= a[k+1] && r > most {
				period, most = k, r
			}
		}
	}
	return period, min(1, most*float64(len(x))/float64(len(x)-period))
}

// autocorrelation is the sum of products of a series, less its mean, with itself each number of points later.
func autocorrelation(env *Env, x []float64) []float64 {
	mean := 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	size := 1
	for size < 2*len(x) {
		size *= 2
	}
	z := make([]complex128, size)
	for i, v := range x {
		z[i] = complex(v-mean, 0)
	}
	transform(env, z)
	for i, v := range z {
		z[i] = complex(real(v)*real(v)+imag(v)*imag(v), 0)
	}
	transform(env, z) // the power spectrum is even: forwards is backwards
	out := make([]float64, len(x))
	for i := range out {
		out[i] = real(z[i]) / float64(size)
	}
	return out
}
