package regex

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// tokens cuts an expression into what has to be told apart; all else is one character.
var tokens = regexp.MustCompile(`(?s)\\Q.*?(?:\\E|\z)|\\[pP]\{\^?\w+\}|\\k<\w+>|\\[1-9]|\\.|\(\?P?<\w+>|\(\?#[^)]*\)|\(\?[a-zA-Z-]*[:)]|\(\?<?.|\[:\^?\w+:\]|&&|\{\d*,?\d*\}\+?|.`)

const atEnd = `(?=(?:\r\n|[\r\x{85}\x{2028}\x{2029}]|(?<!\r)\n)?\z)`

// escapes are what a backslash and a letter stand for, as the inside of a class; the capital is what is not in it.
var escapes = map[string]string{`\s`: `\t-\r `, `\h`: `\t \x{A0}\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}`, `\v`: `\n-\r\x{85}\x{2028}\x{2029}`}

// posix are the names of \p{} that mean ASCII in Java, as [[:…:]] in Go.
const posix = " alpha alnum digit lower upper punct space xdigit blank cntrl graph print ascii "

// translation is an expression as Go writes it, and as regexp2 does where lines' ends make Go find something else.
type translation struct {
	fast, exact strings.Builder
	ruby        bool
	all, multi  bool // (?s) and (?m) are said somewhere
	lines       bool
	words       bool // fast and exact mean the same only over a text of one line
	groups      int
	names       map[string]int
	class       int // the tokens read of a class; 0 outside
}

func (t *translation) write(fast, exact string) {
	t.fast.WriteString(fast)
	t.exact.WriteString(exact)
}

// end writes what stands at an end of a line.
func (t *translation) end(fast, exact string) string {
	t.lines = true
	t.write(fast, exact)
	return ""
}

// Mistake is what is wrong with an expression, and behind how many characters.
type Mistake struct {
	Text string
	At   int
}

func (m *Mistake) Error() string { return fmt.Sprintf("%s at character %d", m.Text, m.At+1) }

// Ruby's words end between letters of any script and others, although \w is ASCII's; so do its named classes reach beyond.
const letters = `[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}]`

var brackets = map[string]string{
	"[:alpha:]": `\p{L}\p{M}\p{Nl}`, "[:alnum:]": `\p{L}\p{M}\p{Nl}\p{Nd}`, "[:digit:]": `\p{Nd}`, "[:lower:]": `\p{Ll}`, "[:upper:]": `\p{Lu}`,
	"[:word:]": `\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}`, "[:space:]": `\s\x0b\x{85}\p{Z}`,
}

func translate(expression string, flavor Flavor) (*translation, error) {
	t := &translation{ruby: flavor == Ruby, names: map[string]int{}}
	spans := tokens.FindAllStringIndex(expression, -1)
	for _, s := range spans {
		if x := expression[s[0]:s[1]]; strings.HasPrefix(x, "(?") && strings.HasSuffix(x, ")") || strings.HasSuffix(x, ":") && len(x) > 3 {
			on, _, _ := strings.Cut(x, "-")
			t.all, t.multi = t.all || strings.Contains(on, "s"), t.multi || strings.Contains(on, "m")
		}
	}
	for _, s := range spans {
		token := expression[s[0]:s[1]]
		out, wrong := t.outside, ""
		if t.class > 0 {
			out = t.inside
		}
		if wrong = out(token); wrong != "" {
			return nil, &Mistake{wrong, utf8.RuneCountInString(expression[:s[0]])}
		}
	}
	if t.class > 0 {
		return nil, &Mistake{"] is missing", utf8.RuneCountInString(expression)}
	}
	return t, nil
}

// inside writes what stands in a class; it says what is wrong.
func (t *translation) inside(token string) string {
	t.class++
	switch {
	case token == "]" && (t.class > 2):
		t.class = 0
	case token == "^" && t.class == 2:
		t.class-- // a bracket behind it is a character too
	case token == "&&":
		return "classes that meet (&&) are not supported: write (?=[…])[…]"
	case strings.HasPrefix(token, "[:") && t.ruby:
		if set, ok := brackets[token]; ok {
			token = set
		}
	case strings.HasPrefix(token, "["):
		return `a class in a class is not supported: write \[ for the character`
	default:
		return t.escaped(token, true)
	}
	t.write(token, token)
	return ""
}

func (t *translation) outside(token string) string {
	same := token
	switch {
	case token == "[":
		t.class = 1
	case token == "(":
		t.groups++
	case token == "." && !t.ruby && !t.all:
		same = `[^\n\r\x{85}\x{2028}\x{2029}]`
	case token == "^" && t.ruby:
		same = `(?m:^)`
	case token == "^" && t.multi:
		return t.end(`(?m:^)`, `(?:(?:\A|(?<=[\n\x{85}\x{2028}\x{2029}]|\r(?!\n)))(?!\z))`)
	case token == "$" && t.ruby:
		same = `(?m:$)`
	case token == "$" && t.multi:
		return t.end(`(?m:$)`, `(?=[\r\x{85}\x{2028}\x{2029}]|(?<!\r)\n|\z)`)
	case token == "$", token == `\Z`:
		return t.end(`\z`, atEnd)
	case token == `\b` && t.ruby:
		t.words = true
		t.write(token, `(?:(?<=`+letters+`)(?!`+letters+`)|(?<!`+letters+`)(?=`+letters+`))`)
		return ""
	case token == `\B` && t.ruby:
		t.words = true
		t.write(token, `(?:(?<=`+letters+`)(?=`+letters+`)|(?<!`+letters+`)(?!`+letters+`))`)
		return ""
	case token == `\b`:
		t.write(token, `(?:(?<=\w)(?!\w)|(?<!\w)(?=\w))`)
		return ""
	case token == `\B`:
		t.write(token, `(?:(?<=\w)(?=\w)|(?<!\w)(?!\w))`)
		return ""
	case token == `\R`:
		same = `(?:\r\n|[\n-\r\x{85}\x{2028}\x{2029}])`
	case strings.HasPrefix(token, `\k<`):
		if _, ok := t.names[token[3:len(token)-1]]; !ok {
			return "there is no such group before " + token
		}
	case len(token) == 2 && token >= `\1` && token <= `\9`:
		if int(token[1]-'0') > t.groups {
			return "there is no such group before " + token
		}
		same = "(?:" + token + ")"
	case strings.HasPrefix(token, "{"):
		return t.times(token)
	case strings.HasPrefix(token, "("):
		return t.group(token)
	default:
		return t.escaped(token, false)
	}
	t.write(same, same)
	return ""
}

// group is an opening bracket that says what the group is.
func (t *translation) group(token string) string {
	name, named := strings.CutPrefix(strings.Replace(token, "P<", "<", 1), "(?<")
	switch {
	case token == "(?=", token == "(?!", token == "(?<=", token == "(?<!", token == "(?>":
	case strings.HasPrefix(token, "(?#") && t.ruby:
		return ""
	case named && strings.HasSuffix(token, ">"):
		t.groups++
		if name = strings.TrimSuffix(name, ">"); t.names[name] > 0 {
			return "there is a group " + name + " already"
		}
		t.names[name] = t.groups
		token = "(?P<" + name + ">"
	case strings.HasSuffix(token, ":"), strings.HasSuffix(token, ")"):
		if t.ruby {
			token = strings.ReplaceAll(token, "m", "s")
		}
		// Which letters are letters (u, U) and which ends are lines' (d) is settled.
		if token = strings.NewReplacer("u", "", "U", "", "d", "").Replace(token); token == "(?)" {
			return ""
		}
	default:
		return token + " is not supported"
	}
	t.write(token, token)
	return ""
}

// times is how often something comes.
func (t *translation) times(token string) string {
	switch {
	case t.ruby && strings.HasSuffix(token, "+"):
		return token + " repeats a repeat: write (?:…)+"
	case t.ruby && strings.HasPrefix(token, "{,") && len(token) > 3:
		token = "{0" + token[1:]
	case token == "{", token == "{}", strings.HasPrefix(token, "{,"):
		if !t.ruby {
			return `{ is no number of times: write \{ for the character`
		}
		token = regexp.QuoteMeta(token)
	}
	t.write(token, token)
	return ""
}

// escaped writes a character, or what a backslash begins.
func (t *translation) escaped(token string, inside bool) string {
	letter := strings.ToLower(token)
	set, known := escapes[letter]
	none := known && letter != token
	switch {
	case t.ruby && letter == `\h`:
		set = `0-9a-fA-F`
	case t.ruby && letter == `\v`:
		known = false
	case strings.HasPrefix(letter, `\p{`):
		name := strings.Trim(token[3:], "^}")
		none = (token[1] == 'P') != strings.HasPrefix(token[3:], "^")
		if known = true; strings.Contains(posix, " "+strings.ToLower(name)+" ") {
			set = "[:" + strings.ToLower(name) + ":]"
		} else {
			set = `\p{` + strings.Replace(strings.TrimPrefix(name, "Is"), "Alphabetic", "L", 1) + "}"
		}
	case strings.HasPrefix(token, `\Q`) && !t.ruby:
		token = regexp.QuoteMeta(strings.TrimSuffix(token[2:], `\E`))
	case token == `\`:
		return `it ends in \`
	case len(token) == 2 && token[0] == '\\' && strings.Contains("gGkKNXCEijlmoqyYLIJMOTF", token[1:]):
		return token + " is not supported"
	}
	switch {
	case !known, none && inside && letter == `\s`:
	case !none && inside:
		token = set
	case !inside:
		token = map[bool]string{false: "[", true: "[^"}[none] + set + "]"
	case set[0] == '[':
		token = "[:^" + set[2:]
	case set[0] == '\\' && set[1] == 'p':
		token = `\P` + set[2:]
	default:
		return token + " is not supported within brackets"
	}
	t.write(token, token)
	return ""
}
