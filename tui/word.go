package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"casebook/engine/syntax"
)

// Filters are written in one way everywhere: words that must all hold. A word is field:value, with values separated by commas and
// "*" for any run of characters, or a comparison such as tokens>=8000; "-" before it turns it round, "~" keeps it without using
// it; anything else is text that is looked for. A value with odd characters stands in quotes.

// word is one condition of a filter, a chip.
type word struct {
	text     string // as it was written, without "~"
	field    string // "" for text that is looked for
	operator string // ":", ">", ">=", "<", "<="
	values   []string
	pattern  bool // a value holds a "*" outside of quotes
	not, off bool
}

// readWords reads a filter. known are the fields there are.
func readWords(text string, known func(field string) bool, names []string) ([]word, error) {
	var words []word
	for _, raw := range splitWords(text) {
		w := word{text: raw}
		if rest, ok := strings.CutPrefix(raw, "~"); ok && rest != "" {
			w.text, w.off = rest, true
		}
		body := w.text
		if rest, ok := strings.CutPrefix(body, "-"); ok && rest != "" {
			body, w.not = rest, true
		}
		if err := w.read(body, known, names); err != nil {
			return nil, err
		}
		words = append(words, w)
	}
	return words, nil
}

func (w *word) read(body string, known func(string) bool, names []string) error {
	at := strings.IndexAny(body, ":<>=\"")
	if at > 0 && body[at] != '"' {
		field := body[:at]
		w.operator, body = operatorOf(body[at:])
		switch near := syntax.Nearest(field, names); {
		case known(field):
			w.field = field
			return w.readValues(body)
		case near != "" || w.operator != ":":
			return fmt.Errorf("no field %q in %s%s; put it in quotes to look for it as text", field, w.text, meant(near))
		}
		body = strings.TrimPrefix(w.text, "-") // names hold colons (ARNs, sessions): it is text
	}
	w.operator = ":"
	return w.readValues(body)
}

func meant(near string) string {
	if near == "" {
		return ""
	}
	return " (did you mean " + near + "?)"
}

func operatorOf(s string) (operator, rest string) {
	for _, op := range []string{">=", "<=", ">", "<", ":", "="} {
		if r, ok := strings.CutPrefix(s, op); ok {
			if op == "=" {
				op = ":"
			}
			return op, r
		}
	}
	return ":", s
}

// readValues reads values separated by commas; one in quotes is taken as it stands.
func (w *word) readValues(s string) error {
	for {
		if strings.HasPrefix(s, `"`) {
			quoted, err := strconv.QuotedPrefix(s)
			if err != nil {
				return fmt.Errorf("no closing quote in %s", w.text)
			}
			value, err := strconv.Unquote(quoted)
			if err != nil {
				return fmt.Errorf("%s is no quoted text", quoted)
			}
			w.values = append(w.values, value)
			if s = s[len(quoted):]; s == "" {
				return nil
			}
			if s[0] != ',' {
				return fmt.Errorf("wanted a comma after %s in %s", quoted, w.text)
			}
			s = s[1:]
			continue
		}
		value, rest, more := s, "", false
		if w.field != "" {
			value, rest, more = strings.Cut(s, ",")
		}
		if value == "" {
			return fmt.Errorf("wanted a value in %s", w.text)
		}
		w.values = append(w.values, value)
		w.pattern = w.pattern || strings.Contains(value, "*")
		if !more {
			return nil
		}
		s = rest
	}
}

// splitWords cuts a filter at spaces outside of quotes.
func splitWords(text string) []string {
	var words []string
	start, quoted := -1, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
			if start < 0 {
				start = i
			}
		case c == ' ' && !quoted:
			if start >= 0 {
				words = append(words, text[start:i])
			}
			start = -1
		case start < 0:
			start = i
		}
	}
	if start >= 0 {
		words = append(words, text[start:])
	}
	return words
}

// wordFor is the word that chooses a value of a field.
func wordFor(field, value string, not bool) string {
	sign := ""
	if not {
		sign = "-"
	}
	return sign + field + ":" + quoteValue(value)
}

func quoteValue(value string) string {
	if quoted := strconv.QuoteToASCII(value); value == "" || strings.ContainsAny(value, " ,*") || quoted != `"`+value+`"` {
		return quoted
	}
	return value
}

// addWord is a filter with a word more; its opposite goes.
func addWord(text, add string) string {
	opposite := "-" + add
	if rest, ok := strings.CutPrefix(add, "-"); ok {
		opposite = rest
	}
	words := slices.DeleteFunc(splitWords(text), func(w string) bool {
		return w == add || w == opposite || w == "~"+add || w == "~"+opposite
	})
	return strings.Join(append(words, add), " ")
}
