package exec

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"casebook/engine/function"
	"casebook/engine/plan"
)

// Rules come in families: the same question with other thresholds, over the same events of the same fields. What stands at the bottom of
// such rules, up to where the windows begin to matter, is the same, and so are the events that there are to look at. A Shared source
// stands before another while the rules of one replay run one after the other, and keeps what it knows more than one of them to ask
// for, until it holds so much; from then on each reads for itself. It is for one goroutine, and for a time in which what comes
// new need not be seen.

// Shared is a Source whose readers share what they read.
type Shared struct {
	Source
	room   int            // bytes
	wanted map[string]int // how many plans have a feed
	feeds  map[stretchOf]*sharedFeed
	said   map[string]any // answers of a Counter
}

// stretchOf is a feed over a stretch of time.
type stretchOf struct {
	feed     string
	from, to int64
}

// sharedFeed are the rows of a feed over a stretch, and their groups by the keys of gates.
type sharedFeed struct {
	rows   *batch
	times  [][]int64 // of the feed's links
	groups map[string]*numbered
}

// numbered are rows in groups.
type numbered struct {
	ids []int32
	n   int
}

// Share is a source that keeps about so many bytes of what more than one of some plans reads.
func Share(ctx context.Context, src Source, bytes int, plans []plan.Node) *Shared {
	s := &Shared{Source: src, room: bytes, wanted: map[string]int{}}
	for _, root := range plans {
		ctx, cancel := context.WithTimeout(ctx, foresight)
		cut, err := NewSlices(ctx, root, src, function.Limits{})
		if cancel(); err != nil {
			continue
		}
		for _, f := range cut.feeds {
			s.wanted[f.print]++
		}
	}
	s.Forget()
	return s
}

// Forget lets go of what is kept.
func (s *Shared) Forget() {
	for _, f := range s.feeds {
		s.room += f.size()
	}
	s.feeds, s.said = map[stretchOf]*sharedFeed{}, map[string]any{}
}

// find is what is kept of a feed, if anything.
func (s *Shared) find(f *feed, from, to int64) *sharedFeed {
	if s == nil {
		return nil
	}
	return s.feeds[stretchOf{f.print, from, to}]
}

// keep keeps a feed that was read, if another plan wants it and there is room.
func (s *Shared) keep(f *feed, from, to int64) {
	if s == nil || f.print == "" || s.wanted[f.print] < 2 {
		return
	}
	k := &sharedFeed{rows: f.rows, groups: map[string]*numbered{}}
	for i := range f.chain {
		k.times = append(k.times, f.chain[i].times)
	}
	if size := k.size(); size <= s.room {
		s.room -= size
		s.feeds[stretchOf{f.print, from, to}] = k
		f.share(k)
	}
}

func (k *sharedFeed) size() int {
	size := 8 * (len(k.rows.Events) + len(k.rows.times))
	for _, v := range k.rows.Columns {
		size += 8*len(v.Ints) + 8*len(v.Floats) + 4*len(v.Codes) + 128*len(v.Anys) + 4*len(v.Offsets) + 8*len(v.Nulls)
	}
	for _, times := range k.times {
		size += 8 * len(times)
	}
	return size
}

// use gives a feed the rows that are kept.
func (f *feed) use(k *sharedFeed, from, to int64) {
	f.rows, f.times, f.kept, f.pile, f.stretch = k.rows, k.rows.times, k, pile{}, stretch{from, to}
	for i := range f.chain {
		f.chain[i].times = k.times[i]
	}
}

// Moments implements Counter.
func (s *Shared) Moments(ctx context.Context, table string, grain, from, to int64) (*Moments, error) {
	c, ok := s.Source.(Counter)
	if !ok {
		return nil, nil
	}
	return told(s, fmt.Sprintln("moments", table, grain, from, to), func() (*Moments, error) { return c.Moments(ctx, table, grain, from, to) })
}

// Carrying implements Counter.
func (s *Shared) Carrying(ctx context.Context, table string, groups [][]string, from, to int64) (*Carrying, error) {
	c, ok := s.Source.(Counter)
	if !ok {
		return nil, nil
	}
	return told(s, fmt.Sprintf("carrying %q %q %d %d", table, groups, from, to), func() (*Carrying, error) { return c.Carrying(ctx, table, groups, from, to) })
}

// mostSaid bounds the answers that are kept, of which each may have a number for every minute of a stretch.
const mostSaid = 64

func told[T any](s *Shared, question string, ask func() (T, error)) (T, error) {
	if known, ok := s.said[question]; ok {
		return known.(T), nil
	}
	answer, err := ask()
	if err == nil && len(s.said) < mostSaid {
		s.said[question] = answer
	}
	return answer, err
}

// Exact implements Exact for sources that are.
func (s *Shared) Exact(table string, p Predicate) bool {
	e, ok := s.Source.(Exact)
	return ok && e.Exact(table, p)
}

// Deep implements Deep for sources that do.
func (s *Shared) Deep(table, column string) bool {
	d, ok := s.Source.(Deep)
	return ok && d.Deep(table, column)
}

// Sought implements Seeker for sources that do.
func (s *Shared) Sought(table, column string) bool {
	seeker, ok := s.Source.(Seeker)
	return ok && seeker.Sought(table, column)
}

// Keys implements Seeker for sources that do.
func (s *Shared) Keys(table, column string) []string {
	if seeker, ok := s.Source.(Seeker); ok {
		return seeker.Keys(table, column)
	}
	return nil
}

// Seek implements Seeker: only of columns that are sought is anything asked.
func (s *Shared) Seek(ctx context.Context, events []int64, ask *Ask) ([]int32, error) {
	return s.Source.(Seeker).Seek(ctx, events, ask)
}

// Foresee implements Seeker.
func (s *Shared) Foresee(asks []*Ask) {
	if seeker, ok := s.Source.(Seeker); ok {
		seeker.Foresee(asks)
	}
}

// printed says what a feed's rows are made of, alike for feeds that have the same rows; "" where that is not told.
func (f *feed) printed(ns needs) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q", f.scan.Table)
	for i, name := range f.scan.Columns {
		if ns.of(f.scan, i) {
			fmt.Fprintf(&b, " %q", name)
		} else {
			b.WriteString(" -")
		}
	}
	for k := range f.chain {
		var exprs []plan.Expr
		switch n := f.chain[k].node.(type) {
		case *plan.Filter:
			b.WriteString("\nwhere")
			exprs = slices.Concat(f.chain[k].source, f.chain[k].static)
		case *plan.Project:
			b.WriteString("\nproject")
			exprs = n.Exprs
		default:
			return ""
		}
		for _, x := range exprs {
			b.WriteString(" ")
			printExpr(&b, x)
		}
		fmt.Fprint(&b, f.chain[k].bounds)
		for i := range f.chain[k].node.Schema() {
			fmt.Fprint(&b, ns.of(f.chain[k].node, i))
		}
	}
	return b.String()
}

// printExpr prints an expression of columns, literals and calls, which is what the static part of a plan is made of.
func printExpr(b *strings.Builder, x plan.Expr) {
	switch x := x.(type) {
	case *plan.Col:
		fmt.Fprintf(b, "#%d:%d", x.Index, x.T)
	case *plan.Lit:
		fmt.Fprintf(b, "%d %#v", x.Value.Type, x.Value.Value(0))
	case *plan.Call:
		fmt.Fprintf(b, "%p:%d(", x.Func, x.T)
		for _, a := range x.Args {
			printExpr(b, a)
			b.WriteString(" ")
		}
		b.WriteString(")")
	default:
		fmt.Fprintf(b, "%p", x) // like nothing else
	}
}
