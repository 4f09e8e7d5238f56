package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
)

// The veil is a wish of the store's people, not a lock: whoever can read the file can read the prompts in it. It keeps them off screens and
// out of exports until somebody says why they are needed, and the journal keeps who, when, what and why. The evidence stays as it is, and
// rules, steps and searches see all of it.

// Veil tells whether prompts and answers are veiled in this store; they are not until someone says so.
func (db *DB) Veil(ctx context.Context) (on bool, err error) {
	on, err = veiled(db.readers.QueryRowContext(ctx, veilQuery))
	return on, db.trouble("read the veil", err)
}

const veilQuery = "select payload from journal where object = 'veil' order by seq desc limit 1"

func veiled(row *sql.Row) (bool, error) {
	var payload string
	err := row.Scan(&payload)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var state switchState
	err = json.Unmarshal([]byte(payload), &state)
	return state.On, err
}

// SetVeil veils prompts and answers for everyone who opens the store, or shows them.
func (db *DB) SetVeil(ctx context.Context, on bool) error {
	return db.write(ctx, "turn the veil", func(tx *Tx) error {
		was, err := veiled(tx.row(veilQuery))
		if err != nil || was == on {
			return err
		}
		if err := tx.journal("veil", "veil", 0, switchState{on}); err != nil {
			return err
		}
		return tx.ownChange("veil", "prompts and answers", switchState{was}, switchState{on})
	})
}

// Revealed is what was shown or written without the veil and the masks: of what, and which part of it.
type Revealed struct {
	Object string // event, query, case
	Number int64  // its id, 0 for a query
	What   string // the field of an event, the text of a query, the format of a report
}

// Reveal writes down that something is shown as it is, and why.
func (db *DB) Reveal(ctx context.Context, what Revealed, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errors.New("nothing revealed: it needs a reason, which the journal keeps")
	}
	return db.write(ctx, "write down what is revealed", func(tx *Tx) error {
		return tx.journal("reveal", what.Object, what.Number, map[string]any{"what": what.What, "reason": reason})
	})
}
