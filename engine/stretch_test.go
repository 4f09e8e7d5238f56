package engine_test

import (
	"context"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
)

// measured is a source that knows how many events one scan gave at the most, of those whose events are kept: what is counted only is let go of.
type measured struct {
	*exec.Memory
	most int
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
		s.of.most = max(s.of.most, s.rows)
	}
	return b, err
}

// A replay holds a stretch of events at a time: over a time five times as long it reads no more at once, from whatever instant on.
func TestReplayReadsAStretchAtATime(t *testing.T) {
	const daily = 24 * 60 * 12 // one in five seconds
	var most [2]int
	for i, days := range []int{3, 15} {
		events := make([]request, days*daily)
		for k := range events {
			events[k] = request{time: int64(k) * 5 * column.Second, user: "ann", size: int64(k % 7)}
		}
		src := &measured{Memory: requestSource(events, 5000)}
		rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: "from requests | stats n = count() by size | where n > 110", Every: 10 * time.Minute, Lookback: time.Hour}
		report, err := engine.Replay(context.Background(), rule, src, engine.ReplayOptions{Span: engine.Window{From: 0, To: events[len(events)-1].time + 1}}, func(engine.Hit) error { return nil })
		if err != nil || report.Ticks < days*140 {
			t.Fatalf("%v after %d runs", err, report.Ticks)
		}
		most[i] = src.most
	}
	if most[1] > most[0] || most[0] > 3*daily {
		t.Errorf("of 3 days it read %d events at once, of 15 days %d", most[0], most[1])
	}
}
