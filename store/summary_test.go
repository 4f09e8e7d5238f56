package store

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"

	"casebook/engine/column"
)

const testUser = "arn:aws:iam::123456789012:user/"

func TestSummaries(t *testing.T) {
	db := fresh(t)
	text := lines(0, 90) + record(100, "u1", "AccessDeniedException") + "\n" + record(101, "new", "") + "\n"
	load(t, db, write(t, filepath.Join(t.TempDir(), "a.json"), text))
	ctx := context.Background()
	users, err := db.Summaries(ctx, EventFilter{}, "user.id", 0)
	if err != nil || len(users) != 6 {
		t.Fatalf("%+v %v", users, err)
	}
	times, err := db.Times(ctx, EventFilter{}, 0)
	if err != nil || len(times) != 92 {
		t.Fatalf("%d times, %v", len(times), err)
	}
	// u1 has the events 1, 6, … 86 of the lines and 100; record gives event i i%100 prompt and i%7 completion tokens.
	want := Summary{Events: 19, Failures: 1, First: times[1], Last: times[90], CompletionTokens: 100 % 7}
	for i := 1; i < 90; i += 5 {
		want.PromptTokens += int64(i % 100)
		want.CompletionTokens += int64(i % 7)
	}
	if users[0] != (ValueSummary{testUser + "u1", want}) {
		t.Errorf("user 1: %+v, want %+v", users[0], want)
	}
	if last := users[5]; last.Value != testUser+"new" || last.Events != 1 || last.First != times[91] || last.Last != times[91] {
		t.Errorf("last: %+v", last)
	}
	if top, err := db.Summaries(ctx, EventFilter{}, "user", 2); err != nil || !reflect.DeepEqual(top, users[:2]) {
		t.Errorf("the first two: %+v %v", top, err)
	}
	f := EventFilter{Where: map[string]string{"user.id": testUser + "u3"}, From: times[10], To: times[20]}
	if some, err := db.Summaries(ctx, f, "source", 0); err != nil || len(some) != 1 || some[0].Events != 2 {
		t.Errorf("of one user and a stretch: %+v %v", some, err)
	}
	if some, err := db.Times(ctx, f, 0); err != nil || !reflect.DeepEqual(some, []int64{times[13], times[18]}) {
		t.Errorf("times %v %v", some, err)
	}
	if some, err := db.Times(ctx, EventFilter{}, 3); err != nil || !reflect.DeepEqual(some, times[:3]) {
		t.Errorf("three times %v %v", some, err)
	}
	if none, err := db.Summaries(ctx, EventFilter{Where: map[string]string{"user.id": "nobody"}}, "user.id", 0); err != nil || len(none) != 0 {
		t.Errorf("nobody: %v %v", none, err)
	}
	if _, err := db.Summaries(ctx, EventFilter{}, "no.such.field", 0); err == nil {
		t.Error("an unknown field was taken")
	}
}

func TestGaps(t *testing.T) {
	db := fresh(t)
	text := lines(0, 60) + lines(600, 660) + lines(720, 721)
	load(t, db, write(t, filepath.Join(t.TempDir(), "a.json"), text))
	ctx := context.Background()
	from, _, _, err := db.Span(ctx)
	if err != nil {
		t.Fatal(err)
	}
	source := "bedrock"
	if rows, err := db.Events(ctx, EventFilter{}, Place{}, 1, false); err == nil {
		source = rows[0].Source
	}
	minute := func(n int64) int64 { return from + n*column.Minute }
	long, short := Gap{source, minute(1), minute(10)}, Gap{source, minute(11), minute(12)}
	for _, tt := range []struct {
		name     string
		source   string
		from, to int64
		d        int64
		want     []Gap
	}{
		{"all", "", 0, 0, 1, []Gap{long, short}},
		{"long", source, 0, 0, 5 * column.Minute, []Gap{long}},
		{"touching", "", minute(2), minute(3), 1, []Gap{long}},
		{"behind", "", minute(10), minute(20), 1, []Gap{short}},
		{"another source", "elsewhere", 0, 0, 1, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := db.Gaps(ctx, tt.source, tt.from, tt.to, tt.d); err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%v %v, want %v", got, err, tt.want)
			}
		})
	}
}
