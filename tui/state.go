package tui

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// The workbench begins where its analyst left it: every root with what was open there, filters, orders, cursors and marks (resume.go), the
// columns, and what was typed. A file a store and an analyst in the state folder keeps that; without one, or with one that cannot be
// read, the workbench begins anew. What of the file is not understood, or is of things that are gone, is left away.

// remembered is what the file holds.
type remembered struct {
	Store   string // its path
	Name    string // what tells it from another that lies at that path later
	Root    string
	Stacks  map[string][]leftScreen // of the roots, by their names
	Columns string
	Typed   map[string][]string
}

func (a *App) statePath() (string, error) {
	if a.StateDir == "" {
		return "", errors.New("no state folder")
	}
	path, err := filepath.Abs(a.Store.Path())
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(path + "\x00" + a.Analyst))
	return filepath.Join(a.StateDir, fmt.Sprintf("store-%x.json", sum[:8])), nil
}

// now is the workbench's state to be remembered.
func (a *App) now() remembered {
	r := remembered{Store: a.Store.Path(), Name: a.storeName, Root: roots[a.at].name, Stacks: map[string][]leftScreen{}, Columns: a.eventColumns, Typed: map[string][]string{}}
	for i, stack := range a.stacks {
		if list := a.keepStack(stack); len(list) > 0 {
			r.Stacks[roots[i].name] = list
		}
	}
	for name, p := range a.pasts {
		r.Typed[name] = append([]string{}, p.lines...)
	}
	return r
}

// leave keeps what would be lost, however the workbench ends: the terminal may be gone, and nobody may have pressed a key.
func (a *App) leave(ctx context.Context, said io.Writer) {
	if keep := a.keepState(); keep != nil {
		keep()
	}
	a.deeds.finish(ctx, said)
	a.keepDrafts(ctx, said)
}

// keepState writes the state down. What cannot be written is not missed: the workbench begins anew next time.
func (a *App) keepState() tea.Cmd {
	path, err := a.statePath()
	if err != nil {
		return nil
	}
	data, err := json.Marshal(a.now())
	if err != nil {
		return nil
	}
	return func() tea.Msg {
		fresh := path + ".new"
		if os.WriteFile(fresh, data, 0o600) == nil {
			_ = os.Rename(fresh, path)
			forgetOld(filepath.Dir(path))
		}
		return nil
	}
}

// mostRemembered bounds the stores whose state is kept: demos and loads into temporary folders leave one behind each.
const mostRemembered = 64

// forgetOld removes the states that were left longest ago.
func forgetOld(dir string) {
	paths, err := filepath.Glob(filepath.Join(dir, "store-*.json"))
	if err != nil || len(paths) <= mostRemembered {
		return
	}
	left := make(map[string]time.Time, len(paths))
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			left[path] = info.ModTime()
		}
	}
	slices.SortFunc(paths, func(x, y string) int { return left[y].Compare(left[x]) })
	for _, path := range paths[mostRemembered:] {
		_ = os.Remove(path) // it is tried again next time
	}
}

// mostState bounds a file of state that is read.
const mostState = 4 << 20

// resume takes up the state that was kept, as far as it can still be used.
func (a *App) resume() {
	ctx := context.Background()
	var err error
	if a.storeName, err = a.Store.Name(ctx); err != nil {
		return // the screens say what is wrong with the store
	}
	path, err := a.statePath()
	if err != nil {
		return
	}
	if info, err := os.Stat(path); err != nil || info.Size() > mostState {
		return
	}
	data, err := os.ReadFile(path)
	var r remembered
	if err != nil || json.Unmarshal(data, &r) != nil {
		return
	}
	for name, lines := range r.Typed {
		a.pasts[name] = &past{lines: lines}
	}
	if _, err := readColumns(r.Columns); err == nil {
		a.eventColumns = r.Columns
	}
	if r.Name != a.storeName {
		return // another store was at that path, and its numbers are of other things
	}
	for i := range roots {
		list, left := r.Stacks[roots[i].name]
		if !left || roots[i].open == nil {
			continue
		}
		stack, err := a.openStack(ctx, list)
		if errors.Is(err, errGone) && roots[i].name == r.Root {
			a.say(err.Error() + "; this is where it was opened from")
		}
		if len(stack) > 0 {
			a.stacks[i] = stack
		}
		if roots[i].name == r.Root && len(stack) > 0 {
			a.at = i
		}
	}
}
