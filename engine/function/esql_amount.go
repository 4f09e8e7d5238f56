package function

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"casebook/engine/column"
)

// FMT_BYTES, FMT_BYTES_SI, FMT_DURATION and FMT_PERCENT write numbers for people: in the largest unit of which there is one whole, or in a
// unit that is named. Of what is behind the point they keep one digit and cut the rest off; only a percentage is rounded.

// amount is a unit and how many of the smallest one it has.
type amount struct {
	name string
	of   int64
}

var (
	binaryBytes = []amount{{"b", 1}, {"kb", 1 << 10}, {"mb", 1 << 20}, {"gb", 1 << 30}, {"tb", 1 << 40}, {"pb", 1 << 50}}
	plainBytes  = []amount{{"B", 1}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"PB", 1e15}}
	spans       = []amount{{"nanos", 1}, {"micros", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}}
)

// cutOff is a number with the first digit behind the point, if that is none that can be left out.
func cutOff(x float64) string {
	whole, rest, _ := strings.Cut(javaDouble(x), ".")
	_, exponent, scaled := strings.Cut(rest, "E")
	if scaled {
		exponent = "E" + exponent
	}
	if rest[0] == '0' {
		return whole + exponent
	}
	return whole + "." + rest[:1] + exponent
}

// amounts are the rows of a function that writes a whole number in units: in the largest that fits, which zero says of nothing, or in the
// one that is named.
func amounts(name, doc string, units []amount, zero amount, write func(n int64, in amount) string, below string) []*Row {
	shown := func(env *Env, n int64, in amount) (string, bool) {
		if n < -1 {
			return overflow[string](env, "java.lang.IllegalArgumentException: "+fmt.Sprintf(below, n))
		}
		return write(n, in), true
	}
	largest := func(env *Env, n int64) (string, bool) {
		in := zero
		for _, u := range units {
			if n >= u.of {
				in = u
			}
		}
		return shown(env, n, in)
	}
	named := func(env *Env, n int64, unit string) (string, bool) {
		i := slices.IndexFunc(units, func(u amount) bool { return strings.EqualFold(u.name, unit) })
		if i < 0 {
			return overflow[string](env, "java.lang.IllegalArgumentException: Unsupported unit ["+unit+"], expected one of ["+strings.Join(unitNames(units), ", ")+"]")
		}
		return shown(env, n, units[i])
	}
	types := []column.Type{integer, column.Long}
	return slices.Concat(
		each(types, func(t column.Type) *Row { return scalar(name, doc, Map1(str, largest), str, t) }),
		each(types, func(t column.Type) *Row { return scalar(name, doc, Map2(str, named), str, t, str) }),
	)
}

func unitNames(units []amount) []string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.name
	}
	return names
}

func inBytes(n int64, in amount) string { return cutOff(float64(n)/float64(in.of)) + in.name }

// inTime writes a duration; one of -1 is none at all, and has no unit.
func inTime(n int64, in amount) string {
	if n < 0 {
		return "-1"
	}
	return cutOff(float64(n)/float64(in.of)) + in.name
}

// percent is a ratio in hundredths, with a digit behind the point where that is no 0: what the shortest spelling of the number has behind
// it is rounded, and a 5 away from 0.
func percent(x float64) string {
	x *= 100
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return javaDouble(x) + "%"
	}
	whole, rest, _ := strings.Cut(strconv.FormatFloat(math.Abs(x), 'f', -1, 64), ".")
	rest += "00"
	tenths, _ := new(big.Int).SetString(whole+rest[:1], 10)
	if rest[1] >= '5' {
		tenths.Add(tenths, big.NewInt(1))
	}
	s := tenths.String()
	if len(s) == 1 {
		s = "0" + s
	}
	text := strings.TrimSuffix(s[:len(s)-1]+"."+s[len(s)-1:], ".0") + "%"
	if math.Signbit(x) {
		text = "-" + text
	}
	return text
}

const (
	bytesBelow = "Values less than [-1] bytes are not supported: [%d]"
	timeBelow  = "duration cannot be negative, was given [%d]"
)

var esqlAmounts = slices.Concat(
	amounts("fmt_bytes", "a number of bytes in units of 1024", binaryBytes, binaryBytes[0], inBytes, bytesBelow),
	amounts("fmt_bytes_si", "a number of bytes in units of 1000", plainBytes, plainBytes[0], inBytes, bytesBelow),
	amounts("fmt_duration", "a number of nanoseconds in units of time", spans, spans[3], inTime, timeBelow),
	each(numbers, func(t column.Type) *Row {
		return scalar("fmt_percent", "a ratio as a percentage", func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
			x := number(args[0])
			return mapRows(env, str, args, n, func(i int) (string, bool) { return percent(x(i)), true })
		}, str, t)
	}),
	each(signed, func(t column.Type) *Row {
		return multi(scalar("to_gauge", "the number, which is no counter's", same(t), t, t))
	}),
)
