package exec

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// speech is a language to make random queries in: each stage and each function is tried on the language's own planner, which says
// what fits where and of what type it is.
type speech struct {
	name     string
	planner  func(context.Context, *syntax.File, plan.Catalog, map[string]*column.Vector) (plan.Node, plan.Remarks, error)
	table    function.Table
	source   string                          // a query that has a column of each type
	scalar   string                          // a stage that computes %s as the column made
	total    string                          // a stage that aggregates %s as the column made
	literals map[column.Type][]string        // texts of each type's constants
	kinds    map[string][]column.Type        // what KQL's signatures call their arguments
	infix    []string                        // operators, with a type in braces for each side
	stages   []func(m *speaker) string       // each gives a stage's text
	sources  []func(m *speaker) string       // and each a query's beginning
	scalars  map[column.Type][]form          // by what they give
	totals   []form                          // aggregates
	windows  map[column.Type][]form          // that want ordered rows
	tables   func(random *rand.Rand) *Memory // events to ask
}

// form is a call that the planner takes, with a place for each argument: a type where any expression of it may stand.
type form struct {
	text  string // with %s for each hole
	holes []hole
	gives column.Type
}

type hole struct {
	t        column.Type
	constant bool
}

// unsure are functions that give something else each time, or, of numbers that do not grow, very much.
var unsure = []string{"rand", "new_guid", "sample", "range"}

// learn finds out what functions there are and what they take.
func (l *speech) learn(random *rand.Rand) {
	l.scalars, l.windows = map[column.Type][]form{}, map[column.Type][]form{}
	m := &speaker{Rand: random, speech: l, catalog: speechTables}
	root, err := m.plan(l.source)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", l.source, err))
	}
	m.root = root
	for _, name := range function.Names(l.table) {
		if name[0] < 'a' || name[0] > 'z' || strings.ContainsAny(name, " *") || slices.Contains(unsure, name) {
			continue
		}
		for _, row := range function.Lookup(l.table, name) {
			m.try(name+"(", ")", ", ", row.Kind, func() []hole { return l.arguments(random, row) })
		}
	}
	for _, text := range l.infix {
		var holes []hole
		format := text
		for _, part := range strings.Split(text, "{")[1:] {
			word, _, _ := strings.Cut(part, "}")
			format = strings.Replace(format, "{"+word+"}", "%s", 1)
			name, constant := strings.CutSuffix(word, "!")
			holes = append(holes, hole{typeNamed(name), constant})
		}
		m.keep(form{text: format, holes: holes}, function.Scalar)
	}
}

// try keeps a call of random arguments where the planner takes it.
func (m *speaker) try(before, after, between string, kind function.Kind, arguments func() []hole) {
	for kept, tries := 0, 0; tries < 4 && kept < 2; tries++ {
		holes := arguments()
		f := form{text: before + strings.TrimSuffix(strings.Repeat("%s"+between, len(holes)), between) + after, holes: holes}
		if m.keep(f, kind) {
			kept++
		}
	}
}

func (m *speaker) keep(f form, kind function.Kind) bool {
	l := m.speech
	stage := l.scalar
	if kind == function.Aggregate {
		stage = l.total
	}
	text := l.source
	if kind == function.Window {
		text += " | serialize"
	}
	n, err := m.plan(text + fmt.Sprintf(stage, m.filled(f, 0)))
	if err != nil {
		return false
	}
	i := slices.IndexFunc(n.Schema(), func(f column.Field) bool { return f.Name == "made" })
	if i < 0 {
		return false
	}
	f.gives = n.Schema()[i].Type
	switch kind {
	case function.Aggregate:
		l.totals = append(l.totals, f)
	case function.Window:
		l.windows[f.gives] = append(l.windows[f.gives], f)
	default:
		l.scalars[f.gives] = append(l.scalars[f.gives], f)
	}
	return true
}

// arguments are types that a row of the table may be given.
func (l *speech) arguments(random *rand.Rand, row *function.Row) []hole {
	var holes []hole
	some := func(types []column.Type, constant bool) {
		holes = append(holes, hole{types[random.IntN(len(types))], constant || random.IntN(4) == 0})
	}
	all := l.types()
	if row.Signature == nil {
		count := len(row.Params) - random.IntN(row.Optional+1)
		if row.Variadic {
			count += random.IntN(3)
		}
		for k := range count {
			if t := row.Params[min(k, len(row.Params)-1)]; t == column.Null {
				some(all, false)
			} else {
				some([]column.Type{t}, k > 0 && random.IntN(3) == 0)
			}
		}
		return holes
	}
	for _, p := range row.Signature.Args {
		times := 1
		if p.Optional {
			times = random.IntN(2)
		}
		if p.Repeats {
			times += random.IntN(3)
		}
		types := l.kinds[string(p.Kind)]
		if types == nil {
			types = all
		}
		for range times {
			some(types, p.Constant)
		}
	}
	return holes
}

func (l *speech) types() []column.Type {
	var types []column.Type
	for t := range l.literals {
		types = append(types, t)
	}
	slices.Sort(types)
	return types
}

// typeNamed is the type of a name.
func typeNamed(name string) column.Type {
	for t := column.Null; t <= column.CartesianShape; t++ {
		if t.String() == name {
			return t
		}
	}
	panic("no type " + name)
}

// speaker makes one query, stage by stage.
type speaker struct {
	*rand.Rand
	*speech
	catalog plan.Catalog
	root    plan.Node // of the query so far
	made    int       // columns that were given names
}

func (m *speaker) plan(text string) (plan.Node, error) {
	n, _, err := m.planner(context.Background(), syntax.NewFile("query", text), m.catalog, nil)
	return n, err
}

// query is a random query and its plan.
func (m *speaker) query() (string, plan.Node) {
	var text string
	for m.root == nil {
		text = m.sources[m.IntN(len(m.sources))](m)
		m.root, _ = m.plan(text)
	}
	for range 1 + m.IntN(4) {
		for range 8 {
			longer := text + "\n| " + m.stages[m.IntN(len(m.stages))](m)
			if n, err := m.plan(longer); err == nil && len(n.Schema()) < 60 {
				text, m.root = longer, n
				break
			}
		}
	}
	return text, m.root
}

// name is a column of the query so far, of a type; "" for none.
func (m *speaker) name(fits func(column.Type) bool) string {
	var names []string
	for _, f := range m.root.Schema() {
		if fits(f.Type) {
			names = append(names, m.quoted(f.Name))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[m.IntN(len(names))]
}

func (m *speaker) any() string {
	return m.name(func(t column.Type) bool { return t != column.Null && t != column.Unsupported })
}

func (m *speaker) of(t column.Type) string {
	return m.name(func(o column.Type) bool { return o == t })
}

func (m *speaker) quoted(name string) string {
	plain := strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz_0123456789") == "" && (name[0] > '9')
	switch {
	case plain || name == "@timestamp":
		return name
	case m.table == function.KQL:
		return "['" + name + "']"
	}
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

// value is an expression of a type.
func (m *speaker) value(t column.Type, depth int) string {
	forms := m.scalars[t]
	if depth > 0 && len(forms) > 0 && m.IntN(4) > 0 {
		return m.filled(forms[m.IntN(len(forms))], depth-1)
	}
	if name := m.of(t); name != "" && m.IntN(5) > 0 {
		return name
	}
	return m.constant(t)
}

func (m *speaker) constant(t column.Type) string {
	if texts := m.literals[t]; len(texts) > 0 {
		return texts[m.IntN(len(texts))]
	}
	return "null"
}

func (m *speaker) filled(f form, depth int) string {
	var args []any
	for _, h := range f.holes {
		if h.constant {
			args = append(args, m.constant(h.t))
		} else {
			args = append(args, m.value(h.t, depth))
		}
	}
	return fmt.Sprintf(f.text, args...)
}

func (m *speaker) condition() string { return m.value(column.Bool, 2) }

// something is an expression of whatever type.
func (m *speaker) something() string {
	types := m.types()
	return m.value(types[m.IntN(len(types))], 2)
}

// aggregate is one of the language.
func (m *speaker) aggregate() string { return m.filled(m.totals[m.IntN(len(m.totals))], 1) }

// fresh is a name that no column has.
func (m *speaker) fresh() string {
	m.made++
	return fmt.Sprintf("made%d", m.made)
}

// list joins up to n texts.
func (m *speaker) list(n int, one func() string) string {
	var list []string
	for range 1 + m.IntN(n) {
		if s := one(); s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, ", ")
}

func (m *speaker) pick(words ...string) string { return words[m.IntN(len(words))] }
