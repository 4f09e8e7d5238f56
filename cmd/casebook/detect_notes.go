package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// What rules say of themselves that does not show in how they end: what is not done that their files ask for, and what was found odd in
// them. A folder of rules says much of it over and over, so it is told once, with how many rules say it.

// notes is all that there is to know of a rule beside how it ends.
func (s *shelved) notes() []string {
	all := slices.Concat(s.Notices, s.Unapplied)
	if s.query != nil {
		all = slices.Concat(all, s.Lacking(s.query.Plan.Schema()), s.query.Notices)
	}
	return all
}

// mostNotes is how many notes are told of a whole call; rules show tells those of one rule.
const mostNotes = 10

// sayNotes tells what the files of the rules that ran say beside their queries. What planners remark differs from rule to rule, and is
// only counted.
func (a *app) sayNotes(list []*ended) {
	rules := map[string]int{}
	var texts []string
	remarked := 0
	for _, e := range list {
		if e.how == runNot {
			continue
		}
		says := slices.Concat(e.rule.Notices, e.rule.Unapplied)
		if e.rule.query != nil {
			says = slices.Concat(says, e.rule.Lacking(e.rule.query.Plan.Schema()), e.rule.query.Assumed)
		}
		for _, text := range says {
			if rules[text]++; rules[text] == 1 {
				texts = append(texts, text)
			}
		}
		if e.rule.query != nil && len(e.rule.query.Notices) > len(e.rule.query.Assumed) {
			remarked++
		}
	}
	slices.SortStableFunc(texts, func(x, y string) int { return cmp.Or(rules[y]-rules[x], strings.Compare(x, y)) })
	for _, text := range texts[:min(len(texts), mostNotes)] {
		fmt.Fprintf(a.err, "note, %s: %s\n", plural(rules[text], "rule"), harmless(text))
	}
	if n := len(texts) - mostNotes; n > 0 {
		fmt.Fprintf(a.err, "note: %s more: casebook rules show RULE says what of which\n", plural(n, "note"))
	}
	if remarked > 0 {
		fmt.Fprintf(a.err, "note, %s: a field or a table that nothing here has is taken as empty: casebook rules show RULE names it\n", plural(remarked, "rule"))
	}
}
