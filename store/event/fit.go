package event

import (
	"slices"
	"strconv"
	"strings"

	"casebook/engine/column"
)

// A loose field keeps its values as the records have them, JSON, and is read as the type that its column has. So it may have several
// values, of types that have no field of their own, and of a type that is settled by what else was loaded.

// Fit is a value of a loose field, as Tree gives it, as column.Vector.Value gives one of a type: nil for null, []any for several. What
// does not fit is null.
func Fit(value any, t column.Type) any {
	list, many := value.([]any)
	if !many || t == column.Dynamic {
		return fitOne(value, t)
	}
	values := make([]any, 0, len(list))
	for _, x := range list {
		if x = fitOne(x, t); x != nil {
			values = append(values, x)
		}
	}
	// As Elastic stores them: in order, and a text once.
	slices.SortStableFunc(values, func(a, b any) int { return column.Compare(t, a, b) })
	if t.Kind() == column.StringKind {
		values = slices.CompactFunc(values, func(a, b any) bool { return a == b })
	}
	switch len(values) {
	case 0:
		return nil
	case 1:
		return values[0]
	}
	return values
}

func fitOne(value any, t column.Type) any {
	switch t {
	case column.String, column.Text:
		if text, ok := value.(string); ok {
			return text
		}
		return asText(value)
	case column.Int:
		if n, ok := asWhole(value).(int64); ok && n == int64(int32(n)) {
			return n
		}
	case column.ULong:
		return asUnsigned(value)
	case column.Double:
		if f, ok := asDouble(value).(float64); ok && f-f == 0 {
			return f
		}
	case column.Nanos:
		return asNanos(value)
	case column.Version:
		if text, ok := value.(string); ok && text != "" {
			return text
		}
	case column.GUID:
		return asGUID(value)
	default:
		return as(value, t)
	}
	return nil
}

// asUnsigned reads numbers of 64 bits without a sign. The greater half of them is kept as texts: a tree would have doubles for them.
func asUnsigned(value any) any {
	switch v := value.(type) {
	case int64:
		if v >= 0 {
			return uint64(v)
		}
	case string:
		if n, err := strconv.ParseUint(v, 10, 64); err == nil {
			return n
		}
	}
	return nil
}

func asNanos(value any) any {
	switch v := value.(type) {
	case string:
		if ns, _, ok := stamp(v); ok {
			return ns
		}
	case int64, float64:
		if ns, ok := epoch(appendScalar(nil, v)); ok {
			return ns
		}
	}
	return nil
}

func asGUID(value any) any {
	text, ok := value.(string)
	if !ok || len(text) != 36 {
		return nil
	}
	for i, c := range []byte(text) {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') || !dash && !isHex(c) {
			return nil
		}
	}
	return strings.ToLower(text)
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}
