package function

import (
	"net/netip"
	"strings"

	"casebook/engine/column"
)

// Where addresses are, as a table of blocks tells that the user brought.

// GeoFields are what geo_info_from_ip_address tells of an address, in the order of the values that a block has.
var GeoFields = []string{"country", "state", "city", "latitude", "longitude"}

var kqlGeoAddresses = []*Row{
	operatorRow("network", "a block of addresses, of either family, in its one form", textual1(blockOf)),
	operatorRow("place of address", "what the smallest block around an address says", rowwise(column.Dynamic, func(_ *Env, a []any) any { return placeOf(a[0], a[1]) })),
}

// blockOf is the block that a text names; an address is the block of itself, and what is neither is no block.
func blockOf(s string) string {
	s = strings.TrimSpace(s)
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.Unmap().WithZone("")
		return netip.PrefixFrom(a, a.BitLen()).String()
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return ""
	}
	return p.Masked().String()
}

// placeOf looks an address up in a bag of blocks, the smallest first; null for what no block holds.
func placeOf(address, blocks any) any {
	known, _ := blocks.(*column.Object)
	a, err := netip.ParseAddr(strings.TrimSpace(plainText(address)))
	if err != nil || known == nil {
		return nil
	}
	a = a.Unmap().WithZone("")
	for bits := a.BitLen(); bits >= 0; bits-- {
		p, _ := a.Prefix(bits) // of no more bits than it has
		said, ok := known.Get(p.String())
		if !ok {
			continue
		}
		out := column.NewObject()
		for i, v := range said.([]any) {
			out.Set(GeoFields[i], v)
		}
		return out
	}
	return nil
}
