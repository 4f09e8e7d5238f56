package function

import (
	"fmt"
	"strconv"
	"strings"

	"casebook/engine/column"
)

// CheckJSONPath tells whether a JSON path can be followed: $ and then .name, ['name'] or [number].
func CheckJSONPath(path string) error {
	if _, ok := pathSteps(path); !ok {
		return fmt.Errorf("the JSON path '%s' cannot be read: $ and then .name, ['name'] or [number]", path)
	}
	return nil
}

// pathSteps are the names and places of a JSON path.
func pathSteps(path string) ([]any, bool) {
	rest, ok := strings.CutPrefix(path, "$")
	if !ok {
		return nil, false
	}
	var steps []any
	for rest != "" {
		switch rest[0] {
		case '.':
			rest = rest[1:]
			n := strings.IndexAny(rest, ".[")
			if n < 0 {
				n = len(rest)
			}
			if n == 0 {
				return nil, false
			}
			steps, rest = append(steps, rest[:n]), rest[n:]
		case '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, false
			}
			inner := rest[1:end]
			rest = rest[end+1:]
			if len(inner) >= 2 && (inner[0] == '\'' || inner[0] == '"') && inner[len(inner)-1] == inner[0] {
				steps = append(steps, inner[1:len(inner)-1])
				continue
			}
			i, err := strconv.ParseInt(inner, 10, 64)
			if err != nil {
				return nil, false
			}
			steps = append(steps, i)
		default:
			return nil, false
		}
	}
	return steps, true
}

// follow is what a path, or a plain key, leads to.
func follow(x any, path string) (any, bool) {
	steps := []any{path}
	if strings.HasPrefix(path, "$") {
		var ok bool
		if steps, ok = pathSteps(path); !ok {
			return nil, false
		}
	}
	for _, s := range steps {
		switch v := x.(type) {
		case *column.Object:
			k, ok := s.(string)
			if !ok {
				return nil, false
			}
			if x, ok = v.Get(k); !ok {
				return nil, false
			}
		case []any:
			i, ok := s.(int64)
			if !ok || i < 0 || i >= int64(len(v)) {
				return nil, false
			}
			x = v[i]
		default:
			return nil, false
		}
	}
	return x, true
}
