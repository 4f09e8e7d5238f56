package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Tx is one transaction that writes. Methods that need one take it; exported methods of DB open it.
type Tx struct {
	*sql.Tx
	ctx   context.Context
	db    *DB
	now   time.Time // the clock on the wall, for the journal only
	actor Actor
	// waiting are entries for the journal that are written at the end.
	waiting []Entry
	first   int64     // change of an act, once there is one
	packs   []packRow // that were written
}

func (db *DB) newTx(ctx context.Context, tx *sql.Tx) *Tx {
	return &Tx{Tx: tx, ctx: ctx, db: db, now: time.Now(), actor: db.actor}
}

// write runs f in one immediate transaction: all of it is kept and synced, or nothing.
func (db *DB) write(ctx context.Context, doing string, f func(*Tx) error) error {
	if db.writer == nil {
		return &Trouble{Kind: Unreadable, Path: db.path, Text: doing + ": the store is open read-only; nothing was written"}
	}
	if err := db.Stands(); err != nil {
		return err
	}
	tx, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return db.trouble(doing, err)
	}
	defer tx.Rollback()
	t := db.newTx(ctx, tx)
	if err := f(t); err != nil {
		if errors.Is(err, ErrChanged) || errors.Is(err, ErrNotFound) {
			return err
		}
		return db.trouble(doing, err)
	}
	if err := t.settle(); err != nil {
		return db.trouble(doing, err)
	}
	if err := tx.Commit(); err != nil {
		return db.trouble(doing, err)
	}
	t.committed()
	return nil
}

func (tx *Tx) exec(query string, args ...any) (sql.Result, error) {
	return tx.ExecContext(tx.ctx, query, args...)
}

func (tx *Tx) row(query string, args ...any) *sql.Row {
	return tx.QueryRowContext(tx.ctx, query, args...)
}

// querier is what reads: a transaction or the pool of readers.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// errEnough ends a reading of rows early.
var errEnough = errors.New("enough")

// each calls f for every row of a query, until f returns errEnough.
func each(ctx context.Context, q querier, query string, args []any, f func(scan func(...any) error) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows.Scan); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return rows.Err()
}
