package event

import (
	"net/netip"
	"strings"

	"casebook/engine/column"
)

func asText(value any) any {
	switch v := value.(type) {
	case string:
		if v == "" {
			return nil
		}
		return v
	case bool, int64, float64:
		return string(appendScalar(nil, v))
	case *column.Object:
		return string(plain(nil, v))
	}
	return nil
}

func asWhole(value any) any {
	switch v := value.(type) {
	case int64:
		return v
	case float64:
		if n, ok := wholeFloat(appendDouble(nil, v)); ok {
			return n
		}
	case string:
		if n, ok := whole([]byte(v)); ok && isNumber([]byte(v)) {
			return n
		}
	}
	return nil
}

func asDouble(value any) any {
	switch v := value.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	case string:
		if isNumber([]byte(v)) {
			return float([]byte(v))
		}
	}
	return nil
}

func asBool(value any) any {
	switch v := value.(type) {
	case bool:
		return v
	case string:
		switch strings.ToLower(v) {
		case "true":
			return true
		case "false":
			return false
		}
	}
	return nil
}

// asTime reads ISO 8601 texts and epoch numbers as ticks.
func asTime(value any) any {
	switch v := value.(type) {
	case string:
		if ns, _, ok := stamp(v); ok {
			return column.FromNanos(ns)
		}
	case int64, float64:
		if ns, ok := epoch(appendScalar(nil, v)); ok {
			return column.FromNanos(ns)
		}
	}
	return nil
}

// asIP is a text that is an address; masked ones ("81.2.69.***") are none.
func asIP(value any) any {
	if text, ok := value.(string); ok {
		if a, err := netip.ParseAddr(text); err == nil {
			return a.String()
		}
	}
	return nil
}

// dynamic is a JSON value for a dynamic column. Exports write dynamics as texts: a text that is an object or a list
// is what it says.
func dynamic(value any) any {
	text, ok := value.(string)
	if !ok || text == "" {
		if ok {
			return nil
		}
		return value
	}
	if text[0] == '{' || text[0] == '[' {
		if tree, ok := Tree([]byte(text)); ok {
			return tree
		}
	}
	return text
}
