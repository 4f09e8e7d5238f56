package event

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
	"testing/iotest"
	"time"

	"casebook/testdata/hostile"
)

// summary is what must not depend on how a stream came in.
type summary struct {
	offset, length, line, at, size int64
	kind                           Kind
	form                           string
	key                            [16]byte
	flags                          Flags
	code                           string
}

// summarise leaves frames out and joins empty lines: where two blocks meet there may be one more of them.
func summarise(records []Record) []summary {
	var all []summary
	for _, r := range records {
		if r.Kind == Frame {
			continue
		}
		if n := len(all); n > 0 && r.Kind == Blank && all[n-1].kind == Blank && all[n-1].offset+all[n-1].length == r.Offset {
			all[n-1].length += r.Length
			continue
		}
		s := summary{r.Offset, r.Length, r.Line, r.At, r.Size, r.Kind, "", r.Event.Key, r.Event.Flags, r.Reject.Code}
		if r.Form != nil {
			s.form = r.Form.String()
		}
		all = append(all, s)
	}
	return all
}

func FuzzReader(f *testing.F) {
	for _, h := range hostile.Inputs() {
		if len(h.Data) < 64<<10 {
			f.Add(h.Data, uint16(64))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, size uint16) {
		whole, err := NewReader(bytes.NewReader(data), Reading{})
		if err != nil {
			return
		}
		want, err := readAll(whole)
		if err != nil {
			t.Fatal(err)
		}
		tile(t, want)
		for _, r := range want {
			again(t, whole, data, r)
		}
		var in io.Reader = bytes.NewReader(data)
		if size%2 == 1 {
			in = iotest.OneByteReader(in)
		}
		pieces, err := NewReader(in, Reading{Block: int(size)})
		if err != nil {
			t.Fatalf("read in pieces: %v", err)
		}
		alike(t, want, pieces, size)
		pieces, err = OpenBytes(data, Reading{Block: int(size)})
		if err != nil {
			t.Fatalf("read at hand: %v", err)
		}
		if pieces.Encoding() != whole.Encoding() {
			t.Fatalf("%q when read at hand, %q before", pieces.Encoding(), whole.Encoding())
		}
		alike(t, want, pieces, size)
	})
}

// alike checks that another reader of the same file gives the same records.
func alike(t *testing.T, want []Record, other *Reader, size uint16) {
	t.Helper()
	got, err := readAll(other)
	if err != nil {
		t.Fatal(err)
	}
	tile(t, got)
	a, b := summarise(want), summarise(got)
	if len(a) != len(b) {
		t.Fatalf("%d records whole, %d in blocks of %d", len(a), len(b), size)
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("record %d is %+v whole, %+v in blocks of %d", i, a[i], b[i], size)
		}
	}
}

// again checks that a record is found again by its place and its form.
func again(t *testing.T, reader *Reader, data []byte, r Record) {
	if r.Kind != Accepted || reader.Encoding() != "" {
		return
	}
	form, err := ParseForm(r.Form.String())
	if err != nil {
		t.Fatal(err)
	}
	raw, why := form.Raw(data[r.At : r.At+r.Size])
	if why != nil || !bytes.Equal(raw, r.Raw) {
		t.Fatalf("the record at %d+%d is not found again: %v", r.At, r.Size, why)
	}
	x, err := Detail(raw, nil)
	if err != nil {
		t.Fatalf("the record at %d does not decode again: %v", r.At, err)
	}
	if x.Event.Key != r.Event.Key {
		t.Fatalf("the record at %d has another key when decoded again", r.At)
	}
	for _, table := range tables {
		for _, source := range table.Sources {
			if source == r.Event.Source {
				x.Fields(table)
			}
		}
	}
}

// record checks one record against an independent reader of JSON.
func checkRecord(t *testing.T, data []byte) {
	var d Decoder
	d.block = &Block{}
	var e Event
	why := d.record(data, &e)
	if why != nil {
		if why.Code == CodeJSON || why.Code == CodeEnds {
			if json.Valid(data) && d.scanner.fault != "nested deeper than 256" && d.scanner.fault != "an object of more than 10,000 keys" {
				t.Fatalf("good JSON is rejected: %v", why)
			}
		}
		return
	}
	d.settle(&e)
	d.keys.only(&e)
	if e.Source == "" || e.Key == [16]byte{} {
		t.Fatalf("an event without source or key: %+v", e)
	}
	if e.Flags&(TrailingComma|Encoding) == 0 && !json.Valid(data) {
		t.Fatal("accepted what is no JSON")
	}
	tree, ok := Tree(data)
	if !ok {
		t.Fatal("accepted what the tree decoder does not read")
	}
	if e.Source == Bedrock && e.Flags&BodyElsewhere == 0 {
		size := 0
		if body := at(tree, "input", "inputBodyJson"); body != nil {
			size = units(plain(nil, body))
		}
		if e.Flags&DuplicateKeys == 0 && e.RequestSize != Some(int64(size)) {
			t.Fatalf("request_size is %d, the body written again has %d", e.RequestSize.Int, size)
		}
	}
	for i := 1; i < len(e.Values); i++ {
		if e.Values[i].Field <= e.Values[i-1].Field {
			t.Fatalf("values out of order: %+v", e.Values)
		}
	}
	table, _ := tableOf(e.Source)
	x, err := Detail(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	x.Fields(table)
}

func FuzzBedrock(f *testing.F) {
	for _, line := range bytes.SplitAfter(invocations(3), newline) {
		f.Add(line)
	}
	f.Add([]byte(converse))
	f.Add([]byte(streamed))
	f.Fuzz(checkRecord)
}

func FuzzAzure(f *testing.F) {
	f.Add([]byte(requestResponse))
	f.Add([]byte(gatewayLog))
	f.Fuzz(checkRecord)
}

func FuzzOpenAI(f *testing.F) {
	f.Add([]byte(completionItem))
	f.Add([]byte(agentEvent))
	f.Add([]byte(auditItem))
	f.Fuzz(checkRecord)
}

func FuzzTimestamp(f *testing.F) {
	for _, s := range []string{"2026-01-02T03:04:05Z", "2026-01-02 03:04:05.1234567+14:00", "2024-02-29T24:00:00-0030", "2016-12-31T23:59:60Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ns, zoned, ok := stamp(s)
		if ok {
			if got, _, ok := stamp(time.Unix(0, ns).UTC().Format(time.RFC3339Nano)); !ok || got != ns {
				t.Fatalf("%q is %d, which does not come back: %d", s, ns, got)
			}
		}
		if want, err := time.Parse(time.RFC3339Nano, s); err == nil && want.Year() > 1678 && want.Year() < 2261 && len(s) >= 20 && s[10] == 'T' && s[13] == ':' {
			_, offset := want.Zone()
			if offset > 18*3600 || offset < -18*3600 {
				return
			}
			if !ok || !zoned || ns != want.UnixNano() {
				t.Fatalf("%q is %d, %v, want %d", s, ns, ok, want.UnixNano())
			}
		}
		_, _ = local(s, false)
		_, _ = epoch([]byte(s))
	})
}
