package function

import (
	"errors"
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
	blocks := compiled[addressBlock]{make: readBlock}
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
				return overflow[bool](env, "java.lang.IllegalArgumentException: "+err.Error())
			}
			if p.has(a) {
				return true, true
			}
		}
		return false, true
	})
}

// addressBlock holds addresses by their first bits, those of IPv4 as the addresses of IPv6 that stand for them: ::/0 has them all.
type addressBlock struct{ prefix netip.Prefix }

func (b addressBlock) has(a netip.Addr) bool { return b.prefix.Contains(netip.AddrFrom16(a.As16())) }

// readBlock reads a block in CIDR notation, or one address.
func readBlock(s string) (addressBlock, error) {
	address, length, block := strings.Cut(s, "/")
	a, err := readAddress(address)
	if err != nil {
		return addressBlock{}, err
	}
	bits, least := a.BitLen(), 128-a.BitLen()
	if block {
		if a.Is4() && strings.Contains(address, ":") {
			return addressBlock{}, fmt.Errorf("CIDR notation is not allowed with IPv6-mapped IPv4 address [%s as it introduces ambiguity as to whether"+
				" the prefix length should be interpreted as a v4 prefix length or a v6 prefix length", address)
		}
		n, err := strconv.Atoi(length)
		if err != nil {
			return addressBlock{}, fmt.Errorf("for input string: %q", length)
		}
		if n < 0 || n > bits {
			return addressBlock{}, fmt.Errorf("illegal prefix length [%d] in [%s], it must be 0-32 for IPv4 ranges, 0-128 for IPv6 ranges", n, s)
		}
		bits = n
	}
	return addressBlock{netip.PrefixFrom(netip.AddrFrom16(a.As16()), bits+least)}, nil
}

func readAddress(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return a, errors.New("'" + s + "' is not an IP string literal.")
	}
	return a.Unmap(), nil
}

// ReadIP is the canonical text of an address.
func ReadIP(s string) (string, error) {
	a, err := readAddress(s)
	if err != nil {
		return "", err
	}
	return a.String(), nil
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
		parts := strings.Split(s, ".")
		if len(parts) != 4 {
			return ReadIP(s)
		}
		for i, part := range parts {
			if len(part) < 2 || part[0] != '0' {
				continue
			}
			n, err := strconv.ParseUint(part, base, 8)
			if err != nil {
				return "", errors.New("'" + s + "' is not an IP string literal.")
			}
			parts[i] = strconv.FormatUint(n, 10)
		}
		return ReadIP(strings.Join(parts, "."))
	}
}
