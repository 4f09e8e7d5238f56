package exec

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strconv"
	"testing"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// manyQueries asks for other random queries than a run of the tests: "2000-90000" are those from one number to another.
const manyQueries = "CASEBOOK_QUERIES"

// Random queries of both languages, in all their commands and functions, give what the interpreter says of their plans, which are
// plans as the front ends make them: with several inputs, keys and types, and with everything that hangs on a language.
func TestRandomQueries(t *testing.T) {
	count, first := 2000, 0
	if testing.Short() {
		count /= 10
	}
	if text := os.Getenv(manyQueries); text != "" {
		if _, err := fmt.Sscanf(text, "%d-%d", &first, &count); err != nil {
			t.Fatal(err)
		}
	}
	made := map[string]int{}
	for _, l := range []*speech{speakESQL(), speakKQL()} {
		t.Run(l.name, func(t *testing.T) {
			l.learn(rand.New(rand.NewPCG(1, 9)))
			used := map[string]bool{}
			compared, filled := 0, 0
			for seed := first; seed < count; seed++ {
				random := rand.New(rand.NewPCG(uint64(seed), 10))
				src := l.tables(random)
				src.Takes = seed%2 == 0
				text, root := (&speaker{Rand: random, speech: l, catalog: src}).query()
				plan.Walk(root, func(n plan.Node) { made[fmt.Sprintf("%T", n)]++ })
				everyCall(root, func(c *plan.Call) { used[c.Func.Name] = true })
				if rows, ok := differs(t, fmt.Sprintf("query %d", seed), text, root, src, random); ok {
					compared++
					filled += min(rows, 1)
				}
				if t.Failed() {
					return
				}
			}
			if queries := count - first; compared < queries*9/10 || filled < queries/2 || queries >= 2000 && len(used) < 150 {
				t.Errorf("of %d queries, which call %d functions, %d could be compared and %d gave rows", queries, len(used), compared, filled)
			}
		})
	}
	for _, n := range []plan.Node{
		&plan.Aggregate{}, &plan.Apply{}, &plan.Expand{}, &plan.Extract{}, &plan.Filter{}, &plan.Given{}, &plan.Join{}, &plan.Limit{}, &plan.MakeSeries{},
		&plan.Project{}, &plan.Rows{}, &plan.Scan{}, &plan.Shared{}, &plan.Sort{}, &plan.Steps{}, &plan.Union{}, &plan.Windowed{},
	} {
		if name := fmt.Sprintf("%T", n); !t.Failed() && made[name] < (count-first)/100 {
			t.Errorf("only %d stages of %d queries are of type %s", made[name], 2*(count-first), name)
		}
	}
}

// differs compares a query's runs with the interpreter's.
func differs(t *testing.T, how, text string, root plan.Node, src *Memory, random *rand.Rand) (rows int, compared bool) {
	t.Helper()
	from, to := int64(math.MinInt64), int64(math.MaxInt64)/2
	if random.IntN(2) == 0 {
		from = int64(random.IntN(12)) * column.Second
		to = from + int64(1+random.IntN(20))*column.Second
	}
	tables := loaded(src)
	want, refused := (&interpreter{tables: tables, from: from, to: to}).answer(root)
	if refused != nil {
		return 0, false
	}
	rows = len(want)
	defer func() {
		if x := recover(); x != nil {
			t.Fatalf("%s: %v\n%s\n%s", how, x, describe(root), debug.Stack())
		}
	}()
	how += "\n" + text + "\n" + strconv.Itoa(int(from/column.Second)) + " to " + strconv.Itoa(int(to/column.Second)) + "\n"
	for _, opt := range []Options{{Whole: true, Lineage: true}, {Lineage: true}, {Lineage: true, Counts: true}, {}} {
		opt.From, opt.To, opt.AsOf = from, to, to
		res, err := Run(context.Background(), root, src, opt)
		compare(t, fmt.Sprintf("%s%+v", how, opt), root, want, res, err, opt.Lineage)
	}
	s := slicesOf(context.Background(), root, fleeting{src}, function.Limits{})
	env := &function.Env{Context: context.Background(), Limits: function.DefaultLimits}
	if err := s.Fill(env, -1000*column.Second, 1000*column.Second); err != nil {
		t.Fatal(err)
	}
	for window := range 3 {
		ahead := int64(window) * 4 * column.Second
		if window > 0 {
			if want, refused = (&interpreter{tables: tables, from: from + ahead, to: to + ahead}).answer(root); refused != nil {
				return rows, true
			}
		}
		for _, full := range []bool{false, true} {
			res, err := s.Run(env, to+ahead, from+ahead, to+ahead, full)
			compare(t, fmt.Sprintf("%sin window %d of a replay", how, window), root, want, res, err, full)
		}
		if from == math.MinInt64 {
			break
		}
	}
	return rows, true
}

// everyCall shows every call of a plan.
func everyCall(root plan.Node, f func(*plan.Call)) {
	var look func(plan.Expr)
	look = func(x plan.Expr) {
		if c, ok := x.(*plan.Call); ok {
			f(c)
			for _, a := range c.Args {
				look(a)
			}
		}
	}
	plan.Walk(root, func(n plan.Node) {
		for _, x := range plan.Exprs(n) {
			look(x)
		}
	})
}

// answer is a plan's rows, or why a function refused to give them.
func (in *interpreter) answer(root plan.Node) (rows []row, refused error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case failure:
			refused = x.error
		default:
			panic(fmt.Sprintf("%v in\n%s\n%s", x, describe(root), debug.Stack()))
		}
	}()
	rows = in.run(root)
	if len(rows) > 100_000 {
		return nil, errors.New("too many rows to compare")
	}
	return rows, nil
}
