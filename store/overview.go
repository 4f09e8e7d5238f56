package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
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
	if err := db.tally(ctx, analyst, &o); err != nil {
		return o, err
	}
	err := db.readers.QueryRowContext(ctx, "select count(*) from alert where stale = 0 and status = 'closed' and changed >= ?", since).Scan(&o.ClosedToday)
	if err != nil {
		return o, err
	}
	if o.Entities, err = db.entityCounts(ctx, "", true, 10); err != nil {
		return o, err
	}
	err = db.readers.QueryRowContext(ctx, "select count(*), coalesce(sum(owner = ?), 0) from case_file where not withdrawn and status = 'open'", analyst).Scan(&o.CasesOpen, &o.CasesMine)
	return o, err
}

// tally counts alerts by rule, severity and what became of them, from the index that has all of it.
func (db *DB) tally(ctx context.Context, analyst string, o *Overview) error {
	severities, rules := map[engine.Severity]*SeverityCount{}, map[string]*RuleCount{}
	err := each(ctx, db.readers, `select rule, severity, status, class, owner, count(*), min(last_tick) from alert where stale = 0
		group by rule, severity, status, class, owner`, nil, func(scan func(...any) error) error {
		var rule, owner string
		var severity engine.Severity
		var status Status
		var class Class
		var n int
		var oldest int64
		if err := scan(&rule, &severity, &status, &class, &owner, &n, &oldest); err != nil {
			return err
		}
		r := rules[rule]
		if r == nil {
			r = &RuleCount{Rule: rule}
			rules[rule] = r
		}
		r.Fired += n
		switch class {
		case TruePositive:
			r.True += n
		case BenignPositive:
			r.Benign += n
		case FalsePositive:
			r.False += n
		}
		if status == Closed {
			return nil
		}
		r.Open += n
		s := severities[severity]
		if s == nil {
			s = &SeverityCount{Severity: severity}
			severities[severity] = s
		}
		s.Open += n
		o.Open += n
		if status == New {
			s.New += n
		}
		switch owner {
		case analyst:
			o.Mine += n
		case "":
			o.Unassigned += n
		}
		if o.Oldest == 0 || oldest < o.Oldest {
			o.Oldest = oldest
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range slices.Backward(engine.Severities) {
		if c := severities[s]; c != nil {
			o.BySeverity = append(o.BySeverity, *c)
		}
	}
	for _, r := range rules {
		// What its newest alert says: a rule may have been edited.
		if err := db.readers.QueryRowContext(ctx, "select title, severity from alert where rule = ? and stale = 0 order by id desc limit 1", r.Rule).Scan(&r.Title, &r.Severity); err != nil {
			return err
		}
		o.Rules = append(o.Rules, *r)
	}
	slices.SortFunc(o.Rules, func(a, b RuleCount) int {
		return cmp.Or(cmp.Compare(b.Fired, a.Fired), cmp.Compare(b.False, a.False), cmp.Compare(a.Rule, b.Rule))
	})
	return nil
}

// EntityCounts are the alerts of each value of an event field ("" for all fields), most open alerts first.
func (db *DB) EntityCounts(ctx context.Context, field string, limit int) ([]EntityCount, error) {
	list, err := db.entityCounts(ctx, field, false, limit)
	return list, db.trouble("count alerts of entities", err)
}

func (db *DB) entityCounts(ctx context.Context, field string, open bool, limit int) ([]EntityCount, error) {
	names, err := db.entityFields(ctx)
	if err != nil {
		return nil, err
	}
	// Rules name one field of events differently; its values are the same entities.
	meant := func(name string) string {
		if slot, known := SlotOf(name); known {
			return "slot " + slot.String()
		}
		return name
	}
	by := map[string][]string{}
	for _, name := range names {
		if field == "" || meant(name) == meant(field) {
			by[meant(name)] = append(by[meant(name)], name)
		}
	}
	var list []EntityCount
	for _, names := range by {
		if list, err = db.countEntities(ctx, list, names, open, limit); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b EntityCount) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.Alerts, a.Alerts), cmp.Compare(a.Entity, b.Entity), cmp.Compare(a.Field, b.Field))
	})
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list, nil
}

// entityFields are the names that rules have for the fields of their entities. Each is looked for behind the last: they are few, and
// their alerts are many.
func (db *DB) entityFields(ctx context.Context) (names []string, err error) {
	err = each(ctx, db.readers, `with recursive f (name) as (select min(entity_field) from alert
		union all select (select min(entity_field) from alert where entity_field > f.name) from f where f.name is not null)
		select name from f where name is not null`, nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		names = append(names, name)
		return err
	})
	return names, err
}

// countEntities adds the alerts of the values that fields have together, those with the most open ones first; 0 is no limit.
func (db *DB) countEntities(ctx context.Context, list []EntityCount, fields []string, open bool, limit int) ([]EntityCount, error) {
	var w where
	addIn(&w, "entity_field", fields)
	w.add("stale = 0 and entity <> ''")
	having := ""
	if open {
		having = "having open > 0"
	}
	if limit <= 0 {
		limit = -1
	}
	query := fmt.Sprintf(`select entity, open, alerts, last, (select count(distinct rule) from alert%s and entity = e.entity)
		from (select entity, sum(status <> 'closed') as open, count(*) as alerts, max(last_tick) as last from alert%s group by entity %s
			order by open desc, alerts desc, entity limit ?) e`, w, w, having)
	err := each(ctx, db.readers, query, append(slices.Concat(w.args, w.args), limit), func(scan func(...any) error) error {
		e := EntityCount{Field: fields[0]}
		err := scan(&e.Entity, &e.Open, &e.Alerts, &e.Last, &e.Rules)
		list = append(list, e)
		return err
	})
	return list, err
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
