package guides

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"casebook/engine/syntax"
)

// Kibana exports rules as JSON, one a line, and behind them the lists of exceptions that they name. A rule there has the keys of a
// published one and some of its own, which say who wrote it when; so it is written as TOML and read as such. A query is one long text
// with escapes: its mistakes have the places of its own lines, behind the number of the rule's.

// exportOnly are the keys of an exported rule that say nothing of what it does.
var exportOnly = map[string]bool{"id": true, "updated_at": true, "updated_by": true, "created_at": true, "created_by": true, "revision": true,
	"immutable": true, "rule_source": true, "execution_summary": true, "outcome": true, "alias_target_id": true, "alias_purpose": true}

// export is what a file of exported rules holds.
type export struct {
	path  string
	rules []exportedRule
	lists map[string][]exportedItem // by list_id; a list may be there without items
}

type exportedRule struct {
	line int
	text string
	keys map[string]any
}

type exportedItem struct {
	Name       string         `json:"name"`
	ListID     string         `json:"list_id"`
	ExpireTime string         `json:"expire_time"`
	Entries    []elasticEntry `json:"entries"`
}

// isExport tells whether a file begins as an export does: logs have the same ending.
func isExport(data []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimLeft(data, "\ufeff \t\r\n"), []byte("\n"))
	return bytes.HasPrefix(first, []byte("{")) && (bytes.Contains(first, []byte(`"rule_id"`)) || bytes.Contains(first, []byte(`"list_id"`)))
}

func readExport(path string, data []byte) ([]*Detection, error) {
	if !isExport(data) {
		return nil, fmt.Errorf("%s: want rules as Kibana exports them, one a line: %w", path, ErrNotRule)
	}
	if len(data) > maxExport {
		return nil, syntax.Errorf(syntax.NewFile(path, ""), syntax.Span{}, "want a file of at most 16 MiB, found more")
	}
	e := &export{path: path, lists: map[string][]exportedItem{}}
	var errs []error
	for i, text := range strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if err := e.take(i+1, text); err != nil {
			errs = append(errs, err)
		}
		if len(errs) == maxFault {
			return nil, errors.Join(errs...)
		}
	}
	var list []*Detection
	for _, r := range e.rules {
		d, err := e.rule(r)
		switch {
		case err == nil:
			list = append(list, d)
		case len(errs) < maxFault:
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil || len(list) > 0 {
		return list, err
	}
	return nil, fmt.Errorf("%s: want rules, found exceptions alone: %w", path, ErrNotRule)
}

// take looks at one line: a rule, a list of exceptions, an exception, or what else Kibana puts in, such as the count of all.
func (e *export) take(n int, text string) error {
	file := &syntax.File{Name: e.path, Text: text, Line: n, Column: 1}
	if len(text) > maxFile {
		return syntax.Errorf(file, syntax.Span{}, "want a line of at most 1 MiB, found more")
	}
	keys := map[string]any{}
	if err := json.Unmarshal([]byte(text), &keys); err != nil {
		at := len(text)
		if bad := (*json.SyntaxError)(nil); errors.As(err, &bad) {
			at = max(int(bad.Offset)-1, 0)
		}
		return syntax.Errorf(file, syntax.Span{Start: at, End: at + 1}, "want one JSON object a line: %v", err)
	}
	list, listed := keys["list_id"].(string)
	switch {
	case listed && keys["entries"] != nil:
		var item exportedItem
		if err := json.Unmarshal([]byte(text), &item); err != nil {
			return syntax.Errorf(file, syntax.Span{End: len(text)}, "want an exception with entries as Kibana writes them")
		}
		e.lists[list] = append(e.lists[list], item)
	case listed:
		e.lists[list] = append([]exportedItem{}, e.lists[list]...)
	case keys["rule_id"] != nil && keys["type"] != nil:
		e.rules = append(e.rules, exportedRule{n, text, keys})
	}
	return nil
}

// rule reads a rule. What is wrong with it keeps it from being run, and not the others of its file.
func (e *export) rule(r exportedRule) (*Detection, error) {
	id, _ := r.keys["rule_id"].(string)
	table := map[string]any{}
	for key, v := range r.keys {
		if v = tomlValue(v); v != nil && !exportOnly[key] && key != "exceptions_list" {
			table[key] = v
		}
	}
	text, err := toml.Marshal(map[string]any{"rule": table})
	if err != nil {
		return nil, fmt.Errorf("%s:%d: rule %s: %w", e.path, r.line, id, err)
	}
	h := &host{file: syntax.NewFile(fmt.Sprintf("%s line %d", e.path, r.line), string(text))}
	h.lines = split(h.file.Text)
	var f elasticFile
	file, unknown := h.toml(&f)
	if id == "" {
		return nil, fmt.Errorf("%s:%d: want a rule as Kibana exports it, with a rule_id that is a text", e.path, r.line)
	}
	if file == nil {
		return nil, e.placed(r, h).Err()
	}
	d := file.rule(e.path, &f)
	d.Rule.File, d.Rule.Line, d.Rule.Column = h.file.Name+", query", 0, 0
	d.Rule.Text = r.text
	for _, key := range unknown {
		d.Notices = append(d.Notices, "a key that casebook does not know: "+key)
	}
	if len(h.errs) > 0 && d.Rule.State == "" {
		d.Rule.State = wrongState(e.placed(r, h))
	}
	lists, _ := r.keys["exceptions_list"].([]any)
	for _, one := range lists {
		name, _ := one.(map[string]any)
		e.except(d, fmt.Sprint(name["list_id"]))
	}
	return d, nil
}

// except gives a rule the exceptions of a list.
func (e *export) except(d *Detection, list string) {
	items, here := e.lists[list]
	if d.Rule.State != "" {
		return
	}
	if !here {
		d.Unapplied = append(d.Unapplied, "exceptions_list: the file does not have the list "+list)
		return
	}
	var apply []Exception
	for _, item := range items {
		one, err := item.exception()
		if err != nil {
			d.Unapplied = append(d.Unapplied, fmt.Sprintf("exceptions_list: %q of the list %s: %v", item.Name, list, err))
			continue
		}
		one.Source = d.Source
		apply = append(apply, one)
	}
	if len(apply) > 0 {
		d.except(apply)
	}
}

func (i *exportedItem) exception() (Exception, error) {
	one := Exception{Name: i.Name}
	if i.ExpireTime != "" {
		at, err := time.Parse(time.RFC3339, i.ExpireTime)
		if err != nil {
			return one, fmt.Errorf("want an expire_time such as 2026-03-04T12:00:00Z, found %q", i.ExpireTime)
		}
		one.Expires = at
	}
	one.entries(i.Entries)
	_, err := one.condition(&asESQL)
	return one, err
}

// tomlValue is a value of JSON as TOML has it: no null, and a whole number where it is one.
func tomlValue(v any) any {
	switch v := v.(type) {
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
	case []any:
		list := make([]any, 0, len(v))
		for _, one := range v {
			if one = tomlValue(one); one != nil {
				list = append(list, one)
			}
		}
		return list
	case map[string]any:
		table := map[string]any{}
		for key, one := range v {
			if one = tomlValue(one); one != nil {
				table[key] = one
			}
		}
		return table
	}
	return v
}
