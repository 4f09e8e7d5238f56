package function

import (
	"regexp"
	"strings"

	"casebook/engine/column"
)

// What multiplies. A few calls inside one another can ask for more bytes than a machine has, and a program that runs out of
// memory ends, with all that is open in it. So a text and an array have a greatest length, which is an error to pass, and what
// puts texts together counts before it does.

// MostTexts is how many bytes the texts have that one call makes of one batch of rows, beyond those that it was given.
const MostTexts = 256 << 20

const (
	longestMade = 32 << 20 // bytes of one text: twice those of the longest record
	longestList = 1 << 20  // elements of one array, as many as make_list keeps
	mostNodes   = 2 << 20  // elements and properties of one dynamic value, those of what is in it included
)

var (
	errTextTooLong = &LimitError{What: "bytes of one text", Limit: longestMade}
	errTexts       = &LimitError{What: "bytes of texts at once", Limit: MostTexts}
	errNodes       = &LimitError{What: "elements in one dynamic value", Limit: mostNodes}
)

// NodesLeft is how many of so many elements are left when those of a dynamic value are counted; below 0 where there are more. An array that
// holds itself twice, and so on, costs nothing to make: whoever walks it never comes to an end.
func NodesLeft(x any, left int) int {
	switch x := x.(type) {
	case []any:
		left -= len(x)
		for i := 0; i < len(x) && left >= 0; i++ {
			left = NodesLeft(x[i], left)
		}
	case *column.Object:
		left -= len(x.Keys)
		for i := 0; i < len(x.Keys) && left >= 0; i++ {
			left = NodesLeft(x.Values[i], left)
		}
	}
	return left
}

// FewNodes is an error where a row of dynamic values, as aggregates gather them, has too many elements.
func FewNodes(v *column.Vector) error {
	for _, x := range v.Anys {
		if NodesLeft(x, 8*mostNodes) < 0 {
			return &LimitError{What: "elements in one dynamic value", Limit: 8 * mostNodes}
		}
	}
	return nil
}

// JoinTexts is strings.Join, or an error where the text would be too long.
func JoinTexts(all []string, between string) (string, error) {
	size := len(between) * max(len(all)-1, 0)
	for _, s := range all {
		size += len(s)
	}
	if size > longestMade {
		return "", errTextTooLong
	}
	return strings.Join(all, between), nil
}

// rowwise computes each row, nulls and all; nil is null, and an error ends the query. Values are as column.Vector.Value gives
// them.
func rowwise(t column.Type, f func(env *Env, a []any) any) Eval {
	return rowwiseUpTo(longestList, t, f)
}

// rowwiseUpTo is rowwise with arrays up to a length.
func rowwiseUpTo(elements int, t column.Type, f func(env *Env, a []any) any) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		b := column.NewBuilder(t, n)
		a := make([]any, len(args))
		made := 0
		for i := range n {
			for k, v := range args {
				a[k] = cell(v, i)
			}
			if err := tick(env, i); err != nil {
				return nil, err
			}
			x := f(env, a)
			switch x := x.(type) {
			case error:
				return nil, x
			case string:
				if len(x) > longestMade {
					return nil, errTextTooLong
				}
				if made += len(x); made > MostTexts {
					return nil, errTexts
				}
			case []any:
				if len(x) > elements {
					return nil, &LimitError{What: "elements of one array", Limit: elements}
				}
				if NodesLeft(x, mostNodes) < 0 {
					return nil, errNodes
				}
			case *column.Object:
				if NodesLeft(x, mostNodes) < 0 {
					return nil, errNodes
				}
			}
			put(b, t, x)
		}
		return b.Vector(), stopped(env) // a row may have been given up
	}
}

// textual1 lifts a function of a text.
func textual1(f func(string) string) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		var bad error
		v, err := texts(Map1(column.String, func(_ *Env, s string) (string, bool) {
			if s = f(s); len(s) > longestMade {
				bad, s = errTextTooLong, ""
			}
			return s, true
		}))(env, args, n)
		if err == nil {
			err = bad
		}
		return v, err
	}
}

// joinTexts is JoinTexts to functions that give either.
func joinTexts(all []string, between string) any {
	s, err := JoinTexts(all, between)
	if err != nil {
		return err
	}
	return s
}

// replaceTexts is strings.ReplaceAll, or an error where the text would be too long.
func replaceTexts(s, from, to string) any {
	if from == "" {
		return s
	}
	if len(to) > len(from) && len(s)+strings.Count(s, from)*(len(to)-len(from)) > longestMade {
		return errTextTooLong
	}
	return strings.ReplaceAll(s, from, to)
}

// replaceMatches puts a text in place of each match, or gives an error where the result could be too long. Groups are written \1
// here and ${1} in Go, where a dollar must be doubled.
func replaceMatches(re *regexp.Regexp, s, with string) any {
	var b strings.Builder
	groups := 0
	for i := 0; i < len(with); i++ {
		switch {
		case with[i] == '\\' && i+1 < len(with) && with[i+1] >= '0' && with[i+1] <= '9':
			b.WriteString("${" + with[i+1:i+2] + "}")
			groups++
			i++
		case with[i] == '\\' && i+1 < len(with):
			i++
			b.WriteByte(with[i])
		case with[i] == '$':
			b.WriteString("$$")
		default:
			b.WriteByte(with[i])
		}
	}
	// All matches together are no longer than the text, and so is what a group gives for all of them.
	size := len(s) * (1 + groups)
	if size+(len(s)+1)*len(with) > longestMade {
		size += len(re.FindAllStringIndex(s, -1)) * len(with)
	}
	if size > longestMade {
		return errTextTooLong
	}
	return re.ReplaceAllString(s, b.String())
}
