package store

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/store/event"
)

// Every property is what the whole value has, whether it has a pack of its own, is found in the texts, or is nowhere; and so it is
// in a store whose segments were written without such packs.
func TestProperties(t *testing.T) {
	var log strings.Builder
	for i := range 200 {
		additional := fmt.Sprintf(`{"input_user":"u%d","n":%d,"own":"x-%d","list":[%d],"mixed":%s,"seldom":null}`, i%7, i%3, i, i, []string{`1`, `{"a":1}`}[i%2])
		switch i % 10 {
		case 3:
			additional = `"text"`
		case 5:
			additional = `{"input_user":"first","input_user":"l\u0061st","big":12345678901234567890}`
		case 7:
			additional = `null`
		case 9:
			additional = `{}`
		}
		fmt.Fprintf(&log, `{"TimeGenerated":"2026-03-05T02:00:%02dZ","EventVendor":"OpenAI","EventProduct":"OpenAI API Platform","EventType":"ChatCompletion",`+
			`"EventUid":"chatcmpl-%d","AdditionalFields":%s,"Type":"ASimAgentEventLogs"}`+"\n", i%60, i, additional)
	}
	dir := t.TempDir()
	db := open(t, filepath.Join(dir, "casebook.db"))
	load(t, db, write(t, filepath.Join(dir, "agent.json"), log.String()))
	check := func(t *testing.T) {
		s, err := db.Scan(context.Background(), exec.Request{Table: "OpenAIChatCompletions", Columns: []string{"AdditionalFields"}, From: -1 << 63, To: 1<<63 - 1})
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for {
			b, err := s.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			rows += b.Len
			v := b.Columns[0]
			whole, err := v.Read(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"input_user", "n", "own", "list", "mixed", "seldom", "big", "nowhere"} {
				places, met, err := v.Unread.(column.Properties).Property(context.Background(), v.Ints, key)
				if err != nil {
					t.Fatal(err)
				}
				for i := range b.Len {
					var want any
					if o, ok := whole.Value(i).(*column.Object); ok {
						want = o.Value(key)
					}
					if diff := cmp.Diff(want, met.Values[places[i]]); diff != "" {
						t.Fatalf("%s of %v (-want +got):\n%s", key, whole.Value(i), diff)
					}
					if whole.IsNull(i) != v.IsNull(i) {
						t.Fatalf("row %d is null: %v before it is read, %v then", i, v.IsNull(i), whole.IsNull(i))
					}
				}
			}
		}
		if rows != 200 {
			t.Fatalf("%d rows, want 200", rows)
		}
	}
	t.Run("packed", func(t *testing.T) {
		check(t)
		var packed string
		if err := db.readers.QueryRow("select group_concat(field, ' ') from (select field from pack where field glob 'property:*' order by field)").Scan(&packed); err != nil {
			t.Fatal(err)
		}
		if want := "property:AdditionalFields:big property:AdditionalFields:input_user property:AdditionalFields:n"; packed != want {
			t.Errorf("packed are %s, want %s", packed, want)
		}
	})
	t.Run("taken out of the texts", func(t *testing.T) {
		if _, err := db.writer.Exec("delete from pack where field glob 'property:*' or field glob 'keys:*'"); err != nil {
			t.Fatal(err)
		}
		db.cache.packs = nil
		db.cache.order.Init()
		check(t)
	})
}

// Lists of plain texts are read at once, and as any other reader of JSON reads them.
func TestPlainTexts(t *testing.T) {
	for list, plain := range map[string]bool{
		`[null]`: true, `[null,"a"]`: true, `[null,"a","","b c,\"]"]`: false, `[null,"a,b","[x]",""]`: true, `[null,"größer"]`: false, `[null,1]`: false,
		`[null,"a"`: false, `[null,"a]`: false, `["a"]`: false, `[null,"a" ,"b"]`: false, `[null,"a",true]`: false, ``: false, `[null,]`: false, `[null,"a"]]`: false,
	} {
		values, ok := plainTexts(list)
		if ok != plain {
			t.Errorf("%s: read at once: %v, want %v", list, ok, plain)
		}
		if want, _ := event.Tree([]byte(list)); ok {
			if diff := cmp.Diff(want, any(values)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", list, diff)
			}
		}
	}
}
