package replay

import (
	"context"
	"errors"
	"io"
	"slices"

	"casebook/engine/column"
	"casebook/engine/exec"
)

// presence tells which windows hold events. It keeps the last instant of each interval that has any: windows end at
// ticks, so an interval is cut only by a window's start.
type presence struct {
	every int64
	last  map[int64]int64 // interval number -> the newest instant in it
}

// presenceOf reads the times of all events that a job's tables hold.
func presenceOf(ctx context.Context, src exec.Source, job Job) (*presence, error) {
	p := &presence{every: job.Every, last: map[int64]int64{}}
	seen := map[string]bool{}
	for _, s := range scans(job.Plan) {
		if seen[s.Table] || s.Time == "" {
			continue
		}
		seen[s.Table] = true
		scanner, err := src.Scan(ctx, exec.Request{
			Table: s.Table, Columns: []string{s.Time}, From: job.From - job.Lookback - job.Every, To: job.To,
		})
		if err != nil {
			return nil, err
		}
		err = each(scanner, func(b *column.Batch) bool {
			for _, t := range b.Columns[0].Ints {
				n := floor(t, p.every)
				if last, ok := p.last[n]; !ok || t > last {
					p.last[n] = t
				}
			}
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return p, nil
}

// ticks are the ticks of a job that run, in order.
func (p *presence) ticks(job Job) []int64 {
	var ticks []int64
	seen := map[int64]bool{}
	for n, last := range p.last {
		// An event at instant e lies in the windows of ticks t with t - lookback <= e < t.
		for t := (n + 1) * p.every; t-job.Lookback <= last; t += p.every {
			if t > job.From && t <= job.To && !seen[t] {
				seen[t] = true
				ticks = append(ticks, t)
			}
		}
	}
	slices.Sort(ticks)
	return ticks
}

// floor is a / b rounded towards minus infinity.
func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// each reads a scanner until its end or until f says that it has seen enough, and closes it.
func each(scanner exec.Scanner, f func(*column.Batch) bool) (err error) {
	defer func() { err = errors.Join(err, scanner.Close()) }()
	for {
		b, err := scanner.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if b.Len > 0 && !f(b) {
			return nil
		}
	}
}
