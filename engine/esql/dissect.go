package esql

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"casebook/engine/function"
)

// dissector takes a text apart at fixed separators: "%{a} - %{b}". Modifiers: %{+a} appends to a, %{+a/2} says in which
// order, %{?a} and %{} are left out, %{a->} skips repeated separators, %{*k} and %{&k} name a column by another's text.
type dissector struct {
	lead   string // text before the first key
	keys   []dissectKey
	names  []string // the columns, in the order of their first mention
	append string
}

type dissectKey struct {
	name    string
	column  int // in names; -1 for what is left out
	append  bool
	order   int
	padded  bool
	trailer string // the separator behind the key
}

func newDissect(pattern, separator string) (*dissector, error) {
	d := &dissector{append: separator}
	start := strings.Index(pattern, "%{")
	if start < 0 {
		return nil, errors.New("the pattern names no column: write %{name}")
	}
	d.lead = pattern[:start]
	for rest := pattern[start:]; rest != ""; {
		end := strings.Index(rest, "}")
		if end < 0 {
			return nil, fmt.Errorf("%%{ is not closed in %s", rest)
		}
		k, err := newKey(rest[2:end])
		if err != nil {
			return nil, err
		}
		rest = rest[end+1:]
		next := strings.Index(rest, "%{")
		if next < 0 {
			next = len(rest)
		}
		k.trailer, rest = rest[:next], rest[next:]
		if k.trailer == "" && rest != "" {
			return nil, fmt.Errorf("there is nothing between %%{%s} and the next column", k.name)
		}
		k.column = -1
		if k.name != "" {
			k.column = d.place(k.name)
		}
		d.keys = append(d.keys, k)
	}
	if len(d.names) == 0 {
		return nil, errors.New("the pattern names no column that is kept: write %{name}")
	}
	return d, nil
}

func (d *dissector) place(name string) int {
	for i, n := range d.names {
		if n == name {
			return i
		}
	}
	d.names = append(d.names, name)
	return len(d.names) - 1
}

func newKey(s string) (k dissectKey, err error) {
	if name, ok := strings.CutSuffix(s, "->"); ok {
		s, k.padded = name, true
	}
	switch {
	case strings.HasPrefix(s, "?"):
		return k, nil
	case strings.HasPrefix(s, "*"), strings.HasPrefix(s, "&"):
		return k, fmt.Errorf("reference keys are not supported in DISSECT: %%{%s}", s)
	case strings.HasPrefix(s, "+"):
		k.append = true
		s = s[1:]
		if name, order, ok := strings.Cut(s, "/"); ok {
			if k.order, err = strconv.Atoi(order); err != nil {
				return k, fmt.Errorf("expected a number after / in %%{+%s}", s)
			}
			s = name
		}
	}
	k.name = s
	return k, nil
}

// Extract implements plan.Pattern. A text that does not fit gives null for every column, as an empty one always does. A separator that
// comes several times gives an empty text to each key behind it, whatever separates those. What is behind the separator of the last key
// belongs to nothing.
func (d *dissector) Extract(text string) ([]any, bool, error) {
	rest, ok := strings.CutPrefix(text, d.lead)
	if !ok || rest == "" {
		return nil, false, nil
	}
	found := make([]string, 0, len(d.keys))
	for len(found) < len(d.keys) {
		k := d.keys[len(found)]
		if k.trailer == "" { // the last one
			found = append(found, rest)
			break
		}
		value, behind, ok := strings.Cut(rest, k.trailer)
		if !ok {
			return nil, false, nil
		}
		found, rest = append(found, value), behind
		for padded := k.padded; strings.HasPrefix(rest, k.trailer); {
			rest = rest[len(k.trailer):]
			if padded {
				continue
			}
			if len(found) == len(d.keys) {
				break
			}
			padded = d.keys[len(found)].padded
			found = append(found, "")
		}
	}
	return d.values(found)
}

// values are those of the columns, of which a key may have only a part.
func (d *dissector) values(found []string) ([]any, bool, error) {
	values := make([]any, len(d.names))
	type piece struct {
		order int
		text  string
	}
	pieces := map[int][]piece{}
	for i, k := range d.keys {
		switch {
		case k.column < 0:
		case k.append:
			pieces[k.column] = append(pieces[k.column], piece{k.order, found[i]})
		default:
			values[k.column] = found[i]
		}
	}
	for column, parts := range pieces {
		sort.SliceStable(parts, func(i, j int) bool { return parts[i].order < parts[j].order })
		texts := make([]string, 0, len(parts)+1)
		if first, ok := values[column].(string); ok {
			texts = append(texts, first)
		}
		for _, p := range parts {
			texts = append(texts, p.text)
		}
		joined, err := function.JoinTexts(texts, d.append)
		if err != nil {
			return nil, false, err
		}
		values[column] = joined
	}
	return values, true, nil
}
