package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf16"

	"casebook/store/event"
)

// TestResumeGoesOn stops loads of large files in every packing and goes on: what lies before the checkpoint is not decoded again, the
// events are those of an undisturbed load, and a copy that was begun is whole in the end.
func TestResumeGoesOn(t *testing.T) {
	t.Parallel()
	const n = 16000
	plain := lines(0, n)
	encoder, err := zstdEncoder()
	if err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(plain)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	var table strings.Builder
	table.WriteString("EventVendor,EventProduct,EventType,TimeGenerated,EventUid,ModelName\r\n")
	for i := range 3 * n {
		fmt.Fprintf(&table, "OpenAI,OpenAI API Platform,ChatCompletion,2026-03-01T%02d:%02d:%02dZ,%d,\"m\n%s\"\r\n", i/3600%24, i/60%60, i%60, i, strings.Repeat("x", i%50))
	}
	for name, text := range map[string]string{
		"plain": plain, "gzip": gzipped(t, plain), "zstd": string(encoder.EncodeAll([]byte(plain), nil)), "utf-16": string(wide), "rows": table.String(),
		"one list":       "[" + strings.ReplaceAll(strings.TrimSpace(plain), "\n", ",") + "]",
		"one list, laid": "{\n \"Records\": [\n" + strings.ReplaceAll(strings.TrimSpace(plain), "\n", ",\n  ") + "\n ],\n \"more\": 1\n}\n",
		"one envelope":   `{"nextToken":"x","records":[` + strings.ReplaceAll(strings.TrimSpace(plain), "\n", ", ") + "]}\n" + lines(n, n+5),
		"a table":        tableAnswer(3 * n),
	} {
		path, whole := write(t, filepath.Join(t.TempDir(), "log"), text), fresh(t)
		load(t, whole, path)
		for _, keep := range []bool{false, true} {
			if testing.Short() && keep == strings.Contains(name, " ") {
				continue // both ways of each are gone without -short only
			}
			t.Run(fmt.Sprintf("%s keep=%t", name, keep), func(t *testing.T) {
				db := fresh(t)
				var again atomic.Int64 // workers decode side by side
				for round := range 2 {
					l := &loader{db: db, account: &Account{}, options: LoadOptions{batch: 1000}}
					if err := l.begin(context.Background()); err != nil {
						t.Fatal(err)
					}
					ctx, stop := context.WithCancel(l.ctx)
					f, pieces := feed{db: db, keep: keep && round == 0}, 0
					f.decoded = func(records []event.Record) {
						for i := range records {
							if round == 1 && records[i].Kind == event.Accepted {
								again.Add(1)
							}
						}
					}
					files := db.candidates([]string{path}, nil)
					files[0].size = max(files[0].size, smallFile+1) // as a large one, however well it is packed
					err := f.run(ctx, files, func(p piece) error {
						if pieces++; round == 0 && pieces == 3 {
							stop()
						}
						return l.take(p)
					})
					stop()
					if round == 0 && err == nil {
						t.Fatal("it was not stopped")
					}
					l.account.Interrupted = err != nil
					if err := l.flush(); err != nil {
						t.Fatal(err)
					}
					if err := l.end(nil); err != nil {
						t.Fatal(err)
					}
				}
				if digest(t, db) != digest(t, whole) {
					t.Error("gone on with, the store holds other events")
				}
				checkAccounts(t, db)
				if v, err := db.Verify(context.Background(), VerifyOptions{}); err != nil || !v.Sound() {
					t.Errorf("%+v %v", v, err)
				}
				if all := countRows(t, db); int(again.Load()) > all*9/10 {
					t.Errorf("%d records of %d were decoded again", again.Load(), all)
				}
			})
		}
	}
}

// tableAnswer is what Log Analytics answers with: a table's columns, and its rows as lists.
func tableAnswer(n int) string {
	var b strings.Builder
	b.WriteString(`{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"EventVendor","type":"string"},{"name":"EventProduct","type":"string"},{"name":"EventType","type":"string"},{"name":"EventUid","type":"string"},{"name":"ModelName","type":"string"}],"rows":[`)
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `["2026-03-01T%02d:%02d:%02dZ","OpenAI","OpenAI API Platform","ChatCompletion","%d","m%s"]`, i/3600%24, i/60%60, i%60, i, strings.Repeat("x", i%50))
	}
	return b.String() + "]}]}"
}
