package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// screen is what the body shows. Screens are plain structs; only App speaks to bubbletea.
type screen interface {
	// crumb is its name in the path at the top.
	crumb() safe.Text
	// status stands at the right of the path.
	status(a *App) safe.Text
	scope() scope
	// read asks for what it shows; again when the store has changed.
	read(a *App) tea.Cmd
	// layout tells it its size, after every change.
	layout(a *App, width, height int)
	do(a *App, act action) tea.Cmd
	view(a *App, width, height int) []widget.Line
	// leave gives up what it is waiting for.
	leave()
}

// typist is a screen that keys can be typed into: it takes them before the table of keys does, or not.
type typist interface {
	typed(a *App, key tea.KeyMsg) (took bool, cmd tea.Cmd)
}

// idler is a screen that says which keys have nothing to do as it stands: they are not in the footer.
type idler interface {
	idle(act action) bool
}

// idleFor tells whether a key closes what is closed, or opens what is open.
func idleFor(act action, closed bool) bool {
	return act == closeAlert && closed || act == reopen && !closed
}

// prompt is a question answered by typing a line.
type prompt struct {
	label    safe.Text
	input    widget.Input
	complete func(string) []string
	seek     seeker // what the store knows of that; may be nil
	accept   func(string) tea.Cmd
	hints    []string
	past     *past  // lines that were typed to the same question before; may be nil
	blank    string // what an empty line stands for; "" for nothing
	offered  bool   // its text is a proposal: the first letter that is typed replaces it
	prose    bool   // what is asked for is text, which may be written in an editor
	needed   string // said, and the question kept, where nothing is typed; "" where that is an answer
}

// scope is which keys of the table it has.
func (p *prompt) scope() scope {
	s := onPrompt
	if p.complete != nil {
		s |= onWords
	}
	if p.past != nil {
		s |= onPast
	}
	if p.prose {
		s |= onProse
	}
	return s
}

// choice is a question answered by one key.
type choice struct {
	title    safe.Text
	options  []option
	fleeting bool // any other key leaves it
}

type option struct {
	key  string
	text safe.Text
	pick func() tea.Cmd
}
