package function

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

// The vendor's engine reads URIs as Java does: by RFC 2396, with any letters of other scripts, and with addresses of IPv6. What is
// none, for a blank in it or an unknown sign, is read as a URL where its scheme is known, with fewer questions.

// uri is the parts of a URI; nil for one that it lacks.
type uri struct {
	host, fragment, path, query, scheme, user *string
	port                                      int64 // -1 for none
}

// The signs that may stand in the parts of a URI beside letters and digits.
const (
	unreserved = "_-!.~'()*"
	inUser     = unreserved + ";:&=+$,"
	inPath     = unreserved + ":@&=+$,;/"
	inURI      = unreserved + ";/?:@&=+$,[]"
	inName     = unreserved + "$,;:@&=+"
	inServer   = inUser + ".@[]-"
)

// stands tells whether a text has none but some signs, letters and digits, escaped bytes, and what is beyond ASCII and visible.
func stands(s, signs string) bool {
	for i, r := range s {
		switch {
		case r == '%':
			if len(s) < i+3 || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
		case r < 0x80 && !isAlphanumeric(byte(r)) && strings.IndexByte(signs, byte(r)) < 0,
			r >= 0x80 && (r <= 0xa0 || unicode.In(r, unicode.Z)):
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' }

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

// until cuts a text at the first of some signs, which stays with the rest.
func until(s, signs string) (before, rest string) {
	if i := strings.IndexAny(s, signs); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

func readURI(s string) (u uri, ok bool) {
	u.port = -1
	rest := s
	if before, colon := until(s, ":/?#"); strings.HasPrefix(colon, ":") {
		if !isScheme(before) {
			return u, false
		}
		u.scheme, rest = &before, colon[1:]
		if !strings.HasPrefix(rest, "/") { // opaque, as mailto:a@b
			opaque, tail := until(rest, "#")
			return u, opaque != "" && stands(opaque, inURI) && u.readFragment(tail)
		}
	}
	if after, double := strings.CutPrefix(rest, "//"); double {
		authority, tail := until(after, "/?#")
		if authority == "" && tail == "" || authority != "" && !u.readAuthority(authority) {
			return u, false
		}
		rest = tail
	}
	path, rest := until(rest, "?#")
	if !stands(path, inPath) {
		return u, false
	}
	path = unescape(path)
	u.path = &path
	if after, asks := strings.CutPrefix(rest, "?"); asks {
		query, tail := until(after, "#")
		if !stands(query, inURI) {
			return u, false
		}
		query = unescape(query)
		u.query, rest = &query, tail
	}
	return u, u.readFragment(rest)
}

func (u *uri) readFragment(s string) bool {
	if fragment, ok := strings.CutPrefix(s, "#"); ok {
		if !stands(fragment, inURI) {
			return false
		}
		fragment = unescape(fragment)
		u.fragment = &fragment
	}
	return true
}

func isScheme(s string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && (i == 0 || strings.IndexByte("+-.", s[i]) < 0) || i == 0 && s[i] <= '9' {
			return false
		}
	}
	return s != ""
}

// readAuthority reads user, host and port. What is no host may be another name, of which nothing is said.
func (u *uri) readAuthority(s string) bool {
	named := stands(s, inName)
	if stands(s, inServer) || strings.Contains(s, "]") && stands(strings.ReplaceAll(s, "%", ""), inServer) {
		if u.readServer(s) {
			return true
		}
		u.user, u.host, u.port = nil, nil, -1
	}
	return named
}

func (u *uri) readServer(s string) bool {
	if user, host, ok := strings.Cut(s, "@"); ok {
		if !stands(user, inUser) {
			return false
		}
		user = unescape(user)
		u.user, s = &user, host
	}
	host, rest := until(s, ":")
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return false
		}
		host, rest = s[:end+1], s[end+1:]
		if a, err := netip.ParseAddr(s[1:end]); err != nil || !a.Is6() {
			return false
		}
	} else if a, err := netip.ParseAddr(host); (err != nil || !a.Is4()) && !isHost(host) {
		return false
	}
	u.host = &host
	port, ok := strings.CutPrefix(rest, ":")
	if !ok || port == "" {
		return rest == "" || ok
	}
	n, err := strconv.ParseUint(port, 10, 31)
	u.port = int64(n)
	return err == nil
}

// isHost: labels of letters, digits and inner dashes; the last of several begins with a letter.
func isHost(s string) bool {
	labels := strings.Split(strings.TrimSuffix(s, "."), ".")
	for _, label := range labels {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if !isAlphanumeric(label[i]) && label[i] != '-' {
				return false
			}
		}
	}
	return len(labels) == 1 || labels[len(labels)-1][0] > '9'
}

// unescape is a text with its escaped bytes as what they are in UTF-8.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			b, i = append(b, byte(n)), i+2
			continue
		}
		b = append(b, s[i])
	}
	return wellFormed(string(b))
}

// readURL reads what is no URI, but begins as a URL does.
func readURL(s string) (u uri, ok bool) {
	s, u.port = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }), -1
	scheme, rest, found := strings.Cut(s, ":")
	scheme = lowerASCII(scheme)
	switch scheme {
	case "file", "ftp", "http", "https", "jar", "mailto":
	default:
		return u, false
	}
	rest, fragment, ends := strings.Cut(rest, "#")
	if u.scheme = &scheme; ends {
		u.fragment = &fragment
	}
	rest, query, asks := strings.Cut(rest, "?")
	if asks {
		u.query = &query
	}
	host := ""
	if after, double := strings.CutPrefix(rest, "//"); double {
		host, rest = until(after, "/")
	}
	if strings.Contains(rest+"/", "/./") || strings.Contains(rest+"/", "/../") { // which the vendor's engine would resolve
		return u, false
	}
	if user, name, ok := strings.Cut(host, "@"); ok && strings.Contains(name, "@") {
		return u, false // which of them is the host
	} else if ok {
		u.user, host = &user, name
	}
	if name, port, ok := strings.Cut(host, ":"); ok && port != "" && !strings.HasPrefix(host, "[") {
		n, err := strconv.ParseUint(port, 10, 31)
		if err != nil {
			return u, false
		}
		host, u.port = name, int64(n)
	} else if strings.HasPrefix(host, "[") {
		return u, false
	} else if ok {
		host = name
	}
	u.host, u.path = &host, &rest
	return u, found
}
