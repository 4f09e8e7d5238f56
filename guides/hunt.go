package guides

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"casebook/engine"
)

// A hunt has no severity and no schedule. To be replayed beside rules it gets both: medium, and each UTC midnight over as
// long a time before it as its query speaks of, one day at least. What was chosen is named in Detection.Chosen.

type elasticHunt struct {
	Author      any      `toml:"author"`
	Description string   `toml:"description"`
	Integration any      `toml:"integration"`
	UUID        string   `toml:"uuid"`
	Name        string   `toml:"name"`
	Language    any      `toml:"language"`
	License     string   `toml:"license"`
	Query       []string `toml:"query"`
	Notes       []string `toml:"notes"`
	Mitre       []string `toml:"mitre"`
	References  []string `toml:"references"`
	Tags        []string `toml:"tags"`
}

func (f *tomlFile) hunt(path string, h *elasticHunt) []*Detection {
	var list []*Detection
	for i, query := range h.Query {
		if strings.TrimSpace(query) == "" {
			f.fault(f.lineFrom(0), "want a query in this hunt, found nothing in its place %d", i+1)
			continue
		}
		d := &Detection{Format: FormatElasticHunt, Kind: KindHunt, Type: "hunt", Source: path, Description: strings.TrimSpace(h.Description),
			References: h.References, Authors: several(h.Author), License: h.License,
			Chosen: []string{"severity", "every", "lookback", "max_alerts"}}
		d.Rule = engine.Rule{ID: h.UUID, Title: h.Name, File: path, Language: huntLanguage(several(h.Language), query),
			Severity: engine.Medium, Every: 24 * time.Hour, Lookback: reach(query), MaxAlerts: 100, Tags: h.Tags, Entity: entityColumns(nil)}
		f.place(&d.Rule, fmt.Sprintf("hunt.query.%d", i), query)
		f.identity(&d.Rule, "hunt.")
		if i > 0 {
			d.Rule.ID += "-" + strconv.Itoa(i+1)
			d.Rule.Title += fmt.Sprintf(" (query %d)", i+1)
		}
		if d.Rule.Language != engine.ESQL {
			d.Rule.State = fmt.Sprintf("unsupported: hunts in %s are not run yet", d.Rule.Language)
		}
		for _, id := range h.Mitre {
			d.writtenTechnique(id, id)
		}
		m := &macros{d: d, from: tables(query, nil)}
		var notes strings.Builder
		notes.WriteString("## Notes\n")
		for _, note := range h.Notes {
			notes.WriteString("\n- " + strings.Join(strings.Fields(note), " ") + "\n")
		}
		text := m.take(notes.String(), nil, nil)
		d.Guide = readNote(d, text, m.list)
		list = append(list, d)
	}
	if len(list) == 0 {
		f.fault(f.lineFrom(0), "want at least one query in this hunt")
	}
	return list
}

// huntLanguage is the language of one query of a hunt, which names its languages without saying which query is in which.
func huntLanguage(named []string, query string) engine.Language {
	if fromCommand.MatchString(query) {
		return engine.ESQL
	}
	if eqlStart.MatchString(query) {
		return "eql"
	}
	first := ""
	if words := strings.Fields(query); len(words) > 0 {
		first = strings.ToLower(words[0])
	}
	for _, name := range named {
		switch {
		case strings.EqualFold(name, "ES|QL") && (first == "row" || first == "show" || first == "set" || len(named) == 1):
			return engine.ESQL
		case strings.EqualFold(name, "SQL") && first == "select", strings.EqualFold(name, "OSQuery") && first == "select":
			return "osquery"
		}
	}
	if len(named) > 0 {
		return engine.Language(strings.ToLower(named[len(named)-1]))
	}
	return "an unnamed language"
}

// eqlStart is how EQL begins, which no language that runs does.
var eqlStart = regexp.MustCompile(`(?i)^\s*(?:(?:sequence|sample)\s|(?:\w+|"[^"]*")\s+where\s)`)

var backFrom = regexp.MustCompile(`(?i)now\(\)\s*-\s*(\d{1,4})\s*(minute|hour|day|week|month)`)

// reach is how far back a query looks by its own words, at least one day.
func reach(query string) time.Duration {
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour, "month": 31 * 24 * time.Hour}
	longest := 24 * time.Hour
	for _, p := range backFrom.FindAllStringSubmatch(query, -1) {
		n, err := strconv.Atoi(p[1])
		if err == nil {
			longest = max(longest, time.Duration(n)*units[strings.ToLower(p[2])])
		}
	}
	return longest
}

// several reads a value that may be one text or a list of them.
func several(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, one := range v {
			list = append(list, fmt.Sprint(one))
		}
		return list
	}
	return nil
}
