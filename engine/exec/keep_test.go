package exec

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// scanning counts the scans of a source.
type scanning struct {
	*Memory
	scans int
}

func (s *scanning) Scan(ctx context.Context, r Request) (Scanner, error) {
	s.scans++
	return s.Memory.Scan(ctx, r)
}

// What a keeper gives is what its source gives, whatever was asked before and however much it may keep.
func TestKeep(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 3))
		src := someRequests(random, 1+random.IntN(60))
		kept := Keep(src, []int{0, 500, 1 << 20}[random.IntN(3)])
		for range 12 {
			s := scanOf(requests)
			var x plan.Node = s
			for i := range s.Columns { // some of the columns, in another order
				j := random.IntN(len(s.Columns))
				s.Columns[i], s.Columns[j] = s.Columns[j], s.Columns[i]
			}
			n := 1 + random.IntN(len(s.Columns))
			fields := map[string]column.Field{}
			for _, f := range requests.Fields {
				fields[f.Name] = f
			}
			s.Columns, s.Out = append([]string(nil), s.Columns[:n]...), nil
			for _, name := range s.Columns {
				s.Out = append(s.Out, fields[name])
			}
			from := int64(random.IntN(60)) * column.Second
			opt := Options{From: from, To: from + int64(1+random.IntN(40))*column.Second, Lineage: true}
			want, err := Run(context.Background(), x, src, opt)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Run(context.Background(), x, kept, opt)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(rowsOf(want.Batch), rowsOf(got.Batch)); diff != "" {
				t.Fatalf("seed %d (-source +keeper):\n%s", seed, diff)
			}
			if diff := cmp.Diff(want.Events, got.Events); diff != "" {
				t.Fatalf("seed %d: events (-source +keeper):\n%s", seed, diff)
			}
		}
	}
}

func TestKeepReadsOnce(t *testing.T) {
	src := &scanning{Memory: fixed()}
	kept := Keep(src, 1<<20)
	run := func(column string, from, to int64) {
		s := scanOf(requests)
		root := projectOf(s, plan.Named{Name: "x", Expr: col(s, column)})
		if _, err := Run(context.Background(), root, kept, Options{From: from * 10_000_000, To: to * 10_000_000}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		column   string
		from, to int64
		scans    int
	}{
		{"user", 1, 4, 1}, {"user", 1, 4, 0}, {"time", 2, 3, 0}, {"user", 2, 6, 1}, {"user", 1, 6, 0}, {"model", 1, 2, 1}, {"model", 1, 6, 1}, {"model", 1, 4, 0},
	} {
		before := src.scans
		run(tt.column, tt.from, tt.to)
		if got := src.scans - before; got != tt.scans {
			t.Errorf("%s of [%d, %d) took %d scans, want %d", tt.column, tt.from, tt.to, got, tt.scans)
		}
	}
	// Events that come later are seen once a run is looked at again for more of its columns.
	src.Memory = someRequests(rand.New(rand.NewPCG(1, 1)), 3)
	s := scanOf(requests)
	root := aggregateOf(s, []plan.Named{{Name: "n", Expr: call(countValues, col(s, "tokens"))}})
	want := table(t, root, src, Options{From: 0, To: 60_000_000})
	if got := table(t, root, kept, Options{From: 0, To: 60_000_000}); !cmp.Equal(want, got) {
		t.Errorf("after a change of the source it gives %v, want %v", got, want)
	}
}
