package main

import (
	"context"

	"casebook/store"
)

func (a *app) workbench(ctx context.Context, db *store.DB, o openOptions) error {
	return a.printAlerts(ctx, db, store.AlertFilter{}, false)
}
