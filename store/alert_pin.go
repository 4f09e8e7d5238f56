package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Evidence that was found on an alert belongs to every case that the alert is in, whatever came first: rows that were pinned before
// there was a case wait with the alert, and those pinned in one case follow it into the next.

// PinRows keeps what the query of a step of p.Alert's guide gave: in the open cases that the alert is in, which it gives, or with the
// alert until it is in one.
func (db *DB) PinRows(ctx context.Context, p Pin) (in []Pin, err error) {
	if p.Kind != PinQuery || p.Alert == 0 {
		return nil, errors.New("want the rows of a step of an alert's guide")
	}
	result, err := encodeResult(p.Result)
	if err != nil {
		return nil, err
	}
	err = db.write(ctx, fmt.Sprintf("pin to alert %d", p.Alert), func(tx *Tx) error {
		if _, err := alertOf(ctx, db, tx, p.Alert); err != nil {
			return err
		}
		cases, err := db.cases(ctx, tx, " where not c.withdrawn and c.status = ? and exists (select 1 from case_alert a where a.case_file = c.id and a.alert = ?) order by c.id", CaseOpen, p.Alert)
		if err != nil {
			return err
		}
		if len(cases) == 0 {
			return tx.keepRows(&p, result)
		}
		for _, c := range cases {
			q := p
			q.Case = c.ID
			if err := tx.pin(&q, result); err != nil {
				return err
			}
			in = append(in, q)
		}
		return nil
	})
	return in, err
}

// keepRows lets rows wait with their alert.
func (tx *Tx) keepRows(p *Pin, result string) error {
	waiting, err := tx.db.waitingPins(tx.ctx, tx, p.Alert)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(waiting, p.sameRows) {
		return nil
	}
	r, err := tx.exec("insert into alert_pin (alert, step, sha256, result, actor, at) values (?,?,?,?,?,?)", p.Alert, p.Step, p.SHA256, result, tx.actor.Name, tx.now.UnixNano())
	if err != nil {
		return err
	}
	id, err := r.LastInsertId()
	if err != nil {
		return err
	}
	s := pinState{Name: p.Step, SHA256: fmt.Sprintf("%x", p.SHA256)}
	shown := s
	shown.Shown = true
	return tx.change(p.Alert, "pin", fmt.Sprint(id), s, shown)
}

func (tx *Tx) restoreAlertPin(c *Change, to string) error {
	var is pinState
	if err := json.Unmarshal([]byte(to), &is); err != nil {
		return err
	}
	if _, err := tx.exec("update alert_pin set withdrawn = ? where id = ?", !is.Shown, c.Object); err != nil {
		return err
	}
	return tx.restoreCopies(c, is.Shown, "(select 0 as case_file, 'query' as kind, alert, step, 0 as event, sha256, actor, at from alert_pin where id = ?)")
}

// carried is how a copy is marked that was taken out of its case with the pin it was made of; a redo brings it back.
const carried = 2

// restoreCopies takes the copies of a pin, which its alert brought into cases that it joined later, out of them when its pinning is undone,
// and brings them back when it is redone. of is the pin's own row.
func (tx *Tx) restoreCopies(c *Change, shown bool, of string) error {
	var was, is pinState
	if err := readBoth(c.before, c.after, &was, &is); err != nil || was.Shown || !is.Shown {
		return err // only what pinned it made copies of it
	}
	from, to := 0, carried
	if shown {
		from, to = carried, 0
	}
	copies, err := tx.db.pins(tx.ctx, tx, `where withdrawn = ? and exists (select 1 from `+of+` o where o.case_file <> case_pin.case_file and o.alert <> 0 and o.alert = case_pin.alert
		and o.kind = case_pin.kind and o.step = case_pin.step and o.event = case_pin.event and o.sha256 = case_pin.sha256 and o.actor = case_pin.actor and o.at = case_pin.at) order by id`, from, c.Object)
	for i := range copies {
		if err != nil {
			return err
		}
		p := &copies[i]
		if _, err = tx.exec("update case_pin set withdrawn = ? where id = ?", to, p.ID); err != nil {
			return err
		}
		err = tx.journal("pin", "case", p.Case, map[string]any{"object": fmt.Sprint(p.ID), "after": pinState{shown, p.Name(), p.Note, fmt.Sprintf("%x", p.SHA256)}})
	}
	return err
}

// sameRows tells whether another pin holds the same rows of the same step.
func (p *Pin) sameRows(q Pin) bool {
	return p.Kind == PinQuery && q.Kind == PinQuery && p.Alert == q.Alert && p.Step == q.Step && bytes.Equal(p.SHA256, q.SHA256)
}

// WaitingPins are the rows that were kept with an alert before it was in a case.
func (db *DB) WaitingPins(ctx context.Context, alert int64) ([]Pin, error) {
	return db.waitingPins(ctx, db.readers, alert)
}

func (db *DB) waitingPins(ctx context.Context, q querier, alert int64) ([]Pin, error) {
	var list []Pin
	err := each(ctx, q, "select id, step, sha256, result, actor, at from alert_pin where alert = ? and not withdrawn order by id", []any{alert}, func(scan func(...any) error) error {
		p := Pin{Kind: PinQuery, Alert: alert}
		var result string
		var at int64
		if err := scan(&p.ID, &p.Step, &p.SHA256, &result, &p.Actor, &at); err != nil {
			return err
		}
		p.At = time.Unix(0, at).UTC()
		var err error
		p.Result, err = decodeResult(result)
		list = append(list, p)
		return err
	})
	return list, db.trouble("read what is pinned to an alert", err)
}

// brought is a pin that came into a case with its alert, as the journal tells of it.
type brought struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// bring puts the evidence that was found on alerts into a case that they join, as it was pinned and by whom.
func (tx *Tx) bring(id int64, alerts []int64) ([]brought, error) {
	var list []brought
	for _, alert := range alerts {
		found, err := tx.db.waitingPins(tx.ctx, tx, alert)
		if err != nil {
			return nil, err
		}
		elsewhere, err := tx.db.pins(tx.ctx, tx, "where alert = ? and case_file <> ? and not withdrawn and case_file in (select id from case_file where not withdrawn) order by id", alert, id)
		if err != nil {
			return nil, err
		}
		for _, p := range append(found, elsewhere...) {
			had, err := tx.pinned(id, &p)
			if err != nil {
				return nil, err
			}
			if had != nil {
				continue
			}
			result, err := encodeResult(p.Result)
			if err != nil {
				return nil, err
			}
			p.Case, p.Note = id, ""
			if err := tx.putPin(&p, result); err != nil {
				return nil, err
			}
			list = append(list, brought{p.ID, p.Name(), fmt.Sprintf("%x", p.SHA256)})
		}
	}
	return list, nil
}

// showBrought takes what alerts brought along out of a case with them, or puts it back.
func (tx *Tx) showBrought(list []brought, shown bool) error {
	for _, b := range list {
		if _, err := tx.exec("update case_pin set withdrawn = ? where id = ?", !shown, b.ID); err != nil {
			return err
		}
	}
	return nil
}
