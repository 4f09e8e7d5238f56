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
		if _, err := tx.exec(`insert into view (name, screen, filter, order_, ascending, changed, actor) values (?,?,?,?,?,?,?)
			on conflict (name) do update set screen = excluded.screen, filter = excluded.filter, order_ = excluded.order_,
			ascending = excluded.ascending, changed = excluded.changed, actor = excluded.actor`,
			v.Name, v.Screen, v.Filter, string(v.Order), v.Ascending, tx.now.UnixNano(), tx.actor.Name); err != nil {
			return err
		}
		return tx.journal("view save", "view", 0, map[string]any{"name": v.Name, "screen": v.Screen, "filter": v.Filter, "order": v.Order, "ascending": v.Ascending})
	})
}

// DropView forgets a view.
func (db *DB) DropView(ctx context.Context, name string) error {
	return db.write(ctx, "forget a view", func(tx *Tx) error {
		r, err := tx.exec("delete from view where name = ?", name)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return fmt.Errorf("view %q: %w", name, ErrNotFound)
		}
		return tx.journal("view drop", "view", 0, map[string]any{"name": name})
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
