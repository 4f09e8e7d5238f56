package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// SetState gives an alert a new state. version is that of the alert the analyst saw: if it has changed since, nothing is
// written and the error is ErrChanged, with who did what in its text.
func (db *DB) SetState(ctx context.Context, alert int64, state State, version int) (Alert, error) {
	if err := state.check(); err != nil {
		return Alert{}, err
	}
	var now Alert
	err := db.write(ctx, "save the state of alert "+strconv.FormatInt(alert, 10), func(tx *Tx) error {
		a, err := alertOf(ctx, db, tx, alert)
		if err != nil {
			return err
		}
		if a.Version != version {
			return fmt.Errorf("alert %d is %s, set by %s %s ago: %w", alert, a.Status, a.ChangedBy,
				tx.now.Sub(a.Changed).Round(time.Second), ErrChanged)
		}
		if a.State == state {
			now = a
			return nil
		}
		if err := tx.change(alert, "status", "", a.State, state); err != nil {
			return err
		}
		if err := tx.setState(alert, state); err != nil {
			return err
		}
		now, err = alertOf(ctx, db, tx, alert)
		return err
	})
	return now, err
}

func (s State) check() error {
	switch s.Status {
	case New, Acknowledged:
		if s.Class != "" || s.Reason != "" {
			return fmt.Errorf("an alert that is %s has no class and no reason; close it to give them", s.Status)
		}
		return nil
	case Closed:
		for _, c := range Classes() {
			if s.Class == c {
				return nil
			}
		}
		return fmt.Errorf("closing an alert needs a class: %v; found %q", Classes(), s.Class)
	}
	return fmt.Errorf("no status %q; wanted %s, %s or %s", s.Status, New, Acknowledged, Closed)
}

// Assign gives an alert an owner; an empty name takes it away.
func (db *DB) Assign(ctx context.Context, alert int64, owner string, version int) (Alert, error) {
	a, err := db.Alert(ctx, alert)
	if err != nil {
		return Alert{}, err
	}
	state := a.State
	state.Owner = owner
	return db.SetState(ctx, alert, state, version)
}

func (tx *Tx) setState(alert int64, s State) error {
	_, err := tx.exec("update alert set status = ?, class = ?, reason = ?, owner = ?, version = version + 1, changed = ?, changed_by = ? where id = ?",
		s.Status, s.Class, s.Reason, s.Owner, tx.now.UnixNano(), tx.actor.Name, alert)
	return err
}

// change keeps what was and what is of an alert, for undoing, and writes the journal.
func (tx *Tx) change(alert int64, kind, object string, before, after any) error {
	return tx.keepChange("alert", alert, kind, object, before, after)
}

func (tx *Tx) keepChange(subject string, number int64, kind, object string, before, after any) error {
	c := Change{Kind: kind, Object: object}
	if subject == "case" {
		c.Case = number
	} else {
		c.Alert = number
	}
	if err := tx.insertChange(&c, before, after); err != nil {
		return err
	}
	return tx.journal(kind, subject, number, map[string]any{"object": object, "before": json.RawMessage(c.before), "after": json.RawMessage(c.after)})
}

// insertChange keeps what was and what is. What was undone of the same thing cannot be done again from then on.
func (tx *Tx) insertChange(c *Change, before, after any) error {
	was, err := json.Marshal(before)
	if err != nil {
		return err
	}
	is, err := json.Marshal(after)
	if err != nil {
		return err
	}
	c.before, c.after = string(was), string(is)
	made, err := tx.exec("insert into change (alert, case_file, kind, object, before, after, actor, at) values (?,?,?,?,?,?,?,?)",
		c.Alert, c.Case, c.Kind, c.Object, c.before, c.after, tx.actor.Name, tx.now.UnixNano())
	if err != nil {
		return err
	}
	if c.ID, err = made.LastInsertId(); err != nil {
		return err
	}
	if err := tx.joinAct(c.ID); err != nil {
		return err
	}
	same, args := c.same()
	if err := tx.dropUndone(same, args); err != nil {
		return err
	}
	_, err = tx.exec("update change set undone = 2 where undone = 1 and "+same, args...)
	return err
}

// same is a condition that chooses the changes of the same thing: of its alert, its case, or that rule, view or file.
func (c *Change) same() (condition string, args []any) {
	switch {
	case c.Case != 0:
		return "case_file = ?", []any{c.Case}
	case c.Alert != 0:
		return "alert = ?", []any{c.Alert}
	}
	return "alert = 0 and case_file = 0 and kind = ? and object = ?", []any{c.Kind, c.Object}
}

// restore sets what a change was about from one state to another, if it is in the first.
func (tx *Tx) restore(c *Change, from, to string) error {
	switch {
	case c.Case != 0:
		return tx.restoreCase(c, from, to)
	case c.Alert == 0:
		return tx.restoreOwn(c, from, to)
	}
	switch c.Kind {
	case "status":
		var was, is State
		if err := errors.Join(json.Unmarshal([]byte(from), &was), json.Unmarshal([]byte(to), &is)); err != nil {
			return err
		}
		a, err := alertOf(tx.ctx, tx.db, tx, c.Alert)
		if err != nil {
			return err
		}
		if a.State != was {
			return fmt.Errorf("alert %d was changed by %s meanwhile: %w", c.Alert, a.ChangedBy, ErrChanged)
		}
		return tx.setState(c.Alert, is)
	case "answer":
		var was, is *Answer
		if err := errors.Join(json.Unmarshal([]byte(from), &was), json.Unmarshal([]byte(to), &is)); err != nil {
			return err
		}
		return tx.restoreAnswer(c, was, is)
	case "pin":
		return tx.restoreAlertPin(c, to)
	case "exception":
		return tx.restoreException(c, to)
	case "note":
		var is noteState
		if err := json.Unmarshal([]byte(to), &is); err != nil {
			return err
		}
		_, err := tx.exec("update note set withdrawn = ? where id = ?", !is.Shown, c.Object)
		return err
	}
	return fmt.Errorf("a change of kind %q cannot be undone", c.Kind)
}
