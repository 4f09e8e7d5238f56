package store

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// migrations are applied in the order of their numbers, each in a transaction of its own; PRAGMA user_version counts
// those that a store has had, from versionBase on. A released one is never edited: a change of the schema is a new file.
//
//go:embed migration/*.sql
var migrationFiles embed.FS

var migrations = readMigrations()

// versionBase is the version of a store without any migration. It and lower ones, but 0, are those of formats that were never released.
const versionBase = 200

// pageSize is a store's: most of it are packs and evidence, some hundred kilobytes each, and every page of them costs as it is written.
const pageSize = 32 << 10

func readMigrations() []string {
	entries, err := migrationFiles.ReadDir("migration")
	if err != nil {
		return nil // embed guarantees the folder
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	var texts []string
	for _, e := range entries {
		text, err := migrationFiles.ReadFile("migration/" + e.Name())
		if err == nil {
			texts = append(texts, string(text))
		}
	}
	return texts
}

// migrate brings the schema up to date.
func (db *DB) migrate(ctx context.Context) error {
	var version, mode = 0, ""
	if err := db.writer.QueryRowContext(ctx, "pragma user_version").Scan(&version); err != nil {
		return db.trouble("open", err)
	}
	if version == versionBase+len(migrations) {
		return nil
	}
	if version == 0 {
		if _, err := db.writer.ExecContext(ctx, fmt.Sprintf("pragma page_size=%d", pageSize)); err != nil {
			return db.trouble("open", err)
		}
	}
	if err := db.writer.QueryRowContext(ctx, "pragma journal_mode=wal").Scan(&mode); err != nil {
		return db.trouble("open", err)
	}
	if mode != "wal" {
		return &Trouble{Kind: Unsafe, Path: db.path, Text: "its file system cannot do write-ahead logging (journal mode " + mode + "): put it on a local disk"}
	}
	for {
		done, err := db.migrateOnce(ctx)
		if err != nil || done {
			return err
		}
	}
}

// migrateOnce applies the next migration. Several processes may open a new store at once: each looks again inside the
// transaction.
func (db *DB) migrateOnce(ctx context.Context) (done bool, err error) {
	tx, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return false, db.trouble("bring the schema up to date", err)
	}
	defer tx.Rollback()
	var version int
	if err := tx.QueryRowContext(ctx, "pragma user_version").Scan(&version); err != nil {
		return false, db.trouble("bring the schema up to date", err)
	}
	had := max(version-versionBase, 0)
	if had >= len(migrations) {
		return true, nil
	}
	text := migrations[had] + fmt.Sprintf("; pragma application_id=%d; pragma user_version=%d", appID, versionBase+had+1)
	if _, err := tx.ExecContext(ctx, text); err != nil {
		return false, db.trouble(fmt.Sprintf("apply migration %d", had+1), err)
	}
	if had == 0 {
		t := db.newTx(ctx, tx)
		if err := t.journal("create", "store", 0, map[string]any{"schema": len(migrations)}); err != nil {
			return false, err
		}
	}
	return false, db.trouble("bring the schema up to date", tx.Commit())
}

// checkSchema refuses a store whose tables, triggers or views are not exactly casebook's: a trigger or a view that
// someone added to a shared file would run inside this program.
func (db *DB) checkSchema(ctx context.Context) error {
	want, err := expectedSchema()
	if err != nil {
		return db.trouble("work out the schema", err)
	}
	got, err := schemaOf(ctx, db.readers)
	if err != nil {
		return db.trouble("read the schema", err)
	}
	for name, text := range got {
		if w, ok := want[name]; !ok {
			return &Trouble{Kind: Damaged, Path: db.path, Text: fmt.Sprintf("holds %q, which casebook did not put there; it is not opened", name)}
		} else if w != text {
			return &Trouble{Kind: Damaged, Path: db.path, Text: fmt.Sprintf("its %q is not as casebook made it; it is not opened", name)}
		}
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			return &Trouble{Kind: Damaged, Path: db.path, Text: fmt.Sprintf("its %q is missing; restore a backup", name)}
		}
	}
	return nil
}

// expectedSchema is what the migrations make of an empty file.
var expectedSchema = sync.OnceValues(madeSchema)

func madeSchema() (map[string]string, error) {
	empty := sql.OpenDB(connector{dsn: ":memory:"})
	defer empty.Close()
	empty.SetMaxOpenConns(1)
	for _, text := range migrations {
		if _, err := empty.Exec(text); err != nil {
			return nil, err
		}
	}
	return schemaOf(context.Background(), empty)
}

func schemaOf(ctx context.Context, db *sql.DB) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, "select type || ' ' || name, coalesce(sql, '') from sqlite_schema where name not like 'sqlite_stat%'")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	schema := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		schema[name] = strings.Join(strings.Fields(text), " ")
	}
	return schema, rows.Err()
}
