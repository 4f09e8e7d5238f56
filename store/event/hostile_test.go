package event

import (
	"bytes"
	"compress/gzip"
	"errors"
	"slices"
	"strings"
	"testing"

	"casebook/testdata/hostile"
)

// invocationOf is a Bedrock record with a text in its prompt, as JSON writes it.
func invocationOf(prompt string) string { return hostile.Record(prompt) }

func zipped(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Name = "../../etc/x\x1b[2J"
	_, _ = z.Write(data)
	_ = z.Close()
	return b.Bytes()
}

func TestHostile(t *testing.T) {
	for _, h := range hostile.Inputs() {
		t.Run(h.Name, func(t *testing.T) {
			reader, err := NewReader(bytes.NewReader(h.Data), Reading{})
			if h.Refused != "" {
				var why *Reject
				if !errors.As(err, &why) || why.Code != h.Refused {
					t.Fatalf("opened with %v, want it refused with %s", err, h.Refused)
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
			checkHostile(t, &h, records)
		})
	}
}

func checkHostile(t *testing.T, h *hostile.Input, records []Record) {
	t.Helper()
	rejected := of(records, Rejected)
	a, b, s := len(of(records, Accepted)), 0, len(of(records, Skipped))
	for _, r := range of(records, Blank) {
		b += int(r.Lines)
	}
	if h.Quarantined >= 0 && (a != h.Accepted || len(rejected) != h.Quarantined || b != h.Blank || s != h.Skipped) {
		t.Errorf("%d accepted, %d rejected, %d blank, %d skipped; want %d, %d, %d, %d", a, len(rejected), b, s, h.Accepted, h.Quarantined, h.Blank, h.Skipped)
	}
	if h.Code != "" && (len(rejected) == 0 || rejected[0].Reject.Code != h.Code && rejected[len(rejected)-1].Reject.Code != h.Code) {
		t.Errorf("no rejection %s among %d", h.Code, len(rejected))
		for _, r := range rejected[:min(3, len(rejected))] {
			t.Errorf("line %d: %v", r.Line, &r.Reject)
		}
	}
	for _, r := range rejected {
		if r.Reject.Reason == "" || r.Line < 1 {
			t.Errorf("rejected without a reason or a line: %+v", r)
		}
		if h.Code == "" {
			t.Errorf("line %d: %v", r.Line, &r.Reject)
		}
	}
	var flags Flags
	for _, r := range of(records, Accepted) {
		flags |= r.Event.Flags
	}
	if !slices.Equal(flags.Names(), h.Flags) {
		t.Errorf("flagged %v, want %v", flags.Names(), h.Flags)
	}
}

// TestCutAnywhere cuts files off at each byte of their last two records (C25): what is whole is accepted, what was cut is one place in
// quarantine, and nothing is made up.
func TestCutAnywhere(t *testing.T) {
	r := invocationOf("hello")
	for name, tt := range map[string]struct{ head, between, tail string }{
		"lines":            {"", "\n", "\n"},
		"lines ended CRLF": {"", "\r\n", "\r\n"},
		"a list":           {"[", ",\n", "]\n"},
		"an envelope":      {`{"Records":[`, ",", "]}"},
		"laid over lines":  {"[\n  ", ",\n  ", "\n]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			whole := tt.head + r + tt.between + r + tt.between + r + tt.tail
			for at := len(tt.head + r + tt.between); at <= len(whole); at++ {
				reader, err := NewReader(bytes.NewReader([]byte(whole[:at])), Reading{})
				if err != nil {
					t.Fatal(err)
				}
				records, err := readAll(reader)
				if err != nil {
					t.Fatal(err)
				}
				tile(t, records)
				ends := strings.Count(whole[:at], r)
				if a, bad := len(of(records, Accepted)), of(records, Rejected); a != ends || len(bad) > 1 {
					t.Fatalf("cut at %d: %d accepted of %d, %d rejected", at, a, ends, len(bad))
				}
				if rest := whole[strings.LastIndex(whole[:at], r)+len(r) : at]; strings.Contains(rest, `{"`) && len(of(records, Rejected)) != 1 {
					t.Fatalf("cut at %d: what is left of a record is not told", at)
				}
			}
		})
	}
}
