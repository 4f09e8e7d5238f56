package function

import (
	"encoding/base64"
	"encoding/binary"
	"hash/adler32"
	"hash/crc32"

	"casebook/engine/column"
)

// Texts in compressed form. Which bytes a compressor makes is its own affair, so the text is stored as it is, which every
// reader of the form takes and which Kusto does with short texts too; longer ones it makes shorter.

var kqlCompressed = []*Row{
	scalarRow("zlib_compress_to_base64_string(string) string", "a text in the form of zlib, in base 64", compressed(func(text []byte) []byte {
		return binary.BigEndian.AppendUint32(stored([]byte{0x78, 0x01}, text), adler32.Checksum(text))
	})),
	scalarRow("gzip_compress_to_base64_string(string) string", "a text in the form of gzip, in base 64", compressed(func(text []byte) []byte {
		b := stored([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}, text)
		return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(text)), uint32(len(text)))
	})),
}

// shownStored is how long the texts are that Kusto's documentation shows stored.
const shownStored = 20

func compressed(form func([]byte) []byte) Eval {
	return rowwise(column.String, func(env *Env, a []any) any {
		text := plainText(a[0])
		if text == "" {
			return ""
		}
		if len(text) > shownStored {
			env.Warn("compressed texts are stored as they are: they read the same, and Kusto's are shorter")
		}
		return base64.StdEncoding.EncodeToString(form([]byte(text)))
	})
}

// stored puts a text behind a header, in blocks that are not compressed.
func stored(b, text []byte) []byte {
	const most = 1<<16 - 1
	for last := byte(0); last == 0; {
		block := text[:min(len(text), most)]
		text = text[len(block):]
		if len(text) == 0 {
			last = 1
		}
		b = binary.LittleEndian.AppendUint16(append(b, last), uint16(len(block)))
		b = append(binary.LittleEndian.AppendUint16(b, ^uint16(len(block))), block...)
	}
	return b
}
