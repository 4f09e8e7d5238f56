package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"casebook/store/event"
)

// EventFilter chooses events; zero members choose all.
type EventFilter struct {
	Source   string
	Where    map[string]string // event fields and their values: "user.id", or a slot's name such as "user"
	Terms    []Term            // that must all hold
	From, To int64             // [From, To) in ticks; both 0 for all of time
	IDs      []int64           // only these events, rising; nil for any
}

// Term is a condition on a field of events.
type Term struct {
	// Field is one that SlotOf or NumberOf knows, "source", "flag" (see event.Flags), or "" for any of the text fields.
	Field string
	Op    TermOp
	// Values are what Is and Like compare with: one of them must fit.
	Values []string
	// Number is what the comparisons of number fields compare with.
	Number int64
	// Not chooses the events that the rest of the term does not, those without a value among them.
	Not bool
}

// TermOp is how a term compares.
type TermOp uint8

// The comparisons. Like is Is with "*" for any run of characters, folding case.
const (
	Is TermOp = iota
	Like
	Present // has a value
	Below
	AtMost
	Above
	AtLeast
)

// fieldSlots are the text fields that events can be chosen by, by the names rules use, and amountSlots the numbers. The slots'
// own names go as well.
var (
	fieldSlots  = slotNames(event.Slot.IsText)
	amountSlots = slotNames(func(s event.Slot) bool { return s >= event.PromptTokens && s <= event.Duration })
)

func slotNames(of func(event.Slot) bool) map[string]event.Slot {
	slots := map[string]event.Slot{}
	for _, t := range event.Tables() {
		for _, c := range t.Columns {
			if c.From == event.FromSlot && of(c.Slot) {
				if _, taken := slots[c.Field.Name]; !taken {
					slots[c.Field.Name] = c.Slot
				}
			}
		}
	}
	for _, s := range event.Slots() {
		if of(s) {
			slots[s.String()] = s
		}
	}
	return slots
}

// SlotOf is the text field of events that a name of a rule's field stands for.
func SlotOf(name string) (event.Slot, bool) {
	s, ok := fieldSlots[name]
	return s, ok
}

// NumberOf is the number field of events that a name of a rule's field stands for.
func NumberOf(name string) (event.Slot, bool) {
	s, ok := amountSlots[name]
	return s, ok
}

// errNothing says that a filter names a value that no event has.
var errNothing = fmt.Errorf("no event has the value")

func (db *DB) eventWhere(ctx context.Context, f *EventFilter) (where, error) {
	var w where
	terms := f.Terms
	if f.Source != "" {
		terms = append(terms[:len(terms):len(terms)], Term{Field: "source", Values: []string{f.Source}})
	}
	for name, value := range f.Where {
		terms = append(terms[:len(terms):len(terms)], Term{Field: name, Values: []string{value}})
	}
	for _, t := range terms {
		condition, args, err := db.termSQL(ctx, &t)
		switch {
		case err == errNothing && t.Not:
			continue
		case err != nil:
			return w, err
		case t.Not:
			condition = "(" + condition + ") is not true"
		}
		w.add(condition, args...)
	}
	if f.IDs != nil {
		ids := make([]string, len(f.IDs))
		for i, id := range f.IDs {
			ids[i] = strconv.FormatInt(id, 10)
		}
		w.add("e.id in (" + strings.Join(ids, ",") + ")")
	}
	if f.From != 0 || f.To != 0 {
		w.add("e.time >= ? and e.time < ?", nanos(f.From), nanos(f.To))
	}
	return w, nil
}

// termSQL is a term's condition without its Not; errNothing where none can hold.
func (db *DB) termSQL(ctx context.Context, t *Term) (string, []any, error) {
	if slot, ok := NumberOf(t.Field); ok {
		return numberSQL(slot, t)
	}
	slot, known := SlotOf(t.Field)
	switch {
	case t.Field == "flag":
		return flagSQL(t)
	case !known && t.Field != "source" && t.Field != "":
		return "", nil, fmt.Errorf("no field %q to choose events by", t.Field)
	case t.Op > Present:
		return "", nil, fmt.Errorf("%s is text: it cannot be compared as a number", t.Field)
	case t.Op == Present:
		return "e." + textColumn(t.Field, slot) + " is not null", nil, nil
	}
	if slot == event.RequestID || slot == event.ResponseID {
		if t.Op == Like {
			return "", nil, fmt.Errorf("%s can be chosen by whole values only", t.Field)
		}
		args := make([]any, len(t.Values))
		for i, v := range t.Values {
			args[i] = packID(v)
		}
		return "e." + slot.String() + " in (" + strings.TrimSuffix(strings.Repeat("?,", len(args)), ",") + ")", args, nil
	}
	ids, err := db.wordsLike(ctx, t)
	if err != nil {
		return "", nil, err
	}
	if t.Field != "" {
		return "e." + textColumn(t.Field, slot) + " in (" + ids + ")", nil, nil
	}
	some := []string{"e.source in (" + ids + ")"}
	for _, s := range event.Slots() {
		if s.IsText() && s != event.RequestID && s != event.ResponseID {
			some = append(some, "e."+s.String()+" in ("+ids+")")
		}
	}
	return "(" + strings.Join(some, " or ") + ")", nil, nil
}

// textColumn is the column of a text field.
func textColumn(field string, slot event.Slot) string {
	if field == "source" {
		return field
	}
	return slot.String()
}

// mostWords bounds how many values a pattern may stand for.
const mostWords = 20_000

// wordsLike is the ids of the words that a term's values stand for, as SQL writes a list of numbers.
func (db *DB) wordsLike(ctx context.Context, t *Term) (string, error) {
	dict, err := db.dictionary(ctx, db.readers)
	if err != nil {
		return "", db.trouble("read events", err)
	}
	var ids []string
	if t.Op == Is {
		for _, v := range t.Values {
			id, err := db.wordID(ctx, v)
			if err != nil {
				return "", db.trouble("read events", err)
			}
			if id != 0 {
				ids = append(ids, strconv.Itoa(int(id)))
			}
		}
	} else {
		for id, word := range dict.Values[1:] {
			if word != "" && fitsAny(t.Values, word) {
				ids = append(ids, strconv.Itoa(id+1))
			}
		}
	}
	switch {
	case len(ids) == 0:
		return "", errNothing
	case len(ids) > mostWords:
		return "", fmt.Errorf("%q stands for %d values, which are too many; say more of it", strings.Join(t.Values, ","), len(ids))
	}
	return strings.Join(ids, ","), nil
}

func fitsAny(patterns []string, word string) bool {
	for _, p := range patterns {
		if fits(strings.ToLower(p), strings.ToLower(word)) {
			return true
		}
	}
	return false
}

// fits tells whether a pattern, in which "*" stands for any run of characters, is like all of a word.
func fits(pattern, word string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == word
	}
	if !strings.HasPrefix(word, head) {
		return false
	}
	word = word[len(head):]
	for {
		part, more, wild := strings.Cut(rest, "*")
		if !wild {
			return strings.HasSuffix(word, part)
		}
		at := strings.Index(word, part)
		if at < 0 {
			return false
		}
		word, rest = word[at+len(part):], more
	}
}

var comparisons = map[TermOp]string{Below: "<", AtMost: "<=", Above: ">", AtLeast: ">="}

func numberSQL(slot event.Slot, t *Term) (string, []any, error) {
	name := "e." + slot.String()
	switch t.Op {
	case Present:
		return name + " is not null", nil, nil
	case Like:
		return "", nil, fmt.Errorf("%s is a number: it has no pattern", t.Field)
	case Is:
		args := make([]any, len(t.Values))
		for i, v := range t.Values {
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				return "", nil, fmt.Errorf("%s is a number, not %q", t.Field, v)
			}
			args[i] = n
		}
		return name + " in (" + strings.TrimSuffix(strings.Repeat("?,", len(args)), ",") + ")", args, nil
	}
	return name + " " + comparisons[t.Op] + " ?", []any{t.Number}, nil
}

// flagSQL chooses events by what was observed about their records.
func flagSQL(t *Term) (string, []any, error) {
	if t.Op == Present {
		return "e.flags <> 0", nil, nil
	}
	var mask event.Flags
	for i, name := range event.AllFlags() {
		for _, v := range t.Values {
			// A word of the flag's name will do: "hidden" is "hidden characters".
			if word := strings.ToLower(v); strings.HasPrefix(strings.ToLower(name), word) || fits(word, strings.ToLower(name)) {
				mask |= 1 << i
			}
		}
	}
	if mask == 0 {
		return "", nil, fmt.Errorf("no flag %q; flags are %s", strings.Join(t.Values, ","), strings.Join(event.AllFlags(), ", "))
	}
	return "e.flags & ? <> 0", []any{int64(mask)}, nil
}
