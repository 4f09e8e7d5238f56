package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"casebook/store"
)

// longestMapping bounds a mapping: that of a thousand columns has a tenth of it.
const longestMapping = 1 << 20

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
			return store.FindingMapping(o.table)
		}
		return m, err
	}
	text, err := readNamed(o.mapping, longestMapping)
	if err != nil {
		return nil, fmt.Errorf("--map: %w", plainPathError(err))
	}
	return store.ParseMapping(o.table, o.mapping, text)
}

// sayFound tells of the columns that a load has found in its records, and of those whose values have no type but the text in common.
func (a *app) sayFound(t *store.FoundTable) {
	if t == nil || len(t.Columns) < 2 { // the time alone: nothing was loaded
		return
	}
	types := map[string]int{}
	var mixed []store.FoundColumn
	for _, c := range t.Columns {
		types[c.Type]++
		if c.Mixed != "" {
			mixed = append(mixed, c)
		}
	}
	var counts []string
	for _, name := range slices.Sorted(maps.Keys(types)) {
		counts = append(counts, fmt.Sprintf("%d %s", types[name], name))
	}
	a.note(fmt.Sprintf("casebook: %s has %s, found in its records: %s", harmless(t.Name), plural(len(t.Columns), "column"), strings.Join(counts, ", ")))
	for i, c := range mixed {
		if i == saidMixed {
			a.note(fmt.Sprintf("casebook: and %s more with values of several kinds; --json has them all", plural(len(mixed)-i, "column")))
			break
		}
		a.note(fmt.Sprintf("casebook: %s of %s is text: it has %s; a mapping can say what it is (--map FILE)", harmless(c.Name), harmless(t.Name), c.Mixed))
	}
}

// saidMixed is how many columns of several kinds are said one by one.
const saidMixed = 10
