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
		{Name: "C4 UTF-32", Data: wider(record + "\n"), Accepted: 1, Flags: []string{transcoded}},
		one("C5 Latin-1", Record("caf\xe9"), encoding),
		one("C6 no UTF-8", Record("\xff\xfe\xc0\xaf"), encoding),
		one("C7 overlong", Record("\xc0\x80"), encoding),
		one("C8 surrogate pair as CESU-8", Record("\xed\xa0\xbd\xed\xb8\x80"), encoding),
		one("C8 lone surrogate", Record(`\ud800`), encoding),
		one("C8 lone low surrogate", Record(`\udc00x`), encoding),
		{Name: "C9 CRLF", Data: []byte(record + "\r\n" + record + "\r\n\r\n"), Accepted: 2, Blank: 1},
		{Name: "C9 CR only", Data: []byte(record + "\r" + record + "\r"), Accepted: 2},
		one("C9 line separator in a text", Record("a\u2028b"), hidden),
		bad("C9 form feed between records", "\f"+record, codeUnknown),
		one("C9 next line in a text", Record("a\u0085b"), controls),
		bad("C10 raw NUL", Record("a\x00EVIL"), codeJSON),
		one("C10 escaped NUL", Record(`abc\u0000EVIL`), nul),
	}
}

// terminals are what acts on a terminal that shows it.
func terminals() []Input {
	control, eighth := "", ""
	for c := range 0x20 {
		control += fmt.Sprintf(`\u%04x`, c)
		eighth += string([]byte{byte(0x80 + c)})
	}
	return []Input{
		one("C11 every C0 escaped", Record(control), controls, nul),
		bad("C11 raw ESC", Record("\x1b[2J"), codeJSON),
		one("C11 every C1 as bytes", Record(eighth), encoding),
		one("C11 DEL", Record("\x7f")),
		one("C11 C1 as UTF-8", Record("\u009b2J"), controls),
		one("C12 OSC 52 without an end", Record(`\u001b]52;c;ZXZpbA==`), controls),
		one("C13 cursor reports", Record(`\u001b[6n\u001b[18t`), controls),
		one("C14 DCS at the end of a field", Record(`\u001bP`), controls),
		one("C15 bidirectional override", Record("\u202egpj.exe"), hidden),
		one("C15 escaped override", Record(`\u202egpj.exe`), hidden),
		one("C16 tag characters", Record("\U000e0069\U000e0067"), hidden),
		one("C16 tag characters escaped", Record(`\udb40\udc69`), hidden),
		one("C17 zero-width split", Record("pass\u200bword"), hidden),
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
