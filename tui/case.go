package tui

import (
	"context"
	"crypto/sha256"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/report"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// caseScreen is one case: its story, which is written in place, its alerts, its evidence, the questions of its alerts' guides, who
// and what is in it, and what was done to it.
type caseScreen struct {
	id    int64
	part  int
	lists [len(caseParts)]widget.List
	story links // the story, line by line
	r     report.Report
	check map[report.Check]int // of the last look at the evidence; nil before one
	found map[int64]string     // what it found, by pin

	draft   *widget.Input // the story while it is written
	drafted int           // the version of the story that the draft began with

	reading, checking slot
}

// The parts of a case.
const (
	partStory = iota
	partCaseAlerts
	partPins
	partQuestions
	partEntities
	partAudit
)

var caseParts = [...]safe.Text{safe.Own("Story"), safe.Own("Alerts"), safe.Own("Evidence"), safe.Own("Questions"), safe.Own("Entities"), safe.Own("Audit")}

func newCase(id int64) *caseScreen { return &caseScreen{id: id} }

func (s *caseScreen) crumb() safe.Text { return safe.Escape(store.CaseName(s.id)) }

// scope is none while the story is written: every key is text then.
func (s *caseScreen) scope() scope {
	if s.draft != nil {
		return 0
	}
	return onCase
}

func (s *caseScreen) status(*App) safe.Text {
	if s.reading.err != nil {
		return safe.Own("cannot read it")
	}
	c := &s.r.Case
	if c.ID == 0 {
		return safe.Text{}
	}
	state := string(c.Status)
	if c.Class != "" {
		state += " " + string(c.Class)
	}
	return safe.Sprintf("%s  owner %s  %s  %s", state, orDash(c.Owner), plural(c.Alerts, "alert"), plural(c.Pins, "pin"))
}

func (s *caseScreen) idle(act action) bool { return idleFor(act, s.r.Case.Status == store.CaseClosed) }

func (s *caseScreen) leave() {
	s.reading.stop()
	s.checking.stop()
}

func (s *caseScreen) read(a *App) tea.Cmd {
	id, rules := s.id, a.byID
	return ask(a, &s.reading, func(ctx context.Context) (*report.Report, error) { return report.Read(ctx, a.Store, rules, id) }, func(r *report.Report) tea.Cmd {
		s.r = *r
		return nil
	})
}

func (s *caseScreen) layout(a *App, width, height int) {
	body := max(1, height-3)
	questions, _ := s.r.Questions()
	s.story.set(s.storyRows(a, width), body, false)
	rows := [...]int{
		partCaseAlerts: len(s.r.Alerts),
		partPins:       len(s.r.Pins),
		partQuestions:  len(questions),
		partEntities:   len(s.r.Entities),
		partAudit:      len(s.r.Log),
	}
	for i := range s.lists {
		shown := body
		switch i {
		case partCaseAlerts, partEntities:
			shown = body - 1
		case partQuestions:
			shown = body - 1 - questionDetail
		case partPins:
			shown = body - 1 - pinDetail
		}
		s.lists[i].Resize(rows[i], max(1, shown))
	}
}

func (s *caseScreen) do(a *App, act action) tea.Cmd {
	if move(s.list(), act) {
		return nil
	}
	switch act {
	case nextPane, prevPane:
		step := 1
		if act == prevPane {
			step = len(caseParts) - 1
		}
		s.part = (s.part + step) % len(caseParts)
	case drill:
		return s.drill(a)
	case writeConclusion:
		s.tell(a)
	case openEditor:
		return s.edit(a)
	case openPager:
		return a.pageText(s.r.Case.Name()+".txt", s.r.Case.Title+"\n\n"+s.r.Case.Story)
	case verify:
		return s.verify(a)
	case export:
		return s.export(a, report.Formats()[0])
	case note:
		return s.note(a)
	case takeBack:
		return s.remove(a)
	case filterFor, filterOut, sameInTime, countValues:
		return a.onValue(act, s.value(), "tab to Entities, or to the case's events")
	default:
		if v := s.value(); act == copyValue && v.text != "" {
			return a.copy(v.text)
		}
		if s.r.Case.ID != 0 {
			return a.onCase(act, s.r.Case, nil)
		}
	}
	return nil
}

func (s *caseScreen) drill(a *App) tea.Cmd {
	at := s.lists[s.part].Cursor
	switch {
	case s.part == partStory && s.story.leads():
		return s.story.drill(a)
	case s.part == partStory && s.r.Case.Status == store.CaseClosed: // whoever checks a case reads it, and looks about with enter
		a.say(fmt.Sprintf("%s is closed: %s opens it again, %s writes all the same", s.r.Case.Name(), a.Keys.hint(reopen, onCase), a.Keys.hint(writeConclusion, onCase)))
	case s.part == partStory:
		s.tell(a)
	case s.part == partCaseAlerts && at < len(s.r.Alerts):
		return a.push(newAlert(s.r.Alerts[at].ID, nil))
	case s.part == partPins && at < len(s.r.Pins):
		return a.openPin(&s.r.Pins[at])
	case s.part == partQuestions:
		if all, _ := s.r.Questions(); at < len(all) {
			return a.push(newGuide(all[at].Alert).at(all[at].Step.Key))
		}
	case s.part == partEntities && at < len(s.r.Entities):
		return a.push(newEntity(s.r.Entities[at].Field, s.r.Entities[at].Value))
	}
	return nil
}

// list is the cursor of the part that is shown.
func (s *caseScreen) list() *widget.List {
	if s.part == partStory {
		return &s.story.list
	}
	return &s.lists[s.part]
}

// openPin opens what a piece of evidence is: the event, or the step whose rows were pinned.
func (a *App) openPin(p *report.Pin) tea.Cmd {
	switch {
	case p.Kind == store.PinEvent:
		return a.push(newEvent(p.Event, nil))
	case p.Alert != 0:
		return a.push(newGuide(p.Alert).at(p.Step))
	}
	a.warn(p.Name() + " is rows that no step gave: tab to Evidence shows what they are")
	return nil
}

// value is whom the cursor is on: an entity of the case, or whom one of its alerts or of its events is about.
func (s *caseScreen) value() value {
	at := s.lists[s.part].Cursor
	switch {
	case s.part == partEntities && at < len(s.r.Entities):
		v := value{field: s.r.Entities[at].Field, text: s.r.Entities[at].Value}
		for i := range s.r.Alerts {
			w := s.r.Alerts[i].Window
			if i == 0 {
				v.when = w
			}
			v.when.From, v.when.To = min(v.when.From, w.From), max(v.when.To, w.To)
		}
		return v
	case s.part == partCaseAlerts && at < len(s.r.Alerts):
		alert := &s.r.Alerts[at]
		return value{alert.EntityField, alert.Entity, alert.Window}
	case s.part == partPins && at < len(s.r.Pins) && s.r.Pins[at].Row != nil:
		e := s.r.Pins[at].Row
		return value{"user", e.User, windowOf(e)}
	}
	return value{}
}

// verify looks at all evidence again.
func (s *caseScreen) verify(a *App) tea.Cmd {
	id, rules := s.id, a.byID
	return ask(a, &s.checking, func(ctx context.Context) (*report.Report, error) {
		r, err := report.Read(ctx, a.Store, rules, id)
		if err != nil {
			return nil, err
		}
		return r, r.Verify(ctx, a.Store)
	}, func(r *report.Report) tea.Cmd {
		s.check, s.found = r.Checked(), map[int64]string{}
		for i := range r.Pins {
			s.found[r.Pins[i].ID] = fmt.Sprintf("%s: %s", r.Pins[i].Check, r.Pins[i].Why)
		}
		a.say(s.checkText())
		return nil
	})
}

func (s *caseScreen) checkText() string {
	if s.check == nil {
		return "not looked at again yet (V)"
	}
	bad := s.check[report.Changed] + s.check[report.Lost]
	if bad == 0 {
		moved := ""
		if n := s.check[report.Moved]; n > 0 {
			moved = fmt.Sprintf("; %s about alerts, which were worked on since", plural(n, "query"))
		}
		return fmt.Sprintf("%s as when pinned%s", plural(s.check[report.Same], "piece"), moved)
	}
	return fmt.Sprintf("%d of %d pieces are NOT what they were (%d changed, %d lost)", bad, bad+s.check[report.Same], s.check[report.Changed], s.check[report.Lost])
}

// export asks where the report goes; the name's end says as what. A bundle's records are not masked: they go in with a reason, or not.
func (s *caseScreen) export(a *App, format report.Format) tea.Cmd {
	if a.Secure {
		a.warn("files are not written with CASEBOOK_SECURE=1; casebook report writes to standard output")
		return nil
	}
	a.askLine(safe.Own("write the report to (.md, .html, .json, .zip):"), store.CaseName(s.id)+"."+string(format), func(path string) tea.Cmd {
		format, err := formatOf(path)
		if err != nil {
			a.warn(err.Error())
			return nil
		}
		if format != report.Bundle || a.Store.ReadOnly() {
			return s.write(a, path, format, "")
		}
		a.askText(safe.Own("with records and values as they are, because (kept in the journal; empty: without):"), "", func(reason string) tea.Cmd {
			return s.write(a, path, format, reason)
		})
		return nil
	})
	return nil
}

// write writes the report, with values as they are where there is a reason for it.
func (s *caseScreen) write(a *App, path string, format report.Format, reason string) tea.Cmd {
	id, rules, asOf := s.id, a.byID, a.AsOf
	return a.act(func(ctx context.Context) (string, error) {
		if reason != "" {
			if err := a.Store.Reveal(ctx, store.Revealed{Object: "case", Number: id, What: "a report as " + string(format)}, reason); err != nil {
				return "", err
			}
		}
		r, err := report.Complete(ctx, a.Store, rules, id, asOf, reason != "")
		if err != nil {
			return "", err
		}
		text, err := r.Text(format)
		if err != nil {
			return "", err
		}
		said := fmt.Sprintf("wrote %s of %s to %s", plural(len(text), "byte"), r.Case.Name(), path)
		if format == report.Bundle {
			said += fmt.Sprintf(", SHA-256 %x: note it elsewhere", sha256.Sum256([]byte(text)))
		}
		return said, report.Write(path, text, false)
	}, nil)
}

// note says why the piece of evidence under the cursor matters.
func (s *caseScreen) note(a *App) tea.Cmd {
	at := s.lists[partPins].Cursor
	if s.part != partPins || at >= len(s.r.Pins) {
		a.warn("a note says why a piece of evidence matters: tab to Evidence first")
		return nil
	}
	p := s.r.Pins[at]
	a.askText(safe.Sprintf("%s matters because:", p.Name()), p.Note, func(text string) tea.Cmd {
		return a.act(func(ctx context.Context) (string, error) {
			return a.undoable("note kept"), a.Store.NotePin(ctx, p.ID, text)
		}, nil)
	})
	return nil
}

// remove takes what is under the cursor out of the case.
func (s *caseScreen) remove(a *App) tea.Cmd {
	at := s.lists[s.part].Cursor
	switch {
	case s.part == partPins && at < len(s.r.Pins):
		p := s.r.Pins[at]
		return a.act(func(ctx context.Context) (string, error) {
			return a.undoable("%s taken out", p.Name()), a.Store.Unpin(ctx, p.ID)
		}, nil)
	case s.part == partCaseAlerts && at < len(s.r.Alerts):
		alert := s.r.Alerts[at].ID
		return a.act(func(ctx context.Context) (string, error) {
			return a.undoable("#%d taken out", alert), a.Store.RemoveAlert(ctx, s.id, alert)
		}, nil)
	}
	a.warn("alerts and evidence can be taken out: tab to one of them first")
	return nil
}
