package store

import (
	"context"
	"slices"

	"casebook/engine/column"
	"casebook/store/event"
)

// The rollups by the minute: a segment keeps, in packs that have a row a minute instead of a row an event, the minutes in which its
// events are, how many they are, how many failed, and their tokens. Histograms and gaps over all events read only these.
const (
	packMinute           = "minute"
	packMinuteEvents     = "minute:events"
	packMinuteFailures   = "minute:failures"
	packMinutePrompt     = "minute:prompt_tokens"
	packMinuteCompletion = "minute:completion_tokens"
)

// minuteNS is what minutes are counted in.
const minuteNS = 60_000_000_000

func minuteOf(ns int64) int64 {
	m := ns / minuteNS
	if ns%minuteNS < 0 {
		m--
	}
	return m
}

// Places in rows.words.
var (
	slotError   = slices.Index(textSlots, event.Error)
	slotOutcome = slices.Index(textSlots, event.Outcome)
)

// minutes writes a segment's rollups.
func (w *segmentWriter) minutes() error {
	if w.rows[0].time == undatedTime {
		return nil
	}
	failure := w.words.places["failure"]
	minutes, sums := w.times[:0], &w.sums
	for i := range sums {
		sums[i] = sums[i][:0]
	}
	for _, r := range w.rows {
		p := &w.parts[r.part]
		m := minuteOf(r.time)
		last := len(minutes) - 1
		if last < 0 || minutes[last] != m {
			minutes = append(minutes, m)
			for i := range sums {
				sums[i] = append(sums[i], 0)
			}
			last++
		}
		sums[0][last]++
		if p.words[slotError][r.row] != 0 || failure != 0 && p.word[p.words[slotOutcome][r.row]] == failure {
			sums[1][last]++
		}
		sums[2][last] += tokensOf(p.numbers[0][r.row])
		sums[3][last] += tokensOf(p.numbers[1][r.row])
	}
	w.times = minutes
	if err := w.field(packMinute, packInts(minutes, nil, w.wide)); err != nil {
		return err
	}
	for i, field := range []string{packMinuteEvents, packMinuteFailures, packMinutePrompt, packMinuteCompletion} {
		if err := w.field(field, packInts(sums[i], nil, w.wide)); err != nil {
			return err
		}
	}
	return nil
}

// minutes are the minutes in which sources have events, rising, each once.
func (db *DB) minutes(ctx context.Context, source string) (map[string][]int64, error) {
	all, err := db.segments(ctx, db.readers)
	if err != nil {
		return nil, db.trouble("read events", err)
	}
	found := map[string][]int64{}
	for _, s := range all {
		if !s.dated() || source != "" && s.source != source {
			continue
		}
		p, err := db.pack(ctx, s, packMinute)
		if err != nil {
			return nil, err
		}
		if p == nil {
			return nil, db.damaged(s, packMinute, errPack)
		}
		numbers := make([]int64, p.n)
		p.numbers(numbers, 0)
		found[s.source] = append(found[s.source], numbers...)
	}
	for source, list := range found {
		slices.Sort(list)
		found[source] = slices.Compact(list)
	}
	return found, nil
}

// fromMinutes fills a histogram whose bins are whole minutes.
func (db *DB) fromMinutes(ctx context.Context, source string, from, to, width int64, bins []Bin) error {
	some, err := db.segmentsIn(ctx, source, nanos(from), nanos(to))
	if err != nil {
		return err
	}
	for _, s := range some {
		var packs [3]*pack
		for i, field := range []string{packMinute, packMinuteEvents, packMinuteFailures} {
			if packs[i], err = db.pack(ctx, s, field); err != nil {
				return err
			}
			if packs[i] == nil || packs[i].n != packs[0].n {
				return db.damaged(s, field, errPack)
			}
		}
		for i := range packs[0].n {
			minute, _ := packs[0].number(i)
			at := minute*column.Minute - from
			if at < 0 || minute*column.Minute >= to {
				continue
			}
			events, _ := packs[1].number(i)
			failures, _ := packs[2].number(i)
			bins[at/width].Events += events
			bins[at/width].Failures += failures
		}
	}
	return nil
}
