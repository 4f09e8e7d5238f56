package function

import (
	"encoding/binary"
	"math/bits"
	"net/netip"

	"casebook/engine/column"
)

// Networks that hold an address, for joins: two texts of one network are equal.

var kqlNetworks = []*Row{
	operatorRow("ipv4 networks", "every network that holds an address", rowwise(column.Dynamic, func(_ *Env, a []any) any { return networksOf(plainText(a[0]), true) })),
	operatorRow("ipv6 networks", "every network that holds an address", rowwise(column.Dynamic, func(_ *Env, a []any) any { return networksOf(plainText(a[0]), false) })),
	operatorRow("ipv4 network", "a network in its one form", textual1(func(s string) string { return networkOf(s, true) })),
	operatorRow("ipv6 network", "a network in its one form", textual1(func(s string) string { return networkOf(s, false) })),
	scalarRow("ipv4_range_to_cidr_list(string, string) dynamic", "the networks that make up a range of addresses", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		return rangeNetworks(plainText(a[0]), plainText(a[1]))
	})),
}

func networkOf(s string, v4 bool) string {
	p, ok := address(s, v4)
	if !ok {
		return ""
	}
	return p.Masked().String()
}

// networksOf are the networks around an address, the smallest first; none for what is no address.
func networksOf(s string, v4 bool) any {
	p, ok := address(s, v4)
	if !ok {
		return []any{}
	}
	out := make([]any, 0, p.Bits()+1)
	for n := p.Bits(); n >= 0; n-- {
		out = append(out, netip.PrefixFrom(p.Addr(), n).Masked().String())
	}
	return out
}

// rangeNetworks are the fewest networks that hold just the addresses from one to another.
func rangeNetworks(first, last string) any {
	from, ok1 := address(first, true)
	to, ok2 := address(last, true)
	if !ok1 || !ok2 {
		return nil
	}
	number := func(p netip.Prefix) uint64 {
		b := p.Addr().As4()
		return uint64(binary.BigEndian.Uint32(b[:]))
	}
	at, end := number(from), number(to)
	if at > end {
		return nil
	}
	out := []any{}
	for at <= end {
		size := 32
		if at > 0 {
			size = min(size, bits.TrailingZeros64(at))
		}
		size = min(size, bits.Len64(end-at+1)-1)
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(at))
		out = append(out, netip.PrefixFrom(netip.AddrFrom4(b), 32-size).String())
		at += 1 << size
	}
	return out
}
