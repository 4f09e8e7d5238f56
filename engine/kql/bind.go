package kql

import (
	"math"
	"sort"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// Plan reads a query, binds it to a catalog and lowers it. Parameters come in through
// declare query_parameters(name:type = default). Errors are syntax errors with their places, all that were found.
func Plan(file *syntax.File, catalog plan.Catalog, params map[string]*column.Vector) (plan.Node, []string, error) {
	q, errs := parse(file)
	if err := errs.Err(); err != nil {
		return nil, nil, err
	}
	b := &binder{file: file, catalog: catalog, params: params}
	n := b.query(q)
	if err := b.errs.Err(); err != nil {
		return nil, nil, err
	}
	return inline(n), b.notices, nil
}

// binder gives names their meaning.
type binder struct {
	file    *syntax.File
	catalog plan.Catalog
	params  map[string]*column.Vector
	errs    syntax.List
	notices []string
	depth   int
	steps   int
	// missing are the mistakes that are only tables or functions that are not there: a fuzzy union leaves out what has them.
	missing map[*syntax.Error]bool
	// absent are the lets whose tables could not be bound for that reason alone, until somebody needs them.
	absent []*given
	// settings are the options that set statements give and that have a meaning here.
	settings map[string]*plan.Lit
}

// scope is the names that lets and parameters have given, innermost first.
type scope struct {
	up    *scope
	name  string
	given *given
}

// given is what a name stands for: exactly one of its fields is set. A let binds a calculation, so x is bound anew, in the
// scope in which it was written, wherever the name stands; a table is bound once and shared.
type given struct {
	x      expr
	in     *scope
	lambda *lambda
	bound  plan.Expr
	rel    *relation
	// gone are the missing tables that kept rel from being bound; they are told of unless a fuzzy union leaves the name out.
	gone  syntax.List
	asked bool
	// from is the row that bound reads, if it reads one: a function's body may stand in another.
	from *row

	busy bool
}

// relation is a table in the making.
type relation struct {
	node plan.Node
	// ordered rows keep their order: prev and its like may look at their neighbours.
	ordered bool
	// name is what union's withsource calls the table.
	name string
}

func (r *relation) cols() []column.Field { return r.node.Schema() }

func (s *scope) find(name string) *given {
	for ; s != nil; s = s.up {
		if s.name == name {
			return s.given
		}
	}
	return nil
}

func (s *scope) with(name string, g *given) *scope { return &scope{up: s, name: name, given: g} }

func (b *binder) errorf(s syntax.Span, format string, args ...any) *syntax.Error {
	e := syntax.Errorf(b.file, s, format, args...)
	b.errs.Add(e)
	return e
}

// enter guards against functions that call each other to no end, and plans that grow beyond use.
func (b *binder) enter(s syntax.Span) bool {
	b.depth++
	if b.depth == deepest+1 {
		b.errorf(s, "the query nests deeper than %d levels", deepest)
	}
	if b.steps++; b.steps == mostSteps+1 {
		b.errorf(s, "the query unfolds to more than %d expressions", mostSteps).WithHint("functions and lets are put in wherever they stand: use each once, or materialize()")
	}
	return b.depth <= deepest && b.steps <= mostSteps && len(b.errs) < mostErrors
}

// mostSteps is how many expressions and tables a query may be once its functions and lets are put in where they are used:
// each use is computed anew, so a few lines that use each other twice would run for ever.
const mostSteps = 100_000

// mostErrors keeps one broken query from filling a screen: after so many, reading more is no help.
const mostErrors = 50

func (b *binder) leave() { b.depth-- }

func (b *binder) query(q *query) plan.Node {
	var s *scope
	var result *relation
	results := 0
	for _, st := range q.statements {
		switch {
		case st.let != "":
			s = b.let(s, st, nil)
		case st.declare != nil:
			s = b.declared(s, st.declare)
		case st.set != "":
			b.setting(st)
		case st.x != nil:
			if results++; results > 1 {
				b.errorf(st.span, "a rule has one result, and this is a second one").WithHint("end with one query; begin helpers with let")
				return nil
			}
			result = b.tabularOrScalar(s, st.x)
		}
	}
	if results == 0 && len(b.errs) == 0 {
		b.errorf(syntax.Span{Start: len(b.file.Text), End: len(b.file.Text)}, "expected a query, found the end of the text")
	}
	for _, g := range b.absent {
		if !g.asked {
			b.errs = append(b.errs, g.gone...)
		}
	}
	if result == nil || len(b.errs) > 0 {
		return nil
	}
	return result.node
}

// onlyMissing tells whether mistakes came up since, and all of them are things that are not there.
func (b *binder) onlyMissing(known int) bool {
	for _, e := range b.errs[known:] {
		if !b.missing[e] {
			return false
		}
	}
	return len(b.errs) > known
}

// notThere marks a mistake as nothing but a thing that is not there.
func (b *binder) notThere(e *syntax.Error) *syntax.Error {
	if b.missing == nil {
		b.missing = map[*syntax.Error]bool{}
	}
	b.missing[e] = true
	return e
}

// let gives a name its meaning; frame is the row that the function around it is called in, if there is one.
func (b *binder) let(s *scope, st statement, frame *row) *scope {
	g := &given{in: s}
	if l, ok := st.x.(*lambda); ok {
		g.lambda = l
	} else {
		g.x = st.x
		// A mistake in a let is a mistake also when nothing uses it.
		if !b.isTabular(s, st.x) {
			known := len(b.errs)
			b.scalar(&row{scope: s, constant: true, frame: frame}, st.x)
			if len(b.errs) > known {
				g.bound = &plan.Lit{Value: column.NullVector(column.Dynamic, 1), At: st.span}
				g.x = nil
				g.busy = true
			}
		} else {
			known := len(b.errs)
			g.rel = b.tabular(s, st.x)
			if g.rel == nil || isFailed(g.rel) {
				g.rel = failed(st.span)
				if b.onlyMissing(known) {
					g.gone = append(g.gone, b.errs[known:]...)
					b.errs = b.errs[:known]
					b.absent = append(b.absent, g)
				}
			} else {
				g.rel = b.share(g.rel, st)
			}
			g.x = nil
		}
	}
	return s.with(st.let, g)
}

// share wraps a table so that it is computed once however often it is used.
func (b *binder) share(r *relation, st statement) *relation {
	if _, ok := r.node.(*plan.Shared); ok {
		return r
	}
	n := &plan.Shared{Name: st.let, Input: r.node}
	n.Out, n.At, n.Hidden = r.cols(), st.span, true
	return &relation{node: n, ordered: r.ordered, name: r.name}
}

// failed is a table that stands for one that could not be bound, so that its users report nothing more.
func failed(s syntax.Span) *relation {
	n := &plan.Rows{Batch: &column.Batch{}}
	n.At = s
	return &relation{node: n}
}

func isFailed(r *relation) bool {
	rows, ok := r.node.(*plan.Rows)
	return ok && rows.Out == nil && rows.Batch.Len == 0
}

// setting notes what a set statement says. Options that only matter to a cluster (its caches, its limits) mean nothing here.
func (b *binder) setting(st statement) {
	switch st.set {
	case "query_now", "query_bin_auto_size", "query_bin_auto_at":
	default:
		return
	}
	if st.x == nil {
		b.errorf(st.span, "the option '%s' wants a value", st.set)
		return
	}
	v := b.scalar(&row{constant: true}, st.x)
	if v == nil {
		return
	}
	l, ok := v.(*plan.Lit)
	if !ok || st.set == "query_now" && l.Type() != column.Time {
		b.errorf(st.x.place(), "the option '%s' wants a constant of its type", st.set)
		return
	}
	if b.settings == nil {
		b.settings = map[string]*plan.Lit{}
	}
	b.settings[st.set] = l
}

// declared binds declare query_parameters.
func (b *binder) declared(s *scope, params []param) *scope {
	for _, p := range params {
		v, ok := b.params[p.name]
		var x plan.Expr
		switch {
		case ok:
			lit := &plan.Lit{Value: v, At: p.at}
			x = b.cast(lit, p.typ, false)
			if x == nil {
				b.errorf(p.at, "the parameter '%s' is a %s, and was given as %s", p.name, typeWord(p.typ), typeWord(v.Type))
			}
		case p.value != nil:
			if x = b.scalar(&row{scope: s, constant: true}, p.value); x != nil {
				if found := x.Type(); found != p.typ {
					if x = b.cast(x, p.typ, true); x == nil {
						b.errorf(p.value.place(), "the parameter '%s' is a %s, and its default a %s", p.name, typeWord(p.typ), typeWord(found))
					}
				}
			}
		default:
			b.errorf(p.at, "the parameter '%s' has no value", p.name).WithHint("give it one, or a default: %s:%s = …", p.name, typeWord(p.typ))
		}
		if x == nil {
			x = &plan.Lit{Value: column.NullVector(p.typ, 1), At: p.at}
		}
		s = s.with(p.name, &given{bound: x})
	}
	return s
}

// tabularOrScalar binds a query; a scalar on its own is a table of one cell.
func (b *binder) tabularOrScalar(s *scope, x expr) *relation {
	if b.isTabular(s, x) {
		return b.tabular(s, x)
	}
	if n, ok := x.(*name); ok && s.find(n.text) == nil {
		return b.tabular(s, x)
	}
	if c, ok := x.(*call); ok && s.find(c.name) == nil && function.Lookup(function.KQL, c.name) == nil && !special[c.name] {
		return b.tabular(s, x)
	}
	v := b.scalar(&row{scope: s, constant: true}, x)
	if v == nil {
		return nil
	}
	return &relation{node: project(oneRow(x.place()), []plan.Expr{v}, []column.Field{{Name: "print_0", Type: v.Type()}}, x.place(), false)}
}

func (b *binder) isTabular(s *scope, x expr) bool { return b.tabularAt(s, x, 0) }

func (b *binder) tabularAt(s *scope, x expr, depth int) bool {
	if depth > deepest {
		return false
	}
	switch x := x.(type) {
	case *pipe, *table:
		return true
	case *name:
		if g := s.find(x.text); g != nil {
			switch {
			case g.rel != nil:
				return true
			case g.lambda != nil:
				// A function without arguments can be named without parentheses.
				return len(g.lambda.params) == 0 && b.tabularAt(s, &call{at: x.at, name: x.text, nameAt: x.span}, depth+1)
			case g.x != nil:
				return b.tabularAt(g.in, g.x, depth+1)
			}
			return false
		}
		_, ok := b.catalog.Table(x.text)
		return ok
	case *call:
		if g := s.find(x.name); g != nil && g.lambda != nil {
			inner := g.in
			for _, st := range g.lambda.lets {
				inner = inner.with(st.let, lazily(inner, st))
			}
			for _, p := range g.lambda.params {
				if p.tabular {
					inner = inner.with(p.name, &given{rel: failed(p.at)})
				} else {
					inner = inner.with(p.name, &given{bound: &plan.Lit{Value: column.NullVector(p.typ, 1)}})
				}
			}
			return b.tabularAt(inner, g.lambda.body, depth+1)
		}
		switch x.name {
		case "materialize":
			return len(x.args) == 1 && b.tabularAt(s, x.args[0].x, depth+1)
		case "table":
			return true
		case "_GetWatchlist":
			return true
		}
	}
	return false
}

// lazily gives a let's name its meaning without looking into it.
func lazily(s *scope, st statement) *given {
	if l, ok := st.x.(*lambda); ok {
		return &given{in: s, lambda: l}
	}
	return &given{in: s, x: st.x}
}

// inline takes out the shared nodes that have only one user.
func inline(n plan.Node) plan.Node {
	uses := map[*plan.Shared]int{}
	var visit func(plan.Node)
	visit = func(n plan.Node) {
		if s, ok := n.(*plan.Shared); ok {
			if uses[s]++; uses[s] > 1 {
				return
			}
		}
		for _, in := range plan.Inputs(n) {
			visit(in)
		}
		for _, x := range plan.Exprs(n) {
			visitScalars(x, visit)
		}
	}
	visit(n)
	return rebuild(n, uses, map[plan.Node]bool{})
}

func visitScalars(x plan.Expr, visit func(plan.Node)) {
	switch x := x.(type) {
	case *plan.Call:
		for _, a := range x.Args {
			visitScalars(a, visit)
		}
	case *plan.Scalar:
		visit(x.Input)
	}
}

func rebuild(n plan.Node, uses map[*plan.Shared]int, done map[plan.Node]bool) plan.Node {
	for {
		s, ok := n.(*plan.Shared)
		if !ok || uses[s] > 1 {
			break
		}
		n = s.Input
	}
	if done[n] {
		return n
	}
	done[n] = true
	plan.Rewire(n, func(in plan.Node) plan.Node { return rebuild(in, uses, done) })
	return n
}

// oneRow is a table of one row without columns, for print to add to.
func oneRow(s syntax.Span) plan.Node {
	n := &plan.Rows{Batch: &column.Batch{Len: 1}}
	n.Out, n.At, n.Hidden = []column.Field{}, s, true
	return n
}

func project(in plan.Node, exprs []plan.Expr, out []column.Field, s syntax.Span, hidden bool) *plan.Project {
	n := &plan.Project{Input: in, Exprs: exprs}
	n.Out, n.At, n.Hidden = out, s, hidden
	return n
}

// columnRefs are all the columns of an input, as they are.
func columnRefs(cols []column.Field, s syntax.Span) []plan.Expr {
	exprs := make([]plan.Expr, len(cols))
	for i, c := range cols {
		exprs[i] = &plan.Col{Index: i, Name: c.Name, T: c.Type, At: s}
	}
	return exprs
}

func indexOf(cols []column.Field, name string) int {
	for i, c := range cols {
		if c.Name == name {
			return i
		}
	}
	return -1
}

func fieldNames(cols []column.Field) []string {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.Name
	}
	return names
}

// nearest adds the known name closest to a wrong one.
func nearest(e *syntax.Error, name string, known []string) {
	sort.Strings(known)
	if near := syntax.Nearest(name, known); near != "" {
		e.WithHint("did you mean '%s'?", near)
	}
}

// lit is a constant.
func lit(t column.Type, value any, s syntax.Span) *plan.Lit {
	b := column.NewBuilder(t, 1)
	switch {
	case t == column.Dynamic:
		b.Any(value)
		v := b.Vector()
		if value == nil {
			v = column.NullVector(t, 1)
		}
		return &plan.Lit{Value: v, At: s}
	case value == nil && t == column.String:
		b.Str("")
	default:
		b.Value(value)
	}
	return &plan.Lit{Value: b.Vector(), At: s}
}

// constant is the value of an expression that reads no row, no clock and no table.
func constant(x plan.Expr) (any, bool) {
	l, ok := x.(*plan.Lit)
	if !ok {
		return nil, false
	}
	if l.Value.Type == column.Dynamic && !l.Value.IsNull(0) {
		return l.Value.Anys[0], true
	}
	return l.Value.Value(0), true
}

// constantInt is a constant whole number; error says what it is wanted for.
func (b *binder) constantInt(s *scope, x expr, what string) (int64, bool) {
	v := b.scalar(&row{scope: s, constant: true}, x)
	if v == nil {
		return 0, false
	}
	value, ok := constant(v)
	switch n := value.(type) {
	case int64:
		if v.Type() == column.Long || v.Type() == column.Int {
			return n, true
		}
	case float64:
		if n == math.Trunc(n) {
			return int64(n), true
		}
	}
	_ = ok
	b.errorf(x.place(), "%s wants a constant whole number", what)
	return 0, false
}
