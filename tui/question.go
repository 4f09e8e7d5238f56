package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// askLine opens a line to type; what was typed goes to accept.
func (a *App) askLine(label safe.Text, text string, accept func(string) tea.Cmd) {
	a.prompt = &prompt{label: label, input: widget.NewInput(text, false), accept: accept}
}

func (a *App) askOne(title safe.Text, options ...option) {
	a.choice = &choice{title: title, options: options}
}

func (a *App) promptKey(msg tea.KeyMsg) tea.Cmd {
	p := a.prompt
	switch name := msg.String(); {
	case name == "enter":
		a.prompt = nil
		return p.accept(p.input.String())
	case name == "esc":
		a.prompt = nil
	case name == "tab" && p.complete != nil:
		p.hints = p.complete(p.input.String())
		if common := commonPrefix(p.hints); common != "" {
			p.input = widget.NewInput(common, false)
		}
		if len(p.hints) == 1 {
			p.hints = nil
		}
	case msg.Type == tea.KeyRunes && !msg.Alt, msg.Type == tea.KeySpace:
		p.input.Insert(string(msg.Runes))
	default:
		p.input.Edit(name)
	}
	return nil
}

func (a *App) choiceKey(name string) tea.Cmd {
	if name == "esc" || name == "q" {
		a.choice = nil
		return nil
	}
	for _, o := range a.choice.options {
		if o.key == name {
			a.choice = nil
			return o.pick()
		}
	}
	return nil
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
	return prefix
}
