package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// Brief is what changed since an analyst was last here, out of the journal: from the entry behind their last one, not
// counting those of the program that asks. What they did themselves is not news to them.
type Brief struct {
	Since        time.Time // the zero time for someone who was never here
	Alerts, Gone int       // new or grown alerts, and such that rules no longer give
	Loads        int
	Events       int64    // that they brought
	RulesChanged []string // whose text is another than it was then
	Entries      int
	People       []Deeds // of each who did something, the first first
}

// Deeds are how often someone did what.
type Deeds struct {
	Name             string
	Closed, Reopened int
	Given            int // alerts and cases handed to the analyst who asks
	Answers, Notes   int
	Cases            int // opened
	Verdicts         int // of cases
	Pins             int
	Undone           int
}

// of are the deeds of one of them.
func (b *Brief) of(name string) *Deeds {
	i := slices.IndexFunc(b.People, func(d Deeds) bool { return d.Name == name })
	if i < 0 {
		i, b.People = len(b.People), append(b.People, Deeds{Name: name})
	}
	return &b.People[i]
}

// Visit writes down that the analyst is here, which the next Brief counts from.
func (db *DB) Visit(ctx context.Context) error {
	return db.write(ctx, "write down the visit", func(tx *Tx) error { return tx.journal("visit", "store", 0, map[string]any{}) })
}

// Brief tells what others changed since this analyst was last here.
func (db *DB) Brief(ctx context.Context) (Brief, error) {
	b, err := db.brief(ctx)
	return b, db.trouble("read the journal", err)
}

func (db *DB) brief(ctx context.Context) (Brief, error) {
	var b Brief
	var seq, at int64
	me := db.actor
	err := db.readers.QueryRowContext(ctx, "select seq, at from journal where actor = ? and not (pid = ? and host = ?) order by seq desc limit 1", me.Name, me.PID, me.Host).Scan(&seq, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return b, nil
	}
	if err != nil {
		return b, err
	}
	b.Since = time.Unix(0, at).UTC()
	err = each(ctx, db.readers, "select "+entryColumns+" from journal where seq > ? and not (pid = ? and host = ? and actor = ?) order by seq", []any{seq, me.PID, me.Host, me.Name}, func(scan func(...any) error) error {
		e, err := scanEntry(scan)
		if err != nil {
			return err
		}
		b.Entries++
		return b.count(&e, me.Name)
	})
	if err != nil {
		return b, err
	}
	err = each(ctx, db.readers, `select n.rule from rule_run n where n.id in (select max(id) from rule_run group by rule) and n.ran > ?1 and n.sha256 <>
		(select o.sha256 from rule_run o where o.rule = n.rule and o.ran <= ?1 order by o.id desc limit 1) order by n.rule`, []any{at}, func(scan func(...any) error) error {
		var rule string
		err := scan(&rule)
		b.RulesChanged = append(b.RulesChanged, rule)
		return err
	})
	return b, err
}

// count takes an entry into account.
func (b *Brief) count(e *Entry, me string) error {
	switch e.Object + " " + e.Action {
	case "rule detect":
		var p struct{ Changed, Gone int }
		if err := json.Unmarshal([]byte(e.Payload), &p); err != nil {
			return err
		}
		b.Alerts += p.Changed
		b.Gone += p.Gone
	case "alert status":
		var p struct{ Before, After State }
		if err := json.Unmarshal([]byte(e.Payload), &p); err != nil {
			return err
		}
		if p.After.Status == Closed && p.Before.Status != Closed {
			b.of(e.Actor.Name).Closed++
		}
		if p.After.Status != Closed && p.Before.Status == Closed {
			b.of(e.Actor.Name).Reopened++
		}
		if p.After.Owner == me && p.Before.Owner != me {
			b.of(e.Actor.Name).Given++
		}
	case "case case":
		var p struct{ Before, After CaseState }
		if err := json.Unmarshal([]byte(e.Payload), &p); err != nil {
			return err
		}
		if p.After.Status == CaseClosed && p.Before.Status != CaseClosed {
			b.of(e.Actor.Name).Verdicts++
		}
		if p.After.Owner == me && p.Before.Owner != me {
			b.of(e.Actor.Name).Given++
		}
	case "case new":
		b.of(e.Actor.Name).Cases++
	case "alert answer": // or only what is pinned to one
		var p struct{ After *Answer }
		if err := json.Unmarshal([]byte(e.Payload), &p); err != nil {
			return err
		}
		if p.After != nil && p.After.Value != "" {
			b.of(e.Actor.Name).Answers++
		}
	case "alert note":
		b.of(e.Actor.Name).Notes++
	case "case pin", "alert pin":
		b.of(e.Actor.Name).Pins++
	case "load load":
		var p struct{ Total Tally }
		if err := json.Unmarshal([]byte(e.Payload), &p); err != nil {
			return err
		}
		b.Loads++
		b.Events += p.Total.Accepted
	case "alert undo", "case undo":
		b.of(e.Actor.Name).Undone++
	}
	return nil
}
