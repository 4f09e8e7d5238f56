package plan

import (
	"context"

	"casebook/engine/column"
)

// Prober is a catalog that can run a plan while a query is read, so that what depends on data (the columns of KQL's bag_unpack) is known.
// What does not stand alone is run over the events that the query is read for: those of one window or, before there is one, some.
type Prober interface {
	Probe(ctx context.Context, n Node) (*column.Batch, error)
	// Assumed are columns that are taken as found where the events looked at are only some.
	Assumed() []column.Field
}

// Alone tells whether a plan depends on nothing but itself: it reads no table, no rows that are given to it, and no clock.
func Alone(n Node) bool {
	alone := true
	Walk(n, func(n Node) {
		switch n.(type) {
		case *Scan, *Given:
			alone = false
		}
		for _, x := range Exprs(n) {
			alone = alone && !readsNow(x)
		}
	})
	return alone
}

// Timeless is a plan without the filters that look at the clock: what it gives at any time is among its rows.
func Timeless(n Node) Node { return timeless(n, map[Node]Node{}) }

func timeless(n Node, done map[Node]Node) Node {
	if t, ok := done[n]; ok {
		return t
	}
	inputs := Inputs(n)
	for i := range inputs {
		inputs[i] = timeless(inputs[i], done)
	}
	t := n
	if f, ok := n.(*Filter); ok && UsesNow(f.Cond) {
		t = inputs[0]
	} else if len(inputs) > 0 {
		t = WithInputs(n, inputs)
	}
	done[n] = t
	return t
}
