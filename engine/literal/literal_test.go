package literal

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func TestOfRegexp(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`secret`, `[[{secret false}]]`},
		{`(?i)curl\s+-o`, `[[{CURL true}] [{-O true}]]`},
		{`(?:wget|curl) http`, `[[{wget http false} {curl http false}]]`},
		{`a+b{2,}c?`, `[[{a false}] [{b false}]]`},
		{`x*|y`, `[]`},
		{`(foo(bar|))`, `[[{foo false}]]`},
		{`[a-z]+`, `[]`},
		{`.*gh[po]_[a-z]{5}.*`, `[[{gho_ false} {ghp_ false}]]`},
		{`(AKIA|ASIA)[A-Z0-9]{16}`, `[[{AKIA false} {ASIA false}]]`},
		{`x(?:ab|cd)y[^a]z`, `[[{xaby false} {xcdy false}] [{z false}]]`},
		{`a(?i:b)c`, `[[{a false}] [{B true}] [{c false}]]`},
		{`(`, `[]`},
		{"\uFFFD", `[]`},
	} {
		if got := fmt.Sprint(OfRegexp(tt.in)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.in, got, tt.want)
		}
	}
}

// What matches meets the need of the pattern, whatever the case of its letters and however the finder gets there.
func TestNecessary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"curl", "CuRl", " -o ", "\u212aernel", "ma\u017fk", "\u0130d", "kernel", "mask", "id", "é", "É", "x", "\xff", "powershell", "pass"}
	patterns := []string{`(?i)kernel`, `(?i)mask`, `curl\s`, `(?i)CURL -O`, `(?:kernel|(?i:pass))`, `(?i)é`, `power.*pass`, `x`, `power(?:shell|pass)x?`, `[ck](?:url|ernel)[\s-]`, `(?i)idé`}
	var needs []Need
	var compiled []*regexp.Regexp
	for _, p := range patterns {
		needs, compiled = append(needs, OfRegexp(p)), append(compiled, regexp.MustCompile(p))
	}
	f := NewFinder(needs)
	var found Found
	matched, spared := 0, 0
	for range 20_000 {
		var b strings.Builder
		for range random.IntN(6) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		f.Find([]byte(b.String()), &found)
		for i, re := range compiled {
			if re.MatchString(b.String()) && !needs[i].Met(b.String()) {
				t.Fatalf("%q matches %s and does not meet %v by itself", b.String(), patterns[i], needs[i])
			}
			switch fits := re.MatchString(b.String()); {
			case fits && !found.Met[i]:
				t.Fatalf("%q matches %s and does not meet %v", b.String(), patterns[i], needs[i])
			case fits:
				matched++
			case !found.Met[i]:
				spared++
			}
		}
	}
	if matched < 1000 || spared < 1000 {
		t.Errorf("%d matched, %d were spared", matched, spared)
	}
}

// A finder finds what stands in a text, at any place of it, and nothing else.
func TestFinder(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	word := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "abAB"[random.IntN(4)]
		}
		return string(b)
	}
	for range 3000 {
		needs := make([]Need, 1+random.IntN(5))
		for i := range needs {
			for range 1 + random.IntN(2) {
				var c Clause
				for range 1 + random.IntN(3) {
					c = append(c, Text{word(shortest + random.IntN(5)), random.IntN(2) == 0})
				}
				needs[i] = append(needs[i], c)
			}
		}
		text := word(random.IntN(40))
		var found Found
		NewFinder(needs).Find([]byte(text), &found)
		for i, n := range needs {
			want := true
			for _, c := range n {
				some := false
				for _, x := range c {
					some = some || strings.Contains(text, x.Bytes) || x.Fold && strings.Contains(strings.ToLower(text), strings.ToLower(x.Bytes))
				}
				want = want && some
			}
			if found.Met[i] != want {
				t.Fatalf("%v in %q: %v, want %v", n, text, found.Met[i], want)
			}
		}
	}
}

func BenchmarkFinder(b *testing.B) {
	var clause Clause
	for _, p := range strings.Fields("/bin/sh /bin/bash sh-c cmd.exe powershell exec( os.system subprocess python3 curl wget /dev/tcp ncat socat openssl perl-e base64") {
		clause = append(clause, Text{p, true})
	}
	f := NewFinder([]Need{{clause}})
	text := []byte(strings.Repeat("Why does the login form fail with a timeout as a table? It comes to EUR 3693.83. ", 25))
	b.SetBytes(int64(len(text)))
	var found Found
	for b.Loop() {
		f.Find(text, &found)
	}
}
