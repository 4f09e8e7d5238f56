package tui

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
)

// What an analyst does is done in the order of the keys, one after the other, whichever command runs first: two keys typed within one
// write never get in each other's way. A change names the version that was on the screen when its key was pressed; where the only
// changes since are this workbench's own, it is about what they left. Whatever a colleague changed meanwhile is told as before.

// deed is one change of the store that waits for its turn.
type deed struct {
	do   func(context.Context) (notice string, err error)
	at   time.Time
	said string
	err  error
	done bool
}

// deeds are those that were asked for and not yet done, in order.
type deeds struct {
	list    sync.Mutex // held for a moment, by keys too
	waiting []*deed
	untold  []*deed    // whose outcome has not been told; only Update touches it
	turn    sync.Mutex // held while something is done
	left    own
}

func (q *deeds) add(d *deed) {
	q.list.Lock()
	q.waiting = append(q.waiting, d)
	q.list.Unlock()
}

// through does everything up to a deed.
func (q *deeds) through(ctx context.Context, d *deed) {
	q.turn.Lock()
	defer q.turn.Unlock()
	for !d.done {
		q.next(ctx)
	}
}

// next does what has waited longest, and tells whether there was anything. It is done whole, also where the terminal goes meanwhile.
func (q *deeds) next(ctx context.Context) bool {
	q.list.Lock()
	if len(q.waiting) == 0 {
		q.list.Unlock()
		return false
	}
	next := q.waiting[0]
	q.waiting = q.waiting[1:]
	q.list.Unlock()
	next.said, next.err = next.do(store.Act(context.WithoutCancel(ctx)))
	next.done = true
	return true
}

// finish does all that waits still when the workbench ends: who typed it and then quit has done it. What failed is told.
func (q *deeds) finish(ctx context.Context, said io.Writer) {
	if !q.turn.TryLock() {
		fmt.Fprintln(said, "saving what was done last")
		q.turn.Lock()
	}
	defer q.turn.Unlock()
	for q.next(ctx) {
	}
	for _, d := range q.untold {
		if d.err != nil {
			fmt.Fprintf(said, "not saved: %s\n", safe.Escape(d.err.Error()))
		}
	}
}

// slow is how long a change may take until it is said that it waits.
const slow = 400 * time.Millisecond

// sayWaiting tells of a change that is not kept yet, as when another process writes for long.
func (a *App) sayWaiting() {
	if all := a.deeds.untold; len(all) > 0 && time.Since(all[0].at) > slow {
		a.say("not saved yet: waiting for the store, to which another process writes")
	}
}

// act does something that changes the store, tells how it went, and has what is shown read again. All changes of it are undone together.
func (a *App) act(f func(context.Context) (notice string, err error), after func() tea.Cmd) tea.Cmd {
	d := &deed{do: f, at: time.Now()}
	a.deeds.add(d)
	a.deeds.untold = append(a.deeds.untold, d)
	return func() tea.Msg {
		a.deeds.through(a.ctx, d)
		return landing{func() tea.Cmd {
			a.deeds.untold = slices.DeleteFunc(a.deeds.untold, func(told *deed) bool { return told == d })
			if d.err != nil {
				a.warn(d.err.Error())
				return a.refresh()
			}
			a.say(d.said)
			var next tea.Cmd
			if after != nil {
				next = after()
			}
			return tea.Batch(next, a.refresh())
		}}
	}
}

// unwritable tells whether nothing can be kept, and says why: before a text is asked for, not after.
func (a *App) unwritable() bool {
	if a.Store.ReadOnly() {
		a.warn(fmt.Sprintf("not here: %s cannot be written, its file or folder is for reading only", baseName(a.Store.Path())))
	}
	return a.Store.ReadOnly()
}

// thing is what has versions: an alert, an answer of its guide, a case.
type thing struct {
	kind string
	id   int64
	step string
}

// version is a thing as it was at some time.
type version struct {
	thing
	n int
}

// own is which versions this workbench's own changes made of which. Only deeds touch it, one at a time.
type own map[version]int

// latest is what became of a version that was on a screen, as far as only this workbench changed it.
func (o own) latest(of thing, seen int) int {
	for range len(o) {
		next, ok := o[version{of, seen}]
		if !ok {
			break
		}
		seen = next
	}
	return seen
}

func (o *own) put(of thing, seen, now int) {
	if *o == nil {
		*o = own{}
	}
	if seen != now {
		(*o)[version{of, seen}] = now
	}
}

// setState changes an alert as it is once what was asked for before is done.
func (a *App) setState(ctx context.Context, t store.Alert, set func(*store.State)) error {
	of, state := thing{kind: "alert", id: t.ID}, t.State
	seen := a.deeds.left.latest(of, t.Version)
	if seen != t.Version {
		now, err := a.Store.Alert(ctx, t.ID)
		if err != nil {
			return err
		}
		state = now.State
	}
	set(&state)
	saved, err := a.Store.SetState(ctx, t.ID, state, seen)
	if err == nil {
		a.deeds.left.put(of, seen, saved.Version)
	}
	return err
}

// setAnswer changes a step's answer as it is once what was asked for before is done.
func (a *App) setAnswer(ctx context.Context, alert int64, answer store.Answer, set func(*store.Answer)) (store.Answer, error) {
	of := thing{"answer", alert, answer.Step}
	seen := a.deeds.left.latest(of, answer.Version)
	if seen != answer.Version {
		all, err := a.Store.Answers(ctx, alert)
		if err != nil {
			return answer, err
		}
		answer = all[answer.Step]
		answer.Step = of.step
	}
	set(&answer)
	answer.Version = seen
	saved, err := a.Store.SetAnswer(ctx, alert, answer)
	if err == nil {
		a.deeds.left.put(of, seen, saved.Version)
	}
	return saved, err
}

// setCase changes a case of which a version was seen.
func (a *App) setCase(id int64, seen int, set func(version int) (store.Case, error)) error {
	of := thing{kind: "case", id: id}
	seen = a.deeds.left.latest(of, seen)
	saved, err := set(seen)
	if err == nil {
		a.deeds.left.put(of, seen, saved.Version)
	}
	return err
}

// turned keeps account of what an undo or a redo made of alerts: each of their changes is one version.
func (a *App) turned(ctx context.Context, changes []store.Change) {
	for i := len(changes) - 1; i >= 0; i-- {
		if c := &changes[i]; c.Kind == "status" {
			if now, err := a.Store.Alert(ctx, c.Alert); err == nil {
				a.deeds.left.put(thing{kind: "alert", id: c.Alert}, now.Version-1, now.Version)
			}
		}
	}
}
