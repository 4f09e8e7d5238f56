package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shown is all that a store shows of its events, and what it says of its files.
func shown(t *testing.T, db *DB) string {
	t.Helper()
	ctx := context.Background()
	all, err := db.segments(ctx, db.readers)
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	var spots []spot
	for _, s := range all {
		n, err := db.numbered(ctx, s)
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.count {
			ids, spots = append(ids, n.event(i)), append(spots, spot{s, i, n.event(i)})
		}
	}
	rows, err := db.rowsAt(ctx, spots)
	if err != nil {
		t.Fatal(err)
	}
	places, err := db.rawPlaces(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := db.keys(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for i := range rows {
		r, p := &rows[i], &places[i]
		id := r.ID
		r.ID = 0
		raw, err := db.Raw(ctx, id)
		if err != nil || !raw.Intact {
			t.Fatalf("event %d: %v", id, err)
		}
		d, err := db.Decode(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		fields, err := json.Marshal(d.Fields)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s %+v form %s begin %d length %d record %q fields %s", keys[id], *r, p.form, p.begin, p.length, raw.Bytes, fields))
	}
	err = each(ctx, db.readers, "select cast(path as text), state, sha256, records, accepted, duplicate, quarantined, blank, skipped, undated from file", nil, func(scan func(...any) error) error {
		var path, state string
		var sum []byte
		var t Tally
		err := scan(&path, &state, &sum, &t.Records, &t.Accepted, &t.Duplicate, &t.Quarantined, &t.Blank, &t.Skipped, &t.Undated)
		lines = append(lines, fmt.Sprintf("file %s %s %x %+v", path, state, sum, t))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// copies writes a folder in which most calls are told by several files, in the forms of several ways of delivery, some of them twice in a file.
func copies(t *testing.T) (files []string) {
	t.Helper()
	dir := t.TempDir()
	all := strings.Split(strings.TrimSpace(lines(0, 60)), "\n")
	tell := func(name string, form func(int, string) string, records ...string) {
		var text strings.Builder
		for i, r := range records {
			text.WriteString(form(i, r))
		}
		body := text.String()
		if strings.HasSuffix(name, ".gz") {
			body = gzipped(t, body)
		}
		files = append(files, write(t, filepath.Join(dir, name), body))
	}
	plain := func(_ int, r string) string { return r + "\n" }
	timed := func(_ int, r string) string { return "2026-03-01T00:00:01.123Z " + r + "\n" }
	message := func(_ int, r string) string {
		return fmt.Sprintf(`{"events":[{"timestamp":1772323200000,"message":%q}]}`+"\n", r)
	}
	tell("1-insights.csv", func(i int, r string) string {
		head := ""
		if i == 0 {
			head = "@timestamp,@message\n"
		}
		return head + `2026-03-01 00:00:01.123,"` + strings.ReplaceAll(r, `"`, `""`) + "\"\n"
	}, all[10:50]...)
	tell("2-export.gz", timed, append(all[20:60:60], all[30], all[30])...)
	tell("3-events.json", message, all[:50]...)
	tell("4-late.json", plain, all[35:45]...)
	tell("5-spaced.json", func(_ int, r string) string { return strings.Replace(r, ":", ": ", 1) + "\n" }, all[5:15]...)
	tell("6-twice.json", plain, append(all[:40:40], all[30])...)
	tell("7-blob.json", plain, azureCall("1234567"))
	tell("8-hub.json", func(_ int, r string) string { return `{"records":[` + r + "]}\n" }, azureCall("123"))
	tell("9-broken.json", plain, all[0], `{"broken":`, all[1], `{"likenothing": 1}`)
	tell("9-cut.json.gz", plain, all[40:60]...)
	last := files[len(files)-1]
	cut, err := os.ReadFile(last)
	if err != nil {
		t.Fatal(err)
	}
	write(t, last, string(cut[:len(cut)-9]))
	// The same bytes under names that come before and behind, and what is in a packed file unpacked.
	for of, twins := range map[string][]string{"2-export.gz": {"0.gz", "archive/2-export.gz", "z/8-export.gz"}, "3-events.json": {"archive/3-events.json"}, "6-twice.json": {"0-once.json", "Archive/6-twice.json", "z/7-other.json"},
		"7-blob.json": {"0-blob.json", "z/7-blob.json"}, "9-broken.json": {"0-broken.json", "archive/9-broken.json"}, "9-cut.json.gz": {"0-cut.gz", "z/9-cut.json.gz"}} {
		text, err := os.ReadFile(filepath.Join(dir, of))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range twins {
			name = filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
				t.Fatal(err)
			}
			files = append(files, write(t, name, string(text)))
		}
	}
	tell("1-export", timed, append(all[20:60:60], all[30], all[30])...)
	tell("z-export", timed, append(all[20:60:60], all[30], all[30])...)
	samples := filepath.Join("..", "..", "shared", "logs")
	for _, name := range []string{"aws_bedrock/elastic_test-aws-bedrock.log", "azure_openai/test-open-ai-request-response.log", "azure_openai/eventhub_message_example.json",
		"openai_sentinel/asim_agent_event_rows_derived.ndjson", "openai_sentinel/log_analytics_api_response_derived.json",
		"openai_sentinel/log_analytics_portal_export_derived.csv", "openai_sentinel/openai_list_chat_completions_response.json"} {
		if path := filepath.Join(samples, name); exists(path) {
			files = append(files, path)
		}
	}
	return files
}

// azureCall is a call at some fraction of a second, which says something else in one of its fields each time.
func azureCall(at string) string {
	return `{"time":"2026-03-01T10:00:02.` + at + `Z","resourceId":"/SUBSCRIPTIONS/0A1B2C3D-0000-4000-8000-000000000000/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/A",` +
		`"category":"RequestResponse","operationName":"ChatCompletions_Create","correlationId":"c-1","resultSignature":"200","durationMs":12,"callerIpAddress":"10.0.0.` + at[:1] + `","properties":{"requestLength":5}}`
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestCopiesInAnyOrder loads files that tell the same calls, in orders, batches and processes of their own, stopped in the middle and begun
// again: whoever does it sees the same records, forms, places and accounts.
func TestCopiesInAnyOrder(t *testing.T) {
	t.Parallel()
	files, ctx := copies(t), context.Background()
	first := fresh(t)
	a := load(t, first, files...)
	if a.Total.Duplicate < 100 || a.Total.Accepted < 60 {
		t.Fatalf("%+v", a.Total)
	}
	want := shown(t, first)
	checkAccounts(t, first)
	rounds := 40
	if testing.Short() {
		rounds = 6
	}
	for round := range rounds {
		r := rand.New(rand.NewPCG(uint64(round), 11))
		order := slices.Clone(files)
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		options := LoadOptions{batch: 1 + r.IntN(70)}
		db := fresh(t)
		switch round % 4 {
		case 0: // at once
			if _, err := db.Load(ctx, order, options); err != nil {
				t.Fatal(err)
			}
		case 1: // in two halves, by two processes
			half := r.IntN(len(order))
			if _, err := db.Load(ctx, order[:half], options); err != nil {
				t.Fatal(err)
			}
			if _, err := open(t, db.path).Load(ctx, order[half:], options); err != nil {
				t.Fatal(err)
			}
		case 2: // file by file
			for _, file := range order {
				if _, err := db.Load(ctx, []string{file}, options); err != nil {
					t.Fatal(err)
				}
			}
		case 3: // one that dies, and then all of it
			stop, halt := context.WithCancel(ctx)
			l := &loader{db: db, account: &Account{}, options: options}
			if err := l.begin(ctx); err != nil {
				t.Fatal(err)
			}
			pieces, last := 0, 1+r.IntN(2*len(order))
			_ = (&feed{db: db}).run(stop, db.candidates(order, nil), func(p piece) error {
				if pieces++; pieces == last {
					halt()
				}
				return l.take(p)
			})
			halt()
			if err := l.flush(); err != nil {
				t.Fatal(err)
			}
			if _, err := db.writer.Exec("update load set pid = 0"); err != nil { // its process is gone
				t.Fatal(err)
			}
			if _, err := open(t, db.path).Load(ctx, order, options); err != nil {
				t.Fatal(err)
			}
		}
		if got := shown(t, db); got != want {
			one, other := strings.Split(got, "\n"), strings.Split(want, "\n")
			for i := range min(len(one), len(other)) {
				if one[i] != other[i] {
					at := 0
					for at < min(len(one[i]), len(other[i])) && one[i][at] == other[i][at] {
						at++
					}
					at = max(0, at-60)
					one[i], other[i] = one[i][:32]+" … "+one[i][at:], other[i][:32]+" … "+other[i][at:]
					t.Fatalf("round %d, in the order %q:\n got %s\nwant %s", round, order, one[i], other[i])
				}
			}
			t.Fatalf("round %d: %d lines, want %d", round, len(one), len(other))
		}
		checkAccounts(t, db)
		if v, err := db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
			t.Fatalf("round %d: %+v %v", round, v, err)
		}
	}
}

// TestReplacedGoes: what better copies have taken the place of is kept for those who are reading it, goes with a later load, and leaves its room.
func TestReplacedGoes(t *testing.T) {
	ctx := context.Background()
	db, dir := fresh(t), t.TempDir()
	var timed strings.Builder
	for line := range strings.Lines(lines(0, 4000)) {
		timed.WriteString("2026-03-01T00:00:01.123Z " + line)
	}
	load(t, db, write(t, filepath.Join(dir, "export"), timed.String()))
	load(t, db, write(t, filepath.Join(dir, "objects.json"), lines(0, 4000)))
	replaced := func() (n int) {
		t.Helper()
		if err := db.readers.QueryRowContext(ctx, "select count(*) from segment where replaced <> 0").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	load(t, db, dir)
	if n := replaced(); n == 0 {
		t.Error("what was replaced just now is gone")
	}
	if _, err := db.writer.Exec("update segment set replaced = replaced - ? where replaced > 0", int64(2*lingerFor)); err != nil {
		t.Fatal(err)
	}
	load(t, db, dir)
	var free int
	if err := db.readers.QueryRowContext(ctx, "pragma freelist_count").Scan(&free); err != nil || replaced() != 0 || free < 10 {
		t.Errorf("%d replaced segments, %d free pages, %v", replaced(), free, err)
	}
	if v, err := db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
}
