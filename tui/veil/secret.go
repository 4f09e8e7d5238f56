// Package veil keeps what should not be read by the way out of what is shown and written: secrets that stand in logged texts, and, where
// a store says so, the prompts and answers themselves. It never touches the evidence, and queries see everything.
package veil

import (
	"strings"
)

// A secret is what opens something for whoever reads it. Names that only identify (an AWS access key's id, a user, an e-mail address) are
// no secrets: an investigation is about them. Each kind is told by a form of its own; a word like "password" counts only with a value.

// Secret is where a text holds one.
type Secret struct {
	From, To int
	Kind     string
	// Tail is how much of its end is shown, so that two of them are told apart and their owner knows which one to revoke.
	Tail int
}

// Mask is a text with its secrets replaced by their kind; the same text where it has none.
func Mask(text string) string {
	found := Secrets(text)
	if len(found) == 0 {
		return text
	}
	var b strings.Builder
	at := 0
	for _, s := range found {
		b.WriteString(text[at:s.From])
		b.WriteString("[masked " + s.Kind)
		if s.Tail > 0 {
			b.WriteString(" .." + text[s.To-s.Tail:s.To])
		}
		b.WriteByte(']')
		at = s.To
	}
	b.WriteString(text[at:])
	return b.String()
}

// Secrets finds the secrets of a text, in order. It looks at every byte once: prompts are megabytes long.
func Secrets(text string) []Secret {
	var found []Secret
	end := 0 // of the last one
	for i := 0; i < len(text); i++ {
		c := text[i]
		if !starts[c] || wordly[c] && i > 0 && wordly[text[i-1]] && c != '-' {
			continue // most of a text is the middles of words
		}
		var s Secret
		switch {
		case c == '=' || c == ':':
			s = named(text, i)
		case c == '@':
			s = inURL(text, i)
		case c == '-':
			s = pem(text, i)
		case c == 'B' || c == 'b':
			s = bearer(text, i)
		case '0' <= c && c <= '9':
			s = card(text, i)
		default:
			s = key(text, i)
		}
		if s.To > s.From && s.From >= end {
			found = append(found, s)
			end, i = s.To, s.To-1
		}
	}
	return found
}

// keyForms are how keys begin that carry their vendor's mark, and how long what follows is at the least.
var keyForms = []struct {
	begin string
	least int
	kind  string
}{
	{"sk-", 20, "API key"}, {"sk_live_", 16, "API key"}, {"rk_live_", 16, "API key"}, {"AIza", 30, "API key"}, {"ya29.", 20, "token"}, {"hf_", 20, "token"},
	{"ghp_", 20, "token"}, {"gho_", 20, "token"}, {"ghu_", 20, "token"}, {"ghs_", 20, "token"}, {"ghr_", 20, "token"}, {"github_pat_", 20, "token"},
	{"glpat-", 16, "token"}, {"npm_", 20, "token"}, {"xoxb-", 16, "token"}, {"xoxp-", 16, "token"}, {"xoxa-", 16, "token"}, {"xoxs-", 16, "token"}, {"xapp-", 16, "token"},
	{"gsk_", 20, "API key"}, {"pplx-", 20, "API key"}, {"SG.", 30, "API key"}, {"eyJ", 20, "JWT"},
}

// starts are the characters that a secret, or what tells of one, begins with; wordly are those of words and keys.
var starts, wordly = func() (starts, wordly [256]bool) {
	for _, f := range keyForms {
		starts[f.begin[0]] = true
	}
	for _, c := range "=:@-Bb23456" {
		starts[c] = true
	}
	for _, c := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-" {
		wordly[c] = true
	}
	return starts, wordly
}()

// key is a key that begins at i with its vendor's mark.
func key(text string, i int) Secret {
	for _, f := range keyForms {
		if f.begin[0] != text[i] || !strings.HasPrefix(text[i:], f.begin) {
			continue
		}
		end := i + len(f.begin)
		dots := 0
		for end < len(text) && (wordly[text[end]] || text[end] == '.' && (f.kind == "JWT" || f.begin == "SG.")) {
			if text[end] == '.' {
				dots++
			}
			end++
		}
		if end-i-len(f.begin) < f.least || f.kind == "JWT" && dots < 2 {
			return Secret{}
		}
		return Secret{i, end, f.kind, 4}
	}
	return Secret{}
}

// bearer is the token behind "Bearer " or "Basic ", as headers have it.
func bearer(text string, i int) Secret {
	from := 0
	for _, word := range []string{"bearer ", "basic "} {
		if len(text)-i > len(word) && strings.EqualFold(text[i:i+len(word)], word) {
			from = i + len(word)
		}
	}
	if from == 0 {
		return Secret{}
	}
	end, mixed := from, 0
	for end < len(text) && (wordly[text[end]] || strings.IndexByte("./+=~", text[end]) >= 0) {
		if c := text[end]; '0' <= c && c <= '9' {
			mixed++
		}
		end++
	}
	if end-from < 20 || mixed == 0 {
		return Secret{} // a word of a sentence
	}
	return Secret{from, end, "token", 4}
}

// pem is a private key between its two lines; one that is cut off ends with the text.
func pem(text string, i int) Secret {
	const begin, end = "-----BEGIN ", "PRIVATE KEY-----"
	if !strings.HasPrefix(text[i:], begin) {
		return Secret{}
	}
	head := strings.Index(text[i:min(len(text), i+60)], end)
	if head < 0 {
		return Secret{}
	}
	rest := i + head + len(end)
	if stop := strings.Index(text[rest:], end); stop >= 0 {
		return Secret{i, rest + stop + len(end), "private key", 0}
	}
	return Secret{i, len(text), "private key", 0}
}

// names are what values are called that are secret whatever they look like.
var names = []string{"password", "passwd", "passphrase", "secret", "secret_access_key", "secretaccesskey", "secret_key", "secretkey", "client_secret", "clientsecret",
	"api_key", "api-key", "apikey", "access_token", "accesstoken", "auth_token", "refresh_token", "session_token", "sessiontoken", "private_key", "account_key", "accountkey",
	"sharedaccesskey", "sharedaccesssignature", "sig"}

// longestName and leastValue bound what is taken for a name and its secret.
const (
	longestName = 24
	leastValue  = 8
)

// named is the value of a name that says it is secret: name=value, "name": "value", also where the quotes are escaped.
func named(text string, i int) Secret {
	to := i
	for to > 0 && strings.IndexByte("\"'\\ ", text[to-1]) >= 0 && i-to < 4 {
		to--
	}
	from := to
	for from > 0 && wordly[text[from-1]] && to-from <= longestName {
		from--
	}
	if !secretName(text[from:to]) {
		return Secret{}
	}
	at := i + 1
	for at < len(text) && strings.IndexByte("\"'\\ =", text[at]) >= 0 && at-i < 6 {
		at++
	}
	end := at
	for end < len(text) && text[end] > ' ' && strings.IndexByte("\"'\\,;&<>(){}[]", text[end]) < 0 {
		end++
	}
	if end-at < leastValue || worded(text[from:to]) && !strings.ContainsAny(text[at:end], "0123456789") {
		return Secret{}
	}
	return Secret{at, end, "secret", 0}
}

// secretName tells whether a name ends in one of names, with nothing or a mark before it: AWS_SECRET_ACCESS_KEY, db-password.
func secretName(name string) bool {
	name = strings.ToLower(name)
	for _, n := range names {
		if rest, ok := strings.CutSuffix(name, n); ok && (rest == "" || rest[len(rest)-1] == '_' || rest[len(rest)-1] == '-') {
			return true
		}
	}
	return false
}

// worded tells whether a name is an ordinary word too: what follows it in a sentence has no digits.
func worded(name string) bool {
	return strings.EqualFold(name, "secret") || strings.EqualFold(name, "sig")
}

// inURL is the password of scheme://user:password@host, whose @ is at i.
func inURL(text string, i int) Secret {
	from := i
	for from > 0 && i-from < 200 && text[from-1] > ' ' && strings.IndexByte("/@:\"'<>", text[from-1]) < 0 {
		from--
	}
	if from == i || from == 0 || text[from-1] != ':' {
		return Secret{}
	}
	user := from - 1
	for user > 0 && from-user < 200 && text[user-1] > ' ' && strings.IndexByte("/@:\"'<>", text[user-1]) < 0 {
		user--
	}
	if user < 3 || text[user-3:user] != "://" {
		return Secret{}
	}
	return Secret{from, i, "password", 0}
}

// card is a payment card's number: 15 or 16 digits of a brand whose check digit is right, in one or in groups.
func card(text string, i int) Secret {
	if i > 0 && text[i-1] == '.' {
		return Secret{}
	}
	var digits [16]byte
	n, end := 0, i
	for ; end < len(text); end++ {
		switch c := text[end]; {
		case '0' <= c && c <= '9' && n < len(digits):
			digits[n] = c - '0'
			n++
			continue
		case (c == ' ' || c == '-') && n%4 == 0 && n > 0 && n < len(digits) && end+1 < len(text) && '0' <= text[end+1] && text[end+1] <= '9':
			continue
		}
		break
	}
	if n < 15 || end < len(text) && wordly[text[end]] || n == 15 && (digits[0] != 3 || digits[1] != 4 && digits[1] != 7) || n == 16 && digits[0] == 3 {
		return Secret{}
	}
	sum := 0
	for k := range n {
		d := int(digits[n-1-k])
		if k%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	if sum%10 != 0 {
		return Secret{}
	}
	return Secret{i, end, "card number", 4}
}
