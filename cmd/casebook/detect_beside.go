package main

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"casebook/engine/exec"
	"casebook/store"
)

// Rules run beside one another, and what they gave is recorded in their order, as if they had run one after the other. A runner
// stays with its tables as long as there are rules over them, since it keeps what more than one of them reads; and while it can, it
// leaves alone the tables that another runner is at.

// mostRunners bounds how many rules run at once: each holds a stretch of time in memory.
const mostRunners = 4

// sharedEvents is how many bytes of what several rules read alike stay in memory from rule to rule: a month of a million events of each
// runner's. Of a larger store the rest is read anew for each rule.
const sharedEvents = 96 << 20

// outcome is what came of one rule.
type outcome struct {
	ended *ended
	// record keeps it; nil where there is nothing new.
	record func(context.Context) error
	// crowded is that the rule ran out of memory, which others may have taken.
	crowded bool
	err     error
}

// queue is the rules that wait.
type queue struct {
	mu     sync.Mutex
	tables [][]string // of each rule
	taken  []bool
	at     map[int][]string // the tables of each runner
}

// take is the rule that a runner does next, and whether it stays with the tables it was at; -1 for none.
func (q *queue) take(runner int) (next int, stays bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	mine := q.at[runner]
	delete(q.at, runner)
	busy := func(table string) bool {
		for _, tables := range q.at {
			if slices.Contains(tables, table) {
				return true
			}
		}
		return false
	}
	best, rank := -1, 0
	for i, tables := range q.tables {
		switch {
		case q.taken[i]:
		case slices.Equal(tables, mine) && rank < 3:
			best, rank = i, 3
		case !slices.ContainsFunc(tables, busy) && rank < 2:
			best, rank = i, 2
		case rank < 1:
			best, rank = i, 1
		}
	}
	if best >= 0 {
		q.taken[best] = true
		q.at[runner] = q.tables[best]
	}
	return best, rank == 3
}

// tables are those that a rule reads; none of a rule that cannot be read.
func (r *shelved) tables() []string {
	if r.query == nil {
		return nil
	}
	return r.query.Tables()
}

// every brings rules up to date and gives each to done, in their order.
func (d *detecting) every(ctx context.Context, rules []*shelved, done func(*ended)) error {
	ctx, cancel := context.WithCancel(ctx)
	runners := min(runtime.GOMAXPROCS(0), mostRunners, max(len(rules), 1))
	q := &queue{tables: make([][]string, len(rules)), taken: make([]bool, len(rules)), at: map[int][]string{}}
	came := make([]chan outcome, len(rules))
	alone := func(i int) bool { return slices.Contains(q.tables[i], store.AlertsTable) } // what others give is what it reads
	for i, r := range rules {
		came[i], q.tables[i] = make(chan outcome, 1), r.tables()
		q.taken[i] = alone(i)
	}
	var running sync.WaitGroup
	for n := range runners {
		running.Go(func() {
			w, shared := *d, exec.Share(ctx, d.db, sharedEvents/runners, plansOf(rules))
			w.events = shared
			for {
				i, stays := q.take(n)
				if i < 0 {
					return
				}
				if !stays {
					shared.Forget()
				}
				came[i] <- w.rule(ctx, rules[i])
			}
		})
	}
	defer running.Wait()
	defer cancel()
	for i, r := range rules {
		var o outcome
		if alone(i) {
			o = d.rule(ctx, r)
		} else {
			o = <-came[i]
		}
		if o.crowded {
			running.Wait()
			o = d.rule(ctx, r)
		}
		if o.err == nil && o.record != nil {
			o.err = o.record(ctx)
		}
		if o.err != nil {
			return o.err
		}
		done(o.ended)
	}
	return nil
}
