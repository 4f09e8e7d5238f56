package exec

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// attempt is a match that is not over: what its steps have taken in so far.
type attempt struct {
	id     int64
	last   map[int][]any // each step's last row: the input's values and the declared ones
	events []int64
}

// steps is the state machine, as the language's documentation tells it.
func (in *interpreter) steps(n *plan.Steps) []row {
	var out []row
	input := len(n.Input.Schema())
	fresh := make([]any, len(n.Declared))
	for i, f := range n.Declared {
		if f.Type == column.String {
			fresh[i] = ""
		}
		if n.Defaults[i] != nil {
			fresh[i] = in.value(n.Defaults[i], nil)
		}
	}
	// view is what a step sees: the row, what is declared so far, and each step's last row, or what stands for none.
	view := func(r row, declared []any, a *attempt) []any {
		all := append(slices.Clone(r.values), declared...)
		for k := range n.Steps {
			if last, ok := a.last[k]; ok {
				all = append(all, last...)
				continue
			}
			for _, f := range n.Input.Schema() {
				if f.Type == column.String {
					all = append(all, "")
				} else {
					all = append(all, nil)
				}
			}
			all = append(all, fresh...)
		}
		return all
	}
	put := func(k int, a *attempt, events []int64) {
		values := slices.Clone(a.last[k])
		if n.Match >= 0 {
			values = append(values, a.id)
		}
		out = append(out, row{values, append([]int64{}, events...)})
	}
	standing := map[int]*attempt{}
	drop := func(k int) {
		if a := standing[k]; a != nil && n.Steps[k].Output == plan.OutputLast {
			put(k, a, a.events)
		}
		delete(standing, k)
	}
	take := func(k int, a *attempt, r row) {
		declared := slices.Clone(fresh)
		for _, x := range n.Steps[k].Assign {
			declared[x.Column] = in.value(x.Expr, view(r, declared, a))
		}
		a.last[k] = append(slices.Clone(r.values[:input]), declared...)
		a.events = append(a.events, r.events...)
		standing[k] = a
		if n.Steps[k].Output == plan.OutputAll {
			put(k, a, r.events)
		}
	}
	fits := func(k int, a *attempt, r row) bool { return in.value(n.Steps[k].Cond, view(r, fresh, a)) == true }
	id := int64(0)
	for _, r := range in.run(n.Input) {
		for k := len(n.Steps) - 1; k >= 0; k-- {
			if a := standing[k-1]; a != nil && fits(k, a, r) {
				drop(k)
				drop(k - 1)
				take(k, a, r)
				continue
			}
			if a := standing[k]; a != nil && fits(k, a, r) {
				take(k, a, r)
				continue
			}
			if a := (&attempt{id: id, last: map[int][]any{}}); k == 0 && fits(0, a, r) {
				drop(0)
				id++
				take(0, a, r)
			}
		}
	}
	for k := range n.Steps {
		drop(k)
	}
	return out
}
