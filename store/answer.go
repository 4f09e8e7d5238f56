package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Answer is what an analyst found out about one step of an alert's guide.
type Answer struct {
	Step    string        `json:"step"`
	Value   string        `json:"value"` // yes, no, unclear, cannot, done, or "" for a text alone
	Text    string        `json:"text,omitempty"`
	Rows    sql.NullInt64 `json:"rows"`             // of the step's query when it was answered
	Pinned  []int64       `json:"pinned,omitempty"` // ids of events kept as evidence for it
	Actor   string        `json:"actor"`
	At      time.Time     `json:"at"`
	Version int           `json:"version"` // rises with every change; 0 before the first
}

// SetAnswer answers a step of an alert's guide. a.Version is the one the analyst saw, 0 for none; if someone has
// answered since, nothing is written and the error is ErrChanged.
func (db *DB) SetAnswer(ctx context.Context, alert int64, a Answer) (Answer, error) {
	if a.Step == "" {
		return Answer{}, errors.New("an answer needs the key of its step")
	}
	err := db.write(ctx, "save the answer on alert "+strconv.FormatInt(alert, 10), func(tx *Tx) error {
		if _, err := alertOf(ctx, db, tx, alert); err != nil {
			return err
		}
		was, err := tx.answer(alert, a.Step)
		if err != nil {
			return err
		}
		if seen := versionOf(was); seen != a.Version {
			return fmt.Errorf("step %q: answered by %s meanwhile: %w", a.Step, actorOf(was), ErrChanged)
		}
		a.Version++
		a.Actor, a.At = tx.actor.Name, tx.now.UTC().Round(0)
		if err := tx.change(alert, "answer", a.Step, was, &a); err != nil {
			return err
		}
		return tx.putAnswer(alert, &a)
	})
	return a, err
}

func versionOf(a *Answer) int {
	if a == nil {
		return 0
	}
	return a.Version
}

func actorOf(a *Answer) string {
	if a == nil {
		return "nobody (it was taken back)"
	}
	return a.Actor
}

func (tx *Tx) putAnswer(alert int64, a *Answer) error {
	pinned, err := json.Marshal(a.Pinned)
	if err != nil {
		return err
	}
	_, err = tx.exec("insert or replace into answer (alert, step, value, text, rows, pinned, actor, at, version) values (?,?,?,?,?,?,?,?,?)",
		alert, a.Step, a.Value, a.Text, a.Rows, string(pinned), a.Actor, a.At.UnixNano(), a.Version)
	return err
}

func (tx *Tx) restoreAnswer(c *Change, was, is *Answer) error {
	now, err := tx.answer(c.Alert, c.Object)
	if err != nil {
		return err
	}
	if (now == nil) != (was == nil) || now != nil && (now.Actor != was.Actor || !now.At.Equal(was.At)) {
		return fmt.Errorf("step %q: answered by %s meanwhile: %w", c.Object, actorOf(now), ErrChanged)
	}
	if is == nil {
		_, err := tx.exec("delete from answer where alert = ? and step = ?", c.Alert, c.Object)
		return err
	}
	restored := *is
	restored.Version = versionOf(now) + 1
	return tx.putAnswer(c.Alert, &restored)
}

const answerColumns = "step, value, text, rows, pinned, actor, at, version"

func scanAnswer(scan func(...any) error) (Answer, error) {
	var a Answer
	var pinned string
	var at int64
	if err := scan(&a.Step, &a.Value, &a.Text, &a.Rows, &pinned, &a.Actor, &at, &a.Version); err != nil {
		return a, err
	}
	a.At = time.Unix(0, at).UTC()
	return a, json.NewDecoder(strings.NewReader(pinned)).Decode(&a.Pinned)
}

func (tx *Tx) answer(alert int64, step string) (*Answer, error) {
	var found *Answer
	err := each(tx.ctx, tx, "select "+answerColumns+" from answer where alert = ? and step = ?", []any{alert, step}, func(scan func(...any) error) error {
		a, err := scanAnswer(scan)
		found = &a
		return err
	})
	return found, err
}

// Answers are the answers to the steps of an alert's guide, by the steps' keys.
func (db *DB) Answers(ctx context.Context, alert int64) (map[string]Answer, error) {
	answers := map[string]Answer{}
	err := each(ctx, db.readers, "select "+answerColumns+" from answer where alert = ?", []any{alert}, func(scan func(...any) error) error {
		a, err := scanAnswer(scan)
		answers[a.Step] = a
		return err
	})
	return answers, db.trouble("read answers", err)
}
