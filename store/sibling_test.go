package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBodiesElsewhere reads bodies that stand in objects of their own: as Bedrock lays them out, copied flat, and unpacked.
func TestBodiesElsewhere(t *testing.T) {
	const address = `"inputBodyS3Path":"s3://logs/2026/03/01/10/data/00000000-0000-4000-8000-000000000007_input.json.gz"`
	const base = "00000000-0000-4000-8000-000000000007_input.json"
	body := `{"prompt":"` + strings.Repeat("long ", 1000) + `"}`
	text := strings.Replace(record(7, "kim", ""), `"inputBodyJson":{"messages":[{"role":"user","content":[{"text":"question 7"}]}]}`, address, 1) + "\n"
	for name, content := range map[string]string{"data/" + base + ".gz": gzipped(t, body), "data/" + base: body, base + ".gz": gzipped(t, body), base: body, "": ""} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
			t.Fatal(err)
		}
		if name != "" {
			write(t, filepath.Join(dir, name), content)
		}
		db := fresh(t)
		load(t, db, write(t, filepath.Join(dir, "log.json"), text))
		rows, err := db.Events(context.Background(), EventFilter{}, Place{}, 10, false)
		if err != nil || len(rows) != 1 {
			t.Fatalf("%d events, %v", len(rows), err)
		}
		if got, want := rows[0].RequestSize.Int, int64(len(body)); name != "" && got != want || name == "" && got != 0 {
			t.Errorf("with the body in %q the request's size is %d, want %d", name, got, want)
		}
	}
}
