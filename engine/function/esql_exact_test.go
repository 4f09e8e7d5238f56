package function

import (
	"math"
	"testing"
)

// TestNearestDouble holds the mathematics of ES|QL to the nearest double, where Go's own functions mostly miss it.
func TestNearestDouble(t *testing.T) {
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"sin", exactSin(2), 0.9092974268256817}, {"sin of a large angle", exactSin(1e6), -0.34999350217129294},
		{"sin of a quarter turn", exactSin(math.Pi), 1.2246467991473532e-16},
		{"cos", exactCos(11), 0.004425697988050785}, {"tan", exactTan(3), -0.1425465430742778},
		{"asin", exactAsin(0.3), 0.3046926540153975}, {"asin near its end", exactAsin(0.9999), 1.5566540733173846},
		{"acos", exactAcos(0.9), 0.45102681179626236}, {"atan", exactAtan(-7.5), -1.4382447944982226},
		{"atan2", exactAtan2(-3, -4), -2.498091544796509}, {"exp", exactExp(-23.7), 5.0958986143795644e-11},
		{"log", exactLog(0.0001), -9.210340371976182}, {"log of 1", exactLog(1), 0},
		{"log10", exactLog10(1e15), 15}, {"log10 of a small number", exactLog10(0.7), -0.1549019599857432},
		{"pow", exactPow(2.5, 7.25), 767.4764585467135}, {"pow of a whole", exactPow(3, 20), 3486784401}, {"pow of a root", exactPow(4, 0.5), 2},
		{"cbrt", exactCbrt(11), 2.2239800905693157}, {"hypot", exactHypot(3, 4), 5}, {"hypot of roots", exactHypot(0.1, 0.7), 0.7071067811865475},
		{"sinh", exactSinh(2), 3.626860407847019}, {"cosh", exactCosh(2), 3.7621956910836314}, {"tanh", exactTanh(2), 0.9640275800758169},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	for _, x := range []float64{0, math.NaN(), math.Inf(1), math.Inf(-1), 1e-310, math.MaxFloat64} { // these are Go's
		for _, f := range [][2]func(float64) float64{{exactSin, math.Sin}, {exactTan, math.Tan}, {exactAtan, math.Atan}, {exactExp, math.Exp}, {exactLog, math.Log}, {exactCbrt, math.Cbrt}} {
			if got, want := f[0](x), f[1](x); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("of %v got %v, want %v", x, got, want)
			}
		}
	}
}
