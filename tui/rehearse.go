package tui

import (
	"context"
	"fmt"
	"time"

	"casebook/engine"
	"casebook/store"
)

// rehearse runs a rule over all that is loaded and keeps nothing of it: each hit is told with the entity that its alert would be about.
func (a *App) rehearse(ctx context.Context, rule *engine.Rule, budget time.Duration, hit func(entity string, tick int64)) error {
	from, to, _, err := a.Store.Span(ctx)
	if err != nil {
		return err
	}
	report, err := engine.Replay(ctx, rule, a.Store, engine.ReplayOptions{Span: engine.Window{From: from, To: to}, Budget: budget}, func(h engine.Hit) error {
		_, entity := store.EntityOf(rule, &h)
		hit(entity, h.Tick)
		return nil
	})
	switch {
	case err != nil:
		return err
	case report.Outcome == engine.OutcomePartial || report.Outcome == engine.OutcomeFailed:
		return fmt.Errorf("the rule did not get through all that is loaded: %s", report.Reason)
	}
	return nil
}

// alertsOf are all alerts of a rule.
func (a *App) alertsOf(ctx context.Context, rule string) ([]store.Alert, error) {
	var all []store.Alert
	after := store.Cursor{}
	for {
		page, err := a.Store.Alerts(ctx, store.AlertFilter{Rule: rule}, after, pageSize)
		all = append(all, page...)
		if err != nil || len(page) < pageSize {
			return all, err
		}
		after = page[len(page)-1].After("")
	}
}
