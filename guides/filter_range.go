package guides

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// limit is an end of a range.
type limit struct {
	text      string // as ES|QL writes it
	number    bool
	exclusive bool
}

// wholeDay is a date without a time of day: as an upper end, and as a lower one that is not in the range, it means the day's last instant.
var wholeDay = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// ranged is a range with one end or two. Any of several values may lie in it, with both ends holding of the same one.
func ranged(field string, bounds map[string]any) (string, error) {
	var low, high *limit
	for _, b := range []struct {
		name string
		end  **limit
	}{{"gte", &low}, {"gt", &low}, {"lte", &high}, {"lt", &high}} {
		v, is := bounds[b.name]
		if !is || v == nil {
			continue
		}
		l, ok := bound(v, b.name == "gt" || b.name == "lte")
		switch {
		case !ok:
			return "", fmt.Errorf("want a number or a date as %s of %s, found %T", b.name, field, v)
		case *b.end != nil:
			return "", fmt.Errorf("the range of %s has two ends on one side", field)
		}
		l.exclusive = len(b.name) == 2
		*b.end = &l
	}
	for name := range bounds {
		if !slices.Contains([]string{"gt", "gte", "lt", "lte", "format", "boost"}, name) {
			return "", fmt.Errorf("%s in a range is not supported", name)
		}
	}
	if low == nil && high == nil {
		return "", fmt.Errorf("want gt, gte, lt or lte in the range of %s", field)
	}
	if low != nil && low.number || high != nil && high.number {
		field = "TO_DOUBLE(" + field + ")"
	}
	condition := ""
	switch {
	case high == nil:
		condition = "MV_MAX(" + field + ") " + low.compare(">") + " " + low.text
	case low == nil:
		condition = "MV_MIN(" + field + ") " + high.compare("<") + " " + high.text
	default:
		for _, end := range []*limit{low, high} {
			if end.exclusive {
				field = "MV_DIFFERENCE(" + field + ", " + end.text + ")"
			}
		}
		condition = "MV_IN_RANGE(" + field + ", " + low.text + ", " + high.text + ")"
	}
	return "COALESCE(" + condition + ", false)", nil
}

func (l *limit) compare(op string) string {
	if l.exclusive {
		return op
	}
	return op + "="
}

// bound reads an end of a range. late is for one that means the last instant of the time that it names.
func bound(v any, late bool) (limit, bool) {
	switch v := v.(type) {
	case int64:
		return limit{text: double(float64(v)), number: true}, true
	case float64:
		return limit{text: double(v), number: true}, true
	case string:
		if n, err := strconv.ParseFloat(v, 64); err == nil {
			return limit{text: double(n), number: true}, true
		}
		if at, err := relativeTo("NOW()", v, late); err == nil {
			return limit{text: at}, true
		}
		if late && wholeDay.MatchString(v) {
			v += "T23:59:59.999Z"
		}
		return limit{text: quoteText(v)}, true
	}
	return limit{}, false
}

// double is a number as ES|QL writes one that is not whole.
func double(n float64) string {
	text := strconv.FormatFloat(n, 'f', -1, 64)
	if n == float64(int64(n)) {
		text += ".0"
	}
	return text
}
