package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"casebook/engine"
	"casebook/engine/plan"
	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store"
)

// The shelf is every rule there is: the library's, those that were added to the store, and those of folders and files that
// this call names. All commands, and the workbench, take their rules from here.

// shelf is the rules, and what could not be read.
type shelf struct {
	rules     []*shelved
	refused   []guides.Refused
	functions []engine.Function // that rules may call
	others    map[string]int    // what the folders that this call names hold beside rules
	ids       map[string]*shelved
}

// shelved is a rule, where it came from, and whether it runs.
type shelved struct {
	*guides.Detection
	file     *store.RuleFile // that it was added in; nil for the library's and those this call names
	on       bool
	switched *store.RuleSwitch // who turned it on or off; nil when nobody has
	query    *engine.Query     // nil when it cannot run
	err      error             // the mistakes in its query
}

// The states of a rule.
const (
	stateReady       = "ready"
	stateOff         = "off"
	stateRefused     = "refused"
	stateUnsupported = "unsupported"
	stateNoData      = "no-data" // nobody here has its table
)

// state says whether a rule runs, and why not.
func (s *shelved) state() (state, reason string) {
	switch {
	case s.Rule.State != "":
		return stateUnsupported, strings.TrimPrefix(s.Rule.State, "unsupported: ")
	case s.err != nil:
		outcome, reason := engine.Unread(s.err)
		return string(outcome), reason
	case !s.on && s.switched != nil:
		return stateOff, "switched off by " + s.switched.Actor
	case !s.on:
		return stateOff, "published switched off"
	}
	return stateReady, ""
}

// stands tells whether a rule is one to be run: it may be off.
func (s *shelved) stands() bool { return s.query != nil }

// shelf gathers the rules. db may be nil: rules can be looked at before there is a store.
func (a *app) shelf(ctx context.Context, db *store.DB, dirs []string) (*shelf, error) {
	library, err := guides.Library()
	if err != nil {
		return nil, err
	}
	s := &shelf{others: map[string]int{}}
	for _, d := range library {
		s.put(&shelved{Detection: d})
	}
	switches := map[string]store.RuleSwitch{}
	var catalog plan.Catalog = store.Catalog{}
	if db != nil {
		catalog = db
		if err := s.added(ctx, db); err != nil {
			return nil, err
		}
		if switches, err = db.RuleSwitches(ctx); err != nil {
			return nil, storeError(err)
		}
	}
	for _, dir := range dirs {
		named, err := guides.ReadDir(dir)
		if err != nil {
			return nil, fmt.Errorf("--rules: %w", plainPathError(err))
		}
		s.take(named, nil)
		for kind, n := range named.Others {
			s.others[kind] += n
		}
	}
	if db != nil {
		db.Lend(s.functions)
	}
	for _, r := range s.rules {
		r.on = !r.Disabled
		if by, ok := switches[r.Rule.ID]; ok {
			r.on, r.switched = by.On, &by
		}
		if r.Rule.State == "" {
			r.Call(s.functions)
			if r.query, r.err = r.Rule.Parse(ctx, catalog); ctx.Err() != nil {
				return nil, ctx.Err()
			}
		}
	}
	return s, nil
}

// added takes in the rules that are kept in the store. They were read when they were added, so a file that cannot be read
// now was kept by another version of casebook.
func (s *shelf) added(ctx context.Context, db *store.DB) error {
	kept, err := db.RuleFiles(ctx)
	if err != nil {
		return storeError(err)
	}
	files := make([]guides.File, len(kept))
	from := map[string]*store.RuleFile{}
	for i := range kept {
		files[i] = guides.File{Path: kept[i].Path, Data: kept[i].Text}
		from[kept[i].Path] = &kept[i]
	}
	s.take(guides.ReadFiles(files, s.detections()...), from)
	return nil
}

// take puts rules on the shelf. Of two rules with one id the first stays: the second is refused, unless it is the same text.
func (s *shelf) take(more *guides.Shelf, from map[string]*store.RuleFile) {
	s.refused = append(s.refused, more.Refused...)
	s.functions = append(s.functions, more.Functions...)
	for _, d := range more.Detections {
		switch other := s.byID(d.Rule.ID); {
		case other == nil:
			s.put(&shelved{Detection: d, file: from[d.Source]})
		case other.Rule.Text != d.Rule.Text:
			s.refused = append(s.refused, guides.Refused{Path: d.Source, Err: fmt.Errorf("its id %s is that of %s, whose text is another", d.Rule.ID, other.Source)})
		}
	}
}

func (s *shelf) put(r *shelved) {
	if s.ids == nil {
		s.ids = map[string]*shelved{}
	}
	s.rules = append(s.rules, r)
	s.ids[r.Rule.ID] = r
}

func (s *shelf) byID(id string) *shelved { return s.ids[id] }

// shortestID is how much of a UUID must be given at least.
const shortestID = 4

// find is the rule of that id; of a UUID its beginning is enough.
func (s *shelf) find(flag, id string) (*shelved, error) {
	if r := s.byID(id); r != nil {
		return r, nil
	}
	var begin []*shelved
	known := make([]string, len(s.rules))
	for i, r := range s.rules {
		known[i] = r.Rule.ID
		if isUUID(r.Rule.ID) && len(id) >= shortestID && strings.HasPrefix(r.Rule.ID, id) {
			begin = append(begin, r)
		}
	}
	switch len(begin) {
	case 0:
		return nil, unknown(flag, "rule", id, known)
	case 1:
		return begin[0], nil
	}
	return nil, fmt.Errorf("%s: %s rules have ids that begin with %q: give more of it", flag, count(len(begin)), id)
}

// detections are the rules as the workbench takes them: those that are off too, since their alerts have guides.
func (s *shelf) detections() []*guides.Detection {
	list := make([]*guides.Detection, len(s.rules))
	for i, r := range s.rules {
		list[i] = r.Detection
	}
	return list
}

// copies are the detections, for exceptions to be tried on.
func (s *shelf) copies() []*guides.Detection {
	list := make([]*guides.Detection, len(s.rules))
	for i, r := range s.rules {
		d := *r.Detection
		d.Exceptions = slices.Clone(d.Exceptions)
		list[i] = &d
	}
	return list
}

// sayRefused tells of rules that could not be read, and how many.
func (a *app) sayRefused(refused []guides.Refused) {
	for _, r := range refused {
		if mistakes := syntax.Errors(r.Err); len(mistakes) > 0 {
			for _, m := range mistakes {
				fmt.Fprintln(a.err, harmlessLines(m.Caret()))
			}
			continue
		}
		// What is wrong with a file often begins with its name.
		text := strings.TrimPrefix(r.Err.Error(), r.Path+": ")
		fmt.Fprintf(a.err, "casebook: rule not read: %s: %s\n", harmless(r.Path), harmless(text))
	}
}

// sayUnread tells of rules that could not be read, and how many files there were beside rules.
func (a *app) sayUnread(s *shelf) {
	a.sayRefused(s.refused)
	if n, kinds := byKind(s.others); n > 0 {
		fmt.Fprintf(a.err, "note: %s of other kinds left alone%s\n", plural(n, "file"), kinds)
	}
}

// shortID is an id as a person at a terminal wants to see it: of a UUID its first part, which every command takes for the
// whole. Files and pipes get all of it.
func (a *app) shortID(id string) string {
	if a.terminal && isUUID(id) {
		return id[:8]
	}
	return id
}

// isUUID tells ids that only machines like from those that someone chose.
func isUUID(id string) bool {
	return len(id) >= 36 && strings.Count(id[:36], "-") == 4 && strings.IndexByte(id, '-') == 8
}

// typeOf is what a rule is in the words of its publisher.
func typeOf(d *guides.Detection) string { return cmp.Or(d.Type, string(d.Format)) }
