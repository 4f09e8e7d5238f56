package tui

import (
	"context"

	"casebook/engine"
	"casebook/guides"
	"casebook/store/event"
)

// mostAsked bounds the events whose records are decoded for the fields that a guide's steps ask about. The typed fields of
// all events behind an alert are looked at; the rest is decoded from the evidence, which costs more.
const mostAsked = 200

// factsOf is what the steps of an alert's guide can bind: the alert, its row, then the fields of the events behind it, which
// gives back what an aggregating rule dropped.
func (a *App) factsOf(ctx context.Context, d *dossier) (guides.Facts, error) {
	f := guides.Facts{}
	f.Alert(d.alert.Window, d.alert.Last)
	f.Set("alert_id", d.alert.ID)
	f.Set("rule_id", d.alert.Rule)
	f.Set("entity", d.alert.Entity)
	if d.detection != nil {
		f.Row(&d.detection.Rule, d.peak.Columns, d.peak.Row)
	}
	if d.alert.EntityField != "" {
		f.Set(d.alert.EntityField, d.alert.Entity)
	}
	rows, err := a.Store.EventsOf(ctx, d.alert.ID, 0, mostEvidence)
	if err != nil {
		return nil, err
	}
	behind := map[string][]any{}
	for i := range rows {
		for _, c := range slotColumns(rows[i].Source) {
			if v := rows[i].Text(c.Slot); v != "" {
				behind[c.Field.Name] = append(behind[c.Field.Name], v)
			}
		}
	}
	for i := range min(len(rows), mostAsked) {
		fields, err := a.Store.Fields(ctx, rows[i].ID)
		if err != nil {
			break // the evidence file is not at hand: steps go by the typed fields
		}
		for _, field := range fields {
			if s, ok := field.Value.(string); ok && len(s) > longestCell {
				continue // a prompt is not a parameter
			}
			behind[field.Name] = append(behind[field.Name], field.Value)
		}
	}
	for name, values := range behind {
		f.Set(name, values...)
	}
	return f, nil
}

// paramsOf are what the parameters of a step of an alert's guide stand for.
func (a *App) paramsOf(ctx context.Context, alert int64, key string) (engine.Params, error) {
	d, err := a.dossier(ctx, alert)
	if err != nil || d.detection == nil {
		return nil, err
	}
	facts, err := a.factsOf(ctx, &d)
	if err != nil {
		return nil, err
	}
	for _, step := range d.detection.Guide.Steps() {
		if step.Key == key {
			params, _ := guides.Bind(step, facts)
			return params, nil
		}
	}
	return nil, nil
}

// slotColumns are the text columns of a source's views that are kept in typed fields.
func slotColumns(source string) []event.Column {
	var columns []event.Column
	for _, t := range event.Tables() {
		for _, s := range t.Sources {
			if s != source {
				continue
			}
			for _, c := range t.Columns {
				if c.From == event.FromSlot && c.Slot.IsText() {
					columns = append(columns, c)
				}
			}
		}
	}
	return columns
}
