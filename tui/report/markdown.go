package report

import (
	"fmt"
	"strings"

	"casebook/store"
	"casebook/tui/why"
)

// Markdown is a complete report as Markdown.
func (r *Report) Markdown() string {
	w := &strings.Builder{}
	c := &r.Case
	fmt.Fprintf(w, "# %s: %s\n\n", c.Name(), plain(c.Title))
	fmt.Fprintf(w, "- status: %s", r.verdict())
	if e := r.Closed(); e != nil {
		fmt.Fprintf(w, " by %s %s", plain(e.Actor.Name), timeText(e.At))
	}
	w.WriteString("\n")
	if c.Reason != "" {
		fmt.Fprintf(w, "- because: %s\n", plain(c.Reason))
	}
	fmt.Fprintf(w, "- owner: %s, opened by %s %s, last changed by %s %s\n", orNobody(c.Owner), plain(c.CreatedBy), timeText(c.Created), plain(c.ChangedBy), timeText(c.Changed))
	fmt.Fprintf(w, "- as-of: %s (what now means in the queries below)\n", tickText(r.Head.AsOf))
	fmt.Fprintf(w, "- alerts %d, pieces of evidence %d\n", len(r.Alerts), len(r.Pins))
	fmt.Fprintf(w, "- values out of logs: %s\n", r.Head.Shown)
	w.WriteString("\n## Story\n\n")
	if c.Story == "" {
		w.WriteString("None was written.\n")
	} else {
		w.WriteString(story(c.Story, r.names()))
	}
	if items := r.OpenItems(); len(items) > 0 {
		w.WriteString("\n## Open items\n\n")
		for _, item := range items {
			fmt.Fprintf(w, "- %s\n", item)
		}
	}
	w.WriteString("\n## Alerts\n")
	for i := range r.Alerts {
		r.alertMarkdown(w, &r.Alerts[i])
	}
	r.evidence(w)
	r.entities(w)
	r.custody(w)
	return w.String()
}

func orNobody(name string) string {
	if name == "" {
		return "nobody"
	}
	return plain(name)
}

func (r *Report) verdict() string {
	if r.Case.Status == store.CaseClosed {
		return "closed as **" + plain(string(r.Case.Class)) + "**"
	}
	return "open, without a verdict"
}

func (r *Report) alertMarkdown(w *strings.Builder, a *Alert) {
	fmt.Fprintf(w, "\n### Alert %d: %s\n\n", a.ID, plain(a.Title))
	fmt.Fprintf(w, "- rule %s, %s, risk %d\n", code(a.Rule), a.Severity, a.Risk)
	fmt.Fprintf(w, "- about %s (%s)\n", code(a.Entity), code(a.EntityField))
	fmt.Fprintf(w, "- window %s to %s, %s, %s behind it\n", tickText(a.Window.From), tickText(a.Window.To), many(a.Hits, "hit"), many(a.Events, "event"))
	state := string(a.Status)
	if a.Class != "" {
		state += " as " + string(a.Class)
	}
	fmt.Fprintf(w, "- state: %s", state)
	if a.Reason != "" {
		fmt.Fprintf(w, ", because: %s", plain(a.Reason))
	}
	if a.ChangedBy != "" {
		fmt.Fprintf(w, " (%s %s)", plain(a.ChangedBy), timeText(a.Changed))
	}
	w.WriteString("\n\n**Why it fired** (the run of " + tickText(a.Peak.Tick) + ", its largest)\n\n")
	if a.Edited {
		w.WriteString("The rule was edited since; this is the rule as it was when it raised the alert.\n\n")
	}
	a.whyMarkdown(w)
	if len(a.Notes) > 0 {
		w.WriteString("\n**Notes**\n\n")
		for _, n := range a.Notes {
			fmt.Fprintf(w, "- %s, %s: %s\n", plain(n.Actor), timeText(n.At), plain(n.Text))
		}
	}
	r.questions(w, a)
}

func (a *Alert) whyMarkdown(w *strings.Builder) {
	if a.Ledger == nil {
		fmt.Fprintf(w, "- %s\n", plain(a.Silent))
	} else {
		w.WriteString("| stage | rows |\n|---|---:|\n")
		for _, s := range a.Ledger.Stages {
			fmt.Fprintf(w, "| %s | %d |\n", cell(s.Text), s.Rows)
		}
		w.WriteString("\n")
		for i, c := range a.Ledger.Gate.Conditions {
			for j, f := range a.Peak.Columns {
				v, ok := why.Number(a.Peak.Row[j])
				if !ok || f.Name != c.Column {
					continue
				}
				fmt.Fprintf(w, "- %s is %s, wanted %s %s: margin %s", code(c.Column), number(v), code(c.Operator), number(c.Value), number(v-c.Value))
				if i == 0 && a.Ledger.Rank > 0 {
					fmt.Fprintf(w, ", rank %d of the %d groups that fired, of %d", a.Ledger.Rank, a.Ledger.Fired, a.Ledger.Groups)
				}
				w.WriteString("\n")
			}
		}
		if a.Ledger.Gate.Decides() {
			fmt.Fprintf(w, "- near misses in the same window: %d\n", len(a.Ledger.Misses))
		}
	}
	w.WriteString("\n| column | value |\n|---|---|\n")
	for i, c := range a.Peak.Columns {
		fmt.Fprintf(w, "| %s | %s |\n", cell(c.Name), cell(value(c.Type, a.Peak.Row[i])))
	}
}

func (r *Report) questions(w *strings.Builder, a *Alert) {
	if len(a.Questions) == 0 {
		return
	}
	w.WriteString("\n**Questions**\n")
	section := ""
	for i := range a.Questions {
		q := &a.Questions[i]
		if q.Section != section {
			section = q.Section
			fmt.Fprintf(w, "\n*Section:* %s\n\n", plain(section))
		}
		box := "[ ]"
		if q.Answered() {
			box = "[x]"
		}
		fmt.Fprintf(w, "- %s %s", box, plain(q.Step.Text))
		if !q.Answered() {
			w.WriteString(" (not answered)\n")
			continue
		}
		fmt.Fprintf(w, " %s (%s %s", answer(&q.Answer), plain(q.Answer.Actor), timeText(q.Answer.At))
		if q.Answer.Rows.Valid {
			fmt.Fprintf(w, ", %s seen", many(q.Answer.Rows.Int64, "row"))
		}
		if n := len(q.Answer.Pinned); n > 0 {
			fmt.Fprintf(w, ", %s pinned", many(n, "event"))
		}
		if found := r.Found(q); len(found) > 0 {
			fmt.Fprintf(w, ", evidence %s", strings.Join(found, " "))
		}
		w.WriteString(")\n")
	}
}

// answer is an answer: its word, where it has one beside its text, and its text.
func answer(a *store.Answer) string {
	switch {
	case a.Value == "done" && a.Text != "":
		return plain(a.Text)
	case a.Text != "":
		return "**" + strings.ToUpper(plain(a.Value)) + "** " + plain(a.Text)
	}
	return "**" + strings.ToUpper(plain(a.Value)) + "**"
}

func (r *Report) evidence(w *strings.Builder) {
	w.WriteString("\n## Evidence\n")
	if len(r.Pins) == 0 {
		w.WriteString("\nNone was pinned.\n")
	}
	for i := range r.Pins {
		p := &r.Pins[i]
		fmt.Fprintf(w, "\n### %s\n\n", p.Name())
		if p.Note != "" {
			fmt.Fprintf(w, "Note: %s\n\n", plain(p.Note))
		}
		if p.Kind == store.PinQuery {
			p.queryMarkdown(w)
		} else {
			p.eventMarkdown(w)
		}
		if p.Alert != 0 {
			fmt.Fprintf(w, "- found on alert %d", p.Alert)
			if q := r.Question(p); q != nil {
				fmt.Fprintf(w, ", by its question *%s*", plain(q.Step.Text))
			} else if p.Step != "" {
				fmt.Fprintf(w, ", by its question %s", code(p.Step))
			}
			w.WriteString("\n")
			if a := r.Answer(p); a != nil {
				fmt.Fprintf(w, "- which was answered: %s\n", answer(a))
			}
		}
		fmt.Fprintf(w, "- pinned by %s %s\n", plain(p.Actor), timeText(p.At))
		fmt.Fprintf(w, "- checked: **%s**, %s\n", p.Check, plain(p.Why))
	}
}

func (p *Pin) eventMarkdown(w *strings.Builder) {
	if e := p.Row; e != nil {
		at := "without a time"
		if e.Dated {
			at = e.When().Format("2006-01-02 15:04:05.000Z")
		}
		fmt.Fprintf(w, "- event %d, %s, %s\n", e.ID, at, code(e.Source))
		for _, f := range []struct{ name, value string }{{"action", e.Action}, {"user", e.User}, {"account", e.Account}, {"resource", e.Resource}, {"model", e.Model},
			{"outcome", e.Outcome}, {"error", e.Error}, {"address", e.IP}, {"request", e.RequestID}} {
			if f.value != "" {
				fmt.Fprintf(w, "- %s %s\n", f.name, code(f.value))
			}
		}
	}
	fmt.Fprintf(w, "- file %s, line %d, bytes %d to %d of the expanded file\n", code(p.Place.File), p.Place.Line, p.Place.Begin, p.Place.Begin+p.Place.Length)
	fmt.Fprintf(w, "- SHA-256 of those bytes `%x`\n", p.SHA256)
	if p.Place.FileSHA256 != "" {
		fmt.Fprintf(w, "- SHA-256 of the file `%s`\n", p.Place.FileSHA256)
	}
}

// mostRows bounds the rows of a pinned query that a report prints.
const mostRows = 20

func (p *Pin) queryMarkdown(w *strings.Builder) {
	res := p.Result
	fmt.Fprintf(w, "- query in %s, as-of %s\n", code(string(res.Language)), tickText(res.AsOf))
	for _, name := range paramNames(res.Params) {
		v := res.Params[name]
		fmt.Fprintf(w, "- with %s = %s\n", code(name), code(value(v.Type, v.Value(0))))
	}
	fmt.Fprintf(w, "- %s, made of %s, SHA-256 of the rows `%x`\n\n", many(res.Count, "row"), many(res.Events, "event"), p.SHA256)
	w.WriteString(fence(string(res.Language), res.Query))
	w.WriteString("\n")
	if len(res.Rows) > 0 {
		for _, c := range res.Columns {
			w.WriteString("| " + cell(c.Name) + " ")
		}
		w.WriteString("|\n" + strings.Repeat("|---", len(res.Columns)) + "|\n")
		for _, row := range res.Rows[:min(len(res.Rows), mostRows)] {
			for i, v := range row {
				w.WriteString("| " + cell(value(res.Columns[i].Type, v)) + " ")
			}
			w.WriteString("|\n")
		}
		w.WriteString("\n")
	}
	if res.Count > mostRows {
		fmt.Fprintf(w, "The first %d of %d rows.\n\n", mostRows, res.Count)
	}
}

func (r *Report) entities(w *strings.Builder) {
	if len(r.Entities) == 0 {
		return
	}
	w.WriteString("\n## Entities behind the alerts\n\n| kind | value | events |\n|---|---|---:|\n")
	for _, e := range r.Entities {
		fmt.Fprintf(w, "| %s | %s | %d |\n", e.Kind, cell(e.Value), e.Events)
	}
}

// custody is what a colleague needs to check the report against the store and the files.
func (r *Report) custody(w *strings.Builder) {
	h := r.Head
	w.WriteString("\n## Custody\n\n")
	fmt.Fprintf(w, "- store `%s`\n", h.Store)
	fmt.Fprintf(w, "- journal entry %d, head `%s`\n", h.Seq, h.Journal)
	if h.Build != "" {
		fmt.Fprintf(w, "- made by casebook %s\n", code(h.Build))
	}
	counts := r.Checked()
	fmt.Fprintf(w, "- evidence checked: %d same, %d changed, %d lost, %d about alerts that were worked on since\n", counts[Same], counts[Changed], counts[Lost], counts[Moved])
	t := &h.All
	fmt.Fprintf(w, "- %s loaded, %s: %d accepted, %d duplicate, %d quarantined, %d blank, %d skipped; %d of the accepted without a time\n",
		many(h.Loaded, "file"), many(t.Records, "record"), t.Accepted, t.Duplicate, t.Quarantined, t.Blank, t.Skipped, t.Undated)
	w.WriteString("- prompts and responses are in the evidence, not in this report, but for what a pinned query shows\n")
	if len(h.Files) > 0 {
		w.WriteString("\n| file of evidence | SHA-256 | records | accepted | quarantined |\n|---|---|---:|---:|---:|\n")
		for _, f := range h.Files {
			fmt.Fprintf(w, "| %s | `%x` | %d | %d | %d |\n", cell(f.Path), f.SHA256, f.Records, f.Accepted, f.Quarantined)
		}
	}
	w.WriteString("\n| entry | when | who | what |\n|---:|---|---|---|\n")
	for i := range r.Log {
		e := &r.Log[i]
		fmt.Fprintf(w, "| %d | %s | %s | %s |\n", e.Seq, timeText(e.At), cell(e.Actor.Name), cell(e.Action+": "+r.EntryText(e)))
	}
}
