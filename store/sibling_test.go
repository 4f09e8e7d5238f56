package store

import (
	"context"
	"fmt"
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

// elsewhere writes a folder as Bedrock does, a record with its body beside it, and the record again as CloudWatch tells it, in another.
func elsewhere(t *testing.T) (s3, cloudwatch, body string) {
	t.Helper()
	const address = `"inputBodyS3Path":"s3://logs/2026/03/01/10/data/00000000-0000-4000-8000-000000000007_input.json.gz"`
	body = `{"prompt":"` + strings.Repeat("long ", 1000) + `"}`
	text := strings.Replace(record(7, "kim", ""), `"inputBodyJson":{"messages":[{"role":"user","content":[{"text":"question 7"}]}]}`, address, 1) + "\n"
	s3, cloudwatch = filepath.Join(t.TempDir(), "s3"), filepath.Join(t.TempDir(), "cw")
	for _, dir := range []string{filepath.Join(s3, "data"), cloudwatch} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(s3, "data", "00000000-0000-4000-8000-000000000007_input.json.gz"), gzipped(t, body))
	write(t, filepath.Join(s3, "20260301.json.gz"), gzipped(t, text))
	write(t, filepath.Join(cloudwatch, "000000"), "2026-03-01T10:00:00.000Z "+text)
	return s3, cloudwatch, body
}

// askedOf is what a store says of the one event it has: the size of its request, and its prompt.
func askedOf(t *testing.T, db *DB) string {
	t.Helper()
	rows, err := db.Events(context.Background(), EventFilter{}, Place{}, 10, false)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d events, %v", len(rows), err)
	}
	d, err := db.Decode(context.Background(), rows[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprint(rows[0].RequestSize.Int)
	for _, f := range d.Fields {
		if f.Name == "gen_ai.prompt" {
			said += fmt.Sprint(" ", f.Value)
		}
	}
	return said
}

// TestBodiesAreEvidence: a body has an account and a hash, is kept as other objects are, and is read from the store once its folder is gone.
func TestBodiesAreEvidence(t *testing.T) {
	s3, _, body := elsewhere(t)
	db := fresh(t)
	a := load(t, db, s3)
	settled(t, a)
	found := 0
	for _, f := range a.Files {
		if f.State == stateBody {
			found++
			if f.SHA256 == "" || f.Bytes == 0 || f.Encoding != "gzip" || f.Known {
				t.Errorf("%+v", f)
			}
		}
	}
	if found != 1 || len(a.Files) != 2 {
		t.Errorf("%+v", a.Files)
	}
	again := load(t, db, s3)
	if again.Total.Duplicate != 1 || !again.Files[1].Known {
		t.Errorf("loaded again: %+v", again)
	}
	if err := os.RemoveAll(s3); err != nil {
		t.Fatal(err)
	}
	if got, want := askedOf(t, db), fmt.Sprint(len(body), " ", body); got != want {
		t.Errorf("%d bytes, want %d", len(got), len(want))
	}
	checkAccounts(t, db)
	r, err := db.Verify(context.Background(), VerifyOptions{})
	if err != nil || !r.Sound() {
		t.Errorf("%+v %v", r, err)
	}
	var files int
	if err := db.readers.QueryRow("select count(*) from file").Scan(&files); err != nil || files != 2 {
		t.Errorf("%d files, %v", files, err)
	}
}

// TestFollowedBodies: a bucket that is being copied has its records first; the bodies are taken when they come.
func TestFollowedBodies(t *testing.T) {
	s3, _, body := elsewhere(t)
	dir := t.TempDir()
	r := follow(t, dir)
	move := func(name string) {
		t.Helper()
		if err := os.Rename(filepath.Join(s3, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			r.poll()
		}
	}
	move("20260301.json.gz")
	if got := askedOf(t, r.db); got != "0" {
		t.Errorf("%.60s before the body came", got)
	}
	newest, err := r.db.NewestID(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	move("data")
	if got, want := askedOf(t, r.db), fmt.Sprint(len(body), " ", body); got != want {
		t.Errorf("%.60s, want %.60s", got, want)
	}
	// Rules that have run know nothing of the body.
	touched, err := r.db.Touched(context.Background(), []string{"logs-aws_bedrock.invocation-*"}, newest)
	if err != nil || len(touched) != 1 {
		t.Errorf("touched: %v, %v", touched, err)
	}
	checkAccounts(t, r.db)
}

// TestBodiesOfAnyForm: whichever form of a call is read first, and wherever its body stands, the event has its body.
func TestBodiesOfAnyForm(t *testing.T) {
	s3, cloudwatch, body := elsewhere(t)
	want := fmt.Sprint(len(body), " ", body)
	for name, loads := range map[string][][]string{
		"objects first":  {{s3}, {cloudwatch}},
		"at once":        {{cloudwatch, s3}},
		"messages first": {{cloudwatch}, {s3}},
		"bodies last":    {{filepath.Join(cloudwatch, "000000")}, {filepath.Join(s3, "data", "00000000-0000-4000-8000-000000000007_input.json.gz")}},
	} {
		db := fresh(t)
		for _, paths := range loads {
			load(t, db, paths...)
		}
		if got := askedOf(t, db); got != want {
			t.Errorf("%s: %.60s, want %.60s", name, got, want)
		}
		var size int
		if err := db.readers.QueryRow("select request_size from event").Scan(&size); err != nil || size != len(body) {
			t.Errorf("%s: to SQL its size is %d, %v", name, size, err)
		}
		r, err := db.Verify(context.Background(), VerifyOptions{})
		if err != nil || !r.Sound() {
			t.Errorf("%s: %+v %v", name, r, err)
		}
	}
}

// TestKeepLargeBody copies a body into the store, where it is to be kept, that is too large to be read with its record.
func TestKeepLargeBody(t *testing.T) {
	if testing.Short() {
		t.Skip("some hundred megabytes")
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "00000000-0000-4000-8000-000000000007_input.json")
	file, err := os.Create(path)
	if err == nil {
		err = file.Truncate(maxBody + 3*partSize + 5)
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	db, ctx := fresh(t), context.Background()
	kept := func(want int) {
		t.Helper()
		for range 2 { // the second time they are known
			a, err := db.Load(ctx, []string{dir}, LoadOptions{Keep: want > 0})
			if err != nil || a.Files[0].Problem != "" || !a.Files[0].Body() {
				t.Fatalf("%+v, %v", a, err)
			}
			var parts, files int
			if err := db.readers.QueryRow("select (select count(*) from evidence), (select count(*) from file)").Scan(&parts, &files); err != nil || parts != want || files != 1 {
				t.Fatalf("%d parts of %d files, want %d of 1, %v", parts, files, want, err)
			}
		}
	}
	kept(0)
	kept(maxBody/partSize + 4) // one that was known by reference
	db = fresh(t)
	kept(maxBody/partSize + 4)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	r, err := db.Verify(ctx, VerifyOptions{})
	if err != nil || !r.Sound() {
		t.Errorf("%+v %v", r, err)
	}
}
