package guides

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
)

// kqlCondition is an exception as KQL: true for the rows of a result that it leaves out.
func (e Exception) kqlCondition() (string, error) {
	var all []string
	for _, entry := range e.Entries {
		c, err := entry.kqlCondition()
		if err != nil {
			return "", err
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return "", fmt.Errorf("want at least one entry")
	}
	if !e.Expires.IsZero() {
		all = append(all, fmt.Sprintf("now() < datetime(%s)", e.Expires.UTC().Format("2006-01-02T15:04:05.000Z")))
	}
	return strings.Join(all, " and "), nil
}

func (e ExceptionEntry) kqlCondition() (string, error) {
	if e.Field == "" {
		return "", fmt.Errorf("want the name of a column of the rule's result")
	}
	column := fmt.Sprintf("tostring([%s])", kqlText(e.Field))
	quoted := make([]string, len(e.Values))
	for i, v := range e.Values {
		quoted[i] = kqlText(v)
	}
	var c string
	switch {
	case e.Operator == "exists":
		c = "isnotempty(" + column + ")"
	case (e.Operator == "match" || e.Operator == "match_any") && len(quoted) > 0:
		c = column + " in (" + strings.Join(quoted, ", ") + ")"
	case e.Operator == "wildcard" && len(quoted) == 1:
		pattern := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(e.Values[0]))
		c = column + " matches regex " + kqlText("^(?s:"+pattern+")$")
	default:
		return "", fmt.Errorf("want match, match_any, wildcard or exists with its values on %s, found %q", e.Field, e.Operator)
	}
	if e.Excluded {
		c = "not(" + c + ")"
	}
	return c, nil
}

// kqlText is a text as KQL writes it, of printable ASCII alone.
func kqlText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r >= ' ' && r < 0x7f:
			b.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}
