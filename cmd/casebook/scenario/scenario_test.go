package scenario

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

func write(t *testing.T, o Options) (*Summary, string) {
	t.Helper()
	o.Dir = filepath.Join(t.TempDir(), "logs")
	sum, err := Write(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return sum, o.Dir
}

// each calls f with every line of every file below dir, gunzipped.
func each(t *testing.T, dir string, f func(path string, line []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		var in io.Reader = file
		if strings.HasSuffix(path, ".gz") {
			if in, err = gzip.NewReader(file); err != nil {
				return err
			}
		}
		lines := bufio.NewReader(in)
		for {
			line, err := lines.ReadBytes('\n')
			if len(line) > 0 {
				f(path, line)
			}
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// digest is one hash over the paths and bytes of a folder.
func digest(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	each(t, dir, func(path string, line []byte) {
		fmt.Fprintf(h, "%s\x00%d\x00", strings.TrimPrefix(path, dir), len(line))
		h.Write(line)
	})
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestSameSeedSameBytes(t *testing.T) {
	o := Options{Events: 3000, Days: 3, Seed: 7}
	_, a := write(t, o)
	t.Setenv("GOMAXPROCS", "1")
	_, b := write(t, o)
	if digest(t, a) != digest(t, b) {
		t.Error("the same seed gave different logs")
	}
	o.Seed = 8
	_, c := write(t, o)
	if digest(t, a) == digest(t, c) {
		t.Error("another seed gave the same logs")
	}
}

func TestEveryLineIsARecordOfItsVendor(t *testing.T) {
	o := Options{Events: 6000, Days: 3, Seed: 1}
	sum, dir := write(t, o)
	var (
		seen    = map[string]int{}
		crlf    int
		records int
		files   = map[string]int{}
	)
	each(t, dir, func(path string, line []byte) {
		records++
		files[path]++
		var r struct {
			SchemaType, Category, Type, Timestamp, Time, TimeGenerated string
			RequestID, CorrelationID, EventUid                         string
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("%s: %v\n%s", path, err, line)
		}
		if strings.HasSuffix(string(line), "\r\n") {
			crlf++
		}
		seen[r.SchemaType+r.Category+r.Type]++
		at, err := time.Parse(time.RFC3339Nano, r.Timestamp+r.Time+r.TimeGenerated)
		if err != nil || at.Before(sum.From) || !at.Before(sum.To) {
			t.Errorf("%s: time %v is not in [%v, %v): %v", path, at, sum.From, sum.To, err)
		}
		rel, _ := filepath.Rel(dir, path)
		want := "AWSLogs"
		switch {
		case r.Category != "":
			want = "insights-logs-" + strings.ToLower(r.Category)
			if !strings.Contains(rel, at.Format("y=2006/m=01/d=02/h=15")+"/m=00/PT1H.json") {
				t.Errorf("%s holds a record of %v", rel, at)
			}
		case r.Type != "":
			want = "am-asimagenteventlogs"
		}
		if !strings.HasPrefix(rel, want+"/") {
			t.Errorf("%s holds %.80s", rel, line)
		}
	})
	if records != o.Events || sum.Records != o.Events || len(files) != sum.Files {
		t.Errorf("%d records in %d files, summary says %d in %d, wanted %d", records, len(files), sum.Records, sum.Files, o.Events)
	}
	for _, want := range []string{"ModelInvocationLog", "RequestResponse", "Audit", "ASimAgentEventLogs"} {
		if seen[want] == 0 {
			t.Errorf("no record of %s", want)
		}
	}
	if crlf == 0 {
		t.Error("no line ends in CRLF")
	}
	for path, n := range files {
		if strings.HasSuffix(path, ".gz") && n > perObject {
			t.Errorf("%s holds %d records, wanted at most %d", path, n, perObject)
		}
	}
}

func TestBodiesAreOfARealisticSize(t *testing.T) {
	sum, _ := write(t, Options{Events: 20000, Days: 10, Seed: 3, Mix: Mix{Bedrock: 1}})
	if mean := sum.Expanded / int64(sum.Records); mean < 1500 || mean > 2200 {
		t.Errorf("a Bedrock record is %d bytes on average, wanted about 1800", mean)
	}
}

func TestWriteRefuses(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		o    Options
		want string
	}{
		{"no events", Options{Days: 1}, "events: want a number above 0"},
		{"no days", Options{Events: 10}, "days: want 1 to 3660"},
		{"more campaigns than days", Options{Events: 10, Days: 2, Campaigns: 3}, "campaigns: want 1 to 2"},
		{"too few events for the incidents", Options{Events: 100, Days: 2}, "ask for at least"},
		{"a folder with something in it", Options{Dir: full, Events: 5000, Days: 1}, "is not empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.o.Dir == "" {
				tt.o.Dir = filepath.Join(t.TempDir(), "logs")
			}
			_, err := Write(context.Background(), tt.o)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, wanted %q in it", err, tt.want)
			}
		})
	}
}

func TestWriteStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Write(ctx, Options{Dir: filepath.Join(t.TempDir(), "logs"), Events: 200000, Days: 3, Progress: func(int) { cancel() }})
	if err == nil || ctx.Err() == nil {
		t.Errorf("got %v after cancelling", err)
	}
}

func TestTopics(t *testing.T) {
	if len(topics) != ordinaryTopics {
		t.Errorf("%d topics, ordinaryTopics is %d", len(topics), ordinaryTopics)
	}
}

func TestLoginsDiffer(t *testing.T) {
	seen := map[string]int{}
	for n := range 5000 {
		if first, ok := seen[login(n)]; ok {
			t.Fatalf("persons %d and %d are both %s", first, n, login(n))
		}
		seen[login(n)] = n
	}
}

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		dir := filepath.Join(b.TempDir(), "logs")
		sum, err := Write(context.Background(), Options{Dir: dir, Events: 50000, Days: 3, Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(sum.Expanded)
		os.RemoveAll(dir)
	}
}
