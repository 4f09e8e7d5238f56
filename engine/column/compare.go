package column

import (
	"cmp"
	"math"
	"net/netip"
	"strconv"
	"strings"
)

// CompareStrings orders the texts of a type: addresses by number, versions by their parts, all else by bytes.
func CompareStrings(t Type) func(a, b string) int {
	switch t {
	case IP:
		return compareIP
	case Version:
		return compareVersion
	}
	return strings.Compare
}

func compareIP(a, b string) int {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	if errX != nil || errY != nil {
		return strings.Compare(a, b)
	}
	return netip.AddrFrom16(x.As16()).Compare(netip.AddrFrom16(y.As16()))
}

// compareVersion orders as semantic versions do: numbers by value, a pre-release before its release. Texts that are no
// versions come last, by bytes.
func compareVersion(a, b string) int {
	x, okX := parseVersion(a)
	y, okY := parseVersion(b)
	switch {
	case !okX && !okY:
		return strings.Compare(a, b)
	case !okX:
		return 1
	case !okY:
		return -1
	}
	for i := range max(len(x.numbers), len(y.numbers)) {
		if c := compareNumbers(at(x.numbers, i), at(y.numbers, i)); c != 0 {
			return c
		}
	}
	switch {
	case x.pre == "" && y.pre == "":
		return strings.Compare(a, b)
	case x.pre == "":
		return 1
	case y.pre == "":
		return -1
	}
	p, q := strings.Split(x.pre, "."), strings.Split(y.pre, ".")
	for i := range min(len(p), len(q)) {
		if c := comparePre(p[i], q[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(p), len(q))
}

type version struct {
	numbers []string
	pre     string
}

func parseVersion(s string) (v version, ok bool) {
	s, _, _ = strings.Cut(s, "+")
	s, v.pre, _ = strings.Cut(s, "-")
	v.numbers = strings.Split(s, ".")
	for _, n := range v.numbers {
		if !digits(n) {
			return v, false
		}
	}
	return v, true
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "0"
}

func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

func comparePre(a, b string) int {
	switch x, y := digits(a), digits(b); {
	case x && y:
		return compareNumbers(a, b)
	case x:
		return -1
	case y:
		return 1
	}
	return strings.Compare(a, b)
}

// Compare orders two values of a type as Vector.At gives them; neither is nil. NaN comes before every number. Dynamic
// values of different kinds are ordered by kind: booleans, numbers, texts, times, and then what has no order, by text.
func Compare(t Type, a, b any) int {
	switch x := a.(type) {
	case bool:
		if y, ok := b.(bool); ok {
			return cmp.Compare(bit(x), bit(y))
		}
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
		if y, ok := b.(float64); ok {
			return cmp.Compare(float64(x), y)
		}
	case uint64:
		if y, ok := b.(uint64); ok {
			return cmp.Compare(x, y)
		}
	case float64:
		if y, ok := b.(float64); ok {
			return cmp.Compare(x, y)
		}
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, float64(y))
		}
	case string:
		if y, ok := b.(string); ok {
			return CompareStrings(t)(x, y)
		}
	case Ticks:
		if y, ok := b.(Ticks); ok {
			return cmp.Compare(x, y)
		}
	case Span:
		if y, ok := b.(Span); ok {
			return cmp.Compare(x, y)
		}
	}
	if p, q := order(a), order(b); p != q {
		return cmp.Compare(p, q)
	}
	return strings.Compare(Key(a), Key(b))
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func order(x any) int {
	switch x.(type) {
	case bool:
		return 0
	case int64, uint64, float64:
		return 1
	case string:
		return 2
	case Ticks:
		return 3
	case Span:
		return 4
	case []any:
		return 5
	}
	return 6
}

// Key is a text that is the same for two values exactly when they are equal; numbers are equal by value.
func Key(x any) string {
	var b strings.Builder
	writeKey(&b, x)
	return b.String()
}

func writeKey(b *strings.Builder, x any) {
	switch x := x.(type) {
	case nil:
		b.WriteByte('0')
	case bool:
		b.WriteString(strconv.FormatBool(x))
	case int64:
		b.WriteString(strconv.FormatInt(x, 10))
	case uint64:
		b.WriteString(strconv.FormatUint(x, 10))
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			b.WriteString(strconv.FormatInt(int64(x), 10))
			return
		}
		b.WriteString(strconv.FormatFloat(x, 'g', -1, 64))
	case string:
		b.WriteString(strconv.Quote(x))
	case Ticks:
		b.WriteString("t" + strconv.FormatInt(int64(x), 10))
	case Span:
		b.WriteString("s" + strconv.FormatInt(int64(x), 10))
	case []any:
		b.WriteByte('[')
		for _, e := range x {
			writeKey(b, e)
			b.WriteByte(',')
		}
		b.WriteByte(']')
	case *Object:
		b.WriteByte('{')
		for i, k := range x.Keys {
			b.WriteString(strconv.Quote(k) + ":")
			writeKey(b, x.Values[i])
			b.WriteByte(',')
		}
		b.WriteByte('}')
	}
}
