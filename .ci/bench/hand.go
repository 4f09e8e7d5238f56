package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/guides"
	"casebook/store"
	"casebook/tui"
	"casebook/tui/widget"
)

// hand is a workbench without a terminal. Keys go to Update, frames come from View, and what Update asks for is run between them, as
// bubbletea would in the background.
type hand struct {
	db    *store.DB
	asOf  int64
	rules []*guides.Detection
	model tea.Model
	took  []time.Duration // of each key, and of each answer, to its frame
}

func openHand(ctx context.Context, path string) (*hand, error) {
	db, err := store.Open(path, store.Options{})
	if err != nil {
		return nil, err
	}
	rules, err := guides.Library()
	if err != nil {
		return nil, err
	}
	newest, _, err := db.NewestEvent(ctx)
	if err != nil {
		return nil, err
	}
	return &hand{db: db, asOf: newest, rules: rules}, nil
}

// fresh shows a screen of 140 by 40 at a command of the palette.
func (h *hand) fresh(open string) {
	h.model = tui.New(context.Background(), tui.Options{Store: h.db, Detections: h.rules, AsOf: h.asOf, Charset: widget.Blocks, Analyst: "bench", Open: open})
	h.model, _ = h.model.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
	for _, cmd := range batch(h.model.Init()) {
		h.settle(cmd)
	}
	h.took = nil
}

// batch is the commands of Init without the clock that asks for changes.
func batch(cmd tea.Cmd) []tea.Cmd {
	if all, ok := cmd().(tea.BatchMsg); ok {
		return all[:1]
	}
	return nil
}

// settle runs a command and all that follows from it, each beside the others as the terminal's program does.
func (h *hand) settle(cmd tea.Cmd) {
	said, running := make(chan tea.Msg), 0
	start := func(cmd tea.Cmd) {
		if cmd != nil {
			running++
			go func() { said <- cmd() }()
		}
	}
	for start(cmd); running > 0; running-- {
		switch msg := (<-said).(type) {
		case nil, tea.QuitMsg:
		case tea.BatchMsg:
			for _, c := range msg {
				start(c)
			}
		default:
			start(h.frame(msg))
		}
	}
}

// frame is one message to its frame.
func (h *hand) frame(msg tea.Msg) (cmd tea.Cmd) {
	begin := time.Now()
	h.model, cmd = h.model.Update(msg)
	_ = h.model.View()
	h.took = append(h.took, time.Since(begin))
	return cmd
}

var named = map[string]tea.KeyType{"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp}

func (h *hand) press(keys ...string) {
	for _, k := range keys {
		msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
		if t, ok := named[k]; ok {
			msg = tea.KeyMsg{Type: t}
		}
		h.settle(h.frame(msg))
	}
}

// say counts what the store has.
func (h *hand) say(ctx context.Context) error {
	events, err := h.db.Summaries(ctx, store.EventFilter{}, "source", 0)
	if err != nil {
		return err
	}
	count := int64(0)
	for _, e := range events {
		count += e.Events
	}
	alerts, err := h.db.CountAlerts(ctx, store.AlertFilter{})
	if err != nil {
		return err
	}
	fmt.Printf("a store of %d events and %d alerts, at 140x40\n\n", count, alerts)
	return nil
}

// lists are the lists to walk in, by the palette's command and the keys that lead on from there.
var lists = []struct {
	name, open string
	keys       []string
}{
	{"overview", "overview", nil},
	{"alerts", "alerts", nil},
	{"an alert's evidence", "alerts rule:bench-busy-account", []string{"enter", "tab"}},
	{"timeline", "alerts rule:bench-busy-account", []string{"t"}},
	{"users", "users", nil},
	{"events", "events", nil},
	{"event", "events", []string{"enter"}},
	{"rules", "rules", nil},
}

// walk is what a hand does in a list, again and again.
var walk = []string{"j", "j", "j", "k", "pgdown", "j", "pgdown", "pgdown", "pgup", "k", "G", "k", "pgup", "g", "j", "pgdown"}

func (h *hand) keys() error {
	for _, l := range lists {
		h.fresh(l.open)
		h.press(l.keys...)
		h.took = nil
		var settled []time.Duration
		for range 30 {
			for _, k := range walk {
				begin := time.Now()
				h.press(k)
				settled = append(settled, time.Since(begin))
			}
		}
		median, late := central(h.took)
		_, behind := central(settled)
		tell("key to frame, p50: "+l.name, median, 2*time.Millisecond, "")
		tell("key to frame, p99: "+l.name, late, 8*time.Millisecond, "with what is read behind it, p99 "+amount(behind))
	}
	return h.sorts()
}

// sorts are how long a page of the queue takes to be there in each of its orders. It is read behind the frame, and nothing is wanted of it
// but that nobody waits.
func (h *hand) sorts() error {
	h.fresh("alerts status:all")
	var parts []string
	for range 8 {
		begin := time.Now()
		h.press("s")
		first := time.Since(begin)
		begin = time.Now()
		h.press("G")
		parts = append(parts, fmt.Sprintf("%s/%s", amount(first), amount(time.Since(begin))))
	}
	fmt.Printf("%-44s %s\n", "the queue in each order, first and last page", strings.Join(parts, "  "))
	return nil
}

// openings are from the key to the frame in which all has come.
func (h *hand) openings() error {
	opening := func(name string, want time.Duration, open string, keys ...string) {
		all := make([]time.Duration, 7)
		for i := range all {
			h.fresh(open)
			begin := time.Now()
			h.press(keys...)
			all[i] = time.Since(begin)
		}
		median, _ := central(all)
		tell("opening: "+name, median, want, "")
	}
	opening("alert with 10,000 events", 100*time.Millisecond, "alerts rule:bench-busy-account", "enter")
	opening("prompt of 10 MB", 200*time.Millisecond, `events user.id:"arn:aws:iam::123456789012:user/giant"`, "enter", "tab")
	return nil
}
