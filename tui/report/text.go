package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"casebook/engine/column"
	"casebook/tui/safe"
)

// Text that came out of a log stands in code spans: nothing in one is markup, a link or a mention, in any reader. Before that it
// is escaped as screens escape it, so that it has no control, no direction and no line end of its own.

// longestText bounds a value in a report; its event has all of it.
const longestText = 300

// code is data as a Markdown code span.
func code(s string) string {
	s = shown(s)
	if strings.TrimSpace(s) == "" {
		return "(empty)"
	}
	fence := strings.Repeat("`", 1+longestRun(s, '`'))
	if s[0] == '`' || s[len(s)-1] == '`' || s[0] == ' ' {
		s = " " + s + " "
	}
	return fence + s + fence
}

// cell is data as a code span in a table, where a bar would end it.
func cell(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }

// shown is data as text that cannot act, cut where it is long.
func shown(s string) string {
	cut := false
	if len(s) > longestText {
		s, cut = strings.ToValidUTF8(s[:longestText], ""), true
	}
	s = safe.Escape(s).String()
	if cut {
		s += "..."
	}
	return s
}

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := 0; i < len(s); i++ {
		if s[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// fence is a text of several lines as a fenced block of a language.
func fence(language, text string) string {
	var b strings.Builder
	ticks := strings.Repeat("`", max(3, 1+longestRun(text, '`')))
	b.WriteString(ticks + language + "\n")
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		b.WriteString(safe.Escape(strings.ReplaceAll(line, "\t", "    ")).String() + "\n")
	}
	b.WriteString(ticks + "\n")
	return b.String()
}

// punctuation is what Markdown may take for markup within a line. plain never stands at the beginning of one.
var punctuation = regexp.MustCompile("[\\\\`*_{}\\[\\]<>#+!|~&=$^]")

// plain is a text of ours or an analyst's on one line, with nothing in it taken for markup. What a reader's software might make
// a link of becomes a code span: some make links of escaped text as well.
func plain(s string) string {
	words := strings.Fields(safe.Escape(strings.ReplaceAll(s, "\n", " ")).String())
	for i, w := range words {
		if linkable.MatchString(w) {
			words[i] = code(w)
		} else {
			words[i] = punctuation.ReplaceAllString(w, `\$0`)
		}
	}
	return strings.Join(words, " ")
}

// linkable is a word that readers make a link, an address or a mention of.
var linkable = regexp.MustCompile(`(?i)://|www\.|@|mailto:|xmpp:|javascript:|data:|#\d|[0-9a-f]{40}`)

// story is an analyst's Markdown as far as it is safe to pass on: headings, lists, quotes, emphasis, code and line ends stay,
// anything that would be markup of HTML, a link, an image, an address or a reference becomes text, but for the names of evidence. People
// paste from logs.
func story(s string, names []string) string {
	var b strings.Builder
	fenced := ""
	for _, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		trimmed := strings.TrimLeft(line, " ")
		if mark := fenceMark(trimmed); fenced == "" && mark != "" {
			fenced = mark
			b.WriteString(mark + "\n")
			continue
		} else if fenced != "" {
			if mark != "" && mark[0] == fenced[0] && len(mark) >= len(fenced) && strings.TrimSpace(strings.TrimLeft(trimmed, mark[:1])) == "" {
				b.WriteString(fenced + "\n")
				fenced = ""
				continue
			}
			b.WriteString(safe.Escape(strings.ReplaceAll(line, "\t", "    ")).String() + "\n")
			continue
		}
		b.WriteString(storyLine(line, names) + "\n")
	}
	if fenced != "" {
		b.WriteString(fenced + "\n")
	}
	return b.String()
}

// fenceMark is the backticks or tildes that a line of a fence begins with.
func fenceMark(line string) string {
	for _, c := range []byte("`~") {
		n := 0
		for n < len(line) && line[n] == c {
			n++
		}
		if n >= 3 {
			return line[:n]
		}
	}
	return ""
}

// block is how a line may begin that means something: headings, lists, quotes.
var block = regexp.MustCompile(`^ {0,6}(#{1,6} |[-*+] (\[[ xX]\] )?|\d{1,4}[.)] |> ?)`)

// risky is punctuation that could be more than emphasis.
var risky = regexp.MustCompile(`[<>&\[\]!|\\#~={}]`)

func storyLine(line string, names []string) string {
	head := block.FindString(line)
	rest := safe.Escape(strings.ReplaceAll(line[len(head):], "\t", " ")).String()
	indent := ""
	if head == "" {
		// Four spaces would make a block of code, which is no harm, and keeps what analysts indent.
		for strings.HasPrefix(rest, " ") && len(indent) < 3 {
			indent, rest = indent+" ", rest[1:]
		}
		rest = strings.TrimLeft(rest, " ")
	}
	return indent + head + linked(rest, names, storyWords, heading)
}

// storyWords is a part of a line without markup other than emphasis.
func storyWords(text string) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		switch {
		case strings.Contains(w, "`"):
			words[i] = strings.ReplaceAll(risky.ReplaceAllString(w, `\$0`), "`", "\\`")
		case linkable.MatchString(w):
			words[i] = code(w)
		default:
			words[i] = risky.ReplaceAllString(w, `\$0`)
		}
	}
	return strings.Join(words, " ")
}

// many is a number of things.
func many[T ~int | ~int64](n T, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func tickText(ticks int64) string { return column.ToTime(ticks).Format("2006-01-02 15:04:05Z") }

func timeText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// number is a figure with as many digits as it needs.
func number(f float64) string { return strconv.FormatFloat(f, 'g', 6, 64) }

// value is a value of a row as text.
func value(t column.Type, v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = value(t, one)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case int64:
		switch t {
		case column.Time:
			return column.ToTime(v).Format("2006-01-02 15:04:05.000Z")
		case column.Nanos:
			return time.Unix(0, v).UTC().Format("2006-01-02 15:04:05.000000Z")
		case column.Duration:
			return (time.Duration(v) * 100).String()
		}
		return strconv.FormatInt(v, 10)
	case float64:
		return number(v)
	case string:
		return v
	case column.Ticks:
		return tickText(int64(v))
	case column.Span:
		return (time.Duration(v) * 100).String()
	case *column.Object:
		parts := make([]string, len(v.Keys))
		for i, k := range v.Keys {
			parts[i] = k + ": " + value(column.Dynamic, v.Values[i])
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}
