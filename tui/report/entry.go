package report

import (
	"encoding/json"
	"fmt"
	"strings"

	"casebook/store"
)

// What is done to a case is done to its alerts too: answers and verdicts are theirs. The journal of both is read as one.

// change is what an entry of the journal keeps of a change.
type change struct {
	Object string          `json:"object"`
	Kind   string          `json:"kind"`
	Before json.RawMessage `json:"before"`
	After  json.RawMessage `json:"after"`
	From   json.RawMessage `json:"from"`
	To     json.RawMessage `json:"to"`

	payload string
}

// EntryText is what a change came to, in words; an entry of another kind is shown as it is kept.
func EntryText(e *store.Entry) string {
	c := change{payload: e.Payload}
	if err := json.Unmarshal([]byte(e.Payload), &c); err != nil {
		return e.Payload
	}
	if len(c.After) == 0 {
		c.Before, c.After = c.From, c.To
	}
	kind := e.Action
	if c.Kind != "" {
		kind = c.Kind
	}
	if tell := changeTexts[kind]; tell != nil {
		if text, err := tell(&c); err == nil {
			return text
		}
	}
	return e.Payload
}

// changeTexts are the kinds of changes that are told in words.
var changeTexts = map[string]func(*change) (string, error){
	"status":    (*change).status,
	"case":      (*change).status,
	"answer":    (*change).answer,
	"note":      (*change).note,
	"exception": (*change).exception,
	"reveal":    (*change).reveal,
	"story":     (*change).story,
	"pin":       (*change).pin,
	"members":   (*change).members,
	"new":       (*change).opened,
}

func (c *change) status() (string, error) {
	var st store.CaseState
	err := json.Unmarshal(c.After, &st)
	parts := []string{string(st.Status)}
	for _, more := range []string{string(st.Class), st.Reason, ownedBy(st.Owner)} {
		if more != "" {
			parts = append(parts, more)
		}
	}
	return strings.Join(parts, "  "), err
}

func (c *change) answer() (string, error) {
	var was, is *store.Answer
	_ = json.Unmarshal(c.Before, &was) // absent in what older versions kept
	err := json.Unmarshal(c.After, &is)
	return c.Object + ": " + answerChange(was, is), err
}

func (c *change) note() (string, error) {
	var n struct{ Text string }
	err := json.Unmarshal(c.After, &n)
	return n.Text, err
}

func (c *change) exception() (string, error) {
	var n *struct{ Name string }
	err := json.Unmarshal(c.After, &n)
	if n == nil {
		return c.Object + " taken away", err
	}
	return c.Object + "  " + n.Name, err
}

func (c *change) reveal() (string, error) {
	var n struct{ What, Reason string }
	err := json.Unmarshal([]byte(c.payload), &n)
	return n.What + " shown as it is, because: " + n.Reason, err
}

func (c *change) story() (string, error) {
	var text string
	err := json.Unmarshal(c.After, &text)
	return fmt.Sprintf("story of %s", many(len(text), "byte")), err
}

func (c *change) pin() (string, error) {
	var n struct {
		Name, Note string
		Shown      bool
	}
	err := json.Unmarshal(c.After, &n)
	text := n.Name
	if !n.Shown {
		text += " taken out"
	}
	if n.Note != "" {
		text += ": " + n.Note
	}
	return text, err
}

func (c *change) members() (string, error) {
	var n struct {
		In     bool
		Alerts []int64
		Pins   []struct{ Name string }
	}
	err := json.Unmarshal(c.After, &n)
	verb := "taken out"
	if n.In {
		verb = "put in"
	}
	return fmt.Sprintf("%s %s%s", alertNumbers(n.Alerts), verb, withPins(n.Pins)), err
}

func (c *change) opened() (string, error) {
	var n struct {
		Title  string
		Alerts []int64
		Pins   []struct{ Name string }
	}
	err := json.Unmarshal(c.After, &n)
	// What else is space to Unicode is shown.
	return strings.Trim(n.Title+"  "+alertNumbers(n.Alerts)+withPins(n.Pins), " "), err
}

// withPins names the evidence that alerts brought along.
func withPins(pins []struct{ Name string }) string {
	if len(pins) == 0 {
		return ""
	}
	names := make([]string, len(pins))
	for i, p := range pins {
		names[i] = p.Name
	}
	return " with " + strings.Join(names, " ")
}

func ownedBy(owner string) string {
	if owner == "" {
		return ""
	}
	return "owner " + owner
}

func alertNumbers(ids []int64) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = fmt.Sprintf("#%d", id)
	}
	return strings.Join(words, " ")
}

// EntryText is what an entry came to, with the alert that it is about.
func (r *Report) EntryText(e *store.Entry) string {
	if e.Object == "alert" {
		return fmt.Sprintf("#%d %s", e.Number, EntryText(e))
	}
	return EntryText(e)
}

// Closed is the entry that gave the case its verdict; nil while it has none.
func (r *Report) Closed() *store.Entry {
	if r.Case.Status != store.CaseClosed {
		return nil
	}
	var last *store.Entry
	for i := range r.Log {
		var p struct{ Before, From, After, To json.RawMessage }
		e := &r.Log[i]
		if e.Object != "case" || json.Unmarshal([]byte(e.Payload), &p) != nil {
			continue
		}
		if is := statusIn(p.After, p.To); is == store.CaseClosed && statusIn(p.Before, p.From) != is {
			last = e
		}
	}
	return last
}

// statusIn is the status of the first of some states that is one of a case.
func statusIn(states ...json.RawMessage) store.CaseStatus {
	for _, s := range states {
		var c store.CaseState
		if json.Unmarshal(s, &c) == nil && c.Status != "" {
			return c.Status
		}
	}
	return ""
}

// AnswerText is an answer in a line: its word, and the text beside it. One that is only words has no other word.
func AnswerText(a store.Answer) string {
	word := strings.ToUpper(a.Value)
	switch {
	case (word == "" || a.Value == "done") && a.Text != "":
		return a.Text
	case word == "":
		return "-"
	case a.Text != "":
		return word + ": " + a.Text
	}
	return word
}

// answerChange is what an answer became. One without words is that rows were pinned to the step, or that there are none, unless there were
// words before.
func answerChange(was, is *store.Answer) string {
	said := func(a *store.Answer) bool { return a != nil && (a.Value != "" || a.Text != "") }
	switch {
	case said(is):
		return AnswerText(*is)
	case is == nil || said(was):
		return "taken back"
	case len(is.Pinned) > 0:
		return many(len(is.Pinned), "event") + " pinned"
	}
	return "pinned that there is no row"
}
