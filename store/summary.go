package store

import (
	"cmp"
	"context"
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

// Merge adds another sum.
func (s *Summary) Merge(o *Summary) {
	if o.First != 0 && (s.First == 0 || o.First < s.First) {
		s.First = o.First
	}
	if o.Last != 0 && (s.Last == 0 || o.Last > s.Last) {
		s.Last = o.Last
	}
	s.Events += o.Events
	s.Failures += o.Failures
	s.PromptTokens += o.PromptTokens
	s.CompletionTokens += o.CompletionTokens
}

// Summed tells whether events are summed up by a field: not by one that is another for every event.
func Summed(field string) bool {
	slot, known := SlotOf(field)
	return field == "source" || known && slot != event.RequestID && slot != event.ResponseID
}

// Summaries adds up the events that a filter chooses, one a distinct value of a field, most events first and then by value;
// limit 0 is all. Events without a value are left out.
func (db *DB) Summaries(ctx context.Context, f EventFilter, field string, limit int) ([]ValueSummary, error) {
	slot, _ := SlotOf(field)
	if !Summed(field) {
		return nil, fmt.Errorf("no field %q to sum events up by", field)
	}
	c, err := db.chooser(ctx, &f)
	if err != nil {
		return nil, err
	}
	dict, err := db.dictionary(ctx, db.readers)
	if err != nil {
		return nil, db.trouble("sum events up", err)
	}
	sums := map[string]*Summary{}
	err = c.every(ctx, func(s *segment, times *pack, rows *chosen) error {
		values := &pack{kind: packWord}
		texts := []string{s.source}
		if field != "source" {
			if values, err = db.pack(ctx, s, slot.String()); err != nil || values == nil {
				return err
			}
			texts = make([]string, len(values.words))
			for i, word := range values.words {
				if int(word) < len(dict.Values) {
					texts[i] = dict.Values[word]
				}
			}
		}
		parts := make([]Summary, len(texts))
		if err := db.sumUp(ctx, s, times, rows, values, parts); err != nil {
			return err
		}
		for i := range parts {
			if texts[i] == "" || parts[i].Events == 0 {
				continue
			}
			if sums[texts[i]] == nil {
				sums[texts[i]] = &Summary{}
			}
			sums[texts[i]].Merge(&parts[i])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := make([]ValueSummary, 0, len(sums))
	for value, s := range sums {
		list = append(list, ValueSummary{value, *s})
	}
	slices.SortFunc(list, func(a, b ValueSummary) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.Value, b.Value))
	})
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list, nil
}

// sumUp adds rows of a segment up by their numbers in values.
func (db *DB) sumUp(ctx context.Context, s *segment, times *pack, rows *chosen, values *pack, parts []Summary) error {
	failed, err := db.failures(ctx, s)
	if err != nil {
		return err
	}
	prompts, err := db.pack(ctx, s, event.PromptTokens.String())
	if err != nil {
		return err
	}
	completions, err := db.pack(ctx, s, event.CompletionTokens.String())
	if err != nil {
		return err
	}
	for k := range rows.len() {
		i := rows.place(k)
		at := values.code(i)
		if at >= uint64(len(parts)) {
			continue
		}
		ns, dated := times.number(i)
		prompt, _ := prompts.number(i)
		completion, _ := completions.number(i)
		parts[at].add(ns, dated, failed.at(i), prompt, completion)
	}
	return nil
}

// Times are the times, in ticks and rising, of the events that a filter chooses, the first of them up to limit; limit 0 is all.
func (db *DB) Times(ctx context.Context, f EventFilter, limit int) ([]int64, error) {
	c, err := db.chooser(ctx, &f)
	if err != nil {
		return nil, err
	}
	var list []int64
	if limit > 0 {
		p, err := c.pager(ctx, Place{}, false)
		if err != nil {
			return nil, err
		}
		err = p.run(ctx, func(_ spot, ns int64) bool {
			list = append(list, column.FromNanos(ns))
			return len(list) < limit
		})
		return list, err
	}
	err = c.every(ctx, func(s *segment, times *pack, rows *chosen) error {
		if times == nil {
			return nil
		}
		for k := range rows.len() {
			ns, _ := times.number(rows.place(k))
			list = append(list, column.FromNanos(ns))
		}
		return nil
	})
	slices.Sort(list)
	return list, err
}
