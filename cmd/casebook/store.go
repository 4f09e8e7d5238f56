package main

import (
	"errors"
	"fmt"
	"os"

	"casebook/store"
)

// defaultStore is the store of a folder that someone works in.
const defaultStore = "casebook.db"

// path is the store that this call is about.
func (a *app) path() string {
	if a.storePath != "" {
		return a.storePath
	}
	if p := os.Getenv("CASEBOOK_STORE"); p != "" {
		return p
	}
	return defaultStore
}

// openStore opens the store. Whatever keeps it from opening ends the program with the code for stores.
func (a *app) openStore(o store.Options) (*store.DB, error) {
	o.Shared = a.shared
	db, err := store.Open(a.path(), o)
	if err != nil {
		return nil, storeError(err)
	}
	if db.Still() {
		a.note(fmt.Sprintf("casebook: %s stands where nothing can be written: it is read-only", harmless(a.path())))
	}
	if err := a.useLookups(db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// storeError gives trouble with the store its exit code.
func storeError(err error) error {
	if t := (*store.Trouble)(nil); errors.As(err, &t) {
		return &exit{code: exitStore, err: err}
	}
	return err
}
