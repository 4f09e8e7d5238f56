package exec

import (
	"context"
	"math"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Carried notes which of some columns of a table have a value in any event of [from, to). The events are read once for all of those that are
// not noted yet, and no further than to where each has been found, or through so many events.
func Carried(ctx context.Context, src Source, table string, columns []string, carried map[string]bool, from, to int64, most int) error {
	columns = slices.DeleteFunc(slices.Clone(columns), func(name string) bool { return carried[name] })
	if seeker, ok := src.(Seeker); ok {
		for i := 0; i < len(columns); {
			ask := present(seeker, table, columns[i])
			if ask == nil {
				i++
				continue
			}
			if err := carriedOf(ctx, src, table, columns[i:i+1], ask, carried, from, to, most); err != nil {
				return err
			}
			columns = slices.Delete(columns, i, i+1)
		}
	}
	if len(columns) == 0 {
		return nil
	}
	return carriedOf(ctx, src, table, columns, nil, carried, from, to, most)
}

// carriedOf is Carried of columns that are not noted yet, in those events that are asked for.
func carriedOf(ctx context.Context, src Source, table string, columns []string, ask *Ask, carried map[string]bool, from, to int64, most int) error {
	req := Request{Table: table, Columns: columns, From: from, To: to}
	if to == 0 && from == 0 {
		req.From, req.To = math.MinInt64, math.MaxInt64
	}
	if len(columns) == 1 {
		req.Where = []Predicate{{Column: columns[0], Op: NotNull}}
	}
	places := make([]int, len(columns))
	for i := range columns {
		places[i] = i
	}
	r := newRun(&function.Env{Context: ctx}, src, Options{})
	defer r.close()
	in := &scanned{run: r, node: &plan.Scan{Table: table}, req: req, places: places, ask: ask}
	for missing := len(columns); missing > 0 && (in.looked < most || in.rest != nil); {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := in.next()
		if b == nil || err != nil {
			return err
		}
		for i, name := range columns {
			if carried[name] {
				continue
			}
			v, err := b.Columns[i].Read(ctx)
			if err != nil {
				return err
			}
			if nulls := without(v); nulls.Count() < b.Len {
				carried[name] = true
				missing--
			}
		}
	}
	return nil
}

// Deep is a Source that can tell columns which it must decode from the records themselves.
type Deep interface {
	Deep(table, column string) bool
}

// Carrying is what a table's events carry.
type Carrying struct {
	Events, Carrying int             // in all, and those that have a value in at least one column of every group
	Carried          map[string]bool // the columns that any event has a value in
}

// Count looks at all events of a table in [from, to), and which of them have a value in each group of columns.
func Count(ctx context.Context, src Source, table, time string, groups [][]string, from, to int64) (Carrying, error) {
	if counter, ok := src.(Counter); ok {
		c, err := counter.Carrying(ctx, table, groups, from, to)
		if err != nil {
			return Carrying{}, err
		}
		if c != nil {
			return *c, nil
		}
	}
	c := Carrying{Carried: map[string]bool{}}
	var columns []string
	if time != "" {
		columns = append(columns, time)
	}
	places := make([][]int, len(groups))
	for i, group := range groups {
		for _, name := range group {
			at := slices.Index(columns, name)
			if at < 0 {
				at = len(columns)
				columns = append(columns, name)
			}
			places[i] = append(places[i], at)
		}
	}
	r := newRun(&function.Env{Context: ctx}, src, Options{})
	defer r.close()
	all := make([]int, len(columns))
	for i := range all {
		all[i] = i
	}
	in := &scanned{run: r, node: &plan.Scan{Table: table}, req: Request{Table: table, Columns: columns, From: from, To: to}, places: all}
	for {
		if err := ctx.Err(); err != nil {
			return c, err
		}
		b, err := in.next()
		if b == nil || err != nil {
			return c, err
		}
		c.Events += b.Len
		c.Carrying += c.count(b, columns, places)
	}
}

func (c *Carrying) count(b *batch, columns []string, groups [][]int) int {
	lacking := column.NewBitmap(b.Len) // some group has no value
	none := column.NewBitmap(b.Len)
	for _, group := range groups {
		for i := range none {
			none[i] = ^uint64(0)
		}
		for _, at := range group {
			nulls := without(b.Columns[at])
			if nulls.Count() < b.Len {
				c.Carried[columns[at]] = true
			}
			for i := range none {
				if nulls == nil {
					none[i] = 0
				} else {
					none[i] &= nulls[i]
				}
			}
		}
		for i := range lacking {
			lacking[i] |= none[i]
		}
	}
	if r := b.Len & 63; r != 0 {
		lacking[len(lacking)-1] &= 1<<r - 1
	}
	return b.Len - lacking.Count()
}

// without are the rows of a vector that have no value; nil for none.
func without(v *column.Vector) column.Bitmap {
	if v.Offsets == nil && v.Type != column.Null {
		return v.Nulls
	}
	nulls := column.NewBitmap(v.Len)
	for i := range v.Len {
		if v.IsNull(i) {
			nulls.Set(i)
		}
	}
	return nulls
}
