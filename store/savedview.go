package store

import (
	"context"
	"fmt"
	"time"
)

// View is a filter and an order of a screen that someone keeps under a name, for all who open the store.
type View struct {
	Name      string
	Screen    string // alerts or events
	Filter    string // as it is typed
	Order     Order
	Ascending bool
	Changed   time.Time
	Actor     string
}

// SaveView keeps a view; one of that name is replaced.
func (db *DB) SaveView(ctx context.Context, v View) error {
	return db.write(ctx, "keep a view", func(tx *Tx) error {
		was, err := tx.view(v.Name)
		if err != nil {
			return err
		}
		is := &viewState{v.Screen, v.Filter, v.Order, v.Ascending}
		if err := tx.setView(v.Name, is); err != nil || was != nil && *was == *is {
			return err
		}
		return tx.ownChange("view", v.Name, was, is)
	})
}

// DropView forgets a view.
func (db *DB) DropView(ctx context.Context, name string) error {
	return db.write(ctx, "forget a view", func(tx *Tx) error {
		was, err := tx.view(name)
		if err != nil {
			return err
		}
		if was == nil {
			return fmt.Errorf("view %q: %w", name, ErrNotFound)
		}
		if err := tx.setView(name, nil); err != nil {
			return err
		}
		return tx.ownChange("view", name, was, nil)
	})
}

// Views are the views that are kept, by their names.
func (db *DB) Views(ctx context.Context) ([]View, error) {
	var views []View
	err := each(ctx, db.readers, "select name, screen, filter, order_, ascending, changed, actor from view order by name", nil, func(scan func(...any) error) error {
		var v View
		var at int64
		err := scan(&v.Name, &v.Screen, &v.Filter, &v.Order, &v.Ascending, &at, &v.Actor)
		v.Changed = time.Unix(0, at).UTC()
		views = append(views, v)
		return err
	})
	return views, db.trouble("read views", err)
}
