package store

import (
	"context"
	"sync"

	"casebook/engine/column"
)

// wordCache is the dictionary in memory: words are only ever added, so that it is read on from where it ended.
type wordCache struct {
	mu   sync.Mutex
	seen version
	dict *column.Dict // Values[id]; id 0 is the empty text
	ids  map[string]uint32
}

// dictionary is every word by its id. The returned Dict is never changed; a longer one takes its place.
func (db *DB) dictionary(ctx context.Context, q querier) (*column.Dict, error) {
	c := &db.words
	c.mu.Lock()
	defer c.mu.Unlock()
	err := db.unseen(ctx, q, &c.seen, c.learn)
	return c.dict, err
}

// learn reads the words that have come since the last time.
func (c *wordCache) learn(ctx context.Context, q querier) error {
	if c.dict == nil {
		c.dict, c.ids = &column.Dict{Values: []string{""}}, map[string]uint32{}
	}
	have := len(c.dict.Values)
	values := c.dict.Values
	err := each(ctx, q, "select id, text from word where id >= ? order by id", []any{have}, func(scan func(...any) error) error {
		var id int
		var text string
		if err := scan(&id, &text); err != nil {
			return err
		}
		for len(values) < id {
			values = append(values, "")
		}
		values = append(values, text)
		c.ids[text] = uint32(id)
		return nil
	})
	if err == nil && len(values) > have {
		c.dict = &column.Dict{Values: values, Distinct: true} // but for "", which stands for null only
	}
	return err
}

// wordID is the id of a word, 0 when no event holds it.
func (db *DB) wordID(ctx context.Context, text string) (uint32, error) {
	if _, err := db.dictionary(ctx, db.readers); err != nil {
		return 0, err
	}
	db.words.mu.Lock()
	defer db.words.mu.Unlock()
	return db.words.ids[text], nil
}
