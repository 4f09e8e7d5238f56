package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/veil"
)

// A step's query runs in the background when its guide is opened. Whether it can be answered at all is worked out of the data:
// a source of which nothing is loaded, a field that no event carries, or a time in which the log itself holds nothing make an
// empty answer say nothing.

// stepRun is a step's query and what came of it.
type stepRun struct {
	slot    slot
	params  engine.Params
	result  *engine.Result
	worded  *engine.Result // the same rows, with the words of prompts and answers in place of their bodies
	shown   *engine.Result // with secrets masked, and prompts veiled
	hidden  int            // values of which that is so
	same    []int          // columns that have one value in all rows
	blocked string         // why no answer can be had from what is loaded
	remarks []string       // what to keep in mind of the answer
	started bool
}

// errNoValue says that a step's parameters have no value, so that its query cannot be asked.
var errNoValue = errors.New("no value")

// stepAnswer is what a step's command brings back.
type stepAnswer struct {
	result  *engine.Result
	worded  *engine.Result
	shown   *engine.Result
	hidden  int
	same    []int
	blocked string
	remarks []string
}

func (s *guideScreen) ask(a *App, step *guides.Step) tea.Cmd {
	r := s.run(step)
	r.started, r.result, r.blocked, r.remarks = true, nil, "", nil
	params, missing := guides.Bind(*step, s.facts)
	if len(missing) > 0 {
		r.slot.err = fmt.Errorf("%w for %s: neither the alert nor the events behind it have one", errNoValue, strings.Join(missing, ", "))
		return nil
	}
	r.params = params
	asOf, window, asked, clock := s.d.alert.Last, s.d.alert.Window, *step, a.Clock
	return ask(a, &r.slot, func(ctx context.Context) (stepAnswer, error) {
		q, err := engine.Parse(ctx, asked.Language, asked.File, a.Store, params)
		if err != nil {
			return stepAnswer{}, err
		}
		got := stepAnswer{}
		if got.result, err = engine.Run(ctx, q, a.Store, engine.Options{AsOf: asOf, Lineage: true}); err != nil {
			return got, err
		}
		on, err := a.Store.Veil(ctx)
		if err != nil {
			return got, err
		}
		got.worded = a.withWords(ctx, got.result)
		got.shown, got.hidden = veil.Result(got.result.Query, got.worded, on)
		got.same = sameColumns(clock, got.shown)
		return got, a.judge(ctx, q, window, &got)
	}, func(got stepAnswer) tea.Cmd {
		r.result, r.worded, r.shown, r.hidden, r.same, r.blocked, r.remarks = got.result, got.worded, got.shown, got.hidden, got.same, got.blocked, got.remarks
		return nil
	})
}

// blocked says why a step cannot be answered, as far as that is known; "" where it can.
func (s *guideScreen) blocked(step *guides.Step) string {
	r := s.run(step)
	if errors.Is(r.slot.err, errNoValue) {
		return r.slot.err.Error()
	}
	return r.blocked
}

// reasonFor says why a step cannot be answered, where that is known.
func (s *guideScreen) reasonFor(step *guides.Step) string {
	r := s.run(step)
	switch blocked := s.blocked(step); {
	case blocked != "":
		return blocked
	case step.Manual:
		return "no log that is loaded tells"
	case r.result != nil && r.result.Batch.Len == 0:
		return "the query gives no row"
	case len(r.remarks) > 0:
		return strings.Join(r.remarks, "; ")
	}
	return ""
}

// mostOpened bounds the events of one row that are opened together.
const mostOpened = 10_000

// openRow opens the events behind the row under the cursor.
func (s *guideScreen) openRow(a *App, step *guides.Step) tea.Cmd {
	r := s.run(step).result
	if id, ok := alertIn(r, s.rows.Cursor); ok {
		return a.push(newAlert(id, nil))
	}
	if r == nil || r.Batch.Len == 0 {
		a.warn("no row to open")
		return nil
	}
	if s.rows.Cursor >= len(r.Events) || len(r.Events[s.rows.Cursor]) == 0 {
		a.warn("no event stands behind this row: it is made of alerts, or of nothing")
		return nil
	}
	ids := slices.Sorted(slices.Values(r.Events[s.rows.Cursor]))
	if len(ids) == 1 {
		return a.push(newEvent(ids[0], nil))
	}
	text := fmt.Sprintf("behind row %d of step %d", s.rows.Cursor+1, s.lines[s.list.Cursor].number)
	if len(ids) > mostOpened {
		ids = ids[:mostOpened]
		text += fmt.Sprintf(" (the first %s)", countText(mostOpened))
	}
	return a.push(eventsBehind(a, ids, safe.Escape(text)))
}

// console opens the step's query in the console, with what its parameters stand for and the alert's now, to ask on from there.
func (s *guideScreen) console(a *App, step *guides.Step) tea.Cmd {
	if !step.Live() {
		a.warn("this step has no query")
		return nil
	}
	q := newStepQuery(s.id, step, s.run(step).params, s.d.alert.Last)
	return tea.Batch(a.push(q), q.run(a))
}

// reveal shows the rows of a step as they are.
func (s *guideScreen) reveal(a *App, step *guides.Step) tea.Cmd {
	r := s.run(step)
	if r.result == nil || r.hidden == 0 {
		a.say("all values are shown as they are")
		return nil
	}
	clock := a.Clock
	return a.reveal(store.Revealed{Object: "alert", Number: s.id, What: "rows of " + step.Key}, func() {
		r.shown, r.hidden = r.worded, 0
		r.same = sameColumns(clock, r.shown)
	})
}

// alertIn is the alert that a row of a result is about.
func alertIn(r *engine.Result, row int) (id int64, ok bool) {
	if r == nil {
		return 0, false
	}
	at := slices.IndexFunc(r.Columns, func(f column.Field) bool { return f.Name == "alert.id" })
	if at < 0 || row >= r.Batch.Len {
		return 0, false
	}
	id, ok = r.Batch.Columns[at].Value(row).(int64)
	return id, ok
}

// mostPinned bounds the events that one answer keeps as its evidence.
const mostPinned = 1000

// pin keeps the events behind the step's rows with its answer, and what the query gave with the case that the alert is in or will be.
func (s *guideScreen) pin(a *App, step *guides.Step) tea.Cmd {
	run := s.run(step)
	r := run.result
	if run.slot.busy {
		a.warn("not pinned: the step's query is still running")
		return nil
	}
	if blocked := s.blocked(step); blocked != "" && (r == nil || r.Batch.Len == 0) {
		a.warn("nothing to pin: " + blocked)
		return nil
	}
	if r == nil {
		a.warn("nothing to pin: the step has no query")
		return nil
	}
	seen, asked, params := s.d.answers[step.Key], *step, run.params
	seen.Step = step.Key
	alert, asOf := s.id, s.d.alert.Last
	var saved store.Answer
	return a.act(func(ctx context.Context) (string, error) {
		ids := behind(r)
		result, err := store.ResultPin(asked.Language, asked.Query, params, asOf, r)
		if err != nil {
			return "", err
		}
		result.Alert, result.Step = alert, asked.Key
		if saved, err = a.setAnswer(ctx, alert, seen, func(answer *store.Answer) {
			answer.Pinned = ids
			answer.Rows.Int64, answer.Rows.Valid = int64(r.Batch.Len), true
		}); err != nil {
			return "", err
		}
		in, err := a.Store.PinRows(ctx, result)
		if err != nil {
			return "", err
		}
		where := "go into the alert's case (m)"
		if len(in) > 0 {
			where = "are " + in[0].Name() + " of " + store.CaseName(in[0].Case)
		}
		if r.Batch.Len == 0 { // that there is none is evidence too, and V asks again
			return "pinned that there is no row: it " + strings.Replace(where, "are ", "is ", 1), nil
		}
		return fmt.Sprintf("pinned %s to the step; the rows %s", plural(len(ids), "event"), where), nil
	}, func() tea.Cmd {
		s.d.put(saved)
		return nil
	})
}

// behind are the first events that made a result's rows, each once.
func behind(r *engine.Result) []int64 {
	seen := map[int64]bool{}
	var ids []int64
	for _, of := range r.Events {
		for _, id := range of {
			if id != 0 && !seen[id] && len(ids) < mostPinned {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// typed lets Esc lead back from the rows to the steps.
func (s *guideScreen) typed(_ *App, key tea.KeyMsg) (bool, tea.Cmd) {
	if s.below && key.String() == "esc" {
		s.below = false
		return true, nil
	}
	return false, nil
}

// blockedText is a step's blocked reason and remarks for its pane.
func (s *guideScreen) blockedText(a *App, step *guides.Step) safe.Text {
	if blocked := s.blocked(step); blocked != "" {
		return safe.Sprintf("cannot be answered: %s (%s says so)", blocked, a.Keys.hint(answerCannot, onGuide))
	}
	return safe.Escape(strings.Join(s.run(step).remarks, "; "))
}

// mostRemarks is how many lines remarks may take from the rows they are about.
const mostRemarks = 2
