package function

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// What URI_PARTS and REGISTERED_DOMAIN read out of a text.

var esqlParts = []*Row{
	scalar("$uri", "the text, where it is a URI", Map1(str, func(env *Env, s string) (string, bool) {
		if _, ok := ReadURI(s); !ok {
			return overflow[string](env, "java.lang.IllegalArgumentException: unable to parse URI ["+s+"]")
		}
		return s, true
	}), str, str),
	scalar("$domain", "the text, where it is the name of a domain below a known suffix, or such a suffix", Map1(str, func(env *Env, s string) (string, bool) {
		if _, ok := ReadDomain(s); !ok {
			return overflow[string](env, "java.lang.IllegalArgumentException: Invalid domain ["+s+"]")
		}
		return s, true
	}), str, str),
}

// ReadURI reads the domain, fragment, path, extension, port, query, scheme, user info, user's name and password of a URI.
func ReadURI(text string) (parts []any, ok bool) {
	u, ok := readURI(text)
	if !ok {
		if u, ok = readURL(text); !ok {
			return nil, false
		}
	}
	parts = []any{there(u.host), there(u.fragment), there(u.path), nil, nil, there(u.query), there(u.scheme), there(u.user), nil, nil}
	if u.path != nil {
		last := (*u.path)[max(strings.LastIndexByte(*u.path, '/'), 0):]
		if i := strings.LastIndexByte(last, '.'); i >= 0 && strings.HasPrefix(last, "/") {
			parts[3] = last[i+1:]
		}
	}
	if u.port >= 0 {
		parts[4] = u.port
	}
	if u.user != nil {
		if name, password, ok := strings.Cut(*u.user, ":"); ok {
			parts[8], parts[9] = name, password
		}
	}
	return parts, true
}

// there is a text, or null where there is none.
func there(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}

// some is a text, or null where it is empty.
func some(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// ReadDomain reads the name of a domain: the name itself, the domain that somebody registered, the suffix below which it is, and what
// stands before it. A name that ends in no suffix of the public list, as an address or a host's own name does, is none.
//
// As the vendor has it: a suffix that a company gives out itself (github.io) counts as registered, not as a suffix; and the registered
// domain is in small letters, so that in a name with capitals there nothing stands before it.
func ReadDomain(name string) (parts []any, ok bool) {
	if strings.TrimSpace(name) == "" {
		return nil, false
	}
	lower := lowerASCII(name)
	suffix, private, ok := publicSuffix(strings.TrimPrefix(lower, "."))
	if !ok {
		return nil, false
	}
	registered, dotted := suffix, lower[0] == '.'
	if rest, below := strings.CutSuffix(lower, "."+suffix); !private && (!below || rest == "") { // a suffix, perhaps with a dot before it
		return []any{name, nil, name, nil}, true
	} else if !private {
		registered = lower[strings.LastIndexByte(rest, '.')+1:]
	}
	if dotted {
		return nil, false
	}
	_, suffix, _ = strings.Cut(registered, ".")
	before := name[:max(0, strings.LastIndex(name, "."+registered))]
	return []any{name, registered, suffix, some(before)}, true
}

// publicSuffix is the longest suffix of the public list that a name in small letters ends in, and whether it is a company's.
func publicSuffix(name string) (suffix string, private, ok bool) {
	if _, err := netip.ParseAddr(name); err == nil || name == "" || strings.HasSuffix(name, ".") {
		return "", false, false
	}
	labels := strings.Split(name, ".")
	coded := make([]string, len(labels))
	for i, label := range labels {
		if coded[i] = label; !isASCII(label) {
			coded[i] = "xn--" + punycode(strings.ToLower(label))
		}
	}
	found, official := publicsuffix.PublicSuffix(strings.Join(coded, "."))
	count := strings.Count(found, ".") + 1
	if !official && count == 1 { // the rule for what is not on the list
		return "", false, false
	}
	return strings.Join(labels[len(labels)-count:], "."), !official, true
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}
