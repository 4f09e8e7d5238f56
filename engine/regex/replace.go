package regex

import (
	"errors"
	"strings"
)

// piece is a part of a replacement: a text, or else a group.
type piece struct {
	text  string
	group int
}

// ErrTooLarge says that a text with its replacements would have more bytes than it may have.
var ErrTooLarge = errors.New("the text with its replacements is too large")

// Replace puts a replacement, where $1 and ${name} are groups and a backslash takes the next character as it is, in the
// place of every match, to a text of at most so many bytes. Stop is asked between matches that take time.
func (r *Regex) Replace(text, with string, most int, stop func() error) (string, error) {
	pieces, err := r.pieces(with)
	if err != nil {
		return "", err
	}
	found, err := r.all(text, stop)
	switch {
	case err != nil:
		return "", err
	case len(found) == 0 && len(text) > most:
		return "", ErrTooLarge
	case len(found) == 0:
		return text, nil
	}
	var b strings.Builder
	at := 0
	for _, m := range found {
		b.WriteString(text[at:m[0]])
		for _, p := range pieces {
			if p.group < 0 {
				b.WriteString(p.text)
			} else if from := m[2*p.group]; from >= 0 {
				b.WriteString(text[from:m[2*p.group+1]])
			}
		}
		if at = m[1]; b.Len() > most {
			return "", ErrTooLarge
		}
	}
	if b.WriteString(text[at:]); b.Len() > most {
		return "", ErrTooLarge
	}
	return b.String(), nil
}

func (r *Regex) pieces(with string) ([]piece, error) {
	var out []piece
	for i := 0; i < len(with); i++ {
		switch c := with[i]; {
		case c == '\\':
			if i++; i == len(with) {
				return nil, errors.New("character to be escaped is missing")
			}
			out = append(out, piece{with[i : i+1], -1})
		case c != '$':
			out = append(out, piece{with[i : i+1], -1})
		case strings.HasPrefix(with[i:], "${"):
			name, _, closed := strings.Cut(with[i+2:], "}")
			g, ok := r.names[name]
			if !ok || !closed {
				return nil, errGroup
			}
			out = append(out, piece{group: g})
			i += len(name) + 2
		default:
			g, n := number(with[i+1:], r.count)
			if n == 0 || g > r.count {
				return nil, errGroup
			}
			out = append(out, piece{group: g})
			i += n
		}
	}
	return out, nil
}

// number reads the number of a group: the first digit, and more while there is such a group. n is how many.
func number(s string, groups int) (g, n int) {
	for n < len(s) && s[n] >= '0' && s[n] <= '9' && (n == 0 || g*10+int(s[n]-'0') <= groups) {
		g = g*10 + int(s[n]-'0')
		n++
	}
	return g, n
}
