package function

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"casebook/engine/column"
)

var esqlAddress = []*Row{
	meant(MeansWithin, variadic(scalar("cidr_match", "true where the address is in one of some blocks", cidrMatch, boolean, column.IP, str))),
	scalar("ip_prefix", "the address with only its first so many bits, of IPv4 and of IPv6", Map3(column.IP, func(env *Env, s string, v4, v6 int64) (string, bool) {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return "", false
		}
		bits := v6
		if a.Is4() {
			bits = v4
		}
		p, err := a.Prefix(int(bits))
		if err != nil {
			return overflow[string](env, "java.lang.IllegalArgumentException: Prefix length must be in range [0, 128]")
		}
		return p.Addr().String(), true
	}), column.IP, column.IP, integer, integer),
	multi(scalar("network_direction", "inbound, outbound, internal or external, by which of two addresses are in some networks", networkDirection, str, column.IP, column.IP, str)),
}

// cidrMatch leaves out multi-valued blocks no more than single ones: any block of any argument will do.
func cidrMatch(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	blocks := compiled[netip.Prefix]{make: func(s string) (netip.Prefix, error) {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			if a, aerr := netip.ParseAddr(s); aerr == nil {
				return netip.PrefixFrom(a, a.BitLen()), nil
			}
		}
		return p, err
	}}
	ip := Reader[string](args[0])
	read := make([]func(int) string, len(args)-1)
	for k, v := range args[1:] {
		read[k] = Reader[string](v)
	}
	return mapRows(env, boolean, args, n, func(i int) (bool, bool) {
		a, err := netip.ParseAddr(ip(i))
		if err != nil {
			return false, false
		}
		for _, block := range read {
			p, err := blocks.get(block(i))
			if err != nil {
				return overflow[bool](env, "java.lang.IllegalArgumentException: '"+block(i)+"' is not an IP string literal.")
			}
			if p.Contains(a) {
				return true, true
			}
		}
		return false, true
	})
}

// ReadIP is the canonical text of an address.
func ReadIP(s string) (string, error) {
	a, err := netip.ParseAddr(strings.TrimSpace(s))
	if err != nil || a.Zone() != "" {
		return "", fmt.Errorf("'%s' is not an IP string literal", s)
	}
	return a.Unmap().String(), nil
}

// toIP is a row that reads addresses.
func toIP(name, doc string, read func(string) (string, error)) *Row {
	return multi(scalar(name, doc, elementwise(column.IP, func(env *Env, s string) (string, bool) {
		ip, err := read(s)
		if err != nil {
			return overflow[string](env, "java.lang.IllegalArgumentException: "+err.Error())
		}
		return ip, true
	}), column.IP, column.String))
}

// readPadded reads addresses of four numbers that may start with zeros, and are then of a base.
func readPadded(base int) func(string) (string, error) {
	return func(s string) (string, error) {
		parts := strings.Split(strings.TrimSpace(s), ".")
		if len(parts) != 4 {
			return ReadIP(s)
		}
		for i, part := range parts {
			if len(part) < 2 || part[0] != '0' {
				continue
			}
			n, err := strconv.ParseUint(part, base, 8)
			if err != nil {
				return "", fmt.Errorf("'%s' is not an IP string literal", s)
			}
			parts[i] = strconv.FormatUint(n, 10)
		}
		return ReadIP(strings.Join(parts, "."))
	}
}
