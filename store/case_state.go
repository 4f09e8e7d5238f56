package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Changes of cases are kept, journalled and undone as those of alerts are (state.go).

// SetCase gives a case a new state. version is that of the case the analyst saw: if it has changed since, nothing is written
// and the error is ErrChanged.
func (db *DB) SetCase(ctx context.Context, id int64, state CaseState, version int) (Case, error) {
	if err := state.check(); err != nil {
		return Case{}, err
	}
	return db.changeOfCase(ctx, id, func(tx *Tx, c *Case) error {
		if c.Version != version {
			return c.changed(tx)
		}
		if c.CaseState == state {
			return nil
		}
		if state.Status == CaseClosed && c.Status != CaseClosed {
			pins, err := db.pins(ctx, tx, "where case_file = ? and not withdrawn", id)
			if err != nil {
				return err
			}
			if err := uncitedError(c, pins); err != nil {
				return err
			}
		}
		if err := tx.changeCase(id, "case", "", c.CaseState, state); err != nil {
			return err
		}
		return tx.setCase(id, state)
	})
}

func (s CaseState) check() error {
	switch {
	case strings.TrimSpace(s.Title) == "":
		return errors.New("a case needs a question as its title")
	case s.Status == CaseOpen && (s.Class != "" || s.Reason != ""):
		return errors.New("an open case has no class and no reason; close it to give them")
	case s.Status == CaseOpen:
		return nil
	case s.Status == CaseClosed:
		return State{Status: Closed, Class: s.Class}.check()
	}
	return fmt.Errorf("no status %q of a case; wanted %s or %s", s.Status, CaseOpen, CaseClosed)
}

// SetVerdict closes a case as what it turned out to be, and why.
func (db *DB) SetVerdict(ctx context.Context, id int64, class Class, reason string, version int) (Case, error) {
	if strings.TrimSpace(reason) == "" {
		return Case{}, errors.New("a verdict needs a reason, so that a colleague can follow")
	}
	return db.setCaseBy(ctx, id, version, func(s *CaseState) { s.Status, s.Class, s.Reason = CaseClosed, class, reason })
}

// Reopen takes a case's verdict back.
func (db *DB) Reopen(ctx context.Context, id int64, version int) (Case, error) {
	return db.setCaseBy(ctx, id, version, func(s *CaseState) { s.Status, s.Class, s.Reason = CaseOpen, "", "" })
}

// AssignCase hands a case to someone; an empty name takes its owner away.
func (db *DB) AssignCase(ctx context.Context, id int64, owner string, version int) (Case, error) {
	return db.setCaseBy(ctx, id, version, func(s *CaseState) { s.Owner = owner })
}

// Retitle gives a case another question.
func (db *DB) Retitle(ctx context.Context, id int64, title string, version int) (Case, error) {
	return db.setCaseBy(ctx, id, version, func(s *CaseState) { s.Title = title })
}

func (db *DB) setCaseBy(ctx context.Context, id int64, version int, set func(*CaseState)) (Case, error) {
	c, err := db.Case(ctx, id)
	if err != nil {
		return Case{}, err
	}
	state := c.CaseState
	set(&state)
	return db.SetCase(ctx, id, state, version)
}

// SetStory writes a case's story. version is that of the story the analyst saw.
func (db *DB) SetStory(ctx context.Context, id int64, story string, version int) (Case, error) {
	return db.changeOfCase(ctx, id, func(tx *Tx, c *Case) error {
		if c.StoryVersion != version {
			return c.changed(tx)
		}
		if c.Story == story {
			return nil
		}
		if err := tx.changeCase(id, "story", "", c.Story, story); err != nil {
			return err
		}
		return tx.setStory(id, story)
	})
}

func (c *Case) changed(tx *Tx) error {
	return fmt.Errorf("case %s was changed by %s %s ago: %w", c.Name(), c.ChangedBy, tx.now.Sub(c.Changed).Round(time.Second), ErrChanged)
}

// changeOfCase runs f over a case as it is now and gives it as it is then.
func (db *DB) changeOfCase(ctx context.Context, id int64, f func(*Tx, *Case) error) (Case, error) {
	var now Case
	err := db.write(ctx, "save case "+CaseName(id), func(tx *Tx) error {
		c, err := db.caseOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := f(tx, &c); err != nil {
			return err
		}
		now, err = db.caseOf(ctx, tx, id)
		return err
	})
	return now, err
}

func (tx *Tx) setCase(id int64, s CaseState) error {
	_, err := tx.exec("update case_file set title = ?, status = ?, class = ?, reason = ?, owner = ?, version = version + 1, changed = ?, changed_by = ? where id = ?",
		s.Title, s.Status, s.Class, s.Reason, s.Owner, tx.now.UnixNano(), tx.actor.Name, id)
	return err
}

func (tx *Tx) setStory(id int64, story string) error {
	_, err := tx.exec("update case_file set story = ?, story_version = story_version + 1, changed = ?, changed_by = ? where id = ?",
		story, tx.now.UnixNano(), tx.actor.Name, id)
	return err
}

// changeCase keeps what was and what is of a case, for undoing, and writes the journal.
func (tx *Tx) changeCase(id int64, kind, object string, before, after any) error {
	return tx.keepChange("case", id, kind, object, before, after)
}

// restoreCase sets what a change of a case was about from one state to another, if it is in the first.
func (tx *Tx) restoreCase(c *Change, from, to string) error {
	switch c.Kind {
	case "case":
		var was, is CaseState
		if err := readBoth(from, to, &was, &is); err != nil {
			return err
		}
		now, err := tx.db.caseOf(tx.ctx, tx, c.Case)
		if err != nil {
			return err
		}
		if now.CaseState != was {
			return now.changed(tx)
		}
		return tx.setCase(c.Case, is)
	case "story":
		var was, is string
		if err := readBoth(from, to, &was, &is); err != nil {
			return err
		}
		now, err := tx.db.caseOf(tx.ctx, tx, c.Case)
		if err != nil {
			return err
		}
		if now.Story != was {
			return now.changed(tx)
		}
		return tx.setStory(c.Case, is)
	case "members":
		var is caseMembers
		if err := json.Unmarshal([]byte(to), &is); err != nil {
			return err
		}
		var err error
		if is.In {
			_, err = tx.putAlerts(c.Case, is.Alerts)
		} else {
			_, err = tx.dropAlerts(c.Case, is.Alerts)
		}
		return errors.Join(err, tx.showBrought(is.Pins, is.In))
	case "new":
		return tx.restoreNew(c, to)
	case "pin":
		return tx.restorePin(c, to)
	}
	return fmt.Errorf("a change of kind %q cannot be undone", c.Kind)
}

// restoreNew withdraws a case or brings it back; one that somebody has worked on since stays.
func (tx *Tx) restoreNew(c *Change, to string) error {
	var is caseShown
	if err := json.Unmarshal([]byte(to), &is); err != nil {
		return err
	}
	var later int
	if err := tx.row("select count(*) from change where case_file = ? and id > ? and undone = 0", c.Case, c.ID).Scan(&later); err != nil {
		return err
	}
	if later > 0 {
		return fmt.Errorf("case %s was worked on since it was opened: %w", CaseName(c.Case), ErrChanged)
	}
	_, err := tx.exec("update case_file set withdrawn = ? where id = ?", !is.Shown, c.Case)
	return err
}

func readBoth(from, to string, was, is any) error {
	return errors.Join(json.Unmarshal([]byte(from), was), json.Unmarshal([]byte(to), is))
}
