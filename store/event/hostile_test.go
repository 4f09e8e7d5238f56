package event

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
)

// What an attacker, a careless tool or a broken disk puts in front of a loader. Each input says what must come of it: how
// many records are accepted, rejected, blank and skipped, the code of the first rejection, and flags that some event
// must carry. refused is the code with which the whole file is refused.
type hostileInput struct {
	name                               string
	data                               []byte
	accepted, rejected, blank, skipped int
	code                               string
	flags                              Flags
	refused                            string
}

// invocation is a Bedrock record with a text in its prompt, as JSON writes it.
func invocationOf(prompt string) string {
	return `{"schemaType":"ModelInvocationLog","timestamp":"2026-03-01T10:00:00Z","accountId":"1","identity":{"arn":"arn:aws:iam::1:user/kim"},"requestId":"r","operation":"InvokeModel","modelId":"m.x","input":{"inputBodyJson":{"prompt":"` +
		prompt + `"},"inputTokenCount":1}}`
}

func zipped(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Name = "../../etc/x\x1b[2J"
	_, _ = z.Write(data)
	_ = z.Close()
	return b.Bytes()
}

func wide(order binary.ByteOrder, s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, 0, 0)
		order.PutUint16(b[len(b)-2:], u)
	}
	return b
}

func wider(s string) []byte {
	b := []byte{0xff, 0xfe, 0, 0}
	for _, r := range s {
		b = binary.LittleEndian.AppendUint32(b, uint32(r))
	}
	return b
}

func hostile() []hostileInput {
	r := invocationOf("hello")
	one := func(name, record string, flags Flags) hostileInput {
		return hostileInput{name: name, data: []byte(record + "\n"), accepted: 1, flags: flags}
	}
	bad := func(name, record, code string) hostileInput {
		return hostileInput{name: name, data: []byte(r + "\n" + record + "\n" + r + "\n"), accepted: 2, rejected: 1, code: code}
	}
	tokens := func(n string) string { return strings.Replace(r, `"inputTokenCount":1`, `"inputTokenCount":`+n, 1) }
	timed := func(t string) string { return strings.Replace(r, "2026-03-01T10:00:00Z", t, 1) }
	pz := zipped([]byte(strings.Repeat(r+"\n", 200)))
	var z bytes.Buffer
	enc, _ := zstd.NewWriter(&z)
	_, _ = enc.Write([]byte(r + "\n"))
	_ = enc.Close()
	controls := ""
	for c := range 0x20 {
		controls += fmt.Sprintf(`\u%04x`, c)
	}
	return []hostileInput{
		// Encoding
		one("C1 byte order mark", "\ufeff"+r, 0),
		{name: "C1 marks in the middle", data: []byte("\ufeff" + r + "\n\ufeff" + r + "\n\ufeff{\n" + r[1:] + "\n"), accepted: 2, rejected: 2, code: CodeEnds},
		{name: "C1 marks between values", data: []byte("\ufeff{\n" + r[1:] + "\n\ufeff{\n" + r[1:] + "\n"), accepted: 2},
		{name: "C2 UTF-16LE", data: wide(binary.LittleEndian, "\ufeff"+r+"\r\n"+r), accepted: 2, flags: Transcoded},
		{name: "C3 UTF-16BE without a mark", data: wide(binary.BigEndian, r+"\n"), accepted: 1, flags: Transcoded},
		{name: "C4 UTF-32", data: wider(r + "\n"), accepted: 1, flags: Transcoded},
		one("C5 Latin-1", invocationOf("caf\xe9"), Encoding),
		one("C6 no UTF-8", invocationOf("\xff\xfe\xc0\xaf"), Encoding),
		one("C7 overlong", invocationOf("\xc0\x80"), Encoding),
		one("C8 surrogate pair as CESU-8", invocationOf("\xed\xa0\xbd\xed\xb8\x80"), Encoding),
		one("C8 lone surrogate", invocationOf(`\ud800`), Encoding),
		one("C8 lone low surrogate", invocationOf(`\udc00x`), Encoding),
		{name: "C9 CRLF", data: []byte(r + "\r\n" + r + "\r\n\r\n"), accepted: 2, blank: 1},
		{name: "C9 CR only", data: []byte(r + "\r" + r + "\r"), accepted: 2},
		one("C9 line separator in a text", invocationOf("a\u2028b"), Hidden),
		bad("C9 form feed between records", "\f"+r, CodeUnknown),
		bad("C10 raw NUL", invocationOf("a\x00EVIL"), CodeJSON),
		one("C10 escaped NUL", invocationOf(`abc\u0000EVIL`), NUL),
		// Terminal
		one("C11 every C0 escaped", invocationOf(controls), Controls|NUL),
		bad("C11 raw ESC", invocationOf("\x1b[2J"), CodeJSON),
		one("C11 C1 as UTF-8", invocationOf("\u009b2J"), Controls),
		one("C12 OSC 52 without an end", invocationOf(`\u001b]52;c;ZXZpbA==`), Controls),
		one("C13 cursor reports", invocationOf(`\u001b[6n\u001b[18t`), Controls),
		one("C14 DCS at the end of a field", invocationOf(`\u001bP`), Controls),
		one("C15 bidirectional override", invocationOf("\u202egpj.exe"), Hidden),
		one("C15 escaped override", invocationOf(`\u202egpj.exe`), Hidden),
		one("C16 tag characters", invocationOf("\U000e0069\U000e0067"), Hidden),
		one("C16 tag characters escaped", invocationOf(`\udb40\udc69`), Hidden),
		one("C17 zero-width split", invocationOf("pass\u200bword"), Hidden),
		one("C18 marks and families", invocationOf("e"+strings.Repeat("\u0301", 1000)+strings.Repeat("👨\u200d👩\u200d👧", 50)), Hidden),
		one("C19 overwriting", invocationOf(`malicious\rbenign\b\b`), Controls),
		one("C20 a fake log line", invocationOf(`x\n╔═══╗ VERDICT benign - saved`), 0),
		// Size and shape
		{name: "C24 empty", data: []byte{}},
		{name: "C24 one byte", data: []byte("{"), rejected: 1, code: CodeEnds},
		{name: "C24 white space", data: []byte("   "), blank: 1},
		{name: "C24 only a mark", data: []byte("\ufeff")},
		{name: "C25 cut last line", data: []byte(r + "\n" + r[:len(r)-20]), accepted: 1, rejected: 1, code: CodeEnds},
		one("C26 depth 100", invocationOf(`","deep":`+strings.Repeat("[", 100)+strings.Repeat("]", 100)+`,"x":"`), 0),
		bad("C26 depth 10,000", invocationOf(`","deep":`+strings.Repeat("[", 10000)+strings.Repeat("]", 10000)+`,"x":"`), CodeJSON),
		one("C27 repeated keys", strings.Replace(r, `"modelId"`, `"modelId":"old","modelId"`, 1), DuplicateKeys),
		one("C27 repeated keys in a body", invocationOf(`","prompt":"x`), DuplicateKeys),
		one("C28 keys in another case", strings.Replace(r, `{"schemaType"`, `{"errorCode":"AccessDeniedException","ERRORCODE":"","schemaType"`, 1), 0),
		one("C30 a prompt that is a log line", invocationOf(strings.ReplaceAll(r, `"`, `\"`)), 0),
		// Compression
		{name: "C33 cut gzip", data: pz[:len(pz)/2], rejected: -1, code: CodeStream},
		{name: "C34 bad checksum", data: append(append([]byte{}, pz[:len(pz)-6]...), 1, 2, 3, 4, 5, 6), accepted: 200, rejected: 1, code: CodeStream},
		{name: "C35 several members", data: append(append([]byte{}, pz...), pz...), accepted: 400},
		{name: "C36 garbage after it", data: append(append([]byte{}, pz...), "garbage that is no gzip"...), accepted: 200, rejected: 1, code: CodeStream},
		{name: "C32 packed twice", data: zipped(pz), refused: CodeBinary},
		{name: "C38 zip", data: []byte("PK\x03\x04rest"), refused: CodeBinary},
		{name: "C38 bzip2", data: []byte("BZh91AY&SY"), refused: CodeBinary},
		{name: "C38 zstd", data: z.Bytes(), accepted: 1},
		// Numbers and times
		one("C39 2^53+1", tokens("9007199254740993"), 0),
		one("C39 2^63", tokens("9223372036854775808"), Range),
		one("C39 1e400", tokens("1e400"), Range),
		one("C39 1.0", tokens("1.0"), 0),
		one("C39 a number as text", tokens(`"12"`), NumberAsText),
		one("C39 a list", tokens("[]"), WrongType),
		bad("C39 NaN", tokens("NaN"), CodeJSON),
		bad("C39 leading zero", tokens("01"), CodeJSON),
		bad("C39 hexadecimal", tokens("0x10"), CodeJSON),
		one("C41 no zone", timed("2026-03-01T10:00:00"), NoZone),
		one("C41 a distant zone", timed("2026-03-02T00:00:00+14:00"), 0),
		one("C41 a zone by name", timed("2026-03-02T00:00:00 Europe/Berlin"), BadTime),
		one("C42 30th of February", timed("2026-02-30T10:00:00Z"), BadTime),
		one("C42 leap second", timed("2016-12-31T23:59:60Z"), 0),
		one("C42 year 9999", timed("9999-12-31T23:59:59Z"), BadTime),
		one("C42 year 0", timed("0000-01-01T00:00:00Z"), BadTime),
		one("C43 ten years ahead", timed("2036-03-01T10:00:00Z"), 0),
		// Mixed forms
		{name: "C44 vendors mixed", data: []byte(r + "\n" + requestResponse + "\n" + completionItem + "\n" + trail + "\n" + agentEvent + "\n" + azureTrace + "\n"), accepted: 5, skipped: 1},
		{name: "C45 laid out over lines", data: []byte(strings.NewReplacer(",", ",\n  ", "{", "{\n ").Replace(r) + "\n" + strings.ReplaceAll(r, ",", ",\n")), accepted: 2},
		{name: "C46 without line ends", data: []byte(r + r + r), accepted: 3},
		{name: "C47 an array", data: []byte("[" + r + ",\n" + r + "]"), accepted: 2},
		{name: "C47 an envelope cut short", data: []byte(`{"records":[` + r + "," + requestResponse + "," + r[:50]), accepted: 2, rejected: 1, code: CodeEnds},
		{name: "C48 a web page", data: []byte("<html>\n<body>503</body>\n</html>\n"), rejected: 3, code: CodeUnknown},
		{name: "C48 syslog between records", data: []byte("Mar  1 10:00:00 host x: y\n" + r + "\n"), accepted: 1, rejected: 1, code: CodeUnknown},
		{name: "C48 a picture", data: []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), refused: CodeBinary},
		bad("C49 comment", `{"a":1 /* no */}`, CodeJSON),
		bad("C49 single quotes", `{'a':1}`, CodeJSON),
		one("C49 trailing comma", r[:len(r)-1]+",}", TrailingComma),
		bad("C50 no known field", `{"hello":"world"}`, CodeUnknown),
		bad("C50 an empty object", `{}`, CodeUnknown),
		bad("C64 a formula", `=HYPERLINK("http://x","y")`, CodeUnknown),
		{name: "a control message", data: []byte(`{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE"}]}` + "\n" + r), accepted: 1, skipped: 1},
	}
}

func TestHostile(t *testing.T) {
	for _, h := range hostile() {
		t.Run(h.name, func(t *testing.T) {
			reader, err := NewReader(bytes.NewReader(h.data), Reading{})
			if h.refused != "" {
				var why *Reject
				if !errors.As(err, &why) || why.Code != h.refused {
					t.Fatalf("opened with %v, want it refused with %s", err, h.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			records, err := readAll(reader)
			if err != nil {
				t.Fatal(err)
			}
			tile(t, records)
			h.check(t, records)
		})
	}
}

func (h hostileInput) check(t *testing.T, records []Record) {
	t.Helper()
	rejected := of(records, Rejected)
	a, b, s := len(of(records, Accepted)), 0, len(of(records, Skipped))
	for _, r := range of(records, Blank) {
		b += int(r.Lines)
	}
	if h.rejected >= 0 && (a != h.accepted || len(rejected) != h.rejected) || b != h.blank || s != h.skipped {
		t.Errorf("%d accepted, %d rejected, %d blank, %d skipped; want %d, %d, %d, %d", a, len(rejected), b, s, h.accepted, h.rejected, h.blank, h.skipped)
	}
	if h.code != "" && (len(rejected) == 0 || rejected[0].Reject.Code != h.code && rejected[len(rejected)-1].Reject.Code != h.code) {
		t.Errorf("no rejection %s among %d", h.code, len(rejected))
	}
	for _, r := range rejected {
		if r.Reject.Reason == "" || r.Line < 1 {
			t.Errorf("rejected without a reason or a line: %+v", r)
		}
		if h.code == "" {
			t.Errorf("line %d: %v", r.Line, &r.Reject)
		}
	}
	var flags Flags
	for _, r := range of(records, Accepted) {
		flags |= r.Event.Flags
	}
	if flags != h.flags {
		t.Errorf("flagged %v, want %v", flags.Names(), h.flags.Names())
	}
}
