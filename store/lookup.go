package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"casebook/engine"
)

// Lookup is a CSV file that rules look things up in: a watchlist of Sentinel, a lookup index of Elastic.
type Lookup struct {
	Name   string // as rules name it
	Path   string // where it was read; a label
	Key    string // the column that is a watchlist's SearchKey; "" for the first
	Text   []byte
	SHA256 [sha256.Size]byte
	Added  time.Time
	Actor  string
}

// AddLookup keeps a lookup under its name, in the place of what had that name before.
func (db *DB) AddLookup(ctx context.Context, l Lookup) (Lookup, error) {
	l.SHA256, l.Actor = sha256.Sum256(l.Text), db.actor.Name
	if err := l.nameable(); err != nil {
		return l, err
	}
	if err := l.Check(); err != nil {
		return l, err
	}
	err := db.write(ctx, "keep lookup "+l.Name, func(tx *Tx) error {
		l.Added = tx.now.UTC().Round(0)
		if _, err := tx.exec("insert or replace into lookup (name, path, key, text, sha256, added, actor) values (?,?,?,?,?,?,?)",
			l.Name, []byte(l.Path), l.Key, blob(l.Text), l.SHA256[:], l.Added.UnixNano(), l.Actor); err != nil {
			return err
		}
		return tx.journal("lookup add", "lookup", 0, map[string]any{"name": l.Name, "path": l.Path, "key": l.Key, "sha256": fmt.Sprintf("%x", l.SHA256)})
	})
	return l, err
}

// RemoveLookup forgets a lookup.
func (db *DB) RemoveLookup(ctx context.Context, name string) error {
	return db.write(ctx, "forget lookup "+name, func(tx *Tx) error {
		err := tx.row("delete from lookup where name = ? returning name", name).Scan(&name)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("lookup %s: %w", name, ErrNotFound)
		}
		if err != nil {
			return err
		}
		return tx.journal("lookup remove", "lookup", 0, map[string]any{"name": name})
	})
}

// Lookups are the lookups that are kept, by their names.
func (db *DB) Lookups(ctx context.Context) ([]Lookup, error) {
	var list []Lookup
	err := each(ctx, db.readers, "select name, path, key, text, sha256, added, actor from lookup order by name", nil, func(scan func(...any) error) error {
		var l Lookup
		var path, sum []byte
		var added int64
		err := scan(&l.Name, &path, &l.Key, &l.Text, &sum, &added, &l.Actor)
		l.Path, l.Added = string(path), time.Unix(0, added).UTC()
		copy(l.SHA256[:], sum)
		list = append(list, l)
		return err
	})
	return list, db.trouble("read lookups", err)
}

// Lend lets queries that are read with this handle call functions, which whoever knows the rules has read; it forgets those lent before.
func (db *DB) Lend(functions []engine.Function) { db.lent.Store(&functions) }

// Functions implements engine.Library.
func (db *DB) Functions() []engine.Function {
	if lent := db.lent.Load(); lent != nil {
		return *lent
	}
	return nil
}
