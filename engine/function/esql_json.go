package function

import (
	"slices"
	"strings"

	"casebook/engine/column"
)

// JSON_STRING is an object of pairs, each of which is made by itself: its value is of a type of its own.

var esqlJSON = append(each(anything, func(t column.Type) *Row {
	return nullable(multi(scalar("$json_pair", "a name and a value as JSON", jsonPair(t), str, str, t)))
}), variadic(scalar("$json_object", "pairs as one JSON object", MapN(str, func(env *Env, pairs []string) (string, bool) {
	n := len(pairs) + 1
	for _, p := range pairs {
		n += len(p)
	}
	if n > longestText {
		return overflow[string](env, "java.lang.IllegalArgumentException: Creating texts with more than [1048576] bytes is not supported")
	}
	return "{" + strings.Join(pairs, ",") + "}", true
}), str, str)))

// jsonPair is null without a name, which has to be one.
func jsonPair(t column.Type) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		b := column.NewBuilder(str, n)
		for i := range n {
			from, to := args[0].Range(i)
			if to != from+1 {
				if to > from {
					env.Warn("java.lang.IllegalArgumentException: json_string keys must be single-valued")
				}
				b.Null()
				continue
			}
			b.Str(jsonText(args[0].Str(from)) + ":" + jsonValues(t, valuesOf(args[1], i)))
		}
		return b.Vector(), nil
	}
}

func jsonValues(t column.Type, values []any) string {
	parts := make([]string, len(values))
	for i, x := range values {
		parts[i] = TextOf(t, x)
		if t != boolean && !slices.Contains(numbers, t) {
			parts[i] = jsonText(parts[i])
		}
	}
	switch len(parts) {
	case 0:
		return "null"
	case 1:
		return parts[0]
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func jsonText(s string) string { return string(appendEscaped(nil, s, "0123456789ABCDEF")) }
