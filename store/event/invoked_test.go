package event

import (
	"bytes"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"casebook/testdata/hostile"
)

// bothWays decodes lines with the help of native and without, and holds the two against each other.
func bothWays(t *testing.T, data []byte) (understood int) {
	t.Helper()
	var fast Decoder
	slow := Decoder{slow: true}
	block := &Block{Line: 1, Data: data, form: jsonForm}
	got, want := fast.Decode(block, nil), slow.Decode(block, nil)
	if len(got) != len(want) {
		t.Fatalf("%d records, %d without native", len(got), len(want))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("record %d of line %d is\n%+v\nwithout native\n%+v", i, got[i].Line, got[i], want[i])
		}
		if got[i].Kind == Accepted {
			understood++
		}
	}
	return understood
}

// twins are lines with everything in them that the fast way must leave to the other, or must not.
func twins() []byte {
	var b bytes.Buffer
	b.Write(invocations(50))
	for _, line := range []string{converse, streamed} {
		b.WriteString(line + "\n")
	}
	for _, prompt := range []string{"", `\"\\\/\n\r\t`, `\b`, `\u0041\u00e9\ud83d\ude00`, `\ud83d`, `\udb40\udc69`, `\u202e`, "\u202e", "\u00a0\u00ad", "é中😀", "\xff", "\xc0\x80",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\x7f", `","n":0.5,"m":1.0,"o":"`, `","n":1e3,"m":"`, `","n":0.50,"m":"`, `","n":0.0005,"m":"`, `","n":0.001,"m":"`, `","n":-0,"m":"`,
		`","n":-0.0,"m":"`, `","n":12345678.5,"m":"`, `","n":0.1234567890123456,"m":"`, `","prompt":"`, `","n":[1,2,{}, [] ],"m":"`, `","n":[1,],"m":"`, `","n":01,"m":"`} {
		b.WriteString(invocationOf(prompt) + "\n")
	}
	r := invocationOf("x")
	for _, change := range [][2]string{{`"inputTokenCount":1`, `"inputTokenCount":1.0`}, {`"inputTokenCount":1`, `"inputTokenCount":"1"`}, {`"inputTokenCount":1`, `"inputTokenCount":null`},
		{`"inputTokenCount":1`, `"inputTokenCount":99999999999999999999`}, {`"inputTokenCount":1`, `"inputTokenCount":-1`}, {`"inputTokenCount":1`, `"inputBodyS3Path":null`},
		{`"inputTokenCount":1`, `"inputBodyS3Path":"s3://b/data/x_input.json.gz"`}, {`"modelId":"m.x"`, `"modelId":"m\u002ex"`}, {`"modelId":"m.x"`, `"modelId":null`}, {`"modelId":"m.x"`, `"modelId":7`},
		{`"modelId":"m.x"`, `"modelId":"ä","modelid":"y"`}, {`"modelId":"m.x"`, `"modelId" : "m.x" , "x":{}`}, {`,"input":`, `,"output":null,"input":`}, {`,"input":`, `,"output":{"outputBodyJson":"text"},"input":`},
		{`,"input":`, `,"output":{"outputBodyJson":[{"message":{"id":""}},{"message":{"id":"b"}},{"message":{"id":"c"}},"[DONE]",{"amazon-bedrock-invocationMetrics":{"invocationLatency":5,"firstByteLatency":null}}]},"input":`},
		{`,"input":`, `,"output":{"outputBodyJson":{"id":7,"stop_reason":null,"stopReason":"guardrail_intervened"}},"input":`}, {`,"input":`, `,"output":{"outputBodyJson":{"id":"i","stopReason":"end","trace":{}}},"input":`},
		{`,"input":`, `,"output":{"outputBodyJson":{"amazon-bedrock-guardrailAction":"NONE"}},"input":`}, {`"arn:aws:iam::1:user/kim"`, `null`}, {`ModelInvocationLog`, `Other`}, {`,"modelId"`, `,"schemaType":"ModelInvocationLog","modelId"`},
		{`2026-03-01T10:00:00Z`, `yesterday`}, {`{"schemaType"`, ` {"schemaType"`}, {`}}`, `}} `}, {`}}`, `}}x`}, {`}}`, `}}` + r}, {`}}`, `}`}, {`"requestId":"r",`, ``}, {`"requestId":"r",`, `"requestId":"r","errorCode":"AccessDeniedException",`},
	} {
		b.Write(bytes.Replace([]byte(r), []byte(change[0]), []byte(change[1]), 1))
		b.WriteString("\n")
	}
	b.WriteString("\n\r\n  \n" + r + "\r\n\n[" + r + "]\n{\"records\":[" + r + "]}\nnone\n" + requestResponse + "\n" + r)
	return b.Bytes()
}

func TestBothWays(t *testing.T) {
	data := twins()
	if n := bothWays(t, data); n < 80 {
		t.Errorf("%d events, wanted at least 80", n)
	}
	for cut := len(data) - len(invocationOf("x")) - 100; cut < len(data); cut++ {
		bothWays(t, data[:cut])
	}
	for _, h := range hostile.Inputs() {
		if len(h.Data) > 0 && len(h.Data) < 1<<20 {
			bothWays(t, h.Data)
		}
	}
	for _, name := range sampleFiles(t) {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		bothWays(t, file)
	}
	r := rand.New(rand.NewSource(3))
	rounds := 20000
	if testing.Short() {
		rounds = 2000
	}
	lines := bytes.SplitAfter(data, newline)
	alphabet := []byte("{}[]:,\"\\0129.-eEuntrfls \t\r\n\x00\x1f\x7f\x80\xc2\xad\xe2\x80\xae\xff")
	for range rounds {
		line := bytes.Clone(lines[r.Intn(len(lines))])
		for range 1 + r.Intn(3) {
			if len(line) == 0 {
				break
			}
			i := r.Intn(len(line))
			switch r.Intn(3) {
			case 0:
				line[i] = alphabet[r.Intn(len(alphabet))]
			case 1:
				line = append(line[:i], line[i+1:]...)
			default:
				line = append(line[:i], append([]byte{alphabet[r.Intn(len(alphabet))]}, line[i:]...)...)
			}
		}
		bothWays(t, append(append(bytes.Clone(lines[0]), line...), lines[1]...))
	}
}

// sampleFiles are this package's own samples.
func sampleFiles(t *testing.T) []string {
	files, err := filepath.Glob(filepath.Join("testdata", "*", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	return files
}

func FuzzInvoked(f *testing.F) {
	for _, line := range bytes.SplitAfter(twins(), newline) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line []byte) { bothWays(t, line) })
}
