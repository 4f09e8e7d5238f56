package report

import (
	"encoding/json"
	"fmt"
	"strings"

	"casebook/store"
)

// What is done to a case is done to its alerts too: answers and verdicts are theirs. The journal of both is read as one.

// EntryText is what a change came to, in words; an entry of another kind is shown as it is kept.
func EntryText(e *store.Entry) string {
	var p struct {
		Object string          `json:"object"`
		Kind   string          `json:"kind"`
		Before json.RawMessage `json:"before"`
		After  json.RawMessage `json:"after"`
		From   json.RawMessage `json:"from"`
		To     json.RawMessage `json:"to"`
	}
	if err := json.Unmarshal([]byte(e.Payload), &p); err != nil {
		return e.Payload
	}
	if len(p.After) == 0 {
		p.Before, p.After = p.From, p.To
	}
	kind := e.Action
	if p.Kind != "" {
		kind = p.Kind
	}
	switch kind {
	case "status", "case":
		var st store.CaseState
		if err := json.Unmarshal(p.After, &st); err == nil {
			parts := []string{string(st.Status)}
			for _, more := range []string{string(st.Class), st.Reason, ownedBy(st.Owner)} {
				if more != "" {
					parts = append(parts, more)
				}
			}
			return strings.Join(parts, "  ")
		}
	case "answer":
		var was, is *store.Answer
		_ = json.Unmarshal(p.Before, &was) // absent in what older versions kept
		if err := json.Unmarshal(p.After, &is); err == nil {
			return p.Object + ": " + answerChange(was, is)
		}
	case "note":
		var n struct{ Text string }
		if err := json.Unmarshal(p.After, &n); err == nil {
			return n.Text
		}
	case "exception":
		var n *struct{ Name string }
		if err := json.Unmarshal(p.After, &n); err == nil {
			if n == nil {
				return p.Object + " taken away"
			}
			return p.Object + "  " + n.Name
		}
	case "reveal":
		var n struct{ What, Reason string }
		if err := json.Unmarshal([]byte(e.Payload), &n); err == nil {
			return n.What + " shown as it is, because: " + n.Reason
		}
	case "story":
		var text string
		if err := json.Unmarshal(p.After, &text); err == nil {
			return fmt.Sprintf("story of %s", many(len(text), "byte"))
		}
	case "pin":
		var n struct {
			Name, Note string
			Shown      bool
		}
		if err := json.Unmarshal(p.After, &n); err == nil {
			word := n.Name
			if !n.Shown {
				word += " taken out"
			}
			if n.Note != "" {
				word += ": " + n.Note
			}
			return word
		}
	case "members":
		var n struct {
			In     bool
			Alerts []int64
			Pins   []struct{ Name string }
		}
		if err := json.Unmarshal(p.After, &n); err == nil {
			verb := "taken out"
			if n.In {
				verb = "put in"
			}
			return fmt.Sprintf("%s %s%s", alertNumbers(n.Alerts), verb, withPins(n.Pins))
		}
	case "new":
		var n struct {
			Title  string
			Alerts []int64
			Pins   []struct{ Name string }
		}
		if err := json.Unmarshal(p.After, &n); err == nil {
			return strings.Trim(n.Title+"  "+alertNumbers(n.Alerts)+withPins(n.Pins), " ") // what else is space to Unicode is shown
		}
	}
	return e.Payload
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
