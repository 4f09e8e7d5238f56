package main

import (
	"context"
	"fmt"
	"strconv"

	"casebook/engine"
	"casebook/store"
)

// printHits writes each hit of each run of the rules that ran.
func (a *app) printHits(ctx context.Context, db *store.DB, f *found, asJSON bool) error {
	for _, e := range f.ended {
		err := db.HitsOfRule(ctx, e.rule.Rule.ID, func(h engine.Hit) error {
			if f.until != 0 && h.Tick > f.until {
				return nil
			}
			if asJSON {
				_, err := a.out.Write(hitJSON(h))
				return err
			}
			line := minute(h.Tick) + "  " + h.Rule
			for i, c := range h.Columns {
				line += "  " + c.Name + "=" + plain(c.Type, h.Row[i])
			}
			_, err := fmt.Fprintln(a.out, harmless(line))
			return err
		})
		if err != nil {
			return storeError(err)
		}
	}
	return nil
}

func hitJSON(h engine.Hit) []byte {
	b := []byte(`{"rule":`)
	b = appendString(b, h.Rule)
	b = append(b, `,"tick":`...)
	b = appendString(b, instant(h.Tick))
	b = append(b, `,"window":{"from":`...)
	b = appendString(b, instant(h.Window.From))
	b = append(b, `,"to":`...)
	b = appendString(b, instant(h.Window.To))
	b = append(b, `},"row":`...)
	b = appendRow(b, h.Columns, h.Row)
	b = append(b, `,"events":`...)
	b = strconv.AppendInt(b, int64(len(h.Events)), 10)
	if h.OverCap {
		b = append(b, `,"over_cap":true`...)
	}
	return append(b, "}\n"...)
}
