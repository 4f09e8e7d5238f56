package regex

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
)

func parse(t *testing.T, expression string, flavor Flavor) *Regex {
	t.Helper()
	re, err := Parse(expression, flavor, regexp.Compile)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return re
}

func goOn() error { return nil }

func TestReplace(t *testing.T) {
	for _, tt := range []struct{ expression, text, with, want string }{
		// What Go says too.
		{`b+`, "abbc", "<$0>", "a<bb>c"},
		{`(\w+)@(\w+)`, "me@here", "$2 $1", "here me"},
		{`(?<user>\w+)@`, "me@here", "${user} at ", "me at here"},
		{`(?i)ABC|x{2}`, "abcXX", ".", ".."},
		{`[\p{Punct}\h]`, "a, b!", "_", "a__b_"},
		{`\p{Alpha}+\P{Alpha}[^\P{Lu}]`, "ab1Cx", "-", "-x"},
		{`[]a\]^-]+`, "b]^-a", "-", "b-"},
		{`[^]]+`, "ab]", "-", "-]"},
		{`\Qa.b\E+`, "a.bb a", "-", "- a"},
		{`\x41\u0042\t`, "AB\t", "-", "-"},
		{`(?x) a  b # and so on`, "ab", "-", "-"},
		{`\p{Lu}\P{L}`, "aB1", "-", "a-"},
		{`.`, "a\nb\r", ".", ".\n.\r"},
		{`(?s).`, "a\n", ".", ".."},
		{`(a)(b)?`, "a", "[$2$1]", "[a]"},
		{`(a)`, "a", "$10", "a0"},
		// What only trying finds.
		{`\d++5`, "12345", "-", "12345"},
		{`\d++,`, "123,4", "-", "-4"},
		{`foo(?=bar)`, "foobar foobaz", "X", "Xbar foobaz"},
		{`foo(?!bar)`, "foobar foobaz", "X", "foobar Xbaz"},
		{`(?<=\$)\d+`, "$15 16", "X", "$X 16"},
		{`(?<!\$)\b\d+`, "$15 16", "X", "$15 X"},
		{`(?>a|ab)c`, "abc ac", "X", "abc X"},
		{`(.)\1`, "hello", "<$1>", "he<l>o"},
		{`(.)(?<n>b)\12`, "aba2 abb", "-", "- abb"},
		{`(?<q>['"]).*?\k<q>`, `a 'b' "c" 'd"`, "-", `a - - 'd"`},
		{`(?i)(a)\1`, "aA", "-", "-"},
		{`(?=[a-c])[^b]`, "abc", ".", ".b."},
		{`\bé(?=)`, "aé é", "-", "a- é"},
		{`\R`, "a\r\nb\nc", "|", "a|b|c"},
		// Nothing is found right behind a match, and a line's end behind the end.
		{`a*`, "baac", "X", "XbXXcX"},
		{``, "ab", "-", "-a-b-"},
		{`x$`, "x\n", "y", "y\n"},
		{`x$`, "x\r\n", "y", "y\r\n"},
		{`(?m)^`, "a\rb", "> ", "> a\r> b"},
		{`(?m)$`, "a\rb\r\n", ".", "a.\rb.\r\n."},
		{`\Z`, "a\n", "!", "a!\n!"},
		{`\s*$`, "a  ", "", "a"},
	} {
		if got, err := parse(t, tt.expression, Java).Replace(tt.text, tt.with, 1<<20, goOn); err != nil || got != tt.want {
			t.Errorf("%s in %q with %q: got %q, %v, want %q", tt.expression, tt.text, tt.with, got, err, tt.want)
		}
	}
}

// TestBothWays holds what is tried to what Go's expressions find.
func TestBothWays(t *testing.T) {
	texts := []string{"", "a", "ab", "aab", "abcabc", "foo bar baz", "x1y22", "a\nb", "ééa", "aaaaaaab", "a\xffb"}
	for _, expression := range []string{`a`, `ab|a`, `(a+)(b?)`, `(?:a|b)+?c`, `[^a]`, `\w+`, `(\d)(\D)`, `^a`, `b\z`, `\bb`, `o{2}`, `(.*)(\w)`, `(?<n>é)(a)`} {
		re, tried := parse(t, expression, Java), parse(t, expression+`(?=)`, Java)
		for _, text := range texts {
			got, err := tried.Find(text)
			want, _ := re.Find(text)
			if err != nil || len(got) != len(want) {
				t.Fatalf("%s in %q: got %v, %v, want %v", expression, text, got, err, want)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("%s in %q: got %v, want %v", expression, text, got, want)
				}
			}
		}
	}
}

func TestRuby(t *testing.T) {
	for _, tt := range []struct {
		expression, text, want string
	}{
		{`^b.`, "a\nbc", "bc"}, {`a$`, "a\nb", "a"}, {`(?m).+`, "a\nb", "a\nb"}, {`\h+`, "xyfa", "fa"}, {`.+`, "a\rb\nc", "a\rb"}, {`a{,`, "a{,", "a{,"}, {`a{,2}`, "aaa", "aa"},
		{`(?<![0-9.+-])(?>[+-]?\d+)`, "1.5", "1"}, {`[[:alpha:]_]+(?#name)`, "1a_", "a_"}, {`[[:alnum:]]+`, "-été١-", "été١"}, {`\b\w+\b`, "été x", "x"}, {`\bt\B.`, "t té", "té"}, {`\B\W`, "a -", "-"}, {`(?<![0-9])[0-9]{2}(?![0-9])`, "123 45", "45"},
	} {
		if m, err := parse(t, tt.expression, Ruby).Find(tt.text); err != nil || m == nil || tt.text[m[0]:m[1]] != tt.want {
			t.Errorf("%s in %q: got %v, %v, want %q", tt.expression, tt.text, m, err, tt.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for expression, want := range map[string]string{
		`(`: "missing", `)`: "unexpected )", `a**`: "nested", `*a`: "missing argument", `ab[a`: "] is missing at character 5", `[b-a]`: "range", `a{2,1}`: "", `a{x}`: `{ is no number of times: write \{ for the character at character 2`,
		`a\`: `it ends in \ at character 2`, `\y`: `\y is not supported`, `\p{Nothing}`: "Nothing", `(?q)`: "", `(?<a>x)(?<a>y)`: "a group a already", `\k<b>`: "no such group", `(a)\2`: "no such group",
		`é[a&&b]`: "classes that meet (&&) are not supported: write (?=[…])[…] at character 4", `[a[b]]`: "a class in a class", `(?(1)a|b)`: "(?( is not supported", `(?<n`: "",
	} {
		if _, err := Parse(expression, Java, regexp.Compile); err == nil || !strings.HasPrefix(err.Error(), "bad regular expression") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", expression, err, want)
		}
	}
}

// TestTooLong: what fails in too many ways, for longer than anybody waits, is given up; so is what is cancelled.
func TestTooLong(t *testing.T) {
	for _, expression := range []string{`(a*)*b(?=c)`, `(a*)*\1b`, `(?:a|aa)+$(?=x)`, `(?=(a|a)*c)a`} {
		if _, err := parse(t, expression, Java).Find(strings.Repeat("a", 60_000)); !errors.Is(err, ErrTooLong) {
			t.Errorf("%s: got %v", expression, err)
		}
	}
	// What Go can hold is never too long, and a line's end decides only where there is one.
	hostile := strings.Repeat(" ", 60_000) + "\nx"
	if got, err := parse(t, `\s+$`, Java).Replace(hostile, "", 1<<20, goOn); err != nil || got != hostile {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if re := parse(t, `\bab?\b`, Ruby); !re.plain("an ab–c") || re.plain("an äb") {
		t.Error("the ends of words are tried where they are ASCII's")
	}
	if got, err := parse(t, `\s+\bé`, Ruby).Find(hostile + "é"); err != nil || got != nil {
		t.Errorf("got %v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := parse(t, `a(?=a)`, Java).Replace("aaaa", "", 1<<20, ctx.Err); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`a|b*`, `(?<n>[^\d\w]){2,3}+`, `(?i:x)\1`, `(?<=a)b(?!c)`, `\Qx\E[[:alpha:]]`, `(?x) a #b`} {
		f.Add(s, "aab", false)
	}
	f.Fuzz(func(t *testing.T, expression, text string, ruby bool) {
		flavor := Java
		if ruby {
			flavor = Ruby
		}
		re, err := Parse(expression, flavor, regexp.Compile)
		if err != nil || len(text) > 100 {
			return
		}
		m, err := re.Find(text)
		if err == nil && m != nil && (m[0] < 0 || m[1] < m[0] || m[1] > len(text) || len(m) != 2*re.count+2) {
			t.Errorf("%q in %q: %v", expression, text, m)
		}
	})
}
