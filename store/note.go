package store

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Note is a remark on an alert. Notes are not edited; one that was undone is withdrawn and stays in the journal.
type Note struct {
	ID    int64
	Alert int64
	Text  string
	Actor string
	At    time.Time
}

type noteState struct {
	Shown bool   `json:"shown"`
	Text  string `json:"text"`
}

// Note adds a remark to an alert.
func (db *DB) Note(ctx context.Context, alert int64, text string) (Note, error) {
	n := Note{Alert: alert, Text: text, Actor: db.actor.Name}
	if strings.TrimSpace(text) == "" {
		return n, errors.New("a note needs a text")
	}
	err := db.write(ctx, "save the note on alert "+strconv.FormatInt(alert, 10), func(tx *Tx) error {
		if _, err := alertOf(ctx, db, tx, alert); err != nil {
			return err
		}
		n.At = tx.now.UTC().Round(0)
		r, err := tx.exec("insert into note (alert, text, actor, at) values (?,?,?,?)", alert, text, n.Actor, n.At.UnixNano())
		if err != nil {
			return err
		}
		if n.ID, err = r.LastInsertId(); err != nil {
			return err
		}
		return tx.change(alert, "note", strconv.FormatInt(n.ID, 10), noteState{false, text}, noteState{true, text})
	})
	return n, err
}

// Notes are the remarks on an alert, oldest first.
func (db *DB) Notes(ctx context.Context, alert int64) ([]Note, error) {
	var notes []Note
	err := each(ctx, db.readers, "select id, alert, text, actor, at from note where alert = ? and not withdrawn order by id", []any{alert}, func(scan func(...any) error) error {
		var n Note
		var at int64
		err := scan(&n.ID, &n.Alert, &n.Text, &n.Actor, &at)
		n.At = time.Unix(0, at).UTC()
		notes = append(notes, n)
		return err
	})
	return notes, db.trouble("read notes", err)
}
