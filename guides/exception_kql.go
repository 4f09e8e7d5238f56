package guides

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
)

// asKQL makes conditions on the columns of a rule's result.
var asKQL = wording{
	and: " and ", not: "not(%s)", until: "now() < datetime(%s)",
	exists: "isnotempty(%s)", among: "%s in (%s)", like: "%s matches regex %s",
	field: func(name string) (string, error) {
		if name == "" {
			return "", fmt.Errorf("want the name of a column of the rule's result")
		}
		return fmt.Sprintf("tostring([%s])", kqlText(name)), nil
	},
	text: kqlText,
	pattern: func(value string) string {
		expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(value))
		return kqlText("^(?s:" + expression + ")$")
	},
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
