package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// writtenAt makes a store as it was after so many migrations: with the tables and columns there were then, and in them what another
// store has.
func writtenAt(t *testing.T, path, from string, steps int) {
	t.Helper()
	if err := create(path); err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector{dsn: path})
	db.SetMaxOpenConns(1)
	defer db.Close()
	do := func(query string, args ...any) {
		t.Helper()
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	do(fmt.Sprintf("pragma page_size=%d", pageSize))
	do("pragma journal_mode=wal")
	for i, text := range migrations[:steps] {
		do(text + fmt.Sprintf("; pragma application_id=%d; pragma user_version=%d", appID, versionBase+i+1))
	}
	whole := sql.OpenDB(connector{dsn: from})
	defer whole.Close()
	tables := map[string][]string{}
	if err := each(context.Background(), db, "select m.name, c.name from sqlite_schema m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite%' and m.name not in ('octet', 'alphabet')",
		nil, func(scan func(...any) error) error {
			var table, column string
			err := scan(&table, &column)
			tables[table] = append(tables[table], `"`+column+`"`)
			return err
		}); err != nil {
		t.Fatal(err)
	}
	do("pragma foreign_keys=off")
	for table, columns := range tables {
		list := strings.Join(columns, ", ")
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := each(context.Background(), whole, fmt.Sprintf("select %s from %q", list, table), nil, func(scan func(...any) error) error {
			if err := scan(into...); err != nil {
				return err
			}
			_, err := db.Exec(fmt.Sprintf("insert into %q (%s) values (?%s)", table, list, strings.Repeat(",?", len(row)-1)), row...)
			return err
		}); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	}
}

// TestMigrateFromEveryStep opens stores as each migration has left them: what is in them reads the same, is sound, and can be added to.
func TestMigrateFromEveryStep(t *testing.T) {
	dir := t.TempDir()
	logs := []string{
		write(t, filepath.Join(dir, "a.json"), lines(0, 300)+"{\"broken\"\n"+lines(0, 2)),
		write(t, filepath.Join(dir, "b.json.gz"), gzipped(t, lines(200, 400))),
	}
	whole := filepath.Join(dir, "whole.db")
	db := open(t, whole)
	load(t, db, logs...)
	want, seen := digest(t, db), looked(t, db)
	db.Close()
	for steps := 1; steps <= len(migrations); steps++ {
		t.Run(fmt.Sprint(steps), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "old.db")
			writtenAt(t, path, whole, steps)
			db := open(t, path)
			if digest(t, db) != want {
				t.Error("it holds other events")
			}
			if got := looked(t, db); strings.Join(got, "\n") != strings.Join(seen, "\n") {
				t.Error("its events read differently")
			}
			if bad, err := db.Quarantine(context.Background(), QuarantineFilter{}, 0, 10); err != nil || len(bad) != 1 {
				t.Errorf("%d in quarantine, %v", len(bad), err)
			}
			if a := load(t, db, logs...); a.Total.Accepted != 0 || !a.Files[0].Known {
				t.Errorf("loaded again: %+v", a.Total)
			}
			if a := load(t, db, write(t, filepath.Join(dir, "c.json"), lines(390, 410))); a.Total.Accepted != 10 {
				t.Errorf("loaded on: %+v", a.Total)
			}
			if v, err := db.Verify(context.Background(), VerifyOptions{}); err != nil || !v.Sound() {
				t.Errorf("%+v %v", v, err)
			}
		})
	}
}
