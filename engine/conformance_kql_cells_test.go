package engine_test

import (
	"encoding/json"
	"math"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
)

// The cells of KQL's cases: values held against how the engine, or a page, prints them.

// breaks are line breaks with the white space around them.
var breaks = regexp.MustCompile(`\s*\n\s*`)

// alike compares a value with its printed text. The first tier tells null, ” and NaN apart; the others do not.
func (c *kqlCase) alike(t column.Type, got any, text string, loose bool) bool {
	if c.Tier == 1 {
		if text == "null" {
			return got == nil
		}
		if t == column.String {
			s, ok := got.(string)
			return ok && "'"+s+"'" == text
		}
	} else {
		text = strings.TrimSpace(strings.Trim(text, "`"))
		if text == "" || text == "null" || text == "(null)" {
			return got == nil || got == "" || sameJSON(got, text, loose)
		}
		if t == column.String {
			// A table's cell has no white space at its ends and no line breaks.
			s, _ := got.(string)
			s = strings.TrimSpace(s)
			return s == text || breaks.ReplaceAllString(s, " ") == text
		}
	}
	if got == nil {
		return false
	}
	switch t {
	case column.Bool:
		b, _ := got.(bool)
		return strings.EqualFold(text, strconv.FormatBool(b)) || c.Tier > 1 && text == map[bool]string{true: "1", false: "0"}[b]
	case column.Int, column.Long, column.Double, column.Decimal:
		return sameNumber(got, text, c.Tier)
	case column.Time:
		want, ok := function.ParseTime(text)
		return ok && got == column.Ticks(want)
	case column.Duration:
		want, ok := function.ParseTimespan(text)
		return ok && got == column.Span(want)
	case column.Dynamic:
		return sameJSON(got, text, loose)
	}
	s, _ := got.(string)
	return strings.Trim(text, "'") == s
}

func sameNumber(got any, text string, tier int) bool {
	var f float64
	switch x := got.(type) {
	case int64:
		if text == strconv.FormatInt(x, 10) {
			return true
		}
		f = float64(x)
	case float64:
		f = x
	default:
		return false
	}
	if tier > 1 {
		text = strings.ReplaceAll(text, ",", "")
		switch text {
		case "∞":
			return math.IsInf(f, 1)
		case "-∞":
			return math.IsInf(f, -1)
		}
	}
	want, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(want, 0) {
		return false
	}
	return sameReal(f, want)
}

func sameReal(a, b float64) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.IsNaN(a) && math.IsNaN(b)
	}
	return a == b || math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b))
}

func sameJSON(got any, text string, loose bool) bool {
	if s, ok := got.(string); ok && (s == text || strconv.Quote(s) == text) {
		return true
	}
	var want any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&want) != nil {
		want = text
	}
	return sameValue(got, want, loose)
}

func sameValue(got, want any, loose bool) bool {
	switch w := want.(type) {
	case nil:
		return got == nil
	case bool:
		return got == w
	case json.Number:
		f, err := w.Float64()
		switch g := got.(type) {
		case int64:
			return err == nil && (w.String() == strconv.FormatInt(g, 10) || sameReal(float64(g), f))
		case float64:
			return err == nil && sameReal(g, f)
		}
		return false
	case string:
		switch g := got.(type) {
		case string:
			return g == w
		case float64:
			f, err := strconv.ParseFloat(w, 64)
			return (err == nil || math.IsInf(f, 0)) && sameReal(g, f)
		case column.Ticks:
			t, ok := function.ParseTime(w)
			return ok && t == int64(g)
		case column.Span:
			t, ok := function.ParseTimespan(w)
			return ok && t == int64(g)
		}
		return false
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		if sameList(g, w, loose) {
			return true
		}
		if !loose {
			return false
		}
		text := func(list []any) []string {
			var s []string
			for _, x := range list {
				s = append(s, function.Text(column.Dynamic, x))
			}
			sort.Strings(s)
			return s
		}
		return strings.Join(text(g), "\x00") == strings.Join(text(fromJSON(w)), "\x00")
	case map[string]any:
		g, ok := got.(*column.Object)
		if !ok || len(g.Keys) != len(w) {
			return false
		}
		for k, x := range w {
			y, ok := g.Get(k)
			if !ok || !sameValue(y, x, loose) {
				return false
			}
		}
		return true
	}
	return false
}

func sameList(g, w []any, loose bool) bool {
	for i := range w {
		if !sameValue(g[i], w[i], loose) {
			return false
		}
	}
	return true
}

func fromJSON(list []any) []any {
	out := make([]any, len(list))
	for i, x := range list {
		out[i] = x
		if n, ok := x.(json.Number); ok {
			if k, err := n.Int64(); err == nil {
				out[i] = k
			} else {
				f, _ := n.Float64()
				out[i] = f
			}
		}
	}
	return out
}
