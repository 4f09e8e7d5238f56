package esql

import (
	"strings"
)

// Where functions that search can stand. The vendor's engine asks an index for what they find, and refuses them where rows are no
// longer documents of it; a rule that stands here has to stand there.

// reach says what rows have been through since FROM.
type reach struct {
	changed string // the first command that leaves other rows or columns than documents have; "" for none
	folded  string // the first one that leaves only some of the rows, or groups of them; "" for none
	sorted  bool   // by a SORT without a LIMIT behind it
}

// passed notes a command that rows have been through.
func (l *lowerer) passed(c command) {
	name := ""
	if words := strings.Fields(strings.ToUpper(l.file.Slice(c.span()))); len(words) > 0 {
		name = words[0]
	}
	if second := map[string]string{"INLINE": " STATS", "LOOKUP": " JOIN"}[name]; second != "" {
		name += second
	}
	next := *l.scope
	switch c.(type) {
	case *from, *where:
		return
	case *sortBy:
		l.scope = &next
		next.reach.sorted = true
		return
	case *limit, *stats, *dedup:
		next.reach.sorted = false
		if next.reach.folded == "" {
			next.reach.folded = name
		}
	}
	if next.reach.changed == "" {
		next.reach.changed = name
	}
	l.scope = &next
}

// searches tells whether a function that searches can stand where it does. One that reads a query of its own names fields
// of documents, and has to have those before it.
func (l *lowerer) searches(c place, shown string, query bool) bool {
	behind := l.scope.reach.folded
	if query {
		behind = l.scope.reach.changed
	}
	switch {
	case !l.filtering:
		_ = l.fail(c.at, "%s searches, and belongs into WHERE", shown).WithHint("a text is asked anywhere with ==, LIKE or RLIKE")
	case behind != "":
		_ = l.fail(c.at, "%s searches documents, and cannot stand behind %s", shown, behind).WithHint("put its WHERE in front of that, or compare with ==, LIKE or RLIKE")
	default:
		return true
	}
	return false
}
