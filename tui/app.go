// Package tui is the workbench: the screens an analyst works at. App is the only tea.Model; every screen is a plain struct in a
// file of its own. Update does no work and View changes nothing: work is asked for (ask.go) and lands later.
package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/term"

	"casebook/guides"
	"casebook/store"
	_ "casebook/tui/dark" // before bubbletea's init: see there
	"casebook/tui/glass"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// Options is what a workbench is opened with.
type Options struct {
	Store      *store.DB
	Detections []*guides.Detection
	// AsOf is the workbench's now, in ticks: the newest loaded event, unless it is set.
	AsOf int64
	// AsOfSet says that someone set it: lists of events begin there then, and not at the newest.
	AsOfSet bool
	Charset widget.Charset
	Color   ColorMode
	Clock   Clock
	Analyst string // who answers and closes
	// Open is a command of the palette to begin with: "alerts sev:high".
	Open string
	// Shelf gives the rules as they stand; without it they are the detections. Detect runs one of them over all that is loaded
	// and says how that went.
	Shelf  func(context.Context) ([]Rule, error)
	Detect func(ctx context.Context, rule string) (string, error)
	// StateDir is where what is on the screen is kept for the next time; "" keeps nothing.
	StateDir string
	// Plain is set on the face of lines, which has no clipboard and hands the terminal to no other program.
	Plain bool
	// Keys are the analyst's own; nil are those that come with it.
	Keys *Keys
	// Secure keeps editors, pagers and files outside of the state folder away.
	Secure bool
}

// App is the workbench.
type App struct {
	Options
	ctx     context.Context
	glass   *glass.Glass // that frames go to the terminal through; none where there is no terminal
	width   int
	height  int
	at      int                 // the root that is shown
	stacks  [rootCount][]screen // of every root, the top last
	history history
	prompt  *prompt
	choice  *choice
	chips   *chipList
	notice  notice
	version int64  // of the store, when the screen was read
	rules   string // the mark of the rules that Detections are
	trouble string // with the store, when it was last asked whether it has changed
	polling slot
	seeking slot // for what a line can become
	// question is for what is read before something is asked, and ahead are the keys that wait for it, or for a screen.
	question slot
	ahead    typeahead
	byID     map[string]*guides.Detection
	quits    int           // ctrl+c in a row
	resting  time.Duration // that a cursor must stay before what is beside it is read

	views        []store.View // that are kept
	viewing      slot
	eventColumns string // of lists of events, as they were chosen
	pasts        map[string]*past
	deeds        deeds
	held         int64 // the event that another is to be compared with; 0 for none
	storeName    string
	begun        time.Time
}

type notice struct {
	said string
	text safe.Text
	bad  bool
}

// New is a workbench, not yet running.
func New(ctx context.Context, o Options) *App {
	a := &App{Options: o, ctx: ctx, begun: time.Now(), byID: map[string]*guides.Detection{}, eventColumns: firstColumns, pasts: map[string]*past{}}
	a.Clock = a.Clock.about(o.AsOf)
	for _, d := range o.Detections {
		a.byID[d.Rule.ID] = d
	}
	a.at = overviewRoot
	a.stacks[a.at] = []screen{&overviewScreen{}}
	a.resume()
	a.history.visit(a.here())
	return a
}

// Run shows the workbench until the analyst quits.
func Run(ctx context.Context, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !signal.Ignored(syscall.SIGHUP) { // the terminal is gone
		var stop func()
		ctx, stop = signal.NotifyContext(ctx, syscall.SIGHUP)
		defer stop()
	}
	a := New(ctx, o)
	a.resting = 120 * time.Millisecond
	// A workbench stays open for days, beside others on the same host: it collects garbage sooner than a program that ends.
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	a.glass = glass.New(os.Stdout)
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithOutput(a.glass), tea.WithAltScreen(), tea.WithFPS(120)}
	if term.IsTerminal(os.Stdin.Fd()) { // else bubbletea opens the terminal itself
		options = append(options, tea.WithInput(keyboard{os.Stdin, cancel}))
	}
	program := tea.NewProgram(a, options...)
	a.watchStops(ctx, program.Send)
	_, err := program.Run()
	a.leave(context.WithoutCancel(ctx), os.Stderr)
	if errors.Is(err, tea.ErrInterrupted) || ctx.Err() != nil {
		return context.Canceled
	}
	return err
}

// pollEvery is how often the store is asked whether anyone has changed it: a colleague's answer is seen well within two seconds.
const pollEvery = 700 * time.Millisecond

type pollMsg struct{}

func poll() tea.Cmd { return tea.Tick(pollEvery, func(time.Time) tea.Msg { return pollMsg{} }) }

// Init begins reading.
func (a *App) Init() tea.Cmd { return tea.Batch(a.start(), poll()) }

// start reads the first screen.
func (a *App) start() tea.Cmd {
	if a.Store.ReadOnly() {
		a.say("the store cannot be written here: it is for reading only")
	}
	cmd := tea.Batch(a.top().read(a), a.readViews())
	if a.Open != "" {
		cmd = tea.Batch(cmd, a.command(a.Open))
	}
	return cmd
}

// Update is bubbletea's door.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := a.receive(msg)
	a.layout()
	return a, cmd
}

func (a *App) receive(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.width, a.height = msg.Width, msg.Height
		if a.glass != nil {
			a.glass.Forget()
		}
	case tea.KeyMsg:
		return a.typed(msg)
	case landing:
		return tea.Batch(msg.apply(), a.catchUp())
	case continued:
		return a.retake(msg.at)
	case pollMsg:
		a.sayWaiting()
		return tea.Batch(a.look(), poll())
	}
	return nil
}

// typed takes what came from the keyboard apart into keys. On a slow link several arrive as one.
func (a *App) typed(msg tea.KeyMsg) tea.Cmd {
	switch {
	case msg.Paste && a.prompt == nil && !a.takesText():
		// What is pasted is text: taken for keys it would close alerts.
		a.say("pasted text goes where text is typed: after / or : or in the console")
		return nil
	case msg.Paste:
		return a.key(msg)
	case msg.Alt:
		// No key here needs Alt: it is Esc with the next key close behind, as slow links deliver it.
		msg.Alt = false
		return a.keys(tea.KeyMsg{Type: tea.KeyEsc}, msg)
	case msg.Type == tea.KeyRunes && len(msg.Runes) > 1:
		all := make([]tea.KeyMsg, len(msg.Runes))
		for i, r := range msg.Runes {
			all[i] = tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}
			if r == ' ' {
				all[i].Type = tea.KeySpace
			}
		}
		return a.keys(all...)
	}
	return a.key(msg)
}

// keys takes keys one after the other.
func (a *App) keys(all ...tea.KeyMsg) tea.Cmd {
	cmds := make([]tea.Cmd, len(all))
	for i, msg := range all {
		cmds[i] = a.key(msg)
		a.layout()
	}
	return tea.Batch(cmds...)
}

// look asks whether the store has changed, by a colleague or another command, and reads what is shown again if so.
func (a *App) look() tea.Cmd {
	type state struct {
		version int64
		rules   string
		trouble string
	}
	seen := a.version
	return ask(a, &a.polling, func(ctx context.Context) (state, error) {
		var now state
		var err error
		if now.version, err = a.Store.Version(ctx); err == nil {
			err = a.Store.Stands()
		}
		if err != nil {
			return state{version: seen, trouble: err.Error()}, ctx.Err()
		}
		if now.version == seen {
			return now, nil
		}
		now.rules, err = a.Store.RulesMark(ctx)
		return now, err
	}, func(now state) tea.Cmd {
		if now.trouble != a.trouble { // said once, and again when it is another
			if a.trouble = now.trouble; now.trouble != "" {
				a.warn(now.trouble)
			}
		}
		if now.version == a.version {
			return nil
		}
		first, changed := a.version == 0, a.rules != now.rules
		a.version, a.rules = now.version, now.rules
		switch {
		case first:
			return nil
		case changed:
			return a.readRules()
		}
		return a.refresh()
	})
}

// readRules takes the rules as they stand now, which others may have changed, and reads what is shown again.
func (a *App) readRules() tea.Cmd {
	type shelf struct {
		rules []Rule
		err   error
	}
	return ask(a, new(slot), func(ctx context.Context) (shelf, error) {
		rules, err := a.shelf(ctx)
		return shelf{rules, err}, nil
	}, func(now shelf) tea.Cmd {
		if now.err != nil {
			a.warn("the rules were changed, and cannot be read: " + now.err.Error())
			return a.refresh()
		}
		a.Detections, a.byID = nil, map[string]*guides.Detection{} // fresh ones: reports are made of the old ones meanwhile
		for _, r := range now.rules {
			a.Detections = append(a.Detections, r.Detection)
			a.byID[r.Rule.ID] = r.Detection
		}
		return a.refresh()
	})
}

func (a *App) refresh() tea.Cmd { return a.top().read(a) }

// stack is the screens of the root that is shown.
func (a *App) stack() []screen { return a.stacks[a.at] }

func (a *App) top() screen { return a.stack()[len(a.stack())-1] }

// layout tells what is shown how large it is.
func (a *App) layout() {
	if a.height > 0 {
		a.top().layout(a, a.width, a.bodyHeight())
	}
}

// chrome is the lines around the body: the path above, a rule and the keys below.
const chrome = 3

func (a *App) bodyHeight() int { return max(1, a.height-chrome-len(a.asking())) }

func (a *App) say(text string)  { a.notice = notice{said: text, text: safe.Escape(text)} }
func (a *App) warn(text string) { a.notice = notice{said: text, text: safe.Escape(text), bad: true} }

// key sends a key to whoever it is for: a question first, then a screen that is being typed into, then the table of keys.
func (a *App) key(msg tea.KeyMsg) tea.Cmd {
	name := msg.String()
	if name == "ctrl+c" {
		return a.interrupt()
	}
	if name == "ctrl+z" {
		return a.suspend()
	}
	a.quits = 0
	behind := a.catchUp()
	if a.waits(msg) {
		return behind
	}
	return tea.Batch(behind, a.press(msg))
}

// press takes a key now.
func (a *App) press(msg tea.KeyMsg) tea.Cmd {
	name := msg.String()
	a.notice = notice{}
	switch t, ok := a.top().(typist); {
	case a.prompt != nil:
		return a.promptKey(msg)
	case a.choice != nil:
		return a.choiceKey(name)
	case a.chips != nil:
		return a.chipKey(a.Keys.meaning(name, onChips))
	case ok:
		if took, cmd := t.typed(a, msg); took {
			return cmd
		}
	}
	act := a.Keys.meaning(name, a.top().scope())
	if writing[act]&a.top().scope() != 0 && a.unwritable() {
		return nil
	}
	if do, ok := global[act]; ok && offered(act) {
		return do(a)
	}
	if act == none {
		a.say(fmt.Sprintf("%s does nothing here; %s lists what does", keyName(name), a.Keys.hint(help, a.top().scope())))
		return nil
	}
	return a.top().do(a, act)
}

// interrupt closes what is open; twice in a row it always quits.
func (a *App) interrupt() tea.Cmd {
	a.quits++
	if a.quits > 1 {
		return tea.Quit
	}
	a.prompt, a.choice, a.chips = nil, nil, nil
	a.say("ctrl+c again quits")
	return nil
}

// global is what keys do on every screen.
var global = map[action]func(*App) tea.Cmd{}

func init() {
	for act, do := range map[action]func(*App) tea.Cmd{
		historyBack:    func(a *App) tea.Cmd { return a.travel(-1) },
		historyForward: func(a *App) tea.Cmd { return a.travel(1) },
		back:           (*App).pop,
		quit:           func(*App) tea.Cmd { return tea.Quit },
		redraw:         func(*App) tea.Cmd { return tea.ClearScreen },
		help:           (*App).help,
		palette:        (*App).openPalette,
		viewList:       func(a *App) tea.Cmd { return a.showView("") },
		undo:           (*App).undo,
		redo:           (*App).redo,
	} {
		global[act] = do
	}
}
