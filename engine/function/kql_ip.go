package function

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"casebook/engine/column"
)

var kqlAddresses = []*Row{
	scalarRow("parse_ipv4(string) long", "an IPv4 address as a number", rowwise(column.Long, func(_ *Env, a []any) any { return numberOf(plainText(a[0]), 32) })),
	scalarRow("parse_ipv4_mask(string, integer) long", "an IPv4 address as a number, cut to a prefix", rowwise(column.Long, func(_ *Env, a []any) any {
		n, ok := a[1].(int64)
		if !ok || n < 0 || n > 32 {
			return nil
		}
		return numberOf(plainText(a[0]), int(n))
	})),
	scalarRow("parse_ipv6(string) string", "an address in the full IPv6 form", rowwise(column.String, func(_ *Env, a []any) any { return fullIPv6(plainText(a[0]), 128) })),
	scalarRow("parse_ipv6_mask(string, integer) string", "an address in the full IPv6 form, cut to a prefix", rowwise(column.String, func(_ *Env, a []any) any {
		n, ok := a[1].(int64)
		if !ok || n < 0 || n > 128 {
			return ""
		}
		return fullIPv6(plainText(a[0]), int(n))
	})),
	scalarRow("format_ipv4(scalar, integer?) string", "a number or a text as an IPv4 address", rowwise(column.String, func(_ *Env, a []any) any { return formatIPv4(a, false) })),
	scalarRow("format_ipv4_mask(scalar, integer?) string", "a number or a text as an IPv4 address with its prefix", rowwise(column.String, func(_ *Env, a []any) any { return formatIPv4(a, true) })),
	scalarRow("ipv4_compare(string, string, integer?) long", "how two IPv4 addresses compare within their prefixes", rowwise(column.Long, func(_ *Env, a []any) any { return compareAddresses(a, true) })),
	scalarRow("ipv4_is_match(string, string, integer?) bool", "whether two IPv4 addresses are the same within their prefixes", rowwise(column.Bool, func(_ *Env, a []any) any { return matchAddresses(a, true) })),
	scalarRow("ipv6_compare(string, string, integer?) long", "how two addresses compare within their prefixes", rowwise(column.Long, func(_ *Env, a []any) any { return compareAddresses(a, false) })),
	scalarRow("ipv6_is_match(string, string, integer?) bool", "whether two addresses are the same within their prefixes", rowwise(column.Bool, func(_ *Env, a []any) any { return matchAddresses(a, false) })),
	scalarRow("ipv4_is_in_range(string, string) bool", "whether an IPv4 address is in a range", rowwise(column.Bool, inRange(true))),
	scalarRow("ipv6_is_in_range(string, string) bool", "whether an address is in a range", rowwise(column.Bool, inRange(false))),
	scalarRow("ipv4_is_in_any_range(text, string...) bool", "whether an IPv4 address is in one of some ranges", rowwise(column.Bool, inAnyRange(true))),
	scalarRow("ipv4_is_in_any_range(text, array) bool", "whether an IPv4 address is in one of some ranges", rowwise(column.Bool, inAnyRange(true))),
	scalarRow("ipv6_is_in_any_range(text, string...) bool", "whether an address is in one of some ranges", rowwise(column.Bool, inAnyRange(false))),
	scalarRow("ipv6_is_in_any_range(text, array) bool", "whether an address is in one of some ranges", rowwise(column.Bool, inAnyRange(false))),
	scalarRow("ipv4_is_private(string) bool", "whether an IPv4 address is a private one", rowwise(column.Bool, func(_ *Env, a []any) any {
		p, ok := address(plainText(a[0]), true)
		if !ok {
			return nil
		}
		for _, r := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
			if within := netip.MustParsePrefix(r); within.Contains(p.Addr()) && p.Bits() >= within.Bits() {
				return true
			}
		}
		return false
	})),
	scalarRow("ipv4_netmask_suffix(string) long", "the prefix of an IPv4 address", rowwise(column.Long, func(_ *Env, a []any) any {
		p, ok := address(plainText(a[0]), true)
		if !ok {
			return nil
		}
		return int64(p.Bits())
	})),
	scalarRow("has_ipv4(text, string) bool", "whether an IPv4 address stands in a text", rowwise(column.Bool, func(_ *Env, a []any) any { return hasAddress(a, false) })),
	scalarRow("has_ipv4_prefix(text, string) bool", "whether an IPv4 address with a prefix stands in a text", rowwise(column.Bool, func(_ *Env, a []any) any { return hasAddress(a, true) })),
	scalarRow("has_any_ipv4(text, string...) bool", "whether one of some IPv4 addresses stands in a text", rowwise(column.Bool, func(_ *Env, a []any) any { return hasAddress(a, false) })),
	scalarRow("has_any_ipv4(text, array) bool", "whether one of some IPv4 addresses stands in a text", rowwise(column.Bool, func(_ *Env, a []any) any { return hasAddress(a, false) })),
	scalarRow("has_any_ipv4_prefix(text, string...) bool", "whether an IPv4 address with one of some prefixes stands in a text", rowwise(column.Bool, func(_ *Env, a []any) any { return hasAddress(a, true) })),
	scalarRow("has_any_ipv4_prefix(text, array) bool", "whether an IPv4 address with one of some prefixes stands in a text", rowwise(column.Bool, func(_ *Env, a []any) any { return hasAddress(a, true) })),
}

// address reads an address, with a prefix or without, which is then the whole address. IPv4 ones become IPv6 ones where
// those are wanted. A zone is left out. Of an address that ends in dotted figures the prefix is one of IPv4, whatever stands before them.
func address(s string, v4 bool) (netip.Prefix, bool) {
	text, suffix, cut := strings.Cut(strings.TrimSpace(s), "/")
	addr, err := netip.ParseAddr(text)
	if err != nil || v4 && !addr.Is4() {
		return netip.Prefix{}, false
	}
	addr = addr.WithZone("")
	n, skipped := addr.BitLen(), 0
	if strings.Contains(text, ".") && !v4 {
		if short, err := netip.ParseAddr(strings.TrimPrefix(text, "::")); err == nil && short.Is4() {
			addr = short // ::a.b.c.d is the IPv4 address, as the documentation's examples show
		}
		addr = netip.AddrFrom16(addr.As16())
		n, skipped = 32, 96
	}
	if cut {
		want, err := strconv.Atoi(suffix)
		if err != nil || want < 0 || want > n {
			return netip.Prefix{}, false
		}
		n = want
	}
	return netip.PrefixFrom(addr, skipped+n), true
}

func numberOf(s string, mask int) any {
	p, ok := address(s, true)
	if !ok {
		return nil
	}
	b := netip.PrefixFrom(p.Addr(), min(mask, p.Bits())).Masked().Addr().As4()
	return int64(binary.BigEndian.Uint32(b[:]))
}

func fullIPv6(s string, mask int) any {
	p, ok := address(s, false)
	if !ok {
		return ""
	}
	return netip.PrefixFrom(p.Addr(), min(mask, p.Bits())).Masked().Addr().StringExpanded()
}

func formatIPv4(a []any, withMask bool) any {
	var p netip.Prefix
	switch x := a[0].(type) {
	case int64:
		if bits.Len64(uint64(x)) > 32 {
			return ""
		}
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(x))
		p = netip.PrefixFrom(netip.AddrFrom4(b), 32)
	case string:
		var ok bool
		if p, ok = address(x, true); !ok {
			return ""
		}
	default:
		return ""
	}
	n := p.Bits()
	if len(a) > 1 {
		want, ok := a[1].(int64)
		if !ok || want < 0 || want > 32 {
			return ""
		}
		n = min(n, int(want))
	}
	masked := netip.PrefixFrom(p.Addr(), n).Masked()
	if withMask {
		return masked.String()
	}
	return masked.Addr().String()
}

// common is two addresses cut to the shortest prefix of theirs and the one that is asked for.
func common(a []any, v4 bool) (x, y netip.Addr, ok bool) {
	p, ok1 := address(plainText(a[0]), v4)
	q, ok2 := address(plainText(a[1]), v4)
	if !ok1 || !ok2 {
		return x, y, false
	}
	n := min(p.Bits(), q.Bits())
	if len(a) > 2 {
		want, isInt := a[2].(int64)
		if !isInt || want < 0 || want > 128 || v4 && want > 32 {
			return x, y, false
		}
		n = min(n, int(want))
	}
	return netip.PrefixFrom(p.Addr(), n).Masked().Addr(), netip.PrefixFrom(q.Addr(), n).Masked().Addr(), true
}

func compareAddresses(a []any, v4 bool) any {
	x, y, ok := common(a, v4)
	if !ok {
		return nil
	}
	return int64(x.Compare(y))
}

func matchAddresses(a []any, v4 bool) any {
	x, y, ok := common(a, v4)
	if !ok {
		return nil
	}
	return x == y
}

func inRange(v4 bool) func(*Env, []any) any {
	return func(_ *Env, a []any) any {
		p, ok1 := address(plainText(a[0]), v4)
		r, ok2 := address(plainText(a[1]), v4)
		if !ok1 || !ok2 {
			return nil
		}
		return r.Masked().Contains(p.Addr())
	}
}

func inAnyRange(v4 bool) func(*Env, []any) any {
	return func(_ *Env, a []any) any {
		p, ok := address(plainText(a[0]), v4)
		if !ok {
			return nil
		}
		for _, t := range textList(a[1:]) {
			if r, ok := address(t, v4); ok && r.Masked().Contains(p.Addr()) {
				return true
			}
		}
		return false
	}
}

// textList is the texts of arguments, arrays and all.
func textList(a []any) []string {
	var list []string
	for _, x := range a {
		if l, ok := x.([]any); ok {
			list = append(list, textsOf(l)...)
			continue
		}
		list = append(list, plainText(x))
	}
	return list
}

var addressInText = regexp.MustCompile(`\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}`)

// hasAddress looks for addresses that no letter or figure touches.
func hasAddress(a []any, prefix bool) any {
	text := plainText(a[0])
	wanted := textList(a[1:])
	for _, at := range addressInText.FindAllStringIndex(text, -1) {
		before, after := text[:at[0]], text[at[1]:]
		if before != "" && isTerm(rune(before[len(before)-1])) || after != "" && isTerm(rune(after[0])) {
			continue
		}
		found, err := netip.ParseAddr(text[at[0]:at[1]])
		if err != nil {
			continue
		}
		for _, w := range wanted {
			if !prefix {
				if want, err := netip.ParseAddr(w); err == nil && want == found {
					return true
				}
				continue
			}
			if strings.Count(w, ".") < 4 && strings.HasPrefix(found.String()+".", w) && strings.HasSuffix(w, ".") || found.String() == w {
				return true
			}
		}
	}
	return false
}
