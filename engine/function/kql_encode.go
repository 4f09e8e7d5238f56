package function

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"io"
	"maps"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"casebook/engine/column"
)

var kqlEncodings = []*Row{
	scalarRow("base64_encode_tostring(string) string", "a text in base 64", textual1(encode64)),
	scalarRow("base64_encodestring(string) string", "a text in base 64", textual1(encode64)),
	scalarRow("base64_decode_tostring(string) string", "the text that base 64 stands for", textual1(decode64)),
	scalarRow("base64_decodestring(string) string", "the text that base 64 stands for", textual1(decode64)),
	scalarRow("base64_decode_toarray(string) dynamic", "the bytes that base 64 stands for", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		b, err := base64.StdEncoding.DecodeString(plainText(a[0]))
		if err != nil {
			return nil
		}
		out := make([]any, len(b))
		for i, c := range b {
			out[i] = int64(c)
		}
		return out
	})),
	scalarRow("base64_encode_fromarray(array) string", "bytes in base 64", rowwise(column.String, func(_ *Env, a []any) any {
		l, ok := a[0].([]any)
		if !ok {
			return ""
		}
		b := make([]byte, len(l))
		for i, x := range l {
			n, ok := x.(int64)
			if !ok || n < 0 || n > 255 {
				return ""
			}
			b[i] = byte(n)
		}
		return base64.StdEncoding.EncodeToString(b)
	})),
	scalarRow("base64_encode_fromguid(guid) string", "a GUID's bytes in base 64", textual1(func(s string) string {
		b, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
		if err != nil || len(b) != 16 {
			return ""
		}
		return base64.StdEncoding.EncodeToString(swapGUID(b))
	})),
	scalarRow("base64_decode_toguid(string) guid", "the GUID whose bytes base 64 stands for", rowwise(column.GUID, func(_ *Env, a []any) any {
		b, err := base64.StdEncoding.DecodeString(plainText(a[0]))
		if err != nil || len(b) != 16 {
			return nil
		}
		g, ok := ParseGUID(hex.EncodeToString(swapGUID(b)))
		if !ok {
			return nil
		}
		return g
	})),
	scalarRow("hash_md5(notdynamic) string", "the MD5 of a value's text", hashed(func(b []byte) string { s := md5.Sum(b); return hex.EncodeToString(s[:]) })),
	scalarRow("hash_sha1(notdynamic) string", "the SHA-1 of a value's text", hashed(func(b []byte) string { s := sha1.Sum(b); return hex.EncodeToString(s[:]) })),
	scalarRow("hash_sha256(notdynamic) string", "the SHA-256 of a value's text", hashed(func(b []byte) string { s := sha256.Sum256(b); return hex.EncodeToString(s[:]) })),
	scalarRow("url_encode(string) string", "a text for the query of a URL", textual1(escapeURL)),
	scalarRow("url_encode_component(string) string", "a text for a part of a URL", textual1(func(s string) string { return strings.ReplaceAll(escapeURL(s), "+", "%20") })),
	scalarRow("url_decode(string) string", "a text out of a URL", textual1(func(s string) string {
		d, err := url.PathUnescape(s)
		if err != nil {
			return s
		}
		return d
	})),
	scalarRow("zlib_decompress_from_base64_string(string) string", "the text that is compressed in base 64", textual1(func(s string) string {
		return inflated(s, func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) })
	})),
	scalarRow("gzip_decompress_from_base64_string(string) string", "the text that is compressed in base 64", textual1(func(s string) string {
		return inflated(s, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })
	})),
	scalarRow("parse_csv(text) dynamic =first", "the fields of a line of CSV", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		r := csv.NewReader(strings.NewReader(plainText(a[0])))
		r.LazyQuotes, r.FieldsPerRecord = true, -1
		fields, err := r.Read()
		if err != nil {
			return nil
		}
		out := make([]any, len(fields))
		for i, f := range fields {
			out[i] = f
		}
		return out
	})),
	scalarRow("parse_url(string) dynamic", "the parts of a URL", rowwise(column.Dynamic, parseURL)),
	scalarRow("parseurl(string) dynamic", "the parts of a URL", rowwise(column.Dynamic, parseURL)),
	scalarRow("parse_urlquery(string) dynamic", "the parameters of a URL's query", parsedURLQuery), scalarRow("parseurlquery(string) dynamic", "the parameters of a URL's query", parsedURLQuery),
	scalarRow("parse_path(string) dynamic", "the parts of a file's path", rowwise(column.Dynamic, parsePath)),
	operatorRow("compare versions", "how two versions are ordered", rowwise(column.Long, compareVersions)),
	operatorRow("data size", "how many bytes a row's values take", dataSize),
}

// kqlWarning are the rows that warn.
var kqlWarning = []*Row{
	scalarRow("todecimal(scalar) decimal =first", "a value as a decimal number", convert(column.Decimal)),
	scalarRow("parse_version(string) decimal", "a version as a number that has its order", rowwise(column.Decimal, parseVersionNumber)),
}

// escapeURL writes what may not stand in a URL with small figures.
func escapeURL(s string) string {
	b := []byte(url.QueryEscape(s))
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], bytes.ToLower(b[i+1:i+3]))
		}
	}
	return string(b)
}

func encode64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func decode64(s string) string {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || !utf8.Valid(b) {
		return ""
	}
	return string(b)
}

// swapGUID changes between the order in which a GUID is written and the one in which its bytes are kept.
func swapGUID(b []byte) []byte {
	return append([]byte{b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6]}, b[8:]...)
}

func hashed(f func([]byte) string) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		t := args[0].Type
		return rowwise(column.String, func(_ *Env, a []any) any {
			if a[0] == nil || a[0] == "" {
				return ""
			}
			return f([]byte(Text(t, a[0])))
		})(env, args, n)
	}
}

// largestInflated keeps a small text from becoming a large one.
const largestInflated = 16 << 20

func inflated(s string, open func(io.Reader) (io.Reader, error)) string {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	r, err := open(bytes.NewReader(b))
	if err != nil {
		return ""
	}
	out, err := io.ReadAll(io.LimitReader(r, largestInflated))
	if err != nil || !utf8.Valid(out) {
		return ""
	}
	return string(out)
}

// urlParts are a URL's scheme, user and password, host, port, path, query and fragment. Without a password there is no user.
var urlParts = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.\-]*)://(?:([^:/?#@]*):([^/?#@]*)@)?(\[[^\]/?#]*\]|[^:/?#]*)(?::([^/?#]*))?(/[^?#]*)?(?:\?([^#]*))?(?:#(.*))?$`)

// parseURL takes a URL apart as it stands: nothing is decoded. What is no URL has the same parts, all of them empty.
func parseURL(_ *Env, a []any) any {
	text := plainText(a[0])
	m := urlParts.FindStringSubmatch(text)
	if m == nil {
		m = make([]string, 9)
	}
	path := m[6]
	if path == "/" && strings.HasSuffix(text, "/") && !strings.ContainsAny(text, "?#") {
		path = "" // a lone slash is a path only before a query or a fragment
	}
	o := column.NewObject()
	for _, part := range [][2]string{{"Scheme", m[1]}, {"Host", m[4]}, {"Port", m[5]}, {"Path", path}, {"Username", m[2]}, {"Password", m[3]}} {
		o.Set(part[0], part[1])
	}
	o.Set("Query Parameters", queryParameters(m[7]))
	o.Set("Fragment", m[8])
	return o
}

// queryParameters are the parameters that have a name and a value, in the order of the names; one that is repeated has an array.
func queryParameters(query string) any {
	values := map[string]any{}
	for _, pair := range strings.Split(query, "&") {
		k, v, _ := strings.Cut(pair, "=")
		if k == "" || v == "" {
			continue
		}
		switch before := values[k].(type) {
		case nil:
			values[k] = v
		case []any:
			values[k] = append(before, v)
		default:
			values[k] = []any{before, v}
		}
	}
	o := column.NewObject()
	for _, k := range slices.Sorted(maps.Keys(values)) {
		o.Set(k, values[k])
	}
	return o
}

func parsePath(_ *Env, a []any) any {
	full := plainText(a[0])
	o := column.NewObject()
	scheme, rest := "", full
	if s, r, ok := strings.Cut(full, "://"); ok {
		scheme, rest = s, r
	}
	root := ""
	if i := strings.Index(rest, ":"); i == 1 {
		root = rest[:2]
	}
	stream := ""
	name := rest
	dir := ""
	if i := strings.LastIndexAny(rest, `/\`); i >= 0 {
		dir, name = rest[:i], rest[i+1:]
	}
	if i := strings.IndexByte(name, ':'); i >= 0 {
		name, stream = name[:i], name[i+1:]
	}
	parent := dir
	if i := strings.LastIndexAny(dir, `/\`); i >= 0 {
		parent = dir[i+1:]
	}
	extension := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		extension = name[i+1:]
	}
	for _, part := range [][2]string{{"Scheme", scheme}, {"RootPath", root}, {"DirectoryPath", dir}, {"DirectoryName", parent}, {"Filename", name},
		{"Extension", extension}, {"AlternateDataStreamName", stream}} {
		o.Set(part[0], part[1])
	}
	return o
}

// parseVersionNumber gives each of up to four parts eight figures.
func parseVersionNumber(env *Env, a []any) any {
	sum := versionNumber(plainText(a[0]))
	if sum == nil {
		return nil
	}
	f, accuracy := new(big.Float).SetInt(sum).Float64()
	if accuracy != big.Exact {
		env.Warn("parse_version keeps the first 15 figures of a version: compare parse_version(a) with parse_version(b) for all of them")
	}
	return f
}

// compareVersions is -1, 0 or 1, of all figures of two versions; null when one of them is none.
func compareVersions(_ *Env, a []any) any {
	x, y := versionNumber(plainText(a[0])), versionNumber(plainText(a[1]))
	if x == nil || y == nil {
		return nil
	}
	return int64(x.Cmp(y))
}

// versionNumber is up to four parts of up to eight figures each, one after the other; nil for what is no version.
func versionNumber(text string) *big.Int {
	parts := strings.Split(text, ".")
	if len(parts) > 4 {
		return nil
	}
	sum := new(big.Int)
	for i := range 4 {
		sum.Mul(sum, big.NewInt(100_000_000))
		if i >= len(parts) {
			continue
		}
		n, ok := parseInteger(parts[i])
		if !ok || n < 0 || n > 99_999_999 || len(parts[i]) > 8 {
			return nil
		}
		sum.Add(sum, big.NewInt(n))
	}
	return sum
}

// dataSize adds the bytes of texts to the fixed sizes of the other types.
func dataSize(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	fixed := map[column.Type]int64{column.Bool: 1, column.Int: 4, column.GUID: 16, column.Decimal: 16}
	return rowwise(column.Long, func(_ *Env, a []any) any {
		total := int64(0)
		for k, x := range a {
			if args[k].Type == column.String {
				s, _ := x.(string)
				total += int64(len(s))
			} else if size, ok := fixed[args[k].Type]; ok {
				total += size
			} else {
				total += 8
			}
		}
		return total
	})(env, args, n)
}

var parsedURLQuery = rowwise(column.Dynamic, func(_ *Env, a []any) any {
	o := column.NewObject()
	o.Set("Query Parameters", queryParameters(strings.TrimPrefix(plainText(a[0]), "?")))
	return o
})
