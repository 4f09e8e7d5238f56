package tui

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"casebook/engine/syntax"
	"casebook/tui/safe"
)

// An analyst's own keys stand in a file: an action and its keys, on every screen that has the action or, in a section named after it, on
// one. They take the place of the table's letters and control keys. Enter, Esc, Tab, arrows and the like stay what they are, so that
// nobody gets stuck, and so do the keys of lines that are typed.
//
//	[keys]
//	acknowledge = "A"
//	assign = ["w", "ctrl+w"]
//
//	[keys.guide]
//	pin = "P"

// Keys is the table of keys as a workbench uses it; nil is the table as it comes.
type Keys struct{ table []binding }

func (k *Keys) rows() []binding {
	if k == nil {
		return bindings
	}
	return k.table
}

// fixedKeys are on every terminal, and never given to another action.
var fixedKeys = []string{"enter", "esc", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "backspace", "delete", "ctrl+c"}

// takenKeys are those that terminals, tmux and screen take before a program sees them.
var takenKeys = map[string]string{
	"ctrl+a": "screen and many shells' users have it as their prefix", "ctrl+b": "tmux has it as its prefix", "ctrl+s": "it stops the terminal",
	"ctrl+q": "it starts the terminal again", "ctrl+i": "it is Tab", "ctrl+m": "it is Enter", "ctrl+h": "it is Backspace on many terminals", "ctrl+[": "it is Esc",
	"ctrl+z": "it puts casebook into the background, for the shell's fg to bring it back",
}

// keyFault says why a key cannot be given to an action; "" when it can.
func keyFault(key string) string {
	switch letter, control := strings.CutPrefix(key, "ctrl+"); {
	case slices.Contains(fixedKeys, key):
		return "it means the same everywhere and stays what it is"
	case takenKeys[key] != "":
		return takenKeys[key]
	case strings.HasPrefix(key, "alt+"):
		return "over a slow link Alt is Esc and another key"
	case strings.HasPrefix(key, "f") && len(key) > 1 && strings.Trim(key[1:], "0123456789") == "":
		return "terminals do not agree on function keys"
	case strings.ContainsAny(key, "0123456789") && len(key) == 1:
		return "figures are the screens, and the answers to questions"
	case control && len(letter) == 1 && letter[0] >= 'a' && letter[0] <= 'z':
		return ""
	case utf8.RuneCountInString(key) == 1 && !safe.Escape(key).Escaped():
		return ""
	}
	return `a key is one character, "space" or "ctrl+x"`
}

// screenNames are the sections of a file of keys.
var screenNames = map[string]scope{
	"alerts": onAlerts, "alert": onAlert, "timeline": onTimeline, "event": onEvent, "guide": onGuide, "help": onHelp, "overview": onOverview, "entities": onEntities,
	"entity": onEntity, "events": onEvents, "query": onQuery, "rules": onRules, "cases": onCases, "case": onCase, "values": onFacet, "past-queries": onPastQueries,
	"rule": onRule, "knob": onKnob, "version": onVersion, "filter-words": onChips,
}

// screensOf are the names of a set of screens.
func screensOf(where scope) string {
	var names, others []string
	for _, name := range sortedNames(screenNames) {
		switch s := screenNames[name]; {
		case where&s != 0:
			names = append(names, name)
		case s != onChips: // which is over a screen
			others = append(others, name)
		}
	}
	switch {
	case len(others) == 0:
		return "every screen"
	case len(others) < 6:
		return "every screen but " + strings.Join(others, ", ")
	}
	return strings.Join(names, ", ")
}

// KeysPath is where an analyst's keys stand when no file is named.
func KeysPath() string {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "casebook", "keys.toml")
}

// ReadKeys reads a file of keys. Its errors say where and what to do; there may be several.
func ReadKeys(name, text string) (*Keys, error) {
	f := keyFile{file: syntax.NewFile(name, text), keys: &Keys{table: slices.Clone(bindings)}}
	f.read([]byte(text))
	if len(f.faults) == 0 {
		f.collide()
	}
	return f.keys, errors.Join(f.faults...)
}

type keyFile struct {
	file   *syntax.File
	keys   *Keys
	faults []error
}

func (f *keyFile) fault(at syntax.Span, format string, args ...any) {
	f.faults = append(f.faults, syntax.Errorf(f.file, at, format, args...))
}

// read walks the file's lines: those of all screens first, whatever their order.
func (f *keyFile) read(text []byte) {
	if err := toml.Unmarshal(text, &map[string]any{}); err != nil {
		at := syntax.Span{}
		if bad := (*toml.DecodeError)(nil); errors.As(err, &bad) {
			row, _ := bad.Position()
			lines := strings.SplitAfter(string(text), "\n")
			at.Start = len(strings.Join(lines[:max(0, row-1)], ""))
			at.End = min(len(text), at.Start+1)
		}
		f.fault(at, "want TOML: %s", strings.TrimPrefix(err.Error(), "toml: "))
		return
	}
	var own []func()
	var p unstable.Parser
	p.Reset(text)
	where, known := scope(0), false
	for p.NextExpression() {
		e := p.Expression()
		var path []string
		at := syntax.Span{}
		for it := e.Key(); it.Next(); {
			part := it.Node()
			if path = append(path, string(part.Data)); len(path) == 1 {
				at.Start = int(part.Raw.Offset)
			}
			at.End = int(part.Raw.Offset + part.Raw.Length)
		}
		switch e.Kind {
		case unstable.Table:
			where, known = f.section(path, at)
		case unstable.KeyValue:
			if where == 0 && !known {
				f.fault(at, "want a section [keys] above this, or [keys.alerts] for one screen")
				return
			}
			if !known {
				continue
			}
			act, keys := f.line(path, at, e.Value(), where)
			if act == none {
				continue
			}
			set, on := func(on scope) func() { return func() { f.set(act, keys, on, at) } }, where
			if on == everywhere|onChips {
				set(on)()
			} else {
				own = append(own, set(on))
			}
		default:
			f.fault(at, "want [keys] and lines such as acknowledge = \"a\"")
		}
	}
	for _, set := range own {
		set()
	}
}

// section is the screens that a section is about.
func (f *keyFile) section(path []string, at syntax.Span) (where scope, ok bool) {
	switch {
	case path[0] != "keys" || len(path) > 2:
		f.fault(at, "want [keys], or [keys.alerts] for one screen")
		return everywhere, false
	case len(path) == 1:
		return everywhere | onChips, true
	}
	if where, ok = screenNames[path[1]]; !ok {
		f.fault(at, "there is no screen %q%s; there are %s", path[1], meant(syntax.Nearest(path[1], sortedNames(screenNames))), strings.Join(sortedNames(screenNames), ", "))
		return everywhere, false
	}
	return where, true
}

// line is an action and the keys that a line gives it.
func (f *keyFile) line(path []string, at syntax.Span, value *unstable.Node, where scope) (action, []string) {
	name := strings.Join(path, ".")
	act, ok := actionNamed(name)
	if !ok {
		f.fault(at, "there is no action %q%s; \"casebook keys\" lists them", name, meant(syntax.Nearest(name, actionList())))
		return none, nil
	}
	if !slices.ContainsFunc(bindings, func(b binding) bool { return b.do == act && b.where&where != 0 }) {
		f.fault(at, "%s is nothing that can be done on the %s screen", name, screensOf(where))
		return none, nil
	}
	var keys []string
	add := func(n *unstable.Node) {
		if n.Kind != unstable.String {
			f.fault(at, "want a key such as \"x\" for %s, or a list of them", name)
			return
		}
		key := string(n.Data)
		if key == "space" {
			key = " "
		}
		if why := keyFault(key); why != "" {
			f.fault(at, "%q cannot be a key for %s: %s", key, name, why)
			return
		}
		keys = append(keys, key)
	}
	if value.Kind == unstable.Array {
		for it := value.Children(); it.Next(); {
			add(it.Node())
		}
	} else {
		add(value)
	}
	if len(keys) == 0 {
		if len(f.faults) == 0 {
			f.fault(at, "want at least one key for %s: what has none cannot be done", name)
		}
		return none, nil
	}
	return act, keys
}

// set gives an action its keys on some screens; on others it keeps those it had.
func (f *keyFile) set(act action, keys []string, where scope, at syntax.Span) {
	var table []binding
	given := false
	for _, b := range f.keys.table {
		if b.do != act || b.where&where == 0 {
			table = append(table, b)
			continue
		}
		if rest := b.where &^ where; rest != 0 {
			other := b
			other.where = rest
			table = append(table, other)
		}
		b.where &= where
		fixed := slices.DeleteFunc(slices.Clone(b.keys), func(k string) bool { return !slices.Contains(fixedKeys, k) })
		b.keys, b.at = append(slices.Clone(keys), fixed...), at
		table = append(table, b)
		given = true
	}
	if given {
		f.keys.table = table
	}
}

// collide tells of keys that stand for two things on a screen.
func (f *keyFile) collide() {
	told := map[string]bool{}
	for _, name := range sortedNames(screenNames) {
		seen := map[string]binding{}
		for _, b := range f.keys.table {
			if b.where&screenNames[name] == 0 {
				continue
			}
			for _, k := range b.keys {
				other, twice := seen[k]
				if seen[k] = b; !twice || other.do == b.do {
					continue
				}
				if b.at == (syntax.Span{}) {
					b, other = other, b
				}
				if what := fmt.Sprint(k, b.do, other.do); !told[what] {
					told[what] = true
					f.fault(b.at, "%q is bound twice on the %s screen: to %s here, and to %s %s", keyName(k).String(), name, actionNames[b.do], actionNames[other.do], f.place(other.at))
				}
			}
		}
	}
}

// place is where a key was given.
func (f *keyFile) place(at syntax.Span) string {
	if at == (syntax.Span{}) {
		return "as it comes: give that another key too"
	}
	return fmt.Sprintf("in line %d", f.file.Position(at.Start).Line)
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// KeyRow is a row of the table of keys, for people.
type KeyRow struct{ Keys, Action, Screens, Does string }

// Rows are the keys of a workbench's screens, with the names that a file of keys knows the actions by.
func (k *Keys) Rows() []KeyRow {
	var list []KeyRow
	for _, b := range k.rows() {
		if b.where&(everywhere|onChips) == 0 {
			continue
		}
		names := make([]string, len(b.keys))
		for i, key := range b.keys {
			names[i] = keyName(key).String()
		}
		list = append(list, KeyRow{strings.Join(names, " "), actionNames[b.do], screensOf(b.where), b.help.String()})
	}
	return list
}
