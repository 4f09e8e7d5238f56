package tui

import (
	"fmt"
	"slices"
	"strconv"

	"casebook/engine/column"
	"casebook/store"
	"casebook/store/event"
)

// timeWords are the words of a filter that bound its time: from:2026-06-08T02:00, to:05:00, last:24h before now.
var timeWords = []string{"from", "to", "last"}

// eventFields are the names that the events' filter offers: the events' own fields.
var eventFields = func() []string {
	names := append([]string{"source", "flag"}, timeWords...)
	for _, s := range event.Slots() {
		if s != event.Time {
			names = append(names, s.String())
		}
	}
	slices.Sort(names)
	return names
}()

func isEventField(name string) bool {
	_, text := store.SlotOf(name)
	_, number := store.NumberOf(name)
	return text || number || name == "source" || name == "flag" || slices.Contains(timeWords, name)
}

// readEventFilter reads the filter of a list of events. asOf is what "last" counts back from.
func readEventFilter(text string, clock Clock, asOf int64) (store.EventFilter, error) {
	var f store.EventFilter
	words, err := readWords(text, isEventField, eventFields)
	if err != nil {
		return f, err
	}
	for _, w := range words {
		if w.off {
			continue
		}
		if slices.Contains(timeWords, w.field) {
			if err := clock.bound(&f.From, &f.To, w, asOf); err != nil {
				return f, err
			}
			continue
		}
		t, err := eventTerm(w)
		if err != nil {
			return f, err
		}
		f.Terms = append(f.Terms, t)
	}
	if f.From != 0 && f.To == 0 {
		f.To = endOfTime
	}
	if f.To != 0 && f.From >= f.To {
		return f, fmt.Errorf("the filter's time ends at %s, before it begins", clock.value(column.ToTime(f.To)))
	}
	return f, nil
}

// endOfTime is where a filter ends that says only where it begins.
const endOfTime = 1 << 56

var termOps = map[string]store.TermOp{">": store.Above, ">=": store.AtLeast, "<": store.Below, "<=": store.AtMost}

func eventTerm(w word) (store.Term, error) {
	t := store.Term{Field: w.field, Values: w.values, Not: w.not}
	switch {
	case w.field == "":
		t.Op, t.Values = store.Like, []string{"*" + w.values[0] + "*"}
	case w.operator != ":":
		if _, ok := store.NumberOf(w.field); !ok {
			return t, fmt.Errorf("%s is text: it can be %s:VALUE, not %s", w.field, w.field, w.text)
		}
		n, err := wholeNumber(w.values[0])
		if err != nil || len(w.values) > 1 {
			return t, fmt.Errorf("wanted a number after %s in %s", w.operator, w.text)
		}
		t.Op, t.Number = termOps[w.operator], n
	case w.pattern && len(w.values) == 1 && w.values[0] == "*":
		t.Op, t.Values = store.Present, nil
	case w.pattern:
		t.Op = store.Like
	}
	return t, nil
}

// wholeNumber reads 8000, 8k or 1.5M.
func wholeNumber(s string) (int64, error) {
	scale := 1.0
	switch s[len(s)-1] {
	case 'k', 'K':
		scale = 1e3
	case 'M', 'm':
		scale = 1e6
	}
	if scale == 1 {
		return strconv.ParseInt(s, 10, 64)
	}
	f, err := strconv.ParseFloat(s[:len(s)-1], 64)
	return int64(f * scale), err
}

// bound narrows a span by one of the words of time.
func (c Clock) bound(from, to *int64, w word, asOf int64) error {
	if w.not || w.operator != ":" || len(w.values) != 1 {
		return fmt.Errorf("a time is from:TIME, to:TIME or last:24h, not %s", w.text)
	}
	if w.field == "last" {
		d, err := parseSpan(w.values[0])
		if err != nil {
			return err
		}
		*from, *to = asOf-int64(d/100), asOf+1
		return nil
	}
	at, err := c.Read(w.values[0], asOf)
	if err != nil {
		return err
	}
	if w.field == "from" {
		*from = at
	} else {
		*to = at
	}
	return nil
}
