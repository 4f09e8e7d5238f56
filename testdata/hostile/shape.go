package hostile

import (
	"bytes"
	"compress/gzip"
	"strings"

	"github.com/klauspost/compress/zstd"
)

func shapes() []Input {
	return []Input{
		{Name: "C24 empty", Data: []byte{}},
		{Name: "C24 one byte", Data: []byte("{"), Quarantined: 1, Code: codeEnds},
		{Name: "C24 white space", Data: []byte("   "), Blank: 1},
		{Name: "C24 only a mark", Data: []byte("\ufeff")},
		{Name: "C25 cut last line", Data: []byte(record + "\n" + record[:len(record)-20]), Accepted: 1, Quarantined: 1, Code: codeEnds},
		one("C26 depth 100", Record(`","deep":`+strings.Repeat("[", 100)+strings.Repeat("]", 100)+`,"x":"`)),
		bad("C26 depth 10,000", Record(`","deep":`+strings.Repeat("[", 10000)+strings.Repeat("]", 10000)+`,"x":"`), codeJSON),
		one("C27 repeated keys", strings.Replace(record, `"modelId"`, `"modelId":"old","modelId"`, 1), duplicates),
		one("C27 repeated keys in a body", Record(`","prompt":"x`), duplicates),
		one("C28 keys in another case", strings.Replace(record, `{"schemaType"`, `{"errorCode":"AccessDeniedException","ERRORCODE":"","schemaType"`, 1)),
		{Name: "C25 a record without a line end", Data: []byte(record + "\n" + record), Accepted: 2},
		one("C30 a picture of 10 MB", Record(strings.Repeat("iVBORw0KGgo", 1<<20))),
		one("C30 5,000 messages", Record(`","messages":[`+strings.Repeat(`{"role":"user","content":""},`, 4999)+`{"role":"user","content":[]}],"x":"`)),
		one("C30 calls of tools in calls of tools", Record(`","messages":[{"role":"assistant","content":`+strings.Repeat(`[{"toolUse":{"name":"t","input":{"content":`, 40)+`"x"`+strings.Repeat(`}}}]`, 40)+`}],"x":"`)),
		one("C30 no messages", Record(`","messages":[],"x":"`)),
		one("C30 a prompt that is a log line", Record(strings.ReplaceAll(record, `"`, `\"`))),
	}
}

// packings are files packed in ways that are damaged, repeated, or not taken.
func packings() []Input {
	pz := zipped([]byte(strings.Repeat(record+"\n", 200)))
	var z bytes.Buffer
	enc, _ := zstd.NewWriter(&z)
	_, _ = enc.Write([]byte(record + "\n"))
	_ = enc.Close()
	return []Input{
		{Name: "C33 cut gzip", Data: pz[:len(pz)/2], Quarantined: -1, Code: codeStream},
		{Name: "C34 bad checksum", Data: append(append([]byte{}, pz[:len(pz)-6]...), 1, 2, 3, 4, 5, 6), Accepted: 200, Quarantined: 1, Code: codeStream},
		{Name: "C35 several members", Data: append(append([]byte{}, pz...), pz...), Accepted: 400},
		{Name: "C36 garbage after it", Data: append(append([]byte{}, pz...), "garbage that is no gzip"...), Accepted: 200, Quarantined: 1, Code: codeStream},
		{Name: "C32 packed twice", Data: zipped(pz), Refused: codeBinary},
		{Name: "C36 another header cut short", Data: append(append([]byte{}, pz...), 0x1f, 0x8b, 8), Accepted: 200, Quarantined: 1, Code: codeStream},
		{Name: "C31 a bomb of empty lines", Data: zipped(bytes.Repeat([]byte("\n"), 66<<20)), Quarantined: -1, Code: codeBomb},
		{Name: "C31 a bomb of zeros", Data: zipped(make([]byte, 66<<20)), Refused: codeBinary},
		{Name: "C31 a bomb of zeros behind a record", Data: zipped(append([]byte(record+"\n"), make([]byte, 66<<20)...)), Quarantined: -1, Code: codeBomb},
		{Name: "C31 a bomb of UTF-16", Data: zipped(bytes.Repeat([]byte{'\n', 0}, 33<<20)), Quarantined: -1, Code: codeBomb},
		{Name: "C38 xz", Data: []byte("\xfd7zXZ\x00\x00\x04"), Refused: codeBinary},
		{Name: "C38 tar", Data: tarred(), Refused: codeBinary},
		{Name: "C38 zip", Data: []byte("PK\x03\x04rest"), Refused: codeBinary},
		{Name: "C38 bzip2", Data: []byte("BZh91AY&SY"), Refused: codeBinary},
		{Name: "C38 zstd", Data: z.Bytes(), Accepted: 1},
	}
}

// zipped packs data under a name that should be nobody's path.
func zipped(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Name = "../../etc/x\x1b[2J"
	_, _ = z.Write(data)
	_ = z.Close()
	return b.Bytes()
}

// tarred begins as an archive does.
func tarred() []byte {
	b := make([]byte, 1024)
	copy(b, "../../etc/passwd")
	copy(b[257:], "ustar")
	return b
}
