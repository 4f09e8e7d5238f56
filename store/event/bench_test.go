package event

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
	"testing"
)

// invocations writes Bedrock records of the size and make-up of real ones: about 1.8 KB, some text beyond ASCII, some
// escapes, most with a request of a few hundred characters.
func invocations(n int) []byte {
	r := rand.New(rand.NewSource(1))
	var b bytes.Buffer
	words := func(k int) string {
		var w strings.Builder
		for range k {
			switch r.Intn(30) {
			case 0:
				w.WriteString(`\"quoted\" `)
			case 1:
				w.WriteString(`line,\n`)
			case 2:
				w.WriteString("café ")
			default:
				w.WriteString(strings.Repeat("e", 2+r.Intn(8)))
				w.WriteByte(' ')
			}
		}
		return w.String()
	}
	for i := range n {
		fmt.Fprintf(&b, `{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-01-%02dT%02d:%02d:%02dZ","accountId":"111122223333",`+
			`"identity":{"arn":"arn:aws:sts::111122223333:assumed-role/app-%d/session-%d"},"region":"us-east-1","requestId":"%08x-0000-4000-8000-%012x",`+
			`"operation":"InvokeModel","modelId":"anthropic.claude-3-sonnet-20240229-v1:0","input":{"inputContentType":"application/json","inputBodyJson":{`+
			`"anthropic_version":"bedrock-2023-05-31","max_tokens":1024,"temperature":0.%d,"system":"%s","messages":[{"role":"user","content":[{"type":"text","text":"%s"}]}]},`+
			`"inputTokenCount":%d},"output":{"outputContentType":"application/json","outputBodyJson":{"id":"msg_bdrk_%024x","type":"message","role":"assistant",`+
			`"model":"claude","content":[{"type":"text","text":"%s"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":%d,"output_tokens":%d}},"outputTokenCount":%d}}`+"\n",
			1+i%28, i%24, i%60, i%59, r.Intn(20), r.Intn(300), r.Uint32(), i, r.Intn(10), words(40), words(20+r.Intn(160)), r.Intn(900), i, words(10+r.Intn(60)),
			r.Intn(900), r.Intn(300), r.Intn(300))
	}
	return b.Bytes()
}

func BenchmarkDecode(b *testing.B) {
	data := invocations(5000)
	block := &Block{Line: 1, Data: data, form: jsonForm}
	var d Decoder
	var records []Record
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		records = d.Decode(block, records[:0])
	}
	if n := len(of(records, Accepted)); n != 5000 {
		b.Fatalf("%d events, want 5000", n)
	}
}

func BenchmarkVendors(b *testing.B) {
	for name, line := range map[string]string{"azure": requestResponse, "openai": completionItem, "sentinel": agentEvent, "cloudtrail": trail} {
		b.Run(name, func(b *testing.B) {
			data := bytes.Repeat([]byte(line+"\n"), 1000)
			block := &Block{Line: 1, Data: data, form: jsonForm}
			var d Decoder
			var records []Record
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				records = d.Decode(block, records[:0])
			}
			if n := len(of(records, Accepted)); n != 1000 {
				b.Fatalf("%d events, want 1000", n)
			}
		})
	}
}
