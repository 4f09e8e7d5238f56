package exec

import (
	"context"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/plan"
)

// The first rows of many are those of the whole in order, rows that are equal in the order in which they came, and nothing is warned of twice.
func TestForemost(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 8))
	src := someRequests(random, 2*behindForemost+1000)
	s := scanOf(requests)
	var all []plan.Expr
	for _, f := range requests.Fields {
		all = append(all, col(s, f.Name))
	}
	for range 8 {
		sorted := &plan.Sort{Base: plan.Base{Out: s.Out}, Input: s, Keys: []plan.SortKey{
			{Expr: col(s, []string{"user", "tokens", "model", "tags"}[random.IntN(4)]), Desc: random.IntN(2) == 0, NullsFirst: random.IntN(2) == 0},
			{Expr: call(floor, col(s, "time"), long(int64(1e11))), Desc: random.IntN(2) == 0},
		}}
		most := int64(1 + random.IntN(mostForemost))
		results := [2]*Result{}
		for i, from := range []plan.Node{sorted, &plan.Project{Base: plan.Base{Out: s.Out}, Input: sorted, Exprs: all}} {
			var err error
			root := &plan.Limit{Base: plan.Base{Out: s.Out}, Input: from, N: most}
			if results[i], err = Run(context.Background(), root, src, Options{Lineage: true}); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(rowsOf(results[1].Batch), rowsOf(results[0].Batch)); diff != "" {
			t.Fatalf("the first %d (-of the whole +alone):\n%s", most, diff)
		}
		if !reflect.DeepEqual(results[0].Events, results[1].Events) || !reflect.DeepEqual(results[0].Warnings, results[1].Warnings) {
			t.Errorf("the first %d have other events or warnings than those of the whole", most)
		}
	}
}
