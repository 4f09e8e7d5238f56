package function

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"casebook/engine/column"
)

// samples are values of each type, odd ones among them.
var samples = map[column.Type][]any{
	column.Bool: {true, false}, column.Int: {int64(0), int64(-1), int64(7), int64(math.MaxInt32), int64(math.MinInt32)},
	column.Long:  {int64(0), int64(-3), int64(2), int64(math.MaxInt64), int64(math.MinInt64)},
	column.ULong: {uint64(0), uint64(5), uint64(math.MaxUint64)}, column.Double: {0.0, -1.5, 2.5, 1e300, 1e-300, -1e300},
	column.String: {"", "a", "Zürich 12", "a,b", "10.0.0.0/8", "2024-01-31T00:00:00Z", "yyyy-MM-dd", "hours", "5 minutes", "[", "\\", "$1"},
	column.Text:   {"some words", ""}, column.Time: {int64(0), int64(-1), int64(17e15), int64(-6e17), int64(25e17)},
	column.Nanos:    {int64(0), int64(17e17), int64(math.MaxInt64)},
	column.Duration: {int64(0), column.Hour, -column.Minute}, column.Period: {packPeriod(1, 0), packPeriod(-1, -3), packPeriod(0, 7), packPeriod(0, 0)},
	column.IP: {"10.0.0.1", "::1", "fe80::1"}, column.Version: {"1.2.3", "nonsense", "1.0-rc1"},
	column.GeoPoint:       {"POINT (0.0 0.0)", "POINT (180.0 -90.0)", "POINT EMPTY"},
	column.GeoShape:       {"POLYGON ((0.0 0.0, 2.0 0.0, 2.0 2.0, 0.0 0.0))", "LINESTRING (-179.0 1.0, 179.0 2.0)", "GEOMETRYCOLLECTION EMPTY"},
	column.CartesianPoint: {"POINT (0.0 0.0)", "POINT (1.0E300 -1.0E300)", "POINT EMPTY"},
	column.CartesianShape: {"BBOX (0.0, 2.0, 2.0, 0.0)", "MULTIPOINT (1.0 1.0, 3.0 3.0)", "LINESTRING (0.0 0.0, 0.0 0.0)"},
}

// sampleVector is a vector of a type whose rows go through the samples, with a null and, where several says so, several values.
func sampleVector(t column.Type, n, offset int, several bool) *column.Vector {
	b := column.NewBuilder(t, n)
	values := samples[t]
	for i := range n {
		x := values[(i*(offset+1)+offset)%len(values)]
		switch {
		case i == 3:
			b.Null()
		case several && i%4 == 2:
			b.Multi([]any{x, values[(i+1)%len(values)], x})
		default:
			b.Value(x)
		}
	}
	return b.Vector()
}

// TestESQLRows calls every row with all sorts of values: it must answer, with as many rows of the right kind, and not panic.
func TestESQLRows(t *testing.T) {
	const n = 24
	limits := DefaultLimits
	for _, r := range esqlTable {
		types := r.Params
		if r.Variadic {
			types = append(append([]column.Type{}, types...), types[len(types)-1])
		}
		name := r.Name + "(" + typeNames(types) + ")"
		if r.Doc == "" || strings.HasSuffix(r.Doc, ".") {
			t.Errorf("%s: the documentation is %q, want one line without a full stop", name, r.Doc)
		}
		for _, several := range []bool{false, true} {
			if several && !r.Multi && r.Kind == Scalar && r.Lazy == nil {
				continue
			}
			env := &Env{Context: context.Background(), Limits: limits}
			args := make([]*column.Vector, len(types))
			for k, p := range types {
				args[k] = sampleVector(p, n, k, several)
			}
			switch {
			case r.Kind == Aggregate:
				groups := make([]int32, n)
				for i := range groups {
					groups[i] = int32(i % 5)
				}
				a := r.New(env, types)
				if err := a.Add(groups, args, n); err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				v, err := a.Result(7)
				checkResult(t, name, r, v, err, 7)
			case r.Lazy != nil:
				v, err := r.Lazy(env, r.Returns, len(args), n, func(k int, rows []int32) (*column.Vector, error) {
					if rows == nil {
						return args[k], nil
					}
					return args[k].Gather(rows), nil
				})
				checkResult(t, name, r, v, err, n)
			default:
				v, err := r.Eval(env, args, n)
				if r.Name == "like" || r.Name == "rlike" {
					continue // their patterns are checked while planning
				}
				checkResult(t, name, r, v, err, n)
			}
		}
	}
}

func checkResult(t *testing.T, name string, r *Row, v *column.Vector, err error, n int) {
	t.Helper()
	switch {
	case err != nil:
		if !strings.HasPrefix(r.Name, "$") {
			t.Errorf("%s: %v", name, err)
		}
	case v.Len != n:
		t.Errorf("%s: %d rows, want %d", name, v.Len, n)
	case v.Type.Kind() != r.Returns.Kind():
		t.Errorf("%s: the type is %s, want %s", name, v.Type, r.Returns)
	default:
		for i := range n {
			v.Value(i)
		}
	}
}

func typeNames(types []column.Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return strings.Join(names, ", ")
}

func TestReadTime(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"2024", "2024-01-01T00:00:00.000Z"}, {"2024-02", "2024-02-01T00:00:00.000Z"}, {"2024-02-29", "2024-02-29T00:00:00.000Z"},
		{"2024-02-29T10", "2024-02-29T10:00:00.000Z"}, {"2024-02-29T10:11+02:00", "2024-02-29T08:11:00.000Z"},
		{"2024-02-29T10:11:12.5Z", "2024-02-29T10:11:12.500Z"}, {"2024-02-29T10:11:12.123456789Z", "2024-02-29T10:11:12.123Z"},
		{"2024-02-29T10:11:12-0130", "2024-02-29T11:41:12.000Z"},
		{"2023-02-29", ""}, {"24-02-01", ""}, {"2024-02-01 10:00", ""}, {"yesterday", ""}, {"2024-02-01T25:00", ""}, {"2024-02-01Tx", ""},
	} {
		at, err := ReadTime(tt.in)
		got := ""
		if err == nil {
			got = formatMillis(at)
		}
		if got != tt.want {
			t.Errorf("ReadTime(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestJavaDouble(t *testing.T) {
	for x, want := range map[float64]string{
		1: "1.0", 0: "0.0", -2.5: "-2.5", 1e7: "1.0E7", 123456.789: "123456.789", 1e-3: "0.001", 1e-4: "1.0E-4", 1.5e20: "1.5E20", math.Inf(1): "Infinity",
	} {
		if got := javaDouble(x); got != want {
			t.Errorf("javaDouble(%v) = %s, want %s", x, got, want)
		}
	}
}

func TestRLike(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"a.c", "a\nc", true}, {"ab", "xabx", false}, {"a|b", "b", true}, {"*sh.{1,2}", "*shxx", true}, {"^a$", "a", false}, {"^a$", "^a$", true},
		{"[a-c]+", "abcab", true}, {"[^a-c]", "d", true}, {`"a.b"`, "a.b", true}, {`"a.b"`, "axb", false}, {"a@", "abcd", true}, {`a\.b`, "a.b", true},
		{`\d+`, "12", true}, {"()", "", true}, {"a{2}", "aa", true},
		{"#", "", false}, {"a#?", "a", true}, {"[^]a]", "b", true}, {"[^]a]", "]", false}, {"a{2,}", "aaa", true}, {"a{1,2}", "aaa", false},
		{"~abc", "xbc", true}, {"~abc", "abc", false}, {"~(abc)", "abc", false}, {"~(abc)", "", true}, {"~(.*cmd.*)", "run cmd.exe", false},
		{"~(.*cmd.*)", "run pwsh.exe", true}, {"a~bc", "axxc", true}, {"a~bc", "abc", false}, {"~~a", "a", true}, {"~~a", "b", false},
		{".*a.*&.*b.*", "xbxa", true}, {".*a.*&.*b.*", "xbx", false}, {"aaa.+&.+bbb", "aaabbb", true}, {"aaa.+&.+bbb", "aaabb", false},
		{"a.*&~(.*b.*)|c", "axx", true}, {"a.*&~(.*b.*)|c", "axb", false}, {"a.*&~(.*b.*)|c", "c", true}, {"(ab){2,3}&.{4}", "abab", true},
		{"(ab){2,3}&.{4}", "ababab", false}, {"é.&~(..x)", "éé", true}, {"a?&a", "", false}, {"~(a?)", "", false}, {"~(#)", "any", true},
		{"<1-12>", "7", true}, {"<1-12>", "12", true}, {"<1-12>", "13", false}, {"<1-12>", "0", false}, {"<1-12>", "007", true},
		{"<01-12>", "7", false}, {"<01-12>", "07", true}, {"<12-1>", "3", true}, {"foo<1-100>", "foo100", true}, {"foo<1-100>", "foo101", false},
		{"<195-312>&~(2.*)", "199", true}, {"<195-312>&~(2.*)", "250", false}, {"<195-312>&~(2.*)", "312", true}, {"<0-0>", "0", true},
	} {
		match, err := compileRLike(tt.pattern, DefaultLimits.RegexProgram)
		if err != nil {
			t.Errorf("%s: %v", tt.pattern, err)
			continue
		}
		if got, err := match(tt.text); got != tt.want || err != nil {
			t.Errorf("%q RLIKE %q = %v, %v, want %v", tt.text, tt.pattern, got, err, tt.want)
		}
	}
}

// Numbers of a range are those that counting gives.
func TestRLikeIntervals(t *testing.T) {
	for _, span := range [][2]int{{0, 9}, {3, 117}, {99, 100}, {195, 312}, {8, 1203}, {1000, 1999}} {
		match, err := compileRLike(fmt.Sprintf("<%d-%d>", span[0], span[1]), DefaultLimits.RegexProgram)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 1300 {
			if got, err := match(strconv.Itoa(n)); err != nil || got != (span[0] <= n && n <= span[1]) {
				t.Errorf("<%d-%d> of %d: %v, %v", span[0], span[1], n, got, err)
			}
		}
	}
}

// The machine of derivatives and Go's expressions, which share no code but the reader, agree where both can say a thing.
func TestRLikeDerivatives(t *testing.T) {
	for _, pattern := range []string{"(a|b)*abb", "a.c|.*d", "(ab?){2,4}", "a?b?c?", "[^a]*a[^a]*", "(a*b)*c?", ".*", "a{0,2}b{2,}", "((a|bc)*|d)+"} {
		plain, err := compileRLike(pattern, DefaultLimits.RegexProgram)
		if err != nil {
			t.Fatal(err)
		}
		states, err := compileRLike(pattern+"&@", DefaultLimits.RegexProgram)
		if err != nil {
			t.Fatal(err)
		}
		none, err := compileRLike("~("+pattern+")", DefaultLimits.RegexProgram)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 4096 {
			text := ""
			for ; n > 0; n /= 4 {
				text += string("abcd"[n%4])
			}
			want, _ := plain(text)
			if got, err := states(text); got != want || err != nil {
				t.Errorf("%q RLIKE %q: by states %v, %v, want %v", text, pattern, got, err, want)
			}
			if got, err := none(text); got == want || err != nil {
				t.Errorf("%q RLIKE not %q: %v, %v, want %v", text, pattern, got, err, !want)
			}
		}
	}
}

func TestRLikeLimits(t *testing.T) {
	for _, pattern := range []string{"~", "<1-x>", "<1", "a{2", "a{3,2}", "a{99999}", strings.Repeat("(", 300), strings.Repeat("~", 300) + "a", "~(a{9000}b{9000})", ".*a.{500}&~b"} {
		match, err := compileRLike(pattern, 1000)
		if err == nil {
			_, err = match(strings.Repeat("ab", 4000))
		}
		if err == nil {
			t.Errorf("%q was taken", pattern[:min(len(pattern), 20)])
		}
	}
}
