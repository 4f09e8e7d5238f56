package store

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// What all of a store's people share, besides alerts and cases: which rules are on, files of rules, kept filters, the veil. Whoever changes
// one of them can take that back, as long as nobody has changed it since. Each change tells the journal how the thing is then, also when
// it is one that was undone; what was before is in the table of changes only.

// shared is what the journal calls all of it where it tells of changes, and seals them.
const shared = "shared"

// switchState is whether something is on.
type switchState struct {
	On bool `json:"on"`
}

// ruleFileState is a file of rules as a change keeps it.
type ruleFileState struct {
	Text []byte `json:"text"`
}

// viewState is a view as a change keeps it, under its name.
type viewState struct {
	Screen    string `json:"screen"`
	Filter    string `json:"filter"`
	Order     Order  `json:"order"`
	Ascending bool   `json:"ascending"`
}

// ownChange keeps what was and what is, for undoing; nil is nothing.
func (tx *Tx) ownChange(kind, object string, before, after any) error {
	if err := tx.insertChange(&Change{Kind: kind, Object: object}, before, after); err != nil {
		return err
	}
	return tx.journal("change", shared, 0, map[string]any{"kind": kind, "object": object})
}

// restoreOwn sets what a change was about from one state to another, if it is in the first.
func (tx *Tx) restoreOwn(c *Change, from, to string) error {
	switch c.Kind {
	case "rule":
		now, err := tx.ruleSwitch(c.Object)
		return restoreFrom(c, now, err, from, to, func(is *switchState) error { return tx.switchRule(c.Object, is) })
	case "rule file", "exception":
		now, err := tx.ruleFile(c.Object)
		return restoreFrom(c, now, err, from, to, func(is *ruleFileState) error { return tx.setRuleFile(c.Object, is) })
	case "view":
		now, err := tx.view(c.Object)
		return restoreFrom(c, now, err, from, to, func(is *viewState) error { return tx.setView(c.Object, is) })
	case "veil":
		on, err := veiled(tx.row(veilQuery))
		return restoreFrom(c, &switchState{on}, err, from, to, func(is *switchState) error { return tx.journal("veil", "veil", 0, is) })
	}
	return fmt.Errorf("a change of kind %q cannot be undone", c.Kind)
}

// restoreFrom sets a thing to the state that it is to have, if it is now as the change left it.
func restoreFrom[S any](c *Change, now *S, fault error, from, to string, set func(*S) error) error {
	if fault != nil {
		return fault
	}
	is, err := json.Marshal(now)
	if err != nil {
		return err
	}
	if !bytes.Equal(is, []byte(from)) {
		return fmt.Errorf("%s %s was changed meanwhile: %w", c.Kind, c.Object, ErrChanged)
	}
	var state *S
	if err := json.Unmarshal([]byte(to), &state); err != nil {
		return err
	}
	return set(state)
}

// ruleSwitch is how a rule was switched; nil if it was not.
func (tx *Tx) ruleSwitch(rule string) (*switchState, error) {
	var s switchState
	return ifThere(&s, tx.row("select on_ from rule_switch where rule = ?", rule).Scan(&s.On))
}

// ifThere is a state that was read, nil where no row has it.
func ifThere[S any](s *S, err error) (*S, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return s, err
}

// switchRule turns a rule on or off, or, with nil, leaves it to its publisher again.
func (tx *Tx) switchRule(rule string, is *switchState) error {
	if is == nil {
		if _, err := tx.exec("delete from rule_switch where rule = ?", rule); err != nil {
			return err
		}
		return tx.journal("rule switch", "rule", 0, map[string]any{"rule": rule, "on": nil})
	}
	if _, err := tx.exec(`insert into rule_switch (rule, on_, changed, actor) values (?,?,?,?) on conflict (rule) do update
		set on_ = excluded.on_, changed = excluded.changed, actor = excluded.actor`, rule, is.On, tx.now.UnixNano(), tx.actor.Name); err != nil {
		return err
	}
	return tx.journal("rule switch", "rule", 0, map[string]any{"rule": rule, "on": is.On})
}

// ruleFile is the text of a file of rules; nil if there is none of that path.
func (tx *Tx) ruleFile(path string) (*ruleFileState, error) {
	var s ruleFileState
	return ifThere(&s, tx.row("select text from rule_file where path = ?", []byte(path)).Scan(&s.Text))
}

// setRuleFile keeps a file of rules, or, with nil, forgets it.
func (tx *Tx) setRuleFile(path string, is *ruleFileState) error {
	if is != nil {
		return tx.addRuleFile(&RuleFile{Path: path, Text: is.Text, SHA256: sha256.Sum256(is.Text)})
	}
	var id int64
	if err := tx.row("select id from rule_file where path = ?", []byte(path)).Scan(&id); err != nil {
		return err
	}
	return tx.removeRuleFile(id)
}

// view is a view's state; nil if there is none of that name.
func (tx *Tx) view(name string) (*viewState, error) {
	var s viewState
	return ifThere(&s, tx.row("select screen, filter, order_, ascending from view where name = ?", name).Scan(&s.Screen, &s.Filter, &s.Order, &s.Ascending))
}

// setView keeps a view, or, with nil, forgets it.
func (tx *Tx) setView(name string, is *viewState) error {
	if is == nil {
		if _, err := tx.exec("delete from view where name = ?", name); err != nil {
			return err
		}
		return tx.journal("view drop", "view", 0, map[string]any{"name": name})
	}
	if _, err := tx.exec(`insert into view (name, screen, filter, order_, ascending, changed, actor) values (?,?,?,?,?,?,?)
		on conflict (name) do update set screen = excluded.screen, filter = excluded.filter, order_ = excluded.order_,
		ascending = excluded.ascending, changed = excluded.changed, actor = excluded.actor`,
		name, is.Screen, is.Filter, string(is.Order), is.Ascending, tx.now.UnixNano(), tx.actor.Name); err != nil {
		return err
	}
	return tx.journal("view save", "view", 0, map[string]any{"name": name, "screen": is.Screen, "filter": is.Filter, "order": is.Order, "ascending": is.Ascending})
}
