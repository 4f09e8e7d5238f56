package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// RuleFile is a file of rules that an analyst brought, as it was read. What its rules are is for the room of guides to say.
type RuleFile struct {
	ID     int64
	Path   string // as it was named; a label, and never opened again
	Text   []byte
	SHA256 [sha256.Size]byte
	Added  time.Time
	Actor  string
}

// AddRuleFile keeps a file of rules. The same bytes under the same path are no change; other bytes take the place of what the
// path had before, which is kept as a version of it.
func (db *DB) AddRuleFile(ctx context.Context, path string, text []byte) (RuleFile, error) {
	f := RuleFile{Path: path, Text: text, SHA256: sha256.Sum256(text), Actor: db.actor.Name}
	err := db.write(ctx, "keep a rule file", func(tx *Tx) error {
		was, err := tx.ruleFile(path)
		if err != nil {
			return err
		}
		if err := tx.addRuleFile(&f); err != nil || was != nil && bytes.Equal(was.Text, text) {
			return err
		}
		return tx.ownChange("rule file", path, was, &ruleFileState{text})
	})
	return f, err
}

func (tx *Tx) addRuleFile(f *RuleFile) error {
	var sum, text []byte
	var added int64
	err := tx.row("select id, text, sha256, added, actor from rule_file where path = ?", []byte(f.Path)).Scan(&f.ID, &text, &sum, &added, &f.Actor)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return err
	case err == nil && bytes.Equal(sum, f.SHA256[:]):
		f.Added = time.Unix(0, added).UTC()
		return nil
	}
	if _, err := tx.keepText(f.Path, string(text)); err != nil {
		return err
	}
	f.Added, f.Actor = tx.now.UTC().Round(0), tx.actor.Name
	if err := tx.row(`insert into rule_file (path, text, sha256, added, actor) values (?,?,?,?,?) on conflict (path) do update
		set text = excluded.text, sha256 = excluded.sha256, added = excluded.added, actor = excluded.actor returning id`,
		[]byte(f.Path), blob(f.Text), f.SHA256[:], f.Added.UnixNano(), f.Actor).Scan(&f.ID); err != nil {
		return err
	}
	return tx.journal("rule add", "rule file", f.ID, map[string]any{"path": f.Path, "sha256": fmt.Sprintf("%x", f.SHA256), "instead_of": fmt.Sprintf("%x", sum)})
}

// blob keeps the driver from taking empty bytes for null.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// RemoveRuleFile forgets a file of rules. Alerts of its rules stay, with the text that raised them.
func (db *DB) RemoveRuleFile(ctx context.Context, id int64) error {
	return db.write(ctx, "forget a rule file", func(tx *Tx) error {
		var path, text []byte
		err := tx.row("select path, text from rule_file where id = ?", id).Scan(&path, &text)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := tx.removeRuleFile(id); err != nil {
			return err
		}
		return tx.ownChange("rule file", string(path), &ruleFileState{text}, nil)
	})
}

func (tx *Tx) removeRuleFile(id int64) error {
	var path, text []byte
	err := tx.row("delete from rule_file where id = ? returning path, text", id).Scan(&path, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("rule file %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return err
	}
	if _, err := tx.keepText(string(path), string(text)); err != nil {
		return err
	}
	return tx.journal("rule remove", "rule file", id, map[string]any{"path": string(path)})
}

// RuleFiles are the files of rules that were added, by their paths.
func (db *DB) RuleFiles(ctx context.Context) ([]RuleFile, error) {
	var files []RuleFile
	err := each(ctx, db.readers, "select id, path, text, sha256, added, actor from rule_file order by path", nil, func(scan func(...any) error) error {
		var f RuleFile
		var path, sum []byte
		var added int64
		err := scan(&f.ID, &path, &f.Text, &sum, &added, &f.Actor)
		f.Path, f.Added = string(path), time.Unix(0, added).UTC()
		copy(f.SHA256[:], sum)
		files = append(files, f)
		return err
	})
	return files, db.trouble("read rule files", err)
}

// RulesMark changes whenever rules are added, removed or switched, by whomever: screens compare it to know when to read them again.
func (db *DB) RulesMark(ctx context.Context) (string, error) {
	var mark string
	err := db.readers.QueryRowContext(ctx, `select (select count(*) || ' ' || coalesce(max(id), 0) || ' ' || coalesce(max(added), 0) from rule_file) || ' ' ||
		(select count(*) || ' ' || coalesce(max(changed), 0) from rule_switch)`).Scan(&mark)
	return mark, db.trouble("look for changed rules", err)
}

// RuleSwitch is that someone turned a rule on or off.
type RuleSwitch struct {
	On    bool
	At    time.Time
	Actor string
}

// SwitchRule turns a rule on or off, whoever brought it. A rule that is off is not run; its alerts stay.
func (db *DB) SwitchRule(ctx context.Context, rule string, on bool) error {
	return db.write(ctx, "switch a rule", func(tx *Tx) error {
		was, err := tx.ruleSwitch(rule)
		if err != nil {
			return err
		}
		is := &switchState{on}
		if err := tx.switchRule(rule, is); err != nil || was != nil && *was == *is {
			return err
		}
		return tx.ownChange("rule", rule, was, is)
	})
}

// RuleSwitches are the rules that someone turned on or off, by their ids.
func (db *DB) RuleSwitches(ctx context.Context) (map[string]RuleSwitch, error) {
	switches := map[string]RuleSwitch{}
	err := each(ctx, db.readers, "select rule, on_, changed, actor from rule_switch", nil, func(scan func(...any) error) error {
		var rule string
		var s RuleSwitch
		var at int64
		err := scan(&rule, &s.On, &at, &s.Actor)
		s.At = time.Unix(0, at).UTC()
		switches[rule] = s
		return err
	})
	return switches, db.trouble("read which rules are on", err)
}

// RuleText is the file that a rule was read from when it ran.
type RuleText struct {
	Path   string
	Text   []byte
	SHA256 [sha256.Size]byte
	Build  string // the casebook that ran it
}

// TextBehind is the text of the rule that raised an alert, as it was then. ErrNotFound for alerts from before texts were kept.
func (db *DB) TextBehind(ctx context.Context, alert int64) (RuleText, error) {
	var t RuleText
	var path, sum []byte
	err := db.readers.QueryRowContext(ctx, "select r.path, r.text, r.sha256, a.build from alert a join rule_text r on r.sha256 = a.text where a.id = ?", alert).
		Scan(&path, &t.Text, &sum, &t.Build)
	if errors.Is(err, sql.ErrNoRows) {
		return t, fmt.Errorf("the rule behind alert %d: %w", alert, ErrNotFound)
	}
	t.Path = string(path)
	copy(t.SHA256[:], sum)
	return t, db.trouble("read the rule behind an alert", err)
}

// keepText keeps a rule's text and gives its name.
func (tx *Tx) keepText(path, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	sum := sha256.Sum256([]byte(text))
	_, err := tx.exec("insert or ignore into rule_text (sha256, path, text) values (?,?,?)", sum[:], []byte(path), []byte(text))
	return sum[:], err
}
