package store

import (
	"database/sql"
	"errors"
)

// An alert that nobody worked on goes when its rule no longer gives it: after an exception, or with another text of the rule. What may
// have been said of it elsewhere goes by its number, so that its number is kept for as long as it is gone, with what a fold must
// have in common with it to be the same alert.

// drop marks an alert that someone worked on as stale, and takes any other out.
func (tx *Tx) drop(s standing) error {
	if s.touched {
		_, err := tx.exec("update alert set stale = 1 where id = ?", s.id)
		return err
	}
	if _, err := tx.exec("insert into gone_alert select id, rule, entity_field, entity, since, until, changed from alert where id = ?", s.id); err != nil {
		return err
	}
	for _, table := range []string{"hit", "alert_events"} {
		if _, err := tx.exec("delete from "+table+" where alert = ?", s.id); err != nil {
			return err
		}
	}
	_, err := tx.exec("delete from alert where id = ?", s.id)
	return err
}

// gone is the oldest alert that went and that a fold brings back: its number, which is then in use again, and when it was first given. A
// fold that never was an alert has no number yet, and is given now.
func (tx *Tx) gone(rule string, f *fold) (id any, changed int64, err error) {
	var was int64
	err = tx.QueryRowContext(tx.ctx, `select id, changed from gone_alert where rule = ? and entity = ? and entity_field = ? and since < ? and until > ?
		and id not in (select id from alert) order by id limit 1`, rule, f.entity, f.field, f.until, f.since).Scan(&was, &changed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, tx.now.UnixNano(), nil
	}
	if err != nil {
		return nil, 0, err
	}
	_, err = tx.exec("delete from gone_alert where id = ?", was)
	return was, changed, err
}
