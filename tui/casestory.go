package tui

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/report"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// The story of a case is written in place. Esc saves it and is done: what is saved can be undone, what is lost cannot. If a
// colleague was faster the text stays where it is, and Esc again puts it over theirs.

// tell begins to write the story.
func (s *caseScreen) tell(*App) {
	if s.r.Case.ID == 0 {
		return
	}
	in := widget.NewInput(s.r.Case.Story, true)
	s.draft, s.drafted, s.part = &in, s.r.Case.StoryVersion, partStory
}

func (s *caseScreen) takesText() bool { return s.draft != nil }

// typed takes the keys while the story is written.
func (s *caseScreen) typed(a *App, key tea.KeyMsg) (bool, tea.Cmd) {
	if s.draft == nil {
		return false, nil
	}
	switch name := key.String(); name {
	case "esc":
		return true, s.save(a)
	case "ctrl+x":
		s.draft = nil
		a.say("not saved: the story is as it was")
	case "enter":
		s.draft.Insert("\n")
	case "tab":
		s.draft.Insert("  ")
	default:
		if key.Type == tea.KeyRunes || key.Type == tea.KeySpace {
			s.draft.Insert(string(key.Runes))
		} else {
			s.draft.Edit(name)
		}
	}
	return true, nil
}

// edit writes the story in the analyst's own editor.
func (s *caseScreen) edit(a *App) tea.Cmd {
	if s.r.Case.ID == 0 {
		return nil
	}
	version := s.r.Case.StoryVersion
	return a.editText(s.r.Case.Name()+".md", s.r.Case.Story, func(text string) tea.Cmd {
		in := widget.NewInput(text, true)
		s.draft, s.drafted, s.part = &in, version, partStory
		return s.save(a)
	})
}

func (s *caseScreen) save(a *App) tea.Cmd {
	text, id, version := s.draft.String(), s.id, s.drafted
	type answer struct {
		c   store.Case
		err error
	}
	return ask(a, &a.question, func(ctx context.Context) (answer, error) {
		c, err := a.Store.SetStory(ctx, id, text, version)
		if conflict(err) {
			now, found := a.Store.Case(ctx, id)
			if found != nil {
				return answer{}, found
			}
			return answer{now, err}, nil
		}
		return answer{c, err}, nil
	}, func(got answer) tea.Cmd {
		switch {
		case got.err == nil:
			s.draft = nil
			if missing := missingIn(text, s.r.Pins); len(missing) > 0 {
				a.warn("story saved, but " + strings.Join(missing, ", ") + " is no evidence of this case (tab: Evidence)")
			} else {
				a.say(a.undoable("story saved"))
			}
		case conflict(got.err):
			s.drafted = got.c.StoryVersion
			theirs := safe.Escape(strings.Join(strings.Fields(got.c.Story), " ")).Clip(a.width)
			a.warn(fmt.Sprintf("%s wrote meanwhile: %s. Your text is still here: esc again puts it over theirs, ctrl+x drops it", got.c.ChangedBy, theirs))
		default:
			a.warn(got.err.Error() + ". Your text is still here")
		}
		return s.read(a)
	})
}

// keepDrafts saves the stories that are being written when the workbench ends: the connection may have gone, and nobody typed Esc. Where
// a colleague was faster the text goes to a file.
func (a *App) keepDrafts(ctx context.Context, said io.Writer) {
	for _, stack := range a.stacks {
		for _, one := range stack {
			s, ok := one.(*caseScreen)
			if !ok || s.draft == nil || s.draft.String() == s.r.Case.Story {
				continue
			}
			text := s.draft.String()
			s.draft = nil
			if _, err := a.Store.SetStory(ctx, s.id, text, s.drafted); err == nil {
				continue
			}
			if dir, err := stateDir(); err == nil {
				path := filepath.Join(dir, store.CaseName(s.id)+"-"+time.Now().UTC().Format("20060102T150405Z")+".md")
				if err = writeNew(path, text); err == nil {
					fmt.Fprintf(said, "the story of %s that was being written is in %s\n", store.CaseName(s.id), safe.Escape(path))
				}
			}
		}
	}
}

// missingIn are the names in a story that are of none of a case's pieces of evidence.
func missingIn(story string, pins []report.Pin) []string {
	return (&report.Report{Case: store.Case{Story: story}, Pins: pins}).Uncited()
}

// formatOf is what a report is written as, by the end of its file's name.
func formatOf(path string) (report.Format, error) {
	f := report.Format(strings.TrimPrefix(filepath.Ext(path), "."))
	for _, known := range report.Formats() {
		if f == known {
			return f, nil
		}
	}
	return "", unknownFormat(path)
}

// storyRows are the story, whose lines lead to the evidence that they name, and below it what is open, the verdict and whether the evidence
// holds.
func (s *caseScreen) storyRows(a *App, width int) []linkRow {
	rows := plainRows(s.storyLines(a, width-linkGutter)...)
	for i := 1; i < len(rows); i++ { // the first is the heading, which speaks of names
		if named := s.named(rows[i].line.String()); len(named) > 0 {
			rows[i].open = func(a *App) tea.Cmd { return s.openNamed(a, named) }
		}
	}
	return rows
}

// named are the pieces of evidence of the case that a line names.
func (s *caseScreen) named(line string) []*report.Pin {
	var found []*report.Pin
	for _, name := range store.Cited(line) {
		if at := slices.IndexFunc(s.r.Pins, func(p report.Pin) bool { return p.Name() == name }); at >= 0 && !slices.Contains(found, &s.r.Pins[at]) {
			found = append(found, &s.r.Pins[at])
		}
	}
	return found
}

// openNamed opens a piece of evidence, the one that is chosen where a line names several.
func (s *caseScreen) openNamed(a *App, named []*report.Pin) tea.Cmd {
	if len(named) == 1 {
		return a.openPin(named[0])
	}
	options := make([]option, 0, len(named))
	for i, p := range named[:min(len(named), 9)] {
		options = append(options, option{key: fmt.Sprint(i + 1), text: safe.Join("  ", safe.Escape(p.Name()), s.pinText(a, p)), pick: func() tea.Cmd { return a.openPin(p) }})
	}
	a.askOne(safe.Own("open which piece of evidence"), options...)
	return nil
}

func (s *caseScreen) storyLines(a *App, width int) []widget.Line {
	c := &s.r.Case
	var lines []widget.Line
	head := widget.Say(widget.Title, safe.Own("STORY"))
	head.Put(widget.Faint, safe.Own("   w writes it; [E1] and [Q1] name evidence, which enter opens"))
	lines = append(lines, head)
	if c.Story == "" {
		lines = append(lines, widget.Say(widget.Faint, safe.Own("  none yet")))
	} else {
		lines = append(lines, indented(widget.Wrap(widget.Plain, c.Story, width-2))...)
	}
	lines = append(lines, widget.Blank())
	label := func(name safe.Text, style widget.Style, text string) {
		wrapped := widget.Wrap(style, text, width-12)
		for i, l := range wrapped {
			var row widget.Line
			if i == 0 {
				row.PutIn(widget.Title, name, 12, false)
			} else {
				row.Space(12)
			}
			lines = append(lines, *row.Append(l))
		}
	}
	if items := s.r.OpenItems(); len(items) > 0 {
		style := widget.Warn
		if len(s.r.Uncited()) > 0 {
			style = widget.Bad
		}
		label(safe.Own("OPEN ITEMS"), style, strings.Join(items, "\n"))
	}
	verdict := "none yet (c closes the case)"
	if c.Status == store.CaseClosed {
		verdict = string(c.Class) + ": " + c.Reason
		if e := s.r.Closed(); e != nil {
			verdict += fmt.Sprintf(" (%s %s)", e.Actor.Name, a.Clock.Full(e.At, Minutes))
		}
	}
	label(safe.Own("VERDICT"), widget.Plain, verdict)
	if len(s.r.Pins) > 0 {
		style := widget.Plain
		if s.check[report.Changed]+s.check[report.Lost] > 0 {
			style = widget.Bad
		}
		label(safe.Own("EVIDENCE"), style, s.checkText())
	}
	return lines
}

// writing is the story while it is written.
func (s *caseScreen) writing(a *App, width, height int) []widget.Line {
	head := widget.Say(widget.Title, safe.Own("WRITING THE STORY"))
	if !a.Plain { // there the question below says how
		head.Put(widget.Faint, safe.Own("   esc: save   ctrl+x: leave without saving"))
	}
	named := s.toName(a, width, height/3)
	lines := append([]widget.Line{head}, s.draft.Editor(width, max(1, height-1-len(named)), true)...)
	return append(lines, named...)
}

// toName are the pieces of evidence that a story can name, in at most so many lines; the newest, where they are more.
func (s *caseScreen) toName(a *App, width, most int) []widget.Line {
	if len(s.r.Pins) == 0 || most < 2 {
		return nil
	}
	var rule widget.Line
	rule.Rule(width)
	lines := []widget.Line{rule}
	for i := max(0, len(s.r.Pins)-most+1); i < len(s.r.Pins); i++ {
		p := &s.r.Pins[i]
		var l widget.Line
		l.Put(widget.Strong, safe.Sprintf("[%s]", p.Name())).To(6)
		what := s.pinText(a, p)
		if p.Note != "" {
			what = safe.Sprintf("%s: %s", p.Note, what)
		}
		lines = append(lines, *l.Put(widget.Faint, what.Clip(width-l.Width())))
	}
	return lines
}
