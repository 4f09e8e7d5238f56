package guides

import (
	"regexp"
	"strings"

	"casebook/engine"
	"casebook/engine/syntax"
)

// casebook's own format reads on a code host as it reads here:
//
//   - front matter between two lines of ---, in YAML (front.go);
//   - prose, the detection's description;
//   - the first fence, ```esql or ```kql: the rule;
//   - headings: sections. One called Setup holds what must be in place for the rule to see anything;
//   - "- [ ] text {#key}": a step. Further lines of its paragraph belong to its text, later paragraphs are its detail,
//     both indented under it; {#key .manual} says that no log can answer it;
//   - a fence indented under a step: its live query; ```text there is shown and never run;
//   - a step indented under a step: a part of it.
//
// Keys are wanted, not made up: an answer stays with its step when the text is edited.

var (
	fenceLine   = regexp.MustCompile("^( *)(```+|~~~+)[ \t]*([^`]*?)[ \t]*$")
	headingLine = regexp.MustCompile(`^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*$`)
	stepLine    = regexp.MustCompile(`^( *)[-*+] \[(.?)\][ \t]*(.*)$`)
	stepKey     = regexp.MustCompile(`[ \t]*\{([^{}]*)\}[ \t]*$`)
	keyName     = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
)

var fenceNames = []string{"esql", "kql", "text"}

// marker reads the body of a Markdown file, line by line.
type marker struct {
	*host
	d    *Detection
	next int // the line to read

	section *Section
	prose   []string // of the section, or of the file before the first heading
	open    []*draft // the step being read and those it stands under
	keys    map[string]bool
	inText  bool // the step's first paragraph has not ended
}

// draft is a step being read.
type draft struct {
	Step
	indent int         // of what belongs to it
	text   []string    // lines of its first paragraph
	last   line        // of them, where its key stands
	detail []string    // lines
	place  *Section    // that it goes to
	slot   int         // among that section's steps
	start  syntax.Span // of its first line
}

func readMarkdown(path string, data []byte) (*Detection, error) {
	h, err := open(path, data)
	if err != nil {
		return nil, err
	}
	d := &Detection{Format: FormatCasebook, Kind: KindRule, Type: "casebook", Source: path}
	d.Rule.File = path
	body := h.front(d)
	if body == 0 {
		return nil, h.errs.Err()
	}
	m := &marker{host: h, d: d, next: body, keys: map[string]bool{}}
	m.read()
	if d.Rule.Query == "" && len(h.errs) == 0 {
		h.fault(syntax.Span{Start: len(h.file.Text)}, "want the rule's query, found the end of the file").WithHint("put it in a fence: ```esql or ```kql")
	}
	return d, h.errs.Err()
}

func (m *marker) read() {
	for m.next < len(m.lines) {
		l := m.lines[m.next]
		m.next++
		if s := m.step(); s != nil && !l.blank() && l.indent() < s.indent && !stepLine.MatchString(l.text) {
			if m.inText && !headingLine.MatchString(l.text) && !fenceLine.MatchString(l.text) {
				m.fault(l.span(), "want this line indented by %d, to go on with its step", s.indent).WithHint("or leave a blank line before it")
			}
			m.close(0)
		}
		switch {
		case fenceLine.MatchString(l.text):
			m.fence(l)
		case stepLine.MatchString(l.text):
			m.box(l)
		case len(m.open) > 0:
			m.under(l)
		case headingLine.MatchString(l.text):
			m.heading(l)
		default:
			m.prose = append(m.prose, l.text)
		}
	}
	m.close(0)
	m.endSection()
	m.liftSetup()
}

// endSection gives the section that ends its prose; before the first heading that is the description.
func (m *marker) endSection() {
	text := strings.TrimSpace(strings.Join(m.prose, "\n"))
	m.prose = nil
	if m.section == nil {
		m.d.Description = text
		return
	}
	m.section.Text = text
}

// liftSetup takes the section on setup out of the guide.
func (m *marker) liftSetup() {
	var kept []Section
	for _, s := range m.d.Guide.Sections {
		if strings.EqualFold(s.Title, "setup") && len(s.Steps) == 0 {
			m.d.Setup = s.Text
			continue
		}
		kept = append(kept, s)
	}
	m.d.Guide.Sections = kept
}

func (m *marker) step() *draft {
	if len(m.open) == 0 {
		return nil
	}
	return m.open[len(m.open)-1]
}

func (m *marker) heading(l line) {
	h := headingLine.FindStringSubmatch(l.text)
	if m.d.Rule.Query == "" {
		m.fault(l.span(), "want the rule's query before the first heading").WithHint("the first fence, ```esql or ```kql, is the rule")
	}
	m.endSection()
	m.d.Guide.Sections = append(m.d.Guide.Sections, Section{Title: h[2], Level: len(h[1])})
	m.section = &m.d.Guide.Sections[len(m.d.Guide.Sections)-1]
}

// box begins a step.
func (m *marker) box(l line) {
	b := stepLine.FindStringSubmatch(l.text)
	indent := len(b[1])
	for len(m.open) > 0 && indent < m.step().indent {
		m.close(len(m.open) - 1)
	}
	switch {
	case m.section == nil:
		m.fault(l.span(), "want a heading before the first step").WithHint("such as ## Triage")
		return
	case len(m.open) >= maxLevel:
		m.fault(l.span(), "want steps at most %d deep", maxLevel)
		return
	case len(m.keys) >= maxSteps:
		m.fault(l.span(), "want at most %d steps in a guide", maxSteps)
		m.next = len(m.lines)
		return
	case b[2] != " ":
		m.fault(l.span(), "want an empty box, found [%s]", b[2]).WithHint("answers are kept in the store, not in the guide")
	}
	m.finishText()
	s := &draft{indent: indent + 2, last: l, place: m.section, slot: len(m.section.Steps), start: l.span()}
	s.text, s.Level = []string{b[3]}, len(m.open)
	m.section.Steps = append(m.section.Steps, Step{})
	m.open = append(m.open, s)
	m.inText = true
}

// under reads a line of the step being read: of its text while its first paragraph lasts, then of its detail.
func (m *marker) under(l line) {
	s := m.step()
	switch {
	case l.blank():
		m.finishText()
		s.detail = append(s.detail, "")
	case m.inText:
		s.text = append(s.text, strings.TrimSpace(l.text))
		s.last = l
	default:
		s.detail = append(s.detail, l.text[min(s.indent, len(l.text)):])
	}
}

// finishText ends the first paragraph of the step being read, at whose end its key stands.
func (m *marker) finishText() {
	if !m.inText {
		return
	}
	m.inText = false
	s := m.step()
	s.Text = strings.Join(s.text, " ")
	at := stepKey.FindStringSubmatchIndex(s.last.text)
	if at == nil {
		m.fault(s.last.span(), "want a key at the end of this step").WithHint("such as {#%s}", slug(s.Text))
		return
	}
	inside := syntax.Span{Start: s.last.start + at[2], End: s.last.start + at[3]}
	for _, word := range strings.Fields(m.file.Slice(inside)) {
		switch {
		case strings.HasPrefix(word, "#") && s.Key == "":
			s.Key = word[1:]
		case word == ".manual":
			s.Manual = true
		default:
			nearest(m.fault(inside, "want #key or .manual in a step's braces, found %s", word), word, []string{".manual"})
		}
	}
	s.Text = strings.TrimSpace(stepKey.ReplaceAllString(s.Text, ""))
	switch {
	case !keyName.MatchString(s.Key):
		m.fault(inside, "want a key of lower-case letters, digits and hyphens, found %q", s.Key).WithHint("such as {#%s}", slug(s.Text))
	case m.keys[s.Key]:
		m.fault(inside, "want a key of its own, found %q a second time", s.Key)
	case s.Text == "":
		m.fault(s.start, "want the step's text before its key")
	}
	m.keys[s.Key] = true
}

// close ends steps until only n are open.
func (m *marker) close(n int) {
	for len(m.open) > n {
		s := m.step()
		m.finishText()
		s.Detail = strings.TrimSpace(strings.Join(s.detail, "\n"))
		if s.Manual && s.Live() {
			m.fault(s.start, "want a step with a query or a manual one, found both in one").WithHint("take out .manual or the query")
		}
		s.place.Steps[s.slot] = s.Step
		m.open = m.open[:len(m.open)-1]
	}
}

// fence reads a fence to its end: the rule, or the query of the step it stands under.
func (m *marker) fence(l line) {
	f := fenceLine.FindStringSubmatch(l.text)
	indent, mark := len(f[1]), f[2]
	var text []string
	first := m.next
	for {
		if m.next >= len(m.lines) {
			m.fault(l.span(), "want the end of this fence, found the end of the file").WithHint("close it with %s", mark)
			return
		}
		c := m.lines[m.next]
		m.next++
		if t := strings.TrimSpace(c.text); len(t) >= len(mark) && strings.Trim(t, mark[:1]) == "" {
			break
		}
		if !c.blank() && c.indent() < indent {
			m.fault(c.span(), "want this line indented by %d, as its fence is", indent)
		}
		text = append(text, c.text[min(indent, len(c.text)):])
	}
	m.finishText()
	query := strings.TrimRight(strings.Join(text, "\n"), " \t\n")
	language := engine.Language(f[3])
	switch {
	case language != engine.ESQL && language != engine.KQL && language != "text":
		nearest(m.fault(l.span(), "want a fence of a known language, found %q", f[3]), f[3], fenceNames)
	case query == "":
		m.fault(l.span(), "want a query in this fence, found nothing")
	case language == "text":
		if s := m.step(); s != nil {
			s.Elsewhere = query
		} else {
			m.fault(l.span(), "want a text fence under a step")
		}
	case len(m.open) > 0:
		m.live(l, language, query, first)
	case m.d.Rule.Query != "":
		m.fault(l.span(), "want this query under a step, found it by itself").WithHint("indent the fence by 2; the first fence of the file is the rule")
	default:
		r := &m.d.Rule
		r.Language, r.Query = language, query
		r.Line, r.Column, r.Indent = first+1, indent+1, indent
	}
}

func (m *marker) live(l line, language engine.Language, query string, first int) {
	s := m.step()
	if s.Live() {
		m.fault(l.span(), "want one query a step, found another").WithHint("make a step of it")
		return
	}
	s.Language, s.Query, s.Params = language, query, paramNames(language, query)
	indent := l.indent()
	s.File = &syntax.File{Name: m.file.Name, Text: query, Line: first + 1, Column: indent + 1, Indent: indent}
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug makes a key of a text.
func slug(text string) string {
	s := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(text), "-"), "-")
	if len(s) > 40 {
		s = s[:40]
		if i := strings.LastIndexByte(s, '-'); i > 0 {
			s = s[:i]
		}
	}
	if s == "" {
		return "step"
	}
	return s
}
