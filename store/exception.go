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

// AddException keeps an exception to a rule as a file with that text, and says where. alert is the one that gave reason for it, 0 for none.
func (db *DB) AddException(ctx context.Context, rule string, alert int64, name string, text []byte) (path string, err error) {
	err = db.write(ctx, "keep an exception", func(tx *Tx) error {
		if alert != 0 {
			if _, err := alertOf(ctx, db, tx, alert); err != nil {
				return err
			}
		}
		sum := sha256.Sum256(text)
		path = fmt.Sprintf("exceptions/%s-%x.toml", rule, sum[:4])
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
		return tx.changeException(alert, path, nil, &exceptionState{name, string(text)})
	})
	return path, err
}

// RemoveException takes the file of an exception away, which undoing brings back.
func (db *DB) RemoveException(ctx context.Context, path string) error {
	return db.write(ctx, "take an exception away", func(tx *Tx) error {
		var id int64
		var text []byte
		err := tx.row("select id, text from rule_file where path = ?", []byte(path)).Scan(&id, &text)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("rule file %s: %w", path, ErrNotFound)
		}
		if err != nil {
			return err
		}
		if err := tx.removeRuleFile(id); err != nil {
			return err
		}
		return tx.changeException(0, path, &exceptionState{Text: string(text)}, nil)
	})
}

// changeException keeps what was and what is of an exception. One that no alert gave reason for is a file of rules like others.
func (tx *Tx) changeException(alert int64, path string, before, after *exceptionState) error {
	if alert != 0 {
		return tx.change(alert, "exception", path, before, after)
	}
	file := func(s *exceptionState) *ruleFileState {
		if s == nil {
			return nil
		}
		return &ruleFileState{[]byte(s.Text)}
	}
	return tx.ownChange("exception", path, file(before), file(after))
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
