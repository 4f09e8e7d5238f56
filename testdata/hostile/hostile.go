// Package hostile makes what an attacker, a careless tool or a broken disk puts in front of a loader, always the same, and says what
// must come of each: nothing is dropped in silence, nothing costs more than itself, and memory stays bounded. The numbers (C1, C2 …)
// are the corpus's own, so that a failing test names its entry.
package hostile

import (
	"io"
	"strings"
	"sync"
)

// Input is a file, and what must come of it: how many records are accepted, quarantined, blank and skipped, and what is remarked on.
type Input struct {
	Name string
	Data []byte

	Accepted, Quarantined, Blank, Skipped int // Quarantined is -1 where it is for the code alone to say

	Code    string   // of the first or the last record in quarantine
	Refused string   // the code with which the whole file is refused
	Flags   []string // what is remarked on in accepted records, in the order of event.Flags
}

// The codes, as they stand in quarantine.
const (
	codeStream  = "CB-L001"
	codeBomb    = "CB-L002"
	codeBinary  = "CB-L003"
	codeJSON    = "CB-L010"
	codeLong    = "CB-L011"
	codeEnds    = "CB-L012"
	codeUnknown = "CB-L014"
)

// The remarks.
const (
	controls   = "control characters"
	nul        = "NUL character"
	hidden     = "hidden characters"
	encoding   = "invalid UTF-8"
	duplicates = "duplicate keys"
	tooLarge   = "number out of range"
	asText     = "number as text"
	comma      = "trailing comma"
	noZone     = "time without zone"
	badTime    = "unreadable time"
	transcoded = "converted to UTF-8"
	wrongType  = "field of wrong type"
)

// Inputs are all files that fit in memory many times. Nobody may change them.
var Inputs = sync.OnceValue(func() []Input {
	var all []Input
	for _, some := range [][]Input{texts(), terminals(), shapes(), packings(), values(), forms()} {
		all = append(all, some...)
	}
	return all
})

// Record is a Bedrock record with a text in its prompt, as JSON writes it.
func Record(prompt string) string {
	return `{"schemaType":"ModelInvocationLog","timestamp":"2026-03-01T10:00:00Z","accountId":"1","identity":{"arn":"arn:aws:iam::1:user/kim"},"requestId":"r","operation":"InvokeModel","modelId":"m.x","input":{"inputBodyJson":{"prompt":"` +
		prompt + `"},"inputTokenCount":1}}`
}

var record = Record("hello")

// one is a record that is accepted.
func one(name, record string, flags ...string) Input {
	return Input{Name: name, Data: []byte(record + "\n"), Accepted: 1, Flags: flags}
}

// bad is a record that goes to quarantine, between two that do not.
func bad(name, line, code string) Input {
	return Input{Name: name, Data: []byte(record + "\n" + line + "\n" + record + "\n"), Accepted: 2, Quarantined: 1, Code: code}
}

func with(old, new string) string { return strings.Replace(record, old, new, 1) }

// Stream is a file that nobody has to hold: parts, each so many times.
type Stream struct {
	Name  string
	parts []string
	times []int

	Accepted, Quarantined, Blank int // Quarantined is -1 where it is for the code alone to say
	Code                         string
}

// Size is how long the file is.
func (s *Stream) Size() int64 {
	var n int64
	for i, p := range s.parts {
		n += int64(len(p)) * int64(s.times[i])
	}
	return n
}

// Open reads the file from its beginning.
func (s *Stream) Open() io.Reader {
	return &repeated{parts: s.parts, times: append([]int(nil), s.times...)}
}

type repeated struct {
	parts []string
	times []int
	rest  string
}

func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) {
		switch {
		case r.rest != "":
			k := copy(p[n:], r.rest)
			n, r.rest = n+k, r.rest[k:]
		case len(r.parts) == 0:
			if n == 0 {
				err = io.EOF
			}
			return n, err
		case r.times[0] == 0:
			r.parts, r.times = r.parts[1:], r.times[1:]
		default:
			r.times[0]--
			r.rest = r.parts[0]
		}
	}
	return n, nil
}

// Streams are files larger than they should be.
func Streams() []Stream {
	r, mega := record, strings.Repeat("a", 1<<20)
	body := Record(strings.Repeat("All work and no play. ", 5000))
	return []Stream{
		{"C21 a line of 100 MB", []string{r + "\n", `{"a":"`, mega, "\"}\n", r + "\n"}, []int{1, 1, 100, 1, 1}, 2, 1, 0, codeLong},
		{"C21 without its end", []string{r + "\n", `{"a":"`, mega, "\n" + r + "\n"}, []int{1, 1, 40, 1}, 2, 1, 0, codeLong},
		{"C21 a long line of words", []string{r + "\n", mega, "\n" + r + "\n"}, []int{1, 40, 1}, 2, 1, 0, codeLong},
		{"C22 empty lines", []string{"\n", r}, []int{10_000_000, 1}, 1, 0, 10_000_000, ""},
		{"C26 brackets without end", []string{"[", "\n" + r + "\n"}, []int{4 << 20, 1}, 0, -1, 0, ""},
		{"C26 brackets in a record", []string{r + "\n", `{"a":`, "[", "\n", r + "\n"}, []int{1, 1, 1 << 20, 1, 1}, 2, 1, 0, codeJSON},
		{"C29 a million keys", []string{r + "\n", `{"schemaType":"ModelInvocationLog"`, `,"k":1`, "}\n" + r}, []int{1, 1, 1_000_000, 1}, 2, 1, 0, codeJSON},
		{"C30 a long record, then a broken line", []string{r + "\n", r[:len(r)-3], mega, "\"}}\n", `{"a":{"b":` + "\n", r + "\n", "\n"},
			[]int{1, 1, 6, 1, 1, 3, 2}, 4, 2, 2, codeJSON},
		{"C47 one array", []string{"[" + r, "," + r, "]"}, []int{1, 79_999, 1}, 80_000, 0, 0, ""},
		{"C47 one envelope", []string{`{"records": [` + r, ",\n" + r, "]}"}, []int{1, 79_999, 1}, 80_000, 0, 0, ""},
		{"C47 an array of a gigabyte", []string{"[" + r, "," + body, "]"}, []int{1, 10_000, 1}, 10_001, 0, 0, ""},
		{"C47 a giant in an array", []string{"[" + r + `,{"a":"`, mega, `"},` + r + "]"}, []int{1, 20, 1}, 2, 1, 0, codeLong},
	}
}
