package store

import (
	"context"
	"fmt"
	"io"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
)

// alertFields are the columns of casebook.alerts and what each shows. An alert stands at its last tick. The entity has a column under
// every name that rules give entities, which is null in the alerts of other entities.
var alertFields = []struct {
	column.Field
	value func(*Alert) any
}{
	{column.Field{Name: "@timestamp", Type: column.Time}, func(a *Alert) any { return a.Last }},
	{column.Field{Name: "alert.id", Type: column.Long}, func(a *Alert) any { return a.ID }},
	{column.Field{Name: "alert.severity", Type: column.String}, func(a *Alert) any { return string(a.Severity) }},
	{column.Field{Name: "alert.risk_score", Type: column.Long}, func(a *Alert) any { return int64(a.Risk) }},
	{column.Field{Name: "alert.status", Type: column.String}, func(a *Alert) any { return string(a.Status) }},
	{column.Field{Name: "alert.class", Type: column.String}, func(a *Alert) any { return orNil(string(a.Class)) }},
	{column.Field{Name: "alert.owner", Type: column.String}, func(a *Alert) any { return orNil(a.Owner) }},
	{column.Field{Name: "alert.hits", Type: column.Long}, func(a *Alert) any { return int64(a.Hits) }},
	{column.Field{Name: "alert.events", Type: column.Long}, func(a *Alert) any { return int64(a.Events) }},
	{column.Field{Name: "alert.start", Type: column.Time}, func(a *Alert) any { return a.Window.From }},
	{column.Field{Name: "alert.end", Type: column.Time}, func(a *Alert) any { return a.Window.To }},
	{column.Field{Name: "rule.id", Type: column.String}, func(a *Alert) any { return a.Rule }},
	{column.Field{Name: "rule.name", Type: column.String}, func(a *Alert) any { return a.Title }},
	{column.Field{Name: "entity.field", Type: column.String}, func(a *Alert) any { return orNil(a.EntityField) }},
	{column.Field{Name: "entity", Type: column.String}, func(a *Alert) any { return orNil(a.Entity) }},
	{column.Field{Name: "user.id", Type: column.String}, entityUnder("user.id")},
	{column.Field{Name: "cloud.account.id", Type: column.String}, entityUnder("cloud.account.id")},
	{column.Field{Name: "azure.resource.name", Type: column.String}, entityUnder("azure.resource.name")},
	{column.Field{Name: "gen_ai.request.model.id", Type: column.String}, entityUnder("gen_ai.request.model.id")},
}

func entityUnder(field string) func(*Alert) any {
	slot, _ := SlotOf(field)
	return func(a *Alert) any {
		if s, ok := SlotOf(a.EntityField); a.EntityField == field || ok && s == slot {
			return orNil(a.Entity)
		}
		return nil
	}
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func alertsTable() *plan.Table {
	t := &plan.Table{Name: AlertsTable, Time: "@timestamp"}
	for _, f := range alertFields {
		t.Fields = append(t.Fields, f.Field)
	}
	return t
}

// scanAlerts reads the table of alerts, whole: it is small beside the events.
func (db *DB) scanAlerts(ctx context.Context, r exec.Request) (exec.Scanner, error) {
	var values []func(*Alert) any
	var builders []*column.Builder
	for _, name := range r.Columns {
		found := false
		for _, f := range alertFields {
			if f.Name == name {
				values, builders, found = append(values, f.value), append(builders, column.NewBuilder(f.Type, 0)), true
			}
		}
		if !found {
			return nil, fmt.Errorf("no column %q in %s", name, AlertsTable)
		}
	}
	b := &column.Batch{}
	err := each(ctx, db.readers, "select "+alertColumns+" from alert where stale = 0 and last_tick >= ? and last_tick < ? order by last_tick, id",
		[]any{r.From, r.To}, func(scan func(...any) error) error {
			a, err := scanAlert(scan)
			for i, value := range values {
				builders[i].Value(value(&a))
			}
			b.Events = append(b.Events, 0)
			b.Len++
			return err
		})
	if err != nil {
		return nil, db.trouble("read alerts", err)
	}
	for _, x := range builders {
		b.Columns = append(b.Columns, x.Vector())
	}
	return &oneBatch{b}, nil
}

// oneBatch is a scanner over one batch.
type oneBatch struct{ batch *column.Batch }

func (o *oneBatch) Next() (*column.Batch, error) {
	b := o.batch
	o.batch = nil
	if b == nil || b.Len == 0 {
		return nil, io.EOF
	}
	return b, nil
}

func (o *oneBatch) Close() error { return nil }
