package tui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// The plain face: the same screens as a dialogue of lines, for screen readers, serial consoles, session recorders and terminals that
// cannot place a cursor. Nothing is drawn twice or moved: what a screen shows is written out, rows with a number and the names of
// their columns; what is to be done is typed as a word, a number or a key, and Enter. It drives the same App through the same keys, so
// that what can be done on one face can be done on the other.

// The size that screens are asked for: narrow enough for one pane, long enough for a good page of rows.
const (
	plainWidth  = 118
	plainHeight = 30
)

// plainFace is a dialogue that goes on.
type plainFace struct {
	app  *App
	in   *bufio.Reader
	out  io.Writer
	rows []*widget.TableRow // that have a number, in order
	over bool
}

// RunPlain shows the workbench as a dialogue until the analyst quits or the input ends. why says how this face was chosen.
func RunPlain(ctx context.Context, o Options, in io.Reader, out io.Writer, why string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	o.Plain, o.Charset, o.Color = true, widget.ASCII, Dumb
	p := &plainFace{app: New(ctx, o), in: bufio.NewReader(in), out: out}
	defer func() { p.app.leave(context.WithoutCancel(ctx), out) }()
	fmt.Fprintf(out, "casebook in plain lines (%s). Type a number or a word, then Enter; ? lists the words, q quits.\n", safe.Escape(why))
	p.app.Update(tea.WindowSizeMsg{Width: plainWidth, Height: plainHeight})
	p.settle(p.app.start())
	for !p.over {
		p.show()
		line, err := p.read(ctx)
		if err != nil {
			if errors.Is(err, io.EOF) || ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("read what was typed: %w", err)
		}
		p.take(line)
		if !p.over {
			p.settle(p.app.look())
		}
	}
	return nil
}

// read waits for a line, or for the end of the dialogue.
func (p *plainFace) read(ctx context.Context) (string, error) {
	type typed struct {
		line string
		err  error
	}
	got := make(chan typed, 1)
	go func() {
		line, err := p.in.ReadString('\n')
		if line != "" {
			err = nil
		}
		got <- typed{strings.TrimRight(line, "\r\n"), err}
	}()
	select {
	case t := <-got:
		return t.line, t.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// settle runs commands and what follows from them, one after the other: a dialogue has nothing else to do meanwhile.
func (p *plainFace) settle(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.QuitMsg:
		p.over = true
	case tea.BatchMsg:
		for _, c := range msg {
			p.settle(c)
		}
	default:
		_, next := p.app.Update(msg)
		p.settle(next)
	}
}

func (p *plainFace) press(key string) {
	_, cmd := p.app.Update(keyOf(key))
	p.settle(cmd)
}

// keyOf is the message of a key by its name in the table of keys. Bubbletea numbers control keys by their characters, up to
// backspace, and the keys that are none, such as arrows, downwards from -1.
func keyOf(name string) tea.KeyMsg {
	for t := tea.KeyType(-100); t <= tea.KeyBackspace; t++ {
		if k := (tea.KeyMsg{Type: t}); t != tea.KeyRunes && k.String() == name {
			if t == tea.KeySpace {
				k.Runes = []rune{' '}
			}
			return k
		}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

// take does what a line asks for.
func (p *plainFace) take(line string) {
	a := p.app
	a.notice = notice{}
	word := strings.TrimSpace(line)
	switch {
	case a.prompt != nil:
		p.answer(line)
	case a.choice != nil:
		p.choose(word)
	case a.takesText():
		p.write(line)
	case strings.HasPrefix(word, ":"):
		p.settle(a.command(word))
	case word == "?" || word == "help":
		p.words()
	case word == "":
		p.press("pgdown")
	default:
		if number, rest, ok := cutNumber(word); ok {
			p.onRow(number, rest)
			return
		}
		if at := strings.LastIndexByte(word, ' '); at > 0 && p.isWord(word[:at]) {
			if number, _, ok := cutNumber(word[at+1:]); ok {
				p.onRow(number, word[:at])
				return
			}
		}
		p.word(word)
	}
}

// takesText tells whether the screen is a text that is being written, and not a choice of keys.
func (a *App) takesText() bool {
	s, ok := a.top().(interface{ takesText() bool })
	return ok && s.takesText()
}

// answer takes a line as the answer to a question that is answered by typing.
func (p *plainFace) answer(line string) {
	q := p.app.prompt
	switch {
	case line == ".":
		p.press("esc")
	case strings.HasSuffix(line, "?") && q.complete != nil:
		q.input = widget.NewInput(strings.TrimSuffix(line, "?"), false)
		p.press("tab")
		fmt.Fprintln(p.out, "Could be:")
		for _, c := range q.offers() {
			fmt.Fprintln(p.out, "  "+safe.Escape(c).String())
		}
	default:
		if line != "" {
			q.input = widget.NewInput(line, false)
		}
		p.press("enter")
	}
}

// choose takes a number or a key as the answer to a question with answers of its own.
func (p *plainFace) choose(word string) {
	options := p.app.choice.options
	if n, err := strconv.Atoi(word); err == nil && n >= 1 && n <= len(options) {
		p.press(options[n-1].key)
		return
	}
	for _, o := range options {
		if o.key == word {
			p.press(word)
			return
		}
	}
	if word == "" || word == "." {
		p.press("esc")
		return
	}
	p.remark(fmt.Sprintf("wanted a number from 1 to %d, or . to leave, found %q", len(options), word))
}

// write takes a line into the text of the console.
func (p *plainFace) write(line string) {
	switch line {
	case ".":
		p.press("ctrl+r")
		if p.app.takesText() {
			p.press("esc")
		}
	case "..":
		p.press("ctrl+x") // of a story; where it says nothing, Esc leaves
		if p.app.takesText() {
			p.press("esc")
		}
	default:
		for _, r := range line {
			_, cmd := p.app.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
			p.settle(cmd)
		}
		p.press("enter")
	}
}

// onRow puts the cursor on a row and does what the word says, or opens it.
func (p *plainFace) onRow(number int, word string) {
	if len(p.rows) == 0 {
		p.remark("no row here has a number; ? lists the words, such as back")
		return
	}
	if number < 1 || number > len(p.rows) {
		p.remark(fmt.Sprintf("wanted a row from 1 to %d, found %d", len(p.rows), number))
		return
	}
	from := 0
	for _, r := range p.rows {
		if r.Current {
			from = r.Place
		}
	}
	key := "down"
	steps := p.rows[number-1].Place - from
	if steps < 0 {
		key, steps = "up", -steps
	}
	for range steps {
		p.press(key)
	}
	if word == "" {
		word = "enter"
	}
	p.word(word)
}

// word does what a word of the table of keys says, or a key, or a command of the palette.
func (p *plainFace) word(word string) {
	scope := p.app.scope()
	for _, b := range p.app.Keys.rows() {
		if b.where&scope != 0 && b.foot.String() == word && offered(b.do) {
			p.press(b.keys[0])
			return
		}
	}
	for _, key := range []string{word, plainKeys[word]} {
		if key != "" && p.app.Keys.meaning(key, scope) != none {
			p.press(key)
			return
		}
	}
	name, _, _ := strings.Cut(word, " ")
	for _, c := range commands() {
		if c.name == name {
			p.settle(p.app.command(word))
			return
		}
	}
	p.remark(fmt.Sprintf("nothing here is called %q; ? lists what there is", word))
}

// isWord tells whether a word stands for a key of this screen.
func (p *plainFace) isWord(word string) bool {
	scope := p.app.scope()
	for _, b := range p.app.Keys.rows() {
		if b.where&scope != 0 && b.foot.String() == word && offered(b.do) {
			return true
		}
	}
	return p.app.Keys.meaning(word, scope) != none || plainKeys[word] != "" && p.app.Keys.meaning(plainKeys[word], scope) != none
}

// plainKeys are words for keys that need none on the other face.
var plainKeys = map[string]string{"open": "enter", "back": "esc", "space": " ", "next": "pgdown", "previous": "pgup", "top": "home", "bottom": "end", "pane": "tab"}

func (p *plainFace) remark(text string) {
	fmt.Fprintln(p.out, "Note: "+safe.Escape(text).String())
}

// cutNumber takes the number off the front of a word.
func cutNumber(word string) (number int, rest string, ok bool) {
	first, rest, _ := strings.Cut(word, " ")
	number, err := strconv.Atoi(strings.TrimSuffix(first, "."))
	return number, strings.TrimSpace(rest), err == nil
}
