package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"casebook/engine/exec"
)

// undatedLog are records without a time: of Azure's APIs, or of the gateway before them, which one table shows.
func undatedLog(gateway bool, from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		category, properties := "RequestResponse", `"modelName":"m","requestLength":1`
		if gateway {
			category, properties = "GatewayLogs", `"method":"POST","url":"https://api.example.com/openai/deployments/chat/chat/completions","requestSize":5`
		}
		fmt.Fprintf(&b, `{"time":"soon","category":%q,"resourceId":"/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/A","operationName":"ChatCompletions_Create","correlationId":"c%d","properties":{%s}}`+"\n",
			category, i, properties)
	}
	return b.String()
}

// undatedScan reads a table that shows events without a time, and counts the segments and the rows of theirs that it holds.
func undatedScan(t *testing.T, db *DB, share int) (ids []int64, open, rows int) {
	t.Helper()
	s, err := db.Scan(context.Background(), exec.Request{Table: "logs-azure_openai.logs-*", From: math.MinInt64, To: math.MaxInt64})
	if err != nil {
		t.Fatal(err)
	}
	in := s.(*scanner)
	if share > 0 {
		in.share = share
	}
	for {
		b, err := in.Next()
		if errors.Is(err, io.EOF) {
			return ids, open, rows
		}
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, b.Events...)
		held := 0
		for _, o := range in.open {
			held += len(o.times)
		}
		open, rows = max(open, len(in.open)), max(rows, held)
	}
}

// TestScanUndated reads events without a time: one segment after the other, each part by part.
func TestScanUndated(t *testing.T) {
	const segments, each = 12, 300
	db, dir := fresh(t), t.TempDir()
	for k := range segments {
		load(t, db, write(t, filepath.Join(dir, fmt.Sprintf("%d.json", k)), undatedLog(k%3 == 0, k*each, (k+1)*each)))
	}
	if n := liveSegments(t, db); n != segments {
		t.Fatalf("%d segments", n)
	}
	for _, share := range []int{0, 100, 7} {
		ids, open, rows := undatedScan(t, db, share)
		if len(ids) != segments*each || !slices.IsSorted(ids) {
			t.Errorf("%d events, in order: %t", len(ids), slices.IsSorted(ids))
		}
		if open > 1 || share > 0 && rows > 2*share {
			t.Errorf("in parts of %d, %d segments are open at once, with %d rows", share, open, rows)
		}
	}
}

// TestScanUndatedMerged reads those of two sources that were loaded by turns, and merged: they come in the order in which they were kept.
func TestScanUndatedMerged(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	for k := range 8 {
		r.log = filepath.Join(dir, fmt.Sprintf("%d.json", k%2))
		r.write([]byte(undatedLog(k%2 == 0, 5*k, 5*k+5)))
		r.poll()
	}
	if err := mergeNow(r.db); err != nil {
		t.Fatal(err)
	}
	if n := liveSegments(t, r.db); n != 2 {
		t.Fatalf("%d segments", n)
	}
	for _, share := range []int{0, 3, 1} {
		ids, _, rows := undatedScan(t, r.db, share)
		if len(ids) != 40 || !slices.IsSorted(ids) {
			t.Errorf("in parts of %d: %v", share, ids)
		}
		if share > 0 && rows > 4*share {
			t.Errorf("in parts of %d, %d rows are held", share, rows)
		}
	}
}
