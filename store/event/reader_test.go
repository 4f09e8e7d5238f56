package event

import (
	"bytes"
	"io"
	"math/rand"
	"strings"
	"testing"
)

// stand is a folder of objects by address.
type stand map[string]string

func (s stand) Sibling(address string) ([]byte, bool) {
	content, ok := s[address]
	return []byte(content), ok
}

func TestBodyElsewhere(t *testing.T) {
	address := "s3://logs/AWSLogs/111122223333/BedrockModelInvocationLogs/eu-west-1/2026/03/01/10/data/7d5f0f7e-0000-4000-8000-000000000004_input.json.gz"
	inline := strings.Replace(elsewhereRecord, `"inputBodyJson":null`, `"inputBodyJson":{"messages":[1.50,"é"]}`, 1)
	siblings := stand{address: `{ "messages" : [ 1.50, "\u00e9" ] }`}
	here := read(t, []byte(inline), Reading{})[0].Event
	there := read(t, []byte(elsewhereRecord), Reading{Siblings: siblings})[0].Event
	nowhere := read(t, []byte(elsewhereRecord), Reading{})[0].Event
	if there.RequestSize != here.RequestSize || there.Flags != 0 {
		t.Errorf("request_size is %v with the body elsewhere and %v with it inline (%v)", there.RequestSize, here.RequestSize, there.Flags.Names())
	}
	if nowhere.RequestSize != Some(0) || nowhere.Flags != BodyElsewhere {
		t.Errorf("request_size is %v without the body (%v), want a zero that is there", nowhere.RequestSize, nowhere.Flags.Names())
	}
	if there.Key != nowhere.Key {
		t.Error("whether the body is at hand changes the key")
	}
	x, err := Detail([]byte(elsewhereRecord), siblings)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := bedrockTable.Column("gen_ai.prompt")
	if got := x.Value(bedrockTable, c); got != `{"messages":[1.5,"é"]}` {
		t.Errorf("gen_ai.prompt is %v", got)
	}
	want := []string{"data/7d5f0f7e-0000-4000-8000-000000000004_input.json.gz", "7d5f0f7e-0000-4000-8000-000000000004_input.json.gz",
		"data/7d5f0f7e-0000-4000-8000-000000000004_input.json", "7d5f0f7e-0000-4000-8000-000000000004_input.json"}
	if got := SiblingNames(address); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("a body is looked for at %v", got)
	}
	for name, body := range map[string]bool{
		"x/data/7d5f0f7e-0000-4000-8000-000000000004_input.json.gz": true, "data/7d5f0f7e-0000-4000-8000-000000000004_output.json": true,
		"x/20260301T100000_abc.json.gz": false, "data/input.json": false, "logs/7d5f0f7e-0000-4000-8000-000000000004_input.json.gz": false,
	} {
		if IsBody(name) != body {
			t.Errorf("IsBody(%q) is %v", name, !body)
		}
	}
}

// One record in each wrapping there is: one event, found again by place and form.
func TestWrappings(t *testing.T) {
	quoted := string(appendQuoted(nil, converse))
	cell := `"` + strings.ReplaceAll(converse, `"`, `""`) + `"`
	for name, text := range map[string]string{
		"a line":               converse,
		"an export line":       "2026-03-01T10:00:00.123Z " + converse,
		"an array a line":      "[" + converse + "]",
		"an array":             "[\n  " + converse + "\n]\n",
		"filter-log-events":    `{"events":[{"logStreamName":"s","timestamp":1,"message":` + quoted + `,"eventId":"1"}],"searchedLogStreams":[]}`,
		"a subscription":       `{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":` + quoted + `}]}{"messageType":"CONTROL_MESSAGE","logEvents":[]}`,
		"query results":        `{"results":[[{"field":"@timestamp","value":"x"},{"field":"@message","value":` + quoted + `},{"field":"@ptr","value":"y"}]],"status":"Complete"}`,
		"Insights CSV":         "@timestamp,@message,@log\r\n2026-03-01 10:00:00.000," + cell + ",g\r\n",
		"an event a line":      `{"timestamp":1772359200000,"message":` + quoted + `}`,
		"an Event Hub's array": `[{"records":[` + converse + `]}]`,
		"laid out":             strings.ReplaceAll(converse, `,"`, ",\n\t\""),
	} {
		t.Run(name, func(t *testing.T) {
			want := read(t, []byte(converse), Reading{})[0].Event
			data := []byte(text)
			records := read(t, data, Reading{})
			events := of(records, Accepted)
			if len(events) != 1 || len(of(records, Rejected)) != 0 {
				t.Fatalf("%d events and %d rejected, want one event: %+v", len(events), len(of(records, Rejected)), of(records, Rejected))
			}
			if events[0].Event.Key != want.Key {
				t.Error("another key than the record alone")
			}
			reader, err := NewReader(bytes.NewReader(nil), Reading{})
			if err != nil {
				t.Fatal(err)
			}
			again(t, reader, data, events[0])
		})
	}
}

func TestPortalDates(t *testing.T) {
	header := "TimeGenerated [ZONE],EventVendor,EventType,EventUid\n"
	for _, tt := range []struct{ zone, cells, want string }{
		{"UTC", `"02/07/2025, 20:36:50.000",A,B,1`, "2025-02-07T20:36:50Z"},
		{"UTC", `"7/7/2026, 10:15:37.699 PM",A,B,1`, "2026-07-07T22:15:37.699Z"},
		{"UTC", `"7/7/2026, 12:15:37.699 AM",A,B,1`, "2026-07-07T00:15:37.699Z"},
		{"UTC", "\"02/07/2025, 20:36:50\",A,B,1\n\"13/07/2025, 20:36:50\",A,B,2", "2025-07-02T20:36:50Z"},
		{"UTC", `"7.2.2025, 20:36:50",A,B,1`, "2025-02-07T20:36:50Z"},
		{"UTC", `2025/2/7 20:36:50,A,B,1`, "2025-02-07T20:36:50Z"},
		{"UTC+1", `"2/7/2025, 12:36:50.000 AM",A,B,1`, "2025-02-06T23:36:50Z"},
		{"UTC-05:30", `"2/7/2025, 8:36:50.000 PM",A,B,1`, "2025-02-08T02:06:50Z"},
		{"Local Time", `"2/7/2025, 8:36:50.000 PM",A,B,1`, "2025-02-07T20:36:50Z"},
		{"UTC", `2025-02-07T20:36:50.1234567Z,A,B,1`, "2025-02-07T20:36:50.1234567Z"},
	} {
		events := of(read(t, []byte(strings.Replace(header, "ZONE", tt.zone, 1)+tt.cells), Reading{}), Accepted)
		if len(events) == 0 {
			t.Errorf("%s: no event", tt.cells)
			continue
		}
		e := events[0].Event
		want, _, _ := stamp(tt.want)
		if e.Time != want || !e.Dated || (e.Flags&NoZone != 0) != (tt.zone == "Local Time") {
			t.Errorf("%s [%s] is %d %v, want %s", tt.cells, tt.zone, e.Time, e.Flags.Names(), tt.want)
		}
	}
}

// A growing file is read up to its last whole line or row, and on from there later, to the same events as at once.
func TestGrowing(t *testing.T) {
	rows := "TimeGenerated [UTC],EventVendor,EventProduct,EventType,EventUid\n\"2026-03-01, 10:00:00\",OpenAI,OpenAI API Platform,ChatCompletion,\"a\nb\"\n" +
		"\"2026-03-01, 10:00:01\",OpenAI,OpenAI API Platform,ChatCompletion,\"c\"\"\"\n"
	for name, text := range map[string]string{"lines": converse + "\n" + streamed + "\n" + denied + "\n", "rows": rows} {
		whole := []byte(text)
		want := summarise(read(t, whole, Reading{}))
		for cut := range whole {
			var got []Record
			how := Reading{Growing: true, Line: 1}
			for _, end := range []int{cut, len(whole)} {
				reader, err := NewReader(bytes.NewReader(whole[how.Offset:end]), how)
				if err != nil {
					t.Fatal(err)
				}
				some, err := readAll(reader)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, some...)
				if len(some) > 0 {
					last := some[len(some)-1]
					how.Offset = last.Offset + last.Length
					how.Line = 1 + int64(bytes.Count(whole[:how.Offset], newline))
				}
				if how.Offset+reader.Held() != int64(end) {
					t.Fatalf("%s cut at %d: %d read and %d held of %d", name, cut, how.Offset, reader.Held(), end)
				}
				form, ok := reader.Continues()
				if !ok {
					t.Fatalf("%s cut at %d: cannot be read on", name, cut)
				}
				if how.Offset > 0 {
					how.Form = form
				}
			}
			tile(t, got)
			if all := summarise(got); len(all) != len(want) || all[len(all)-1] != want[len(want)-1] {
				t.Fatalf("%s cut at %d: %+v", name, cut, all)
			}
		}
	}
}

// Twice the same line in a file is two records with one key: the store tells occurrences apart by place.
func TestKeys(t *testing.T) {
	records := read(t, []byte(converse+"\n"+converse+"\n"+streamed+"\n"), Reading{})
	if records[0].Event.Key != records[1].Event.Key || records[0].Event.Key == records[2].Event.Key {
		t.Error("keys do not follow content")
	}
	other := strings.Replace(converse, `"inputTokenCount":21`, `"inputTokenCount":22`, 1)
	if read(t, []byte(other), Reading{})[0].Event.Key == records[0].Event.Key {
		t.Error("two calls that share a request id but not their content have one key")
	}
	spaced := strings.ReplaceAll(converse, `":`, `" : `)
	if read(t, []byte(spaced), Reading{})[0].Event.Key != records[0].Event.Key {
		t.Error("white space changes the key")
	}
}

func TestStreamFault(t *testing.T) {
	reader, err := NewReader(io.MultiReader(strings.NewReader(converse+"\n"), failing{}), Reading{})
	if err != nil {
		t.Fatal(err)
	}
	records, err := readAll(reader)
	if err != nil || len(records) != 2 || records[1].Reject.Code != CodeStream || records[1].Length != 0 {
		t.Errorf("a stream that fails gives %d records, %v", len(records), err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

// However a file is damaged, its spans tile it, and nothing is read twice or lost without a word.
func TestMutated(t *testing.T) {
	base := []byte(converse + "\n" + requestResponse + "\n\n" + completionItem + "\r\n" + `{"Records":[` + trail + "," + trail + "]}\n" +
		"2026-03-01T10:00:00Z " + denied + "\n[\n" + agentEvent + ",\n" + auditItem + "\n]\n")
	r := rand.New(rand.NewSource(3))
	for i := range 3000 {
		data := bytes.Clone(base)
		for range 1 + r.Intn(4) {
			at := r.Intn(len(data))
			switch r.Intn(5) {
			case 0:
				data[at] = byte(r.Intn(256))
			case 1:
				data = append(data[:at], data[min(len(data), at+r.Intn(200)):]...)
			case 2:
				data = append(data[:at:at], append([]byte("{[\"\\\n"[r.Intn(5):]), data[at:]...)...)
			case 3:
				data = data[:at+1]
			case 4:
				data = append(data, data[at:]...)
			}
			if len(data) == 0 {
				data = []byte{'\n'}
			}
		}
		reader, err := NewReader(bytes.NewReader(data), Reading{})
		if err != nil {
			continue
		}
		records, err := readAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		tile(t, records)
		if n := len(records); n == 0 || records[n-1].Offset+records[n-1].Length != int64(len(data)) && reader.Encoding() == "" {
			t.Fatalf("mutation %d: %d records do not reach the end of %d bytes: %q", i, n, len(data), data)
		}
	}
}
