package event

import "strconv"

// appendScalar writes a number or a boolean of a tree.
func appendScalar(to []byte, value any) []byte {
	switch v := value.(type) {
	case bool:
		return strconv.AppendBool(to, v)
	case int64:
		return strconv.AppendInt(to, v, 10)
	case float64:
		return appendDouble(to, v)
	}
	return to
}
