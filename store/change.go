package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Change is one thing an analyst did to an alert, a case, or what all of the store's people share; undoing it is a change as well, of the journal's.
type Change struct {
	ID     int64
	Alert  int64  // that it is about, 0 for none
	Case   int64  // that it is about, 0 for none
	Kind   string // status, answer, note, pin, exception; of a case: new, case, story, members, pin; of neither: rule, rule file, view, veil
	Object string // the step's key of an answer, the id of a note or a pin, the path of an exception or a file of rules, a rule's id, a view's name
	Actor  string
	At     time.Time
	Undone bool
	Others []Change // that were made, and turned, by the same act
	before string
	after  string
}

// Subject is what the change was about, as people call it: #12, C-0003, a rule's id, a view's name.
func (c *Change) Subject() string {
	switch {
	case c.Case != 0:
		return CaseName(c.Case)
	case c.Alert != 0:
		return fmt.Sprintf("#%d", c.Alert)
	}
	return c.Object
}

// Outcome is what the change, or undoing it, made of the thing, in a few words; "" where its kind says enough.
func (c *Change) Outcome() string {
	is := c.after
	if c.Undone {
		is = c.before
	}
	var s struct {
		Status, Class, Owner string
		On                   *bool
		Value                string
	}
	_ = json.Unmarshal([]byte(is), &s) // of other kinds: nothing, a text, a list
	switch c.Kind {
	case "status", "case":
		said := s.Status
		if s.Class != "" {
			said += " as " + s.Class
		}
		if s.Owner != "" {
			said += ", owner " + s.Owner
		}
		return said
	case "answer":
		return cmp.Or(s.Value, "none")
	case "rule", "veil":
		switch {
		case s.On == nil:
			return "as published"
		case *s.On:
			return "on"
		}
		return "off"
	}
	return ""
}

// Prose is what somebody wrote that undoing the change takes away: a story, a note, what an answer says; "" where there is nothing.
func (c *Change) Prose() string {
	of := func(state string) string {
		if c.Kind == "story" {
			var story string
			_ = json.Unmarshal([]byte(state), &story) // a state that is none says nothing
			return story
		}
		var s struct{ Text, Note string }
		_ = json.Unmarshal([]byte(state), &s)
		return strings.TrimSpace(s.Text + s.Note)
	}
	switch c.Kind {
	case "note", "answer", "story", "pin":
		if is := of(c.after); is != of(c.before) || c.Kind == "note" {
			return is
		}
	}
	return ""
}

// Undoable is what Undo would take back: the newest act of this analyst, ErrNotFound when there is none.
func (db *DB) Undoable(ctx context.Context) (Change, error) {
	all, err := changes(ctx, db.readers, changeColumns+"actor = ? and undone = 0 order by id desc limit 1", db.actor.Name)
	if err != nil {
		return Change{}, db.trouble("look for what can be undone", err)
	}
	if len(all) == 0 {
		return Change{}, fmt.Errorf("nothing to undo: %w", ErrNotFound)
	}
	return all[0], nil
}

const changeColumns = "select id, alert, case_file, kind, object, before, after, actor, at from change where "

// changes reads changes.
func changes(ctx context.Context, q querier, query string, args ...any) ([]Change, error) {
	var list []Change
	err := each(ctx, q, query, args, func(scan func(...any) error) error {
		var c Change
		var at int64
		err := scan(&c.ID, &c.Alert, &c.Case, &c.Kind, &c.Object, &c.before, &c.after, &c.Actor, &at)
		c.At = time.Unix(0, at).UTC()
		list = append(list, c)
		return err
	})
	return list, err
}
