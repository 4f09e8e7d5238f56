package store

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"casebook/engine"
)

// fold is the hits that make one alert.
type fold struct {
	field, entity string
	since, until  int64
	hits          []*engine.Hit
}

// foldHits are the alerts that hits make: those of one entity while their windows overlap.
func foldHits(rule *engine.Rule, hits []engine.Hit) []fold {
	type who struct{ field, entity string }
	by := map[who][]*engine.Hit{}
	var order []who
	for i := range hits {
		field, entity := EntityOf(rule, &hits[i])
		w := who{field, entity}
		if by[w] == nil {
			order = append(order, w)
		}
		by[w] = append(by[w], &hits[i])
	}
	var folds []fold
	for _, w := range order {
		list := by[w]
		slices.SortStableFunc(list, func(a, b *engine.Hit) int {
			return cmp.Or(cmp.Compare(a.Tick, b.Tick), cmp.Compare(a.Index, b.Index))
		})
		for _, h := range list {
			// So that a silence is one however its windows lie: where they only touch, nothing happened in between either.
			from := h.Window.From
			if w.entity == "" && ofSilence(rule, h) {
				from--
			}
			if n := len(folds) - 1; n >= 0 && folds[n].field == w.field && folds[n].entity == w.entity && from < folds[n].until {
				folds[n].until = max(folds[n].until, h.Window.To)
				folds[n].hits = append(folds[n].hits, h)
				continue
			}
			folds = append(folds, fold{w.field, w.entity, h.Window.From, h.Window.To, []*engine.Hit{h}})
		}
	}
	slices.SortStableFunc(folds, func(a, b fold) int {
		return cmp.Or(cmp.Compare(a.hits[0].Tick, b.hits[0].Tick), cmp.Compare(a.entity, b.entity))
	})
	return folds
}

// ofSilence tells whether a hit says that something did not happen: no event is behind it, or its rule wants more rows than there are.
func ofSilence(rule *engine.Rule, h *engine.Hit) bool {
	return len(h.Events) == 0 || rule.Trigger.Operator == "lt"
}

// EntityOf is whom a hit is about: the first of the rule's entity columns that has a value in the row. An empty text is none: KQL's are never
// null. Those who are there where a rule wants more are not whom it is about.
func EntityOf(rule *engine.Rule, h *engine.Hit) (field, entity string) {
	if rule.Trigger.Operator == "lt" {
		return "", ""
	}
	for _, name := range rule.Entity {
		for i, c := range h.Columns {
			if c.Name != name || h.Row[i] == nil || h.Row[i] == "" {
				continue
			}
			field = name
			if mapped, ok := rule.Fields[name]; ok {
				field = mapped
			}
			return field, textOf(h.Row[i])
		}
	}
	return "", ""
}

func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var b bytes.Buffer
		for i, x := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(textOf(x))
		}
		return b.String()
	}
	return fmt.Sprint(v)
}

// rate is how severe and how risky the worst of the hits are: one of them can be all that an analyst has to see.
func (f *fold) rate(rule *engine.Rule) (engine.Severity, int) {
	severity, risk := rule.Rate(f.hits[0])
	for _, h := range f.hits[1:] {
		s, n := rule.Rate(h)
		if s.Rank() > severity.Rank() {
			severity = s
		}
		risk = max(risk, n)
	}
	return severity, risk
}

// digest is the same for the same fold, so that a run that finds nothing new writes nothing.
func (f *fold) digest(rule *engine.Rule, severity engine.Severity, risk int) ([]byte, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %d %q %q", rule.Title, severity, risk, f.field, f.entity)
	for _, hit := range f.hits {
		columns, err := encodeColumns(hit.Columns)
		if err != nil {
			return nil, err
		}
		row, err := encodeRow(hit.Row)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(h, "\n%d %d %d %d %t %q %q ", hit.Tick, hit.Index, hit.Window.From, hit.Window.To, hit.OverCap, columns, row)
		for _, id := range hit.Events {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(id)))
		}
	}
	return h.Sum(nil), nil
}
