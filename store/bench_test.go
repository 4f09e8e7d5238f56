package store

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"casebook/engine/exec"
)

// benchFolder is a folder of logs to measure with: CASEBOOK_LOGS=DIR go test -bench Load -benchtime 1x ./store, where DIR is what
// "casebook demo --write DIR" wrote; without it some thousand records are made up.
func benchFolder(b *testing.B) string {
	if dir := os.Getenv("CASEBOOK_LOGS"); dir != "" {
		return dir
	}
	dir := b.TempDir()
	var text strings.Builder
	for i := range 20000 {
		text.WriteString(record(i, fmt.Sprintf("u%d", i%50), "") + "\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return dir
}

func loadOnce(b *testing.B, dir, path string) (*DB, *Account) {
	db, err := Open(path, Options{})
	if err != nil {
		b.Fatal(err)
	}
	a, err := db.Load(context.Background(), []string{dir}, LoadOptions{})
	if err != nil {
		b.Fatal(err)
	}
	return db, a
}

func BenchmarkLoad(b *testing.B) {
	dir := benchFolder(b)
	var events int64
	for i := range b.N {
		path := filepath.Join(b.TempDir(), fmt.Sprint(i))
		db, a := loadOnce(b, dir, path)
		events += a.Total.Records
		b.SetBytes(a.Total.Expanded)
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
		if info, err := os.Stat(path); err == nil {
			b.ReportMetric(float64(info.Size())/float64(a.Total.Records), "storebytes/event")
		}
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkScan(b *testing.B) {
	db, _ := loadOnce(b, benchFolder(b), filepath.Join(b.TempDir(), "casebook.db"))
	defer db.Close()
	for b.Loop() {
		s, err := db.Scan(context.Background(), exec.Request{Table: "logs-aws_bedrock.invocation-*", From: -1 << 63, To: 1<<63 - 1,
			Columns: []string{"@timestamp", "user.id", "gen_ai.request.model.id", "cloud.account.id", "gen_ai.response.error_code", "gen_ai.usage.prompt_tokens"}})
		if err != nil {
			b.Fatal(err)
		}
		rows := 0
		for {
			batch, err := s.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			rows += batch.Len
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(rows), "rows")
	}
}

func BenchmarkRaw(b *testing.B) {
	db, a := loadOnce(b, benchFolder(b), filepath.Join(b.TempDir(), "casebook.db"))
	defer db.Close()
	id := int64(1)
	for b.Loop() {
		db.raws = rawCache{}
		if _, err := db.Raw(context.Background(), id); err != nil {
			b.Fatal(err)
		}
		if id += 997; id > a.Total.Accepted {
			id = 1
		}
	}
}

// BenchmarkFeed reads, expands, decodes and hashes, and throws away what comes of it.
func BenchmarkFeed(b *testing.B) {
	files := new(DB).candidates([]string{benchFolder(b)}, nil)
	db, err := Open(filepath.Join(b.TempDir(), "casebook.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for b.Loop() {
		records := 0
		f := feed{db: db}
		err := f.run(context.Background(), files, func(p piece) error {
			records += int(p.tally.Records)
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(records), "records")
	}
}

// BenchmarkDoors times what screens ask for, warm, on one store.
func BenchmarkDoors(b *testing.B) {
	db, a := loadOnce(b, benchFolder(b), filepath.Join(b.TempDir(), "casebook.db"))
	defer db.Close()
	ctx := context.Background()
	from, to, _, err := db.Span(ctx)
	if err != nil {
		b.Fatal(err)
	}
	users, err := db.Summaries(ctx, EventFilter{}, "user.id", 0)
	if err != nil || len(users) == 0 {
		b.Fatal(err)
	}
	busy, quiet := users[0].Value, users[len(users)-1].Value
	of := func(user string) EventFilter { return EventFilter{Where: map[string]string{"user.id": user}} }
	n := int64(0)
	for _, door := range []struct {
		name string
		ask  func() error
	}{
		{"PageOfAll", func() error {
			at := (from + n*7919*int64(1e7)%(to-from)) * 100
			_, err := db.Events(ctx, EventFilter{}, Place{Time: at}, 50, n%2 == 0)
			return err
		}},
		{"PageOfBusyUser", func() error { _, err := db.Events(ctx, of(busy), Place{}, 50, true); return err }},
		{"PageOfQuietUser", func() error { _, err := db.Events(ctx, of(quiet), Place{}, 50, true); return err }},
		{"HistogramOfUser", func() error { _, err := db.Histogram(ctx, of(busy), from, to, 120); return err }},
		{"HistogramOfAll", func() error { _, err := db.Histogram(ctx, EventFilter{}, from, to, 120); return err }},
		{"SummariesOfUsers", func() error { _, err := db.Summaries(ctx, EventFilter{}, "user.id", 50); return err }},
		{"Event", func() error { _, err := db.Event(ctx, 1+n*7919%a.Total.Accepted); return err }},
	} {
		b.Run(door.name, func(b *testing.B) {
			for b.Loop() {
				if n++; door.ask() != nil {
					b.Fatal(door.ask())
				}
			}
		})
	}
}
