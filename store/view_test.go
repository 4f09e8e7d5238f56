package store

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"casebook/store/event"
)

// oddLines are records whose fields differ from what most records have: no id, an id that is no UUID, no time, numbers far apart.
const oddLines = `{"schemaType":"ModelInvocationLog","timestamp":"2026-03-01T10:00:00.123Z","requestId":"not-a-uuid","operation":"InvokeModel","modelId":"m","input":{"inputTokenCount":9000000000000000000},"output":{"outputTokenCount":0}}
{"schemaType":"ModelInvocationLog","timestamp":"2026-03-01T10:00:01.5Z","requestId":"","operation":"InvokeModel","modelId":"m","input":{"inputTokenCount":-9000000000000000000}}
{"schemaType":"ModelInvocationLog","timestamp":"when?","requestId":"00000000-0000-0000-0000-000000000000","operation":"Converse","modelId":"größer \"als\" 'das'","input":{"inputTokenCount":0}}
{"schemaType":"ModelInvocationLog","timestamp":"1969-07-20T20:17:40.000000001Z","requestId":"00000000-0000-4000-8000-000000000001","operation":"Converse","modelId":"m"}
`

// TestEventView holds the view of events, as plain SQL gives it, against what the store itself reads from the packs.
func TestEventView(t *testing.T) {
	db := fresh(t)
	dir := t.TempDir()
	paths := []string{write(t, filepath.Join(dir, "a.json"), lines(0, 700)), write(t, filepath.Join(dir, "odd.json"), oddLines)}
	if samples := filepath.Join("..", "..", "shared", "logs"); isFolder(samples) {
		paths = append(paths, samples)
	}
	load(t, db, paths...)
	ctx := context.Background()
	columns := []string{"id", "time", "source", "action", "outcome", "category", "status", "error", "user", "user_name", "user_role", "user_session",
		"account", "region", "resource", "resource_group", "model", "app", "ip", "request_id", "response_id", "prompt_tokens", "completion_tokens",
		"request_size", "response_size", "duration", "file", "line"}
	n := 0
	err := each(ctx, db.readers, "select "+strings.Join(columns, ", ")+" from event", nil, func(scan func(...any) error) error {
		got, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range got {
			into[i] = &got[i]
		}
		if err := scan(into...); err != nil {
			return err
		}
		n++
		e, err := db.Event(ctx, got[0].(int64))
		if err != nil {
			return err
		}
		for i, want := range viewOf(&e) {
			if got[i] != want {
				t.Errorf("event %d: %s is %#v in the view, %#v to the store", e.ID, columns[i], got[i], want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var counted, shell int
	if err := db.readers.QueryRow("select count(*) from event").Scan(&counted); err != nil || counted != n || n < 704 {
		t.Errorf("%d events, %d rows counted (%v)", n, counted, err)
	}
	if err := db.readers.QueryRow("select coalesce(sum(events), 0) from minute").Scan(&shell); err != nil || shell < 702 {
		t.Errorf("%d events by the minute, %v", shell, err)
	}
	stockShell(t, db, n)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// viewOf is an event as the view shows it.
func viewOf(e *EventRow) []any {
	text := func(s string) any { return orNil(s) }
	number := func(n event.Opt) any {
		if !n.Set {
			return nil
		}
		return n.Int
	}
	var at any
	if e.Dated {
		at = time.Unix(0, e.Time).UTC().Format("2006-01-02T15:04:05.000000000Z")
	}
	list := []any{e.ID, at, e.Source}
	for _, s := range textsOf(&e.Event) {
		list = append(list, text(*s))
	}
	return append(list, text(e.RequestID), text(e.ResponseID), number(e.PromptTokens), number(e.CompletionTokens), number(e.RequestSize),
		number(e.ResponseSize), number(e.Duration), e.File, e.Line)
}

// stockShell asks the sqlite3 shell of the system, where there is one: its SQLite may be years older than the one built in.
func stockShell(t *testing.T, db *DB, events int) {
	t.Helper()
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Log("no sqlite3 shell here to try the view in")
		return
	}
	out, err := exec.Command(shell, "-readonly", db.path, "select count(*), count(distinct model), min(id) from event where source = 'aws_bedrock' or source <> ''").CombinedOutput()
	if want := fmt.Sprintf("%d|", events); err != nil || !strings.HasPrefix(string(out), want) {
		t.Errorf("the shell says %q (%v), want %q first", out, err, want)
	}
}
