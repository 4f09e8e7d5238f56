package guides

import (
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"casebook/engine"
	"casebook/engine/syntax"
)

// Front matter is a small, closed set of keys. Anything else is a mistake with a place: a misspelt threshold or schedule
// must not turn into a default.

// entry reads one key into a detection.
type entry struct {
	name string
	read func(f *front, n *yaml.Node)
}

var entries = []entry{
	{"alerts", func(f *front, n *yaml.Node) {
		f.d.Rule.OneAlert = f.word(n, "one per row", "one per run") == "one per run"
	}},
	{"atlas", func(f *front, n *yaml.Node) { f.techniques(n) }},
	{"attack", func(f *front, n *yaml.Node) { f.techniques(n) }},
	{"authors", func(f *front, n *yaml.Node) { f.d.Authors = f.texts(n) }},
	{"chosen", func(f *front, n *yaml.Node) { f.d.Chosen, f.chosen = f.texts(n), n }},
	{"entities", func(f *front, n *yaml.Node) { f.entities(n) }},
	{"entity", func(f *front, n *yaml.Node) { f.d.Rule.Entity = f.texts(n) }},
	{"every", func(f *front, n *yaml.Node) { f.d.Rule.Every = f.duration(n) }},
	{"false_positives", func(f *front, n *yaml.Node) { f.d.FalsePositives = f.texts(n) }},
	{"fields", func(f *front, n *yaml.Node) { f.d.Rule.Fields = f.words(n) }},
	{"highlights", func(f *front, n *yaml.Node) { f.d.Highlights = f.texts(n) }},
	{"id", func(f *front, n *yaml.Node) { f.d.Rule.ID = f.id(n) }},
	{"incidents", func(f *front, n *yaml.Node) { f.incidents(n) }},
	{"kind", func(f *front, n *yaml.Node) { f.d.Kind = Kind(f.word(n, "rule", "hunt")) }},
	{"license", func(f *front, n *yaml.Node) { f.d.License = f.text(n) }},
	{"lookback", func(f *front, n *yaml.Node) { f.d.Rule.Lookback = f.duration(n) }},
	{"max_alerts", func(f *front, n *yaml.Node) { f.d.Rule.MaxAlerts = f.count(n, 1, 10_000) }},
	{"published", func(f *front, n *yaml.Node) { f.published(n) }},
	{"references", func(f *front, n *yaml.Node) { f.d.References = f.texts(n) }},
	{"risk", func(f *front, n *yaml.Node) { f.d.Rule.Risk = f.count(n, 0, 100) }},
	{"severity", func(f *front, n *yaml.Node) { f.severity(n) }},
	{"suppress", func(f *front, n *yaml.Node) { f.suppress(n) }},
	{"tactics", func(f *front, n *yaml.Node) { f.d.Tactics = f.texts(n) }},
	{"tags", func(f *front, n *yaml.Node) { f.d.Rule.Tags = f.texts(n) }},
	{"title", func(f *front, n *yaml.Node) { f.d.Rule.Title = f.title(n) }},
	{"trigger", func(f *front, n *yaml.Node) { f.trigger(n) }},
	{"version", func(f *front, n *yaml.Node) { f.d.Version = f.text(n) }},
}

// known are the names of all entries.
func known() []string {
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.name
	}
	return names
}

var wanted = []string{"id", "title", "severity", "every", "lookback", "entity"}

// front reads front matter.
type front struct {
	*yamlFile
	d      *Detection
	chosen *yaml.Node
}

// front reads the front matter into d and gives the index of the first line after it; 0 when there is none to go on from.
func (h *host) front(d *Detection) int {
	lines := h.lines
	if len(lines) == 0 || strings.TrimPrefix(lines[0].text, "\ufeff") != "---" {
		h.fault(syntax.Span{}, "want front matter, begun by a line of ---").WithHint("a detection begins with its id, title, severity, every, lookback and entity")
		return 0
	}
	end := 1
	for end < len(lines) && lines[end].text != "---" {
		end++
	}
	if end == len(lines) {
		h.fault(lines[0].span(), "want the end of the front matter, a line of ---")
		return 0
	}
	// The rest of the file is left out but the lines before are kept, so that YAML's places are the file's.
	y, ok := h.yaml("\n"+h.file.Text[lines[1].start:lines[end].start], "front matter")
	if !ok {
		return 0
	}
	f := &front{yamlFile: y, d: d}
	d.Rule.MaxAlerts = 100
	names := known()
	seen := f.each(y.root, names, func(name string, value *yaml.Node) {
		for _, e := range entries {
			if e.name == name {
				e.read(f, value)
			}
		}
	})
	for _, name := range wanted {
		if !seen[name] {
			h.fault(lines[0].span(), "want %s in the front matter", name)
		}
	}
	for _, name := range d.Chosen {
		if !contains(names, name) {
			nearest(f.fault(f.span(f.chosen), "want keys of the front matter, found %s", name), name, names)
		}
	}
	return end + 1
}

func (f *front) id(n *yaml.Node) string {
	id := f.text(n)
	if !keyName.MatchString(id) {
		f.fault(f.span(n), "want an id of lower-case letters, digits and hyphens, found %q", id)
	}
	return id
}

func (f *front) title(n *yaml.Node) string {
	title := f.text(n)
	if title == "" || len(title) > maxTitle || strings.ContainsAny(title, "\r\n") {
		f.fault(f.span(n), "want a title of one line, at most %d bytes long", maxTitle)
	}
	return title
}

// severities are the words for them.
var severities = func() (words []string) {
	for _, s := range engine.Severities {
		words = append(words, string(s))
	}
	return words
}()

func (f *front) severity(n *yaml.Node) { f.d.Rule.Severity = engine.Severity(f.word(n, severities...)) }

func (f *front) techniques(n *yaml.Node) {
	for _, text := range f.texts(n) {
		t, ok := technique(text)
		if !ok {
			f.fault(f.span(n), "want the id of a technique, such as AML.T0034 or T1499, found %q", text)
			continue
		}
		f.d.addTechnique(t)
	}
}

func (f *front) trigger(n *yaml.Node) {
	f.each(n, []string{"operator", "threshold"}, func(name string, v *yaml.Node) {
		switch name {
		case "operator":
			f.d.Rule.Trigger.Operator = f.word(v, "gt", "lt", "eq", "ne")
		case "threshold":
			f.d.Rule.Trigger.Threshold = f.count(v, 0, 10_000)
		}
	})
}

func (f *front) suppress(n *yaml.Node) {
	s := &f.d.Rule.Suppress
	f.each(n, []string{"by", "duration", "missing"}, func(name string, v *yaml.Node) {
		switch name {
		case "by":
			s.By = f.texts(v)
		case "duration":
			s.Duration = f.duration(v)
		case "missing":
			s.Missing = f.word(v, "suppress", "doNotSuppress")
		}
	})
}

func (f *front) incidents(n *yaml.Node) {
	g := &f.d.Rule.Group
	g.Enabled = true
	f.each(n, []string{"lookback", "matching", "entities", "reopen"}, func(name string, v *yaml.Node) {
		switch name {
		case "lookback":
			g.Lookback = f.duration(v)
		case "matching":
			g.Matching = f.word(v, "AllEntities", "AnyAlert", "Selected")
		case "entities":
			g.Entities = f.texts(v)
		case "reopen":
			g.Reopen = f.word(v, "true", "false") == "true"
		}
	})
}

func (f *front) entities(n *yaml.Node) {
	for _, item := range f.items(n) {
		e := Entity{Columns: map[string]string{}}
		f.each(item, []string{"type", "columns"}, func(name string, v *yaml.Node) {
			switch name {
			case "type":
				e.Type = f.text(v)
			case "columns":
				e.Columns = f.words(v)
			}
		})
		f.d.Entities = append(f.d.Entities, e)
	}
}

func (f *front) published(n *yaml.Node) {
	p := &f.d.Published
	f.each(n, []string{"name", "by", "id", "version"}, func(name string, v *yaml.Node) {
		switch name {
		case "name":
			p.Name = f.text(v)
		case "by":
			p.By = f.text(v)
		case "id":
			p.ID = f.text(v)
		case "version":
			p.Version = f.text(v)
		}
	})
}

func (f *front) duration(n *yaml.Node) time.Duration {
	d, ok := span(f.text(n))
	if !ok {
		f.fault(f.span(n), "want a length of time such as 10m, 24h or 7d, found %q", n.Value)
	}
	return d
}

// span reads a length of time: a number and one of s, m, h, d, w.
func span(text string) (time.Duration, bool) {
	if len(text) < 2 {
		return 0, false
	}
	n, err := strconv.Atoi(text[:len(text)-1])
	unit := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[text[len(text)-1]]
	if err != nil || n <= 0 || unit == 0 || n > int(10*366*24*time.Hour/unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

func contains(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}
