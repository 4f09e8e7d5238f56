package why

import (
	"context"
	"errors"

	"casebook/guides"
	"casebook/store"
)

// Behind is the detection that raised an alert, as it was then: an alert explains itself after its rule was edited, or is not
// loaded any more. loaded is the rule as it is now, nil for none; edited tells that the two differ. It is nil where neither is
// to be had.
func Behind(ctx context.Context, db *store.DB, loaded *guides.Detection, alert *store.Alert) (d *guides.Detection, edited bool, err error) {
	text, err := db.TextBehind(ctx, alert.ID)
	if errors.Is(err, store.ErrNotFound) {
		return loaded, false, nil // from before texts were kept
	}
	if err != nil {
		return nil, false, err
	}
	if loaded != nil && loaded.Rule.Text == string(text.Text) {
		return loaded, false, nil
	}
	for _, d := range guides.ReadFiles([]guides.File{{Path: text.Path, Data: text.Text}}).Detections {
		if d.Rule.ID == alert.Rule {
			if loaded != nil {
				d.Call(loaded.Rule.Functions)
			}
			return d, loaded != nil, nil
		}
	}
	return loaded, loaded != nil, nil // this casebook cannot read what another one could
}
