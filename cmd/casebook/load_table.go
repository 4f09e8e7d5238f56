package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"casebook/store"
)

// mappingFor is the mapping that a load was told to use: of a file, or the one that the store has of the table already.
func (o *loadOptions) mappingFor(ctx context.Context, db *store.DB) (*store.Mapping, error) {
	switch {
	case o.table == "" && o.mapping == "":
		return nil, nil
	case o.table == "":
		return nil, errors.New("--map: want the table that the rows are to be in as well: --table NAME")
	case o.mapping == "":
		m, err := db.Mapping(ctx, o.table)
		if errors.Is(err, store.ErrNotFound) {
			return nil, fmt.Errorf("--table %s: the store has no such table; say with --map FILE how records become its rows (see \"casebook load --help\")", o.table)
		}
		return m, err
	}
	text, err := os.ReadFile(o.mapping)
	if err != nil {
		return nil, fmt.Errorf("--map: %w", err)
	}
	return store.ParseMapping(o.table, o.mapping, text)
}
