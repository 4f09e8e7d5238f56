package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/veil"
	"casebook/tui/widget"
)

// queryScreen is the console: a query in one of the languages, what each of its stages gave, its rows, and behind every row the
// events that made it.
type queryScreen struct {
	language engine.Language
	texts    map[engine.Language]*widget.Input // what is typed in each language
	editing  bool                              // keys are typed into the text
	offers   offers
	window   time.Duration // that scans are bound to, before now; 0 for all of time
	alert    int64         // whose guide the text is of; 0 for none
	step     string        // of that guide
	params   engine.Params // of that step
	asOf     int64         // that now is for the step; 0 for the workbench's

	answer *queryAnswer
	plan   bool // the stages are shown in place of the rows
	list   widget.List
	focus  int // the column that keys are about
	left   int // columns scrolled away

	running, binding slot
}

// queryAnswer is what a run gave, and what it was asked.
type queryAnswer struct {
	text   string
	result *engine.Result
	shown  *engine.Result // with secrets masked, and prompts veiled
	hidden int            // values of which that is so
	took   time.Duration
	extent
}

func openQuery(a *App, rest string) (screen, error) {
	s := &queryScreen{language: engine.ESQL, texts: map[engine.Language]*widget.Input{}, editing: true}
	if language, text, ok := strings.Cut(rest, " "); ok || rest != "" {
		if s.language = engine.Language(language); !slices.Contains(languages, s.language) {
			return nil, fmt.Errorf("a query is query esql TEXT or query kql TEXT, not %q", rest)
		}
		s.typing().Insert(text)
	}
	return s, nil
}

// languages in the order that the console goes through them.
var languages = []engine.Language{engine.ESQL, engine.KQL}

var languageWords = map[engine.Language]safe.Text{engine.ESQL: safe.Own("ES|QL"), engine.KQL: safe.Own("KQL")}

// newQuery is the console with a text, that is run.
func newQuery(language engine.Language, text string) *queryScreen {
	s := &queryScreen{language: language, texts: map[engine.Language]*widget.Input{}}
	s.typing().Insert(text)
	return s
}

// newStepQuery is the console with the query of a guide's step: what its parameters stand for and what now is go with it.
func newStepQuery(alert int64, step *guides.Step, params engine.Params, asOf int64) *queryScreen {
	s := newQuery(step.Language, step.Query)
	s.alert, s.step, s.params, s.asOf = alert, step.Key, params, asOf
	return s
}

// now is what now is for the query.
func (s *queryScreen) now(a *App) int64 {
	if s.asOf != 0 {
		return s.asOf
	}
	return a.AsOf
}

// typing is the text in the language that is chosen.
func (s *queryScreen) typing() *widget.Input {
	in := s.texts[s.language]
	if in == nil {
		fresh := widget.NewInput("", true)
		in = &fresh
		s.texts[s.language] = in
	}
	return in
}

func (s *queryScreen) crumb() safe.Text { return safe.Own("query") }
func (s *queryScreen) scope() scope {
	if s.editing {
		return onEditor
	}
	return onQuery
}

func (s *queryScreen) status(a *App) safe.Text {
	other := languages[(slices.Index(languages, s.language)+1)%len(languages)]
	window := "all time"
	if s.window > 0 {
		window = "last " + spanText(s.window)
	}
	now := "nothing loaded"
	if !a.empty() {
		now = "as-of " + a.Clock.FullTick(s.now(a), "01-02 15:04")
	}
	return safe.Sprintf("%s (ctrl+t: %s)  %s  %s", languageWords[s.language], languageWords[other], now, window)
}

// read asks for nothing but what the parameters of a step's query stand for: a query is run when it is asked to.
func (s *queryScreen) read(a *App) tea.Cmd {
	if s.alert == 0 || s.params != nil {
		return nil
	}
	alert, key := s.alert, s.step
	return ask(a, &s.binding, func(ctx context.Context) (engine.Params, error) { return a.paramsOf(ctx, alert, key) }, func(params engine.Params) tea.Cmd {
		s.params = params
		return nil
	})
}

func (s *queryScreen) leave() { s.running.stop(); s.binding.stop() }

// run runs the text in the background.
func (s *queryScreen) run(a *App) tea.Cmd {
	text := s.typing().String()
	if strings.TrimSpace(text) == "" {
		a.warn("nothing to run yet")
		return nil
	}
	a.past("query " + string(s.language)).keep(text)
	language, params, asOf, clock := s.language, s.params, s.now(a), a.Clock
	options := engine.Options{AsOf: asOf, Lineage: true}
	if s.window > 0 {
		options.Window = &engine.Window{From: asOf - int64(s.window/100), To: asOf + 1}
	}
	s.offers, s.plan = offers{}, false
	return tea.Batch(ask(a, &s.running, func(ctx context.Context) (*queryAnswer, error) {
		begin := time.Now()
		q, err := engine.Parse(ctx, language, syntax.NewFile("query", text), a.Store, params)
		if err != nil {
			return nil, err
		}
		result, err := engine.Run(ctx, q, a.Store, options)
		if err != nil {
			return nil, err
		}
		got := &queryAnswer{text: text, result: result, took: time.Since(begin)}
		on, err := a.Store.Veil(ctx)
		if err != nil {
			return nil, err
		}
		got.shown, got.hidden = veil.Result(result.Query, result, on)
		got.extent = extentOf(clock, got.shown)
		return got, nil
	}, func(got *queryAnswer) tea.Cmd {
		s.answer, s.list, s.focus, s.left = got, widget.List{}, 0, 0
		s.editing = got.result.Batch.Len == 0
		return nil
	}), a.keepState())
}

func (s *queryScreen) layout(a *App, width, height int) {
	rows := 0
	switch {
	case s.answer != nil && s.plan:
		rows = len(s.answer.result.Stages)
	case s.answer != nil:
		rows = s.answer.result.Batch.Len
	}
	s.list.Resize(rows, max(1, height-s.editorHeight(height)-4-len(s.paramLines(a, width))))
}

// editorHeight is how many lines the text has.
func (s *queryScreen) editorHeight(height int) int {
	lines := strings.Count(s.typing().String(), "\n") + 1
	most := max(2, height/3)
	if s.editing {
		most = max(2, height*2/5)
	}
	return max(2, min(lines+1, most))
}

func (s *queryScreen) do(a *App, act action) tea.Cmd {
	if s.running.busy && act == back {
		s.running.stop()
		a.say("stopped")
		return nil
	}
	if move(&s.list, act) {
		return nil
	}
	if do, ok := queryKeys[act]; ok {
		return do(s, a)
	}
	if s.answer == nil || s.list.Len == 0 || s.plan {
		return nil
	}
	switch act {
	case drill:
		return s.drill(a)
	case prevColumn, nextColumn:
		s.turn(a.width, act)
	case copyValue, filterFor, filterOut, sameInTime:
		return s.onValue(a, act)
	}
	return nil
}

var queryKeys map[action]func(*queryScreen, *App) tea.Cmd

func init() {
	queryKeys = map[action]func(*queryScreen, *App) tea.Cmd{
		run:  (*queryScreen).run,
		edit: func(s *queryScreen, _ *App) tea.Cmd { s.editing = true; return nil },
		nextLanguage: func(s *queryScreen, _ *App) tea.Cmd {
			s.language = languages[(slices.Index(languages, s.language)+1)%len(languages)]
			s.offers, s.editing = offers{}, true
			s.running.err = nil // of the other language's text
			return nil
		},
		showPlan: func(s *queryScreen, _ *App) tea.Cmd {
			s.plan = s.answer != nil && !s.plan
			s.list = widget.List{}
			return nil
		},
		oldQueries: func(s *queryScreen, a *App) tea.Cmd { return a.push(newPastQueries(a, s.language)) },
		saveRule:   (*queryScreen).askRule,
		setWindow:  (*queryScreen).askWindow,
		openEditor: func(s *queryScreen, a *App) tea.Cmd {
			return a.editText("query."+string(s.language), s.typing().String(), func(text string) tea.Cmd {
				fresh := widget.NewInput(text, true)
				s.texts[s.language] = &fresh
				return nil
			})
		},
		reveal: func(s *queryScreen, a *App) tea.Cmd {
			got := s.answer
			if got == nil || got.hidden == 0 {
				a.say("all values are shown as they are")
				return nil
			}
			return a.reveal(store.Revealed{Object: "query", What: got.text}, func() {
				got.shown, got.hidden, got.extent = got.result, 0, extentOf(a.Clock, got.result)
			})
		},
		writeFile: func(s *queryScreen, a *App) tea.Cmd {
			if s.answer == nil {
				return nil
			}
			return a.askWrite("query.csv", resultCSV(s.answer.shown))
		},
	}
}

// askWindow binds the query's scans to a time before now.
func (s *queryScreen) askWindow(a *App) tea.Cmd {
	a.askLine(safe.Own("window before now (24h, 7d, all):"), "", func(text string) tea.Cmd {
		if text == "all" || text == "" {
			s.window = 0
			return nil
		}
		d, err := parseSpan(text)
		if err != nil {
			a.warn(err.Error())
			return nil
		}
		s.window = d
		return nil
	})
	return nil
}

// drill opens the events that made a row.
func (s *queryScreen) drill(a *App) tea.Cmd {
	at := s.list.Cursor
	events := s.answer.result.Events
	if at >= len(events) || len(events[at]) == 0 {
		a.warn("no event is behind this row: it was made by the query itself")
		return nil
	}
	ids := events[at]
	if len(ids) == 1 {
		return a.push(newEvent(ids[0], nil))
	}
	return a.push(eventsBehind(a, ids, safe.Sprintf("behind row %d of the query", at+1)))
}

// turn moves the focus to another column and scrolls so that it is seen.
func (s *queryScreen) turn(width int, act action) {
	step := 1
	if act == prevColumn {
		step = -1
	}
	s.focus = max(0, min(s.focus+step, len(s.answer.widths)-1))
	s.left = min(s.left, s.focus)
	for s.left < s.focus {
		need := 3
		for _, w := range s.answer.widths[s.left : s.focus+1] {
			need += w + 1
		}
		if need <= width {
			return
		}
		s.left++
	}
}

// onValue does what can be done with any value; where its column is a field of events, that field is meant.
func (s *queryScreen) onValue(a *App, act action) tea.Cmd {
	c := s.answer.result.Columns[s.focus]
	v := s.answer.result.Batch.Columns[s.focus].Value(s.list.Cursor)
	text := a.Clock.text(c.Type, v).String()
	if plain, ok := v.(string); ok {
		text = plain
	}
	if act == copyValue {
		shown := s.answer.shown.Batch.Columns[s.focus]
		if plain, ok := shown.Value(s.list.Cursor).(string); ok {
			text = plain
		} else {
			text = a.Clock.text(shown.Type, shown.Value(s.list.Cursor)).String()
		}
		return a.copy(text)
	}
	if _, ok := store.SlotOf(c.Name); !ok || v == nil {
		a.warn("events cannot be chosen by " + c.Name + "; enter opens those behind the row")
		return nil
	}
	if act == sameInTime {
		return a.push(newTimeline(c.Name, text, engine.Window{From: s.now(a) - column.Hour, To: s.now(a)}))
	}
	return a.eventsWith(c.Name, text, act == filterOut)
}
