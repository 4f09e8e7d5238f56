package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/guides"
	"casebook/store"
	"casebook/tui/report"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// guideScreen is the guide of an alert as a checklist: every live step runs in the background when the guide is opened, its row
// count stands beside it, its rows below, and each step takes an answer that is saved at once.
type guideScreen struct {
	id    int64
	d     dossier
	lines []guideLine
	list  widget.List
	rows  widget.List // of the current step's result
	below bool        // the rows have the focus
	facts guides.Facts
	text  string // of the rule that the steps are of
	runs  map[string]*stepRun
	// wanted is the step that the cursor begins on, and wantedRow that of its rows.
	wanted    string
	wantedRow leftAt

	reading, gathering slot
}

// guideLine is a heading or a step.
type guideLine struct {
	heading safe.Text
	step    *guides.Step
	number  int
}

func newGuide(id int64) *guideScreen { return &guideScreen{id: id, runs: map[string]*stepRun{}} }

// at is the guide with the cursor on a step.
func (s *guideScreen) at(step string) *guideScreen {
	s.wanted = step
	return s
}

func (s *guideScreen) crumb() safe.Text { return safe.Sprintf("#%d guide", s.id) }

func (s *guideScreen) scope() scope {
	if s.below {
		return onStepRows
	}
	return onSteps
}

func (s *guideScreen) status(*App) safe.Text {
	done, of := s.d.answered()
	cannot := 0
	for _, l := range s.lines {
		if l.step != nil && s.d.answers[l.step.Key].Value == "" && s.blocked(l.step) != "" {
			cannot++
		}
	}
	blocked := ""
	if cannot > 0 {
		blocked = fmt.Sprintf("  %d cannot", cannot)
	}
	in := ""
	if len(s.d.cases) > 0 {
		in = "  " + s.d.cases[0].Name()
	}
	return safe.Sprintf("%d/%d answered%s  %s%s", done, of, blocked, s.d.alert.Status, in)
}

func (s *guideScreen) idle(act action) bool {
	step := s.current()
	return idleFor(act, s.d.alert.Status == store.Closed) || act == pin && step != nil && !step.Live()
}

func (s *guideScreen) leave() {
	s.reading.stop()
	s.gathering.stop()
	s.stop()
}

// stop gives up the queries that run.
func (s *guideScreen) stop() {
	for _, r := range s.runs {
		if r.slot.busy {
			r.slot.stop()
			r.started = false
		}
	}
}

func (s *guideScreen) read(a *App) tea.Cmd {
	return a.openDossier(&s.reading, s.id, func(d dossier) tea.Cmd {
		s.d = d
		if d.detection != nil && s.text != d.detection.Rule.Text {
			if step := s.current(); step != nil {
				s.wanted = step.Key
			}
			s.stop()
			s.text, s.runs, s.list = d.detection.Rule.Text, map[string]*stepRun{}, widget.List{Height: s.list.Height}
			s.lines = guideLines(&d.detection.Guide)
			s.list.Len = len(s.lines)
			s.step(1, 0)
			for i, l := range s.lines {
				if l.step == nil {
					continue
				}
				s.runs[l.step.Key] = &stepRun{}
				if l.step.Key == s.wanted {
					s.list.Go(i)
				}
			}
			s.wantedRow.put(&s.rows)
			s.wantedRow = leftAt{}
		}
		if s.facts == nil {
			return s.gather(a)
		}
		return s.start(a)
	})
}

// gather collects what steps bind their parameters to: the alert, its row, the fields of the events behind it.
func (s *guideScreen) gather(a *App) tea.Cmd {
	d := s.d // as it is now: the screen's own is read again while this runs
	return ask(a, &s.gathering, func(ctx context.Context) (guides.Facts, error) { return a.factsOf(ctx, &d) },
		func(f guides.Facts) tea.Cmd {
			s.facts = f
			return s.start(a)
		})
}

// start runs every live step that has not been run.
func (s *guideScreen) start(a *App) tea.Cmd {
	var cmds []tea.Cmd
	for _, l := range s.lines {
		if l.step != nil && l.step.Live() && !s.run(l.step).started && s.facts != nil {
			cmds = append(cmds, s.ask(a, l.step))
		}
	}
	return tea.Batch(cmds...)
}

func (s *guideScreen) run(step *guides.Step) *stepRun { return s.runs[step.Key] }

func guideLines(g *guides.Guide) []guideLine {
	var lines []guideLine
	n := 0
	for i := range g.Sections {
		section := &g.Sections[i]
		if len(section.Steps) == 0 {
			continue
		}
		lines = append(lines, guideLine{heading: safe.Escape(strings.ToUpper(section.Title))})
		for j := range section.Steps {
			n++
			lines = append(lines, guideLine{step: &section.Steps[j], number: n})
		}
	}
	return lines
}

// current is the step under the cursor.
func (s *guideScreen) current() *guides.Step {
	if s.list.Cursor >= len(s.lines) {
		return nil
	}
	return s.lines[s.list.Cursor].step
}

// step moves the cursor by n lines and on over headings.
func (s *guideScreen) step(direction, n int) {
	at := s.list.Cursor + direction*n
	for at >= 0 && at < len(s.lines) && s.lines[at].step == nil {
		at += direction
	}
	if at >= 0 && at < len(s.lines) {
		s.list.Go(at)
	}
	s.rows = widget.List{Height: s.rows.Height}
}

func (s *guideScreen) layout(a *App, width, height int) {
	top, bottom := s.heights(height)
	if top > 0 {
		s.list.Resize(len(s.lines), top)
	}
	rows := 0
	if step := s.current(); step != nil {
		if r := s.run(step).result; r != nil && r.Batch != nil {
			rows = r.Batch.Len
		}
	}
	s.rows.Resize(rows, max(1, bottom-4))
}

// heights shares the body between the checklist and the current step, which has all of it while its rows have the focus.
func (s *guideScreen) heights(height int) (top, bottom int) {
	if s.below {
		return 0, height
	}
	bottom = max(height*11/20, min(height*3/5, 12))
	if need := len(s.lines); height-bottom > need {
		bottom = height - need
	}
	return height - bottom - 1, bottom
}

func (s *guideScreen) do(a *App, act action) tea.Cmd {
	step := s.current()
	switch {
	case act == drill && s.below && step != nil:
		return s.openRow(a, step)
	case valueWords[act] != "" && step != nil:
		return s.onRow(a, act, step)
	case act == drill || act == nextPane || act == prevPane:
		s.below = !s.below
		return nil
	}
	if s.below {
		if move(&s.rows, act) {
			return nil
		}
	}
	switch act {
	case goDown:
		s.step(1, 1)
	case goUp:
		s.step(-1, 1)
	case goTop:
		s.list.Go(0)
		s.step(1, 0)
	case goBottom:
		s.list.Go(len(s.lines) - 1)
		s.step(-1, 0)
	case pageDown:
		s.step(1, max(1, s.list.Height/2))
	case pageUp:
		s.step(-1, max(1, s.list.Height/2))
	default:
		return s.onStep(a, act)
	}
	return nil
}

var guideAnswers = map[action]string{answerYes: "yes", answerNo: "no", answerUnclear: "unclear"}

func (s *guideScreen) onStep(a *App, act action) tea.Cmd {
	step := s.current()
	if step == nil {
		return nil
	}
	now := s.d.answers[step.Key]
	if value, ok := guideAnswers[act]; ok {
		a.askText(safe.Sprintf("%s, because (may stay empty):", strings.ToUpper(value)), now.Text, func(text string) tea.Cmd { return s.valued(a, step, now, value, text) })
		return nil
	}
	switch act {
	case answerCannot:
		said := ""
		if now.Value == "cannot" {
			said = now.Text
		}
		a.askText(safe.Own("cannot be answered, because:"), said, func(text string) tea.Cmd { return s.valued(a, step, now, "cannot", text) })
		a.prompt.blank = s.reasonFor(step)
	case writeConclusion:
		a.askText(safe.Own("conclusion:"), now.Text, func(text string) tea.Cmd {
			if s.current() == step {
				s.step(1, 1)
			}
			return s.answer(a, step, now, func(answer *store.Answer) {
				answer.Text = text
				if answer.Value == "" {
					answer.Value = "done"
				}
			})
		})
	case openPager:
		return a.pageText("step.txt", stepText(step, now))
	case takeBack:
		return s.answer(a, step, now, func(answer *store.Answer) { answer.Value, answer.Text = "", "" })
	case rerun:
		if step.Live() && s.facts != nil {
			return s.ask(a, step)
		}
	case edit:
		return s.console(a, step)
	case reveal:
		return s.reveal(a, step)
	case pin:
		return s.pin(a, step)
	case nextItem:
		s.step(1, 1)
	case prevItem:
		s.step(-1, 1)
	default:
		return a.onAlerts(act, []store.Alert{s.d.alert}, nil)
	}
	return nil
}

// answer saves an answer at once, with the number of rows that were seen. What a colleague answered after this one was asked for stays.
func (s *guideScreen) answer(a *App, step *guides.Step, seen store.Answer, set func(*store.Answer)) tea.Cmd {
	id := s.id
	seen.Step = step.Key
	rows := seen.Rows
	if r := s.run(step).result; r != nil {
		rows.Int64, rows.Valid = int64(r.Batch.Len), true
	}
	var saved store.Answer
	var theirs error
	return a.act(func(ctx context.Context) (_ string, err error) {
		saved, err = a.setAnswer(ctx, id, seen, func(answer *store.Answer) {
			answer.Rows = rows
			set(answer)
		})
		if conflict(err) {
			theirs = err
			return "", nil
		}
		return fmt.Sprintf("saved: %s", report.AnswerText(saved)), err
	}, func() tea.Cmd {
		if theirs != nil {
			mine := store.Answer{}
			set(&mine)
			a.warn(fmt.Sprintf("%s. Yours is not saved: %s", theirs, report.AnswerText(mine)))
			return nil
		}
		s.d.put(saved)
		return nil
	})
}

// valued sets an answer's value and its text, and goes on to the next step.
func (s *guideScreen) valued(a *App, step *guides.Step, seen store.Answer, value, text string) tea.Cmd {
	if s.current() == step {
		s.step(1, 1)
	}
	return s.answer(a, step, seen, func(answer *store.Answer) {
		answer.Value, answer.Text = value, text
	})
}

// stepText is all of a step, with its query and its answer.
func stepText(step *guides.Step, answer store.Answer) string {
	parts := []string{step.Text}
	for _, more := range []string{step.Detail, step.Elsewhere} {
		if more != "" {
			parts = append(parts, more)
		}
	}
	if step.Live() {
		parts = append(parts, step.File.Text)
	}
	return strings.Join(append(parts, "answer: "+report.AnswerText(answer)), "\n\n")
}
