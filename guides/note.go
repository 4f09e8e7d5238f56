package guides

import (
	"fmt"
	"regexp"
	"strings"
)

// Published guides are Markdown for a browser. Their headings become sections, their bullets steps, everything else prose.
// Nothing in them is refused: a guide is read as well as it can be, and what could not be used is said in a notice. A step's
// key is made of its text, so that an answer is kept as long as the publisher leaves the text alone.

var (
	bulletLine = regexp.MustCompile(`^(\s*)(?:[-*+•]|\d{1,3}[.)])\s+(\S.*)$`)
	boldLine   = regexp.MustCompile(`^\*\*([^*]+)\*\*:?$`)
)

// note reads a published guide.
type note struct {
	d       *Detection
	guide   Guide
	keys    map[string]bool
	macros  []macro
	prose   []string // lines of the section
	text    []string // of the last bullet
	detail  []string
	indents []int // of the bullets being read
	fenced  bool
	inStep  bool // the line before belonged to a bullet
}

// readNote reads the Markdown of a guide, whose macros have been taken out.
func readNote(d *Detection, text string, macros []macro) Guide {
	n := &note{d: d, keys: map[string]bool{}, macros: macros}
	for _, l := range split(text) {
		n.line(strings.ReplaceAll(l.text, "\t", "    "))
	}
	n.endSection()
	return n.guide
}

func (n *note) line(text string) {
	if n.fenced || !bulletLine.MatchString(text) && !n.inStep {
		// A button in the midst of prose is taken out of it and becomes a step after it.
		if marks := macroMark.FindAllString(text, -1); len(marks) > 0 {
			if rest := macroMark.ReplaceAllString(text, ""); strings.TrimSpace(rest) != "" {
				n.line(rest)
			}
			for _, mark := range marks {
				n.add(mark, min(len(n.indents), maxLevel-1))
			}
			return
		}
	}
	trimmed := strings.TrimSpace(text)
	heading, bullet := headingLine.FindStringSubmatch(text), bulletLine.FindStringSubmatch(text)
	switch {
	case strings.HasPrefix(trimmed, "```"):
		n.fenced = !n.fenced
		n.plain(text)
	case n.fenced:
		n.plain(text)
	case heading != nil:
		n.endSection()
		n.guide.Sections = append(n.guide.Sections, Section{Title: strings.Trim(heading[2], "*: "), Level: len(heading[1])})
	case bullet != nil:
		n.bullet(len(bullet[1]), bullet[2])
	case trimmed == "":
		n.inStep = false
		n.plain("")
	case n.inStep:
		n.text = append(n.text, trimmed)
	default:
		n.plain(text)
	}
}

// plain is a line of prose: of the last bullet when it is indented under one, else of the section.
func (n *note) plain(text string) {
	if len(n.indents) > 0 && (text == "" || strings.HasPrefix(text, "  ")) {
		n.detail = append(n.detail, strings.TrimSpace(text))
		return
	}
	n.indents = nil
	n.prose = append(n.prose, text)
}

func (n *note) endSection() {
	if len(n.guide.Sections) > 0 {
		s := &n.guide.Sections[len(n.guide.Sections)-1]
		s.Text = strings.TrimSpace(strings.Join(n.prose, "\n"))
		n.endStep()
	} else if text := strings.TrimSpace(strings.Join(n.prose, "\n")); text != "" {
		n.guide.Sections = append(n.guide.Sections, Section{Title: "Guide", Level: 1, Text: text})
	}
	n.prose, n.indents, n.inStep = nil, nil, false
}

func (n *note) bullet(indent int, text string) {
	for len(n.indents) > 0 && indent < n.indents[len(n.indents)-1] {
		n.indents = n.indents[:len(n.indents)-1]
	}
	if len(n.indents) == 0 || indent > n.indents[len(n.indents)-1] {
		n.indents = append(n.indents, indent)
	}
	n.inStep = n.add(text, min(len(n.indents)-1, maxLevel-1))
}

// add begins a step; false when the guide has too many.
func (n *note) add(text string, level int) bool {
	if len(n.guide.Sections) == 0 {
		n.guide.Sections = append(n.guide.Sections, Section{Title: "Guide", Level: 1})
	}
	s := &n.guide.Sections[len(n.guide.Sections)-1]
	n.endStep()
	if len(n.keys) >= maxSteps {
		n.indents = nil
		return false
	}
	s.Steps = append(s.Steps, Step{Level: level})
	n.text = append(n.text, text)
	return true
}

// endStep gives the last bullet its text, key and macro, once its text is whole.
func (n *note) endStep() {
	if len(n.text) == 0 {
		n.detail = nil
		return
	}
	steps := n.guide.Sections[len(n.guide.Sections)-1].Steps
	s := &steps[len(steps)-1]
	s.Text, s.Detail = strings.Join(n.text, " "), strings.TrimSpace(strings.Join(n.detail, "\n"))
	n.text, n.detail = nil, nil
	for _, mark := range macroMark.FindAllString(s.Text, -1) {
		n.apply(n.macros[macroIndex(mark)], mark, s)
	}
	if b := boldLine.FindStringSubmatch(s.Text); b != nil {
		s.Text = b[1]
	}
	s.Key = n.key(s.Text)
}

// apply puts a macro where its mark stands in a step.
func (n *note) apply(m macro, mark string, s *Step) {
	s.Text = strings.TrimSpace(strings.Replace(s.Text, mark, "", 1))
	if s.Text == "" {
		s.Text = m.label
	} else if m.label != s.Text {
		s.Detail = strings.TrimSpace(m.label + "\n" + s.Detail)
	}
	if m.description != "" {
		s.Detail = strings.TrimSpace(m.description + "\n" + s.Detail)
	}
	if m.query != "" && !s.Live() {
		m.ask(n.d, s)
	}
	if m.elsewhere != "" {
		s.Elsewhere = strings.TrimSpace(s.Elsewhere + "\n" + m.elsewhere)
	}
}

// key is a slug of a text that no step before has.
func (n *note) key(text string) string {
	base := slug(text)
	key := base
	for i := 2; n.keys[key]; i++ {
		key = fmt.Sprintf("%s-%d", base, i)
	}
	n.keys[key] = true
	return key
}
