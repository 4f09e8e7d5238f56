package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// An exception is a file among the rules, in the form that rules' publishers give theirs. What an alert taught about its rule is a change
// of that alert: its log tells of it, and undoing takes the file away again.

// exceptionState is an exception as a change keeps it.
type exceptionState struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// AddException keeps an exception to a rule that an alert gave reason for, as a file with that text, and says where.
func (db *DB) AddException(ctx context.Context, alert int64, name string, text []byte) (path string, err error) {
	err = db.write(ctx, "keep an exception", func(tx *Tx) error {
		a, err := alertOf(ctx, db, tx, alert)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		path = fmt.Sprintf("exceptions/%s-%x.toml", a.Rule, sum[:4])
		var id int64
		switch err := tx.row("select id from rule_file where path = ?", []byte(path)).Scan(&id); {
		case err == nil:
			return fmt.Errorf("this exception is there already, as %s: nothing was changed", path)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		if err := tx.addRuleFile(&RuleFile{Path: path, Text: text, SHA256: sum}); err != nil {
			return err
		}
		return tx.change(alert, "exception", path, nil, &exceptionState{name, string(text)})
	})
	return path, err
}

// restoreException takes an exception's file away, or brings it back.
func (tx *Tx) restoreException(c *Change, to string) error {
	var is *exceptionState
	if err := json.Unmarshal([]byte(to), &is); err != nil {
		return err
	}
	if is != nil {
		return tx.addRuleFile(&RuleFile{Path: c.Object, Text: []byte(is.Text), SHA256: sha256.Sum256([]byte(is.Text))})
	}
	var id int64
	err := tx.row("select id from rule_file where path = ?", []byte(c.Object)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s was removed meanwhile: %w", c.Object, ErrChanged)
	}
	if err != nil {
		return err
	}
	return tx.removeRuleFile(id)
}
