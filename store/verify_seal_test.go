package store

import "testing"

// TestPacksAtHand holds a seal to packs that its transaction has written all of: with one missing, or one too many, they are read.
func TestPacksAtHand(t *testing.T) {
	p := &pack{kind: packInt, n: 1}
	tx := &Tx{packs: []packRow{{8, "time", p}, {7, "user", p}, {8, "action", p}}}
	got := tx.packsOf([2]int64{7, 8})
	if len(got) != 3 || got[0].field != "user" || got[1].field != "action" || got[2].field != "time" {
		t.Fatalf("the packs at hand are %v", got)
	}
	for _, segments := range [][2]int64{{7, 9}, {6, 8}, {8, 8}, {7, 7}} {
		if got := tx.packsOf(segments); got != nil {
			t.Errorf("packs of segments 7 and 8 are taken for those of %v", segments)
		}
	}
	if got := (&Tx{}).packsOf([2]int64{7, 8}); got != nil {
		t.Errorf("without packs there are %v", got)
	}
}
