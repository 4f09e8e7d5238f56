package function

import (
	"strings"
	"unicode/utf8"
)

// Punycode as RFC 3492 has it: the plain letters, a dash, and then where the others go, in generalised variable-length
// numbers of base 36.

var kqlPunycodes = []*Row{
	scalarRow("punycode_from_string(string) string", "a text in Punycode", textual1(punycode)),
	scalarRow("punycode_to_string(string) string", "the text that Punycode stands for", textual1(unpunycode)),
	scalarRow("punycode_domain_from_string(string) string", "a domain with its labels in Punycode", textual1(func(s string) string {
		return eachLabel(s, func(l string) (string, bool) {
			if isASCII(l) {
				return l, true
			}
			p := punycode(strings.ToLower(l))
			return "xn--" + p, p != ""
		})
	})),
	scalarRow("punycode_domain_to_string(string) string", "a domain with its labels out of Punycode", textual1(func(s string) string {
		return eachLabel(s, func(l string) (string, bool) {
			p, ok := strings.CutPrefix(l, "xn--")
			if !ok {
				return l, true
			}
			p = unpunycode(p)
			return p, p != ""
		})
	})),
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func eachLabel(domain string, f func(string) (string, bool)) string {
	labels := strings.Split(domain, ".")
	for i, l := range labels {
		var ok bool
		if labels[i], ok = f(l); !ok {
			return ""
		}
	}
	return strings.Join(labels, ".")
}

const (
	punyBase, punyLeast, punyMost      = 36, 1, 26
	punySkew, punyDamp, punyBias       = 38, 700, 72
	punyDigits                         = "abcdefghijklmnopqrstuvwxyz0123456789"
	punyStart                     rune = 128
)

// punyThreshold is the threshold of a figure at place k.
func punyThreshold(k, bias int) int { return min(max(k-bias, punyLeast), punyMost) }

func punyAdapt(delta, points int, first bool) int {
	if first {
		delta /= punyDamp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for delta > (punyBase-punyLeast)*punyMost/2 {
		delta /= punyBase - punyLeast
		k += punyBase
	}
	return k + (punyBase-punyLeast+1)*delta/(delta+punySkew)
}

// longestPunycode keeps the square of steps that Punycode takes small.
const longestPunycode = 4096

func punycode(s string) string {
	text := []rune(s)
	if len(text) > longestPunycode {
		return ""
	}
	var b strings.Builder
	for _, r := range text {
		if r < punyStart {
			b.WriteRune(r)
		}
	}
	plain := b.Len()
	if plain > 0 {
		b.WriteByte('-')
	}
	n, delta, bias := punyStart, 0, punyBias
	for done := plain; done < len(text); {
		next := rune(utf8.MaxRune)
		for _, r := range text {
			if r >= n {
				next = min(next, r)
			}
		}
		delta += int(next-n) * (done + 1)
		n = next
		for _, r := range text {
			if r < n {
				delta++
			}
			if r != n {
				continue
			}
			q := delta
			for k := punyBase; ; k += punyBase {
				t := punyThreshold(k, bias)
				if q < t {
					break
				}
				b.WriteByte(punyDigits[t+(q-t)%(punyBase-t)])
				q = (q - t) / (punyBase - t)
			}
			b.WriteByte(punyDigits[q])
			bias = punyAdapt(delta, done+1, done == plain)
			delta = 0
			done++
		}
		delta++
		n++
	}
	return b.String()
}

// unpunycode is "" for what is no Punycode.
func unpunycode(s string) string {
	if len(s) > longestPunycode || !isASCII(s) {
		return ""
	}
	var out []rune
	if i := strings.LastIndexByte(s, '-'); i >= 0 {
		out, s = []rune(s[:i]), s[i+1:]
	}
	n, i, bias := int(punyStart), 0, punyBias
	for s != "" {
		old, weight := i, 1
		for k := punyBase; ; k += punyBase {
			if s == "" {
				return ""
			}
			digit := strings.IndexByte(punyDigits, strings.ToLower(s[:1])[0])
			s = s[1:]
			if digit < 0 || digit > (1<<31-1-i)/weight {
				return ""
			}
			i += digit * weight
			t := punyThreshold(k, bias)
			if digit < t {
				break
			}
			if weight > (1<<31-1)/(punyBase-t) {
				return ""
			}
			weight *= punyBase - t
		}
		points := len(out) + 1
		bias = punyAdapt(i-old, points, old == 0)
		n += i / points
		i %= points
		if n > utf8.MaxRune {
			return ""
		}
		out = append(out[:i], append([]rune{rune(n)}, out[i:]...)...)
		i++
	}
	return string(out)
}
