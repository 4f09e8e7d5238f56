package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"casebook/engine"
	"casebook/engine/column"
)

// Pin is a piece of evidence in a case: an event, or what a query gave. It holds what makes it checkable later: the hash of
// the event's bytes, or the query with its parameters, its as-of and a hash of all its rows.
type Pin struct {
	ID     int64
	Case   int64
	Kind   PinKind
	Number int    // among the case's pins of its kind
	Alert  int64  // that it was found on, 0 for none
	Step   string // of that alert's guide, "" for none
	Note   string
	Event  int64
	SHA256 []byte
	Result *PinnedResult // of a query's pin
	Actor  string
	At     time.Time
}

// PinKind is what was pinned.
type PinKind string

// The kinds of pins.
const (
	PinEvent PinKind = "event"
	PinQuery PinKind = "query"
)

// Name is how a story speaks of a pin: E3, Q1.
func (p *Pin) Name() string {
	if p.Kind == PinQuery {
		return fmt.Sprintf("Q%d", p.Number)
	}
	return fmt.Sprintf("E%d", p.Number)
}

// PinnedResult is what a query gave, and all that is needed to ask it again.
type PinnedResult struct {
	Language engine.Language
	Query    string
	Params   engine.Params
	AsOf     int64 // ticks
	Columns  []column.Field
	Rows     [][]any // the first of them
	Count    int     // of all rows
	Events   int     // behind all rows
}

// mostPinnedRows bounds the rows that a pin holds; its hash is over all of them.
const mostPinnedRows = 200

// ResultPin is a pin of what a query gave.
func ResultPin(language engine.Language, query string, params engine.Params, asOf int64, r *engine.Result) (Pin, error) {
	p := PinnedResult{Language: language, Query: query, Params: params, AsOf: asOf, Columns: r.Columns, Count: r.Batch.Len}
	seen := map[int64]bool{}
	for _, ids := range r.Events {
		for _, id := range ids {
			seen[id] = true
		}
	}
	p.Events = len(seen)
	for i := range min(r.Batch.Len, mostPinnedRows) {
		p.Rows = append(p.Rows, rowOf(r, i))
	}
	sum, err := ResultSum(r)
	return Pin{Kind: PinQuery, SHA256: sum, Result: &p}, err
}

// EventPin is a pin of an event.
func EventPin(id int64) Pin { return Pin{Kind: PinEvent, Event: id} }

func rowOf(r *engine.Result, i int) []any {
	row := make([]any, len(r.Columns))
	for c := range row {
		row[c] = r.Batch.Columns[c].Value(i)
	}
	return row
}

// ResultSum is a hash of a result's columns and all its rows: the same query over the same events gives it again.
func ResultSum(r *engine.Result) ([]byte, error) {
	h := sha256.New()
	part := func(text string, err error) error {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(text)))
		h.Write(n[:])
		h.Write([]byte(text))
		return err
	}
	err := part(encodeColumns(r.Columns))
	for i := 0; i < r.Batch.Len && err == nil; i++ {
		err = part(encodeRow(rowOf(r, i)))
	}
	return h.Sum(nil), err
}

// Pin puts a piece of evidence into a case. An event, or rows of a step, that are pinned already are given back as they are.
func (db *DB) Pin(ctx context.Context, id int64, p Pin) (Pin, error) {
	p.Case = id
	if p.Kind == PinEvent {
		raw, err := db.Raw(ctx, p.Event)
		if err != nil && len(raw.SHA256) == 0 {
			return Pin{}, err
		}
		p.SHA256 = raw.SHA256
	}
	result, err := encodeResult(p.Result)
	if err != nil {
		return Pin{}, err
	}
	err = db.write(ctx, "pin to case "+CaseName(id), func(tx *Tx) error {
		if _, err := db.caseOf(ctx, tx, id); err != nil {
			return err
		}
		return tx.pin(&p, result)
	})
	return p, err
}

// pin puts a piece of evidence into its case, unless it is there already, and tells the journal.
func (tx *Tx) pin(p *Pin, result string) error {
	had, err := tx.pinned(p.Case, p)
	if err != nil {
		return err
	}
	if had != nil {
		*p = *had
		return nil
	}
	p.Actor, p.At = tx.actor.Name, tx.now.UTC().Round(0)
	if err := tx.putPin(p, result); err != nil {
		return err
	}
	s := pinState{Name: p.Name(), Note: p.Note, SHA256: fmt.Sprintf("%x", p.SHA256)}
	shown := s
	shown.Shown = true
	return tx.changeCase(p.Case, "pin", fmt.Sprint(p.ID), s, shown)
}

// pinned is the pin of a case that holds the same as another, nil for none.
func (tx *Tx) pinned(id int64, p *Pin) (*Pin, error) {
	list, err := tx.db.pins(tx.ctx, tx, "where case_file = ? and kind = ? and event = ? and not withdrawn", id, p.Kind, p.Event)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if p.Kind == PinEvent || p.Alert != 0 && p.sameRows(list[i]) {
			return &list[i], nil
		}
	}
	return nil, nil
}

// putPin gives a pin the next number of its kind in its case.
func (tx *Tx) putPin(p *Pin, result string) error {
	if err := tx.row("select 1 + coalesce(max(number), 0) from case_pin where case_file = ? and kind = ?", p.Case, p.Kind).Scan(&p.Number); err != nil {
		return err
	}
	r, err := tx.exec("insert into case_pin (case_file, kind, number, alert, step, note, event, sha256, result, actor, at) values (?,?,?,?,?,?,?,?,?,?,?)",
		p.Case, p.Kind, p.Number, p.Alert, p.Step, p.Note, p.Event, p.SHA256, result, p.Actor, p.At.UnixNano())
	if err != nil {
		return err
	}
	p.ID, err = r.LastInsertId()
	return err
}

// pinState is what can change of a pin.
type pinState struct {
	Shown  bool   `json:"shown"`
	Name   string `json:"name"`
	Note   string `json:"note,omitempty"`
	SHA256 string `json:"sha256"`
}

// Unpin takes a piece of evidence out of a case. Its number is not given again.
func (db *DB) Unpin(ctx context.Context, pin int64) error {
	return db.changePin(ctx, pin, func(s *pinState) { s.Shown = false })
}

// NotePin says why a piece of evidence matters.
func (db *DB) NotePin(ctx context.Context, pin int64, note string) error {
	return db.changePin(ctx, pin, func(s *pinState) { s.Note = note })
}

func (db *DB) changePin(ctx context.Context, id int64, set func(*pinState)) error {
	return db.write(ctx, "change a pin", func(tx *Tx) error {
		found, err := db.pins(ctx, tx, "where id = ? and not withdrawn", id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fmt.Errorf("pin %d: %w", id, ErrNotFound)
		}
		p := &found[0]
		was := pinState{Shown: true, Name: p.Name(), Note: p.Note, SHA256: fmt.Sprintf("%x", p.SHA256)}
		is := was
		set(&is)
		if was == is {
			return nil
		}
		if err := tx.changeCase(p.Case, "pin", fmt.Sprint(id), was, is); err != nil {
			return err
		}
		return tx.setPin(id, is)
	})
}

func (tx *Tx) setPin(id any, s pinState) error {
	_, err := tx.exec("update case_pin set withdrawn = ?, note = ? where id = ?", !s.Shown, s.Note, id)
	return err
}

func (tx *Tx) restorePin(c *Change, to string) error {
	var is pinState
	if err := json.Unmarshal([]byte(to), &is); err != nil {
		return err
	}
	if err := tx.setPin(c.Object, is); err != nil {
		return err
	}
	return tx.restoreCopies(c, is.Shown, "(select case_file, kind, alert, step, event, sha256, actor, at from case_pin where id = ?)")
}

// CasePins are the pieces of evidence of a case, in the order they were pinned.
func (db *DB) CasePins(ctx context.Context, id int64) ([]Pin, error) {
	return db.pins(ctx, db.readers, "where case_file = ? and not withdrawn order by id", id)
}

// PinnedEvents are the events that are evidence in a case, and under which name: "C-0003 E1".
func (db *DB) PinnedEvents(ctx context.Context) (map[int64]string, error) {
	pinned := map[int64]string{}
	err := each(ctx, db.readers, `select p.event, p.case_file, p.number from case_pin p join case_file c on c.id = p.case_file
		where p.kind = 'event' and not p.withdrawn and not c.withdrawn order by p.id`, nil, func(scan func(...any) error) error {
		var event, id int64
		p := Pin{Kind: PinEvent}
		err := scan(&event, &id, &p.Number)
		pinned[event] = CaseName(id) + " " + p.Name()
		return err
	})
	return pinned, db.trouble("read pins", err)
}

func (db *DB) pins(ctx context.Context, q querier, condition string, args ...any) ([]Pin, error) {
	var list []Pin
	err := each(ctx, q, "select id, case_file, kind, number, alert, step, note, event, sha256, result, actor, at from case_pin "+condition, args, func(scan func(...any) error) error {
		var p Pin
		var result string
		var at int64
		err := scan(&p.ID, &p.Case, &p.Kind, &p.Number, &p.Alert, &p.Step, &p.Note, &p.Event, &p.SHA256, &result, &p.Actor, &at)
		if err != nil {
			return err
		}
		p.At = time.Unix(0, at).UTC()
		p.Result, err = decodeResult(result)
		list = append(list, p)
		return err
	})
	return list, db.trouble("read pins", err)
}

// resultJSON is a pinned result as the store keeps it.
type resultJSON struct {
	Language engine.Language   `json:"language"`
	Query    string            `json:"query"`
	Params   []paramJSON       `json:"params,omitempty"`
	AsOf     int64             `json:"as_of"`
	Columns  json.RawMessage   `json:"columns"`
	Rows     []json.RawMessage `json:"rows"`
	Count    int               `json:"count"`
	Events   int               `json:"events"`
}

type paramJSON struct {
	Name  string          `json:"name"`
	Type  column.Type     `json:"type"`
	Value json.RawMessage `json:"value"` // a row of one value
}

func encodeResult(r *PinnedResult) (string, error) {
	if r == nil {
		return "", nil
	}
	out := resultJSON{Language: r.Language, Query: r.Query, AsOf: r.AsOf, Count: r.Count, Events: r.Events}
	for _, name := range slices.SortedFunc(maps.Keys(r.Params), cmp.Compare[string]) {
		v := r.Params[name]
		value, err := encodeRow([]any{v.Value(0)})
		if err != nil {
			return "", fmt.Errorf("keep parameter %s: %w", name, err)
		}
		out.Params = append(out.Params, paramJSON{name, v.Type, json.RawMessage(value)})
	}
	columns, err := encodeColumns(r.Columns)
	if err != nil {
		return "", err
	}
	out.Columns = json.RawMessage(columns)
	for _, row := range r.Rows {
		text, err := encodeRow(row)
		if err != nil {
			return "", err
		}
		out.Rows = append(out.Rows, json.RawMessage(text))
	}
	text, err := json.Marshal(out)
	return string(text), err
}

func decodeResult(text string) (*PinnedResult, error) {
	if text == "" {
		return nil, nil
	}
	var in resultJSON
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return nil, err
	}
	r := &PinnedResult{Language: in.Language, Query: in.Query, AsOf: in.AsOf, Count: in.Count, Events: in.Events, Params: engine.Params{}}
	for _, p := range in.Params {
		row, err := decodeRow(string(p.Value))
		if err != nil || len(row) != 1 {
			return nil, errors.Join(fmt.Errorf("parameter %s of a pinned query is damaged", p.Name), err)
		}
		b := column.NewBuilder(p.Type, 1)
		b.Value(row[0])
		r.Params[p.Name] = b.Vector()
	}
	var err error
	if r.Columns, err = decodeColumns(string(in.Columns)); err != nil {
		return nil, err
	}
	for _, line := range in.Rows {
		row, err := decodeRow(string(line))
		if err != nil {
			return nil, err
		}
		r.Rows = append(r.Rows, row)
	}
	return r, nil
}
