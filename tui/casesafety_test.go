package tui

import (
	"context"
	"strings"
	"testing"

	"casebook/store"
)

// TestHostileTextInCases puts hostile text into everything that a case holds, of the log and of analysts, and walks its parts, the
// profiles of who is in it, their rhythm, and the overview.
func TestHostileTextInCases(t *testing.T) {
	ctx := context.Background()
	for i := 0; i < len(hostile); i += 6 {
		payload := strings.Join(hostile[i:min(i+6, len(hostile))], " ")
		a := sized(desk(t, scene("arn:aws:sts::123456789012:assumed-role/"+payload)), 80, 24)
		alert := current(t, a)
		c, err := a.Store.NewCase(ctx, payload, alert.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Store.SetStory(ctx, c.ID, payload+"\n"+payload, c.StoryVersion); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Store.Note(ctx, alert.ID, payload); err != nil {
			t.Fatal(err)
		}
		ids, err := a.Store.EventIDs(ctx, alert.ID)
		if err != nil {
			t.Fatal(err)
		}
		p := store.EventPin(ids[0])
		p.Note, p.Alert = payload, alert.ID
		if _, err := a.Store.Pin(ctx, c.ID, p); err != nil {
			t.Fatal(err)
		}
		press(a, "i", "p", "y", "enter")
		if _, err := a.Store.SetVerdict(ctx, c.ID, store.Undetermined, payload, c.Version); err != nil {
			t.Fatal(err)
		}
		for _, size := range [][2]int{{80, 24}, {140, 40}, {41, 11}} {
			fresh := sized(New(a.ctx, a.Options), size[0], size[1])
			for _, keys := range [][]string{{"1"}, {"G"}, {"3"}, {"enter"}, {"G"}, {"t"}, {"tab"}, {"7"}, {"enter"}, {"V"}, {"tab"}, {"tab"}, {"j"}, {"tab"}, {"tab"}, {"tab"}, {"tab"}, {"w"}, {"ctrl+x"}, {"c"}} {
				press(fresh, keys...)
				checkFrame(t, fresh)
			}
		}
	}
}
