package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Case is alerts under one question, with answers, evidence, notes and a verdict.
type Case struct {
	ID int64
	CaseState
	Story        string // Markdown
	Version      int    // rises with every change of CaseState; a change names the one it saw
	StoryVersion int    // the story's own, so that writing it and assigning the case do not get in each other's way
	Created      time.Time
	CreatedBy    string
	Changed      time.Time
	ChangedBy    string

	Alerts, Pins int
}

// CaseState is what analysts set on a case.
type CaseState struct {
	Title  string     `json:"title"` // its question
	Status CaseStatus `json:"status"`
	Class  Class      `json:"class,omitempty"`
	Reason string     `json:"reason,omitempty"`
	Owner  string     `json:"owner,omitempty"`
}

// CaseStatus is how far a case has come.
type CaseStatus string

// The statuses of a case.
const (
	CaseOpen   CaseStatus = "open"
	CaseClosed CaseStatus = "closed"
)

// CaseName is what people call a case: C-0007.
func CaseName(id int64) string { return fmt.Sprintf("C-%04d", id) }

// Name is what people call the case.
func (c *Case) Name() string { return CaseName(c.ID) }

// CaseFilter chooses cases; zero members choose all.
type CaseFilter struct {
	Status CaseStatus
	Owner  string
	Alert  int64  // cases that this alert is in
	Text   string // in title or story, folding ASCII case
}

const caseColumns = `c.id, c.title, c.status, c.class, c.reason, c.owner, c.story, c.version, c.story_version, c.created, c.created_by, c.changed, c.changed_by,
	(select count(*) from case_alert a where a.case_file = c.id), (select count(*) from case_pin p where p.case_file = c.id and not p.withdrawn)`

func scanCase(scan func(...any) error) (Case, error) {
	var c Case
	var created, changed int64
	err := scan(&c.ID, &c.Title, &c.Status, &c.Class, &c.Reason, &c.Owner, &c.Story, &c.Version, &c.StoryVersion, &created, &c.CreatedBy, &changed, &c.ChangedBy, &c.Alerts, &c.Pins)
	c.Created, c.Changed = time.Unix(0, created).UTC(), time.Unix(0, changed).UTC()
	return c, err
}

// Cases lists up to limit cases behind one (0 for the first), the newest first.
func (db *DB) Cases(ctx context.Context, f CaseFilter, after int64, limit int) ([]Case, error) {
	var w where
	w.add("not c.withdrawn")
	if f.Status != "" {
		w.add("c.status = ?", string(f.Status))
	}
	if f.Owner != "" {
		w.add("c.owner = ?", f.Owner)
	}
	if f.Alert != 0 {
		w.add("exists (select 1 from case_alert a where a.case_file = c.id and a.alert = ?)", f.Alert)
	}
	if f.Text != "" {
		text := lowerASCII(f.Text)
		w.add("(instr(lower(c.title), ?) > 0 or instr(lower(c.story), ?) > 0)", text, text)
	}
	if after != 0 {
		w.add("c.id < ?", after)
	}
	return db.cases(ctx, db.readers, w.String()+" order by c.id desc limit ?", append(w.args, limit)...)
}

func (db *DB) cases(ctx context.Context, q querier, condition string, args ...any) ([]Case, error) {
	var list []Case
	err := each(ctx, q, "select "+caseColumns+" from case_file c"+condition, args, func(scan func(...any) error) error {
		c, err := scanCase(scan)
		list = append(list, c)
		return err
	})
	return list, db.trouble("read cases", err)
}

// Case is the case of that id.
func (db *DB) Case(ctx context.Context, id int64) (Case, error) {
	return db.caseOf(ctx, db.readers, id)
}

func (db *DB) caseOf(ctx context.Context, q querier, id int64) (Case, error) {
	list, err := db.cases(ctx, q, " where c.id = ? and not c.withdrawn", id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("case %s: %w", CaseName(id), ErrNotFound)
	}
	if err != nil {
		return Case{}, err
	}
	return list[0], nil
}

// CaseAlerts are the alerts of a case, in order of time.
func (db *DB) CaseAlerts(ctx context.Context, id int64) ([]Alert, error) {
	var list []Alert
	err := each(ctx, db.readers, "select "+alertColumns+" from alert where id in (select alert from case_alert where case_file = ?) order by since, id", []any{id}, func(scan func(...any) error) error {
		a, err := scanAlert(scan)
		list = append(list, a)
		return err
	})
	return list, db.trouble("read the alerts of a case", err)
}

// CaseJournal lists what was done to a case and to the alerts that are in it, oldest first.
func (db *DB) CaseJournal(ctx context.Context, id int64) ([]Entry, error) {
	return db.entries(ctx, "where object = 'case' and number = ?1 or object = 'alert' and number in (select alert from case_alert where case_file = ?1) order by seq", id)
}

// NewCase opens a case about a question, with alerts to begin with. Its owner is whoever opens it.
func (db *DB) NewCase(ctx context.Context, title string, alerts ...int64) (Case, error) {
	if strings.TrimSpace(title) == "" {
		return Case{}, errors.New("a case needs a question as its title")
	}
	var made Case
	err := db.write(ctx, "open a case", func(tx *Tx) error {
		state := CaseState{Title: title, Status: CaseOpen, Owner: tx.actor.Name}
		now := tx.now.UnixNano()
		r, err := tx.exec(`insert into case_file (title, status, class, reason, owner, story, version, story_version, created, created_by, changed, changed_by)
			values (?, ?, '', '', ?, '', 1, 1, ?, ?, ?, ?)`, title, state.Status, state.Owner, now, tx.actor.Name, now, tx.actor.Name)
		if err != nil {
			return err
		}
		id, err := r.LastInsertId()
		if err != nil {
			return err
		}
		if _, err := tx.putAlerts(id, alerts); err != nil {
			return err
		}
		pins, err := tx.bring(id, alerts)
		if err != nil {
			return err
		}
		if err := tx.changeCase(id, "new", "", caseShown{Shown: false}, caseShown{true, title, alerts, pins}); err != nil {
			return err
		}
		made, err = db.caseOf(ctx, tx, id)
		return err
	})
	return made, err
}

// caseShown is whether a case is there at all: undoing its opening withdraws it.
type caseShown struct {
	Shown  bool      `json:"shown"`
	Title  string    `json:"title,omitempty"`
	Alerts []int64   `json:"alerts,omitempty"`
	Pins   []brought `json:"pins,omitempty"`
}

// caseMembers is whether alerts are in a case, and what evidence they brought along.
type caseMembers struct {
	In     bool      `json:"in"`
	Alerts []int64   `json:"alerts"`
	Pins   []brought `json:"pins,omitempty"`
}

// AddAlerts puts alerts into a case, with the evidence that was found on them, and gives those that were not in it before.
func (db *DB) AddAlerts(ctx context.Context, id int64, alerts ...int64) ([]int64, error) {
	return db.setMembers(ctx, id, alerts, true)
}

// RemoveAlert takes an alert out of a case. What was pinned from it stays.
func (db *DB) RemoveAlert(ctx context.Context, id, alert int64) error {
	gone, err := db.setMembers(ctx, id, []int64{alert}, false)
	if err == nil && len(gone) == 0 {
		return fmt.Errorf("alert %d in case %s: %w", alert, CaseName(id), ErrNotFound)
	}
	return err
}

func (db *DB) setMembers(ctx context.Context, id int64, alerts []int64, in bool) ([]int64, error) {
	var changed []int64
	err := db.write(ctx, "change the alerts of case "+CaseName(id), func(tx *Tx) error {
		if _, err := db.caseOf(ctx, tx, id); err != nil {
			return err
		}
		var err error
		if in {
			changed, err = tx.putAlerts(id, alerts)
		} else {
			changed, err = tx.dropAlerts(id, alerts)
		}
		if err != nil || len(changed) == 0 {
			return err
		}
		var pins []brought
		if in {
			if pins, err = tx.bring(id, changed); err != nil {
				return err
			}
		}
		return tx.changeCase(id, "members", "", caseMembers{!in, changed, pins}, caseMembers{in, changed, pins})
	})
	return changed, err
}

func (tx *Tx) putAlerts(id int64, alerts []int64) (added []int64, err error) {
	for _, alert := range alerts {
		if _, err := alertOf(tx.ctx, tx.db, tx, alert); err != nil {
			return nil, err
		}
		r, err := tx.exec("insert or ignore into case_alert (case_file, alert, actor, at) values (?,?,?,?)", id, alert, tx.actor.Name, tx.now.UnixNano())
		if err != nil {
			return nil, err
		}
		if n, err := r.RowsAffected(); err != nil {
			return nil, err
		} else if n > 0 {
			added = append(added, alert)
		}
	}
	return added, nil
}

func (tx *Tx) dropAlerts(id int64, alerts []int64) (gone []int64, err error) {
	for _, alert := range alerts {
		r, err := tx.exec("delete from case_alert where case_file = ? and alert = ?", id, alert)
		if err != nil {
			return nil, err
		}
		if n, err := r.RowsAffected(); err != nil {
			return nil, err
		} else if n > 0 {
			gone = append(gone, alert)
		}
	}
	return gone, nil
}
