package engine

import (
	"cmp"
	"context"
	"time"

	"casebook/engine/exec"
	"casebook/engine/function"
)

// Options say how a query is run.
type Options struct {
	AsOf int64 // what NOW() and now() give, in ticks
	// Window bounds every scan's time column; nil for no bounds.
	Window  *Window
	Lineage bool            // ask for the events behind each row
	Limits  function.Limits // the zero value is function.DefaultLimits
	Budget  time.Duration   // how long the query may take; 0 for as long as it likes
	Memory  int64           // how many bytes the query may take; 0 for QueryMemory
}

// QueryMemory is how many bytes a query may take beyond those that the program had: a million records with all their columns, which a person
// may want to sort. A program that runs out of memory ends, with all that is open in it.
const QueryMemory = 1 << 30

// Run runs a query over a source. An error for which Partial is true says that a limit or the budget ended it.
func Run(ctx context.Context, q *Query, src exec.Source, opt Options) (res *Result, err error) {
	defer faultless(&err)
	opts := exec.Options{AsOf: opt.AsOf, Lineage: opt.Lineage, Limits: opt.Limits, Counts: true}
	if opt.Window != nil {
		opts.From, opts.To = opt.Window.From, opt.Window.To
	}
	ctx, cancel := withBudget(ctx, opt.Budget)
	defer cancel()
	memory := cmp.Or(opt.Memory, QueryMemory)
	ctx, done := withMemory(ctx, memory)
	defer done()
	if q.Found {
		if q, err = q.over(ctx, src, opts); err != nil {
			return nil, overBudget(ctx, err, opt.Budget, memory)
		}
	}
	got, err := exec.Run(ctx, q.Plan, src, opts)
	if err != nil {
		return nil, overBudget(ctx, err, opt.Budget, memory)
	}
	res = &Result{Query: q, Columns: q.Plan.Schema(), Batch: got.Batch, Warnings: got.Warnings, Events: got.Events, Notices: q.Notices, From: got.From}
	for i, ids := range res.Events {
		res.Events[i] = known(ids)
	}
	res.Stages = q.stages(got.Stages)
	return res, nil
}

// known are the events of a row without those that are none: a source gives rows of alerts and lookups the id 0.
func known(ids []int64) []int64 {
	for len(ids) > 0 && ids[0] == 0 {
		ids = ids[1:]
	}
	return ids
}

func (q *Query) stages(list []exec.Stage) []Stage {
	stages := make([]Stage, len(list))
	for i, s := range list {
		stages[i] = Stage{Text: q.stageText(s.Node), Rows: s.Rows}
	}
	return stages
}

// faultless makes an error of a fault of the engine's own.
func faultless(err *error) {
	if fault := exec.Caught(recover()); fault != nil {
		*err = fault
	}
}
