package engine_test

import (
	"context"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
)

// measured is a source that knows how many events it gave, and one scan at the most, of those that are kept: what is counted only is let go of.
type measured struct {
	*exec.Memory
	most, all int
}

func (m *measured) Scan(ctx context.Context, r exec.Request) (exec.Scanner, error) {
	s, err := m.Memory.Scan(ctx, r)
	if err != nil || !r.Fleeting {
		return s, err
	}
	return &measuredScan{s, m, 0}, err
}

type measuredScan struct {
	exec.Scanner
	of   *measured
	rows int
}

func (s *measuredScan) Next() (*column.Batch, error) {
	b, err := s.Scanner.Next()
	if err == nil {
		s.rows += b.Len
		s.of.all += b.Len
		s.of.most = max(s.of.most, s.rows)
	}
	return b, err
}

// A replay holds a stretch of events at a time: over a time twice as long it reads no more at once, from whatever instant on, and every
// event once however many windows hold it.
func TestReplayReadsAStretchAtATime(t *testing.T) {
	const daily = 24 * 60 * 6 // one in ten seconds
	for _, lookback := range []time.Duration{time.Hour, 30 * time.Hour} {
		var most [2]int
		for i, days := range []int{12, 24} {
			events := make([]request, days*daily)
			for k := range events {
				events[k] = request{time: int64(k) * 10 * column.Second, user: "ann", size: int64(k % 7)}
			}
			src := &measured{Memory: requestSource(events, 5000)}
			rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: "from requests | stats n = count() by size | where n > 110", Every: time.Hour, Lookback: lookback}
			report, err := engine.Replay(context.Background(), rule, src, engine.ReplayOptions{Span: engine.Window{From: 0, To: events[len(events)-1].time + 1}}, func(engine.Hit) error { return nil })
			if err != nil || report.Ticks < days*24 {
				t.Fatalf("%v after %d runs", err, report.Ticks)
			}
			if most[i] = src.most; src.all != len(events) {
				t.Errorf("over %d days, of windows of %v, it read %d rows of %d events", days, lookback, src.all, len(events))
			}
		}
		if most[1] > most[0] || most[0] > 5*daily+360 {
			t.Errorf("of 12 days it read %d events at once, of 24 days %d", most[0], most[1])
		}
	}
}
