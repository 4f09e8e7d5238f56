package tui

import (
	"fmt"
	"strings"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// show writes the screen out: where one is, what it says, its rows with numbers, and what is asked.
func (p *plainFace) show() {
	a := p.app
	var b strings.Builder
	stack := a.stack()
	path := stack[0].crumb()
	for _, s := range stack[1:] {
		path = safe.Join(" > ", path, s.crumb())
	}
	said := a.scopeText()
	if status := a.top().status(a); status.Width() > 0 && status.String() != said.String() {
		said = safe.Join(". ", status, said)
	}
	fmt.Fprintf(&b, "\nScreen: %s. %s.\n", path, strings.Join(strings.Fields(said.String()), " "))
	p.rows = p.rows[:0]
	body := a.top().view(a, a.width, a.bodyHeight())
	writeLines(&b, body, p.number(body), answered)
	switch {
	case a.chips != nil:
		lines := a.chips.lines(a.width)
		b.WriteString("Words of the filter; all that are on must hold.\n")
		writeLines(&b, lines, p.number(lines), map[string]string{"[ ]": "off", "[x]": "on"})
	case a.choice != nil:
		fmt.Fprintf(&b, "%s\n", a.choice.title)
		for i, o := range a.choice.options {
			fmt.Fprintf(&b, "%d. %s\n", i+1, o.text)
		}
	}
	if a.notice.text.Width() > 0 {
		fmt.Fprintf(&b, "Note: %s\n", a.notice.text)
	}
	b.WriteString(p.ask())
	fmt.Fprint(p.out, b.String())
}

// ask says what can be typed.
func (p *plainFace) ask() string {
	a := p.app
	switch {
	case a.prompt != nil:
		text := a.prompt.label.String()
		if now := a.prompt.input.String(); now != "" {
			text += " [" + safe.Escape(now).String() + "]"
		} else if a.prompt.blank != "" {
			text += " [" + safe.Escape(a.prompt.blank).String() + "]"
		}
		if a.prompt.complete != nil {
			text += " (end with ? for what it can become)"
		}
		return text + " (. leaves) "
	case a.choice != nil:
		return "A number, or . to leave: "
	case a.takesText():
		return "A line of the text; . is done with it, .. leaves it: "
	}
	words := make([]string, 0, 12)
	scope := a.scope()
	for _, b := range a.Keys.rows() {
		if b.where&scope != 0 && b.foot.String() != "" && offered(b.do) {
			words = append(words, b.foot.String())
		}
	}
	list := strings.Join(words, ", ")
	if len(p.rows) > 0 {
		return fmt.Sprintf("A row, a row and a word, or a word (%s; Enter alone: more rows): ", list)
	}
	return fmt.Sprintf("A word (%s): ", list)
}

// scope is where keys are looked up now.
func (a *App) scope() scope {
	if a.chips != nil {
		return onChips
	}
	return a.top().scope()
}

// number gives numbers to the rows of the table that has the cursor: no other can be chosen from.
func (p *plainFace) number(lines []widget.Line) map[*widget.TableRow]int {
	var with *widget.Table
	for i := range lines {
		if r := lines[i].Row(); r != nil && r.Current && !r.Table.Dull {
			with = r.Table
		}
	}
	numbers := map[*widget.TableRow]int{}
	if with == nil {
		return numbers
	}
	p.rows = p.rows[:0]
	for i := range lines {
		if r := lines[i].Row(); r != nil && r.Table == with && r.Row.Across == nil { // headings cannot be chosen
			p.rows = append(p.rows, r)
			numbers[r] = len(p.rows)
		}
	}
	return numbers
}

// writeLines writes lines that say something: no rules, no bars, no fill.
func writeLines(b *strings.Builder, lines []widget.Line, numbers map[*widget.TableRow]int, boxes map[string]string) {
	for i := range lines {
		l := &lines[i]
		if r := l.Row(); r != nil {
			writeRow(b, r, numbers[r], boxes)
			continue
		}
		text, here := l.Aloud()
		if strings.Trim(text, "-|; ") == "" || l.Charted() || axis(text) || headOf(l, lines[i+1:]) {
			continue
		}
		if here {
			text += " (here)"
		}
		b.WriteString(text + "\n")
	}
}

// axis tells whether nothing is left of a chart's line but the figure at its axis.
func axis(text string) bool {
	figure, at := strings.CutSuffix(text, "|")
	return at && !strings.Contains(strings.TrimSpace(figure), " ")
}

// answered is what the boxes of checklists say.
var answered = map[string]string{"[ ]": "not answered", "[x]": "answered", "[~]": "cannot be answered"}

// headOf tells whether a line is the heading of the table whose rows follow: each row says the names itself.
func headOf(l *widget.Line, rest []widget.Line) bool {
	if len(rest) == 0 || rest[0].Row() == nil || rest[0].Row().Table.Bare {
		return false
	}
	return rest[0].Row().Place == rest[0].Row().First
}

func writeRow(b *strings.Builder, r *widget.TableRow, number int, boxes map[string]string) {
	if number > 0 {
		fmt.Fprintf(b, "%d. ", number)
	}
	if r.Row.Marked {
		b.WriteString("Marked. ")
	}
	if r.Row.Across != nil {
		b.WriteString(strings.TrimSpace(r.Row.Across.String()) + "\n")
		return
	}
	said := make([]string, 0, len(r.Row.Cells))
	for i, cell := range r.Row.Cells {
		text := strings.TrimSpace(cell.Text.String())
		if text == "" || text == "-" {
			continue
		}
		if box, is := boxes[text]; is && i == 0 {
			text = box
		}
		if i < len(r.Table.Columns) {
			if title := strings.TrimSpace(r.Table.Columns[i].Title.String()); title != "" {
				text = named(title) + ": " + text
			}
		}
		said = append(said, text)
	}
	b.WriteString(strings.Join(said, "; "))
	if r.Current && number > 0 {
		b.WriteString(" (here)")
	}
	b.WriteByte('\n')
}

// wholeTitles are headings that are cut short for the eye.
var wholeTitles = map[string]string{
	"SEV": "Severity", "ST": "State", "N": "Events", "SRC": "Source", "OP": "Operation", "OUT": "Outcome", "TOKEN": "Tokens in", "OUT tok": "Tokens out",
}

// named is a heading as a word: "MODEL" is read as one, not letter by letter. The zone of its times, the screen's line has said.
func named(title string) string {
	if at := strings.LastIndex(title, " ("); at > 0 {
		title = title[:at]
	}
	if word, ok := wholeTitles[title]; ok {
		return word
	}
	if title != strings.ToUpper(title) {
		return title
	}
	return title[:1] + strings.ToLower(title[1:])
}

// words writes out everything that can be done on the screen.
func (p *plainFace) words() {
	scope := p.app.scope()
	for _, b := range p.app.Keys.rows() {
		if b.where&scope == 0 || !offered(b.do) || strings.ContainsAny(b.keys[0], "1234567") {
			continue // a figure is a row here; the screens' words are said below
		}
		word := keyName(b.keys[0]).String()
		if f := b.foot.String(); f != "" {
			word = f + ", or " + word
		}
		fmt.Fprintf(p.out, "%s: %s\n", word, b.help)
	}
	fmt.Fprintln(p.out, "overview, alerts, users, events, query, rules, cases: the other screens; with a filter behind the word, such as alerts sev:high")
}
