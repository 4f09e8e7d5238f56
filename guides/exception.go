package guides

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"casebook/engine"
)

// Elastic keeps exceptions apart from rules, in files of their own that name the rules they are for. Events that meet one
// are left out before the query sees them: an exception on a field of the source keeps its events from being counted, and
// one on a computed column can do nothing. So they become a stage right after FROM, where the stage counts show them.
//
// Sentinel has no such files: there an automation rule looks at the entities of an incident once it was raised. The same form of file
// serves KQL rules in that sense: an exception is about columns of the rule's result, and becomes the last stage of its query.

// elasticExceptions is a file of exceptions: lists of items, for the rules that its metadata names.
type elasticExceptions struct {
	Container any `toml:"container"`
	Items     []struct {
		Name       string         `toml:"name"`
		Entries    []elasticEntry `toml:"entries"`
		ExpireTime any            `toml:"expire_time"`

		Description, Comments, ItemID, ListID, Namespace, Tags, Type, OSTypes, Meta any
	} `toml:"items"`
}

type elasticEntry struct {
	Field    string `toml:"field" json:"field"`
	Type     string `toml:"type" json:"type"`
	Operator string `toml:"operator" json:"operator"`
	Value    any    `toml:"value" json:"value"`
	List     any    `toml:"list" json:"list"`
	Entries  any    `toml:"entries" json:"entries"`
}

// excepting is what one file of exceptions says, and to whom.
type excepting struct {
	path  string
	rules []string
	items []Exception
}

// readExceptions reads a file of exceptions; false when the file is something else.
func readExceptions(path string, data []byte) (*excepting, bool, error) {
	h, err := open(path, data)
	if err != nil {
		return nil, false, nil // whoever reads it as a rule says so
	}
	var f struct {
		Metadata   map[string]any      `toml:"metadata"`
		Exceptions []elasticExceptions `toml:"exceptions"`
	}
	if !strings.Contains(h.file.Text, "[exceptions") {
		return nil, false, nil
	}
	if file, _ := h.toml(&f); file == nil || len(f.Exceptions) == 0 {
		return nil, false, nil
	}
	e := &excepting{path: path, rules: append(several(f.Metadata["rule_ids"]), several(f.Metadata["rule_id"])...)}
	for _, list := range f.Exceptions {
		for _, item := range list.Items {
			one := Exception{Name: item.Name, Source: path}
			switch at := item.ExpireTime.(type) {
			case nil:
			case time.Time:
				one.Expires = at
			case string:
				if one.Expires, err = time.Parse(time.RFC3339, at); err != nil {
					return e, true, fmt.Errorf("%s: exception %q: want an expire_time such as 2026-03-04T12:00:00Z, found %q", path, item.Name, at)
				}
			default:
				return e, true, fmt.Errorf("%s: exception %q: want an expire_time such as 2026-03-04T12:00:00Z, found %v", path, item.Name, at)
			}
			one.entries(item.Entries)
			if _, err := one.condition(&asESQL); err != nil {
				return e, true, fmt.Errorf("%s: exception %q: %w", path, item.Name, err)
			}
			e.items = append(e.items, one)
		}
	}
	return e, true, nil
}

func (e *Exception) entries(list []elasticEntry) {
	for _, entry := range list {
		e.Entries = append(e.Entries, ExceptionEntry{Field: entry.Field, Operator: entry.Type,
			Values: several(entry.Value), Excluded: entry.Operator == "excluded"})
	}
}

// wording is how a language says what an exception asks: each a format, of a field and of its values.
type wording struct {
	and, not, until, exists, among, like string
	field                                func(name string) (string, error)
	text, pattern                        func(value string) string
}

// asESQL makes conditions that are never null. NOW() is the time of each run: what an exception kept from a run before it expired
// stays kept.
var asESQL = wording{
	and: " AND ", not: "NOT %s", until: `NOW() < TO_DATETIME("%s")`,
	exists: "%s IS NOT NULL", among: "MV_INTERSECTS(TO_STRING(%s), [%s])", like: "COALESCE(MV_LIKE(TO_STRING(%s), %s), false)",
	field: quoteField, text: quoteText, pattern: quoteText,
}

// condition is true for what an exception keeps from the rule.
func (e Exception) condition(w *wording) (string, error) {
	var all []string
	for _, entry := range e.Entries {
		c, err := entry.condition(w)
		if err != nil {
			return "", err
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return "", fmt.Errorf("want at least one entry")
	}
	if !e.Expires.IsZero() {
		all = append(all, fmt.Sprintf(w.until, e.Expires.UTC().Format("2006-01-02T15:04:05.000Z")))
	}
	return strings.Join(all, w.and), nil
}

func (e ExceptionEntry) condition(w *wording) (string, error) {
	field, err := w.field(e.Field)
	if err != nil {
		return "", err
	}
	var c string
	switch {
	case e.Operator == "exists":
		c = fmt.Sprintf(w.exists, field)
	case (e.Operator == "match" || e.Operator == "match_any") && len(e.Values) > 0:
		quoted := make([]string, len(e.Values))
		for i, v := range e.Values {
			quoted[i] = w.text(v)
		}
		c = fmt.Sprintf(w.among, field, strings.Join(quoted, ", "))
	case e.Operator == "wildcard" && len(e.Values) == 1:
		c = fmt.Sprintf(w.like, field, w.pattern(e.Values[0]))
	default:
		return "", fmt.Errorf("want match, match_any, wildcard or exists with its values on %s, found %q", e.Field, e.Operator)
	}
	if e.Excluded {
		c = fmt.Sprintf(w.not, c)
	}
	return c, nil
}

// String is an exception in words.
func (e Exception) String() string {
	text := strings.TrimSpace(e.Name + ": " + e.LeavesOut())
	if !e.Expires.IsZero() {
		text += ", until " + e.Expires.UTC().Format("2006-01-02 15:04Z")
	}
	return text
}

// LeavesOut is what an exception keeps from its rule, in words.
func (e Exception) LeavesOut() string {
	all := make([]string, len(e.Entries))
	for i, entry := range e.Entries {
		all[i] = strings.TrimSpace(entry.Field + " " + entry.Operator + " " + strings.Join(entry.Values, ", "))
		if entry.Excluded {
			all[i] = "not " + all[i]
		}
	}
	return strings.Join(all, " and ")
}

// except keeps exceptions from a rule's query.
func (d *Detection) except(items []Exception) {
	d.Exceptions = append(d.Exceptions, items...)
	at := afterFrom(d.Rule.Query)
	if d.Rule.State != "" || d.Rule.Language == engine.ESQL && at < 0 || d.Rule.Language != engine.ESQL && d.Rule.Language != engine.KQL {
		d.Notices = append(d.Notices, "the rule's exceptions are not applied")
		return
	}
	var all []string
	for _, item := range items {
		c, err := item.condition(&asESQL)
		if d.Rule.Language == engine.KQL {
			c, err = item.condition(&asKQL)
		}
		if err == nil {
			all = append(all, "("+c+")")
		}
	}
	if d.Rule.Language == engine.KQL {
		d.Rule.Query = strings.TrimRight(d.Rule.Query, "; \t\r\n") + "\n| where not(" + strings.Join(all, " or ") + ")"
		return
	}
	d.add(at, " | WHERE NOT ("+strings.Join(all, " OR ")+")")
}

var esqlRemark = regexp.MustCompile(`(?s)""".*?"""|"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|` + "`(?:[^`]|``)*`")

// afterFrom is where a query's FROM ends, before spaces and remarks; -1 when that is not plain to see.
func afterFrom(query string) int {
	if !fromCommand.MatchString(query) {
		return -1
	}
	bare := esqlRemark.ReplaceAllStringFunc(query, func(token string) string {
		if token[0] == '/' {
			return strings.Repeat(" ", len(token))
		}
		return strings.Repeat("x", len(token))
	})
	if end := strings.IndexAny(bare, "|("); end >= 0 {
		if bare[end] == '(' {
			return -1 // a query inside of FROM
		}
		bare = bare[:end]
	}
	return len(strings.TrimRight(bare, " \t\r\n"))
}
