package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"casebook/engine"
)

// Alert is the hits of one rule for one entity, folded while their windows overlap.
type Alert struct {
	ID          int64
	Rule        string // id
	Title       string
	Severity    engine.Severity
	Risk        int
	EntityField string // the event field that the entity is a value of: "user.id"
	Entity      string
	First, Last int64         // ticks of the first and last hit
	Window      engine.Window // from the first hit's window to the last's
	Hits        int
	OverCap     int // hits beyond the publisher's cap
	Events      int // distinct events behind all hits
	PeakTick    int64
	PeakIndex   int
	Margin      float64 // how far the peak is over the rule's threshold, as a ratio; 0 when it is not known
	Score       int
	Stale       bool // the last replay over its span no longer gives it; kept because someone worked on it

	State
	Version   int // rises with every change of State; a change names the one it saw
	Changed   time.Time
	ChangedBy string
}

// State is what analysts set on an alert.
type State struct {
	Status Status `json:"status"`
	Class  Class  `json:"class,omitempty"`
	Reason string `json:"reason,omitempty"`
	Owner  string `json:"owner,omitempty"`
}

// Status is how far an alert has come.
type Status string

// The statuses.
const (
	New          Status = "new"
	Acknowledged Status = "acknowledged"
	Closed       Status = "closed"
)

// Class is what an alert turned out to be.
type Class string

// The classes of a closed alert.
const (
	TruePositive   Class = "true-positive"
	BenignPositive Class = "benign-positive"
	FalsePositive  Class = "false-positive"
	Undetermined   Class = "undetermined"
)

// Classes lists the classes in the order screens offer them.
func Classes() []Class { return []Class{TruePositive, BenignPositive, FalsePositive, Undetermined} }

// AlertFilter chooses alerts; zero members choose all.
type AlertFilter struct {
	Rule       string
	Statuses   []Status
	Severities []engine.Severity
	Entity     string
	Owner      string
	Unassigned bool
	From, To   int64  // alerts whose windows touch [From, To), in ticks
	Text       string // in title, rule or entity, folding ASCII case
	Stale      bool   // also alerts that the rules no longer give
	MinScore   int
	MinEvents  int
	Either     [][]AlertFilter // of each list, one must choose the alert too
	Without    []AlertFilter   // alerts that none of these chooses
	Order      Order
	Ascending  bool
}

// Order is what a list of alerts is sorted by; the id decides between equals.
type Order string

// The orders.
const (
	ByScore    Order = "score"
	ByTime     Order = "last_tick"
	BySeverity Order = "rank"
	ByRule     Order = "rule"
	ByEntity   Order = "entity"
	ByEvents   Order = "events"
	ByStatus   Order = "status"
	ByOwner    Order = "owner"
)

// Cursor is a place in an ordered list: after it the next page begins. The zero value is before the first row.
type Cursor struct {
	Value any
	ID    int64
}

// After is the cursor behind an alert in an order.
func (a *Alert) After(order Order) Cursor {
	switch order {
	case ByTime:
		return Cursor{a.Last, a.ID}
	case BySeverity:
		return Cursor{int64(severityRank(a.Severity)), a.ID}
	case ByRule:
		return Cursor{a.Rule, a.ID}
	case ByEntity:
		return Cursor{a.Entity, a.ID}
	case ByEvents:
		return Cursor{int64(a.Events), a.ID}
	case ByStatus:
		return Cursor{string(a.Status), a.ID}
	case ByOwner:
		return Cursor{a.Owner, a.ID}
	}
	return Cursor{int64(a.Score), a.ID}
}

func severityRank(s engine.Severity) int {
	return s.Rank() + 1
}

const alertColumns = `id, rule, title, severity, risk, entity_field, entity, first_tick, last_tick, since, until, hits, over_cap, events,
	peak_tick, peak_index, margin, score, stale, status, class, reason, owner, version, changed, changed_by`

func scanAlert(scan func(...any) error) (Alert, error) {
	var a Alert
	var changed int64
	err := scan(&a.ID, &a.Rule, &a.Title, &a.Severity, &a.Risk, &a.EntityField, &a.Entity, &a.First, &a.Last, &a.Window.From, &a.Window.To,
		&a.Hits, &a.OverCap, &a.Events, &a.PeakTick, &a.PeakIndex, &a.Margin, &a.Score, &a.Stale,
		&a.Status, &a.Class, &a.Reason, &a.Owner, &a.Version, &changed, &a.ChangedBy)
	a.Changed = time.Unix(0, changed).UTC()
	return a, err
}

// Alerts lists up to limit alerts behind a cursor.
func (db *DB) Alerts(ctx context.Context, filter AlertFilter, after Cursor, limit int) ([]Alert, error) {
	order := filter.Order
	switch order {
	case "":
		order = ByScore
	case ByScore, ByTime, BySeverity, ByRule, ByEntity, ByEvents, ByStatus, ByOwner:
	default:
		return nil, fmt.Errorf("list alerts: no order %q", order)
	}
	filter.Order = order
	query, args := filter.page(after, limit)
	var alerts []Alert
	err := each(ctx, db.readers, query, args, func(scan func(...any) error) error {
		a, err := scanAlert(scan)
		alerts = append(alerts, a)
		return err
	})
	return alerts, db.trouble("list alerts", err)
}

// page is the query for up to limit alerts behind a cursor.
func (f *AlertFilter) page(after Cursor, limit int) (query string, args []any) {
	w := f.where()
	direction, beyond := " desc", "<"
	if f.Ascending {
		direction, beyond = "", ">"
	}
	if after.Value != nil {
		w.add(fmt.Sprintf("(%s, id) %s (?, ?)", f.Order, beyond), after.Value, after.ID)
	}
	return fmt.Sprintf("select %s from alert%s order by %s%s, id%s limit ?", alertColumns, w, f.Order, direction, direction), append(w.args, limit)
}

// CountAlerts is how many alerts a filter chooses.
func (db *DB) CountAlerts(ctx context.Context, filter AlertFilter) (int, error) {
	w := filter.where()
	var n int
	err := db.readers.QueryRowContext(ctx, "select count(*) from alert"+w.String(), w.args...).Scan(&n)
	return n, db.trouble("count alerts", err)
}

// where is a condition that grows together with its arguments.
type where struct {
	parts []string
	args  []any
}

func (w *where) add(part string, args ...any) {
	w.parts = append(w.parts, part)
	w.args = append(w.args, args...)
}

func (w where) String() string {
	if len(w.parts) == 0 {
		return ""
	}
	return " where " + strings.Join(w.parts, " and ")
}

func addIn[T ~string](w *where, name string, values []T) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = string(v)
	}
	w.add(name+" in (?"+strings.Repeat(",?", len(values)-1)+")", args...)
}

// where is the filter as a condition. States, owners and numbers of events have a "+" before them, which keeps SQLite from looking them
// up in their indexes: most alerts are in one state and without an owner, and finding these so would mean to sort them all. A page is
// read in its order instead, until it is full.
func (f *AlertFilter) where() where {
	var w where
	if f.Rule != "" {
		w.add("rule = ?", f.Rule)
	}
	addIn(&w, "+status", f.Statuses)
	addIn(&w, "severity", f.Severities)
	if f.Entity != "" {
		w.add("entity = ?", f.Entity)
	}
	if f.Owner != "" {
		w.add("+owner = ?", f.Owner)
	}
	if f.Unassigned {
		w.add("+owner = ''")
	}
	if f.From != 0 {
		w.add("until > ?", f.From)
	}
	if f.To != 0 {
		w.add("since < ?", f.To)
	}
	if f.MinScore > 0 {
		w.add("score >= ?", f.MinScore)
	}
	if f.MinEvents > 0 {
		w.add("+events >= ?", f.MinEvents)
	}
	for _, list := range f.Either {
		w.addEither(list, "")
	}
	w.addEither(f.Without, "not ")
	if f.Text != "" {
		// instr, not like: like stops at a NUL that an attacker put into a name.
		text := lowerASCII(f.Text)
		w.add("(instr(lower(title), ?) > 0 or instr(lower(entity), ?) > 0 or instr(lower(rule), ?) > 0)", text, text, text)
	}
	if !f.Stale {
		w.add("stale = 0")
	}
	return w
}

// conditions are those of the filter itself, whether an alert is stale or not.
func (f *AlertFilter) conditions() where {
	all := *f
	all.Stale = true
	return all.where()
}

// addEither adds the filters of which one must choose.
func (w *where) addEither(list []AlertFilter, not string) {
	var parts []string
	for i := range list {
		one := list[i].conditions()
		parts = append(parts, "("+strings.Join(append(one.parts, "1"), " and ")+")")
		w.args = append(w.args, one.args...)
	}
	if len(parts) > 0 {
		w.parts = append(w.parts, not+"("+strings.Join(parts, " or ")+")")
	}
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// Alert is the alert of that id.
func (db *DB) Alert(ctx context.Context, id int64) (Alert, error) {
	return alertOf(ctx, db, db.readers, id)
}

func alertOf(ctx context.Context, db *DB, q querier, id int64) (Alert, error) {
	var found []Alert
	err := each(ctx, q, "select "+alertColumns+" from alert where id = ?", []any{id}, func(scan func(...any) error) error {
		a, err := scanAlert(scan)
		found = append(found, a)
		return err
	})
	if err != nil {
		return Alert{}, db.trouble("read an alert", err)
	}
	if len(found) == 0 {
		return Alert{}, fmt.Errorf("alert %d: %w", id, ErrNotFound)
	}
	return found[0], nil
}
