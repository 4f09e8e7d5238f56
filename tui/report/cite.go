package report

import (
	"html/template"
	"regexp"
	"slices"
	"strings"
)

// A story names its evidence in brackets, and a report leads from the name to the evidence: what a reader doubts can be looked up. A name
// of no evidence of the case stays text; the open items tell of it.

// cited is a name of evidence within brackets, whatever else stands in them.
var cited = regexp.MustCompile(`\[[^\[\]\n]{0,200}\]`)

// citedName is a name of evidence as a word.
var citedName = regexp.MustCompile(`\b[EQ][0-9]+\b`)

// names are those of the case's evidence.
func (r *Report) names() []string {
	names := make([]string, len(r.Pins))
	for i := range r.Pins {
		names[i] = r.Pins[i].Name()
	}
	return names
}

// linked is a text with its names of evidence made links, and all between them made text.
func linked(s string, names []string, text, link func(string) string) string {
	var b strings.Builder
	at := 0
	put := func(from, to int) {
		b.WriteString(text(s[at:from]))
		b.WriteString(link(s[from:to]))
		at = to
	}
	for _, group := range cited.FindAllStringIndex(s, -1) {
		for _, word := range citedName.FindAllStringIndex(s[group[0]:group[1]], -1) {
			from, to := group[0]+word[0], group[0]+word[1]
			if slices.Contains(names, s[from:to]) {
				put(from, to)
			}
		}
	}
	b.WriteString(text(s[at:]))
	return b.String()
}

// heading is the name that a heading of evidence has as a target in Markdown: readers make it of its text, in lower case.
func heading(name string) string { return "[" + name + "](#" + strings.ToLower(name) + ")" }

// storyHTML is the story as it was typed, with links to its evidence.
func (r *Report) storyHTML() template.HTML {
	return template.HTML(linked(storyText(r.Case.Story), r.names(), template.HTMLEscapeString, func(name string) string { // all text in it is escaped
		return `<a href="#` + name + `">` + name + `</a>`
	}))
}
