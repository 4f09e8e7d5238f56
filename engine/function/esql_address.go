package function

import (
	"net/netip"

	"casebook/engine/column"
)

var esqlAddress = []*Row{
	variadic(scalar("cidr_match", "true where the address is in one of some blocks", cidrMatch, boolean, column.IP, str)),
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
	return mapRows(boolean, args, n, func(i int) (bool, bool) {
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
	}), nil
}
