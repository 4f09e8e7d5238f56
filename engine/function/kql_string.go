package function

import (
	"math"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"casebook/engine/column"
)

var kqlStrings = []*Row{
	scalarRow("strlen(text) long =name", "how many characters a text has", Map1(column.Long, func(_ *Env, x any) (int64, bool) { return int64(utf8.RuneCountInString(plainText(x))), true })),
	scalarRow("string_size(text) long =name", "how many bytes a text has", Map1(column.Long, func(_ *Env, x any) (int64, bool) { return int64(len(plainText(x))), true })),
	meant(MeansCase, scalarRow("tolower(asstring) string", "a text in lower case", textual1(strings.ToLower))),
	meant(MeansCase, scalarRow("toupper(asstring) string", "a text in upper case", textual1(strings.ToUpper))),
	scalarRow("reverse(asstring) string", "a text from its end", textual1(func(s string) string {
		r := []rune(s)
		for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
			r[i], r[j] = r[j], r[i]
		}
		return string(r)
	})),
	meant(MeansJoined, scalarRow("strcat(asstring...) string", "texts one after the other", rowwise(column.String, func(_ *Env, a []any) any { return joinTexts(textsOf(a), "") }))),
	scalarRow("strcat_delim(asstring, asstring, asstring...) string", "texts with another between them", rowwise(column.String, func(_ *Env, a []any) any {
		all := textsOf(a)
		return joinTexts(all[1:], all[0])
	})),
	scalarRow("strcat_array(array, asstring) string", "the elements of an array with a text between them", rowwise(column.String, joined)),
	scalarRow("array_strcat(array, asstring) string", "the elements of an array with a text between them", rowwise(column.String, joined)),
	scalarRow("strrep(asstring, integer, asstring?) string", "a text several times over", rowwise(column.String, func(env *Env, a []any) any {
		n, _ := a[1].(int64)
		n = min(max(n, 0), 1024)
		elementsOf := make([]string, n)
		for i := range elementsOf {
			elementsOf[i] = plainText(a[0])
		}
		sep := ""
		if len(a) > 2 {
			sep = plainText(a[2])
		}
		return joinTexts(elementsOf, sep)
	})),
	scalarRow("strcmp(asstring, asstring) long", "-1, 0 or 1 as a text is before, equal to or after another", rowwise(column.Long, func(_ *Env, a []any) any {
		return int64(strings.Compare(plainText(a[0]), plainText(a[1])))
	})),
	scalarRow("substring(asstring, integer, integer?) string", "a part of a text", rowwise(column.String, substringOf)),
	scalarRow("indexof(asstring, asstring, integer?, integer?, integer!?) long", "the place of a text in another", rowwise(column.Long, indexOfText)),
	scalarRow("indexof_regex(asstring, asstring!, integer?, integer?, integer?) long", "the place of a match in a text", regexRow(indexOfMatch, column.Long, 1, 0)),
	scalarRow("split(asstring, string, integer?) dynamic =first", "the pieces of a text between delimiters", rowwise(column.Dynamic, split)),
	scalarRow("replace_string(string, string, string) string", "a text with another in place of a third", rowwise(column.String, func(_ *Env, a []any) any {
		return replaceTexts(plainText(a[0]), plainText(a[1]), plainText(a[2]))
	})),
	scalarRow("replace_strings(string, array, array) string", "a text with several others in place of some", rowwise(column.String, replaceStrings)),
	scalarRow("replace_regex(string, string!, string) string", "a text with another in place of each match", regexRow(func(re *regexp.Regexp, a []any) any {
		return replaceMatches(re, plainText(a[0]), plainText(a[2]))
	}, column.String, 1, 0)),
	scalarRow("replace(string, string!, string) string", "a text with another in place of each match", regexRow(func(re *regexp.Regexp, a []any) any {
		return replaceMatches(re, plainText(a[2]), plainText(a[1]))
	}, column.String, 0, 2)),
	scalarRow("trim(string!, string) string", "a text without what matches at both its ends", regexRow(func(re *regexp.Regexp, a []any) any {
		return trimEnd(re, trimStart(re, plainText(a[1])))
	}, column.String, 0, 1)),
	scalarRow("trim_start(string!, string) string", "a text without what matches at its start", regexRow(func(re *regexp.Regexp, a []any) any {
		return trimStart(re, plainText(a[1]))
	}, column.String, 0, 1)),
	scalarRow("trim_end(string!, string) string", "a text without what matches at its end", regexRow(func(re *regexp.Regexp, a []any) any {
		return trimEnd(re, plainText(a[1]))
	}, column.String, 0, 1)),
	operatorRow("extract text", "a group of the first match", regexRow(func(re *regexp.Regexp, a []any) any {
		m := re.FindStringSubmatch(plainText(a[2]))
		i, _ := a[1].(int64)
		if i < 0 || int(i) >= len(m) {
			return ""
		}
		return m[i]
	}, column.String, 0, 2)),
	scalarRow("extract_all(string!, string) dynamic", "every match", regexAll(1)),
	scalarRow("extract_all(string!, array, string) dynamic", "some groups of every match", regexAll(2)),
	scalarRow("extractall(string!, string) dynamic", "every match", regexAll(1)),
	scalarRow("extractall(string!, array, string) dynamic", "some groups of every match", regexAll(2)),
	scalarRow("regex_quote(asstring) string", "a text as a regular expression of itself", textual1(regexp.QuoteMeta)),
	scalarRow("countof(string, string, string?) long", "how often a text, or a match, occurs", rowwise(column.Long, countOf)),
	scalarRow("isempty(scalar) bool", "whether there is no text and no value", emptiness(true)),
	scalarRow("isnotempty(scalar) bool", "whether there is text or a value", emptiness(false)),
	scalarRow("notempty(scalar) bool", "whether there is text or a value", emptiness(false)),
	scalarRow("isnull(scalar) bool", "whether there is no value", nullness(true)),
	scalarRow("isnotnull(scalar) bool", "whether there is a value", nullness(false)),
	scalarRow("notnull(scalar) bool", "whether there is a value", nullness(false)),
	scalarRow("isascii(asstring) bool", "whether a text has only ASCII characters", rowwise(column.Bool, func(_ *Env, a []any) any {
		for _, r := range plainText(a[0]) {
			if r >= utf8.RuneSelf {
				return false
			}
		}
		return true
	})),
	scalarRow("isutf8(asstring) bool", "whether a text is UTF-8", rowwise(column.Bool, func(_ *Env, a []any) any { return utf8.ValidString(plainText(a[0])) })),
	scalarRow("translate(string, string, string) string", "a text with characters exchanged", rowwise(column.String, translate)),
	scalarRow("unicode_codepoints_from_string(asstring) dynamic", "the code points of a text", rowwise(column.Dynamic, codepoints)),
	scalarRow("to_utf8(asstring) dynamic", "the code points of a text", rowwise(column.Dynamic, codepoints)),
	scalarRow("unicode_codepoints_to_string(codepoints...) string", "a text of code points", rowwise(column.String, fromCodepoints)),
	scalarRow("make_string(codepoints...) string", "a text of code points", rowwise(column.String, fromCodepoints)),
	scalarRow("iff(bool, common, common) common", "one of two values", choose),
	scalarRow("iif(bool, common, common) common", "one of two values", choose),
	scalarRow("case(bool..., common..., common) common", "the value after the first condition that is true", choose),
	scalarRow("coalesce(alike, alike...) common", "the first argument that is not null", coalesce),
}

func textsOf(a []any) []string {
	elementsOf := make([]string, len(a))
	for i, x := range a {
		elementsOf[i] = plainText(x)
	}
	return elementsOf
}

func joined(_ *Env, a []any) any {
	elementsOf, ok := a[0].([]any)
	if !ok {
		return plainText(a[0])
	}
	return joinTexts(textsOf(elementsOf), plainText(a[1]))
}

// substringOf is a part of a text: nothing of it where the start lies before the text's beginning, or is missing like the length.
func substringOf(_ *Env, a []any) any {
	s := []rune(plainText(a[0]))
	n := int64(len(s))
	from, ok := a[1].(int64)
	length := n
	if ok && len(a) > 2 {
		length, ok = a[2].(int64)
	}
	if from < 0 {
		from += n
	}
	if !ok || from < 0 || from >= n || length <= 0 {
		return ""
	}
	return string(s[from : from+min(length, n-from)])
}

func indexOfText(_ *Env, a []any) any {
	s, t := []rune(plainText(a[0])), plainText(a[1])
	start, length, occurrence := int64(0), int64(-1), int64(1)
	for i, p := range []*int64{&start, &length, &occurrence} {
		if len(a) > i+2 {
			n, ok := a[i+2].(int64)
			if !ok {
				return nil
			}
			*p = n
		}
	}
	if length < -1 || occurrence < 1 {
		return nil
	}
	n := int64(len(s))
	if start < 0 {
		start = max(n+start, 0)
	}
	if start > n {
		return int64(-1)
	}
	// The length is counted anew after each occurrence, as the documentation's examples show.
	for start <= n {
		end := n
		if length >= 0 {
			end = min(end, start+length)
		}
		part := string(s[start:end])
		i := strings.Index(part, t)
		if i < 0 {
			break
		}
		start += int64(utf8.RuneCountInString(part[:i]))
		if occurrence--; occurrence == 0 {
			return start
		}
		start += max(int64(utf8.RuneCountInString(t)), 1)
	}
	return int64(-1)
}

func split(_ *Env, a []any) any {
	s, sep := plainText(a[0]), plainText(a[1])
	var parts []string
	if sep == "" {
		parts = []string{s}
	} else {
		parts = strings.Split(s, sep)
	}
	elementsOf := make([]any, len(parts))
	for i, p := range parts {
		elementsOf[i] = p
	}
	if len(a) > 2 {
		k, ok := a[2].(int64)
		if ok {
			if k < 0 || int(k) >= len(elementsOf) {
				return nil
			}
			return []any{elementsOf[k]}
		}
	}
	return elementsOf
}

// replaceStrings puts texts in place of others: the earlier one in the list comes first, and what was matched is not
// matched again. Where no text is to be put, the match stays as it is.
func replaceStrings(_ *Env, a []any) any {
	from, ok1 := a[1].([]any)
	to, ok2 := a[2].([]any)
	if !ok1 || !ok2 {
		return plainText(a[0])
	}
	type piece struct {
		text string
		done bool
	}
	pieces := []piece{{text: plainText(a[0])}}
	for i, f := range from {
		find, ok := f.(string)
		if !ok || find == "" {
			continue
		}
		with := find
		if i < len(to) {
			if s, ok := to[i].(string); ok {
				with = s
			}
		}
		var next []piece
		for _, p := range pieces {
			if p.done {
				next = append(next, p)
				continue
			}
			for k, rest := range strings.Split(p.text, find) {
				if k > 0 {
					next = append(next, piece{with, true})
				}
				next = append(next, piece{text: rest})
			}
		}
		pieces = next
	}
	all := make([]string, len(pieces))
	for i, p := range pieces {
		all[i] = p.text
	}
	return joinTexts(all, "")
}

func emptiness(want bool) Eval {
	return func(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
		out := &column.Vector{Type: column.Bool, Len: n, Ints: make([]int64, n)}
		empty := func(i int) bool { return args[0].IsNull(i) }
		switch v := args[0]; {
		case v.Type.Kind() == column.StringKind && v.Offsets == nil && v.Nulls == nil:
			for i, c := range v.Codes[:n] {
				if (v.Dict.Values[c] == "") == want {
					out.Ints[i] = 1
				}
			}
			return out, nil
		case v.Type.Kind() == column.StringKind:
			empty = func(i int) bool { return v.IsNull(i) || v.Str(i) == "" }
		case v.Type.Kind() == column.AnyKind:
			empty = func(i int) bool { return v.IsNull(i) || v.Anys[i] == "" }
		}
		for i := range n {
			if empty(i) == want {
				out.Ints[i] = 1
			}
		}
		return out, nil
	}
}

func nullness(want bool) Eval {
	return func(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
		out := &column.Vector{Type: column.Bool, Len: n, Ints: make([]int64, n)}
		for i := range n {
			if (args[0].IsNull(i) && args[0].Type != column.String) == want {
				out.Ints[i] = 1
			}
		}
		return out, nil
	}
}

func translate(_ *Env, a []any) any {
	from, to := []rune(plainText(a[0])), []rune(plainText(a[1]))
	return strings.Map(func(r rune) rune {
		for i, f := range from {
			if f != r {
				continue
			}
			switch {
			case i < len(to):
				return to[i]
			case len(to) > 0:
				return to[len(to)-1]
			}
			return -1
		}
		return r
	}, plainText(a[2]))
}

func codepoints(_ *Env, a []any) any {
	elementsOf := []any{}
	for _, r := range plainText(a[0]) {
		elementsOf = append(elementsOf, int64(r))
	}
	return elementsOf
}

func fromCodepoints(_ *Env, a []any) any {
	var units []rune
	var add func(x any)
	add = func(x any) {
		switch x := x.(type) {
		case int64:
			if x >= 0 && x <= math.MaxInt32 {
				units = append(units, rune(x))
			}
		case float64:
			units = append(units, rune(x))
		case []any:
			for _, e := range x {
				add(e)
			}
		}
	}
	for _, x := range a {
		add(x)
	}
	var b strings.Builder
	for i := 0; i < len(units); i++ {
		if utf16.IsSurrogate(units[i]) && i+1 < len(units) {
			b.WriteRune(utf16.DecodeRune(units[i], units[i+1]))
			i++
			continue
		}
		b.WriteRune(units[i])
	}
	return b.String()
}

// choose is iff and case: pairs of a condition and a value, and the value of last resort. Nulls are no truths.
func choose(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	last := len(args) - 1
	t := args[last].Type
	b := column.NewBuilder(t, n)
	for i := range n {
		v := args[last]
		for k := 0; k+1 < len(args); k += 2 {
			if !args[k].IsNull(i) && args[k].Ints[i] != 0 {
				v = args[k+1]
				break
			}
		}
		put(b, t, cell(v, i))
	}
	return b.Vector(), nil
}

func coalesce(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	t := args[0].Type
	b := column.NewBuilder(t, n)
	for i := range n {
		var x any
		for _, v := range args {
			if x = cell(v, i); x != nil && x != "" {
				break
			}
		}
		put(b, t, x)
	}
	return b.Vector(), nil
}
