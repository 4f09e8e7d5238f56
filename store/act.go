package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// An act is what an analyst did with one key: five alerts closed, a step's answer and the rows pinned to it. Each is a change of its own
// with its own entry in the journal; undoing takes all of them back, or none.

type actKey struct{}

// act is the first change of an act that is being done, 0 before it is committed.
type act struct{ first int64 }

// Act is a context in which all changes are one act. They are made one after the other.
func Act(ctx context.Context) context.Context { return context.WithValue(ctx, actKey{}, new(act)) }

// joinAct makes a change part of the act that it is made in.
func (tx *Tx) joinAct(change int64) error {
	a, _ := tx.ctx.Value(actKey{}).(*act)
	if a == nil {
		return nil
	}
	first := a.first
	if first == 0 {
		first = tx.first
	}
	if first == 0 {
		tx.first = change
		return nil
	}
	_, err := tx.exec("insert into act (change, first) values (?, ?)", change, first)
	return err
}

// dropUndone ends what could be done again: of this analyst all of it, since a new act follows on what is there now; of others those acts
// that have to do with the thing that is changed, each as a whole.
func (tx *Tx) dropUndone(same string, args []any) error {
	_, err := tx.exec(`with touched as (select coalesce((select first from act where change = c.id), c.id) as first from change c where undone = 1 and `+same+`)
		update change set dropped = 1 where undone = 1 and dropped = 0 and (actor = ?
			or id in (select first from touched) or id in (select change from act where first in (select first from touched)))`, append(args[:len(args):len(args)], tx.actor.Name)...)
	return err
}

// committed lets later changes of the act join those that are kept now.
func (tx *Tx) committed() {
	if a, _ := tx.ctx.Value(actKey{}).(*act); a != nil && a.first == 0 {
		a.first = tx.first
	}
}

// Undo takes this analyst's newest act back, of one alert or (0) of any alert or case. ErrNotFound when there is none, ErrChanged
// when someone else has changed the same thing since. The change is the act's first.
func (db *DB) Undo(ctx context.Context, alert int64) (Change, error) {
	return db.turn(ctx, "undo", "undone = 0", "desc", alert)
}

// Redo does the act that was undone last again, unless something else was done since: ErrNotFound.
func (db *DB) Redo(ctx context.Context, alert int64) (Change, error) {
	return db.turn(ctx, "redo", "undone = 1 and dropped = 0", "asc", alert)
}

func (db *DB) turn(ctx context.Context, verb, which, order string, alert int64) (Change, error) {
	var done Change
	err := db.write(ctx, verb+" a change", func(tx *Tx) error {
		newest, err := changes(ctx, tx, changeColumns+"actor = ?1 and (?2 = 0 or alert = ?2) and "+which+" order by id "+order+" limit 1", tx.actor.Name, alert)
		if err != nil {
			return err
		}
		if len(newest) == 0 {
			return fmt.Errorf("nothing to %s: %w", verb, ErrNotFound)
		}
		first := newest[0].ID
		if err := tx.row("select first from act where change = ?", first).Scan(&first); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		all, err := changes(ctx, tx, changeColumns+"(id = ?1 or id in (select change from act where first = ?1)) and "+which+" order by id "+order, first)
		for i := range all {
			if err == nil {
				err = tx.turn(verb, &all[i])
			}
		}
		if err != nil {
			return err
		}
		if done = all[0]; verb == "undo" {
			done = all[len(all)-1]
		}
		done.Undone = verb == "undo"
		for _, c := range all {
			if c.ID != done.ID {
				done.Others = append(done.Others, c)
			}
		}
		return nil
	})
	return done, err
}

// turn takes one change back or makes it again, and tells the journal.
func (tx *Tx) turn(verb string, c *Change) error {
	from, to, mark := c.after, c.before, 1
	if verb == "redo" {
		from, to, mark = c.before, c.after, 0
	}
	if err := tx.restore(c, from, to); err != nil {
		return err
	}
	if _, err := tx.exec("update change set undone = ? where id = ?", mark, c.ID); err != nil {
		return err
	}
	subject, number := "alert", c.Alert
	switch {
	case c.Case != 0:
		subject, number = "case", c.Case
	case c.Alert == 0: // what was restored has told the journal how it is now
		return tx.journal(verb, shared, 0, map[string]any{"change": c.ID, "kind": c.Kind, "object": c.Object})
	}
	return tx.journal(verb, subject, number, map[string]any{"change": c.ID, "kind": c.Kind, "object": c.Object, "to": json.RawMessage(to)})
}
