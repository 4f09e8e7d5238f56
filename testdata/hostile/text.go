package hostile

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

func texts() []Input {
	return []Input{
		one("C1 byte order mark", "\ufeff"+record),
		{Name: "C1 marks in the middle", Data: []byte("\ufeff" + record + "\n\ufeff" + record + "\n\ufeff{\n" + record[1:] + "\n"), Accepted: 2, Quarantined: 2, Code: codeEnds},
		{Name: "C1 marks between values", Data: []byte("\ufeff{\n" + record[1:] + "\n\ufeff{\n" + record[1:] + "\n"), Accepted: 2},
		{Name: "C2 UTF-16LE", Data: wide(binary.LittleEndian, "\ufeff"+record+"\r\n"+record), Accepted: 2, Flags: []string{transcoded}},
		{Name: "C3 UTF-16BE without a mark", Data: wide(binary.BigEndian, record+"\n"), Accepted: 1, Flags: []string{transcoded}},
		{Name: "C2 UTF-16LE that ends in half a character", Data: append(wide(binary.LittleEndian, "\ufeff"+record+"\n"+record+"\n"), 'x'), Accepted: 2, Quarantined: 1, Code: codeUnknown, Flags: []string{transcoded}},
		{Name: "C2 UTF-16LE with half a surrogate pair", Data: append(append(wide(binary.LittleEndian, "\ufeff"+record[:len(record)-27]), 0, 0xd8), wide(binary.LittleEndian, record[len(record)-27:])...), Accepted: 1, Flags: []string{transcoded}},
		{Name: "C4 UTF-32", Data: wider(record + "\n"), Accepted: 1, Flags: []string{transcoded}},
		one("C5 Latin-1", Record("caf\xe9"), encoding),
		one("C6 no UTF-8", Record("\xff\xfe\xc0\xaf"), encoding),
		one("C7 overlong", Record("\xc0\x80"), encoding),
		one("C8 surrogate pair as CESU-8", Record("\xed\xa0\xbd\xed\xb8\x80"), encoding),
		one("C8 lone surrogate", Record(`\ud800`), encoding),
		one("C8 lone low surrogate", Record(`\udc00x`), encoding),
		{Name: "C9 CRLF", Data: []byte(record + "\r\n" + record + "\r\n\r\n"), Accepted: 2, Blank: 1},
		{Name: "C9 CR only", Data: []byte(record + "\r" + record + "\r"), Accepted: 2},
		{Name: "C9 every line end in one file", Data: []byte(record + "\r\n" + record + "\n" + record + "\r" + record + "\n\r\n\r"), Accepted: 4, Blank: 2},
		{Name: "C9 line separators between records", Data: []byte(record + "\u2028" + record + "\u2029" + record + "\n"), Accepted: 1, Quarantined: 1, Code: codeUnknown},
		one("C9 line separator in a text", Record("a\u2028b"), hidden),
		bad("C9 form feed between records", "\f"+record, codeUnknown),
		one("C9 next line in a text", Record("a\u0085b"), controls),
		bad("C10 raw NUL", Record("a\x00EVIL"), codeJSON),
		one("C10 escaped NUL", Record(`abc\u0000EVIL`), nul),
	}
}

// terminals are what acts on a terminal that shows it.
func terminals() []Input {
	control, eighth, raw := "", "", ""
	for c := range 0x20 {
		control += fmt.Sprintf(`\u%04x`, c)
		eighth += string([]byte{byte(0x80 + c)})
		if c != '\n' && c != '\r' {
			raw += Record(string(rune(c))) + "\n"
		}
	}
	sequences := ""
	for _, what := range []string{"0;evil", "2;evil", "4;1;rgb:00/00/00", "7;file://evil/", "8;;http://evil/", "9;evil", "10;#000000", "50;evil", "52;c;ZXZpbA==", "777;notify;evil;evil", "1337;File=inline=1:ZXZpbA=="} {
		for _, end := range []string{`\u0007`, `\u001b\\`, `\u009c`, ""} {
			sequences += `\u001b]` + what + end
		}
	}
	for _, what := range []string{"2J", "3J", "H", "6n", "18t", "21t", "?1049h", ">0q", "8;9999;9999t", "8m", "99999999b"} {
		sequences += `\u001b[` + what
	}
	for _, what := range []string{`Pq#0;2;0;0;0~-\u001b\\`, `P$qm\u001b\\`, `Ptmux;\u001b\u001b]52;c;ZXZpbA==\u0007\u001b\\`, `_Ga=T;ZXZpbA==\u001b\\`, `^evil\u001b\\`, `Xevil\u001b\\`, "c"} {
		sequences += `\u001b` + what
	}
	return []Input{
		one("C11 every C0 escaped", Record(control), controls, nul),
		bad("C11 raw ESC", Record("\x1b[2J"), codeJSON),
		{Name: "C11 every C0 raw", Data: []byte(raw), Quarantined: 30, Code: codeJSON},
		one("C11 every C1 as bytes", Record(eighth), encoding),
		one("C11 DEL", Record("\x7f")),
		one("C11 C1 as UTF-8", Record("\u009b2J"), controls),
		one("C12 OSC 52 without an end", Record(`\u001b]52;c;ZXZpbA==`), controls),
		one("C12 to C14 all that a terminal obeys", Record(sequences), controls),
		one("C12 in a user, a model, an error and an id", strings.NewReplacer("user/kim", `user/k\u001b[2Jim`, "m.x", `m.x\u001b]0;x\u0007`, `"requestId":"r"`, `"errorCode":"No\u001b[8mAccess","requestId":"r\u009b6n"`).Replace(record), controls),
		one("C13 cursor reports", Record(`\u001b[6n\u001b[18t`), controls),
		one("C14 DCS at the end of a field", Record(`\u001bP`), controls),
		one("C15 bidirectional override", Record("\u202egpj.exe"), hidden),
		one("C15 escaped override", Record(`\u202egpj.exe`), hidden),
		one("C15 every mark of direction", Record("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"), hidden),
		one("C16 tag characters", Record("\U000e0069\U000e0067"), hidden),
		one("C16 tag characters escaped", Record(`\udb40\udc69`), hidden),
		one("C17 zero-width split", Record("pass\u200bword"), hidden),
		one("C17 zero-width joiners", Record("pass\u200dwo\u200crd"), hidden),
		one("C17 soft hyphen and variation selectors", Record("pass\u00adwo\ufe0frd"), hidden),
		one("C18 other letters that look alike", Record("\u0440\u0430ssw\u043erd \uff50\uff41\uff53\uff53")),
		one("C18 marks and families", Record("e"+strings.Repeat("\u0301", 1000)+strings.Repeat("👨\u200d👩\u200d👧", 50)), hidden),
		one("C19 overwriting", Record(`malicious\rbenign\b\b`), controls),
		one("C20 a fake log line", Record(`x\n╔═══╗ VERDICT benign - saved`)),
	}
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
