package function

import (
	"net/netip"

	"casebook/engine/column"
)

// networks are the names that stand for networks, besides those in CIDR notation.
var networks = map[string]func(a netip.Addr) bool{
	"loopback": netip.Addr.IsLoopback, "unspecified": netip.Addr.IsUnspecified, "multicast": netip.Addr.IsMulticast, "private": isPrivateAddress,
	"link_local_unicast": netip.Addr.IsLinkLocalUnicast, "link_local_multicast": netip.Addr.IsLinkLocalMulticast,
	"interface_local_multicast": netip.Addr.IsInterfaceLocalMulticast, "unicast": isUnicast, "global_unicast": isUnicast,
	"public": func(a netip.Addr) bool { return isUnicast(a) && !isPrivateAddress(a) },
}

func isUnicast(a netip.Addr) bool {
	return !a.IsUnspecified() && !a.IsLoopback() && !a.IsMulticast() && !a.IsLinkLocalUnicast() && a != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// isPrivateAddress: of fc00::/7 only the half that is in use counts.
func isPrivateAddress(a netip.Addr) bool {
	return a.IsPrivate() && (a.Is4() || a.As16()[0] == 0xfd)
}

// networkDirection looks from the networks that are called internal: any of them will do.
func networkDirection(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	tests := compiled[func(netip.Addr) bool]{make: func(s string) (func(netip.Addr) bool, error) {
		if test, ok := networks[s]; ok {
			return test, nil
		}
		block, err := readBlock(s)
		return block.has, err
	}}
	network := Reader[string](args[2])
	return mapRows(env, str, args, n, func(i int) (string, bool) {
		from, ok := addressAt(env, args[0], i)
		to, known := addressAt(env, args[1], i)
		if !ok || !known {
			return "", false
		}
		var inside [2]bool
		low, high := args[2].Range(i)
		for at := low; at < high; at++ {
			test, err := tests.get(network(at))
			if err != nil {
				return overflow[string](env, "java.lang.IllegalArgumentException: "+err.Error())
			}
			inside[0], inside[1] = inside[0] || test(from), inside[1] || test(to)
		}
		switch inside {
		case [2]bool{true, true}:
			return "internal", true
		case [2]bool{true, false}:
			return "outbound", true
		case [2]bool{false, true}:
			return "inbound", true
		}
		return "external", true
	})
}

// addressAt is the one address of a row.
func addressAt(env *Env, v *column.Vector, i int) (netip.Addr, bool) {
	from, to := v.Range(i)
	if to > from+1 {
		env.Warn(MultiValueWarning)
	}
	if to != from+1 {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(v.Str(from))
	return a, err == nil
}
