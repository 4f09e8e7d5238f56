package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// ValueNames are up to limit values of a field of events that begin with a text, whatever its case, or, where none does, have it within. What
// values a field has stands beside its packs, so that no event is read for it.
func (db *DB) ValueNames(ctx context.Context, field, text string, limit int) ([]string, error) {
	slot, known := SlotOf(field)
	if !known || !Summed(field) {
		return nil, fmt.Errorf("no field %q to name values of", field)
	}
	dict, err := db.dictionary(ctx, db.readers)
	if err != nil {
		return nil, db.trouble("look for names", err)
	}
	ids := map[uint32]bool{}
	err = each(ctx, db.readers, "select p.words from pack p join segment s on s.id = p.segment where p.field = ? and p.kind = 'word' and s.replaced = 0", []any{slot.String()}, func(scan func(...any) error) error {
		var list string
		if err := scan(&list); err != nil {
			return err
		}
		var words []uint32
		if err := json.Unmarshal([]byte(list), &words); err != nil {
			return err
		}
		for _, id := range words {
			ids[id] = true
		}
		return nil
	})
	if err != nil {
		return nil, db.trouble("look for names", err)
	}
	values := make([]string, 0, len(ids))
	for id := range ids {
		if int(id) < len(dict.Values) {
			values = append(values, dict.Values[id])
		}
	}
	return naming(values, text, limit), nil
}

// EntityNames are up to limit entities of alerts by a text of their name, as ValueNames has values.
func (db *DB) EntityNames(ctx context.Context, text string, limit int) ([]string, error) {
	var values []string
	err := each(ctx, db.readers, "select distinct entity from alert", nil, func(scan func(...any) error) error {
		var v string
		err := scan(&v)
		values = append(values, v)
		return err
	})
	return naming(values, text, limit), db.trouble("look for names", err)
}

// naming are the values that begin with a text, or, where none does, those that have it within.
func naming(values []string, text string, limit int) []string {
	text = strings.ToLower(text)
	var begin, within []string
	for _, v := range values {
		switch at := strings.Index(strings.ToLower(v), text); {
		case v == "" || at < 0:
		case at == 0:
			begin = append(begin, v)
		default:
			within = append(within, v)
		}
	}
	if len(begin) == 0 {
		begin = within
	}
	slices.Sort(begin)
	return begin[:min(len(begin), limit)]
}
