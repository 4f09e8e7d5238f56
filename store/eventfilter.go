package store

import (
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
