package tui

import (
	"slices"
	"strings"

	"casebook/guides"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// detectionLines are a detection in prose: what it is, when it runs, its query, where it comes from.
func detectionLines(d *guides.Detection, width int) []widget.Line {
	var lines []widget.Line
	say := func(name safe.Text, text string) {
		if text == "" {
			return
		}
		for i, l := range widget.Wrap(widget.Plain, text, width-12) {
			var row widget.Line
			if i == 0 {
				row.PutIn(widget.Faint, name, 12, false)
			} else {
				row.Space(12)
			}
			lines = append(lines, *row.Append(l))
		}
	}
	r := &d.Rule
	lines = append(lines, widget.Wrap(widget.Plain, flowing(d.Description), width)...)
	lines = append(lines, widget.Blank())
	say(safe.Own("id"), r.ID)
	say(safe.Own("severity"), safe.Sprintf("%s, risk %d", r.Severity, r.Risk).String())
	if r.Every > 0 {
		say(safe.Own("schedule"), "every "+wholeSpan(r.Every)+", looking back "+wholeSpan(r.Lookback))
	}
	say(safe.Own("state"), r.State)
	say(safe.Own("atlas"), strings.Join(r.ATLAS, " "))
	say(safe.Own("att&ck"), strings.Join(r.ATTACK, " "))
	for _, e := range d.Exceptions {
		say(safe.Own("exception"), e.String())
	}
	for _, c := range d.Filters {
		say(safe.Own("filter"), c)
	}
	for _, text := range slices.Concat(d.Notices, d.Unapplied) {
		say(safe.Own("note"), text)
	}
	say(safe.Own("from"), d.Source)
	say(safe.Own("published"), strings.TrimSpace(d.Published.By+" "+d.Published.Name))
	lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Escape(strings.ToUpper(string(r.Language)))))
	for _, l := range strings.Split(strings.TrimRight(r.Query, "\n"), "\n") {
		lines = append(lines, indented(widget.Wrap(widget.Plain, l, width-2))...)
	}
	if d.Setup != "" {
		lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("SETUP")))
		lines = append(lines, widget.Wrap(widget.Plain, flowing(d.Setup), width)...)
	}
	if len(d.References) > 0 {
		lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("REFERENCES")))
		for _, ref := range d.References {
			lines = append(lines, indented(widget.Wrap(widget.Plain, ref, width-2))...)
		}
	}
	return lines
}

// flowing joins the lines of each paragraph, so that a text written for another width is wrapped once. Lines that are
// indented or begin with a mark, as in lists, headings, tables and fences, stay lines, and so does the text in fences.
func flowing(text string) string {
	var b strings.Builder
	fenced, joins := false, false
	for _, l := range strings.Split(text, "\n") {
		fence := strings.HasPrefix(strings.TrimSpace(l), "```")
		blank := strings.TrimSpace(l) == ""
		prose := !fenced && !fence && !blank && strings.IndexAny(l, " \t#-*+>|") != 0 && !numbered(l)
		switch {
		case blank && !fenced && (b.Len() == 0 || strings.HasSuffix(b.String(), "\n\n")):
			continue // one blank line parts paragraphs as well as two
		case joins && prose:
			b.WriteString(" ")
		case b.Len() > 0 && joins:
			b.WriteString("\n")
		}
		b.WriteString(strings.TrimRight(l, " \r"))
		if joins = prose; !joins {
			b.WriteString("\n")
		}
		if fence {
			fenced = !fenced
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// numbered says whether a line is an item of a numbered list.
func numbered(l string) bool {
	rest := strings.TrimLeft(l, "0123456789")
	return rest != l && (strings.HasPrefix(rest, ". ") || strings.HasPrefix(rest, ") "))
}
