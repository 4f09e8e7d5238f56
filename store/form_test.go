package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"casebook/engine/column"
	"casebook/store/event"
)

var update = flag.Bool("update", false, "write what the tests got as what they want")

const formFolder = "testdata/form"

// forms are the ways in which logs reach an analyst, one small file each. Those with the same want hold the same happenings: they must
// come out the same, and be taken for the same.
var forms = []struct {
	file, want        string
	accepted, skipped int
}{
	{"bedrock-s3.json", "bedrock", 3, 0},
	{"bedrock-array-lines.json", "bedrock", 3, 0},
	{"bedrock-pretty.json", "bedrock", 3, 0},
	{"cloudwatch-filter-log-events.json", "bedrock", 3, 0},
	{"cloudwatch-insights.csv", "bedrock", 3, 0},
	{"cloudwatch-insights.json", "bedrock", 3, 0},
	{"cloudwatch-export-task.txt", "bedrock", 3, 0},
	{"cloudwatch-subscription.json", "bedrock", 3, 1},
	{"cloudwatch-subscription-lines.json", "bedrock", 3, 1},
	{"bedrock-bodies-elsewhere.json", "bedrock-bodies-elsewhere", 1, 0},
	{"azure-storage.json", "azure", 4, 1},
	{"azure-event-hub.json", "azure", 4, 1},
	{"azure-event-hub-pretty.json", "azure", 4, 1},
	{"azure-array.json", "azure", 4, 1},
	{"azure-portal-utc.csv", "azure-portal-utc", 3, 0},
	{"azure-api.json", "azure-rows", 3, 0},
	{"azure-az.json", "azure-rows", 3, 0},
	{"azure-portal-plus-one.csv", "azure-portal-plus-one", 3, 0},
	{"azure-portal-local.csv", "azure-portal-local", 3, 0},
	{"gateway-api.json", "gateway-rows", 1, 0},
	{"gateway-portal.csv", "gateway-portal", 2, 0},
	{"gateway-llm-az.json", "gateway-llm", 1, 0},
	{"openai-list.json", "openai", 2, 0},
	{"openai-list-line.json", "openai", 2, 0},
	{"sentinel-export.json", "sentinel", 2, 0},
	{"sentinel-portal.csv", "sentinel", 2, 0},
	{"sentinel-api.json", "sentinel", 2, 0},
	{"sentinel-az.json", "sentinel", 2, 0},
	{"openai-audit.json", "openai-audit", 2, 0},
	{"sentinel-audit-az.json", "sentinel-audit", 2, 0},
	{"cloudtrail.json", "cloudtrail", 2, 0},
	{"cloudtrail-lookup-lines.json", "cloudtrail", 2, 0},
}

// happenings are how many there are in all forms. Each is in several: a row of Log Analytics is the diagnostic record's happening, a row of
// Sentinel's the API's item. A time without a zone is another time, and two files have a row of their own.
const happenings = 3 + 1 + // Bedrock's
	4 + 3 + 1 + 1 + 1 + // Azure's: the records; the local times; the rows of their own; the language model's log
	2 + 2 + // OpenAI's completions and audit log
	2 // CloudTrail's

func wide(order binary.AppendByteOrder, mark bool) func(string) string {
	return func(text string) string {
		var b []byte
		if mark {
			b = order.AppendUint16(b, 0xfeff)
		}
		for _, u := range utf16.Encode([]rune(text)) {
			b = order.AppendUint16(b, u)
		}
		return string(b)
	}
}

var encodings = map[string]func(string) string{
	"utf-8":           func(text string) string { return text },
	"utf-8-mark":      func(text string) string { return "\xef\xbb\xbf" + text },
	"crlf":            func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") },
	"utf-16le":        wide(binary.LittleEndian, true),
	"utf-16be":        wide(binary.BigEndian, true),
	"utf-16le-nomark": wide(binary.LittleEndian, false),
}

var packings = map[string]func(*testing.T, string) string{
	"plain": func(_ *testing.T, text string) string { return text },
	"gzip":  packedIn(1, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }),
	"gzips": packedIn(3, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }),
	"zstd":  packedIn(1, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }),
	"zstds": packedIn(3, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }),
}

// packedIn packs a text in so many members or frames, wherever that cuts it.
func packedIn(n int, packer func(io.Writer) (io.WriteCloser, error)) func(*testing.T, string) string {
	return func(t *testing.T, text string) string {
		t.Helper()
		var b bytes.Buffer
		for piece := range slices.Chunk([]byte(text), len(text)/n+1) {
			w, err := packer(&b)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(piece); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		return b.String()
	}
}

// shownAs is all that the views of its source show of a record, in lines.
func shownAs(t *testing.T, r *event.Record, siblings event.Siblings) string {
	t.Helper()
	x, err := event.Detail(r.Raw, siblings)
	if err != nil {
		t.Fatal(err)
	}
	b := &strings.Builder{}
	fmt.Fprintf(b, "%s %q\n", r.Event.Source, (r.Event.Flags &^ event.Transcoded).Names())
	for _, table := range event.Tables() {
		if !slices.Contains(table.Sources, r.Event.Source) {
			continue
		}
		fmt.Fprintf(b, "  %s\n", table.Name)
		for i := range table.Columns {
			c := &table.Columns[i]
			if v := x.Value(table, c); v != nil && c.From != event.Constant && c.Field.Name != "event.original" {
				if c.Type == column.Time {
					v = column.ToTime(v.(int64)).Format(time.RFC3339Nano)
				}
				fmt.Fprintf(b, "    %s = %s\n", c.Field.Name, inJSON(v))
			}
		}
	}
	// What the views leave open: models of a gateway, sizes of bodies that were read in.
	fmt.Fprintf(b, "  model %q, app %q, user %q, sizes %d %d\n", r.Event.Model, r.Event.App, r.Event.User, r.Event.RequestSize.Int, r.Event.ResponseSize.Int)
	return b.String()
}

// inJSON writes a value with its type in sight.
func inJSON(v any) string {
	switch v := v.(type) {
	case *column.Object:
		var members []string
		for i, k := range v.Keys {
			members = append(members, fmt.Sprintf("%q:%s", k, inJSON(v.Values[i])))
		}
		return "{" + strings.Join(members, ",") + "}"
	case []any:
		var items []string
		for _, x := range v {
			items = append(items, inJSON(x))
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	return fmt.Sprintf("%#v", v)
}

// TestForms reads every form in every packing and every encoding, and loads them all into one store: the fields are those wanted, the
// account of every file is exact, and what is the same happening is taken in once.
func TestForms(t *testing.T) {
	beside := fresh(t) // knows nothing of bodies but where they stand
	root := t.TempDir()
	want := map[string]*struct {
		text string
		keys [][16]byte
	}{}
	counts := map[string]*struct{ accepted, skipped int }{}
	for _, form := range forms {
		text, err := os.ReadFile(filepath.Join(formFolder, form.file))
		if err != nil {
			t.Fatal(err)
		}
		for packing, pack := range packings {
			for encoding, encode := range encodings {
				if testing.Short() && (packing != "gzips" || !strings.HasPrefix(encoding, "utf-16")) {
					continue // the others are read without -short only
				}
				dir := filepath.Join(root, packing, encoding)
				if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
					t.Fatal(err)
				}
				bodies, err := filepath.Glob(filepath.Join(formFolder, "data", "*.json"))
				if err != nil || len(bodies) != 2 {
					t.Fatal(bodies, err)
				}
				for _, body := range bodies {
					content, err := os.ReadFile(body)
					if err != nil {
						t.Fatal(err)
					}
					write(t, filepath.Join(dir, "data", filepath.Base(body)+".gz"), gzipped(t, string(content)))
				}
				path := filepath.Join(dir, form.file)
				data := pack(t, encode(string(text)))
				write(t, path, data)
				counts[path] = &struct{ accepted, skipped int }{form.accepted, form.skipped}

				records := decoded(t, data, beside.siblings(t.Context(), path))
				b := &strings.Builder{}
				var keys [][16]byte
				for i := range records {
					switch r := &records[i]; r.Kind {
					case event.Accepted:
						b.WriteString(shownAs(t, r, beside.siblings(t.Context(), path)))
						keys = append(keys, r.Event.Key)
					case event.Rejected:
						t.Errorf("%s, %s, %s, line %d: %v", form.file, packing, encoding, r.Line, &r.Reject)
					}
				}
				w := want[form.want]
				if w == nil {
					w = &struct {
						text string
						keys [][16]byte
					}{b.String(), keys}
					want[form.want] = w
				}
				if b.String() != w.text || !slices.Equal(keys, w.keys) {
					t.Errorf("%s, %s, %s: another event than in the first form of %s:\n%s", form.file, packing, encoding, form.want, b)
				}
			}
		}
	}
	for name, w := range want {
		path := filepath.Join(formFolder, name+".golden")
		if *update {
			write(t, path, w.text)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != w.text {
			t.Errorf("%s: %v\n got %s\nwant %s", path, err, w.text, text)
		}
	}

	db := fresh(t)
	a := load(t, db, root)
	settled(t, a)
	seen := 0
	for i := range a.Files {
		f := &a.Files[i]
		w := counts[f.Path]
		if w == nil {
			if f.State != stateBody || f.Records != 0 {
				t.Errorf("%s: %+v, want it read with its record only", f.Path, f)
			}
			continue
		}
		seen++
		if f.Accepted+f.Duplicate != int64(w.accepted) || f.Skipped != int64(w.skipped) || f.Quarantined+f.Blank != 0 || f.State != stateComplete && f.State != stateKnown {
			t.Errorf("%s: %+v, want %d events and %d skipped", f.Path, f, w.accepted, w.skipped)
		}
	}
	if seen != len(counts) || a.Total.Accepted != happenings {
		t.Errorf("%d files of %d, %d happenings, want %d", seen, len(counts), a.Total.Accepted, happenings)
	}
}

// decoded reads a file as a load does and checks that the spans of its records tile it.
func decoded(t *testing.T, data string, siblings event.Siblings) []event.Record {
	t.Helper()
	reader, err := event.NewReader(strings.NewReader(data), event.Reading{Siblings: siblings})
	if err != nil {
		t.Fatal(err)
	}
	var records []event.Record
	for {
		var d event.Decoder // of its own for each block: all records are kept
		b, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		records = d.Decode(b, records)
	}
	at := int64(0)
	for i := range records {
		if records[i].Offset != at {
			t.Fatalf("record %d begins at %d, want %d", i, records[i].Offset, at)
		}
		at += records[i].Length
	}
	return records
}
