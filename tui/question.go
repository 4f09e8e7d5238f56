package tui

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// askLine opens a line to type; what was typed goes to accept.
func (a *App) askLine(label safe.Text, text string, accept func(string) tea.Cmd) {
	a.prompt = &prompt{label: label, input: widget.NewInput(text, false), accept: accept}
}

// askName is askLine for a name that may be someone's own, which is proposed.
func (a *App) askName(label safe.Text, accept func(string) tea.Cmd) {
	a.askLine(label, a.Analyst, accept)
	a.prompt.offered = true
}

// askText is askLine for a text that people read: a note, a reason, a conclusion. It may be written in the analyst's editor too.
func (a *App) askText(label safe.Text, text string, accept func(string) tea.Cmd) {
	a.askLine(label, text, accept)
	a.prompt.prose = true
}

// askReason is askText for a reason that cannot be left out: the question stays open until there is one, or is left.
func (a *App) askReason(label safe.Text, text string, accept func(string) tea.Cmd) {
	a.askText(label, text, accept)
	a.prompt.needed = "a reason is needed, so that a colleague can follow; esc leaves it"
}

func (a *App) askOne(title safe.Text, options ...option) {
	a.choice = &choice{title: title, options: options}
}

func (a *App) promptKey(msg tea.KeyMsg) tea.Cmd {
	p := a.prompt
	if typed := msg.Type == tea.KeyRunes && !msg.Alt; typed && p.offered {
		p.input = widget.NewInput("", false)
	}
	p.offered = false
	switch act := a.Keys.meaning(msg.String(), p.scope()); {
	case act == drill:
		return a.accept(p, p.taken())
	case act == back:
		a.prompt = nil
	case act == openEditor:
		return a.editText("text.txt", p.input.String(), func(text string) tea.Cmd { return a.accept(p, strings.TrimSpace(text)) })
	case act == goUp || act == goDown:
		p.input = widget.NewInput(p.past.turn(p.input.String(), act == goUp), false)
	case act == complete:
		return a.completeLine(p)
	case msg.Type == tea.KeyRunes && !msg.Alt, msg.Type == tea.KeySpace:
		p.input.Insert(string(msg.Runes))
	default:
		p.input.Edit(msg.String())
	}
	return nil
}

// accept takes an answer, if it is one.
func (a *App) accept(p *prompt, text string) tea.Cmd {
	if text == "" && p.needed != "" {
		a.warn(p.needed)
		return nil
	}
	a.prompt = nil
	p.past.keep(text)
	return p.accept(text)
}

// taken is what was typed, or what an empty line stands for.
func (p *prompt) taken() string {
	if text := p.input.String(); strings.TrimSpace(text) != "" {
		return text
	}
	return p.blank
}

func (a *App) choiceKey(name string) tea.Cmd {
	if name == "esc" || name == "q" {
		a.choice = nil
		return nil
	}
	fleeting := a.choice.fleeting
	for _, o := range a.choice.options {
		if o.key == name || fleeting && o.key == strings.ToLower(name) {
			a.choice = nil
			return o.pick()
		}
	}
	if fleeting {
		a.choice = nil
		a.say("left as it is")
		return nil
	}
	a.warn(a.choice.awaited())
	return nil
}

// awaited says which keys a question takes.
func (c *choice) awaited() string {
	keys := make([]string, len(c.options))
	for i, o := range c.options {
		keys[i] = o.key
	}
	return "a key is awaited: " + strings.Join(keys, ", ") + ", or esc to leave"
}

func commonPrefix(words []string) string {
	if len(words) == 0 {
		return ""
	}
	prefix := words[0]
	for _, w := range words[1:] {
		for len(prefix) > len(w) || w[:len(prefix)] != prefix {
			prefix = prefix[:len(prefix)-1]
		}
	}
	for { // no half of a character
		if r, size := utf8.DecodeLastRuneInString(prefix); r != utf8.RuneError || size != 1 {
			return prefix
		}
		prefix = prefix[:len(prefix)-1]
	}
}

// past is what was typed to one question before; up and down go through it.
type past struct {
	lines []string
	at    int // lines before it are older than what is shown
	typed string
}

// mostPast bounds what is kept of one question.
const mostPast = 100

// past is what was typed to the question of that name.
func (a *App) past(name string) *past {
	p := a.pasts[name]
	if p == nil {
		p = &past{}
		a.pasts[name] = p
	}
	p.at = len(p.lines)
	return p
}

func (p *past) keep(line string) {
	if p == nil || line == "" {
		return
	}
	p.lines = append(slices.DeleteFunc(p.lines, func(l string) bool { return l == line }), line)
	p.lines = p.lines[max(0, len(p.lines)-mostPast):]
	p.at = len(p.lines)
}

// turn is the line before or behind the one that is shown; behind the last it is what was being typed.
func (p *past) turn(shown string, older bool) string {
	if p.at == len(p.lines) {
		p.typed = shown
	}
	if older {
		p.at = max(0, p.at-1)
	} else {
		p.at = min(len(p.lines), p.at+1)
	}
	if p.at == len(p.lines) {
		return p.typed
	}
	return p.lines[p.at]
}
