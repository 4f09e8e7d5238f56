package store

import (
	"container/list"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"casebook/store/event"
)

// How packs are read: those of a segment that are wanted together, at once; and the latest of them stay in memory.

const packColumns = "field, kind, rows, width, base, divisor, none, coalesce(words, ''), bytes"

// ownBytes takes bytes as they come. The driver makes new ones for every row; database/sql, which does not know that, would copy them.
type ownBytes []byte

// Scan implements sql.Scanner.
func (b *ownBytes) Scan(x any) error {
	var ok bool
	if *b, ok = x.([]byte); !ok && x != nil {
		return errPack
	}
	return nil
}

// scan reads a line of packs.
func (p *pack) scan(scan func(...any) error) (field string, err error) {
	var none sql.NullInt64
	var words string
	if err := scan(&field, &p.kind, &p.n, &p.width, &p.base, &p.divisor, &none, &words, (*ownBytes)(&p.bytes)); err != nil {
		return "", err
	}
	p.none, p.nullable = uint64(none.Int64), none.Valid
	if strings.HasPrefix(field, packKeys) || strings.HasPrefix(field, packProperty) {
		if err := p.keyed(words); err != nil {
			return field, err
		}
		words = ""
	}
	if strings.HasPrefix(field, packLoose) {
		values, _ := event.Tree([]byte(words)) // whole numbers stay whole
		p.values, _ = values.([]any)
		words = ""
	}
	return field, p.check(words)
}

func (db *DB) damaged(s *segment, field string, err error) error {
	return &Trouble{Kind: Damaged, Path: db.path, Err: err, Text: fmt.Sprintf("segment %d, field %s: %v; load the evidence into a new store", s.id, field, err)}
}

// pack reads a field of a segment; nil when it is null throughout.
func (db *DB) pack(ctx context.Context, s *segment, field string) (*pack, error) {
	name := packName{s.id, field}
	if p, ok := db.cache.get(name); ok {
		return p, nil
	}
	packs, err := db.read(ctx, s, field)
	return packs[field], err
}

// fetch reads those of some fields of a segment that are not in memory, at once: asking takes longer than reading.
func (db *DB) fetch(ctx context.Context, s *segment, fields ...string) error {
	var missing []string
	for _, field := range fields {
		if _, ok := db.cache.get(packName{s.id, field}); !ok && !slices.Contains(missing, field) {
			missing = append(missing, field)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err := db.read(ctx, s, missing...)
	return err
}

// read reads fields of a segment into the cache. A field is read in no time, and could be given up in between only at a price that
// is higher: the driver would watch over every step.
func (db *DB) read(ctx context.Context, s *segment, fields ...string) (map[string]*pack, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	args := []any{s.id}
	for _, field := range fields {
		args = append(args, field)
	}
	rows, err := db.readers.Query("select "+packColumns+" from pack where segment = ? and field in (?"+strings.Repeat(", ?", len(fields)-1)+")", args...)
	if err != nil {
		return nil, db.trouble("read events", err)
	}
	defer rows.Close()
	packs := make(map[string]*pack, len(fields))
	for rows.Next() {
		p := &pack{}
		field, err := p.scan(rows.Scan)
		if err == nil {
			err = p.counts(s, field)
		}
		if errors.Is(err, errPack) {
			return nil, db.damaged(s, field, err)
		}
		if err != nil {
			return nil, db.trouble("read events", err)
		}
		packs[field] = p
	}
	if err := rows.Err(); err != nil {
		return nil, db.trouble("read events", err)
	}
	if err := db.amend(ctx, s, packs, fields); err != nil {
		return nil, db.trouble("read events", err)
	}
	for _, field := range fields {
		db.cache.put(packName{s.id, field}, packs[field])
	}
	return packs, nil
}

func readPack(ctx context.Context, q querier, s *segment, field string) (*pack, error) {
	p := &pack{}
	_, err := p.scan(q.QueryRowContext(ctx, "select "+packColumns+" from pack where segment = ? and field = ?", s.id, field).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		err = p.counts(s, field)
	}
	return p, err
}

// counts holds a pack's number of rows against its segment's.
func (p *pack) counts(s *segment, field string) error {
	if p.n != s.count && !strings.HasPrefix(field, packMinute) {
		return errPack
	}
	return nil
}

// allPacks reads the fields of a segment that lists of events show.
func (db *DB) allPacks(ctx context.Context, s *segment) (map[string]*pack, error) {
	packs := make(map[string]*pack, len(rowFields))
	for _, field := range rowFields {
		p, err := db.pack(ctx, s, field)
		if err != nil {
			return nil, err
		}
		packs[field] = p
	}
	return packs, nil
}

// rowFields are the fields of an EventRow.
var rowFields = func() []string {
	fields := []string{packFlags, packKey, packFile, packLine}
	for _, s := range event.Slots() {
		fields = append(fields, s.String())
	}
	return fields
}()

func (c *segmentCache) get(name packName) (*pack, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.packs[name]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cachedPack).pack, true
}

func (c *segmentCache) put(name packName, p *pack) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.packs == nil {
		c.packs = map[packName]*list.Element{}
	}
	if _, ok := c.packs[name]; ok {
		return
	}
	c.add(name, p)
	c.count(name, p)
}

// replace puts a pack in the place of one that is known.
func (c *segmentCache) replace(name packName, p *pack) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.packs[name]; ok {
		c.drop(e)
	}
	c.add(name, p)
}

func (c *segmentCache) drop(e *list.Element) {
	old := c.order.Remove(e).(*cachedPack)
	delete(c.packs, old.packName)
	c.bytes -= old.size()
}

func (c *segmentCache) add(name packName, p *pack) {
	c.packs[name] = c.order.PushFront(&cachedPack{name, p})
	for c.bytes += p.size(); c.bytes > packCacheBytes && c.order.Len() > 1; {
		c.drop(c.order.Back())
	}
}

// shrink lets go of what was read longest ago, down to so many bytes.
func (c *segmentCache) shrink(to int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.bytes > to && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

// size is roughly what a pack takes in memory.
func (p *pack) size() int {
	if p == nil {
		return 100
	}
	texts := 0
	for _, x := range p.values {
		if text, ok := x.(string); ok {
			texts += len(text)
		}
	}
	return 200 + len(p.bytes) + 4*len(p.words) + 32*len(p.values) + texts
}
