package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"casebook/engine/column"
	"casebook/store/event"
)

// Summary is what a set of events adds up to. Times are ticks; events without a time count, but are neither first nor last.
type Summary struct{ Events, Failures, First, Last, PromptTokens, CompletionTokens int64 }

// ValueSummary is a Summary of the events that have one value in a field.
type ValueSummary struct {
	Value string
	Summary
}

// tokensMost bounds what one event adds to sums of tokens, so that no record can make them overflow.
const tokensMost = 1<<40 - 1

// tokensOf is what an event adds to a sum of tokens: a negative count, which no vendor means, adds nothing.
func tokensOf(n int64) int64 { return min(max(n, 0), tokensMost) }

func (s *Summary) add(ns int64, dated, failed bool, prompt, completion int64) {
	if dated {
		at := column.FromNanos(ns)
		if s.First == 0 || at < s.First {
			s.First = at
		}
		if s.Last == 0 || at > s.Last {
			s.Last = at
		}
	}
	s.Events++
	if failed {
		s.Failures++
	}
	s.PromptTokens += tokensOf(prompt)
	s.CompletionTokens += tokensOf(completion)
}

// Summaries adds up the events that a filter chooses, one a distinct value of a field, most events first and then by value;
// limit 0 is all. Events without a value are left out.
func (db *DB) Summaries(ctx context.Context, f EventFilter, field string, limit int) ([]ValueSummary, error) {
	slot, ok := SlotOf(field)
	if field != "source" && (!ok || slot == event.RequestID || slot == event.ResponseID) {
		return nil, fmt.Errorf("no field %q to sum events up by", field)
	}
	name := "source"
	if field != name {
		name = slot.String()
	}
	w, err := db.eventWhere(ctx, &f)
	if err == errNothing {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	w.add("e." + name + " is not null")
	failure, err := db.wordID(ctx, "failure")
	if err != nil {
		return nil, err
	}
	sums := map[int64]*Summary{}
	err = each(ctx, db.readers, "select e."+name+", e.time, e.error is not null or coalesce(e.outcome = ?, 0), coalesce(e.prompt_tokens, 0), coalesce(e.completion_tokens, 0) from event_row e"+w.String(),
		append([]any{failure}, w.args...), func(scan func(...any) error) error {
			var word, prompt, completion int64
			var at sql.NullInt64
			var failed bool
			err := scan(&word, &at, &failed, &prompt, &completion)
			s := sums[word]
			if s == nil {
				s = &Summary{}
				sums[word] = s
			}
			s.add(at.Int64, at.Valid, failed, prompt, completion)
			return err
		})
	if err != nil {
		return nil, db.trouble("sum events up", err)
	}
	dict, err := db.dictionary(ctx, db.readers)
	if err != nil {
		return nil, db.trouble("sum events up", err)
	}
	list := make([]ValueSummary, 0, len(sums))
	for word, s := range sums {
		list = append(list, ValueSummary{dict.Values[word], *s})
	}
	slices.SortFunc(list, func(a, b ValueSummary) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.Value, b.Value))
	})
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list, nil
}

// Times are the times, in ticks and rising, of the events that a filter chooses, the first of them up to limit; limit 0 is all.
func (db *DB) Times(ctx context.Context, f EventFilter, limit int) ([]int64, error) {
	w, err := db.eventWhere(ctx, &f)
	if err == errNothing {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	w.add("e.time is not null")
	if limit == 0 {
		limit = -1
	}
	var times []int64
	err = each(ctx, db.readers, "select e.time from event_row e"+w.String()+" order by e.time limit ?", append(w.args, limit), func(scan func(...any) error) error {
		var ns int64
		err := scan(&ns)
		times = append(times, column.FromNanos(ns))
		return err
	})
	return times, db.trouble("read the times of events", err)
}
