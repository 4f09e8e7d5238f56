package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"

	"casebook/engine"
	"casebook/engine/column"
)

// Overview is how much work there is, and where.
type Overview struct {
	Open, Mine, Unassigned int
	ClosedToday            int   // since the day began
	Oldest                 int64 // the last tick of the oldest open alert, 0 for none
	BySeverity             []SeverityCount
	Rules                  []RuleCount
	Entities               []EntityCount
	CasesOpen, CasesMine   int
}

// SeverityCount is the open alerts of a severity.
type SeverityCount struct {
	Severity  engine.Severity
	Open, New int // New: that nobody has acknowledged
}

// RuleCount is what became of a rule's alerts.
type RuleCount struct {
	Rule, Title         string
	Severity            engine.Severity
	Fired, Open         int
	True, Benign, False int // of the closed ones, by their class
}

// FalseRate is the share of false positives among a rule's alerts that were closed as something, and whether there are any.
func (r *RuleCount) FalseRate() (share float64, known bool) {
	decided := r.True + r.Benign + r.False
	if decided == 0 {
		return 0, false
	}
	return float64(r.False) / float64(decided), true
}

// EntityCount is the alerts of one entity.
type EntityCount struct {
	Field, Entity       string
	Open, Alerts, Rules int
	Last                int64 // tick of its newest alert
}

// Overview counts alerts and cases for an analyst. since is when "today" began, by the wall clock, in nanoseconds.
func (db *DB) Overview(ctx context.Context, analyst string, since int64) (Overview, error) {
	o, err := db.overview(ctx, analyst, since)
	return o, db.trouble("count alerts", err)
}

func (db *DB) overview(ctx context.Context, analyst string, since int64) (Overview, error) {
	var o Overview
	severities := map[engine.Severity]*SeverityCount{}
	err := each(ctx, db.readers, `select severity, count(*), sum(status = 'new'), sum(owner = ?1), sum(owner = ''), min(last_tick) from alert
		where stale = 0 and status <> 'closed' group by severity`, []any{analyst}, func(scan func(...any) error) error {
		var s SeverityCount
		var mine, unassigned int
		var oldest int64
		err := scan(&s.Severity, &s.Open, &s.New, &mine, &unassigned, &oldest)
		o.Open += s.Open
		o.Mine += mine
		o.Unassigned += unassigned
		if o.Oldest == 0 || oldest < o.Oldest {
			o.Oldest = oldest
		}
		severities[s.Severity] = &s
		return err
	})
	if err != nil {
		return o, err
	}
	for _, s := range []engine.Severity{engine.Critical, engine.High, engine.Medium, engine.Low, engine.Informational} {
		if c := severities[s]; c != nil {
			o.BySeverity = append(o.BySeverity, *c)
		}
	}
	if err := db.readers.QueryRowContext(ctx, "select count(*) from alert where stale = 0 and status = 'closed' and changed >= ?", since).Scan(&o.ClosedToday); err != nil {
		return o, err
	}
	err = each(ctx, db.readers, `select rule, max(title), max(severity), count(*), sum(status <> 'closed'), sum(class = 'true-positive'),
		sum(class = 'benign-positive'), sum(class = 'false-positive') from alert where stale = 0 group by rule`, nil, func(scan func(...any) error) error {
		var r RuleCount
		err := scan(&r.Rule, &r.Title, &r.Severity, &r.Fired, &r.Open, &r.True, &r.Benign, &r.False)
		o.Rules = append(o.Rules, r)
		return err
	})
	if err != nil {
		return o, err
	}
	slices.SortFunc(o.Rules, func(a, b RuleCount) int {
		return cmp.Or(cmp.Compare(b.Fired, a.Fired), cmp.Compare(b.False, a.False), cmp.Compare(a.Rule, b.Rule))
	})
	if o.Entities, err = db.entityCounts(ctx, "", true, 10); err != nil {
		return o, err
	}
	err = db.readers.QueryRowContext(ctx, "select count(*), coalesce(sum(owner = ?), 0) from case_file where not withdrawn and status = 'open'", analyst).Scan(&o.CasesOpen, &o.CasesMine)
	return o, err
}

// EntityCounts are the alerts of each value of an event field ("" for all fields), most open alerts first.
func (db *DB) EntityCounts(ctx context.Context, field string, limit int) ([]EntityCount, error) {
	list, err := db.entityCounts(ctx, field, false, limit)
	return list, db.trouble("count alerts of entities", err)
}

func (db *DB) entityCounts(ctx context.Context, field string, open bool, limit int) ([]EntityCount, error) {
	type who struct {
		slot   string
		entity string
	}
	want, _ := SlotOf(field)
	by := map[who]*EntityCount{}
	err := each(ctx, db.readers, `select entity_field, entity, sum(status <> 'closed'), count(*), count(distinct rule), max(last_tick) from alert
		where stale = 0 and entity <> '' group by entity_field, entity`, nil, func(scan func(...any) error) error {
		var e EntityCount
		if err := scan(&e.Field, &e.Entity, &e.Open, &e.Alerts, &e.Rules, &e.Last); err != nil {
			return err
		}
		slot, known := SlotOf(e.Field)
		if field != "" && e.Field != field && (!known || slot != want) || open && e.Open == 0 {
			return nil
		}
		// Rules name one field of events differently; its values are the same entities.
		key := who{e.Field, e.Entity}
		if known {
			key.slot = slot.String()
		}
		if same := by[key]; same != nil {
			same.Open += e.Open
			same.Alerts += e.Alerts
			same.Rules += e.Rules
			same.Last = max(same.Last, e.Last)
			return nil
		}
		by[key] = &e
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := make([]EntityCount, 0, len(by))
	for _, e := range by {
		list = append(list, *e)
	}
	slices.SortFunc(list, func(a, b EntityCount) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.Alerts, a.Alerts), cmp.Compare(a.Entity, b.Entity), cmp.Compare(a.Field, b.Field))
	})
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list, nil
}

// AlertTimes counts the first hits of alerts in bins of equal length over [from, to), in ticks.
func (db *DB) AlertTimes(ctx context.Context, from, to int64, bins int) ([]int64, error) {
	list := make([]int64, max(bins, 0))
	if bins <= 0 || to <= from {
		return list, nil
	}
	width := (to - from + int64(bins) - 1) / int64(bins)
	err := each(ctx, db.readers, "select first_tick from alert where stale = 0 and first_tick >= ? and first_tick < ?", []any{from, to}, func(scan func(...any) error) error {
		var tick int64
		err := scan(&tick)
		if at := (tick - from) / width; at >= 0 && at < int64(bins) {
			list[at]++
		}
		return err
	})
	return list, db.trouble("count alerts", err)
}

// SourceState is what there is of a source.
type SourceState struct {
	Source      string
	Events      int64
	First, Last int64 // [First, Last) in ticks
	Longest     Gap   // its longest silence; zero for none of the length that was asked for
}

// SourceStates are the loaded sources, the largest first, each with its longest gap of at least d ticks. Events without a time
// are not among theirs.
func (db *DB) SourceStates(ctx context.Context, d int64) ([]SourceState, error) {
	segments, err := db.segments(ctx, db.readers)
	if err != nil {
		return nil, db.trouble("count events of sources", err)
	}
	by := map[string]*SourceState{}
	for _, x := range segments {
		if !x.dated() {
			continue
		}
		s := by[x.source]
		if s == nil {
			s = &SourceState{Source: x.source, First: column.FromNanos(x.since)}
			by[x.source] = s
		}
		s.Events += int64(x.count)
		s.First, s.Last = min(s.First, column.FromNanos(x.since)), max(s.Last, column.FromNanos(x.until)+1)
	}
	gaps, err := db.Gaps(ctx, "", 0, 0, d)
	if err != nil {
		return nil, err
	}
	for _, g := range gaps {
		if s := by[g.Source]; s != nil && g.To-g.From > s.Longest.To-s.Longest.From {
			s.Longest = g
		}
	}
	list := make([]SourceState, 0, len(by))
	for _, s := range by {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b SourceState) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.Source, b.Source))
	})
	return list, nil
}

// FileState is a file that was loaded, and what became of its records.
type FileState struct {
	ID      int64
	Path    string
	SHA256  []byte // nil while it is being read
	State   string
	Problem string
	Tally
}

// Files lists up to limit files behind one (0 for the first), in the order they were loaded.
func (db *DB) Files(ctx context.Context, after int64, limit int) ([]FileState, error) {
	var list []FileState
	err := each(ctx, db.readers, `select id, cast(path as text), sha256, state, problem, size, expanded, records, accepted, duplicate, quarantined, blank, skipped, undated
		from file where id > ? order by id limit ?`, []any{after, limit}, func(scan func(...any) error) error {
		var f FileState
		err := scan(&f.ID, &f.Path, &f.SHA256, &f.State, &f.Problem, &f.Bytes, &f.Expanded, &f.Records, &f.Accepted, &f.Duplicate, &f.Quarantined, &f.Blank, &f.Skipped, &f.Undated)
		list = append(list, f)
		return err
	})
	return list, db.trouble("list files", err)
}

// Name is what tells this store from every other: the hash of the entry that made it.
func (db *DB) Name(ctx context.Context) (string, error) {
	var hash []byte
	err := db.readers.QueryRowContext(ctx, "select hash from journal order by seq limit 1").Scan(&hash)
	return hex.EncodeToString(hash), db.trouble("read the journal", err)
}
