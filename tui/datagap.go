package tui

import (
	"context"
	"time"

	"casebook/engine"
	"casebook/store"
)

// A data gap is a time in which a source logged nothing although it should have: it is long for that source. A busy log that
// is silent for half an hour has lost something; one with an event an hour has not.

const (
	// leastDataGap is the shortest silence that counts.
	leastDataGap = 30 * time.Minute
	// gapFactor is how many times longer than the mean time between its events a source's silence must be. Nights are slow.
	gapFactor = 60
)

// gapOf is how long a source must be silent for it to be a data gap, in ticks.
func gapOf(s *store.SourceState) int64 {
	mean := int64(0)
	if s.Events > 0 {
		mean = (s.Last - s.First) / s.Events
	}
	return max(int64(leastDataGap/100), gapFactor*mean)
}

// dataGaps are the data gaps of sources that lie in a window at least in part.
func (a *App) dataGaps(ctx context.Context, states []store.SourceState, w engine.Window) ([]store.Gap, error) {
	var all []store.Gap
	for i := range states {
		gaps, err := a.Store.Gaps(ctx, states[i].Source, w.From, w.To, gapOf(&states[i]))
		if err != nil {
			return all, err
		}
		all = append(all, gaps...)
	}
	return all, nil
}
