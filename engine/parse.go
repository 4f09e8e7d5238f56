package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// Query is a text that has been read, bound to a catalog and found good.
type Query struct {
	Language Language
	File     *syntax.File
	Plan     plan.Node
	// Notices are remarks of the planner: a field taken as null because no table has it.
	Notices []string
	// Assumed are those of them that tell what is taken for granted, in words that are the same for every query.
	Assumed []string
	// Absent are the tables that nobody here has and that the query leaves out.
	Absent []string
	// Found says that columns of Plan were found in all events there are. Over those of a window it has a plan of its own.
	Found  bool
	params Params
}

// planner reads a text of one language into a plan. Its errors are those of syntax.List, or the context's where that ended.
type planner func(ctx context.Context, file *syntax.File, catalog plan.Catalog, params map[string]*column.Vector) (plan.Node, plan.Remarks, error)

// planMemory is how many bytes a plan may take while it is made: a thousand times what the largest published rules need.
const planMemory = 512 << 20

// Parse reads a query. Every mistake in it is a *syntax.Error inside the error. A context that ends while it is read ends it as it ends a
// query that runs; it is read beside, since what reads a text of a megabyte looks up only now and then.
func Parse(ctx context.Context, lang Language, file *syntax.File, catalog plan.Catalog, params Params) (q *Query, err error) {
	if library, ok := catalog.(Library); ok && lang == KQL {
		file = calling(file, library.Functions())
	}
	return anytime(ctx, lang, file, catalog, params)
}

func parse(ctx context.Context, lang Language, file *syntax.File, catalog plan.Catalog, params Params) (q *Query, err error) {
	defer faultless(&err)
	read, ok := planners[lang]
	if !ok {
		return nil, fmt.Errorf("there is no language %q: queries are written in esql or kql", lang)
	}
	ctx, done := withMemory(ctx, planMemory)
	defer done()
	var root plan.Node
	var remarks plan.Remarks
	var mistakes error
	if stopped := exec.Beside(ctx, func() { root, remarks, mistakes = read(ctx, file, catalog, params) }); stopped != nil {
		return nil, overBudget(ctx, stopped, 0, planMemory)
	}
	if mistakes != nil {
		return nil, mistakes
	}
	return &Query{Language: lang, File: file, Plan: root, Notices: slices.Concat(remarks.Assumed, remarks.Notices), Assumed: remarks.Assumed, Absent: remarks.Absent,
		Found: remarks.Found, params: params}, nil
}

// With is the query with another plan, which stays as it is.
func (q *Query) With(root plan.Node) *Query {
	with := *q
	with.Plan, with.Found = root, false
	return &with
}

// Tables are the tables that a query reads, by the catalog's names.
func (q *Query) Tables() []string { return q.tables(func(*plan.Scan) bool { return true }) }

// EventTables are those whose rows happened at some time, which lookups did not.
func (q *Query) EventTables() []string {
	return q.tables(func(s *plan.Scan) bool { return s.Time != "" })
}

func (q *Query) tables(wanted func(*plan.Scan) bool) []string {
	var names []string
	seen := map[string]bool{}
	plan.Walk(q.Plan, func(n plan.Node) {
		if s, ok := n.(*plan.Scan); ok && wanted(s) && !seen[s.Table] {
			seen[s.Table] = true
			names = append(names, s.Table)
		}
	})
	return names
}

// stageText is a stage as the user wrote it, on one line.
func (q *Query) stageText(n plan.Node) string {
	text := strings.Join(strings.Fields(q.File.Slice(n.Span())), " ")
	return strings.TrimSpace(strings.TrimPrefix(text, "|"))
}

// Derived tells, of each column of the query's result, whether texts of some of its tables' columns can be seen in it.
func (q *Query) Derived(of func(column.Field) bool) []bool { return plan.Derived(q.Plan, of) }
