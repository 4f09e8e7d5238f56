package function

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"hash"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

var hashes = map[string]func() hash.Hash{
	"MD5": md5.New, "SHA": sha1.New, "SHA-1": sha1.New, "SHA1": sha1.New, "SHA-224": sha256.New224, "SHA-256": sha256.New,
	"SHA-384": sha512.New384, "SHA-512": sha512.New, "SHA-512/224": sha512.New512_224, "SHA-512/256": sha512.New512_256,
}

func digest(algorithm, s string) string {
	h := hashes[algorithm]()
	h.Write([]byte(s))
	return hex.EncodeToString(h.Sum(nil))
}

var esqlEncode = []*Row{
	text1("md5", "the MD5 digest in hexadecimal", func(s string) string { return digest("MD5", s) }),
	text1("sha1", "the SHA-1 digest in hexadecimal", func(s string) string { return digest("SHA-1", s) }),
	text1("sha256", "the SHA-256 digest in hexadecimal", func(s string) string { return digest("SHA-256", s) }),
	scalar("hash", "the digest by a named algorithm, in hexadecimal", Map2(str, func(env *Env, algorithm, s string) (string, bool) {
		name := strings.ToUpper(algorithm)
		if hashes[name] == nil {
			return overflow[string](env, "java.security.NoSuchAlgorithmException: "+algorithm+" MessageDigest not available")
		}
		return digest(name, s), true
	}), str, str, str),
	text1("to_base64", "the text in base 64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }),
	scalar("from_base64", "the text that base 64 stands for", Map1(str, func(env *Env, s string) (string, bool) {
		b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
		if err != nil {
			return overflow[string](env, "java.lang.IllegalArgumentException: Illegal base64 character or length in ["+s+"]")
		}
		return string(b), true
	}), str, str),
	text1("url_encode", "the text as part of a query, blanks as +", func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2A", "*") }),
	text1("url_encode_component", "the text as part of an address, blanks as %20", func(s string) string {
		return strings.NewReplacer("+", "%20", "%7E", "~").Replace(url.QueryEscape(s))
	}),
	scalar("url_decode", "the text that an encoded one stands for", Map1(str, func(env *Env, s string) (string, bool) {
		out, err := url.QueryUnescape(s)
		if err != nil {
			return overflow[string](env, "java.lang.IllegalArgumentException: URLDecoder: Illegal hex characters in escape (%) pattern")
		}
		return wellFormed(out), true
	}), str, str),
	scalar("json_extract", "the value at a path of a JSON text", Map2(str, jsonExtract), str, str, str),
}

// wellFormed is bytes as a text: each start of a character that does not go on as one becomes the sign for that.
func wellFormed(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		b.WriteRune(r)
		if i += n; r != utf8.RuneError || n != 1 {
			continue
		}
		more, low, high := continued(s[i-1])
		for ; more > 0 && i < len(s) && s[i] >= low && s[i] <= high; more-- {
			i++
			low, high = 0x80, 0xbf
		}
	}
	return b.String()
}

// continued is how many bytes belong to a character behind its first, and between which the next of them lies.
func continued(first byte) (more int, low, high byte) {
	low, high = 0x80, 0xbf
	switch {
	case first == 0xe0:
		return 2, 0xa0, high
	case first == 0xed:
		return 2, low, 0x9f
	case first >= 0xe1 && first <= 0xef:
		return 2, low, high
	case first == 0xf0:
		return 3, 0x90, high
	case first >= 0xf1 && first <= 0xf3:
		return 3, low, high
	case first == 0xf4:
		return 3, low, 0x8f
	}
	return 0, low, high
}

// jsonExtract gives texts without quotes and everything else as compact JSON; what is not there, or null, is null.
func jsonExtract(env *Env, s, path string) (string, bool) {
	steps, ok := jsonPath(path)
	if !ok {
		return overflow[string](env, "java.lang.IllegalArgumentException: invalid JSON path ["+path+"]")
	}
	raw := json.RawMessage(s)
	if !json.Valid(raw) {
		return overflow[string](env, "java.lang.IllegalArgumentException: invalid JSON input")
	}
	for _, step := range steps {
		if i, err := strconv.Atoi(step.text); err == nil && step.index {
			var list []json.RawMessage
			if json.Unmarshal(raw, &list) != nil {
				return overflow[string](env, "java.lang.IllegalArgumentException: path ["+path+"] does not exist")
			}
			if i < 0 || i >= len(list) {
				return overflow[string](env, "java.lang.IllegalArgumentException: array index out of bounds")
			}
			raw = list[i]
			continue
		}
		value, ok := firstOf(raw, step.text)
		if !ok {
			return overflow[string](env, "java.lang.IllegalArgumentException: path ["+path+"] does not exist")
		}
		raw = value
	}
	var text string
	if json.Unmarshal(raw, &text) == nil && len(raw) > 0 && raw[0] == '"' {
		return text, true
	}
	compact := strings.TrimSpace(string(raw))
	return compact, compact != "null"
}

// firstOf is the value of a name in an object that is valid JSON. Of equal names the first counts, as in the vendor's engine,
// which reads no further.
func firstOf(object json.RawMessage, name string) (json.RawMessage, bool) {
	d := json.NewDecoder(bytes.NewReader(object))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, false
		}
		if key == name {
			return value, true
		}
	}
	return nil, false
}

type jsonStep struct {
	text  string
	index bool
}

// jsonPath reads "a.b[0]['c d']", with or without "$." before it.
func jsonPath(path string) (steps []jsonStep, ok bool) {
	p := strings.TrimPrefix(path, "$")
	for p != "" {
		switch p[0] {
		case '.':
			p = p[1:]
			if p == "" {
				return nil, false
			}
		case '[':
			end := strings.IndexByte(p, ']')
			if end < 0 {
				return nil, false
			}
			inner := p[1:end]
			if q := inner; len(q) >= 2 && (q[0] == '\'' || q[0] == '"') && q[len(q)-1] == q[0] {
				steps = append(steps, jsonStep{text: q[1 : len(q)-1]})
			} else if _, err := strconv.Atoi(q); err == nil {
				steps = append(steps, jsonStep{q, true})
			} else {
				return nil, false
			}
			p = p[end+1:]
		default:
			end := strings.IndexAny(p, ".[")
			if end < 0 {
				end = len(p)
			}
			steps = append(steps, jsonStep{text: p[:end]})
			p = p[end:]
		}
	}
	return steps, true
}
