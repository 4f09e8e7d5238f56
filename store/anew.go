package store

import (
	"encoding/hex"
	"math"
	"slices"
)

// Sealing anew. What a load has sealed is changed in two ways only: better copies take the places of events (take.go), and twins exchange their
// names (twin.go). Either is held against its seals first, and gets a new one in place of those, so that a change made behind casebook's
// back is never sealed.

// sealsOf are the newest seals as far back as it takes to cover so many rows, oldest first, held against what they have sealed.
func (tx *Tx) sealsOf(left int, covers func(*sealed) int) ([]sealed, error) {
	var run []sealed
	err := tx.newestSeals(func(s sealed) error {
		run = append(run, s)
		if left -= covers(&s); left == 0 {
			return errEnough
		}
		return nil
	})
	if err == nil && left > 0 {
		err = errUnmergeable
	}
	if err != nil {
		return nil, err
	}
	slices.Reverse(run)
	return run, tx.holds(run)
}

// sealAnew seals what seals have covered without segments that are gone, and with what came since some marks.
func (tx *Tx) sealAnew(load int64, run []sealed, before marks, gone map[int64]bool) error {
	now, newest := tx.now.UnixNano(), int64(0)
	if err := tx.row("select coalesce(max(replaced), 0) from segment").Scan(&newest); err != nil {
		return err
	}
	for id := range gone {
		if _, err := tx.exec("update segment set replaced = ? where id = ?", max(now, newest+1), id); err != nil {
			return err
		}
	}
	all, first := together(run), int64(math.MaxInt64)
	for i := range run {
		for _, r := range run[i].segments() {
			first = min(first, r[0])
		}
	}
	var live []int64
	err := each(tx.ctx, tx, "select id from segment where replaced <= 0 and id >= ? order by id", []any{first}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		live = append(live, id)
		return err
	})
	if err != nil {
		return err
	}
	after, err := tx.marks()
	if err != nil {
		return err
	}
	if all.Live, all.Segments = ranges(live), [2]int64{}; len(live) > 0 {
		all.Segments = [2]int64{live[0], live[len(live)-1]}
	}
	for _, x := range []struct {
		all           *[2]int64
		before, after int64
	}{{&all.Late, before.late, after.late}, {&all.Taken, before.taken, after.taken}} {
		if came := added(x.before, x.after); came[1] > 0 {
			if x.all[1] == 0 {
				x.all[0] = came[0]
			}
			x.all[1] = came[1]
		}
	}
	sum, err := all.digest(tx.ctx, tx)
	if err != nil {
		return err
	}
	all.SHA256 = hex.EncodeToString(sum)
	return tx.journal("seal", "load", load, all)
}
