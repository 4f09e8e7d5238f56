package guides

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"casebook/engine"
	"casebook/engine/syntax"
)

// Elastic's guides hold buttons, !{investigate{…}} and !{osquery{…}}, or $investigate_0 for one that stands in the rule's
// own file. An investigation becomes a live step; an osquery asks a host, which casebook cannot, and is shown.

// macro is one button.
type macro struct {
	label, description string
	query              string // ES|QL
	elsewhere          string
}

// investigation is a button that searches: its providers are groups, of which one must hold; in a group all must.
type investigation struct {
	Label        string       `json:"label" toml:"label"`
	Description  string       `json:"description" toml:"description"`
	Providers    [][]provider `json:"providers" toml:"providers"`
	RelativeFrom string       `json:"relativeFrom" toml:"relativeFrom"`
	RelativeTo   string       `json:"relativeTo" toml:"relativeTo"`
}

type provider struct {
	Field     string `json:"field" toml:"field"`
	Excluded  bool   `json:"excluded" toml:"excluded"`
	QueryType string `json:"queryType" toml:"queryType"`
	Value     any    `json:"value" toml:"value"`
	ValueType string `json:"valueType" toml:"valueType"`
}

type osquery struct {
	Label   string         `json:"label" toml:"label"`
	Query   string         `json:"query" toml:"query"`
	Mapping map[string]any `json:"ecs_mapping" toml:"ecs_mapping"`
}

// maxMacros is how many buttons are looked at in one guide; past it their text stays as it is.
const maxMacros = 200

// While a guide's lines are read a macro is two control characters around its number.
var (
	macroMark  = regexp.MustCompile("\x01([0-9]+)\x02")
	macroStart = regexp.MustCompile(`!\{(investigate|insight|osquery)\{`)
	macroRef   = regexp.MustCompile(`\$(investigate|osquery)_([0-9]{1,3})\b`)
)

func macroIndex(mark string) int {
	i, _ := strconv.Atoi(macroMark.FindStringSubmatch(mark)[1])
	return i
}

// macros takes the buttons out of a guide's text.
type macros struct {
	d    *Detection
	from string // the tables that an investigation asks
	list []macro
}

func (m *macros) take(text string, investigations []investigation, osqueries []osquery) string {
	text = strings.NewReplacer("\x01", "", "\x02", "").Replace(text)
	text = macroRef.ReplaceAllStringFunc(text, func(ref string) string {
		p := macroRef.FindStringSubmatch(ref)
		i, err := strconv.Atoi(p[2])
		switch {
		case err == nil && p[1] == "investigate" && i < len(investigations):
			return m.mark(m.investigate(investigations[i]))
		case err == nil && p[1] == "osquery" && i < len(osqueries):
			return m.mark(m.osquery(osqueries[i]))
		}
		m.notice("the guide names %s, which its file does not have", ref)
		return ref
	})
	var b strings.Builder
	for range maxMacros {
		at := macroStart.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		b.WriteString(text[:at[0]])
		mark, length := m.button(text[at[2]:at[3]], text[at[3]:])
		if length < 0 {
			b.WriteString(text[at[0]:at[1]])
			text = text[at[1]:]
			continue
		}
		b.WriteString(mark)
		text = text[at[3]+length:]
	}
	return b.String() + text
}

// button reads one macro's JSON, which begins rest, and gives its mark and how much it took, with the closing brace.
func (m *macros) button(kind, rest string) (string, int) {
	decoder := json.NewDecoder(strings.NewReader(rest))
	var err error
	var made macro
	if kind == "osquery" {
		var o osquery
		err = decoder.Decode(&o)
		made = m.osquery(o)
	} else {
		var i investigation
		err = decoder.Decode(&i)
		made = m.investigate(i)
	}
	end := int(decoder.InputOffset())
	if err == nil && !strings.HasPrefix(rest[end:], "}") {
		err = fmt.Errorf("want a closing brace after it")
	}
	if err != nil {
		m.notice("a button of the guide cannot be read (!{%s): %v", kind, err)
		return "", -1
	}
	return m.mark(made), end + 1
}

func (m *macros) mark(made macro) string {
	m.list = append(m.list, made)
	return fmt.Sprintf("\x01%d\x02", len(m.list)-1)
}

func (m *macros) notice(format string, args ...any) {
	m.d.Notices = append(m.d.Notices, fmt.Sprintf(format, args...))
}

func (m *macros) osquery(o osquery) macro {
	label := o.Label
	if label == "" {
		label = "Osquery"
	}
	return macro{label: label, elsewhere: strings.TrimSpace(o.Query)}
}

// ask makes a step of a search.
func (m macro) ask(d *Detection, s *Step) {
	s.Language, s.Query = engine.ESQL, m.query
	s.Params = paramNames(engine.ESQL, m.query)
	s.File = syntax.NewFile(d.Source+" (investigate "+strconv.Quote(m.label)+")", m.query)
}
