package tui

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"casebook/engine/column"
	"casebook/tui/safe"
)

// spanText is a duration in its largest unit or two.
func spanText(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + spanText(-d)
	case d < time.Second:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}

// wholeSpan is a duration of a schedule, without the parts that are zero.
func wholeSpan(d time.Duration) string {
	return strings.TrimSuffix(strings.TrimSuffix(spanText(d), "00s"), "00m")
}

// ageText is how long before a moment something was, in one unit.
func ageText(ticks, asOf int64) string {
	d := time.Duration(asOf-ticks) * 100
	switch {
	case d <= 0:
		return "0m" // a run after the newest event
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}

// countText is a number with commas.
func countText[T ~int | ~int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// shortCount is a number in at most five cells.
func shortCount[T ~int | ~int64](n T) string {
	switch v := float64(n); {
	case v >= 1e9:
		return fmt.Sprintf("%.1fG", v/1e9)
	case v >= 1e8:
		return fmt.Sprintf("%.0fM", v/1e6)
	case v >= 999_500:
		return fmt.Sprintf("%.1fM", v/1e6)
	case v >= 99_950:
		return fmt.Sprintf("%.0fk", v/1e3)
	case v >= 1e4:
		return fmt.Sprintf("%.1fk", v/1e3)
	}
	return countText(n)
}

// plural is a number of things.
func plural[T ~int | ~int64](n T, one string) string {
	if n == 1 {
		return "1 " + one
	}
	if stem, ok := strings.CutSuffix(one, "y"); ok {
		return countText(n) + " " + stem + "ies"
	}
	return countText(n) + " " + one + "s"
}

// tokenCount is how many tokens a log tells of in at most five cells: none, where it tells of none, which no call does without.
func tokenCount(n int64) string {
	if n == 0 {
		return "-"
	}
	return shortCount(n)
}

// shortEntity leaves the part of an ARN away that says only that it is one, and that a role was assumed: names differ at their ends.
func shortEntity(name string) string {
	if parts := strings.SplitN(name, ":", 6); len(parts) == 6 && parts[0] == "arn" && parts[5] != "" {
		return strings.TrimPrefix(parts[5], "assumed-role/")
	}
	return name
}

// floatText is a number without a needless fraction.
func floatText(f float64) string {
	if f == float64(int64(f)) && f < 1e15 && f > -1e15 {
		return countText(int64(f))
	}
	text := strconv.FormatFloat(f, 'f', 2, 64)
	whole, part, _ := strings.Cut(text, ".")
	if n, err := strconv.ParseInt(whole, 10, 64); err == nil && n != 0 {
		return countText(n) + "." + part
	}
	return text
}

// clipEntity is a name cut to a width. Of a role and who took it, which a slash parts, the role goes first: everybody who may take it has
// the same.
func clipEntity(name safe.Text, width int) safe.Text {
	text := name.String()
	at := strings.LastIndexByte(text, '/')
	if name.Width() <= width || name.Width() != len(text) || at < 0 {
		return name.ClipMiddle(width)
	}
	role, rest := name.Split(at)
	_, who := rest.Split(1)
	switch room := width - 1 - who.Width(); {
	case room >= 3:
		return safe.Join("/", role.Clip(room), who)
	case room >= -1:
		return who
	}
	return who.ClipMiddle(width)
}

// clipField is a field's name cut to a width. Its front goes first, at a dot where there is one: at the end stands what it is.
func clipField(name safe.Text, width int) safe.Text {
	if name.Width() <= width || width <= len("..") {
		return name.Clip(width)
	}
	for drop := name.Width() - width + len(".."); drop < name.Width(); drop++ {
		_, tail := name.Split(drop)
		if tail.Width() > width-len("..") {
			continue // a wide character goes as a whole
		}
		if dot := strings.IndexByte(tail.String(), '.'); dot >= 0 && dot < tail.Width()/2 && tail.Width() == len(tail.String()) {
			_, tail = tail.Split(dot + 1)
		}
		return safe.Join("", safe.Own(".."), tail)
	}
	return name.Clip(width)
}

// text is a value of a result, as column.Vector.Value gives it.
func (c Clock) text(t column.Type, v any) safe.Text {
	switch v := v.(type) {
	case nil:
		return safe.Own("-")
	case []any:
		if t == column.Dynamic {
			return safe.Escape(dynamicText(v))
		}
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = c.text(t, one).String()
		}
		return safe.Escape("[" + strings.Join(parts, ", ") + "]")
	case int64:
		switch t {
		case column.Time:
			return safe.Escape(c.value(column.ToTime(v)))
		case column.Nanos:
			return safe.Escape(c.Full(time.Unix(0, v), "2006-01-02 15:04:05.000000"))
		case column.Duration:
			return safe.Escape(spanText(time.Duration(v) * 100))
		}
		return safe.Escape(strconv.FormatInt(v, 10))
	case float64:
		return safe.Escape(strconv.FormatFloat(v, 'g', 6, 64))
	case string:
		// What does not fit a screen is cut before it is escaped: a value can be megabytes long.
		if len(v) > longestCell {
			v = v[:longestCell]
		}
		return safe.Escape(v)
	}
	return safe.Escape(dynamicText(v))
}

const longestCell = 8192

func dynamicText(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(v)
	case column.Ticks:
		return column.ToTime(int64(v)).Format(time.RFC3339Nano)
	case column.Span:
		return spanText(time.Duration(v) * 100)
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = dynamicText(one)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case *column.Object:
		parts := make([]string, len(v.Keys))
		for i, k := range v.Keys {
			parts[i] = strconv.Quote(k) + ":" + dynamicText(v.Values[i])
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return fmt.Sprint(v)
}

// numeric tells whether a column's values read best at the right.
func numeric(t column.Type) bool {
	switch t {
	case column.Int, column.Long, column.ULong, column.Double, column.Decimal, column.Duration:
		return true
	}
	return false
}

func baseName(path string) string { return filepath.Base(path) }

// ticksSpan is a number of ticks as a length of time.
func ticksSpan(ticks int64) time.Duration { return time.Duration(ticks) * 100 }
