package tui

import (
	"cmp"
	"context"

	"casebook/engine/column"
	"casebook/store"
)

// Alerts are related when they are near each other in time and about the same: the same entity, or one that the events behind the
// other name. An alert of an account is related to those of its users that way, and they to it. One about nobody, a silence, is related to
// those of its rule.

// relative is a related alert, and what it has in common with the one that it is related to.
type relative struct {
	store.Alert
	same string
}

// near is how far around an alert others are related to it.
const near = 48 * column.Hour

// mostRelatives bounds the related alerts that are listed, and mostNamed the entities that they are looked for by.
const (
	mostRelatives = 50
	mostNamed     = 20
)

// relatives are the alerts near another whose entities are its own or among those that events behind it name.
func (a *App) relatives(ctx context.Context, alert *store.Alert, behind []store.EventRow) ([]relative, error) {
	same := map[string]string{alert.Entity: kindWord(alert.EntityField)}
	named := []store.AlertFilter{{Entity: alert.Entity}}
	if alert.Entity == "" {
		same, named = map[string]string{}, []store.AlertFilter{{Rule: alert.Rule}}
	}
	for i := range behind {
		e := &behind[i]
		for _, n := range []struct{ kind, value string }{{"user", e.User}, {"account", e.Account}, {"resource", e.Resource}, {"address", e.IP}} {
			if _, known := same[n.value]; n.value != "" && !known && len(named) < mostNamed {
				same[n.value], named = n.kind, append(named, store.AlertFilter{Entity: n.value})
			}
		}
	}
	found, err := a.Store.Alerts(ctx, store.AlertFilter{Either: [][]store.AlertFilter{named}, From: alert.Window.From - near, To: alert.Window.To + near, Order: store.ByTime}, store.Cursor{}, mostRelatives)
	if err != nil {
		return nil, err
	}
	var list []relative
	for _, other := range found {
		if other.ID != alert.ID {
			list = append(list, relative{other, cmp.Or(same[other.Entity], "rule")})
		}
	}
	return list, nil
}

// kindWord is the kind of entity that a rule's field names, in a word.
func kindWord(field string) string {
	slot, known := store.SlotOf(field)
	if !known {
		return "entity"
	}
	return slot.String()
}
